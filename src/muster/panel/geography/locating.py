"""Point in polygon, written once on Ibis: a cell by arithmetic, a join, and even-odd rays where a border runs through.

Most points lie in a cell that is wholly inside one place or outside all; a join with the table of cells decides them. The
others are decided exactly: of the edges in the point's row of cells, those that cross its latitude east of it are counted for
each place, and an odd number means inside. An edge holds its lower end and not its upper one, and a point on an edge counts as
east of it, so that a point on a border between two places lies in exactly one of them. Where two places overlap, the first by
name holds what lies in both. Nothing but comparisons, arithmetic and joins on equal keys is used, so that every engine gives
the same answer in the memory that its joins need.
"""

import ibis
import ibis.expr.types as ir

from muster.panel.geography.cells import Grid


def located(points: ir.Table, grid: Grid, *, latitude: str = "latitude", longitude: str = "longitude", name: str) -> ir.Table:
    """The points, each once, with a column ``name``: the place that it lies in, null outside all and without coordinates.

    Args:
        latitude, longitude: names of columns of degrees (float64); null where unknown.
    """
    numbered = celled(points, grid, latitude=latitude, longitude=longitude)
    cells = ibis.memtable(grid.cells)
    joined = numbered.left_join(cells, numbered.cell_ == cells.cell)
    joined = joined.mutate(exact_x=joined.crossed.ifelse(joined.x_, None), exact_y=joined.crossed.ifelse(joined.y_, None))
    hits = _hits(_spots(points.select(latitude, longitude), grid, latitude, longitude), grid)
    told = joined.left_join(hits, [joined.exact_x == hits.hit_x, joined.exact_y == hits.hit_y])
    return told.select(*points.columns, **{name: ibis.coalesce(told.within, told.inside)})


def celled(points: ir.Table, grid: Grid, *, latitude: str, longitude: str) -> ir.Table:
    """The points with ``cell_``, the number of their cell, and ``row_``; points outside the grid fall into its empty margin."""
    east = grid.west + grid.columns / grid.per_degree_x
    north = grid.south + grid.rows / grid.per_degree_y
    x, y = points[longitude], points[latitude]
    there = (x >= grid.west) & (x < east) & (y >= grid.south) & (y < north)
    moved = points.mutate(x_=there.ifelse(x, grid.west), y_=there.ifelse(y, grid.south))
    column = ((moved.x_ - grid.west) * grid.per_degree_x).floor().cast("int32")
    row = ((moved.y_ - grid.south) * grid.per_degree_y).floor().cast("int32")
    return moved.mutate(row_=row, cell_=(row * grid.columns + column).cast("int32"))


def _spots(points: ir.Table, grid: Grid, latitude: str, longitude: str) -> ir.Table:
    """The different points in cells that a border runs through: x_, y_, row_.

    The points are read once more for them: kept from the first time, all of them would have to be held at once.
    """
    numbered = celled(points, grid, latitude=latitude, longitude=longitude).select("x_", "y_", "row_", "cell_")
    crossed = ibis.memtable(grid.cells.filter(grid.cells["crossed"]).select(["cell"]))
    return numbered.inner_join(crossed, numbered.cell_ == crossed.cell).select("x_", "y_", "row_").distinct()


def _hits(spots: ir.Table, grid: Grid) -> ir.Table:
    """The spots that lie in a place, decided by counting edges: hit_x, hit_y, inside."""
    edges = ibis.memtable(grid.edges)
    pairs = spots.join(edges, [spots.row_ == edges.row, spots.y_ >= edges.y1, spots.y_ < edges.y2])
    east = pairs.filter(pairs.x_ < pairs.x1 + (pairs.y_ - pairs.y1) * pairs.dx / pairs.dy)
    counted = east.group_by(hit_x=east.x_, hit_y=east.y_, inside=east.inside).aggregate(crossings=east.count())
    odd = counted.filter(counted.crossings % 2 == 1)
    return odd.group_by("hit_x", "hit_y").aggregate(inside=odd.inside.min())
