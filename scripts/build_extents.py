"""Write the extents of countries from Natural Earth's admin-0 polygons.

    python scripts/build_extents.py COUNTRIES_10M_JSON src/muster/sources/tables/extents.csv

COUNTRIES_10M_JSON is ``countries-10m.json`` of the package ``world-atlas`` 2.0.2 (npm), which is Natural Earth 4.1.0, 1:10m,
public domain, as TopoJSON with ISO 3166 numeric codes. Only boxes enter the repository.
"""

import csv
import json
import sys
from collections.abc import Iterator
from itertools import accumulate
from math import ceil, floor
from pathlib import Path
from typing import Any

import pycountry

# Degrees that each polygon is widened by: coasts, waters, rounded positions, and borders that two states draw apart.
MARGIN = 1.0
# Data sets place events by the borders of the day, or by those that a state claims: these lie inside the other's box too.
INCLUDED = {"ETH": ("ERI",), "IDN": ("TLS",), "MAR": ("ESH",), "SDN": ("SSD",), "ZAF": ("NAM",)}

Box = tuple[float, float, float, float]  # west, south, east, north


def main(source: Path, out: Path) -> None:
    """Write one line a box: iso3, west, south, east, north in degrees."""
    boxes = dict(read(json.loads(source.read_text(encoding="utf-8"))))
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("iso3", "west", "south", "east", "north"))
        for iso3 in sorted(boxes):
            parts = [box for name in (iso3, *INCLUDED.get(iso3, ())) for box in boxes[name]]
            writer.writerows((iso3, *(f"{side:g}" for side in box)) for box in sorted(joined(parts)))


def read(topology: dict[str, Any]) -> Iterator[tuple[str, list[Box]]]:
    """Each country with an ISO code and the widened boxes of its polygons."""
    (x, y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        steps = [list(accumulate(axis)) for axis in zip(*arc, strict=True)]
        east, north = [left + x * step for step in steps[0]], [bottom + y * step for step in steps[1]]
        arcs.append((min(east), min(north), max(east), max(north)))
    for shape in topology["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=shape.get("id", ""))
        if country:
            polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            # The first ring is the outline; a negative number is an arc walked backwards.
            outlines = [[arcs[number if number >= 0 else ~number] for number in polygon[0]] for polygon in polygons]
            yield country.alpha_3, [widened(union(outline)) for outline in outlines]


def union(boxes: list[Box]) -> Box:
    """The box around boxes."""
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def widened(box: Box) -> Box:
    """A box with the margin around it, in tenths of a degree outwards, cut off at the poles and at the 180th meridian."""
    west, south = (floor((side - MARGIN) * 10) / 10 for side in box[:2])
    east, north = (ceil((side + MARGIN) * 10) / 10 for side in box[2:])
    return max(west, -180), max(south, -90), min(east, 180), min(north, 90)


def joined(boxes: list[Box]) -> list[Box]:
    """Boxes that overlap made one, until none do: a country is one box, and one more for each far part of it."""
    apart: list[Box] = []
    for box in boxes:
        current = box
        while touching := [other for other in apart if overlap(current, other)]:
            apart = [other for other in apart if other not in touching]
            current = union([current, *touching])
        apart.append(current)
    return apart


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a point."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
