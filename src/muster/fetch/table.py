"""The table of providers: what is not in it is not fetched."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.fetch.provider import Provider
from muster.fetch.providers import fewsnet, fts, hapi, hdx, ucdp

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        provider.name: provider
        for provider in (
            ucdp.UCDP,
            hapi.CONFLICT,
            hapi.IDPS,
            hapi.PRICES,
            hapi.POPULATION,
            hdx.WFP,
            hdx.DTM,
            fewsnet.FEWSNET,
            fts.FTS,
        )
    }
)
