"""Poisson event study: a peer's numbers, a slow oracle, laws, recovery, size under the null, and bad input."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.poisson import Effects, EventStudy, event_study

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

# One row a period, one number a unit; units 2 and 20 and period 4 have no counts.
DIGITS = """
5  7 0 4 4 0  4  1  5 2  4  4  7 2 7 6  4 1 4  3 0 1  4 4
4 11 0 3 1 7 10  8  6 2  6  2  5 2 5 5  3 4 4  7 0 6  7 4
3 12 0 0 5 1  3  5  1 1 12  9  2 5 2 6  3 4 3  7 0 5 11 4
7 15 0 5 6 5  8  8  3 0  9  2  5 0 2 8  8 4 2 10 0 0  5 3
0  0 0 0 0 0  0  0  0 0  0  0  0 0 0 0  0 0 0  0 0 0  0 0
4 11 0 1 5 2 11  6  5 2  9  3  1 1 4 2  1 1 3  3 0 3  7 4
4  7 0 3 5 5  5  2  8  2 6  2  4 3 2 5 12 4 4  1 0 2  1 1
4 10 0 5 2 4  8  6 12  5 16 9  6 6 5 3  6 6 5  9 0 2  5 3
8  9 0 8 3 3  5  4 10  2 10 10 12 4 7 8 7 9 2  3 0 3  7 2
5 16 0 5 2 4 12 11 12  2 14 5  6 4 4 6  4 4 3  6 0 0  5 4
"""
COUNTS = np.array([[int(number) for number in row.split()] for row in DIGITS.split("\n") if row])
START = np.repeat([3, 5, 7, -1], [5, 4, 5, 10])

# pyfixest 0.60.0, fepois("y ~ REGRESSORS | unit + time", vcov={"CRV1": "unit"}, iwls_tol=1e-14) with fixef_tol=1e-14.
PEER_ALL = {  # i(rel, ref=-1.0), rel of the never treated -1
    -7: (0.017270296904682743, 0.30877566100802983),
    -6: (-0.4008034531189117, 0.2145951398462912),
    -5: (-0.02745131934356364, 0.31656006133181724),
    -4: (0.0824442649279048, 0.24878933439353618),
    -3: (-0.19488164074371087, 0.32528584059965493),
    -2: (0.07801470141598023, 0.2669121829528053),
    0: (0.6521706489463246, 0.2186986627180099),
    1: (0.36073130218169897, 0.21683607541179645),
    2: (0.4408960047143565, 0.1876570243260363),
    3: (0.1109487629126142, 0.2417977342556151),
    4: (0.49031672682115035, 0.28720276215685087),
    5: (0.2886790356362049, 0.4329766415283889),
    6: (0.43304145195566923, 0.27639640330775334),
}
PEER_POOLED_ENDS = {  # the same with rel clipped to -3 ... 2
    -3: (-0.12051520733850828, 0.22429187996073296),
    -2: (0.012012791047224936, 0.267921286779574),
    0: (0.5538489861285356, 0.2206794717085756),
    1: (0.3915883539566227, 0.2020256709043186),
    2: (0.3037298244993875, 0.20304545767687887),
}
PEER_ON = (0.4748417914488007, 0.10631989199559082)


def simulated(seed: int, units: int = 40, periods: int = 14, effect: float = 0.0, mean: float = 6.0) -> tuple[Floats, Whole]:
    """Poisson counts with unit and period effects; a quarter of the units start in each of two periods, the rest never."""
    rng = np.random.default_rng(seed)
    start = np.repeat([5, 9, -1], [units // 4, units // 4, units - 2 * (units // 4)])
    rng.shuffle(start)
    on = (start >= 0) & (np.arange(periods)[:, None] >= start)
    level = rng.normal(0, 0.4, units) + 0.3 * np.sin(np.arange(periods))[:, None]
    return rng.poisson(mean * np.exp(level + effect * on)).astype(float), start


def agree(one: EventStudy, other: EventStudy, tolerance: float = 1e-9, but: tuple[str, ...] = ()) -> None:
    for field in fields(EventStudy):
        if field.name not in {"iterations", "certificate", *but}:
            np.testing.assert_allclose(
                getattr(one, field.name), getattr(other, field.name), rtol=0, atol=tolerance, err_msg=field.name
            )


def by_dummies(counts: Floats, start: Whole, keys: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Iteratively reweighted least squares with a dummy for every unit, period and key (T, N) > 0; CRV1 sandwich."""
    periods, units = counts.shape
    period, unit = (index.ravel() for index in np.indices(counts.shape))
    codes = np.unique(keys[keys > 0])
    design = np.hstack(
        [keys.ravel()[:, None] == codes, unit[:, None] == np.arange(units), period[:, None] == np.arange(1, periods)]
    ).astype(float)
    y, fitted = counts.ravel(), (counts.ravel() + counts.mean()) / 2
    for _ in range(40):
        predictor = np.log(fitted)
        weighted = design * fitted[:, None]
        theta = np.linalg.solve(design.T @ weighted, weighted.T @ (predictor + y / fitted - 1))
        fitted = np.exp(design @ theta)
    scores = np.array([design[unit == i].T @ (y - fitted)[unit == i] for i in range(units)])
    bread = np.linalg.inv(design.T @ (design * fitted[:, None]))
    rows = y.size
    scale = (rows - 1) / (rows - len(codes) - periods) * units / (units - 1)
    return theta[: len(codes)], (bread @ scores.T @ scores @ bread * scale)[: len(codes), : len(codes)]


