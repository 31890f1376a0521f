"""A grid of equal cells over polygons: which cells lie wholly inside a place, and which a border crosses."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from muster.panel.geography.polygons import Edges, Floats, Polygons, Whole, taken
from muster.panel.geography.scanning import ranges, spans

MOST_CELLS = 1 << 18
MOST_PIECES = 20_000_000  # of edges, one for each row of cells that an edge runs through
# In cells: far more than arithmetic can be off by, so that no point beside a border is taken for one of a whole cell.
MARGIN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Equal cells over the polygons' extent with an empty margin around it; number = row * columns + column, from southwest.

    Args:
        west, south: the corner of the cells; ``per_degree_x`` and ``per_degree_y`` cells make a degree.
        cells: ``cell`` (int32), ``within``: the place that it wholly lies in, or null where it is ``crossed`` by a border. The
            cells that are not among them are outside.
        edges: ``row`` (int32) of cells, ``x1, y1, y2, dx, dy`` (float64) and ``inside`` (the place) of every edge that is not
            horizontal, once for each row that it runs through.
    """

    west: float
    south: float
    per_degree_x: float
    per_degree_y: float
    columns: int
    rows: int
    cells: pa.Table
    edges: pa.Table


def grid_of(polygons: Polygons, most_cells: int = MOST_CELLS) -> Grid:
    """The grid over these polygons: about square cells, as many as they may be while the table of edges stays bounded."""
    west, south, east, north = polygons.extent
    edges = polygons.edges()
    width, height = east - west, north - south
    across = max(1, round((most_cells * width / height) ** 0.5))
    while True:
        columns, rows = min(across, most_cells), max(1, min(most_cells // across, most_cells))
        tall = (edges.y2 - edges.y1) * rows / height
        wide = (edges.x2 - edges.x1) * columns / width
        if np.sum(tall) + np.sum(np.abs(wide)) + 4 * len(tall) <= MOST_PIECES or most_cells <= 4:
            break
        most_cells //= 4
        across = max(1, across // 2)
    # Two more cells on each side: no border comes near to the outermost, and points outside the extent are put there.
    scale = columns / width, rows / height
    corner = west - 2 / scale[0], south - 2 / scale[1]
    return _filled(polygons, edges, corner, scale, (columns + 4, rows + 4))


def _filled(
    polygons: Polygons, edges: Edges, corner: tuple[float, float], scale: tuple[float, float], size: tuple[int, int]
) -> Grid:
    names = np.array(polygons.places, dtype=object)
    whole, place = _within(edges, corner, scale, size)
    crossed = _crossed(edges, corner, scale, size[0])
    kept = ~np.isin(whole, crossed)
    numbers = np.concatenate([whole[kept], crossed])
    within = pa.array(np.concatenate([names[place[kept]], np.full(len(crossed), None, dtype=object)]), pa.string())
    cells = {"cell": pa.array(numbers, pa.int32()), "within": within, "crossed": within.is_null()}
    return Grid(*corner, *scale, *size, pa.table(cells), _edge_table(edges, names, corner[1], scale[1]))


def _within(
    edges: Edges, corner: tuple[float, float], scale: tuple[float, float], size: tuple[int, int]
) -> tuple[Whole, Whole]:
    """Cells whose centre lies in a place, and the place; of two places that overlap the first by name."""
    centres: Floats = corner[1] + (np.arange(size[1], dtype=np.float64) + 0.5) / scale[1]
    found = spans(edges, centres)
    first, last = (np.ceil((x - corner[0]) * scale[0] - 0.5).astype(np.int64) for x in (found.west, found.east))
    span, column = ranges(first, last)
    number, place = found.line[span] * size[0] + column, found.place[span]
    order = np.lexsort((place, number))
    unique, where = np.unique(number[order], return_index=True)
    return unique, place[order][where]


def _crossed(edges: Edges, corner: tuple[float, float], scale: tuple[float, float], columns: int) -> Whole:
    """Cells that an edge touches, or comes near to by ``MARGIN``."""
    u1, u2 = ((x - corner[0]) * scale[0] for x in (edges.x1, edges.x2))
    v1, v2 = ((y - corner[1]) * scale[1] for y in (edges.y1, edges.y2))
    edge, row = ranges(_floor(v1 - MARGIN), _floor(v2 + MARGIN) + 1)
    u1, v1, u2, v2 = u1[edge], v1[edge], u2[edge], v2[edge]
    rise = np.where(v2 > v1, v2 - v1, 1.0)
    # The part of the edge in the row, from its lower to its upper end as shares of the whole edge.
    enter, leave = (np.clip((row + side - v1) / rise, 0, 1) for side in (-MARGIN, 1 + MARGIN))
    enter, leave = (np.where(v2 > v1, share, level) for share, level in ((enter, 0.0), (leave, 1.0)))
    a, b = u1 + enter * (u2 - u1), u1 + leave * (u2 - u1)
    piece, column = ranges(_floor(np.minimum(a, b) - MARGIN), _floor(np.maximum(a, b) + MARGIN) + 1)
    return np.unique(row[piece] * columns + column)


def _edge_table(edges: Edges, names: NDArray[np.object_], south: float, per_degree: float) -> pa.Table:
    sloping = taken(edges, edges.y2 > edges.y1)
    first, last = (_floor((y - south) * per_degree + side) for y, side in ((sloping.y1, -MARGIN), (sloping.y2, MARGIN)))
    edge, row = ranges(first, last + 1)
    met = taken(sloping, edge)
    numbers: dict[str, Floats] = {"x1": met.x1, "y1": met.y1, "y2": met.y2, "dx": met.x2 - met.x1, "dy": met.y2 - met.y1}
    columns = {name: pa.array(column) for name, column in numbers.items()}
    return pa.table({"row": pa.array(row, pa.int32()), **columns, "inside": pa.array(names[met.place], pa.string())})


def _floor(values: Floats) -> Whole:
    return np.floor(values).astype(np.int64)
