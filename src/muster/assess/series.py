"""The treated place's series out of a panel, and its two sides of a start."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.panel import Arrays, Panel, arrays
from muster.records import Outcome

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

YEAR = timedelta(days=366)
FEWEST = 5  # figures that the window before reaches back for, where there are so many


@dataclass(frozen=True, slots=True)
class Series:
    """The treated place's outcome, (T,) each, in order of time; NaN where a period has no figure.

    Attributes:
        starts, ends: first and last day of each period.
        low, high: bounds, NaN where a side is left open or there is none.
        evidence: for each period the ids of its figures, or the name of the data file.
    """

    outcome: Outcome
    starts: tuple[date, ...]
    ends: tuple[date, ...]
    values: Floats
    low: Floats
    high: Floats
    evidence: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of a series on the two sides of a start; only rows with a figure, save ``gaps``.

    Attributes:
        before: rows compared, all over before the start and inside the window; ``earlier`` counts those before the window.
        after: rows of periods that began with the start or later.
        across: rows of periods in which the start falls. They were exposed in part and count on neither side.
        gaps: periods without a figure between the first row compared and the last.
    """

    before: Rows
    after: Rows
    across: Rows
    earlier: int
    gaps: int


def treated_series(outcome: Outcome, panel: Panel) -> Series | None:
    """The series of the treated place; counts of events are added over several places. None without a single figure.

    Raises:
        EstimateError: several treated places whose figures cannot be added.
    """
    table = arrays(panel)
    places = [place for place in table.places if place in outcome.treated or not outcome.treated]
    columns = [table.places.index(place) for place in places]
    if len(columns) > 1 and not outcome.measure:
        raise EstimateError(
            f"published figures of {len(columns)} treated places, which do not add up",
            where=f"outcome {outcome.id}, field treated",
            expected="one place",
            do="plan one outcome a place",
        )
    values, low, high = (part[:, columns].sum(axis=1) for part in (table.values, table.low, table.high))
    if not columns or np.isnan(values).all():
        return None
    return Series(outcome, table.periods, table.ends, values, low, high, evidence_by_period(panel, table, places))


def sides(series: Series, start: date) -> Sides:
    """Divide the figures at a start.

    The window before is as long as the time observed after, but at least a year, so that every season is in it, and it reaches
    further back until it holds five figures: the ordinary ups and downs must be seen before a change can be called clear, and
    a short window would often hold little more than the crisis that the mission was sent into.
    """
    present = np.isfinite(series.values)
    over = present & np.array([end < start for end in series.ends])
    begun = present & np.array([first >= start for first in series.starts])
    before, after = np.flatnonzero(over), np.flatnonzero(begun)
    reach = max(YEAR, max((series.ends[row] for row in after), default=start) - start)
    inside = [row for place, row in enumerate(before) if series.starts[row] >= start - reach or place >= len(before) - FEWEST]
    kept = np.array(inside, dtype=np.intp)
    used = np.concatenate([kept, after])
    gaps = int((~present[used.min() : used.max() + 1]).sum()) if used.size else 0
    return Sides(kept, after, np.flatnonzero(present & ~over & ~begun), len(before) - len(kept), gaps)


def evidence(by_period: Sequence[tuple[str, ...]], rows: Rows) -> tuple[str, ...]:
    """The ids behind some periods, once each, in order of time."""
    return tuple(dict.fromkeys(id for row in rows for id in by_period[row]))


def evidence_by_period(panel: Panel, table: Arrays, places: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """For each period of ``table`` the ids behind the rows of some places."""
    told: dict[tuple[date, date], list[str]] = {}
    for row in panel.table.select(["place", "period_start", "period_end", "evidence"]).to_pylist():
        if row["place"] in places:
            told.setdefault((row["period_start"], row["period_end"]), []).extend(row["evidence"] or ())
    return tuple(tuple(told.get(period, ())) for period in zip(table.periods, table.ends, strict=True))
