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
from muster.sources.countries import misplaced
from muster.sources.declaration import Parsed, Reason, Rejected

# The column that a file's loader adds for the parser: ISO 3166-1 alpha-3 of the country a row lies in, null where unknown.
COUNTRY = "(country)"

NUMBER = r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$"
# Years far from our own are slips of the pen, and each would stretch a panel by thousands of periods.
DAY = re.compile(r"((?:1[89]|2[01])\d\d-\d\d-\d\d)(?:[ T]00:00:00(?:\.0+)?(?:Z|[+-]00:00)?)?")
YEAR = re.compile(r"\d{4}")
# Tab, line feed and carriage return are the only control characters that text needs.
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ADDRESS = r'^https?://[^\s"<>]+$'
# Far above any event ever coded, and small enough to be summed exactly.
MOST_DEATHS = 10_000_000
LONGEST_TEXT = 20_000
LONGEST_QUOTE = 60


def iso_day(text: str) -> date | None:
    """The day of an ISO text between 1800 and 2199, None for any other; a clock time of midnight behind it is tolerated."""
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


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

    def deaths(self, column: str, *, blank: bool = False) -> pa.DoubleArray:
        """A whole number of deaths."""
        number = self.number(column, blank=blank, whole=True, least=0, outside="negative")
        self.fault("bad-number", (column,), pc.greater(number, MOST_DEATHS))
        return number

    def position(self, latitude: str, longitude: str) -> tuple[pa.DoubleArray, pa.DoubleArray]:
        """Degrees north and east, null where blank; where the row's country is known they must lie in it."""
        both, texts = (latitude, longitude), self._table.column_names
        north, east = (self.number(column, blank=True) for column in both)
        country = self._table.column(COUNTRY).combine_chunks() if COUNTRY in texts else pa.nulls(len(north), pa.string())
        swapped, outside = misplaced(country, north, east)
        self.fault("swapped-coordinates", both, pa.array(swapped))
        for name, values, most in ((latitude, north, 90), (longitude, east, 180)):
            self.fault("bad-coordinates", (name,), pc.greater(pc.abs(values), most))
        self.fault("outside-country", both, pa.array(outside))
        return north, east

    def day(self, column: str, read: Callable[[str], date | None] = iso_day) -> pa.Date32Array:
        """Days, as ``read`` makes them of each text."""
        text = self.text(column)
        days = each(text, read, pa.date32())
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
        """Our word for each of the file's words; a word that is not in the table is a fault."""
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
        release: tuple[str, ...] = (),
    ) -> Parsed:
        """The sound rows under ``schema`` and the others with their first fault.

        ``key`` is the column that identifies a row, and the columns of the file that it is made of; of several sound rows
        with one key the first stays. Each row of the file gives a row of the table for each of ``parts``, whose columns
        stand in place of those of the same name. ``release`` are columns of the file that are the same wherever one release
        of the data gives a row twice: where they differ, the row is of another release.
        """
        bad = pa.repeat(False, self._table.num_rows)
        for _, _, rows in self._faults:
            bad = pc.or_(bad, rows)
        first = _first_of_its_key(columns[key[0]], bad)
        repeats = pc.fill_null(pc.not_equal(first, pa.array(np.arange(len(first)))), False)
        if release and pc.any(repeats).as_py():
            self.fault("mixed-vintage", (*key[1], *release[:2]), pc.and_(repeats, self._differs(release, first)))
        self.fault("duplicate-id", key[1], repeats)
        keep = pc.invert(pc.or_(bad, repeats))
        tables = [_kept({**columns, **part}, schema, keep) for part in parts]
        order = np.arange(sum(table.num_rows for table in tables)).reshape(len(tables), -1).T.ravel()
        table = pa.concat_tables(tables).take(order) if len(tables) > 1 else tables[0]
        return Parsed(table, self._rejected(pc.invert(keep)), rows=tables[0].num_rows)

    def _differs(self, columns: tuple[str, ...], first: pa.Int64Array) -> pa.BooleanArray:
        """Whether a row's cells differ from those of the row ``first`` points at."""
        differs = pa.repeat(False, len(first))
        for column in columns:
            text = pc.fill_null(self._table.column(column).combine_chunks(), "")
            differs = pc.or_(differs, pc.fill_null(pc.not_equal(text, text.take(first)), False))
        return differs

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


def _day_of_month(text: str) -> date | None:
    return iso_day(text) or iso_day(f"{text}-01")


def _day_of_year(end: str, text: str) -> date | None:
    return iso_day(f"{text}-{end}") if YEAR.fullmatch(text) else None


def _kept(columns: Mapping[str, pa.Array], schema: pa.Schema, keep: pa.BooleanArray) -> pa.Table:
    return pa.table([columns[field.name].filter(keep).cast(field.type) for field in schema], schema=schema)


def _is_published(text: str) -> bool:
    try:
        return bool(known_from(text))
    except ValueError:
        return False


def _first_of_its_key(keys: pa.StringArray, bad: pa.BooleanArray) -> pa.Int64Array:
    """For each sound row the first sound row with its key; null for a row at fault."""
    coded = pc.if_else(bad, None, keys).dictionary_encode().indices
    rows = pa.table({"key": coded, "row": pa.array(np.arange(len(keys)))})
    first = rows.filter(pc.is_valid(rows["key"])).group_by("key").aggregate([("row", "min")]).sort_by("key")
    return first["row_min"].combine_chunks().take(coded)
