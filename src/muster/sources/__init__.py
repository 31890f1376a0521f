"""Open data sets: one a file, each a declaration and a pure parser."""

from muster.sources.declaration import EVENTS, FIGURES, Parsed, Rejected, Source
from muster.sources.files import load
from muster.sources.table import SOURCES

__all__ = ["EVENTS", "FIGURES", "SOURCES", "Parsed", "Rejected", "Source", "load"]
