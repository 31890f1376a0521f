"""The table of sources: what is not in it cannot be read."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources import figures, tabular, ucdp
from muster.sources.declaration import Source

ALL = (
    figures.SOURCE,
    tabular.SOURCE,
    ucdp.SOURCE,
)
SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in ALL})
