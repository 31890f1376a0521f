"""Weeks, months, quarters and years as first and last days."""

from datetime import date, timedelta

from muster.errors import PanelError

MONTHS = {"month": 1, "quarter": 3, "year": 12}

Period = tuple[date, date]


def period_of(day: date, period: str) -> Period:
    """The first and last day of the week (from Monday), month, quarter or year that holds a day."""
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if period not in MONTHS:
        raise PanelError(f"period {period!r} has no grid", expected=f"one of week, {', '.join(MONTHS)}")
    first = date(day.year, day.month - (day.month - 1) % MONTHS[period], 1)
    months = first.year * 12 + first.month - 1 + MONTHS[period]
    return first, date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def grid(first: date, last: date, period: str) -> tuple[Period, ...]:
    """Every period that the days from ``first`` to ``last`` touch, in order."""
    periods = [period_of(first, period)]
    while periods[-1][1] < last:
        periods.append(period_of(periods[-1][1] + timedelta(days=1), period))
    return tuple(periods)
