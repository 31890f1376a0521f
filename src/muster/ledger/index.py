"""A derived index of a large ledger, so that it need not be decoded again: disposable, and never believed unseen.

A part of the index (:mod:`muster.ledger.parts`) is used only where the ledger's bytes are those it was made from and continue
the chain of the part before; from the first that does not, lines are decoded again. A part that is missing, damaged, stale or
cannot be written costs time and nothing else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import LedgerError
from muster.ledger.arrays import to_arrow
from muster.ledger.chain import Head, digest
from muster.ledger.columns import table_of
from muster.ledger.glance import glance
from muster.ledger.lines import Entry, decode
from muster.ledger.parts import Part, end, hash_of, remember, room, sound, store, unchanged
from muster.records import LedgerRecord


@dataclass(frozen=True)
class Survey:
    """A sound ledger as columns. ``parts`` follow each other from the first line to ``head``; only the last may have room."""

    path: Path
    head: Head
    parts: tuple[Part, ...]

    def table(self) -> pa.Table:
        """All lines as one table."""
        return pa.concat_tables([part.table for part in self.parts] or [table_of((), ())]).unify_dictionaries()

    def find(self, names: set[str]) -> dict[str, LedgerRecord]:
        """The records of these ids that are in the ledger, by id."""
        wanted = to_arrow([name for name in names if isinstance(name, str) and _is_text(name)], pa.string())
        starts = [start for part in self.parts for start in _starts(part.table, wanted)]
        with self.path.open("rb") as file:
            entries = [decode(_line_at(file, start), f"{self.path}, byte {start}") for start in starts]
        return {entry.record.id: entry.record for entry in entries}

    def extended(self, entries: Sequence[Entry], lines: Sequence[bytes]) -> "Survey":
        """The survey after an append of these lines, which go into the index too."""
        parts, done = list(self.parts), 0
        while done < len(entries):
            upto = done + room(parts)
            _grow(self.path, parts, entries[done:upto], lines[done:upto])
            done = upto
        remember(self.path, glance(self.path), parts)
        return replace(self, head=end(parts), parts=tuple(parts))


def survey(path: Path, head: Head, *, fresh: bool = False) -> Survey | None:
    """The ledger up to its head as columns, through the index where it fits (``fresh``: without it) and decoded elsewhere.

    None where anything is wrong with the ledger: :func:`muster.ledger.chain.inspect` then tells what.
    """
    before = glance(path)
    parts: list[Part] = [] if fresh else unchanged(path, head, before) or sound(path, head)
    try:
        _decode_rest(path, parts, head)
    except LedgerError:
        return None
    if end(parts) != head:
        return None
    if before == glance(path):
        remember(path, before, parts)
    return Survey(path, head, tuple(parts))


def _decode_rest(path: Path, parts: list[Part], head: Head) -> None:
    """Decode and check the lines after the last part, up to the head, and add them to the parts and the index.

    Raises:
        LedgerError: a line is not what the chain asks for. Its words are for nobody: the inspection finds better ones.
    """
    with path.open("rb") as file:
        file.seek(end(parts).bytes)
        while (place := end(parts)).lines < head.lines:
            wanted = min(room(parts), head.lines - place.lines)
            raw = list(islice(file, wanted))
            if len(raw) < wanted or not raw[-1].endswith(b"\n"):
                raise LedgerError("the file ends")
            lines = [line[:-1] for line in raw]
            _grow(path, parts, _checked(lines, place), lines)


def _grow(path: Path, parts: list[Part], entries: Sequence[Entry], lines: Sequence[bytes]) -> None:
    """Add lines to the last part, for which there is room, or begin a new one; then write it to the index."""
    last = parts.pop() if room(parts) < room(()) else None
    parts.append(_part(last.after if last else end(parts), entries, lines))
    if last:
        rest = parts.pop()
        parts.append(Part(last.before, rest.after, pa.concat_tables([last.table, rest.table]), _continued(path, last, lines)))
    store(path, parts[-1])


def _continued(path: Path, last: Part, lines: Sequence[bytes]) -> str:
    """The SHA-256 (hex) of a part with more lines; empty where the ledger no longer has the part's bytes."""
    hashed = hash_of(path, last.before.bytes, last.after.bytes)
    if hashed.hexdigest() != last.sha256:
        return ""
    hashed.update(_joined(lines))
    return hashed.hexdigest()


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _checked(lines: Sequence[bytes], place: Head) -> list[Entry]:
    """Lines as the entries that follow a head."""
    entries, prev = [], place.hash
    for seq, line in enumerate(lines, place.lines + 1):
        entry = decode(line, f"line {seq}")
        if entry.seq != seq or entry.prev != prev:
            raise LedgerError("out of the chain", where=f"line {seq}")
        entries.append(entry)
        prev = digest(line)
    return entries


def _part(before: Head, entries: Sequence[Entry], lines: Sequence[bytes]) -> Part:
    starts, place = [], before.bytes
    for line in lines:
        starts.append(place)
        place += len(line) + 1
    after = Head(lines=before.lines + len(lines), bytes=place, hash=digest(lines[-1]) if lines else before.hash)
    return Part(before, after, table_of(entries, starts), hashlib.sha256(_joined(lines)).hexdigest())


def _starts(table: pa.Table, wanted: pa.Array) -> list[int]:
    """Where the lines of these ids begin."""
    return table["start"].filter(pc.is_in(table["id"], value_set=wanted)).to_pylist()  # type: ignore[no-any-return]


def _line_at(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.readline().removesuffix(b"\n")


def _is_text(name: str) -> bool:
    """Whether a name is text that a ledger can hold: no halves of characters."""
    return name.encode(errors="ignore").decode() == name