@pytest.mark.parametrize(("window", "peer"), [({}, PEER_ALL), ({"leads": 3, "lags": 2}, PEER_POOLED_ENDS)])
def test_coefficients_and_errors_are_those_of_pyfixest(window: dict[str, Any], peer: dict[int, tuple[float, float]]) -> None:
    found = event_study(counts=COUNTS, start=START, **window)
    assert found.event_times.tolist() == list(peer)
    np.testing.assert_allclose(np.column_stack([found.effects, found.errors]), list(peer.values()), rtol=0, atol=1e-8)
    np.testing.assert_allclose([found.pooled_effect, found.pooled_error], PEER_ON, rtol=0, atol=1e-8)
    assert (found.units, found.dropped_units, found.periods, found.dropped_periods) == (22, 2, 9, 1)
    assert found.certificate <= 1e-10


@pytest.mark.parametrize("seed", range(4))
def test_the_profiled_fit_equals_the_fit_with_all_dummies(seed: int) -> None:
    counts, start = simulated(seed, units=16, periods=12, effect=0.4)
    clock = np.clip(np.arange(12)[:, None] - start, -4, 3)
    keys = np.where((start < 0) | (clock == -1), 0, clock + 10)
    effects, covariance = by_dummies(counts, start, keys)
    found = event_study(counts=counts, start=start, leads=4, lags=3)
    np.testing.assert_allclose(found.effects, effects, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.covariance, covariance, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.errors, np.sqrt(covariance.diagonal()), rtol=0, atol=1e-8)
    on = ((start >= 0) & (np.arange(12)[:, None] >= start)).astype(int)
    effects, covariance = by_dummies(counts, start, on)
    assert found.pooled_effect == pytest.approx(effects[0], abs=1e-8)
    assert found.pooled_error == pytest.approx(np.sqrt(covariance[0, 0]), abs=1e-8)


def test_effects_of_cohorts_equal_the_fit_with_all_dummies_averaged_by_units() -> None:
    counts, start = simulated(7, units=16, periods=12, effect=0.4)
    start[np.flatnonzero(start == 9)[0]] = 5  # cohorts of five and three
    clock = np.clip(np.arange(12)[:, None] - start, -4, 3)
    keys = np.where((start < 0) | (clock == -1), 0, 100 * start + clock + 10)
    own, covariance = by_dummies(counts, start, keys)
    found = event_study(counts=counts, start=start, leads=4, lags=3, effects="cohort")
    cohort, event = np.divmod(np.unique(keys[keys > 0]), 100)
    size = np.array([(keys == key).sum() for key in np.unique(keys[keys > 0])])
    weights = (event == found.event_times[:, None] + 10) * size
    weights = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.effects, weights @ own, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.covariance, weights @ covariance @ weights.T, rtol=0, atol=1e-8)
    after = (event >= 10) * size / size[event >= 10].sum()
    assert found.pooled_effect == pytest.approx(after @ own, abs=1e-8)
    assert found.pooled_error == pytest.approx(np.sqrt(after @ covariance @ after), abs=1e-8)
    assert set(cohort) == {5, 9}


