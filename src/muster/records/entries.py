"""What the ledger holds: reports, commitments, statements, precedents, and what people and rules say of them."""

from datetime import date
from typing import Literal

from msgspec import field

from muster.records.base import Amount, Basis, Currency, DisagreementKind, Kind, Published, Record, Stage, known_from


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
    original: dict[str, str] = field(default_factory=dict)

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
    original: dict[str, str] = field(default_factory=dict)


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


LedgerRecord = Report | Commitment | Statement | Precedent | Disagreement | Decision | Preference
