"""What happened to an outcome: the change at a start, and one sentence on it with its numbers. No cause is spoken of here."""

from dataclasses import dataclass

import numpy as np

from muster.assess.rules import CHANGES
from muster.assess.series import Rows, Series, Sides, sides
from muster.assess.words import ADJECTIVES, count, named, number, quantity, span, things
from muster.estimate import BeforeAfter, before_after
from muster.records import Change, Start

SEASONS = {"month": 12, "quarter": 4}  # periods in a year


@dataclass(frozen=True, slots=True)
class Description:
    """A series set against one start; ``compared`` is null where a side has no figure."""

    series: Series
    start: Start
    sides: Sides
    compared: BeforeAfter | None

    @property
    def change(self) -> Change:
        """The change by the rule of :func:`muster.estimate.before_after`; "no data" where a side is empty."""
        return CHANGES[self.compared.direction, self.series.outcome.better] if self.compared else "no data"

    @property
    def rows(self) -> Rows:
        """The rows that the sentence and the change rest on."""
        used = np.concatenate([self.sides.before, self.sides.after])
        return used if self.compared else np.array([max([*used, *self.sides.across])])


def describe(series: Series, start: Start, alpha: float) -> Description:
    """Divide a series at a start and compare its sides; ``alpha`` is the share of the rule in ``before_after``."""
    divided = sides(series, start.date)
    if not divided.before.size or not divided.after.size:
        return Description(series, start, divided, None)
    rows = np.concatenate([divided.before, divided.after])
    days = np.array([first.toordinal() for first in series.starts], dtype=np.float64)
    compared = before_after(
        values=series.values[rows],
        after=np.isin(rows, divided.after),
        low=series.low[rows],
        high=series.high[rows],
        times=rows if series.outcome.period in ADJECTIVES else days[rows],
        season=SEASONS.get(series.outcome.period),
        alpha=alpha,
    )
    return Description(series, start, divided, compared)


def sentence(told: Description) -> str:
    """One sentence with numbers, unit and periods, fit to be quoted."""
    name = told.series.outcome.name
    if told.compared is None:
        return f"{name}: {_newest(told)}."
    return f"{name}: {_averages(told) if told.series.outcome.period in ADJECTIVES else _ends(told)}."


def _averages(told: Description) -> str:
    outcome, before, after = told.series.outcome, told.sides.before, told.sides.after
    average = f"a {ADJECTIVES[outcome.period]} average of " if before.size > 1 else ""
    again = "an average of " if after.size > 1 and not average else ""
    level = quantity(_level(told.series, before), outcome.unit)
    return (
        f"{average}{level} in the {things(before.size, outcome.period)} with figures before {named(told.start)} "
        f"({spell(told.series, before)}), "
        f"{again}{_level(told.series, after)} in the {count(after.size)} after it ({spell(told.series, after)})"
    )


def _ends(told: Description) -> str:
    """The last figure before and the latest after: figures at irregular times are not averaged in a sentence."""
    last, latest = told.sides.before[-1:], told.sides.after[-1:]
    return (
        f"{quantity(_level(told.series, last), told.series.outcome.unit)} in the last figure before {named(told.start)} "
        f"({spell(told.series, last)}), {_level(told.series, latest)} in the latest ({spell(told.series, latest)})"
    )


def one_sided(told: Description) -> str:
    """Why a series with figures on one side only, or inside the start alone, shows no change."""
    if told.sides.before.size:
        return "No figure for a period after the start is known yet."
    return "No figure for a period before the start is known."


def _newest(told: Description) -> str:
    """The newest figure of a series that cannot be compared."""
    figure = f"{quantity(_level(told.series, told.rows), told.series.outcome.unit)} ({spell(told.series, told.rows)})"
    side = "after" if told.sides.before.size else "before"
    return f"no figure for a period {side} {named(told.start)}; the latest is {figure}"


def _level(series: Series, rows: Rows) -> str:
    """The mean of figures with its range, or the bound that they are: ``at least 1,203``, ``110 (90 to 140)``."""
    values, low, high = series.values[rows], series.low[rows], series.high[rows]
    mean = number(float(values.mean()))
    open_above, open_below = (np.isnan(one).all() and not np.isnan(other).any() for one, other in ((high, low), (low, high)))
    if open_above or open_below:
        return f"at {'least' if open_above else 'most'} {mean}"
    ends = [number(float(np.where(np.isnan(bound), values, bound).mean())) for bound in (low, high)]
    return mean if set(ends) == {mean} else f"{mean} ({ends[0]} to {ends[1]})"


def spell(series: Series, rows: Rows) -> str:
    """The months from the first to the last of some rows."""
    return span(series.starts[rows[0]], series.ends[rows[-1]])
