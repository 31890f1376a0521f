"""The timeline: each cell after every day that changed it, and what the change was."""

from collections.abc import Iterable
from datetime import date

from muster.ledger.standing import Role, kept_apart
from muster.ledger.state import Cell, is_there, timeline
from muster.ledger.words import between
from muster.records import Commitment, Kind, Record, Stage

Key = tuple[str, str, str, Kind, Stage, str | None, str | None]


class Step(Record, frozen=True, kw_only=True):
    """A cell after a day that changed it.

    ``change`` says in words what happened to the interval, ``by`` names the records that did it, and ``records`` all that
    make the level now. ``date`` is null for undated records, which come first.
    """

    mission: str
    scope: str
    actor: str
    kind: Kind
    stage: Stage
    unit: str | None
    currency: str | None
    role: Role
    per: str
    date: date | None
    low: float | None
    high: float | None
    change: str
    by: tuple[str, ...]
    records: tuple[str, ...]


def steps(commitments: Iterable[Commitment], on: date | None = None) -> tuple[Step, ...]:
    """The timeline up to a day (None: all of it), sorted by cell and then by day; order of arrival does not matter.

    A need and a plan, a sum and a rate are walked apart. A cell whose records are all left out (rotations, say) has no step.
    """
    there = [record for record in commitments if is_there(record, on)]
    made = [step for role, per, records in kept_apart(there) for step in _walked(timeline(records), role, per)]
    return tuple(sorted(made, key=_order))


def _walked(cells: Iterable[Cell], role: Role, per: str) -> Iterable[Step]:
    """The steps of cells that come sorted by cell and day."""
    before: Cell | None = None
    for cell in cells:
        if cell.records:
            yield _step(before if before and key_of(before) == key_of(cell) else None, cell, role, per)
            before = cell


def _step(before: Cell | None, cell: Cell, role: Role, per: str) -> Step:
    """One step, with the records that were not yet there before it."""
    old = before.records if before else ()
    return Step(
        **{name: getattr(cell, name) for name in Step.__struct_fields__ if name in Cell.__struct_fields__},
        role=role,
        per=per,
        change=_change(before, cell),
        by=tuple(name for name in cell.records if name not in old),
    )


def _change(before: Cell | None, cell: Cell) -> str:
    """What a day did to the interval."""
    now = between(cell.low, cell.high, cell.currency) or "no amount"
    if before is None:
        return f"first record: {now}"
    was = between(before.low, before.high, before.currency) or "no amount"
    return f"{was} told again" if was == now else f"{was} -> {now}"


def key_of(cell: Cell) -> Key:
    """What makes two cells one at different times."""
    return cell.mission, cell.scope, cell.actor, cell.kind, cell.stage, cell.unit, cell.currency


def _order(step: Step) -> tuple[object, ...]:
    words = (step.mission, step.scope, step.actor, step.kind, step.stage, step.unit or "", step.currency or "")
    return *words, step.role, step.per, step.date or date.min, step.records
