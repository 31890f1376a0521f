"""What came, looked at before it is believed: packed files opened within bounds, and only the kind that was asked for."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from muster.errors import FetchError
from muster.sources.packed import RATIO, SMALL

CHUNK = 1 << 20
PACKED = b"\x1f\x8b"
STRANGE = {b"PK": "a zip archive or an Excel workbook", b"%PDF": "a PDF", b"PAR1": "a Parquet file", b"<": "a web page or XML"}


def unpacked(path: Path, encoding: str, most: int, where: str) -> Path:
    """The file itself, or beside it what was packed in it with gzip.

    Raises:
        FetchError: the packing is broken, or holds more than is allowed.
    """
    with path.open("rb") as stream:
        packed = stream.read(2) == PACKED
    if not packed:
        if encoding:
            raise FetchError("said to be packed with gzip, and is not", where=where)
        return path
    into = path.with_suffix(".unpacked")
    try:
        with gzip.open(path) as source, into.open("wb") as target:
            for chunk in _bounded(source, path.stat().st_size, most, where):
                target.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FetchError(f"the gzip file is broken ({error})", where=where, do="run the same command again") from None
    return into


def _bounded(source: gzip.GzipFile, packed: int, most: int, where: str) -> Iterator[bytes]:
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > most or size > max(SMALL, RATIO * packed):
            expected = f"at most {most:,} bytes and {RATIO} times the packed size"
            raise FetchError(f"{packed:,} packed bytes that unpack to more than {size:,}", where=where, expected=expected)
        yield chunk


def check_kind(path: Path, kind: str, where: str) -> None:
    """Refuse what is empty or plainly something else than ``csv`` or ``json``.

    Raises:
        FetchError: with what came instead.
    """
    with path.open("rb") as stream:
        head = stream.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    found = next((words for begin, words in STRANGE.items() if head.startswith(begin)), "")
    if not head:
        found = "an empty answer"
    elif b"\0" in head:
        found = found or "something that is no text"
    elif head[:1] in b"{[" and kind == "csv":
        found = f"JSON: {_told(head)}"
    elif head[:1] not in b"{[" and kind == "json":
        found = found or f"something else: {_told(head)}"
    if found:
        raise FetchError(f"{found} came", where=where, expected=kind.upper(), do="see that country and dates are right")


def _told(head: bytes) -> str:
    return repr(head[:100].decode("utf-8", "replace"))


def sha256(path: Path) -> str:
    """The hash of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_hash(path: Path, wanted: str, where: str) -> None:
    """Refuse a file that has another hash than was stated.

    Raises:
        FetchError: the hashes differ.
    """
    if wanted and (found := sha256(path)) != wanted:
        raise FetchError(f"SHA-256 {found}", where=where, expected=wanted, do="it is another file than the one that was named")
