"""Open data fetched from their providers into a dossier, politely, checked, whole or not at all."""

from muster.fetch.asking import asked, size_of
from muster.fetch.fetching import Fetched, Wanted, fetch, local_of
from muster.fetch.manners import Manners
from muster.fetch.provider import Ask, Provider
from muster.fetch.table import PROVIDERS
from muster.fetch.web import Web

__all__ = ["PROVIDERS", "Ask", "Fetched", "Manners", "Provider", "Wanted", "Web", "asked", "fetch", "local_of", "size_of"]
