"""A table that has been through a spreadsheet: which separator, rows by the spreadsheet's own count, numbers and days again.

A form that can be read in two ways is refused, never guessed.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from muster.errors import LedgerError
from muster.ledger.exports.cells import unmarked
from muster.ledger.words import MONTHS

LARGEST_CELL = 1_000_000  # characters; a spreadsheet's own limit is 32,767
LONGEST_NUMBER = 30  # characters; any longer would leave the range of numbers
SEPARATORS = (",", ";", "\t")
SPACES = re.compile("[\\s'\u2019]")  # what people and spreadsheets put between thousands besides comma and point
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]00:00(?::00)?)?")
POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
NAMED = re.compile(r"(?:(\d{1,2})[\s-]+([A-Za-z]{3,9})|([A-Za-z]{3,9})\s+(\d{1,2}))[\s,.-]+(\d{4})")
ISO_DO = "write it as YYYY-MM-DD"


class Row(NamedTuple):
    """A row's number, counted from 1 for the header as the spreadsheet shows it, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table as read; ``decimal_comma`` where columns are separated by semicolons, because the comma was taken."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    decimal_comma: bool


def read_sheet(name: str, data: bytes, needed: Sequence[str]) -> Sheet:
    """Read a CSV file: comma, semicolon or tab between cells, any line ends, with or without a byte order mark.

    Columns may stand in any order, others beside them; names lose case and outer spaces. Empty rows are passed over.

    Raises:
        LedgerError: the file is not Unicode text, not a table, or a needed column is missing or there twice.
    """
    text = _text(name, data)
    header = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    try:
        limit = csv.field_size_limit(LARGEST_CELL)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise LedgerError(f"not a table: {error}", where=name, expected="a CSV file", do="save it as CSV UTF-8") from error
    finally:
        csv.field_size_limit(limit)
    columns = tuple(cell.strip().casefold() for cell in lines[0]) if lines else ()
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    absent = next((column for column in needed if column not in columns), None)
    if twice or absent:
        found = f"column {twice!r} is there twice" if twice else f"column {absent!r} is missing"
        raise LedgerError(found, where=f"{name}, row 1", expected=f"the columns {', '.join(needed)}, each once")
    rows = [_row(name, number, columns, cells) for number, cells in enumerate(lines[1:], 2) if any(map(str.strip, cells))]
    return Sheet(name, columns, tuple(rows), separator == ";")


def loosened(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from running it, with plain line ends and no outer spaces."""
    return unmarked(cell.replace("\r\n", "\n").replace("\r", "\n").strip())


def number(text: str, *, decimal_comma: bool = False) -> float:
    """``1000``, ``1,000``, ``1 000``, ``1'000.5``, ``1.5E+06``, ``12.345,67``.

    Raises:
        LedgerError: not a number, or one point or comma before three digits that may mark thousands or decimals.
    """
    bare = SPACES.sub("", text)
    mark = "," if decimal_comma and "," in bare else "."
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}\{mark}\d{{3}}", bare):
        found = f"{text!r} can be read as {bare.replace(mark, '')} or as {bare.replace(mark, '.')}"
        raise LedgerError(found, expected="plain digits", do="write it without a mark between thousands")
    for group, point in ((",", "."), (".", ",")):
        decimals = "{1,2}" if point == "," and not decimal_comma else "+"  # 1,0000 is a slip, not 1
        grouped = rf"[+-]?[1-9]\d{{0,2}}(\{group}\d{{3}})+(\{point}\d+)?"
        single = rf"[+-]?\d+(\{point}\d{decimals})?([eE][+-]?\d{{1,2}})?"
        if len(bare) <= LONGEST_NUMBER and re.fullmatch(f"{grouped}|{single}", bare):
            return float(bare.replace(group, "").replace(point, "."))
    raise LedgerError(f"{text[:40]!r}", expected="a number in plain digits")


def day(text: str, orders: frozenset[str] = frozenset({"day first", "month first"})) -> str:
    """A day as YYYY-MM-DD from ``2024-06-30``, ``30.06.2024``, ``30 June 2024``, ``June 30, 2024``, ``30/06/2024``.

    ``orders`` are the readings of slashes that the whole file allows, see :func:`slash_orders`.

    Raises:
        LedgerError: no day of the calendar, or slashes that can be read in two ways.
    """
    if iso := ISO.fullmatch(text):
        found = {_day(iso[1], iso[3], iso[4])}
    elif points := POINTS.fullmatch(text):
        found = {_day(points[3], points[2], points[1])}
    elif named := NAMED.fullmatch(text):
        word = (named[2] or named[3]).casefold()
        month = next((place for place, name in enumerate(MONTHS, 1) if name.casefold().startswith(word)), 0)
        found = {_day(named[5], month, named[1] or named[4])}
    else:
        found = {read for order, read in _slashed(text).items() if order in orders}
    days = sorted(found - {""})
    if len(days) > 1:
        raise LedgerError(f"{text!r} can be read as {days[0]} or as {days[1]}", do=ISO_DO)
    if not days:
        raise LedgerError(f"{text[:40]!r}", expected="a day of the calendar", do=ISO_DO)
    return days[0]


def slash_orders(cells: Iterable[str]) -> frozenset[str]:
    """Whether the day or the month comes first in dates with slashes: the orders in which all of them are days.

    A spreadsheet writes every date of a file in one order, so that one 30/06/2024 tells how to read 05/06/2024.
    """
    orders = {"day first", "month first"}
    for cell in cells:
        readings = {order for order, read in _slashed(cell.strip()).items() if read}
        orders &= readings or orders
    return frozenset(orders or {"day first", "month first"})


def _text(name: str, data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} is not {encoding.removesuffix('-sig').upper()}"
        raise LedgerError(found, where=f"{name}, line {line}", do="save the file as CSV UTF-8") from None
    if "\0" in text:
        raise LedgerError("binary data", where=name, expected="a CSV file", do="save the sheet as CSV UTF-8")
    return text


def _row(name: str, place: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        found = f"{len(cells)} cells under {len(columns)} columns"
        raise LedgerError(found, where=f"{name}, row {place}", expected="a cell a column", do="quote cells with a separator")
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    return Row(place, dict(zip(columns, padded, strict=False)))


def _slashed(text: str) -> dict[str, str]:
    """What a date with slashes is in each order; empty where it is no day."""
    found = SLASHES.fullmatch(text)
    if not found:
        return {}
    one, other, year = found[1], found[3], found[4]
    return {"day first": _day(year, other, one), "month first": _day(year, one, other)}


def _day(year: str, month: str | int, place: str) -> str:
    try:
        return date(int(year), int(month), int(place)).isoformat()
    except ValueError:
        return ""
