"""The table of sources: what is not in it cannot be read."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources import figures, fts, geopko, geopko_years, ipi, ucdp, un_personnel
from muster.sources.declaration import Source

SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        source.name: source
        for source in (
            figures.SOURCE,
            fts.SOURCE,
            geopko.SOURCE,
            geopko_years.SOURCE,
            ipi.SOURCE,
            ucdp.SOURCE,
            un_personnel.SOURCE,
        )
    }
)
