"""A panel, and the one door from its table to arrays."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from muster.records import DataFile, Dose, Outcome

# Numbers that are added are decimals: then their sum is the same in whatever order an engine adds them.
PART = "decimal(38, 12)"

# Sorted by place, period_start, period_end. A missing value is null, never zero. low and high are bounds: equal to the value
# where a bare number was counted or printed, null where the figures leave that side open ("at least", "at most").
PANEL = pa.schema(
    [
        ("place", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n", pa.int32()),
        ("n_sources", pa.int64()),
        ("evidence", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One outcome by place and period.

    Args:
        table: rows under ``PANEL``; ``n`` counts the events, figures or observations in a row, ``n_sources`` the sources that
            they were reported by (a measure of how closely the place was reported on; null where nobody counted), ``evidence``
            names the figures (the one whose value stands first) or, for other data, the data file.
        recipe: the rules that made the table, in words, with the rows that they set aside.
        inputs: the files it was made from, with their hashes.
        covered: for events the days inside which no event means zero; none for other data, where absent is missing.
    """

    outcome: Outcome
    table: pa.Table
    recipe: dict[str, str]
    inputs: tuple[DataFile, ...]
    covered: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class DosePanel:
    """How much of a mission there was, by place and period.

    Args:
        table: rows under ``PANEL``. ``value`` is the average strength over the days of the period. It is null where a day is
            not covered, a strength is not told or only bounds are known; ``low`` and ``high`` then hold what is known. ``n``
            counts the observations in a row, ``evidence`` names the data file or the records of the ledger.
        recipe, inputs: as in :class:`Panel`.
    """

    dose: Dose
    table: pa.Table
    recipe: dict[str, str]
    inputs: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class Arrays:
    """A panel as arrays of float64, NaN where nothing is known.

    Args:
        places: N names, sorted.
        periods: the first days of T periods, sorted; periods as published may begin on the same day and end apart.
        ends: their last days.
        values: (T, N) in the outcome's unit; ``low`` and ``high`` likewise.
    """

    places: tuple[str, ...]
    periods: tuple[date, ...]
    ends: tuple[date, ...]
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def arrays(panel: Panel) -> Arrays:
    """The numbers of a panel: the only way out of a table."""
    table = panel.table
    spans = list(zip(table["period_start"].to_pylist(), table["period_end"].to_pylist(), strict=True))
    periods, places = sorted(set(spans)), sorted(set(table["place"].to_pylist()))
    order = {span: number for number, span in enumerate(periods)}
    rows = np.array([order[span] for span in spans], dtype=np.intp)
    columns = np.searchsorted(np.array(places), np.array(table["place"].to_pylist(), dtype=str))
    values, low, high = (_filled(table[name], rows, columns, (len(periods), len(places))) for name in ("value", "low", "high"))
    starts, ends = (tuple(span[side] for span in periods) for side in (0, 1))
    return Arrays(places=tuple(places), periods=starts, ends=ends, values=values, low=low, high=high)


def _filled(
    column: pa.ChunkedArray, rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, int]
) -> NDArray[np.float64]:
    filled = np.full(shape, np.nan)
    filled[rows, columns] = column.to_numpy()
    return filled
