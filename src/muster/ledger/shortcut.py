"""Which rows of a large ledger have to be walked for a state, and which of its cells only add.

Where a day's totals surely replace the level, whatever it was, nothing of the cell before that day is walked; and where only
increments of days of their own follow, they are added without a walk.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from muster.ledger.arrays import Array
from muster.ledger.columns import INCREMENT, NO_DAY, TOTAL, Columns


def are_there(days: Array, on: date) -> Array:
    """Which records hold by a day."""
    return (days != NO_DAY) & (days <= on.toordinal())  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Walk:
    """The rows that have to be walked, by cell and day; where each cell begins (one more than cells); which cells only add."""

    rows: Array
    bounds: Array
    adds: Array


def walk(columns: Columns, rows: Array) -> Walk:
    """The rows to be walked, of those that are there."""
    if not len(rows):
        return Walk(rows, np.zeros(1, np.int64), np.zeros(0, bool))
    rows = rows[np.argsort((columns.cell[rows].astype(np.int64) << 32) + columns["day"][rows])]
    cell, day, since = columns.cell[rows], columns["day"][rows], columns["since"][rows]
    sized = (columns["flag"][rows] == 0) & ~(np.isnan(columns["low"][rows]) & np.isnan(columns["high"][rows]))
    total, more = sized & (columns["basis"][rows] == TOTAL), sized & (columns["basis"][rows] == INCREMENT)
    later = (since == NO_DAY) | (since > _day_before(cell, day))
    starts = np.flatnonzero(_opens(cell))
    decided = np.where(_decided(_opens(cell, day), total & later, more), np.arange(len(rows)), NO_DAY)
    count = np.diff(np.append(starts, len(rows)))
    begin = np.repeat(np.maximum.reduceat(decided, starts), count)
    kept = (begin == NO_DAY) | ((np.arange(len(rows)) >= begin) & (total | more))
    bounds = np.append(0, np.cumsum(np.add.reduceat(kept.astype(np.int64), starts)))
    cell, day, total, more, later = (column[kept] for column in (cell, day, total, more, later))
    adds = _alone(cell, day) & later & np.where(_opens(cell), total | more, more)
    return Walk(rows[kept], bounds, np.logical_and.reduceat(adds, bounds[:-1]))


def _opens(*columns: Array) -> Array:
    """Where a row begins a new run of equal values."""
    opens = np.ones(len(columns[0]), bool)
    opens[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return opens


def _alone(cell: Array, day: Array) -> Array:
    """Which rows are the only ones of their cell and day."""
    opens = _opens(cell, day)
    alone: Array = opens & np.append(opens[1:], True)
    return alone


def _day_before(cell: Array, day: Array) -> Array:
    """The last day of the same cell before a row's own; ``NO_DAY`` where there is none."""
    opens, begins = _opens(cell, day), _opens(cell)
    before = np.where(begins, NO_DAY, np.append(NO_DAY, day[:-1]))
    run = np.maximum.accumulate(np.where(opens, np.arange(len(day)), 0))
    return before[run]


def _decided(opens: Array, surely: Array, more: Array) -> Array:
    """Where a day begins whose totals replace the level, whatever it was: no increment, and one that is surely later."""
    starts = np.flatnonzero(opens)
    resets = np.logical_or.reduceat(surely, starts) & ~np.logical_or.reduceat(more, starts)
    decided = np.zeros(len(opens), bool)
    decided[starts[resets]] = True
    return decided
