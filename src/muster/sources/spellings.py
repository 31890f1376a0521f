"""Names of countries as data sets write them -> ISO 3166-1 alpha-3, where that is sure."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources.countries import iso3_of

# What ISO 3166 does not list, each with the reason why it can mean one country only.
SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "drc": "COD",  # the Democratic Republic of the Congo: the other Congo is never written so
        "dr congo": "COD",
        "democratic republic of congo": "COD",  # without the article that ISO has
        "ivory coast": "CIV",  # the English name of Côte d'Ivoire
        "cote d ivoire": "CIV",
        "macedonia": "MKD",  # North Macedonia until 2019; no other state was called so
        "kosovo": "XKX",  # has no ISO code: this is the one that ISO leaves to users, and that users of open data took
    }
)


def iso3(name: str) -> str:
    """The code of a country by its name; a name that is not surely one country (``Ethiopia/Eritrea``) comes back as it is."""
    return SPELLINGS.get(name.strip().casefold()) or iso3_of(name) or name
