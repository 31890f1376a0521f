"""A cell's interval widened by the records that a disagreement sets against it: never summed away, never averaged."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from muster.ledger.intervals import Interval, span
from muster.ledger.state import LATER, UNDATED, Cell, day_of
from muster.records import Commitment, Disagreement

MOVING = frozenset({"deploying", "deployed", "disbursed", "withdrawn"})
SAME_WEEKS, SAME_MONTHS = timedelta(days=45), timedelta(days=120)
ASIDE = frozenset({"doubtful", "rotation"})


def rivals_of(disputes: Iterable[Disagreement]) -> dict[str, frozenset[str]]:
    """For each disputed record, the records of all disagreements that it is part of."""
    sets: dict[str, frozenset[str]] = {}
    for dispute in disputes:
        for name in dispute.records:
            sets[name] = sets.get(name, frozenset()) | frozenset(dispute.records)
    return sets


def against(cell: Cell, records: Mapping[str, Commitment], rivals: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The records that the state keeps in a cell but left out, and that a disagreement sets against those that make it."""
    named = {name for maker in cell.records for name in rivals.get(maker, ())}
    told = [name for name, reason in cell.left_out if name in named and reason not in {LATER, UNDATED}]
    return tuple(name for name in told if _is_rival(records[name], cell))


def widened(cell: Cell, others: Iterable[Commitment]) -> Interval:
    """The range that the cell and the records against it span together, see :func:`span`; an open end stays open."""
    low, high = span([Interval(cell.low, cell.high), *(Interval(record.amount_low, record.amount_high) for record in others)])
    return Interval(None if cell.low is None else low, None if cell.high is None else high)


def _is_rival(record: Commitment, cell: Cell) -> bool:
    """Whether a telling stands against the cell.

    What moves with time (a strength, a payment) must be of the same weeks, a promise or a cost of the same months: what was
    said long before has been replaced, and the timeline tells of it.
    """
    if record.basis != "total" or ASIDE & set(record.flags) or cell.date is None:
        return False
    near = SAME_WEEKS if record.stage in MOVING else SAME_MONTHS
    return abs((day_of(record) or date.max) - cell.date) <= near
