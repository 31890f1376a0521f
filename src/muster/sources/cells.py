"""Text cells to typed columns, with a memory of every row that cannot be used and why."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from muster.records import known_from
from muster.sources.declaration import Parsed, Reason, Rejected

NUMBER = r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"
# Years far from our own are slips of the pen, and each would stretch a panel by thousands of periods.
DAY = re.compile(r"((?:1[89]|2[01])\d\d-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?(?:Z|[+-]00:00)?)?")
YEAR = re.compile(r"\d{4}")
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
        days = each(text, _day, pa.date32())
        self.fault("bad-date", (column,), pc.and_(pc.is_null(days), pc.not_equal(text, "")))
        return days

    def span(self, column: str, convert: Callable[[str], tuple[date, date] | None]) -> tuple[pa.Date32Array, pa.Date32Array]:
        """First and last days of periods in words; ``convert`` gives None for a text that is none."""
        text = self.text(column)
        spans = {word: convert(word) or (None, None) for word in text.unique().to_pylist()}
        first, last = (each(text, {word: span[side] for word, span in spans.items()}.get, pa.date32()) for side in (0, 1))
        self.fault("bad-date", (column,), pc.and_(pc.is_null(first), pc.not_equal(text, "")))
        return first, last

    def month(self, column: str) -> tuple[pa.Date32Array, pa.Date32Array]:
        """The first and the last day of a month that is given as YYYY-MM or by any day in it."""
        text = self.text(column)
        first = pc.floor_temporal(each(text, _day_of_month, pa.date32()), unit="month")
        self.fault("bad-date", (column,), pc.and_(pc.is_null(first), pc.not_equal(text, "")))
        following = pc.ceil_temporal(first, unit="month", ceil_is_strictly_greater=True)
        return first, pc.subtract(following.cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())

    def year(self, column: str) -> tuple[pa.Date32Array, pa.Date32Array]:
        """The first and the last day of a year from 1800 to 2199."""
        text = self.text(column)
        first, last = (each(text, partial(_day_of_year, end), pa.date32()) for end in ("01-01", "12-31"))
        self.fault("bad-date", (column,), pc.and_(pc.is_null(first), pc.not_equal(text, "")))
        return first, last

    def one_vintage(self, column: str) -> None:
        """Rows of another release than the first that the file names are at fault."""
        text = self.text(column)
        named = text.filter(pc.not_equal(text, ""))
        if len(named):
            self.fault("mixed-vintage", (column,), pc.and_(pc.not_equal(text, named[0]), pc.not_equal(text, "")))

    def published(self, column: str) -> pa.StringArray:
        """Publication dates as they came: YYYY, YYYY-MM, YYYY-MM-DD or blank."""
        text = self.text(column, blank=True)
        self.fault("bad-date", (column,), pc.invert(each(text, _is_published, pa.bool_())))
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
        chosen = each(text, words.get, pa.string())
        self.fault(reason, (column,), pc.and_(pc.is_null(chosen), pc.not_equal(text, "")))
        return chosen

    def parsed(
        self,
        columns: Mapping[str, pa.Array],
        schema: pa.Schema,
        *,
        key: tuple[str, tuple[str, ...]],
        parts: Sequence[Mapping[str, pa.Array]] = ({},),
    ) -> Parsed:
        """The sound rows under ``schema`` and the others with their first fault.

        ``key`` is the column that identifies a row, and the columns of the file that it is made of; of several sound rows
        with one key the first stays. Each row of the file gives a row of the table for each of ``parts``, whose columns
        stand in place of those of the same name.
        """
        bad = pa.repeat(False, self._table.num_rows)
        for _, _, rows in self._faults:
            bad = pc.or_(bad, rows)
        repeats = _repeats(columns[key[0]], bad)
        self.fault("duplicate-id", key[1], repeats)
        keep = pc.invert(pc.or_(bad, repeats))
        tables = [_kept({**columns, **part}, schema, keep) for part in parts]
        order = np.arange(sum(table.num_rows for table in tables)).reshape(len(tables), -1).T.ravel()
        table = pa.concat_tables(tables).take(order) if len(tables) > 1 else tables[0]
        return Parsed(table, self._rejected(pc.invert(keep)), rows=tables[0].num_rows)

    def _rejected(self, bad: pa.BooleanArray) -> tuple[Rejected, ...]:
        return tuple(self._first_fault(row) for row in pc.indices_nonzero(bad).to_pylist())

    def _first_fault(self, row: int) -> Rejected:
        reason, columns, _ = next(fault for fault in self._faults if fault[2][row].as_py())
        cells = [f"{column} {_quoted(self._table.column(column)[row].as_py())}" for column in columns]
        return Rejected(row + 1, reason, ", ".join(cells))


def _quoted(cell: str | None) -> str:
    text = cell or ""
    return repr(text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…")


def each(text: pa.StringArray, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Convert each distinct text once: a column of dates or words holds few of them."""
    coded = text.dictionary_encode()
    return pa.array([convert(word) for word in coded.dictionary.to_pylist()], kind).take(coded.indices)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _day_of_month(text: str) -> date | None:
    return _day(text) or _day(f"{text}-01")


def _day_of_year(end: str, text: str) -> date | None:
    return _day(f"{text}-{end}") if YEAR.fullmatch(text) else None


def _kept(columns: Mapping[str, pa.Array], schema: pa.Schema, keep: pa.BooleanArray) -> pa.Table:
    return pa.table([columns[field.name].filter(keep).cast(field.type) for field in schema], schema=schema)


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
