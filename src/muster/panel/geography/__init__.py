"""Where events lie: admin areas from a file of polygons, H3 cells, and which places border which."""

from muster.panel.geography.borders import neighbours, rings
from muster.panel.geography.geojson import place_names, read_polygons
from muster.panel.geography.placing import Areas, Geography, placed, read_geography, rings_of
from muster.panel.geography.polygons import Polygons

__all__ = [
    "Areas",
    "Geography",
    "Polygons",
    "neighbours",
    "place_names",
    "placed",
    "read_geography",
    "read_polygons",
    "rings",
    "rings_of",
]
