"""An Excel workbook -> records: ours, or anybody's whose first sheet has the columns of a commitment."""

import io
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from muster.errors import LedgerError
from muster.ledger.disagree.finding import BY as RULES
from muster.ledger.exports.cells import escaped
from muster.ledger.exports.columns import COMMITMENTS, TOPICS, Topic
from muster.ledger.imports.parsing import as_text
from muster.ledger.imports.records import Parsed, Problem, RowReader, shown
from muster.ledger.imports.source import LARGEST, Source
from muster.records import Disagreement

MOST_ROWS = 1_048_576  # of a sheet of Excel
TROUBLE = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError)


def read_workbook(data: bytes, name: str) -> Source:
    """The rows of every sheet that is named like a table of ours, else of the first sheet as commitments.

    Raises:
        LedgerError: it is no workbook, unpacks to more than we take, or a header lacks a required column.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST:
            raise LedgerError(f"{size:,} bytes when unpacked", where=name, expected=f"at most {LARGEST:,}", do="split it")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts such as charts and validations, which are not read
            book: Any = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except TROUBLE as error:
        raise LedgerError(f"not an Excel workbook: {error}", where=name, expected="an .xlsx file") from error
    topics = {topic.name: topic for topic in TOPICS}
    found = [(topics[sheet.title], sheet) for sheet in book.worksheets if sheet.title in topics]
    sheets = found or [(COMMITMENTS, book.worksheets[0])]
    total = sum(sheet.max_row or 0 for _, sheet in sheets)
    return Source("xlsx", _rows(sheets, name), total)


def _rows(sheets: Sequence[tuple[Topic, Any]], name: str) -> Iterator[Parsed]:
    try:
        for topic, sheet in sheets:
            yield from _sheet(topic, sheet, name)
    except TROUBLE as error:
        raise LedgerError(f"not a sound workbook: {error}", where=name, expected="an .xlsx file that Excel opens") from error


def _sheet(topic: Topic, sheet: Any, name: str) -> Iterator[Parsed]:
    """The rows below a sheet's header, by the numbers that Excel shows."""
    sheet.reset_dimensions()  # a sheet's own word on its size may be wrong
    rows = islice(sheet.iter_rows(), MOST_ROWS)
    header = [as_text(cell.value) if cell.value is not None else "" for cell in next(rows, ())]
    reader = RowReader(topic, header, f"{name}, sheet {sheet.title}")
    for number, cells in enumerate(rows, 2):
        if all(cell.value is None for cell in cells):
            continue
        row = f"{sheet.title} {number}"
        computed = tuple(_computed(row, reader.heads, cells))
        parsed = Parsed(row, None, None, computed) if computed else reader.read(row, [cell.value for cell in cells])
        if not (isinstance(parsed.record, Disagreement) and parsed.record.by == RULES):  # found anew from the records
            yield parsed


def _computed(row: str, heads: Sequence[str], cells: Sequence[Any]) -> Iterator[Problem]:
    """Cells that hold a formula or its error: what they show depends on who opens the file."""
    for place, cell in enumerate(cells):
        if cell.data_type in {"f", "e"}:
            head = heads[place] if place < len(heads) else f"cell {place + 1}"
            yield Problem(row, escaped(head), shown(str(cell.value)), "a value, not a formula: paste it as a value")
