"""What the sections draw on: the ledger's state with its ranges, and which records stand against which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from muster.assess.paths import Pictures
from muster.brief.evidence import ROUGH, index
from muster.brief.tree import Cited
from muster.brief.wording import days, period, published
from muster.dossier import Dossier
from muster.ledger import Cell, Known, Standing, standings
from muster.ledger.standing import CLAIMED, DOUBTFUL, Role
from muster.ledger.state import day_of
from muster.panel import Panel
from muster.records import Commitment, Finding, Mission, Record


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
    """All that is known on the as-of date, ready for the sections; ``pictures`` by outcome id, of those with an estimate."""

    dossier: Dossier
    known: Known
    findings: tuple[Finding, ...]
    panels: Mapping[str, Panel]
    cited: Mapping[str, Cited]
    holdings: tuple[Holding, ...]
    pictures: Mapping[str, Pictures] = field(default_factory=dict)

    @property
    def mission(self) -> Mission:
        """The plan."""
        return self.dossier.mission


def gather(
    dossier: Dossier,
    known: Known,
    findings: tuple[Finding, ...],
    panels: Mapping[str, Panel],
    pictures: Mapping[str, Pictures] | None = None,
) -> Material:
    """The material of a brief."""
    return Material(dossier, known, findings, panels, index(known, panels), tuple(holdings(known)), pictures or {})


def when(record: Commitment) -> date:
    """The day a record speaks of: when the stage holds, else when it was published."""
    return day_of(record) or date.max


def dated(record: Commitment) -> str:
    """The day, month or year that a record speaks of, in words."""
    return days(record.date_from, record.date_to) or published(record.citation.published)


def holdings(known: Known) -> Iterable[Holding]:
    """The ledger's state, a plan kept apart from a need and a rate from a sum.

    A record marked doubtful sets no number here; it stands where sources disagree.
    """
    records = {record.id: record for record in known.accepted if DOUBTFUL not in record.flags}
    for one in standings(records.values(), disputes=known.disagreements):
        yield holding(one, records)


def holding(one: Standing, records: Mapping[str, Commitment]) -> Holding:
    """A level of the ledger as the brief says it."""
    own, cell = [records[name] for name in one.cell.records], one.cell
    low, high = bounds(cell, [records[name] for name in one.against])
    return Holding(
        cell=cell,
        role=one.role,
        per=period(one.per),
        low=low,
        high=high,
        dated=dated(max(own, key=lambda record: (when(record), record.id))),
        rough=all(ROUGH in record.flags for record in own),
        claimed=any(CLAIMED in record.flags for record in own),
        differ=one.level.differ or (low, high) != (cell.low, cell.high),
        cites=(*cell.records, *one.against),
    )


def bounds(cell: Cell, others: Iterable[Commitment]) -> tuple[float | None, float | None]:
    """The lowest and highest number that any of them gives; an open end stays open only where no number closes it.

    The page says "US$85–110 million" where the ledger says "at least 85 million", because one of the sources is a bound.
    """
    ends = [(cell.low, cell.high), *((record.amount_low, record.amount_high) for record in others)]
    given = [end for pair in ends for end in pair if end is not None]
    if len(ends) == 1 or not given:
        return cell.low, cell.high
    return min(given), max(given)


def latest(each: Iterable[Holding]) -> Holding | None:
    """The one whose last record is the newest; None for none."""
    return max(each, key=lambda one: (one.cell.date or date.min, one.cites), default=None)


def suppresses(material: Material) -> bool:
    """Whether small counts are hidden in what the brief is made of."""
    return any("suppressed" in panel.recipe for panel in material.panels.values())
