"""What the sections draw on: the ledger's state with its ranges, and which records stand against which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from muster.brief.evidence import ROUGH, index
from muster.brief.tree import Cited
from muster.brief.wording import days, period, published
from muster.dossier import Dossier
from muster.ledger import Cell, Known, state
from muster.panel import Panel
from muster.records import Commitment, Finding, Mission, Record, known_from

Role = Literal["", "needed", "planned"]
DOUBTFUL, PLANNED, CLAIMED = "doubtful", "planned", "claimed"  # flags of a commitment
MOVING = frozenset({"deploying", "deployed", "disbursed", "withdrawn"})
PEOPLE = "personnel"  # the ledger's one unit for people of all services
NEAR = timedelta(days=45)


class Holding(Record, frozen=True, kw_only=True):
    """A cell of the ledger's state as the brief says it.

    ``low`` and ``high`` are the cell's, widened by the records that a disagreement sets against it (``differ``); ``cites``
    holds all of them. ``role`` parts a plan from a need, which are one stage; ``per`` is the period of a rate, as in
    "a year". ``dated`` is the day, month or year of the newest record. ``rough``: every source says "about". ``claimed``:
    somebody says to have paid it, without an account.
    """

    cell: Cell
    role: Role
    per: str
    low: float | None
    high: float | None
    dated: str
    rough: bool
    claimed: bool
    differ: bool
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """All that is known on the as-of date, ready for the sections."""

    dossier: Dossier
    known: Known
    findings: tuple[Finding, ...]
    panels: Mapping[str, Panel]
    cited: Mapping[str, Cited]
    holdings: tuple[Holding, ...]

    @property
    def mission(self) -> Mission:
        """The plan."""
        return self.dossier.mission


def gather(dossier: Dossier, known: Known, findings: tuple[Finding, ...], panels: Mapping[str, Panel]) -> Material:
    """The material of a brief."""
    return Material(dossier, known, findings, panels, index(known, panels), tuple(holdings(known)))


def role_of(record: Commitment) -> Role:
    """Whether a requirement is what somebody says is needed, or what the mission plans to have; empty for other stages."""
    if record.stage != "required":
        return ""
    return "planned" if PLANNED in record.flags else "needed"


def per_of(record: Commitment) -> str:
    """The period of a rate in the source's own unit; a sum a year and a plain sum are never one cell."""
    return period(record.original.get("unit", ""))


def when(record: Commitment) -> date:
    """The day a record speaks of: when the stage holds, else when it was published."""
    return record.date_to or record.date_from or known_from(record.citation.published)


def since(record: Commitment) -> date:
    """The first day a record speaks of: a need said of March stands before one said on the 28th."""
    return record.date_from or when(record)


def dated(record: Commitment) -> str:
    """The day, month or year that a record speaks of, in words."""
    return days(record.date_from, record.date_to) or published(record.citation.published)


def holdings(known: Known) -> Iterable[Holding]:
    """The ledger's state, a plan kept apart from a need and a rate from a sum.

    A record marked doubtful sets no number here; it stands where sources disagree.
    """

    def kept_apart(record: Commitment) -> tuple[str, str]:
        return role_of(record), per_of(record)

    rivals = rivals_of(known)
    sound = [record for record in known.accepted if DOUBTFUL not in record.flags]
    for (_, per), group in groupby(sorted(sound, key=kept_apart), key=kept_apart):
        records = {record.id: record for record in group}
        yield from (holding(cell, records, rivals, per) for cell in state(tuple(records.values())) if cell.records)


def rivals_of(known: Known) -> dict[str, frozenset[str]]:
    """For each disputed record, the records of all disagreements that it is part of."""
    sets: dict[str, frozenset[str]] = {}
    for disagreement in known.disagreements:
        for id in disagreement.records:
            sets[id] = sets.get(id, frozenset()) | frozenset(disagreement.records)
    return sets


def holding(cell: Cell, records: Mapping[str, Commitment], rivals: Mapping[str, frozenset[str]], per: str) -> Holding:
    """A cell, widened to the records that the ledger keeps in it but left out, where a disagreement sets them against it."""
    own = [records[id] for id in cell.records]
    against = {id for record in own for id in rivals.get(record.id, ())}
    others = [records[id] for id, _ in cell.left_out if id in against and is_rival(records[id], cell)]
    low, high = bounds(cell, others)
    differ = (low, high) != (cell.low, cell.high) or (low != high and len(against & set(cell.records)) > 1)
    return Holding(
        cell=cell,
        role=role_of(own[0]),
        per=per,
        low=low,
        high=high,
        dated=dated(max(own, key=lambda record: (when(record), record.id))),
        rough=all(ROUGH in record.flags for record in own),
        claimed=any(CLAIMED in record.flags for record in own),
        differ=differ,
        cites=(*cell.records, *(record.id for record in others)),
    )


def is_rival(record: Commitment, cell: Cell) -> bool:
    """Whether a telling stands against the cell. What moves with time (a strength, a payment) must be of the same weeks."""
    if record.basis != "total" or "rotation" in record.flags:
        return False
    return record.stage not in MOVING or (cell.date is not None and abs(when(record) - cell.date) <= NEAR)


def bounds(cell: Cell, others: Iterable[Commitment]) -> tuple[float | None, float | None]:
    """The lowest and highest number that any of them gives; an open end stays open only where no number closes it."""
    ends = [(cell.low, cell.high), *((record.amount_low, record.amount_high) for record in others)]
    given = [end for pair in ends for end in pair if end is not None]
    if len(ends) == 1 or not given:
        return cell.low, cell.high
    return min(given), max(given)


def latest(each: Iterable[Holding]) -> Holding | None:
    """The one whose last record is the newest; None for none."""
    return max(each, key=lambda one: (one.cell.date or date.min, one.cites), default=None)
