"""A dossier: a folder of plain text on disk, made for git, and the records it holds."""

from muster.dossier.filing import filed
from muster.dossier.folder import Dossier, load
from muster.dossier.store import create, store_report

__all__ = ["Dossier", "create", "filed", "load", "store_report"]
