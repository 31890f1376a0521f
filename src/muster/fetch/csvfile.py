"""Rows to a CSV file in a source's columns, and a CSV file of all countries to the rows of one."""

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from muster.errors import FetchError
from muster.fetch.provider import Row

MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?Z?")


def write_rows(stream: TextIO, columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    """Write rows below the column names (at the file's beginning) and count them; other fields of a row are left out."""
    writer = csv.writer(stream, lineterminator="\n")
    if not stream.tell():
        writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007  the count is the result
        writer.writerow([cell(row.get(column)) for column in columns])
    return count


def cell(value: Any) -> str:
    """A value of JSON as a cell: blank for null, Y and N for truth, a day without its midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    day = MIDNIGHT.fullmatch(text)
    return day[1] if day else text


def cut(path: Path, column: str, value: str, into: Path) -> Path:
    """The rows of a CSV file that hold a value in a column, with the names and a row of tags below them.

    Raises:
        FetchError: there is no such column or no such row, or the file is no CSV.
    """
    with path.open(encoding="utf-8-sig", newline="") as source, into.open("w", encoding="utf-8", newline="") as target:
        reader, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        try:
            names = next(reader, [])
            if column not in names:
                raise FetchError(f"no column {column!r}", where=path.name, expected="the provider's documented layout")
            writer.writerow(names)
            place, kept = names.index(column), 0
            for row in reader:
                found = row[place] if place < len(row) else ""
                if found == value or found.startswith("#"):
                    kept += found == value
                    writer.writerow(row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise FetchError(f"the rows cannot be read ({error})", where=path.name) from None
    if not kept:
        raise FetchError(f"no row of {value}", where=path.name, do="see that --country is right")
    return into
