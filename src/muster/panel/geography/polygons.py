"""Admin areas as rings of coordinates: what a file of polygons becomes once it is found sound."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """A closed line of degrees, (V, 2), longitude first; ``place`` counts in ``Polygons.places``, ``hole`` is an inner ring."""

    place: int
    hole: bool
    line: Floats

    @property
    def area(self) -> float:
        """Square degrees, negative where the ring runs clockwise."""
        x, y = (self.line - self.line[0]).T
        return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


class Edges(NamedTuple):
    """Straight pieces of border, each (E,): from the lower end (x1, y1) to the upper (x2, y2), and whose they are.

    ``turn`` is 1 where a line from the west enters the ring (leaves it, if that is a hole) and -1 on its other side. Both sides
    of a common border hold the same numbers in the same order, whichever way their rings run, so that they come to the same
    answer for a point beside it.
    """

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    place: Whole
    turn: Whole


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """Places, sorted by name, and their rings. A place may have several parts; the rings of one place do not cross."""

    places: tuple[str, ...]
    rings: tuple[Ring, ...]

    def edges(self) -> Edges:
        """All edges, in the order of the rings."""
        starts = np.concatenate([ring.line[:-1] for ring in self.rings])
        ends = np.concatenate([ring.line[1:] for ring in self.rings])
        lengths = [len(ring.line) - 1 for ring in self.rings]
        place = np.repeat(np.array([ring.place for ring in self.rings]), lengths)
        outward = np.repeat([-np.sign(ring.area) * (-1 if ring.hole else 1) for ring in self.rings], lengths)
        turned = (starts[:, 1] > ends[:, 1]) | ((starts[:, 1] == ends[:, 1]) & (starts[:, 0] > ends[:, 0]))
        low, high = np.where(turned[:, None], ends, starts), np.where(turned[:, None], starts, ends)
        turn = np.where(turned, -outward, outward).astype(np.int64)
        return Edges(low[:, 0], low[:, 1], high[:, 0], high[:, 1], place, turn)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        lowest = np.min([ring.line.min(axis=0) for ring in self.rings], axis=0)
        highest = np.max([ring.line.max(axis=0) for ring in self.rings], axis=0)
        return float(lowest[0]), float(lowest[1]), float(highest[0]), float(highest[1])


def taken(edges: Edges, chosen: NDArray[np.bool_] | Whole) -> Edges:
    """Some of the edges."""
    x1, y1, x2, y2, place, turn = edges
    return Edges(x1[chosen], y1[chosen], x2[chosen], y2[chosen], place[chosen], turn[chosen])
