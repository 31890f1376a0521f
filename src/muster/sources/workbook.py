"""An Excel workbook to text columns: every sheet with the wanted columns in its first row, one below the other."""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from muster.errors import DataError
from muster.sources.packed import RATIO, SMALL
from muster.sources.textcolumns import Choose, Text, brief

BATCH = 50_000  # rows that are cells of Python at a time
ABOVE = 20  # rows in which column names are looked for when they do not stand in the first
CHUNK = 1 << 20
MERGED = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
TROUBLE = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError)


def read_workbook(path: Path, choose: Choose) -> Text:
    """The chosen columns of every sheet that has them; sheets that are left out are told.

    Raises:
        DataError: it is no sound workbook, unpacks to too much, has merged cells, or as ``choose`` raises of its first sheet.
    """
    try:
        _check_archive(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts such as charts and validations, which are not read
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        return _read(book, path.name, choose)
    except TROUBLE as error:
        raise DataError(f"not a sound Excel workbook ({brief(error)})", where=path.name, expected="an .xlsx file") from error


def _read(book: Any, name: str, choose: Choose) -> Text:
    tables: list[pa.Table] = []
    left_out: list[tuple[str, DataError]] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet's own word on its size may be wrong
        rows = (tuple(row) for row in sheet.iter_rows(values_only=True))
        names = [as_text(cell) for cell in next(rows, ())]
        try:
            wanted = list(choose(names))
        except DataError as error:
            left_out.append((sheet.title, _names_below(rows, sheet.title, name, choose) or error))
            continue
        tables.extend(_batches(rows, [names.index(column) for column in wanted], wanted))
    if not tables:
        raise left_out[0][1] if left_out else DataError("the workbook has no sheet", where=name)
    remarks = tuple(f"sheet {ascii(title)[1:-1]} is not read: {error.found}" for title, error in left_out)
    # Sheets of one source may differ in the columns that only some of its layouts have.
    return Text(pa.concat_tables(tables, promote_options="default"), remarks)


def _names_below(rows: Iterator[tuple[Any, ...]], sheet: str, name: str, choose: Choose) -> DataError | None:
    """The error for names that stand under other rows: titles, or a first header over a second."""
    for number, row in enumerate(rows, 2):
        if number > ABOVE:
            return None
        try:
            choose([as_text(cell) for cell in row])
        except DataError:
            continue
        where, do = f"{name}, sheet {ascii(sheet)[1:-1]}", f"delete the {number - 1} rows above it"
        return DataError(f"the column names stand in row {number}", where=where, expected="them in row 1", do=do)
    return None


def _batches(rows: Iterator[tuple[Any, ...]], places: Sequence[int], names: Sequence[str]) -> Iterator[pa.Table]:
    """Rows as tables of text; rows without any value are passed over."""
    schema = pa.schema([(name, pa.string()) for name in names])
    kept: list[list[str]] = []
    for row in rows:
        if any(cell is not None for cell in row):
            kept.append([as_text(row[place]) if place < len(row) else "" for place in places])
        if len(kept) == BATCH:
            yield pa.Table.from_arrays([pa.array(column, pa.string()) for column in zip(*kept, strict=True)], schema=schema)
            kept = []
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(names)
    yield pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)


def as_text(cell: Any) -> str:
    """A cell as a CSV export would write it: days in ISO form, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return str(cell.date() if cell.time() == time() else cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell) if isinstance(cell, bool | int | float | date) else str(cell).strip()


def _check_archive(path: Path) -> None:
    """Refuse what unpacks to too much, and sheets with merged cells: all but one of those are empty."""
    with ZipFile(path) as archive:
        size, most = sum(part.file_size for part in archive.infolist()), max(SMALL, RATIO * path.stat().st_size)
        if size > most:
            raise DataError(f"it unpacks to {size:,} bytes from {path.stat().st_size:,}", where=path.name, do="save it as CSV")
        for part in archive.infolist():
            if part.filename.startswith("xl/worksheets/") and (ref := _merged(archive, part.filename)):
                do = "unmerge the cells, so that each row says all of itself, or save the table alone as CSV"
                raise DataError(f"merged cells {ref} in {ascii(part.filename)[1:-1]}", where=path.name, do=do)


def _merged(archive: ZipFile, part: str) -> str:
    """The first range of merged cells of a sheet; empty where there is none."""
    kept = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            kept = kept[-200:] + chunk
            if found := MERGED.search(kept):
                return found[1].decode()
    return ""
