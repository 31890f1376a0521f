"""A derived index of a large ledger, so that it need not be decoded again: disposable, and never believed unseen.

``ledger.index/`` holds one file for :data:`LINES` lines each: the columns of :mod:`muster.ledger.columns`, which bytes of the
ledger they were made from, and the SHA-256 of those bytes. A part is used only where the ledger's bytes still have that hash
and continue the chain of the part before; from the first that does not, lines are decoded again. Each file begins with its
own SHA-256, so that a damaged one is known. Parts are written without waiting for the disk: one that is missing, damaged,
stale or cannot be written costs time and nothing else.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import LedgerError
from muster.ledger.arrays import to_arrow
from muster.ledger.chain import Head, digest
from muster.ledger.columns import SCHEMA, table_of
from muster.ledger.lines import Entry, decode
from muster.records import LedgerRecord, Record

LINES = 8192  # of a part; the last one has fewer and is written again as it grows
FORM = 1  # of the files; parts of another form are made anew
CHUNK = 1 << 20
DIGEST = hashlib.sha256().digest_size


class Stretch(Record, frozen=True, kw_only=True):
    """Which lines a part was made from: after which head, up to which, and the SHA-256 (hex) of the bytes between."""

    before: Head
    after: Head
    sha256: str
    form: int = FORM


@dataclass(frozen=True)
class Part:
    """Consecutive lines of a ledger as columns, the heads before and after them, and the SHA-256 (hex) of their bytes."""

    before: Head
    after: Head
    table: pa.Table
    sha256: str


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
            room = _room(parts)
            _grow(self.path, parts, entries[done : done + room], lines[done : done + room])
            done += room
        return replace(self, head=_end(parts), parts=tuple(parts))


def survey(path: Path, head: Head, *, fresh: bool = False) -> Survey | None:
    """The ledger up to its head as columns, through the index where it fits (``fresh``: without it) and decoded elsewhere.

    None where anything is wrong with the ledger: :func:`muster.ledger.chain.inspect` then tells what.
    """
    parts: list[Part] = [] if fresh else _sound(path, head)
    try:
        _decode_rest(path, parts, head)
    except LedgerError:
        return None
    return Survey(path, head, tuple(parts)) if _end(parts) == head else None


def folder_of(path: Path) -> Path:
    """Where a ledger's index lies."""
    return path.with_suffix(".index")


def _decode_rest(path: Path, parts: list[Part], head: Head) -> None:
    """Decode and check the lines after the last part, up to the head, and add them to the parts and the index.

    Raises:
        LedgerError: a line is not what the chain asks for. Its words are for nobody: the inspection finds better ones.
    """
    with path.open("rb") as file:
        file.seek(_end(parts).bytes)
        while (place := _end(parts)).lines < head.lines:
            wanted = min(_room(parts), head.lines - place.lines)
            raw = list(islice(file, wanted))
            if len(raw) < wanted or not raw[-1].endswith(b"\n"):
                raise LedgerError("the file ends")
            lines = [line[:-1] for line in raw]
            _grow(path, parts, _checked(lines, place), lines)


def _end(parts: Sequence[Part]) -> Head:
    return parts[-1].after if parts else Head()


def _room(parts: Sequence[Part]) -> int:
    """How many lines the last part still takes; a new one where it is full."""
    return LINES - _end(parts).lines % LINES


def _grow(path: Path, parts: list[Part], entries: Sequence[Entry], lines: Sequence[bytes]) -> None:
    """Add lines to the last part, for which there is room, or begin a new one; then write it to the index."""
    last = parts.pop() if _room(parts) < LINES else None
    parts.append(_part(last.after if last else _end(parts), entries, lines))
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


# ---- the files


def store(path: Path, part: Part) -> None:
    """Write a part; where that cannot be done, nothing is lost."""
    if not part.sha256:
        return
    about = msgspec.json.encode(Stretch(before=part.before, after=part.after, sha256=part.sha256))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA.with_metadata({"stretch": about})) as stream:
        stream.write_table(part.table.unify_dictionaries().combine_chunks())
    body = sink.getvalue().to_pybytes()
    file = _file(path, part.before.lines // LINES)
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        new = file.with_suffix(".new")
        new.write_bytes(hashlib.sha256(body).digest() + body)
        new.replace(file)


def _file(path: Path, number: int) -> Path:
    return folder_of(path) / f"{number:06d}.arrow"


def _sound(path: Path, head: Head) -> list[Part]:
    """The parts of the index from the first line on that were made from the bytes that the ledger has now."""
    parts: list[Part] = []
    with ThreadPoolExecutor(2) as pool:  # reading and hashing leave Python to others
        for found in pool.map(lambda number: _part_of(path, number, head), range(-(-head.lines // LINES))):
            if found is None or found.before != _end(parts):
                pool.shutdown(wait=False, cancel_futures=True)
                break
            parts.append(found)
    return parts


def _part_of(path: Path, number: int, head: Head) -> Part | None:
    """A part of the index; None where it cannot be used or the ledger's bytes are not those it was made from."""
    found = _read(_file(path, number))
    if found is None:
        return None
    (stretch, table), first = found, number * LINES
    fits = stretch.before.lines == first < stretch.after.lines <= min(first + LINES, head.lines)
    if not fits or stretch.after.bytes > head.bytes:
        return None
    same = hash_of(path, stretch.before.bytes, stretch.after.bytes).hexdigest() == stretch.sha256
    return Part(stretch.before, stretch.after, table, stretch.sha256) if same else None


def _read(file: Path) -> tuple[Stretch, pa.Table] | None:
    """A part's file, or None where it is missing, damaged or of another form."""
    try:
        data = file.read_bytes()
        if hashlib.sha256(data[DIGEST:]).digest() != data[:DIGEST]:
            return None
        table = pa.ipc.open_stream(pa.py_buffer(data).slice(DIGEST)).read_all()
        stretch = msgspec.json.decode((table.schema.metadata or {}).get(b"stretch", b""), type=Stretch)
    except (OSError, pa.ArrowException, msgspec.DecodeError):
        return None
    return (stretch, table) if stretch.form == FORM and table.schema.equals(SCHEMA) else None


def hash_of(path: Path, start: int, end: int) -> "hashlib._Hash":
    """SHA-256 of a file's bytes from ``start`` to ``end``, or of those that are there."""
    found, buffer = hashlib.sha256(), bytearray(CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < end and (size := file.readinto(view[: min(CHUNK, end - start)])):
            found.update(view[:size])
            start += size
    return found


def _starts(table: pa.Table, wanted: pa.Array) -> list[int]:
    """Where the lines of these ids begin."""
    return table["start"].filter(pc.is_in(table["id"], value_set=wanted)).to_pylist()  # type: ignore[no-any-return]


def _line_at(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.readline().removesuffix(b"\n")


def _is_text(name: str) -> bool:
    """Whether a name is text that a ledger can hold: no halves of characters."""
    return name.encode(errors="ignore").decode() == name
