"""A file with one row for each unit and period, as it comes from anywhere, to arrays of periods by units."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from muster.errors import PanelError
from muster.panel.longpanel import LongPanel, Moment, moment
from muster.panel.tablefile import plain, text_columns

Whole = NDArray[np.intp]
Floats = NDArray[np.float64]
Cells = tuple[Whole, Whole, Floats]  # of each row of a file: its unit, its period, its value

BLANKS = ("", "na", "n/a", "nan", "null", "none", ".")


def read_long(path: Path, *, unit: str, time: str, outcome: str, study: str = "") -> tuple[LongPanel, ...]:
    """Read a CSV or Parquet file that has one row for each unit and period.

    Periods are put in order as numbers (``1989``) or as text that says its order: a four-digit year first (``2024-06-25``,
    ``2024-06``, ``2024-Q2``, ``2024-W26``), or one running number (``week 9``, ``week 10``). Rows may come in any order.

    Args:
        unit, time, outcome: names of the columns.
        study: column that tells several panels of one file apart; each is a panel of its own, in order of first appearance.

    Raises:
        DataError: the file is no table, or lacks a column.
        PanelError: a unit and period given twice, a cell that is no finite number, a row without unit or period, or periods
            whose order cannot be known; the row, counted from 1 below the column names, and the column are named.
    """
    wanted = [study, unit, time, outcome] if study else [unit, time, outcome]
    return long_panels(text_columns(path, wanted), unit=unit, time=time, outcome=outcome, study=study, name=path.name)


def long_panels(
    table: pa.Table, *, unit: str, time: str, outcome: str, study: str = "", name: str = "the table"
) -> tuple[LongPanel, ...]:
    """The same from a table of text columns; ``name`` is what messages call it."""
    values = _numbers(table[outcome], f"column {outcome}", name)
    units, unit_of = _names(table[unit], f"column {unit}", name)
    labels, label_of = _names(table[time], f"column {time}", name)
    studies, study_of = _names(table[study], f"column {study}", name) if study else ([""], np.zeros(len(values), dtype=np.intp))
    moments, moment_of = _moments(labels, f"{name}, column {time}")
    cells = unit_of, moment_of[label_of], values
    order = np.argsort(study_of, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(study_of[order])) + 1)
    return tuple(_panel(rows, units, moments, cells, name, studies[study_of[rows[0]]]) for rows in parts)


def _panel(rows: Whole, units: list[str], moments: list[Moment], cells: Cells, name: str, study: str) -> LongPanel:
    """The panel of some rows of the file, in file order."""
    where = f"{name}, study {study}" if study else name
    unit_of, period_of, values = (part[rows] for part in cells)
    columns, column = np.unique(unit_of, return_inverse=True)
    periods, row = np.unique(period_of, return_inverse=True)
    _refuse_twice(
        row * len(columns) + column, rows, lambda at: f"{units[unit_of[at]]} in {moments[period_of[at]].label}", where
    )
    grid = np.full((len(periods), len(columns)), np.nan)
    grid[row, column] = values
    order = sorted(range(len(columns)), key=lambda place: units[columns[place]])
    return LongPanel(
        where=where,
        study=study,
        units=tuple(units[columns[place]] for place in order),
        moments=tuple(moments[period] for period in periods),
        values=np.ascontiguousarray(grid[:, order]),
    )


def _refuse_twice(cell_of: Whole, rows: Whole, name: Callable[[int], str], where: str) -> None:
    _, first, count = np.unique(cell_of, return_index=True, return_counts=True)
    if (count > 1).any():
        at = int(first[count > 1].min())
        again = [int(rows[place]) + 1 for place in np.flatnonzero(cell_of == cell_of[at])]
        others = f" and {len(again) - 2} more" if len(again) > 2 else ""
        raise PanelError(
            f"{name(at)} given more than once, in data rows {again[0]} and {again[1]}{others}", where=where, expected="one row"
        )


def _numbers(column: pa.ChunkedArray, which: str, name: str) -> Floats:
    """The column as numbers, NaN for blanks."""
    text = pc.utf8_trim_whitespace(column).combine_chunks()
    blank = pc.fill_null(pc.is_in(pc.utf8_lower(text), value_set=pa.array(BLANKS)), True)
    text = pc.if_else(blank, None, text)
    try:
        values: Floats = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        row = next(place for place, cell in enumerate(text) if not _is_number(cell))
        raise PanelError(
            f"{plain(str(text[row]))!r} is no number",
            where=f"{name}, data row {row + 1}, {which}",
            expected="a number such as 1234.5, or nothing",
        ) from None
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise PanelError(
            f"{plain(str(text[row]))!r} is not finite",
            where=f"{name}, data row {row + 1}, {which}",
            expected="a finite number, or nothing",
        )
    return values


def _is_number(cell: pa.Scalar) -> bool:
    try:
        cell.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _names(column: pa.ChunkedArray, which: str, name: str) -> tuple[list[str], Whole]:
    """The different texts of a column in order of appearance, and which of them each row has."""
    coded = pc.utf8_trim_whitespace(pc.fill_null(column, "")).combine_chunks().dictionary_encode()
    texts, codes = coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.intp)
    wrong = [place for place, text in enumerate(texts) if not text or not text.isprintable()]
    if wrong:
        row = int(np.isin(codes, wrong).argmax())
        text = texts[codes[row]]
        found = f"{plain(text)!r} holds signs that cannot be printed" if text else "no value"
        raise PanelError(found, where=f"{name}, data row {row + 1}, {which}", expected="a name or a period")
    return texts, codes


def _moments(labels: Sequence[str], where: str) -> tuple[list[Moment], Whole]:
    """The different periods in order of time, and which of them each label is."""
    known = [moment(label) for label in labels]
    for entry in known:
        year_first = re.match(r"\d{4}(?!\d)", entry.label) is not None
        if not entry.numbers or (len(entry.numbers) > 1 and not year_first):
            raise PanelError(
                f"a period {plain(entry.label)!r} whose place in time cannot be known",
                where=where,
                expected="numbers, or text with a four-digit year first such as 2024-06-25, 2024-06 or 2024-Q2",
            )
        if entry.form != known[0].form:
            raise PanelError(
                f"periods written {plain(known[0].label)!r} and {plain(entry.label)!r}",
                where=where,
                expected="one form for all",
            )
    ordered = sorted(set(known), key=lambda entry: entry.numbers)
    place = {entry: number for number, entry in enumerate(ordered)}
    return ordered, np.array([place[entry] for entry in known], dtype=np.intp)
