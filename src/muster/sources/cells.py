"""Text cells to typed columns, with a memory of every row that cannot be used and why."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from muster.records import known_from
from muster.sources.declaration import Parsed, Reason, Rejected

NUMBER = r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"
# Years far from our own are slips of the pen, and each would stretch a panel by thousands of periods.
DAY = re.compile(r"((?:1[89]|2[01])\d\d-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?)?")
# Tab, line feed and carriage return are the only control characters that text needs.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
ADDRESS = r'^https?://[^\s"<>]+$'
LONGEST_TEXT = 20_000
LONGEST_QUOTE = 60


class Cells:
    """The text columns of one table while they are cast; each cast returns a column and remembers the rows at fault."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._faults: list[tuple[Reason, tuple[str, ...], pa.BooleanArray]] = []

    def fault(self, reason: Reason, columns: tuple[str, ...], rows: pa.BooleanArray) -> None:
        """Set aside the rows where ``rows`` is true; a null is no fault."""
        self._faults.append((reason, columns, pc.fill_null(rows, False)))

    def text(self, column: str, *, blank: bool = False) -> pa.StringArray:
        """The trimmed text of a column; ``blank`` says whether a cell may be empty."""
        text = pc.utf8_trim_whitespace(pc.fill_null(self._table.column(column).combine_chunks(), ""))
        if not blank:
            self.fault("missing", (column,), pc.equal(text, ""))
        odd = pc.or_(pc.greater(pc.utf8_length(text), LONGEST_TEXT), pc.match_substring_regex(text, CONTROL))
        self.fault("bad-text", (column,), odd)
        return text

    def number(
        self,
        column: str,
        *,
        blank: bool = False,
        whole: bool = False,
        least: float = -inf,
        most: float = inf,
        outside: Reason = "bad-number",
    ) -> pa.DoubleArray:
        """Finite numbers, null where blank; ``outside`` is the fault of a number below ``least`` or above ``most``."""
        text = self.text(column, blank=blank)
        values = pc.if_else(pc.match_substring_regex(text, NUMBER), text, None).cast(pa.float64())
        sound = pc.fill_null(pc.is_finite(values), False)
        if whole:
            sound = pc.and_(sound, pc.fill_null(pc.equal(values, pc.floor(values)), False))
        self.fault("bad-number", (column,), pc.and_(pc.invert(sound), pc.not_equal(text, "")))
        self.fault(outside, (column,), pc.or_(pc.less(values, least), pc.greater(values, most)))
        return values

    def day(self, column: str, *, blank: bool = False) -> pa.Date32Array:
        """ISO days between 1800 and 2199, null where blank; a clock time of midnight behind them is tolerated."""
        text = self.text(column, blank=blank)
        days = _each(text, _day, pa.date32())
        self.fault("bad-date", (column,), pc.and_(pc.is_null(days), pc.not_equal(text, "")))
        return days

    def published(self, column: str) -> pa.StringArray:
        """Publication dates as they came: YYYY, YYYY-MM, YYYY-MM-DD or blank."""
        text = self.text(column, blank=True)
        self.fault("bad-date", (column,), pc.invert(_each(text, _is_published, pa.bool_())))
        return text

    def address(self, column: str) -> pa.StringArray:
        """Web addresses or blank; a page makes links of them, so that no other scheme may pass."""
        text = self.text(column, blank=True)
        sound = pc.or_(pc.equal(text, ""), pc.match_substring_regex(text, ADDRESS))
        self.fault("bad-address", (column,), pc.invert(sound))
        return text

    def choice(self, column: str, words: Mapping[str, str], reason: Reason, *, blank: bool = False) -> pa.StringArray:
        """Our word for each of the file's words, null where blank; a word that is not in the table is a fault."""
        text = self.text(column, blank=blank)
        chosen = _each(text, words.get, pa.string())
        self.fault(reason, (column,), pc.and_(pc.is_null(chosen), pc.not_equal(text, "")))
        return chosen

    def parsed(self, columns: Mapping[str, pa.Array], schema: pa.Schema, *, key: tuple[str, tuple[str, ...]]) -> Parsed:
        """The sound rows under ``schema`` and the others with their first fault.

        ``key`` is the column that identifies a row, and the columns of the file that it is made of; of several sound rows
        with one key the first stays.
        """
        bad = pa.repeat(False, self._table.num_rows)
        for _, _, rows in self._faults:
            bad = pc.or_(bad, rows)
        repeats = _repeats(columns[key[0]], bad)
        self.fault("duplicate-id", key[1], repeats)
        keep = pc.invert(pc.or_(bad, repeats))
        arrays = [columns[field.name].filter(keep).cast(field.type) for field in schema]
        return Parsed(pa.table(arrays, schema=schema), self._rejected(pc.invert(keep)))

    def _rejected(self, bad: pa.BooleanArray) -> tuple[Rejected, ...]:
        return tuple(self._first_fault(row) for row in pc.indices_nonzero(bad).to_pylist())

    def _first_fault(self, row: int) -> Rejected:
        reason, columns, _ = next(fault for fault in self._faults if fault[2][row].as_py())
        cells = [f"{column} {_quoted(self._table.column(column)[row].as_py())}" for column in columns]
        return Rejected(row + 1, reason, ", ".join(cells))


def _quoted(cell: str | None) -> str:
    text = cell or ""
    return repr(text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…")


def _each(text: pa.StringArray, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Convert each distinct text once: a column of dates or words holds few of them."""
    coded = text.dictionary_encode()
    return pa.array([convert(word) for word in coded.dictionary.to_pylist()], kind).take(coded.indices)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _is_published(text: str) -> bool:
    try:
        return bool(known_from(text))
    except ValueError:
        return False


def _repeats(keys: pa.StringArray, bad: pa.BooleanArray) -> pa.BooleanArray:
    """True at a sound row whose key an earlier sound row has."""
    rows = pa.table({"key": keys, "row": np.arange(len(keys))})
    sound = pc.invert(bad)
    first = rows.filter(sound).group_by("key").aggregate([("row", "min")])["row_min"]
    return pc.and_(sound, pc.invert(pc.is_in(rows["row"].combine_chunks(), value_set=first.combine_chunks())))
