"""The description of one series: its numbers, the rule of the change, and the symmetry of the rule."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from muster.errors import EstimateError
from muster.estimate import BeforeAfter, before_after
from muster.estimate.before_after import EXACT_UP_TO

KILLED = [846, 1104, 1660], [1223, 1732, 1617, 1520, 1247, 1523]
KIDNAPPED = [395, 298, 585, 693, 438], [170, 431, 161, 185, 145]


def compare(before: Sequence[float], after: Sequence[float], alpha: float = 0.1) -> BeforeAfter:
    return before_after(values=[*before, *after], after=[False] * len(before) + [True] * len(after), alpha=alpha)


def p_by_enumeration(values: list[float], size: int) -> float:
    """Twice the share of ways to pick ``size`` later points that lead the others at least as far as the last ones do."""

    def lead(chosen: Sequence[int]) -> float:
        rest = [value for place, value in enumerate(values) if place not in chosen]
        return float(sum(np.sign(values[place] - value) for place in chosen for value in rest))

    ways = [lead(chosen) for chosen in combinations(range(len(values)), size)]
    observed = lead(range(len(values) - size, len(values)))
    tails = sum(way >= observed for way in ways), sum(way <= observed for way in ways)
    return min(1.0, 2 * min(tails) / len(ways))


def test_levels_pairs_and_ratio_of_a_published_series() -> None:
    found = compare(*KILLED)
    assert (found.before.points, found.after.points) == (3, 6)
    assert found.before.mean == pytest.approx(3610 / 3)
    assert found.after.mean == pytest.approx(8862 / 6)
    assert found.ratio == pytest.approx(8862 / 6 / (3610 / 3))
    assert (found.pairs.higher, found.pairs.lower, found.pairs.count) == (13, 5, 18)
    assert found.smallest_p == pytest.approx(2 / 84)
    assert found.nearest.after == pytest.approx((1223 + 1732 + 1617) / 3)


def test_overlapping_sides_are_not_clear_and_sides_far_apart_are() -> None:
    assert compare(*KILLED).direction == "not clear"
    assert compare(*KIDNAPPED).direction == "lower"
    assert compare([113582, 200000, 310000, 362551, 578074], [702973, 1041000, 1287593, 1412199, 1450000]).direction == "higher"


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ([1, 2, 3], [4, 5, 6], "higher"),
        ([1, 2], [3, 4, 5, 6, 7], "higher"),
        ([1, 2, 3], [4, 5], "not clear"),  # wholly apart, but one in five orders is
        ([1, 2], [3, 4], "not clear"),
        ([1], list(range(2, 40)), "not clear"),  # a single point is no level
        ([5.0] * 6, [5.0] * 6, "not clear"),
        ([1, 2, 3, 4, 5, 6, 1000], [7, 8, 9, 10, 11, 12, 13], "not clear"),  # most pairs higher, the mean lower
        (list(range(40)), [value + 8 for value in range(40)], "not clear"),  # a small shift in many points
    ],
)
def test_the_rule_needs_distance_agreement_and_enough_points(
    before: Sequence[float], after: Sequence[float], direction: str
) -> None:
    assert compare(before, after).direction == direction


def test_good_and_bad_news_are_treated_alike() -> None:
    mirror = {"higher": "lower", "lower": "higher", "not clear": "not clear"}
    rng, seen = np.random.default_rng(11), set()
    for _ in range(300):
        before, after = rng.normal(size=rng.integers(1, 7)), rng.normal(size=rng.integers(1, 7)) + rng.choice([-2, 0, 2])
        plain, turned, swapped = compare([*before], [*after]), compare([*-before], [*-after]), compare([*after], [*before])
        seen.add(plain.direction)
        assert turned.direction == swapped.direction == mirror[plain.direction]
        assert turned.rank_p == swapped.rank_p == pytest.approx(plain.rank_p)
        assert turned.difference == pytest.approx(-plain.difference)
    assert seen == set(mirror)


def test_shift_scale_and_order_within_a_side_change_no_answer() -> None:
    plain = compare(*KIDNAPPED)
    for before, after in (
        ([7 * value + 30 for value in KIDNAPPED[0]], [7 * value + 30 for value in KIDNAPPED[1]]),
        (KIDNAPPED[0][::-1], KIDNAPPED[1][::-1]),
    ):
        other = compare(before, after)
        assert (other.direction, other.rank_p, other.separation) == (plain.direction, plain.rank_p, plain.separation)


def test_the_rank_p_is_that_of_all_orders_with_ties_as_they_are() -> None:
    rng = np.random.default_rng(12)
    for _ in range(60):
        first, second = int(rng.integers(1, 6)), int(rng.integers(1, 6))
        values = [float(value) for value in rng.integers(0, 6, first + second)]
        found = compare(values[:first], values[first:])
        assert found.rank_p == pytest.approx(p_by_enumeration(values, second))
        assert found.smallest_p <= found.rank_p + 1e-12


def test_the_rank_p_of_many_points_continues_the_exact_one() -> None:
    rng = np.random.default_rng(13)
    values = rng.normal(size=EXACT_UP_TO + 1)
    exact, normal = (compare([*values[:30]], [*values[30:last]]).rank_p for last in (EXACT_UP_TO, EXACT_UP_TO + 1))
    assert normal == pytest.approx(exact, abs=0.03)


def test_where_nothing_changed_independent_points_are_rarely_called_clear() -> None:
    rng, runs = np.random.default_rng(14), 600
    for before, after in ((3, 6), (5, 5), (2, 5)):
        clear = sum(
            compare([*rng.normal(size=before)], [*rng.normal(size=after)]).direction != "not clear" for _ in range(runs)
        )
        assert clear / runs <= 0.1 + 3 * np.sqrt(0.09 / runs)


def test_missing_points_are_counted_and_left_out() -> None:
    with_gaps = before_after(values=[1, np.nan, 2, 3, np.nan, 4, 5, 6], after=[0, 0, 0, 0, 1, 1, 1, 1])
    assert with_gaps.missing == 2
    assert (with_gaps.before.mean, with_gaps.after.mean, with_gaps.direction) == (2, 5, "higher")


def test_ranges_carry_and_pairs_with_overlapping_ranges_are_ties() -> None:
    values, after = [10, 11, 12, 13, 14, 15], [0, 0, 0, 1, 1, 1]
    low, high = [value - 2 for value in values], [value + 2.0 for value in values]
    found = before_after(values=values, after=after, low=low, high=high)
    assert before_after(values=values, after=after).direction == "higher"
    assert found.direction == "not clear"
    assert (found.before.low, found.before.high, found.after.low, found.after.high) == (9, 13, 12, 16)
    assert found.pairs.higher == 1
    open_ended = before_after(values=values, after=after, low=values, high=[np.nan] * 6)
    assert open_ended.direction == "higher"


def test_the_line_through_the_points_before_and_its_extension() -> None:
    found = before_after(values=[1, 3, 5, 0, 0], after=[0, 0, 0, 1, 1], times=[0, 1, 2, 4, 6])
    assert [found.slope, found.extended] == pytest.approx([2, 11])
    assert compare([1, 2], [3, 4]).slope is None


def test_a_point_is_set_against_the_same_season_a_year_earlier_only_before_the_start() -> None:
    quarters = [10, 20, 30, 40, 11, 19, 33, 44, 99]
    found = before_after(values=quarters, after=[0] * 4 + [1] * 5, season=4)
    assert found.year_earlier is not None
    assert (found.year_earlier.count, found.year_earlier.higher, found.year_earlier.lower) == (4, 3, 1)
    assert [found.year_earlier.before, found.year_earlier.after] == pytest.approx([25, 26.75])
    assert before_after(values=quarters, after=[0] * 4 + [1] * 5).year_earlier is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": [1, 2], "after": [0, 0]}, "no value after the date"),
        ({"values": [np.nan, 2], "after": [0, 1]}, "no value before the date"),
        ({"values": [1, 2, 3], "after": [0, 1]}, "arrays of shapes"),
        ({"values": [1, np.inf], "after": [0, 1]}, "point 1: an infinite value"),
        ({"values": [1, 2], "after": [0, 1], "low": [1, 3]}, "point 1: 3 to 2 around 2; expected low ≤ value ≤ high"),
    ],
)
def test_bad_input_gets_one_clear_error(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(EstimateError) as caught:
        before_after(**arguments)
    assert message in str(caught.value)
