"""Where horizontal lines cross borders: the one computation that areas, overlaps and the grid of cells come from."""

from typing import NamedTuple

import numpy as np

from muster.panel.geography.polygons import Edges, Floats, Whole, taken


class Crossings(NamedTuple):
    """Where lines meet edges, each (C,), by line, place and longitude: the line's number, the place's, x and ``Edges.turn``."""

    line: Whole
    place: Whole
    x: Floats
    turn: Whole


class Spans(NamedTuple):
    """Pieces of lines that lie inside a place, each (S,): the line's number, the place's, and from where to where."""

    line: Whole
    place: Whole
    west: Floats
    east: Floats


def crossings(edges: Edges, lines: Floats) -> Crossings:
    """Every crossing of an edge and a horizontal line.

    Args:
        lines: (L,) latitudes, ascending. An edge from y1 up to y2 meets a line at y where y1 <= y < y2.
    """
    edge, line = ranges(np.searchsorted(lines, edges.y1), np.searchsorted(lines, edges.y2))
    met = taken(edges, edge)
    x = met.x1 + (lines[line] - met.y1) * (met.x2 - met.x1) / (met.y2 - met.y1)
    order = np.lexsort((x, met.place, line))
    return Crossings(line[order], met.place[order], x[order], met.turn[order])


def spans(edges: Edges, lines: Floats) -> Spans:
    """The pieces of horizontal lines inside each place by the even-odd rule; rings are closed, so that crossings pair up."""
    line, place, x, _ = crossings(edges, lines)
    return Spans(line[::2], place[::2], x[::2], x[1::2])


def ranges(first: Whole, last: Whole) -> tuple[Whole, Whole]:
    """Whole numbers from each ``first`` up to, not including, ``last``, and the row that each belongs to."""
    counts = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + first[row]
