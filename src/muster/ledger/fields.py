"""The fields of a record that a reviewer may change: as text, back from text, and checked."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from muster.errors import LedgerError
from muster.ledger.exports.cells import safe_cell
from muster.ledger.faults import allowed, explain
from muster.records import Commitment, Statement

COMMITMENT = (
    *("actor", "kind", "stage", "amount_low", "amount_high", "unit", "currency", "basis", "scope"),
    *("date_from", "date_to", "attributed_to", "flags"),
)
STATEMENT = ("speakers", "verb", "content", "date_from", "date_to")
AMOUNTS = frozenset({"amount_low", "amount_high"})
DAYS = frozenset({"date_from", "date_to"})
LISTS = frozenset({"flags", "speakers"})
NEEDED = frozenset({"actor", "content", "speakers"})  # text that may not be empty, though its type cannot say so
BLANK = {"scope": "", "verb": "", "flags": (), "speakers": (), "actor": "", "content": ""}  # others are null when empty
Reviewed = Commitment | Statement
T = TypeVar("T", bound=Reviewed)


def fields_of(record: Commitment | Statement) -> tuple[str, ...]:
    """The names of the fields that may be changed, in the order in which they are shown."""
    return COMMITMENT if isinstance(record, Commitment) else STATEMENT


def text_of(record: Commitment | Statement, name: str) -> str:
    """A field as text: plain digits, ISO days, lists joined with semicolons, nothing for null."""
    return as_text(name, getattr(record, name))


def as_text(name: str, value: Any) -> str:
    """A value of a field as text, see :func:`text_of`."""
    return "; ".join(value) if name in LISTS else safe_cell(value) if name in AMOUNTS else "" if value is None else str(value)


def checked(record: Reviewed, name: str, value: Any) -> Any:
    """A value for one field of such a record (text, number, ISO day or list of texts), null or empty where it may be.

    Raises:
        LedgerError: the field may not hold this; the laws between fields are for :func:`revised`.
    """
    value = BLANK.get(name) if value in (None, "", ()) else value
    if name in NEEDED and not value:
        raise LedgerError("nothing there", where=f"field {name}", expected=expected(record, name))
    own = next(field.type for field in msgspec.structs.fields(type(record)) if field.name == name)
    try:
        msgspec.convert(value, own)
    except msgspec.ValidationError as error:
        raise LedgerError(explain(error, own, value).found, where=f"field {name}", expected=expected(record, name)) from error
    return value


def expected(record: Reviewed, name: str) -> str:
    """What a field may hold, in words."""
    own = next(field.type for field in msgspec.structs.fields(type(record)) if field.name == name)
    words = "texts joined with ;" if name in LISTS else allowed(inspect.type_info(own))
    return words.replace(" or null", ", or nothing").replace("null or ", "")


def revised(record: T, values: Mapping[str, Any]) -> T:
    """The record with other values in some fields.

    Raises:
        LedgerError: a field may not hold its value, or the fields contradict each other.
    """
    kind = type(record)
    whole = msgspec.to_builtins(record) | {name: checked(record, name, value) for name, value in values.items()}
    try:
        return msgspec.convert(whole, kind)
    except msgspec.ValidationError as error:
        fault = explain(error, kind, whole)
        where = f"field {fault.field}" if fault.field else ""
        raise LedgerError(fault.found, where=where, expected=fault.expected) from error


def changes(before: Commitment | Statement, after: Commitment | Statement) -> tuple[str, ...]:
    """What differs, a field each: ``amount_low 200 -> 400``; nothing is written as ``-``."""
    pairs = [(name, text_of(before, name) or "-", text_of(after, name) or "-") for name in fields_of(before)]
    return tuple(f"{name} {old} -> {new}" for name, old, new in pairs if old != new)
