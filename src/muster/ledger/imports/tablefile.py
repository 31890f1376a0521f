"""A CSV file as programs and spreadsheets write them -> its header and rows: any of the usual encodings and separators."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass

from muster.errors import LedgerError

LONGEST = 2**24  # characters in one cell; Python's own limit is 131,072, less than a long quote may have
BLOCK = 2**20


@dataclass(frozen=True)
class Table:
    """A header and the rows below it; ``lines`` is about how many there are."""

    header: list[str]
    rows: Iterator[list[str]]
    separator: str
    lines: int
    notes: tuple[str, ...]


def table(data: bytes, name: str) -> Table:
    """Split the bytes of a file.

    Raises:
        LedgerError: the file is empty, or a quote is not closed (told when that row is reached).
    """
    encoding, notes = _encoding(data)
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as start:
        first = start.readline(LONGEST)
    if not first.strip():
        raise LedgerError("empty: the first row has no columns", where=name, expected="a header and rows")
    separator = max((",", ";", "\t"), key=first.count)
    rows = _rows(data, encoding, separator, name)
    return Table(next(rows), rows, separator, data.count(b"\n"), notes)


def _encoding(data: bytes) -> tuple[str, tuple[str, ...]]:
    """What the bytes are written in: a mark decides, else UTF-8 where it fits, else the code page of Western Windows."""
    if data.startswith(BOM_UTF8):
        return "utf-8-sig", ()
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16", ()
    for encoding in ("utf-8", "cp1252"):
        if _fits(data, encoding):
            return encoding, () if encoding == "utf-8" else ("not UTF-8: read as Windows-1252; check the accents",)
    return "latin-1", ("not UTF-8: read as Latin-1; check the accents",)


def _fits(data: bytes, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), BLOCK):
            decoder.decode(data[start : start + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rows(data: bytes, encoding: str, separator: str, name: str) -> Iterator[list[str]]:
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as text:
        reader = csv.reader(text, delimiter=separator, strict=True)
        try:
            while (row := _next(reader)) is not None:
                yield row
        except csv.Error as error:
            do = "write a quote inside a quoted cell twice"
            raise LedgerError(f"{error}", where=f"{name}, line {reader.line_num}", expected="closed quotes", do=do) from error
        except UnicodeDecodeError as error:
            raise LedgerError(f"not {encoding}: {error.reason}", where=name, expected="text in one encoding") from error


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    """The next row, null at the end; the longest cell is one setting for the whole process and is given back at once."""
    before = csv.field_size_limit(LONGEST)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)
