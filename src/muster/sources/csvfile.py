"""A CSV file to text columns: UTF-8 throughout, quotation marks in pairs, as many cells in a row as there are names."""

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from muster.errors import DataError
from muster.sources.textcolumns import Choose, brief, no_rows

CHUNK = 1 << 20
# A row must fit into a block, so this is also the longest row that can be read.
BLOCK = 1 << 24
LONGEST_NAMES = 1 << 20  # bytes of the line of names; the widest export that we know has 80 columns
SEPARATORS = (",", ";", "\t")


def read_csv(path: Path, name: str, choose: Choose) -> pa.Table:
    """The chosen columns of a CSV file, which messages call ``name``.

    Raises:
        DataError: the text, its names or a row's shape is at fault, or as ``choose`` raises.
    """
    _check_text(path, name)
    names, separator, rows_follow = _names(path, name)
    wanted = list(choose(names))
    if not rows_follow:
        raise no_rows(name)
    misshapen: list[pacsv.InvalidRow] = []

    def stop(row: pacsv.InvalidRow) -> str:
        misshapen.append(row)
        return "error"

    try:
        return pacsv.read_csv(
            path,
            # Only one thread knows the number of a row at fault.
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=stop),
            convert_options=pacsv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise _fault(name, error, misshapen) from error


def _fault(name: str, error: pa.ArrowInvalid, misshapen: Sequence[pacsv.InvalidRow]) -> DataError:
    if not misshapen:
        return DataError(f"the rows cannot be read ({brief(error)})", where=name, expected=f"rows below {BLOCK} bytes")
    row = misshapen[0]
    return DataError(
        f"{row.actual_columns} cells",
        where=f"{name}, data row {row.number - 1}",
        expected=f"{row.expected_columns} as in the first line",
        do="the file may be cut off: export it again",
    )


def _check_text(path: Path, name: str) -> None:
    """UTF-8 throughout, and quotation marks in pairs: an open one would swallow every row behind it."""
    decoder, line, quotes, text = codecs.getincrementaldecoder("utf-8")(), 1, 0, ""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                raise _not_utf8(name, line) from error
            line += text.count("\n")
            quotes += text.count('"')
    if decoder.getstate()[0]:
        raise _not_utf8(name, line)
    if quotes % 2:
        raise DataError(
            "a quotation mark is not closed",
            where=name,
            expected="quotation marks in pairs",
            do="the file may be cut off: export it again",
        )


def _not_utf8(name: str, line: int) -> DataError:
    return DataError(
        "the text is not UTF-8", where=f"{name}, line {line}", expected="one encoding throughout", do="save it as CSV UTF-8"
    )


def _names(path: Path, name: str) -> tuple[list[str], str, bool]:
    """The column names, what separates them, and whether anything but blank lines follows them."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        start = stream.read(LONGEST_NAMES)
        more = bool(stream.read(1))
    first = start.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        names = next(filter(None, csv.reader(start.splitlines(keepends=True), delimiter=separator)), [])
    except csv.Error as error:
        raise DataError(f"the column names cannot be read ({error})", where=f"{name}, line 1") from error
    if more and "\n" not in start.lstrip("\r\n"):
        raise DataError(f"the column names cannot be read (over {LONGEST_NAMES} bytes)", where=f"{name}, line 1")
    return names, separator, more or bool(start.lstrip("\r\n").partition("\n")[2].strip())
