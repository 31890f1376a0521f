"""The table of sources: what is not in it cannot be read."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources import (
    acled,
    acled_hdx,
    dtm,
    events,
    fewsnet_markets,
    fewsnet_prices,
    figures,
    fts,
    geopko,
    geopko_years,
    hapi_conflict,
    hapi_food_prices,
    hapi_idps,
    hapi_population,
    ipi,
    tabular,
    ucdp,
    ucdp_country_year,
    un_personnel,
    wfp_prices,
)
from muster.sources.declaration import Source

MODULES = (
    acled,
    acled_hdx,
    dtm,
    events,
    fewsnet_markets,
    fewsnet_prices,
    figures,
    fts,
    geopko,
    geopko_years,
    hapi_conflict,
    hapi_food_prices,
    hapi_idps,
    hapi_population,
    ipi,
    tabular,
    ucdp,
    ucdp_country_year,
    un_personnel,
    wfp_prices,
)
SOURCES: Mapping[str, Source] = MappingProxyType({module.SOURCE.name: module.SOURCE for module in MODULES})
