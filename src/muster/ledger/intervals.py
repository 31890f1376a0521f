"""Intervals of amounts; both ends are included, and a null end is unbounded."""

from collections.abc import Collection, Iterable
from functools import reduce
from typing import NamedTuple


class Interval(NamedTuple):
    """The amounts from ``low`` to ``high``."""

    low: float | None
    high: float | None


NOTHING = Interval(0.0, 0.0)


def total(intervals: Iterable[Interval]) -> Interval:
    """The sums that amounts can have together; zero for none."""
    return reduce(_plus, intervals, NOTHING)


def span(tellings: Collection[Interval]) -> Interval:
    """The range that several tellings of one amount span; one telling at least.

    Amounts and closed ranges span their hull. A bound ("at least", "at most") that overlaps it says nothing against it and
    changes nothing; one that lies outside opens the range on its side: 859 and "at least 900" give 859 or more. Bounds
    alone give the interval between the weakest ones, or everything where they contradict each other.
    """
    closed = [telling for telling in tellings if None not in telling]
    if not closed:
        return _between(tellings)
    hull = _hull(closed)
    return _hull([hull, *(telling for telling in tellings if not _overlap(hull, telling))])


def _plus(one: Interval, other: Interval) -> Interval:
    low = None if one.low is None or other.low is None else one.low + other.low
    high = None if one.high is None or other.high is None else one.high + other.high
    return Interval(low, high)


def _between(bounds: Iterable[Interval]) -> Interval:
    low = min((bound.low for bound in bounds if bound.low is not None), default=None)
    high = max((bound.high for bound in bounds if bound.high is not None), default=None)
    return Interval(low, high) if low is None or high is None or low <= high else Interval(None, None)


def _hull(intervals: Collection[Interval]) -> Interval:
    lows = [interval.low for interval in intervals if interval.low is not None]
    highs = [interval.high for interval in intervals if interval.high is not None]
    complete = len(intervals)
    return Interval(min(lows) if len(lows) == complete else None, max(highs) if len(highs) == complete else None)


def _overlap(one: Interval, other: Interval) -> bool:
    left_of = one.high is not None and other.low is not None and one.high < other.low
    right_of = one.low is not None and other.high is not None and other.high < one.low
    return not (left_of or right_of)
