"""Records as rows: typed values by column, and the same as the text of cells."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from muster.ledger.exports.cells import listed, safe_cell, written
from muster.ledger.exports.columns import COMMITMENTS, OWN, Column, Topic
from muster.ledger.known import Fate, Known
from muster.records import Commitment, LedgerRecord

Value = str | float | int | date | None
HEADABLE = re.compile(r"[^\W\d_](?:[\w .()/%-]{0,62}\w)?")  # a name that reads back as it is from the head of a column


def judged(known: Known) -> tuple[tuple[Commitment, Fate], ...]:
    """Every known commitment with its fate, by id."""
    fates: tuple[tuple[Fate, tuple[Commitment, ...]], ...] = (
        ("accepted", known.accepted),
        ("proposed", known.proposed),
        ("rejected", known.rejected),
    )
    return tuple(sorted(((record, fate) for fate, records in fates for record in records), key=lambda pair: pair[0].id))


def extra_names(topic: Topic, records: Iterable[LedgerRecord], taken: Collection[str] = ()) -> tuple[str, ...]:
    """The names of texts kept with the records that get a column of their own, sorted."""
    if not topic.is_open:
        return ()
    own = {column.path[1] for column in topic.columns if column.path[0] == OWN and len(column.path) == 2}
    reserved = {name.casefold() for name in (*topic.names, *taken)}
    names = {name for record in records for name in getattr(record, OWN)} - own
    return tuple(sorted(name for name in names if _is_headable(name) and name.casefold() not in reserved))


def values(topic: Topic, extras: Iterable[str], record: LedgerRecord, fate: Fate | None = None) -> dict[str, Value]:
    """A record as one value a column; texts are as a cell holds them, see :mod:`muster.ledger.exports.cells`."""
    plain = msgspec.to_builtins(record, builtin_types=(date,)) | {"status": fate}
    row = {column.name: _value(column, _at(plain, column)) for column in topic.columns}
    if topic.is_open:
        kept = dict(plain[OWN])
        own = [column.path[1] for column in topic.columns if column.path[0] == OWN and len(column.path) == 2]
        row |= {name: _marked(kept.get(name)) for name in extras}
        rest = {name: text for name, text in kept.items() if name not in row.keys() - set(topic.names) and name not in own}
        row[OWN] = written(msgspec.json.encode(rest, order="sorted").decode()) if rest else None
    return row


def cells(row: Mapping[str, Value]) -> dict[str, str]:
    """A row of values as text; texts were made safe when the values were."""
    return {name: value if isinstance(value, str) else safe_cell(value) for name, value in row.items()}


def table_rows(known: Known) -> tuple[dict[str, str], ...]:
    """Every known commitment as text by column, sorted by id; safe to put in a spreadsheet."""
    return tuple(commitment_rows(known))


def commitment_rows(known: Known) -> Iterator[dict[str, str]]:
    """As :func:`table_rows`, one after the other."""
    pairs = judged(known)
    extras = extra_names(COMMITMENTS, (record for record, _ in pairs))
    yield from (cells(values(COMMITMENTS, extras, record, fate)) for record, fate in pairs)


def _at(plain: Any, column: Column) -> Any:
    for step in column.path:
        plain = plain.get(step) if plain is not None else None
    return plain


def _value(column: Column, value: Any) -> Value:
    """A plain value as a cell may hold it."""
    if isinstance(value, list | tuple):
        return written(listed(value)) if value or not column.is_required else "[]"
    if isinstance(value, str):
        return _marked(value) if column.marks_empty else written(value)
    return value if isinstance(value, float | int | date) else None


def _marked(text: str | None) -> str | None:
    """Text where a blank cell means "not given": an empty text is an apostrophe."""
    return "'" if text == "" else text if text is None else written(text)


def _is_headable(name: str) -> bool:
    return HEADABLE.fullmatch(name) is not None and not name.casefold().startswith(OWN)
