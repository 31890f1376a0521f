"""Rows of cells -> records, with everything that is wrong with a row told at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from muster.errors import LedgerError
from muster.ledger.exports.cells import escaped, unwritten
from muster.ledger.exports.columns import OWN, Column, Topic
from muster.ledger.faults import explain
from muster.ledger.imports.parsing import BadCellError, Cell, as_text, parse
from muster.ledger.known import Fate
from muster.ledger.lines import Entry, as_read
from muster.records import Disagreement, LedgerRecord

ESSENTIAL = "record_id"


class Problem(NamedTuple):
    """One thing that is wrong: in which row and column, what came and what was expected."""

    row: str
    column: str
    found: str
    expected: str


class Parsed(NamedTuple):
    """One row: its record, or the problems that keep it from being one. ``fate`` is null where the row does not say."""

    row: str
    record: LedgerRecord | None
    fate: Fate | None = None
    problems: tuple[Problem, ...] = ()


class RowReader:
    """Reads the rows below one header.

    ``renamed`` maps heads to the names of columns; heads in ``passed`` are left alone.

    Raises:
        LedgerError: the header lacks a required column, or names one twice.
    """

    def __init__(
        self,
        topic: Topic,
        header: Sequence[str],
        where: str,
        *,
        comma_is_open: bool = False,
        renamed: Mapping[str, str] | None = None,
        passed: frozenset[str] = frozenset(),
    ) -> None:
        self.topic, self.comma_is_open = topic, comma_is_open
        self.heads = [_folded(topic, head, renamed or {}) for head in header]
        _check(topic, self.heads, where)
        by_name = {column.name: column for column in topic.columns}
        self.known = [(place, by_name[head]) for place, head in enumerate(self.heads) if head in by_name]
        self.extra = [
            (place, head) for place, head in enumerate(self.heads) if head and head not in by_name and head not in passed
        ]
        self.names = {".".join(column.path): column.name for column in topic.columns}

    def read(self, row: str, cells: Sequence[Cell]) -> Parsed:
        """One row as a record or as problems."""
        plain: dict[str, Any] = {OWN: {}} if self.topic.is_open else {}
        if "citation" in self.topic.record.__struct_fields__:
            plain["citation"] = {}
        problems = [*self._fill(row, cells, plain), *self._keep(row, cells, plain)]
        fate = plain.pop("status", None)
        if problems:
            return Parsed(row, None, None, tuple(problems))
        return self._converted(row, plain, fate)

    def _fill(self, row: str, cells: Sequence[Cell], plain: dict[str, Any]) -> Iterator[Problem]:
        """The columns that we know, into ``plain``."""
        for place, column in self.known:
            cell = cells[place] if place < len(cells) else None
            try:
                value = parse(column, cell, self.comma_is_open)
            except BadCellError as error:
                yield Problem(row, column.name, shown(cell), error.expected)
                continue
            if value is not None:
                _put(plain, column, value)

    def _keep(self, row: str, cells: Sequence[Cell], plain: dict[str, Any]) -> Iterator[Problem]:
        """Other columns, kept with the record under their own name."""
        for place, head in self.extra:
            if place >= len(cells) or cells[place] is None or cells[place] == "":
                continue
            text = unwritten(as_text(cells[place]))
            if not self.topic.is_open:
                yield Problem(row, escaped(head), shown(cells[place]), f"no such column; one of {', '.join(self.topic.names)}")
            elif "\0" in text:
                yield Problem(row, escaped(head), shown(cells[place]), "text without NUL characters")
            else:
                plain[OWN][head] = text
        for place in range(len(self.heads), len(cells)):
            if cells[place] not in {None, ""}:
                yield Problem(row, f"cell {place + 1}", shown(cells[place]), f"{len(self.heads)} cells, as the header has")

    def _converted(self, row: str, plain: dict[str, Any], fate: Fate | None) -> Parsed:
        try:
            record = msgspec.convert(plain, self.topic.record)
        except msgspec.ValidationError as error:
            fault = explain(error, self.topic.record, plain)
            problem = Problem(row, self.names.get(fault.field, fault.field), fault.found, fault.expected)
            return Parsed(row, None, None, (problem,))
        return checked(Parsed(row, record, fate))


def checked(parsed: Parsed) -> Parsed:
    """The row with the laws that a field's type cannot say."""
    if not isinstance(parsed.record, Disagreement):
        return parsed
    try:
        as_read(Entry(seq=1, prev="", status=None, record=parsed.record), parsed.row)
    except LedgerError as error:
        return Parsed(parsed.row, None, None, (Problem(parsed.row, "records", error.found, error.expected),))
    return parsed


def shown(cell: object) -> str:
    """A cell as JSON, short enough for one line and harmless on a terminal."""
    if cell is None or cell == "":
        return "nothing there"
    text = msgspec.json.encode(cell if isinstance(cell, str | int | float) else str(cell)).decode(errors="replace")
    return text if len(text) <= 60 else f"{text[:57]}..."


def _folded(topic: Topic, head: str, renamed: Mapping[str, str]) -> str:
    """A known column's name however it is spaced or cased; another head as it is."""
    tidy = renamed.get(head.strip(), head.strip())
    return tidy.casefold() if tidy.casefold() in topic.names else unwritten(tidy)


def _check(topic: Topic, heads: Sequence[str], where: str) -> None:
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise LedgerError(f"the column {twice[0]!r} twice", where=where, expected="each column once")
    missing = [column.name for column in topic.columns if column.is_required and column.name not in heads]
    if missing:
        found = f"no column {', '.join(missing)}"
        raise LedgerError(found, where=where, expected=f"a first row that names {', '.join(topic.names)}")


def _put(plain: dict[str, Any], column: Column, value: Any) -> None:
    """Set a value at a column's path; the JSON of kept texts joins those with columns of their own."""
    *steps, last = column.path
    inner = plain
    for step in steps:
        inner = inner[step]
    if last == OWN:
        inner[last].update(value)
    else:
        inner[last] = value
