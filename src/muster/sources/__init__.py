"""Open data sets: one a file, each a declaration and a pure parser."""

from muster.sources.declaration import Column, Parsed, Rejected, Source
from muster.sources.events import Stored
from muster.sources.files import load, opened, source_of
from muster.sources.shapes import DEPLOYMENTS, EVENTS, FIGURES, FLOWS, OBSERVATIONS, SHAPES
from muster.sources.table import SOURCES

__all__ = [
    "DEPLOYMENTS",
    "EVENTS",
    "FIGURES",
    "FLOWS",
    "OBSERVATIONS",
    "SHAPES",
    "SOURCES",
    "Column",
    "Parsed",
    "Rejected",
    "Source",
    "Stored",
    "load",
    "opened",
    "source_of",
]
