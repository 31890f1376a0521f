"""Everything known as an Excel workbook: one tidy sheet a topic, real numbers and dates, links, and no formula anywhere.

The same input gives the same bytes: the file carries no clock, and its parts have one fixed date.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from muster.errors import LedgerError
from muster.ledger.exports import dictionary
from muster.ledger.exports.cells import listed, written
from muster.ledger.exports.columns import COMMITMENTS, DISAGREEMENTS, PRECEDENTS, PREFERENCES, REPORTS, STATEMENTS, Topic
from muster.ledger.exports.rows import Value, extra_names, judged, values
from muster.ledger.known import Known
from muster.ledger.presence import strengths
from muster.ledger.state import Cell

MOMENT = datetime(1980, 1, 1)  # the first that a zip file can hold
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree on what day a number is
LONGEST = 32_767  # characters in a cell of Excel
MOST_LINKS = 65_000  # Excel opens no sheet with more than 65,530
WIDTHS = {"quote": 60, "content": 60, "sentence": 60, "meaning": 60, "source_title": 40, "source_url": 40, "title": 40}
LINKED = frozenset({"source_url", "address"})
STATE = ("mission", "scope", "actor", "kind", "stage", "low", "high", "unit", "currency", "since", "records", "left_out")
Rows = Iterable[Mapping[str, Value]]


def workbook_bytes(known: Known) -> bytes:
    """The workbook of everything known.

    Raises:
        LedgerError: a text is longer than a cell of Excel can hold.
    """
    return book_bytes((name, columns, tuple(rows)) for name, columns, rows in _sheets(known))


def book_bytes(sheets: Iterable[tuple[str, Sequence[str], Sequence[Mapping[str, Value]]]]) -> bytes:
    """A workbook of sheets, each a name, its columns and its rows; texts must be as ``cells.written`` gives them.

    Raises:
        LedgerError: a text is longer than a cell of Excel can hold.
    """
    each = list(sheets)
    for name, _, rows in each:
        _check_lengths(name, rows)
    book = Workbook(write_only=True)
    for name, columns, rows in each:
        _sheet(book, name, columns, rows)
    book.properties.creator = "Muster"
    book.properties.created = book.properties.modified = MOMENT
    packed = io.BytesIO()
    ExcelWriter(book, ZipFile(packed, "w", ZIP_DEFLATED)).save()
    return undated(packed)


def _sheets(known: Known) -> Iterator[tuple[str, Sequence[str], Rows]]:
    """Name, columns and rows of each sheet."""
    pairs = judged(known)
    extras = extra_names(COMMITMENTS, (record for record, _ in pairs))
    rows = (values(COMMITMENTS, extras, record, fate) for record, fate in pairs)
    yield COMMITMENTS.name, (*COMMITMENTS.names, *extras), rows
    yield "state", STATE, map(_state_row, strengths(known.accepted, known.as_of))
    yield _plain(STATEMENTS, known.statements)
    yield _plain(PRECEDENTS, known.precedents)
    yield _plain(DISAGREEMENTS, known.disagreements)
    yield _plain(REPORTS, known.reports)
    yield _plain(PREFERENCES, known.preferences)
    yield "dictionary", dictionary.COLUMNS, dictionary.dictionary_rows()


def _plain(topic: Topic, records: Sequence[Any]) -> tuple[str, Sequence[str], Rows]:
    extras = extra_names(topic, records)
    return topic.name, (*topic.names, *extras), (values(topic, extras, record) for record in records)


def _state_row(cell: Cell) -> dict[str, Value]:
    """A cell of the state; its texts as safe as those of the records."""
    plain = msgspec.structs.asdict(cell) | {"since": cell.date}
    plain["records"] = listed(cell.records)
    plain["left_out"] = listed([f"{name}: {reason}" for name, reason in cell.left_out])
    return {name: written(plain[name]) if isinstance(plain[name], str) else plain[name] for name in STATE}


def _check_lengths(sheet: str, rows: Rows) -> None:
    """Refuse what the file would cut off."""
    for number, row in enumerate(rows, 2):
        for name, value in row.items():
            if isinstance(value, str) and len(value) > LONGEST:
                found, limit = (
                    f"{len(value):,} characters in {name}",
                    f"at most {LONGEST:,}, which is what a cell of Excel holds",
                )
                raise LedgerError(found, where=f"sheet {sheet}, row {number}", expected=limit, do="use --format csv or json")


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Rows) -> None:
    """One sheet: a bold head that stays in sight and filters, then a row a record."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, 16)
    sheet.append([_head(sheet, column) for column in columns])
    count = 1
    for count, row in enumerate(rows, 2):
        sheet.append([_cell(sheet, column, row[column], count) for column in columns])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"


def _head(sheet: Any, name: str) -> Any:
    cell = _text(sheet, written(name))
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, column: str, value: Value, row: int) -> Any:
    if not value and value != 0:
        return None
    if isinstance(value, str):
        cell = _text(sheet, value)
        if column in LINKED and value.startswith(("https://", "http://")) and row <= MOST_LINKS:
            cell.hyperlink, cell.style = value, "Hyperlink"
        return cell
    if isinstance(value, date):
        return _day(sheet, value)
    return _number(sheet, value or 0)


def _text(sheet: Any, text: str) -> Any:
    """A cell that is text whatever it looks like."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _day(sheet: Any, day: date) -> Any:
    if day < FIRST_DAY:
        return _text(sheet, day.isoformat())
    cell = WriteOnlyCell(sheet, datetime(day.year, day.month, day.day))
    cell.number_format = "yyyy-mm-dd"
    return cell


def _number(sheet: Any, value: float | int) -> Any:
    """A number; as text where the file format would round it."""
    if float(f"{value:.16g}") != value:
        return _text(sheet, repr(value))
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "#,##0" if float(value).is_integer() else "General"
    return cell


def undated(packed: io.BytesIO) -> bytes:
    """The same archive with one fixed date on every part."""
    fixed = io.BytesIO()
    with ZipFile(packed) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name, MOMENT.timetuple()[:6])
            part.compress_type, part.create_system = ZIP_DEFLATED, 0
            target.writestr(part, source.read(name))
    return fixed.getvalue()
