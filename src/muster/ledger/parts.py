"""The files of a large ledger's index: which bytes of the ledger each was made from, and whether those are still there.

``ledger.index/`` holds one file for :data:`LINES` lines each: the columns of :mod:`muster.ledger.columns`, which bytes of the
ledger they were made from, and the SHA-256 of those bytes. Each file begins with its own SHA-256, so that a damaged one is
known. ``seen.json`` keeps what the file system said of the ledger when all its bytes were last known: while that is so, they
are not hashed again (:mod:`muster.ledger.glance`). Files are written without waiting for the disk.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from muster.ledger.chain import Head
from muster.ledger.columns import SCHEMA
from muster.ledger.glance import Glance
from muster.records import Record

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


class Seen(Record, frozen=True, kw_only=True):
    """The last glance at a ledger whose bytes were known, and the SHA-256 (hex) of the hashes of the parts that hold them."""

    glance: Glance
    parts: str
    form: int = FORM


@dataclass(frozen=True)
class Part:
    """Consecutive lines of a ledger as columns, the heads before and after them, and the SHA-256 (hex) of their bytes."""

    before: Head
    after: Head
    table: pa.Table
    sha256: str


def folder_of(path: Path) -> Path:
    """Where a ledger's index lies."""
    return path.with_suffix(".index")


def end(parts: Sequence[Part]) -> Head:
    """The head after the last part."""
    return parts[-1].after if parts else Head()


def room(parts: Sequence[Part]) -> int:
    """How many lines the last part still takes; a new one where it is full."""
    return LINES - end(parts).lines % LINES


def store(path: Path, part: Part) -> None:
    """Write a part; where that cannot be done, nothing is lost."""
    if not part.sha256:
        return
    about = msgspec.json.encode(Stretch(before=part.before, after=part.after, sha256=part.sha256))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA.with_metadata({"stretch": about})) as stream:
        stream.write_table(part.table.unify_dictionaries().combine_chunks())
    body = sink.getvalue().to_pybytes()
    with suppress(OSError):
        _replace(_file(path, part.before.lines // LINES), hashlib.sha256(body).digest() + body)


def _replace(file: Path, data: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(".new")
    new.write_bytes(data)
    new.replace(file)


def _file(path: Path, number: int) -> Path:
    return folder_of(path) / f"{number:06d}.arrow"


def unchanged(path: Path, head: Head, now: Glance | None) -> list[Part]:
    """The parts of the whole ledger, where nothing has touched it since its bytes were known; else none."""
    try:
        seen = msgspec.json.decode(_seen(path).read_bytes(), type=Seen)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return []
    if seen.glance != now or seen.form != FORM:
        return []
    parts = sound(path, head, hashed=False)
    return parts if seen.parts == _hash_of_hashes(parts) else []


def remember(path: Path, now: Glance | None, parts: Sequence[Part]) -> None:
    """Keep what the file system says of a ledger whose bytes are those of the parts, if it says anything."""
    note = msgspec.json.encode(Seen(glance=now, parts=_hash_of_hashes(parts))) if now else b""
    with suppress(OSError):
        if note and (not _seen(path).exists() or _seen(path).read_bytes() != note):
            _replace(_seen(path), note)


def _hash_of_hashes(parts: Sequence[Part]) -> str:
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()


def _seen(path: Path) -> Path:
    return folder_of(path) / "seen.json"


def sound(path: Path, head: Head, *, hashed: bool = True) -> list[Part]:
    """The parts of the index from the first line on that were made from the bytes that the ledger has now.

    ``hashed`` says whether its bytes are hashed for that; without it, the parts are only said to have been made from a ledger
    with this head.
    """
    parts: list[Part] = []
    with ThreadPoolExecutor(2) as pool:  # reading and hashing leave Python to others
        for found in pool.map(lambda number: _part_of(path, number, head, hashed), range(-(-head.lines // LINES))):
            if found is None or found.before != end(parts):
                pool.shutdown(wait=False, cancel_futures=True)
                break
            parts.append(found)
    return parts


def _part_of(path: Path, number: int, head: Head, hashed: bool) -> Part | None:
    """A part of the index; None where it cannot be used or (``hashed``) the ledger's bytes are not those it was made from."""
    found = _read(_file(path, number))
    if found is None:
        return None
    (stretch, table), first = found, number * LINES
    fits = stretch.before.lines == first < stretch.after.lines <= min(first + LINES, head.lines)
    if not fits or stretch.after.bytes > head.bytes:
        return None
    same = not hashed or hash_of(path, stretch.before.bytes, stretch.after.bytes).hexdigest() == stretch.sha256
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
