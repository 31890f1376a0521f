"""What was known on a date and the state it adds up to, from a large ledger's columns.

The rules are those of :mod:`muster.ledger.known`, :mod:`muster.ledger.state` and :mod:`muster.ledger.presence`, and the walk is
the one there. Only the way to it is shorter, see :mod:`muster.ledger.shortcut`. Reasons for records left out are worked out
for one cell on demand.
"""

import gc
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
from muster.ledger.columns import ACCEPTED, INCREMENT, NO_DAY, PROPOSED, TOTAL, UNDOES, Columns, key_from, published_text
from muster.ledger.presence import Told, remaining, strengths
from muster.ledger.shortcut import are_there, walk
from muster.ledger.state import ASIDE, Cell, Key, last_cell, order_of
from muster.records import Basis, Citation, Commitment, Stage

FLAGS = ((), *((flag,) for flag in ASIDE))
BASES: tuple[Basis, ...] = ("total", "increment", "part")
NOWHERE = Citation()


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
    """The state on a day (None: after the last record), as :func:`muster.ledger.presence.strengths` gives it.

    Cells are made as they are asked for, without ``left_out``; :meth:`explained` gives one with it.
    """

    def __init__(self, columns: Columns, rows: Array, on: date | None) -> None:
        self._columns, self._on = columns, on
        self._all = rows
        there = rows if on is None else rows[are_there(columns["day"][rows], on)]
        self._walk = walk(columns, there)
        self._bounds: list[int] = self._walk.bounds.tolist()
        codes = columns.cell[self._walk.rows[self._walk.bounds[:-1]]]
        self._keys: list[Key] = [key_from(text) for text in columns.keys.take(to_arrow(codes, pa.int32())).to_pylist()]
        self._codes = codes
        self._places = {key: place for place, key in enumerate(self._keys)}
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
        key = self._keys[self._order[place]]
        keys = [other for other in (key, _with_stage(key, "withdrawn")) if other in self._places]
        rows = [self._all[self._columns.cell[self._all] == self._codes[self._places[other]]] for other in keys]
        made = [one for other, own in zip(keys, rows, strict=True) for one in _Records(self._columns, own).all_of(other)]
        return next(cell for cell in strengths(made, self._on) if cell.stage == key[4])

    def _made(self, order: Sequence[int]) -> Iterator[Cell]:
        few = len(order) < len(self._order) // 2
        records = None if few else _Records(self._columns, self._walk.rows)
        if records:
            gc.freeze()  # millions of values that are in no cycle: the collector would walk them again and again
        withdrawn: dict[int, Cell] = {}  # they come after the deployed, and are needed by both
        for place in order:
            cell = withdrawn.pop(place, None) or self._one(place, records)
            key = self._keys[place]
            gone = self._places.get(_with_stage(key, "withdrawn")) if key[4] == "deployed" else None
            if gone is None:
                yield cell
                continue
            left = withdrawn[gone] = self._one(gone, records)
            told = self._told(place, records) | self._told(gone, records)
            yield remaining(cell, left if left.records else None, told.__getitem__)

    def _one(self, place: int, records: "_Records | None") -> Cell:
        """A cell by itself."""
        first, last, known = self._span(place, records)
        return known.cell(self._keys[place], first, last, bool(self._walk.adds[place]))

    def _told(self, place: int, records: "_Records | None") -> dict[str, Told]:
        first, last, known = self._span(place, records)
        return known.told(first, last)

    def _span(self, place: int, records: "_Records | None") -> "tuple[int, int, _Records]":
        """Where a cell's rows stand among those that were taken; without any, they are taken now."""
        first, last = self._bounds[place], self._bounds[place + 1]
        if records is not None:
            return first, last, records
        return 0, last - first, _Records(self._columns, self._walk.rows[first:last])


def _with_stage(key: Key, stage: Stage) -> Key:
    mission, scope, actor, kind, _, unit, currency = key
    return mission, scope, actor, kind, stage, unit, currency


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

    def told(self, first: int, last: int) -> dict[str, Told]:
        """What the records of one cell tell, by id."""
        return {
            self._ids[place]: Told(day_from(self._days[place]), self._bases[place] == TOTAL) for place in range(first, last)
        }

    def all_of(self, key: Key) -> list[Commitment]:
        """All rows as the records of one cell."""
        return self.made(key, 0, len(self._ids))

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