def test_one_cohort_and_never_treated_give_the_ratio_of_ratios() -> None:
    counts, start = simulated(3)
    counts, start = counts[:, start != 9], start[start != 9]
    found = event_study(counts=counts, start=start)
    treated, never = (counts[:, start == cohort].sum(axis=1) for cohort in (5, -1))
    ratio = np.log(treated / never)
    np.testing.assert_allclose(found.effects, (ratio - ratio[4])[found.event_times + 5], rtol=0, atol=1e-12)
    agree(
        found,
        event_study(counts=counts, start=start, effects="cohort"),
        but=("pooled_effect", "pooled_error", "pooled_units", "pooled_p"),
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(["common", "cohort"]), st.sampled_from([1e-6, 0.3, 7.0, 1e12]))
def test_counts_in_other_units_and_units_in_another_order_change_nothing(seed: int, effects: Effects, scale: float) -> None:
    counts, start = simulated(seed)
    order = np.random.default_rng(seed).permutation(len(start))
    found = event_study(counts=counts, start=start, leads=4, lags=4, effects=effects)
    agree(found, event_study(counts=counts[:, order] * scale, start=start[order], leads=4, lags=4, effects=effects))


@pytest.mark.parametrize("effects", ["common", "cohort"])
def test_units_and_periods_without_counts_carry_no_information(effects: Effects) -> None:
    counts, start = simulated(5)
    found = event_study(counts=counts, start=start, leads=4, lags=3, effects=effects)
    wider = np.hstack([counts, np.zeros((len(counts), 2))])
    more = event_study(counts=wider, start=[*start, 5, -1], leads=4, lags=3, effects=effects)
    agree(found, more, but=("dropped_units",))
    assert (found.dropped_units, more.dropped_units) == (0, 2)
    longer = event_study(counts=np.vstack([counts, 0 * counts[:1]]), start=start, leads=4, lags=3, effects=effects)
    agree(found, longer, but=("dropped_periods",))
    assert longer.dropped_periods == 1


def test_never_may_be_minus_one_or_the_number_of_periods() -> None:
    counts, start = simulated(6)
    agree(event_study(counts=counts, start=start), event_study(counts=counts, start=np.where(start < 0, 14, start)), 0)


def test_a_window_wider_than_the_data_is_no_window() -> None:
    counts, start = simulated(8)
    agree(event_study(counts=counts, start=start), event_study(counts=counts, start=start, leads=99, lags=99), 0)


def test_period_effects_cancel_where_cohorts_have_effects_of_their_own() -> None:
    counts, start = simulated(9)
    found = event_study(counts=counts, start=start, effects="cohort")
    shocked = counts * np.exp(np.random.default_rng(0).normal(0, 1, len(counts)))[:, None]
    np.testing.assert_allclose(event_study(counts=shocked, start=start, effects="cohort").effects, found.effects, atol=1e-9)


@pytest.mark.parametrize("effects", ["common", "cohort"])
def test_a_common_path_without_noise_is_recovered_whatever_the_period_effects(effects: Effects) -> None:
    start = np.repeat([4, 8, -1], [3, 5, 6])
    clock = np.arange(12)[:, None] - start
    path = np.where((start >= 0) & (clock >= 0), 0.2 + 0.1 * clock, 0)
    rng = np.random.default_rng(1)
    counts = np.exp(rng.normal(0, 1, 14) + rng.normal(0, 1, (12, 1)) + path)
    found = event_study(counts=counts, start=start, effects=effects)
    np.testing.assert_allclose(found.effects, np.where(found.event_times < 0, 0, 0.2 + 0.1 * found.event_times), atol=1e-9)
    assert found.errors.max() < 1e-9


def test_cohorts_that_respond_differently_bend_the_common_path_and_not_the_average_of_their_own() -> None:
    start = np.repeat([4, 8, -1], [4, 4, 4])
    clock = np.arange(12)[:, None] - start
    path = np.where((start >= 0) & (clock >= 0), np.where(start == 4, 0.3 * (clock + 1), -0.2), 0)
    counts = 10 * np.exp(path)
    own = event_study(counts=counts, start=start, effects="cohort")
    early = own.event_times >= 4
    expected = np.where(early, 0.3 * (own.event_times + 1), (0.3 * (own.event_times + 1) - 0.2) / 2)
    np.testing.assert_allclose(own.effects, np.where(own.event_times < 0, 0, expected), atol=1e-9)
    common = event_study(counts=counts, start=start)
    assert np.abs(common.effects[common.event_times < 0]).max() > 0.05


