"""The table of sources: what is not in it cannot be read."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources import figures, ucdp
from muster.sources.declaration import Source

SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in (figures.SOURCE, ucdp.SOURCE)})
