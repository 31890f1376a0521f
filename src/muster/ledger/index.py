"""A derived index of a large ledger, so that it need not be decoded again: disposable, and never believed unseen.

``ledger.index/`` holds one file for every :data:`LINES` lines: the columns of :mod:`muster.ledger.columns`, which bytes of the
ledger they were made from, and the SHA-256 of those bytes. A part is used only where the ledger's bytes still have that hash
and continue the chain of the part before; from the first that does not, lines are decoded again. Each file begins with its
own SHA-256, so that a damaged one is known. Parts are written without waiting for the disk: one that is missing, damaged,
stale or cannot be written costs time and nothing else. Lines after the last full part are decoded at every reading.
"""

import hashlib
from collections.abc import Iterator, Sequence
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

LINES = 8192  # of a part: decoding fewer than that takes a fifth of a second
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
    """Consecutive lines of a ledger as columns; ``before`` and ``after`` are the heads around them."""

    before: Head
    after: Head
    table: pa.Table


@dataclass(frozen=True)
class Survey:
    """A sound ledger as columns. ``parts`` follow each other from the first line to ``head``; only the last is not full."""

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
        """The survey after an append of these lines; parts that are full now are written to the index."""
        last = self.parts[-1] if self.parts and _count(self.parts[-1]) < LINES else None
        kept = self.parts[:-1] if last else self.parts
        place, new, done = self.head, list(kept), 0
        room = LINES - (_count(last) if last else 0)
        while done < len(entries):
            part = _part(place, entries[done : done + room], lines[done : done + room])
            if last:
                part = Part(last.before, part.after, pa.concat_tables([last.table, part.table]))
            new.append(part)
            if _count(part) == LINES:
                store(self.path, part, None)
            done, room, last, place = done + room, LINES, None, part.after
        return replace(self, head=place, parts=tuple(new))


def survey(path: Path, head: Head, *, fresh: bool = False) -> Survey | None:
    """The ledger up to its head as columns, through the index where it fits (``fresh``: without it) and decoded elsewhere.

    None where anything is wrong with the ledger: :func:`muster.ledger.chain.inspect` then tells what.
    """
    parts: list[Part] = [] if fresh else _sound(path, head)
    place = parts[-1].after if parts else Head()
    try:
        for part in _decoded(path, place, head):
            parts.append(part)
            place = part.after
    except LedgerError:
        return None
    return Survey(path, head, tuple(parts)) if place == head else None


def folder_of(path: Path) -> Path:
    """Where a ledger's index lies."""
    return path.with_suffix(".index")


def _decoded(path: Path, place: Head, head: Head) -> Iterator[Part]:
    """The lines after ``place``, decoded and checked, as parts; full ones are written to the index.

    Raises:
        LedgerError: a line is not what the chain asks for. Its words are for nobody: the inspection finds better ones.
    """
    with path.open("rb") as file:
        file.seek(place.bytes)
        while place.lines < head.lines:
            wanted = min(LINES, head.lines - place.lines)
            raw = list(islice(file, wanted))
            if len(raw) < wanted or not raw[-1].endswith(b"\n"):
                raise LedgerError("the file ends")
            lines = [line[:-1] for line in raw]
            part = _part(place, _checked(lines, place), lines)
            if wanted == LINES:
                store(path, part, raw)
            yield part
            place = part.after


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
    return Part(before, after, table_of(entries, starts))


def _count(part: Part) -> int:
    return part.after.lines - part.before.lines


# ---- the files


def store(path: Path, part: Part, raw: Sequence[bytes] | None) -> None:
    """Write a full part; where that cannot be done, nothing is lost. ``raw`` are its lines, read again where not given."""
    sha256 = hashlib.sha256(b"".join(raw)).hexdigest() if raw else sha256_of(path, part.before.bytes, part.after.bytes)
    about = msgspec.json.encode(Stretch(before=part.before, after=part.after, sha256=sha256))
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
    stored = list(_stored(path, head))
    with ThreadPoolExecutor(2) as pool:
        hashes = pool.map(lambda found: sha256_of(path, found[0].before.bytes, found[0].after.bytes), stored)
        parts: list[Part] = []
        for (stretch, table), sha256 in zip(stored, hashes, strict=True):
            if sha256 != stretch.sha256:
                break
            parts.append(Part(stretch.before, stretch.after, table))
        pool.shutdown(cancel_futures=True)
    return parts


def _stored(path: Path, head: Head) -> Iterator[tuple[Stretch, pa.Table]]:
    """The readable parts, each continuing the one before, as far as the head allows."""
    place = Head()
    while place.lines + LINES <= head.lines:
        found = _read(_file(path, place.lines // LINES))
        if found is None or found[0].before != place or found[0].after.bytes > head.bytes:
            return
        if found[0].after.lines != place.lines + LINES:
            return
        yield found
        place = found[0].after


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


def sha256_of(path: Path, start: int, end: int) -> str:
    """SHA-256 (hex) of a file's bytes from ``start`` to ``end``, or of those that are there."""
    found, buffer = hashlib.sha256(), bytearray(CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < end and (size := file.readinto(view[: min(CHUNK, end - start)])):
            found.update(view[:size])
            start += size
    return found.hexdigest()


def _starts(table: pa.Table, wanted: pa.Array) -> list[int]:
    """Where the lines of these ids begin."""
    return table["start"].filter(pc.is_in(table["id"], value_set=wanted)).to_pylist()  # type: ignore[no-any-return]


def _line_at(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.readline().removesuffix(b"\n")


def _is_text(name: str) -> bool:
    """Whether a name is text that a ledger can hold: no halves of characters."""
    return name.encode(errors="ignore").decode() == name
