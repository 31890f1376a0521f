"""Ledger entries as columns: what is needed to tell what was known on a date and what it adds up to, and nothing else.

A decision with a replacement carries the replacement's columns in its own row. Days are proleptic ordinals. The pages and
voices of rule 3 of :mod:`muster.ledger.state` are kept as 128-bit hashes: only whether two are the same is ever asked.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
import pyarrow as pa

from muster.ledger.arrays import Array, to_arrow, to_numpy
from muster.ledger.lines import Entry
from muster.ledger.state import ASIDE, Key, day_of, key_of, voice_of
from muster.records import Commitment, Decision, LedgerRecord, Precedent, Report, Statement, known_from

NO_DAY = -1
PROPOSED, ACCEPTED, REJECTED = 0, 1, 2
UNDOES = 2
TOTAL, INCREMENT, PART = 0, 1, 2
BASES = {None: TOTAL, "total": TOTAL, "increment": INCREMENT, "part": PART}
FLAGS = {"": 0} | {flag: place for place, flag in enumerate(ASIDE, 1)}
SCHEMA = pa.schema(
    [
        ("start", pa.int64()),  # where the line begins in the ledger, in bytes
        ("id", pa.string()),
        ("decides", pa.int8()),  # 1 for a decision, 2 for one that takes the last one back
        ("target", pa.string()),  # the record that a decision is on; empty for every other record
        ("fate", pa.int8()),  # as it came in, or as the decision says
        ("carries", pa.int8()),  # 1 where the columns after "known" hold a commitment, 2 for a decision's statement
        ("published", pa.int32()),  # 20240600 for 2024-06: the numbers sort as the texts do; 0 for none
        ("known", pa.int32()),  # the day from which it is surely known
        ("cell", pa.dictionary(pa.int32(), pa.string())),
        ("day", pa.int32()),
        ("since", pa.int32()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("basis", pa.int8()),
        ("flag", pa.int8()),
        ("voice", pa.binary(16)),
    ]
)
NAN = float("nan")
_keys: msgspec.json.Decoder[Key] = msgspec.json.Decoder(Key)
NOTHING = ("", NO_DAY, NO_DAY, NAN, NAN, TOTAL, 0, bytes(16))


def table_of(entries: Iterable[Entry], starts: Sequence[int]) -> pa.Table:
    """One row an entry, in the ledger's order."""
    rows = [(start, *_row(entry)) for start, entry in zip(starts, entries, strict=True)]
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    arrays = [to_arrow(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


class Columns:
    """A survey's table as arrays by column; ``id`` and ``voice`` stay with Arrow, for few of them are ever read."""

    def __init__(self, table: pa.Table) -> None:
        self.ids: pa.ChunkedArray = table["id"]
        self.voices: pa.ChunkedArray = table["voice"]
        self.target: pa.ChunkedArray = table["target"]
        cell = table["cell"].combine_chunks()
        self.keys: pa.Array = cell.dictionary
        self.cell: Array = to_numpy(cell.indices)
        names = ("decides", "fate", "carries", "published", "known", "day", "since", "low", "high", "basis", "flag")
        self._arrays: dict[str, Array] = {name: to_numpy(table[name]) for name in names}

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]


def key_text(key: Key) -> str:
    """A cell's key as text, and :func:`key_from` its way back."""
    return msgspec.json.encode(key).decode()


def key_from(text: str) -> Key:
    """The key that a text holds."""
    return _keys.decode(text)


def published_text(number: int) -> str:
    """``20240600`` -> ``2024-06``; empty for 0."""
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    return "-".join(part for part in (f"{year:04d}", f"{month:02d}" * (month > 0), f"{day:02d}" * (day > 0)) if part) * (
        year > 0
    )


def _row(entry: Entry) -> tuple[Any, ...]:
    """The columns of one entry after the first."""
    record, spoken = entry.record, _spoken(entry.record)
    if isinstance(record, Decision):
        fate, target = REJECTED if record.decision == "rejected" else ACCEPTED, record.record
    else:
        fate, target = ACCEPTED if entry.status == "accepted" else PROPOSED, ""
    if isinstance(spoken, Report):
        published = spoken.published
    else:
        published = spoken.citation.published if isinstance(spoken, Commitment | Statement | Precedent) else ""
    commitment = _commitment(spoken) if isinstance(spoken, Commitment) else NOTHING
    return (
        record.id,
        0 if not isinstance(record, Decision) else UNDOES if record.decision == "undone" else 1,
        target,
        fate,
        1 if commitment is not NOTHING else 2 if target and isinstance(spoken, Statement) else 0,
        *_publication(published),
        *commitment,
    )


def _spoken(record: LedgerRecord) -> LedgerRecord | None:
    """The record whose columns a row holds: of a decision its replacement, if it has one."""
    return record.replacement if isinstance(record, Decision) else record


def _commitment(record: Commitment) -> tuple[Any, ...]:
    day, low, high = day_of(record), record.amount_low, record.amount_high
    flag = next((flag for flag in ASIDE if flag in record.flags), "") if record.flags else ""
    return (
        _cell_text(key_of(record)),
        day.toordinal() if day else NO_DAY,
        record.date_from.toordinal() if record.date_from else NO_DAY,
        NAN if low is None else low,
        NAN if high is None else high,
        BASES[record.basis],
        FLAGS[flag],
        blake2b(msgspec.json.encode(voice_of(record)), digest_size=16).digest(),
    )


_cell_text = lru_cache(maxsize=100_000)(key_text)


@lru_cache(maxsize=100_000)
def _publication(published: str) -> tuple[int, int]:
    """The sortable number of a publication date, and the day from which it is surely known."""
    if not published:
        return 0, date.max.toordinal()
    return int(published.replace("-", "").ljust(8, "0")), known_from(published).toordinal()
