"""Weeks, months, quarters and years as first and last days."""

import re
from datetime import date, timedelta

from muster.errors import PanelError

MONTHS = {"month": 1, "quarter": 3, "year": 12}
NAME = re.compile(r"([12]\d{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")

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


def named_period(name: str, where: str) -> Period:
    """The days of a year, quarter or month by its name: ``2023``, ``2023-Q2``, ``2023-06``.

    Raises:
        PanelError: it is the name of none.
    """
    if not (found := NAME.fullmatch(name)):
        raise PanelError(f"base {name!r}", where=where, expected="a year, quarter or month such as 2023, 2023-Q2 or 2023-06")
    year, quarter, month = found.groups()
    if quarter:
        return period_of(date(int(year), 3 * int(quarter), 1), "quarter")
    return period_of(date(int(year), int(month or 1), 1), "month" if month else "year")
