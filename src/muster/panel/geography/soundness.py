"""Whether areas are what they seem: rings that do not cross themselves or each other, places that do not overlap.

Both are measured along horizontal lines between the latitudes of vertices, so that every corner counts and the time is bounded.
"""

from typing import NamedTuple

import numpy as np

from muster.errors import PanelError
from muster.panel.geography.polygons import Edges, Floats, Polygons, Whole
from muster.panel.geography.scanning import Spans, crossings, spans
from muster.panel.tablefile import plain

MOST_CROSSINGS = 5_000_000
# Of what lies inside a place; borders drawn by different hands, or rounded, overlap a little.
MOST_DOUBLE = 0.01


class Overlap(NamedTuple):
    """Two places and the share of the smaller one that lies in both."""

    first: int
    second: int
    share: float


def check_areas(polygons: Polygons, where: str) -> None:
    """Refuse areas in which "inside" has no clear meaning.

    Raises:
        PanelError: a ring without area, rings of a place that cross themselves or each other, or two places that overlap by
            more than a hundredth of the smaller one.
    """
    edges = polygons.edges()
    lines, heights = _lines(edges)
    inside, doubled = _winding(edges, lines, heights, len(polygons.places))
    crossed = [ring.place for ring in polygons.rings if not ring.area]
    crossed += np.flatnonzero(doubled > MOST_DOUBLE * inside).tolist()
    if crossed:
        raise PanelError(
            "rings that cross themselves or each other, or hold no area",
            where=f"{where}, place {plain(polygons.places[crossed[0]])}",
            expected="parts side by side, holes inside them",
            do="repair the geometry in a desktop GIS",
        )
    worst = max(overlaps(spans(edges, lines), heights, inside), key=lambda found: found.share, default=None)
    if worst and worst.share > MOST_DOUBLE:
        first, second = (plain(polygons.places[place]) for place in (worst.first, worst.second))
        raise PanelError(
            f"{first} and {second} overlap: about {worst.share:.0%} of the smaller one lies in both",
            where=where,
            expected="places side by side",
            do="keep one level of areas in the file",
        )


def overlaps(found: Spans, heights: Floats, inside: Floats) -> list[Overlap]:
    """Every two places of which pieces of lines coincide; ``inside`` (P,) is the area that lines give each place."""
    order = np.lexsort((found.west, found.line))
    line, place, west, east = (column[order] for column in found)
    # Lines are set 1,000 degrees apart, so that what reached furthest east before a piece is of its own line or far away.
    furthest = np.maximum.accumulate(east + line * 1000.0)
    reached = np.maximum.accumulate(np.where(furthest == east + line * 1000.0, np.arange(len(line)), 0))[:-1]
    shared = np.minimum(east[reached], east[1:]) - west[1:]
    both = (line[reached] == line[1:]) & (place[reached] != place[1:]) & (shared > 0)
    pairs = np.sort(np.stack([place[reached][both], place[1:][both]], axis=1), axis=1)
    unique, number = np.unique(pairs, axis=0, return_inverse=True)
    areas = np.bincount(number.ravel(), (shared * heights[line[1:]])[both], minlength=len(unique))
    return [
        Overlap(int(first), int(second), float(area / min(inside[first], inside[second])))
        for (first, second), area in zip(unique, areas, strict=True)
    ]


def _lines(edges: Edges) -> tuple[Floats, Floats]:
    """Latitudes halfway between those of vertices, and how far those lie apart.

    Length times height then sums to the exact area; the lines are thinned until they meet edges at most ``MOST_CROSSINGS``
    times, and what is compared of areas are shares.
    """
    heights = np.unique(np.concatenate([edges.y1, edges.y2]))
    lines = (heights[:-1] + heights[1:]) / 2
    meetings = int(np.sum(np.searchsorted(lines, edges.y2) - np.searchsorted(lines, edges.y1)))
    every = max(1, -(-meetings // MOST_CROSSINGS))
    return lines[::every], np.diff(heights)[::every]


def _winding(edges: Edges, lines: Floats, heights: Floats, places: int) -> tuple[Floats, Floats]:
    """(P,) the area inside each place, and of that what its rings wind round more than once or the wrong way."""
    line, place, x, turn = crossings(edges, lines)
    winding: Whole = np.cumsum(turn)[:-1]
    area = np.where((np.diff(line) == 0) & (np.diff(place) == 0), np.diff(x) * heights[line[:-1]], 0.0)
    inside = np.bincount(place[:-1], np.where(winding != 0, area, 0.0), minlength=places)
    doubled = np.bincount(place[:-1], np.where((winding != 0) & (winding != 1), area, 0.0), minlength=places)
    return inside.astype(np.float64), doubled.astype(np.float64)