def test_a_simulated_effect_is_recovered() -> None:
    counts, start = simulated(12, units=400, effect=0.25)
    for effects in ("common", "cohort"):
        found = event_study(counts=counts, start=start, effects=effects)
        late = found.event_times >= 0
        assert np.abs((found.effects - 0.25 * late) / found.errors).max() < 3.5
        assert abs(found.pooled_effect - 0.25) < 3 * found.pooled_error
        assert found.pooled_error < 0.05
        assert found.pooled_p < 1e-6
        assert found.pre_trend_p is not None
        assert found.pre_trend_p > 0.01


def test_tests_hold_their_size_with_many_units_and_find_a_trend() -> None:
    found = [event_study(counts=counts, start=start, leads=4, lags=4) for counts, start in map(simulated, range(300))]
    for p_values in ([one.pooled_p for one in found], [one.pre_trend_p or 0.0 for one in found]):
        assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.11  # 40 units, 20 of them treated
    counts, start = simulated(1, units=200)
    rising = counts * np.exp(0.1 * np.arange(14)[:, None] * (start >= 0))
    assert (event_study(counts=rising, start=start, leads=4, lags=4).pre_trend_p or 1) < 1e-4


def test_effective_units_are_the_units_where_they_are_alike_and_fewer_where_one_weighs_more() -> None:
    start = np.repeat([3, -1], [4, 4000])
    alike = np.full((6, 4004), 5.0)
    found = event_study(counts=alike, start=start)
    np.testing.assert_allclose(found.effective_units, 4, atol=0.02)  # so many never treated add next to nothing
    assert found.pooled_units == pytest.approx(4, abs=0.02)
    alike[:, 0] = 50
    np.testing.assert_allclose(event_study(counts=alike, start=start).effective_units, 65**2 / (50**2 + 3 * 5**2), atol=0.02)
    balanced = event_study(counts=np.full((6, 40), 5.0), start=np.repeat([3, -1], 20))
    np.testing.assert_allclose([*balanced.effective_units, balanced.pooled_units], 40, atol=1e-9)


def test_the_p_value_of_few_treated_units_is_not_that_of_many() -> None:
    """Two treated and sixty never: t with N − 1 degrees of freedom would reject a true null about every fourth time."""
    p_values = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        p_values.append(event_study(counts=rng.poisson(5, (12, 62)), start=np.repeat([6, -1], [2, 60])).pooled_p)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.08


def test_no_pre_trend_test_without_leads_or_with_too_few_units() -> None:
    counts, start = simulated(2)
    assert event_study(counts=counts, start=start, leads=1).pre_trend_p is None
    chosen = np.concatenate([np.flatnonzero(start == 9)[:2], np.flatnonzero(start == -1)])
    assert event_study(counts=counts[:, chosen], start=start[chosen]).pre_trend_p is None


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e6])
def test_effects_far_from_the_start_of_the_search_are_reached(factor: float) -> None:
    counts, start = simulated(4)
    after = (start >= 0) & (np.arange(14)[:, None] >= start)
    plain = event_study(counts=counts, start=start, leads=2, lags=2, effects="cohort")
    jumped = np.where(after, counts * factor, counts)
    found = event_study(counts=jumped, start=start, leads=2, lags=2)
    assert found.certificate <= 1e-10
    shift = np.log(factor) * (plain.event_times >= 0)
    np.testing.assert_allclose(found.effects, plain.effects + shift, atol=0.5)


def test_a_step_that_overshoots_is_halved() -> None:
    counts = np.full((8, 100), 3.0)
    counts[4:, :2] = 3000  # two units of 100: the first full step would go to an effect of 11, past its 7
    found = event_study(counts=counts, start=np.repeat([4, -1], [2, 98]))
    np.testing.assert_allclose(found.effects, np.log(1000) * (found.event_times >= 0), rtol=0, atol=1e-9)
    assert found.pooled_effect == pytest.approx(np.log(1000), abs=1e-9)


