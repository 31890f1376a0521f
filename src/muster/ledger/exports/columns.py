"""The columns of every table: one declaration that the exports, the imports and the data dictionary read.

Type, allowed words and "may be empty" come from the records themselves, so that none of the three can drift from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from msgspec import inspect

from muster.records import (
    Basis,
    Commitment,
    Disagreement,
    DisagreementKind,
    Kind,
    LedgerRecord,
    Precedent,
    Preference,
    Report,
    Stage,
    Statement,
)

FATES = ("accepted", "proposed", "rejected")
OWN = "original"  # the field that keeps the source's words, and other people's columns
Path = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column: its name, the path of its value in the record, and what it means. ``type`` is text, number, date ..."""

    name: str
    path: Path
    meaning: str
    type: str = "text"
    words: tuple[str, ...] = ()
    pattern: str | None = None
    is_required: bool = False
    is_nullable: bool = False

    @property
    def marks_empty(self) -> bool:
        """Whether an empty text is another thing than a blank cell."""
        return self.type == "text" and (self.is_required or self.is_nullable)


@dataclass(frozen=True)
class Topic:
    """A table of one kind of record; ``is_open`` where columns that we do not know are kept with the record."""

    name: str
    record: type[LedgerRecord]
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the fixed columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def is_open(self) -> bool:
        """Whether the record keeps columns that we do not know."""
        return OWN in self.record.__struct_fields__


PLAIN = {
    inspect.FloatType: "number",
    inspect.IntType: "whole number",
    inspect.BoolType: "true or false",
    inspect.DateType: "date",
    inspect.VarTupleType: "list",
    inspect.DictType: "texts by name",
}

IN_ORDER = {frozenset(get_args(words)): get_args(words) for words in (Kind, Stage, Basis, DisagreementKind)}


def _column(record: type, name: str, path: str, meaning: str) -> Column:
    """A column with what the record's own type says of it."""
    steps = tuple(path.split("."))
    if steps == ("status",):
        return Column(name, steps, meaning, words=FATES, is_nullable=True)
    kind, is_required = inspect.type_info(record), False
    for step in steps:
        if isinstance(kind, inspect.DictType):
            kind, is_required = inspect.UnionType((kind.value_type, inspect.NoneType())), False
        elif isinstance(kind, inspect.StructType):
            field = next(field for field in kind.fields if field.name == step)
            kind, is_required = field.type, field.required
    return _typed(name, steps, meaning, kind, is_required)


def _typed(name: str, steps: Path, meaning: str, kind: inspect.Type, is_required: bool) -> Column:
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    (inner,) = [option for option in options if not isinstance(option, inspect.NoneType)]
    words = IN_ORDER[frozenset(inner.values)] if isinstance(inner, inspect.LiteralType) else ()
    pattern = inner.pattern if isinstance(inner, inspect.StrType) else None
    plain = PLAIN.get(type(inner), "text")
    return Column(name, steps, meaning, plain, words, pattern, is_required, is_nullable=len(options) > 1)


def _topic(name: str, record: type[LedgerRecord], columns: Sequence[tuple[str, str, str]]) -> Topic:
    return Topic(name, record, tuple(_column(record, *column) for column in columns))


CITATION = (
    ("source_url", "citation.address", "the address of the page or document that says it"),
    ("source_title", "citation.title", "its title"),
    ("source_class", "citation.source_class", "what kind of source it is, for example official or republished"),
    (
        "published",
        "citation.published",
        "when it was published, as precisely as known: the day on which the record became known",
    ),
)
SPAN = (
    ("report", "citation.report", "the id of the stored report that the quote stands in"),
    ("start", "citation.start", "where the quote begins in the report's text, in characters from 0"),
    ("end", "citation.end", "where the quote ends in the report's text; the character there is the first after it"),
)
DATES = (
    ("date_from", "date_from", "the first day of the span in which it holds"),
    ("date_to", "date_to", "the last day of that span; the same day for a fact of one day"),
)
QUOTE = ("quote", "citation.quote", "the words of the source, verbatim; blank for a fact in our own words")
MISSION = ("mission", "mission", "the id of the mission; blank is filled with the dossier's own")
STATUS = ("status", "status", "whether a person has taken it as read; a table that does not say is taken as accepted")
ID = ("record_id", "id", "the record's name in the ledger: it never stands for anything else")
KEPT = (OWN, OWN, "other texts kept with the record whose names cannot head a column, as a JSON object")

