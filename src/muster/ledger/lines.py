"""One line of the ledger: an entry as canonical JSON and back, each fault named by field."""

from typing import Any

import msgspec

from muster.errors import LedgerError
from muster.ledger.faults import explain
from muster.records import Decision, Disagreement, LedgerRecord, Record, Status

RESTORE = "restore the file from a copy; a record is changed with a decision, never in its line"


class Entry(Record, frozen=True, kw_only=True):
    """A line: ``seq`` counts from 1, ``prev`` is the SHA-256 (hex) of the line before without its line end.

    ``status`` is how a commitment or statement came in; it is null for records that nobody reviews.
    """

    seq: int
    prev: str
    status: Status | None
    record: LedgerRecord


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Canonical JSON: fields in the order of the records, keys sorted, no spaces, no line end."""
    return _encoder.encode(entry)


def decode(line: bytes, where: str, do: str = RESTORE) -> Entry:
    """Read one line.

    Raises:
        LedgerError: the line is not JSON or not a valid entry; names ``where``, field, what came and what is allowed.
    """
    try:
        entry = _decoder.decode(line)
    except msgspec.ValidationError as error:
        if not is_json(line):  # a wrong type is met before the place where the line ceases to be JSON
            raise LedgerError(f"not JSON: {line[:40]!r}", where=where, expected="one JSON object", do=do) from error
        fault = explain(error, Entry, msgspec.json.decode(line))
        raise LedgerError(fault.found, where=at(where, fault.field), expected=fault.expected, do=do) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerError(f"not JSON: {line[:40]!r}", where=where, expected="one JSON object", do=do) from error
    _check(entry.record, where, do)
    return entry


def as_read(entry: Entry, where: str) -> Entry:
    """The entry as it will be read back: a record built in code is checked here, before it is written.

    Raises:
        LedgerError: the record would not be valid.
    """
    try:
        line = encode(entry)
    except UnicodeEncodeError as error:
        raise LedgerError(f"text that is not Unicode: {error.object[:40]!r}", where=where, expected="valid text") from error
    return decode(line, where, "correct the record and add it again")


def is_json(line: bytes) -> bool:
    """Whether the bytes are JSON of any kind."""
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def differing(one: LedgerRecord, other: LedgerRecord) -> str:
    """The first field in which two records differ, with both values: ``field amount_low: 200 and 400``."""
    first: dict[str, Any] = msgspec.to_builtins(one)
    second: dict[str, Any] = msgspec.to_builtins(other)
    name = next(name for name in [*first, *second] if first.get(name) != second.get(name))
    return f"field {name}: {first.get(name)!r} there, {second.get(name)!r} now"


def at(where: str, field: str) -> str:
    """``ledger.jsonl, line 3`` -> ``ledger.jsonl, line 3, field stage``."""
    return f"{where}, field {field}" if field else where


def _check(record: LedgerRecord, where: str, do: str) -> None:
    """Laws between fields that a field's type cannot say."""
    if isinstance(record, Disagreement) and len(set(record.records)) < 2:
        found = f"{len(set(record.records))} record"
        raise LedgerError(found, where=at(where, "records"), expected="two or more different records", do=do)
    if not isinstance(record, Decision):
        return
    if (record.decision == "corrected") != (record.replacement is not None):
        found = f"{record.decision!r} {'with' if record.replacement else 'without'} a replacement"
        raise LedgerError(found, where=at(where, "replacement"), expected="a replacement with 'corrected' only", do=do)
    if record.replacement is not None and record.replacement.id != record.record:
        found = f"the id {record.replacement.id!r}"
        raise LedgerError(found, where=at(where, "replacement.id"), expected=f"the id it replaces, {record.record!r}", do=do)
