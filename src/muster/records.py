"""The frozen values that cross stages; the words are those of the design and mean one thing each.

Every record is checked when it is decoded, never later. Dates are ISO dates; a publication date may be known to the month
or the year only and is then kept as it came (``2024-06``), see :func:`known_from`.
"""

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

Kind = Literal["personnel", "funds", "equipment"]
Stage = Literal["required", "pledged", "approved", "deploying", "deployed", "disbursed", "withdrawn", "declined"]
Basis = Literal["total", "part", "increment"]
Domain = Literal["security", "access", "economy", "conduct"]
Better = Literal["lower", "higher"]
Change = Literal["better", "worse", "no clear change", "no data"]
Verdict = Literal["improved", "worsened", "no effect detected", "cannot tell"]
Status = Literal["proposed", "accepted"]
DisagreementKind = Literal[
    "increment-vs-total",
    "sum-of-parts",
    "stage",
    "currency",
    "scope",
    "order-of-magnitude",
    "stale",
    "rotation",
    "double printing",
    "unsorted",
]

PUBLISHED = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
Published = Annotated[str, Meta(pattern=PUBLISHED)]
Amount = Annotated[float, Meta(ge=0)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The common base: immutable, named fields only, unknown fields refused."""


class Report(Record, tag="report", frozen=True, kw_only=True):
    """A text that somebody published, as received. ``id`` is the first 16 hex digits of the SHA-256 of its bytes.

    ``story`` is the first report in the ledger that prints the same story, empty where it is this one. ``prints`` are the
    records of other reports that this one prints too, in nearly the same words: they are not proposed again.
    """

    id: str
    file: str
    published: Published = ""
    title: str = ""
    address: str = ""
    outlet: str = ""
    source_class: str = ""
    story: str = ""
    prints: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known_from(self.published)


class Citation(Record, frozen=True, kw_only=True):
    """Where a record comes from.

    ``quote`` is verbatim and stands at ``start:end`` of the report's text; all three are null for a fact in our own words.
    """

    address: str = ""
    title: str = ""
    published: Published = ""
    source_class: str = ""
    report: str | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None

    def __post_init__(self) -> None:
        known_from(self.published)


class Commitment(Record, tag="commitment", frozen=True, kw_only=True):
    """One act of one actor about an amount.

    ``amount_low``/``amount_high`` null means unbounded on that side; ``unit`` is for counts, ``currency`` (ISO 4217) for money,
    never both. ``actor`` joins joint givers with ``;``. ``flags`` holds words such as ``rotation``, ``conditional``, ``list``.
    ``original`` keeps the words of the source that the vocabulary here replaces (stage, basis, unit, scope, note), and under
    ``reader`` the name of the language model that proposed the record, if one did.
    """

    id: str
    actor: str
    kind: Kind
    stage: Stage
    citation: Citation
    mission: str = ""
    amount_low: Amount | None = None
    amount_high: Amount | None = None
    unit: str | None = None
    currency: Currency | None = None
    basis: Basis | None = None
    scope: str = ""
    date_from: date | None = None
    date_to: date | None = None
    attributed_to: str | None = None
    flags: tuple[str, ...] = ()
    original: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.unit and self.currency:
            raise ValueError(f"unit {self.unit!r} and currency {self.currency!r} together: give one of them")
        if self.amount_low is not None and self.amount_high is not None and self.amount_low > self.amount_high:
            raise ValueError(f"amount_low {self.amount_low:g} is above amount_high {self.amount_high:g}")
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(f"date_from {self.date_from} is after date_to {self.date_to}")


class Statement(Record, tag="statement", frozen=True, kw_only=True):
    """What somebody said: never a fact by itself."""

    id: str
    speakers: tuple[str, ...]
    verb: str
    content: str
    citation: Citation
    mission: str = ""
    date_from: date | None = None
    date_to: date | None = None
    original: dict[str, str] = {}


class Precedent(Record, tag="precedent", frozen=True, kw_only=True):
    """An earlier intervention, dated and cited."""

    id: str
    title: str
    content: str
    citation: Citation
    date_from: date | None = None
    date_to: date | None = None


class Disagreement(Record, tag="disagreement", frozen=True, kw_only=True):
    """Two or more records that cannot all be true. ``by`` is who or what found the set (``rules``, ``label``: by hand).

    ``settles`` says what would settle it; ``reading`` is the id of the record proposed to be read, and ``why`` the reason.
    """

    id: str
    kind: DisagreementKind
    records: tuple[str, ...]
    by: str
    sentence: str = ""
    settles: str = ""
    reading: str = ""
    why: str = ""


class Decision(Record, tag="decision", frozen=True, kw_only=True):
    """A person's word on a proposed record; ``replacement`` is the corrected record, given with ``corrected`` only.

    ``undone`` takes back the last decision on the record that still stands: the record is again what it was before that one.
    """

    id: str
    record: str
    decision: Literal["accepted", "rejected", "corrected", "undone"]
    by: str
    on: date
    replacement: Commitment | Statement | None = None
    note: str = ""


class Preference(Record, tag="preference", frozen=True, kw_only=True):
    """A person's choice: where this record stands in a disagreement, it is the reading to take.

    A later one on another record of the same disagreement wins; one that does not stand takes the record's earlier ones back.
    """

    id: str
    record: str
    by: str
    on: date
    stands: bool = True
    note: str = ""


class Start(Record, frozen=True, kw_only=True):
    """A candidate date for the mission's start and the records that tell of it."""

    name: str
    date: date
    records: tuple[str, ...] = ()


class Outcome(Record, frozen=True, kw_only=True):
    """A measured series that the plan names.

    ``file`` is the stem of a file under ``data/`` and empty where there is no data yet (``missing`` then says why). ``series``
    picks rows of a figures file, ``measure`` a column of an events file (``events``, ``deaths``).
    """

    id: str
    name: str
    domain: Domain
    unit: str
    better: Better
    period: Literal["week", "month", "quarter", "year", "as published"]
    treated: tuple[str, ...]
    donors: tuple[str, ...] = ()
    file: str = ""
    series: str = ""
    measure: str = ""
    definition: str = ""
    provider: str = ""
    missing: str = ""


class Mission(Record, frozen=True, kw_only=True):
    """The plan of an assessment, as ``mission.toml`` holds it.

    ``force`` and ``funds`` are the actors under which the ledger keeps whole-mission strengths and the mission's common fund.
    ``retrospective`` is true when the plan was written after outcomes were known; the brief says so.
    """

    id: str
    title: str
    short: str
    place: str
    force: tuple[str, ...]
    funds: tuple[str, ...]
    lead: str
    starts: tuple[Start, ...]
    outcomes: tuple[Outcome, ...]
    alpha: Annotated[float, Meta(gt=0, lt=0.5)] = 0.1
    retrospective: bool = True


class DataFile(Record, frozen=True, kw_only=True):
    """A file under ``data/`` with what its sidecar says of it. ``sha256`` is of the file's bytes."""

    name: str
    path: str
    source: str
    title: str
    provider: str
    licence: str
    vintage: str
    sha256: str
    address: str = ""
    redistribute: bool = False


class Check(Record, frozen=True, kw_only=True):
    """One question put to an estimate, its answer and what the answer rests on."""

    name: str
    verdict: Literal["pass", "fail", "not possible"]
    reason: str
    evidence: tuple[str, ...] = ()


class Finding(Record, frozen=True, kw_only=True):
    """What happened to an outcome (``change``) and, apart from it, what the mission did to it (``verdict``).

    ``estimate`` and ``interval`` are in the outcome's unit. ``evidence`` lists the ids of the figures or data files used.
    """

    outcome: Outcome
    change: Change
    change_text: str
    verdict: Verdict
    reason: str
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    smallest_p: float | None = None
    checks: tuple[Check, ...] = ()
    evidence: tuple[str, ...] = ()


LedgerRecord = Report | Commitment | Statement | Precedent | Disagreement | Decision | Preference


def known_from(published: str) -> date:
    """The first day on which a text with this publication date is surely known: the last day of a bare month or year.

    An empty date is never surely known and gives ``date.max``.
    """
    if not re.fullmatch(PUBLISHED, published):
        raise ValueError(f"{published!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    if not published:
        return date.max
    parts = [int(part) for part in published.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])
