"""Who is there: those who were deployed, less those who were withdrawn since.

:func:`muster.ledger.state.state` walks each stage by itself. Here the withdrawn of a scope, actor, kind and unit are taken
from the deployed of the same; rotations replace people and are in neither. A total counted after the last withdrawal counts
those who are left, and stands. Where every withdrawal came after the last record of the deployed, all of it is subtracted.
In between (arrivals and withdrawals by turns, or both on one day) only the lower end is lowered: which people a number
counts cannot be told. Where it is not said how many left, nobody knows how many remain. Nobody can be there less than not
at all.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from muster.ledger.state import Cell, day_of, state
from muster.records import Commitment


class Told(NamedTuple):
    """When a record holds, and whether it tells of all who are there (a total, or no basis given)."""

    day: date | None
    is_whole: bool


Telling = Callable[[str], Told]
Place = tuple[str, str, str, str, str | None, str | None]


def strengths(commitments: Iterable[Commitment], on: date | None = None) -> tuple[Cell, ...]:
    """The state on a day as :func:`muster.ledger.state.state` gives it, the deployed less the withdrawn.

    The ids of the withdrawals that count stand among the ``records`` of the deployed cell too.
    """
    records = {record.id: record for record in commitments}

    def telling(name: str) -> Told:
        return Told(day_of(records[name]), records[name].basis in {None, "total"})

    cells = state(records.values(), on)
    gone = {place_of(cell): cell for cell in cells if cell.stage == "withdrawn" and cell.records}
    return tuple(remaining(cell, gone.get(place_of(cell)), telling) if cell.stage == "deployed" else cell for cell in cells)


def place_of(cell: Cell) -> Place:
    """What a cell of the deployed shares with that of the withdrawn."""
    return cell.mission, cell.scope, cell.actor, cell.kind, cell.unit, cell.currency


def remaining(deployed: Cell, withdrawn: Cell | None, telling: Telling) -> Cell:
    """The deployed cell less the withdrawn one, by the rule above."""
    if withdrawn is None or _is_counted_since(deployed, withdrawn, telling):
        return deployed
    days = [telling(name).day for name in withdrawn.records]
    is_after = deployed.date is not None and all(day is not None and day > deployed.date for day in days)
    names = tuple(sorted({*deployed.records, *withdrawn.records}))
    return replace(
        deployed,
        low=_less(deployed.low, withdrawn.high),
        high=_less(deployed.high, withdrawn.low or 0.0) if is_after else deployed.high,
        date=max((day for day in (deployed.date, withdrawn.date) if day), default=None),
        records=names,
        left_out=tuple(pair for pair in deployed.left_out if pair[0] not in names),
    )


def _is_counted_since(deployed: Cell, withdrawn: Cell, telling: Telling) -> bool:
    """Whether the deployed were counted, in all, after the last withdrawal."""
    is_count = _all_whole(deployed.records, telling)
    return is_count and (deployed.date or date.min) > (withdrawn.date or date.max)


def _all_whole(names: Sequence[str], telling: Telling) -> bool:
    return all(telling(name).is_whole for name in names)


def _less(end: float | None, gone: float | None) -> float | None:
    return None if end is None or gone is None else max(0.0, end - gone)
