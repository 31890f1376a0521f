"""What was known on a date and the state it adds up to, from a large ledger's columns.

The rules are those of :mod:`muster.ledger.known` and :mod:`muster.ledger.state`, and the walk is the one there. Only the way
to it is shorter: where a day's totals surely replace the level, whatever it was, nothing of the cell before that day is
walked; and where only increments of days of their own follow, they are added without a walk. Reasons for records left out
are worked out for one cell on demand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import isnan
from operator import add
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from muster.ledger.arrays import Array, to_arrow, to_numpy
from muster.ledger.columns import ACCEPTED, INCREMENT, NO_DAY, PROPOSED, TOTAL, UNDOES, key_from, published_text
from muster.ledger.state import ASIDE, Cell, Key, last_cell, order_of, state
from muster.records import Basis, Citation, Commitment

FLAGS = ((), *((flag,) for flag in ASIDE))
BASES: tuple[Basis, ...] = ("total", "increment", "part")
NOWHERE = Citation()


class Columns:
    """A survey's table as arrays by column; ``id`` and ``voice`` stay with Arrow, for few of them are ever read."""

    def __init__(self, table: pa.Table) -> None:
        self.ids: pa.ChunkedArray = table["id"]
        self.voices: pa.ChunkedArray = table["voice"]
        self.target: pa.ChunkedArray = table["target"]
        cell = table["cell"].combine_chunks()
        self.keys: pa.Array = cell.dictionary
        self.cell: Array = to_numpy(cell.indices)
        names = ("decides", "fate", "carries", "published", "known", "day", "since", "low", "high", "basis", "flag")
        self._arrays: dict[str, Array] = {name: to_numpy(table[name]) for name in names}

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]


@dataclass(frozen=True)
class Seen:
    """What had been published: the rows that hold accepted commitments, the number of proposed ones, the last date."""

    rows: Array
    proposed: int
    latest: str


def seen(columns: Columns, as_of: date | None) -> Seen:
    """The records that :func:`muster.ledger.known.known` would show, as rows."""
    fate, source = _judged(columns)
    visible = (columns["decides"] == 0) | (source != np.arange(len(source)))  # a decision is no record by itself
    if as_of is not None:
        visible = visible & (columns["known"][source] <= as_of.toordinal())
    commitments = visible & (columns["carries"][source] == 1)
    published = columns["published"][source[visible]]
    return Seen(
        rows=source[commitments & (fate == ACCEPTED)],
        proposed=int(np.count_nonzero(commitments & (fate == PROPOSED))),
        latest=published_text(int(published.max(initial=0))),
    )


def _judged(columns: Columns) -> tuple[Array, Array]:
    """For each row its fate and the row that speaks for it: its own, or that of the decision that corrects it."""
    fate, source = columns["fate"].copy(), np.arange(len(columns.ids))
    decisions = np.flatnonzero(columns["decides"])
    if not len(decisions):
        return fate, source
    targets = columns.target.take(to_arrow(decisions, pa.int64())).combine_chunks().dictionary_encode()
    last = _standing(columns, decisions, to_numpy(targets.indices), len(targets.dictionary))
    place = to_numpy(pc.fill_null(pc.index_in(columns.ids, value_set=targets.dictionary), NO_DAY))
    decided = np.flatnonzero((place != NO_DAY) & (last[place] != NO_DAY))
    by = last[place[decided]]
    fate[decided] = columns["fate"][by]
    source[decided] = np.where(columns["carries"][by] > 0, by, decided)
    return fate, source


def _standing(columns: Columns, decisions: Array, target: Array, count: int) -> Array:
    """For each target the row of the last decision on it that nothing took back; ``NO_DAY`` where all were taken back."""
    last = np.full(count, NO_DAY, np.int64)
    undoes = columns["decides"][decisions] == UNDOES
    again = np.isin(target, target[undoes])
    np.maximum.at(last, target[~again], decisions[~again])  # the last decision of the chain wins
    stacks: dict[int, list[int]] = {}
    for row, one, undone in zip(decisions[again].tolist(), target[again].tolist(), undoes[again].tolist(), strict=True):
        made = stacks.setdefault(one, [])
        if not undone:
            made.append(row)
        elif made:
            made.pop()
    for one, made in stacks.items():
        last[one] = made[-1] if made else NO_DAY
    return last


