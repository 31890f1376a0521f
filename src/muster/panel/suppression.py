"""Small counts hidden: cells from 1 to 4, and as many others as it takes that no total of a row or column gives one away.

The cells of a table whose row and column totals are known are the edges of a graph between rows and columns. A hidden cell can
be larger than it is where a cycle of hidden cells leads through it whose every second cell can be smaller (Gusfield 1988, "A
graph theoretic approach to statistical data security", SIAM Journal on Computing 17, section 3). Where there is no such cycle
the cheapest cells that close one are hidden too.
"""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from muster.panel.values import Panel, arrays
from muster.records import Outcome

FEWEST = 5  # the smallest count that is shown
ZERO = 100.0  # what it costs to hide a zero: done only where nothing else helps
NO_COUNT = re.compile(r"percent|%|\bindex\b|\bprice|\bper\b|\brate\b|\bUSD\b|US\$", re.IGNORECASE)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def is_count(outcome: Outcome) -> bool:
    """Whether an outcome's panel counts something; a rate rests on counts, and is made after these are hidden."""
    return bool(outcome.population) or not (outcome.base or NO_COUNT.search(outcome.unit))


def suppressed(panel: Panel) -> Panel:
    """The panel with its small counts hidden; what is no count stays as it is.

    A hidden cell has no value, no bounds and no evidence, and nobody is told which of them is small. ``n`` and ``n_sources``
    are counts too and are null in every row. Each panel is protected by itself: panels that add up to one another are not.
    """
    if not is_count(panel.outcome) or not panel.table.num_rows:
        return replace(panel, recipe={**panel.recipe, "suppressed": "nothing: no count"})
    mask = _of_rows(panel)
    hidden, table = pa.array(mask), panel.table
    for name in ("value", "low", "high", "evidence"):
        field = table.schema.field(name)
        empty = pa.array([[]] * table.num_rows, field.type) if name == "evidence" else pa.nulls(table.num_rows, field.type)
        column = pc.if_else(hidden, empty, table[name].combine_chunks())
        table = table.set_column(table.schema.get_field_index(name), field, column)
    for name in ("n", "n_sources"):
        field = table.schema.field(name)
        table = table.set_column(table.schema.get_field_index(name), field, pa.nulls(table.num_rows, field.type))
    words = f"counts from 1 to {FEWEST - 1}, and others that would give them away: {mask.sum()} of {table.num_rows} cells"
    return replace(panel, table=table, recipe={**panel.recipe, "suppressed": words})


def _of_rows(panel: Panel) -> Mask:
    """Which rows of the table are hidden: value, low and high are three tables with the same hidden cells."""
    found = arrays(panel)
    mask = np.zeros(found.values.shape, dtype=bool)
    for values in (found.values, found.low, found.high):
        mask |= (values > 0) & (values < FEWEST)
    for values in (found.values, found.low, found.high):
        mask = hidden_cells(values, mask)
    spans = {span: place for place, span in enumerate(zip(found.periods, found.ends, strict=True))}
    places = {name: place for place, name in enumerate(found.places)}
    rows = panel.table.select(["place", "period_start", "period_end"]).to_pylist()
    return np.array([mask[spans[row["period_start"], row["period_end"]], places[row["place"]]] for row in rows], dtype=bool)


def hidden_cells(values: Floats, mask: Mask) -> Mask:
    """The cells to hide so that each small one can be another number, for all that is shown and all totals tell.

    Args:
        values: (T, N) counts, NaN where nothing is known.
        mask: (T, N) the cells that are hidden already, all small ones among them.
    """
    table, hidden = _framed(values, mask)
    small = np.argwhere((table > 0) & (table < FEWEST) & hidden)
    for row, column in sorted(small.tolist(), key=lambda cell: (table[cell[0], cell[1]], cell)):
        for least, usable in ((1.0, table > 0), (0.0, table >= 0)):
            path = _cycle(table, hidden, usable, least, (row, column))
            if path:
                hidden[tuple(np.array(path).T)] = True
                break
    return hidden[: values.shape[0], : values.shape[1]]


def _framed(values: Floats, mask: Mask) -> tuple[Floats, Mask]:
    """A table of one row has no column totals that are not its cells: a row beside it that nobody knows stands for that."""
    more = [(0, int(side == 1)) for side in values.shape]
    return np.pad(values, more, constant_values=np.inf), np.pad(mask, more, constant_values=True)


def _cycle(table: Floats, hidden: Mask, usable: Mask, least: float, cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The cheapest cells with which a cell can be one larger, or one smaller, and all totals the same; none without such.

    ``least`` is what somebody who wonders holds a hidden cell to be at least: a cell that becomes smaller must stay above it.
    """
    rows, columns = table.shape
    cost = np.where(hidden, 1e-6, np.where(table > 0, 1 + np.log1p(np.where(np.isfinite(table), table, 0)), ZERO))
    graph = np.zeros((rows + columns, rows + columns))  # from a row a cell becomes larger, from a column one becomes smaller
    graph[:rows, rows:] = np.where(usable, cost, 0.0)
    graph[rows:, :rows] = np.where(usable & (table >= least + 1), cost, 0.0).T
    row, column = cell[0], rows + cell[1]
    graph[row, column] = graph[column, row] = 0.0
    ways = [(column, row)] + ([(row, column)] if table[cell] >= least + 1 else [])
    found = [_path(graph, *way) for way in ways]
    _, nodes = min(found)
    return [(min(pair), max(pair) - rows) for pair in pairwise(nodes)]


def _path(graph: Floats, start: int, end: int) -> tuple[float, list[int]]:
    """The cheapest way from one node to another and what it costs; no nodes where there is no way."""
    costs, before = dijkstra(graph, indices=start, return_predecessors=True)
    nodes = [end] if np.isfinite(costs[end]) else []
    while nodes and nodes[-1] != start:
        nodes.append(int(before[nodes[-1]]))
    return float(costs[end]), nodes