COMMITMENTS = _topic(
    "commitments",
    Commitment,
    (
        ID,
        MISSION,
        ("actor", "actor", "who gives, refuses or needs; joint givers are joined with ;"),
        ("kind", "kind", "what is given"),
        ("stage", "stage", "how far it has come, from required to deployed or disbursed, withdrawn or declined"),
        ("amount_low", "amount_low", "the least that the source allows; blank is unbounded below"),
        ("amount_high", "amount_high", "the most that the source allows; blank is unbounded above"),
        ("unit", "unit", "what is counted, for example police or vehicles; blank for money"),
        ("currency", "currency", "ISO 4217 code; blank for counts"),
        (
            "basis",
            "basis",
            "total: the stock at that date; part: a share of a larger whole; increment: on top of what was there",
        ),
        ("scope", "scope", "the mission, component or fund that it belongs to; amounts of two scopes are never added"),
        *DATES,
        ("attributed_to", "attributed_to", "whom the source names as saying it; blank where the source itself says it"),
        *CITATION,
        STATUS,
        ("flags", "flags", "words such as rotation, conditional, hearsay, doubtful"),
        QUOTE,
        ("original_stage", "original.stage", "the source's own word for the stage"),
        ("original_basis", "original.basis", "the source's own word for the basis"),
        ("original_unit", "original.unit", "the source's own word for the unit"),
        ("original_scope", "original.scope", "the source's own words for the scope"),
        *SPAN,
        KEPT,
    ),
)
STATEMENTS = _topic(
    "statements",
    Statement,
    (
        ID,
        MISSION,
        ("speakers", "speakers", "who said it"),
        ("verb", "verb", "how it was said, for example said, warned, urged"),
        ("content", "content", "what was said"),
        *DATES,
        *CITATION,
        QUOTE,
        *SPAN,
        KEPT,
    ),
)
PRECEDENTS = _topic(
    "precedents",
    Precedent,
    (
        ID,
        ("title", "title", "the earlier intervention"),
        ("content", "content", "what happened"),
        *DATES,
        *CITATION,
        QUOTE,
        *SPAN,
    ),
)
DISAGREEMENTS = _topic(
    "disagreements",
    Disagreement,
    (
        ID,
        ("kind", "kind", "in what way the records cannot all hold"),
        ("sentence", "sentence", "the disagreement in one sentence"),
        ("records", "records", "the ids of the records that cannot all hold"),
        ("by", "by", "who or what found it; sets found by rules are found anew and never imported"),
        ("settles", "settles", "what would settle it"),
        ("reading", "reading", "the record proposed to be read"),
        ("why", "why", "why that one"),
    ),
)
PREFERENCES = _topic(
    "preferences",
    Preference,
    (
        ID,
        ("record", "record", "the record to be read where it stands in a disagreement"),
        ("by", "by", "who says so"),
        ("on", "on", "when"),
        ("stands", "stands", "FALSE takes the record's earlier ones back"),
        ("note", "note", "why"),
    ),
)
REPORTS = _topic(
    "reports",
    Report,
    (
        ID,
        ("file", "file", "the name of the file as received"),
        ("published", "published", "when it was published, as precisely as known"),
        ("title", "title", "its title"),
        ("address", "address", "where it was published"),
        ("outlet", "outlet", "who published it"),
        ("source_class", "source_class", "what kind of source it is"),
        ("story", "story", "the id of the first report that prints the same story; blank where it is this one"),
        ("prints", "prints", "the ids of records of other reports that this one prints too, in nearly the same words"),
    ),
)
TOPICS = (COMMITMENTS, STATEMENTS, PRECEDENTS, DISAGREEMENTS, REPORTS, PREFERENCES)
COLUMNS = COMMITMENTS.names