def test_without_never_treated_the_ends_must_be_pooled() -> None:
    counts, start = simulated(10)
    counts, start = counts[:, start >= 0], start[start >= 0]
    # a line in event time, and any pattern that repeats with the four periods between the starts
    with pytest.raises(
        EstimateError, match=r"4 of 17 effects follow from unit and period effects: event time -9.* pool distant"
    ):
        event_study(counts=counts, start=start)
    assert event_study(counts=counts, start=start, leads=3).certificate <= 1e-10


def test_an_effect_at_minus_infinity_is_named() -> None:
    counts, start = simulated(11)
    counts[-1, start == 5] = 0
    with pytest.raises(EstimateError, match="no counts at all at event time 8: the estimate there is minus infinity"):
        event_study(counts=counts, start=start)
    assert event_study(counts=counts, start=start, lags=5).event_times[-1] == 5


def test_effects_that_run_off_together_are_named() -> None:
    counts, start = simulated(13)
    counts[-1, start != 5] = 0  # only one cohort has counts in the last period, so period and effect cannot be told apart
    counts[-1, start == 9] = 0
    counts, start = counts[:, start != 9], start[start != 9]
    with pytest.raises(EstimateError, match="no maximum: the effects at event time 8 run off to infinity"):
        event_study(counts=counts, start=start)


BAD: dict[str, tuple[ArrayLike, ArrayLike, dict[str, Any], str]] = {
    "one dimension": ([1, 2, 3], [0, 1, 2], {}, "1 dimensions"),
    "words": ([["a", "b"], ["c", "d"]], [0, -1], {}, "not numbers"),
    "a missing cell": (
        np.where(np.arange(24) == 5, np.nan, 3.0).reshape(6, 4),
        [2, 2, -1, -1],
        {},
        "period 1, unit 1: nan.*pyfixest",
    ),
    "negative counts": (np.where(np.arange(24) > 21, -2.0, 3.0).reshape(6, 4), [2, 2, -1, -1], {}, "-2 and 1 more cells"),
    "an infinite count": (np.where(np.arange(24) == 5, np.inf, 3.0).reshape(6, 4), [2, 2, -1, -1], {}, "inf; expected"),
    "too few starts": (np.ones((6, 4)), [2, -1], {}, "expected a whole number for each of 4 units"),
    "starts with fractions": (np.ones((6, 4)), [2.5, 2, -1, -1], {}, "float64"),
    "a start after the end": (np.ones((6, 4)), [2, 7, -1, -1], {}, "unit 1: start 7; expected 0 to 5"),
    "a start below minus one": (np.ones((6, 4)), [-2, 2, -1, -1], {}, "unit 0: start -2"),
    "nobody treated": (np.ones((6, 4)), [-1, -1, 6, 6], {}, "no unit is ever treated"),
    "no counts": (np.zeros((6, 4)), [2, 2, -1, -1], {}, "0 units and 0 periods"),
    "all treated throughout": (np.ones((6, 4)), [0, 0, -1, -1], {}, "none: all are treated throughout"),
    "all treated at once": (np.ones((6, 4)), [2, 2, 2, 2], {}, "follow from unit and period effects"),
    "leads short of the reference": (np.ones((6, 4)), [2, 2, -1, -1], {"leads": 0}, "leads 0, lags None, reference -1"),
    "negative lags": (np.ones((6, 4)), [2, 2, -1, -1], {"lags": -1}, "lags of at least 0"),
    "a reference after the start": (np.ones((6, 4)), [2, 2, -1, -1], {"reference": 0}, "a negative reference"),
    "a reference nobody has": (np.ones((6, 4)), [2, 2, -1, -1], {"reference": -3}, "event time -3; expected one of -2, -1"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_clear_error(name: str) -> None:
    counts, start, window, message = BAD[name]
    with pytest.raises(EstimateError, match=message):
        event_study(counts=counts, start=start, **window)


def test_effects_of_cohorts_need_two_units_each_and_a_period_before() -> None:
    counts, start = simulated(14)
    start[0] = 3
    with pytest.raises(EstimateError, match="only one unit starts in period 3"):
        event_study(counts=counts, start=start, effects="cohort")
    start[:3] = 0
    with pytest.raises(EstimateError, match=r"of start 0 .* not identified"):
        event_study(counts=counts, start=start, effects="cohort")