class Cells(Sequence[Cell]):
    """The state on a day (None: after the last record), sorted as :func:`muster.ledger.state.state` sorts it.

    Cells are made as they are asked for, without ``left_out``; :meth:`explained` gives one with it.
    """

    def __init__(self, columns: Columns, rows: Array, on: date | None) -> None:
        self._columns, self._on = columns, on
        self._all = rows
        there = rows if on is None else rows[_is_there(columns["day"][rows], on)]
        self._walk = _walk(columns, there)
        codes = columns.cell[self._walk.rows[self._walk.bounds[:-1]]]
        self._keys: list[Key] = [key_from(text) for text in columns.keys.take(to_arrow(codes, pa.int32())).to_pylist()]
        self._codes = codes
        self._order = sorted(range(len(codes)), key=list(map(order_of, self._keys)).__getitem__)

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Cell: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Cell, ...]: ...
    def __getitem__(self, place: int | slice) -> Cell | tuple[Cell, ...]:
        if isinstance(place, slice):
            return tuple(self._made(self._order[place]))
        return next(self._made([self._order[place]]))

    def __iter__(self) -> Iterator[Cell]:
        return self._made(self._order)

    def explained(self, place: int) -> Cell:
        """One cell from all its records, with an account of those that do not make it."""
        code = self._codes[self._order[place]]
        rows = self._all[self._columns.cell[self._all] == code]
        (cell,) = state(_Records(self._columns, rows).made(self._keys[self._order[place]], 0, len(rows)), self._on)
        return cell

    def _made(self, order: Sequence[int]) -> Iterator[Cell]:
        rows, bounds, adds = self._walk.rows, self._walk.bounds.tolist(), self._walk.adds.tolist()
        if len(order) < len(self._order) // 2:
            for place in order:
                first, last = bounds[place], bounds[place + 1]
                yield _Records(self._columns, rows[first:last]).cell(self._keys[place], 0, last - first, adds[place])
            return
        records = _Records(self._columns, rows)
        for place in order:
            yield records.cell(self._keys[place], bounds[place], bounds[place + 1], adds[place])


def _is_there(days: Array, on: date) -> Array:
    return (days != NO_DAY) & (days <= on.toordinal())  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Walk:
    """The rows that have to be walked, by cell and day; where each cell begins (one more than cells); which cells only add."""

    rows: Array
    bounds: Array
    adds: Array


def _walk(columns: Columns, rows: Array) -> _Walk:
    """The rows to be walked, of those that are there."""
    if not len(rows):
        return _Walk(rows, np.zeros(1, np.int64), np.zeros(0, bool))
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
    return _Walk(rows[kept], bounds, np.logical_and.reduceat(adds, bounds[:-1]))


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


class _Records:
    """Rows as lists, and as the least commitments that the walk of the state needs."""

    def __init__(self, columns: Columns, rows: Array) -> None:
        taken = to_arrow(rows, pa.int64())
        self._ids: list[str] = columns.ids.take(taken).to_pylist()
        for place in np.flatnonzero(columns["decides"][rows]):
            self._ids[place] = columns.target[int(rows[place])].as_py()
        self._voices: pa.Array = columns.voices.take(taken)
        names = ("day", "since", "basis", "flag", "low", "high")
        self._days, self._since, self._bases, self._flags, self._lows, self._highs = (
            columns[name][rows].tolist() for name in names
        )

    def cell(self, key: Key, first: int, last: int, adds: bool) -> Cell:
        """A cell without the account of what was left out.

        ``adds``: no two records share a day, each is surely later than the one before, and all after the first are
        increments. What the rules make of them is the first amount and the increments on top.
        """
        mission, scope, actor, kind, stage, unit, currency = key
        names: tuple[str, ...]
        if adds and last - first == 1:
            low, high = _amount(self._lows[first]), _amount(self._highs[first])
            day, names = day_from(self._days[first]), (self._ids[first],)
        elif adds:
            low, high = _amount(reduce(add, self._lows[first:last])), _amount(reduce(add, self._highs[first:last]))
            day, names = day_from(self._days[last - 1]), tuple(sorted(self._ids[first:last]))
        else:
            found = last_cell(key, self.made(key, first, last))
            low, high, day, names = found.low, found.high, found.date, found.records
        return Cell(
            mission=mission,
            scope=scope,
            actor=actor,
            kind=kind,
            stage=stage,
            unit=unit,
            currency=currency,
            low=low,
            high=high,
            date=day,
            records=names,
        )

    def made(self, key: Key, first: int, last: int) -> list[Commitment]:
        """The records of one cell, by day and id."""
        order = sorted(range(first, last), key=lambda place: (self._days[place], self._ids[place]))
        return [self._one(key, place) for place in order]

    def _one(self, key: Key, place: int) -> Commitment:
        mission, scope, actor, kind, stage, unit, currency = key
        basis = self._bases[place]
        return Commitment(
            id=self._ids[place],
            mission=mission,
            scope=scope,
            actor=actor,
            kind=kind,
            stage=stage,
            unit=unit,
            currency=currency,
            amount_low=_amount(self._lows[place]),
            amount_high=_amount(self._highs[place]),
            basis=BASES[basis],
            date_from=day_from(self._since[place]),
            date_to=day_from(self._days[place]),
            flags=FLAGS[self._flags[place]],
            citation=Citation(address=self._voices[place].as_py().hex()) if basis == INCREMENT else NOWHERE,
        )


def _amount(number: float) -> float | None:
    """A column's number as an amount; what is missing there, or was added to something missing, is unbounded."""
    return None if isnan(number) else number


def day_from(ordinal: int) -> date | None:
    """The day of a column's number."""
    return None if ordinal == NO_DAY else date.fromordinal(ordinal)
