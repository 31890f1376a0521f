"""Which places border which, and how many borders lie between a place and the treated ones."""

from collections.abc import Iterable, Iterator
from math import cos, radians

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from muster.errors import PanelError
from muster.panel.geography.polygons import Edges, Floats, Polygons, Whole, taken
from muster.panel.geography.scanning import ranges
from muster.panel.tablefile import near

KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km
TOLERANCE = 0.1  # km
# Borders that do not match exactly count where this many tolerances run side by side: two areas that meet in a point do not.
LEAST = 10
MOST_SAMPLES = 2_000_000


def neighbours(polygons: Polygons, tolerance: float = TOLERANCE) -> dict[str, list[str]]:
    """Each place and, sorted, the places that it has a border with; those that meet in single points are none.

    Two places share a border where both have the same edge. Where files of borders do not match exactly, the edges that only
    one place has count too, if about ten tolerances of them (a kilometre) or more lie within a tolerance of the other place.

    Args:
        tolerance: km. Borders of more than 100,000 km in all are measured more coarsely. Distances are those at the middle
            latitude of the file.
    """
    found: dict[str, set[str]] = {place: set() for place in polygons.places}
    edges = polygons.edges()
    twins, alone = _same(edges)
    for first, second in {*twins, *_near(taken(edges, alone), _scale(polygons), tolerance)}:
        found[polygons.places[first]].add(polygons.places[second])
        found[polygons.places[second]].add(polygons.places[first])
    return {place: sorted(others) for place, others in found.items()}


def rings(polygons: Polygons, treated: Iterable[str]) -> dict[str, int]:
    """How many borders lie between each place and the nearest treated one: 0 treated, 1 its neighbours, and so on.

    Places that no chain of borders joins to a treated one, such as islands, are left out.

    Raises:
        PanelError: no treated place, or one that is not among the polygons.
    """
    found = dict.fromkeys(sorted(treated), 0)
    if not found:
        raise PanelError("no treated place to count rings from", expected="treated places in the plan")
    for place in found:
        if place not in polygons.places:
            raise PanelError(f"no polygon of the treated place {place!r}", expected=near(place, polygons.places))
    others, ring = neighbours(polygons), list(found)
    while ring:
        ring = sorted({other for place in ring for other in others[place]} - set(found))
        found |= dict.fromkeys(ring, max(found.values()) + 1)
    return found


def _same(edges: Edges) -> tuple[set[tuple[int, int]], NDArray[np.bool_]]:
    """Places that have an edge in common, and (E,) which edges only one place has."""
    lines = np.stack([edges.x1, edges.y1, edges.x2, edges.y2], axis=1)
    _, line = np.unique(lines, axis=0, return_inverse=True)
    owned = np.unique(np.stack([line.ravel(), edges.place], axis=1), axis=0)
    common = owned[:-1, 0] == owned[1:, 0]
    alone = np.bincount(owned[:, 0])[line.ravel()] == 1
    return set(_pairs(owned[:-1, 1][common], owned[1:, 1][common])), alone


def _near(edges: Edges, scale: Floats, tolerance: float) -> Iterator[tuple[int, int]]:
    """Places of which more than ``LEAST`` tolerances of border lie within a tolerance of each other."""
    spacing = max(tolerance / 2, _lengths(edges, scale).sum() / MOST_SAMPLES)
    points, place = _samples(edges, scale, spacing)
    pairs = cKDTree(points).query_pairs(2 * spacing, output_type="ndarray")
    pairs = pairs[place[pairs[:, 0]] != place[pairs[:, 1]]]
    # Of each place in turn, the samples that lie near the other one.
    both = np.concatenate([pairs, pairs[:, ::-1]])
    beside = np.unique(np.stack([both[:, 0], place[both[:, 1]]], axis=1), axis=0)
    sides, counts = np.unique(np.stack([place[beside[:, 0]], beside[:, 1]], axis=1), axis=0, return_counts=True)
    long = counts > LEAST * 2
    yield from _pairs(sides[long, 0], sides[long, 1])


def _pairs(first: Whole, second: Whole) -> Iterator[tuple[int, int]]:
    ordered = np.unique(np.sort(np.stack([first, second], axis=1), axis=1), axis=0)
    yield from ((int(one), int(other)) for one, other in ordered)


def _scale(polygons: Polygons) -> Floats:
    """Kilometres in a degree of longitude and of latitude, in the middle of the file."""
    _, south, _, north = polygons.extent
    return np.array([cos(radians((south + north) / 2)), 1.0]) * KM_PER_DEGREE


def _lengths(edges: Edges, scale: Floats) -> Floats:
    lengths: Floats = np.hypot((edges.x2 - edges.x1) * scale[0], (edges.y2 - edges.y1) * scale[1])
    return lengths


def _samples(edges: Edges, scale: Floats, spacing: float) -> tuple[Floats, Whole]:
    """Points along the edges in km, (S, 2), and whose they are: one of each place in a square of ``spacing``."""
    steps = np.ceil(_lengths(edges, scale) / spacing).astype(np.int64) + 1
    edge, step = ranges(np.zeros_like(steps), steps)
    x1, y1, x2, y2, place, _ = taken(edges, edge)
    share = (step + 0.5) / steps[edge]
    points = np.stack([x1 + share * (x2 - x1), y1 + share * (y2 - y1)], axis=1) * scale
    squares = np.column_stack([np.floor(points / spacing).astype(np.int64), place])
    _, kept = np.unique(squares, axis=0, return_index=True)
    return points[kept], place[kept]
