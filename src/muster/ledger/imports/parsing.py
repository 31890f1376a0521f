"""The text or value of one cell -> the value of a record's field, or what is wrong with it. Nothing is guessed."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from math import isfinite
from typing import Any

import msgspec

from muster.ledger.exports.cells import unlisted, unwritten
from muster.ledger.exports.columns import Column

DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?")
SLASHED = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}")
NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:[,\u00a0\u202f ]\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
GROUPS = str.maketrans("", "", ",\u00a0\u202f ")
Cell = str | float | int | bool | date | datetime | time | None


class BadCellError(ValueError):
    """A cell that cannot be read: what was expected there."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def parse(column: Column, cell: Cell, comma_is_open: bool = False) -> Any:
    """The value of a cell, null for a blank one.

    ``comma_is_open`` says that the file may write decimals with a comma (its cells are set apart by semicolons).

    Raises:
        BadCellError: the cell is not of the column's type.
    """
    if cell is None or cell == "":
        if column.is_required:
            raise BadCellError(f"one of {', '.join(column.words)}" if column.words else "a value: this column is required")
        return None
    if column.type == "number":
        return _number(cell, comma_is_open)
    if column.type == "date":
        return _day(cell)
    return READERS[column.type](as_text(cell)) if column.type in READERS else _text(column, as_text(cell))


def as_text(cell: Cell) -> str:
    """A spreadsheet's value as the text that a person saw there."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def _text(column: Column, cell: str) -> str:
    text = unwritten(cell)
    if "\0" in text:
        raise BadCellError("text without NUL characters")
    if not (column.words or column.pattern):
        return text
    text = text.strip()
    if column.words and text not in column.words:
        raise BadCellError(f"one of {', '.join(column.words)}")
    if column.pattern and not re.fullmatch(column.pattern, text):
        shape = "three capital letters (ISO 4217)" if column.name == "currency" else "YYYY-MM-DD, YYYY-MM or YYYY"
        raise BadCellError(shape if not SLASHED.fullmatch(text) else f"{shape}: which is the day and which the month?")
    return text


def _number(cell: Cell, comma_is_open: bool) -> float:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        value = float(cell)
    else:
        text = as_text(cell).strip()
        if comma_is_open and "," in text:
            raise BadCellError("a number without commas: in a file with semicolons a comma may be decimals or thousands")
        if not NUMBER.fullmatch(text):
            raise BadCellError("a number such as 1000, 1,000 or 1e6")
        value = float(text.translate(GROUPS))
    if not isfinite(value) or value < 0:
        raise BadCellError("a number of at least 0")
    return value


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _serial(float(cell))
    text = as_text(cell).strip()
    if SLASHED.fullmatch(text):
        raise BadCellError("a date as YYYY-MM-DD: which is the day and which the month?")
    if (found := DAY.fullmatch(text)) is None:
        raise BadCellError("a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        raise BadCellError("a day that the calendar has") from None


def _serial(number: float) -> date:
    """A day as spreadsheets count them (1 March 1900 is 61), where a cell lost its format."""
    if number.is_integer() and 61 <= number <= 2958465:
        return date.fromordinal(int(number) + date(1899, 12, 30).toordinal())
    raise BadCellError("a date as YYYY-MM-DD")


def _whole(cell: str) -> int:
    if not re.fullmatch(r"\d{1,15}", cell.strip()):
        raise BadCellError("a whole number")
    return int(cell)


def _items(cell: str) -> list[str]:
    text = unwritten(cell)
    if "\0" in text:
        raise BadCellError("text without NUL characters")
    try:
        return unlisted(text)
    except (msgspec.MsgspecError, UnicodeError):
        raise BadCellError("texts joined with ; or a JSON list of texts") from None


def _named(cell: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(unwritten(cell), type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeError):
        raise BadCellError("a JSON object of texts by name") from None


def _truth(cell: str) -> bool:
    words = {"true": True, "false": False}
    if cell.strip().casefold() not in words:
        raise BadCellError("TRUE or FALSE")
    return words[cell.strip().casefold()]


READERS: dict[str, Callable[[str], Any]] = {
    "whole number": _whole,
    "true or false": _truth,
    "list": _items,
    "texts by name": _named,
}
