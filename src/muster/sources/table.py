"""The table of sources: what is not in it cannot be read."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.sources import events, figures, ucdp
from muster.sources.declaration import Source

READ = (events.SOURCE, figures.SOURCE, ucdp.SOURCE)
SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in READ})
