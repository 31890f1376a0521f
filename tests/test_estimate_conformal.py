"""Conformal inference: the definition taken literally, duality of test and interval, sides, and what has no bound."""

from itertools import combinations, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.conformal import Conformal, Scheme, conformal
from muster.estimate.inversion import accepted_hull
from muster.estimate.leave_two_out import Side
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Method
from muster.estimate.study import Study, checked_study

Floats = NDArray[np.float64]
SIDES: tuple[Side, ...] = ("two", "higher", "lower")


def simulated(seed: int, periods: int = 20, units: int = 7) -> Floats:
    draws = np.random.default_rng(seed)
    return np.asarray(
        10 + draws.normal(size=(periods, 2)) @ draws.normal(size=(2, units)) + 0.5 * draws.normal(size=(periods, units))
    )


def study(seed: int = 1, pre: int = 14, **sizes: int) -> Study:
    return checked_study(outcomes=simulated(seed, **sizes), treated=2, pre=pre)


def did_residuals(chosen: Study, effect: float) -> Floats:
    gap = chosen.outcomes[:, 2] - chosen.outcomes[:, chosen.donors].mean(axis=1)
    gap[chosen.pre :] -= effect
    return np.asarray(gap - gap.mean())


@pytest.mark.parametrize("effect", [0.0, 0.7])
def test_the_block_test_is_the_share_of_cyclic_shifts(effect: float) -> None:
    chosen = study()
    gap = did_residuals(chosen, effect)
    shifts = [np.roll(gap, shift)[14:] for shift in range(20)]
    for side, size in (("two", np.abs), ("higher", np.positive), ("lower", np.negative)):
        expected = np.mean([size(shifted).sum() >= size(gap[14:]).sum() - 1e-12 for shifted in shifts])
        found = conformal(chosen, DID, effect=effect, side=side, alpha=0)  # type: ignore[arg-type]
        assert found.p_value == pytest.approx(expected)
        assert (found.permutations, found.smallest_p, found.seed) == (20, 1 / 20, None)


def test_the_iid_test_of_a_short_panel_takes_all_permutations() -> None:
    chosen = study(periods=7, pre=5)
    gap = np.abs(did_residuals(chosen, 0))
    orders = [gap[list(order)][5:].sum() for order in permutations(range(7))]
    found = conformal(chosen, DID, scheme="iid", alpha=0)
    assert found.p_value == pytest.approx(np.mean(np.array(orders) >= gap[5:].sum() - 1e-12))
    assert (found.permutations, found.seed) == (len(list(combinations(range(7), 2))), None)


def test_drawn_permutations_carry_their_seed_and_repeat_with_it() -> None:
    first, again, other = (conformal(study(), scheme="iid", seed=seed, draws=199) for seed in (1, 1, 2))
    assert first == again
    assert (first.seed, first.permutations, first.smallest_p) == (1, 200, 1 / 200)
    assert other.interval != first.interval


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_an_effect_is_in_the_interval_exactly_where_its_p_exceeds_alpha(method: Method, side: Side) -> None:
    chosen = study(seed=5, periods=24, pre=18)
    found = conformal(chosen, method, side=side, alpha=0.2)
    assert found.interval is not None
    low, high = found.interval
    assert (np.isinf(low), np.isinf(high)) == (side == "lower", side == "higher")

    def p_value(effect: float) -> float:
        return conformal(chosen, method, side=side, effect=effect, alpha=0).p_value

    for edge, outwards in ((low, -1), (high, 1)):
        if np.isfinite(edge):
            assert p_value(edge) > 0.2
            assert p_value(edge - 1e-6 * outwards) > 0.2
            assert p_value(edge + 1e-6 * outwards) <= 0.2
            assert p_value(edge + 3 * outwards) <= 0.2


@pytest.mark.parametrize("scheme", ["block", "iid"])
def test_shift_scale_time_effects_and_the_order_of_donors_move_nothing_or_only_the_unit(scheme: Scheme) -> None:
    outcomes, order = simulated(8), np.array([4, 0, 2, 6, 1, 5, 3])
    moved = 7.5 * outcomes[:, order] + 100 + np.linspace(0, 5, len(outcomes))[:, None]
    for method in (SC, DEMEANED, SDID, DID, RIDGE):
        found, again = (
            conformal(checked_study(outcomes=panel, treated=2, pre=14), method, scheme=scheme, by_period=True)
            for panel in (outcomes, moved)
        )
        assert again.p_value == found.p_value
        assert again.interval == pytest.approx(tuple(7.5 * edge for edge in found.interval or ()), rel=1e-6, abs=1e-6)
        assert again.periods == pytest.approx(7.5 * np.array(found.periods), rel=1e-6, abs=1e-6)


def test_unit_effects_move_nothing_where_the_method_has_an_intercept() -> None:
    outcomes = simulated(9)
    levels = np.linspace(-40, 90, 7)
    for method in (DEMEANED, SDID, DID):
        found, again = (
            conformal(checked_study(outcomes=panel, treated=2, pre=14), method) for panel in (outcomes, outcomes + levels)
        )
        assert again.p_value == found.p_value
        assert again.interval == pytest.approx(found.interval, abs=1e-5)  # what counts as a tie grows with the panel's spread


def test_turning_the_outcome_over_turns_the_sides_and_the_interval() -> None:
    up, down = study(3), checked_study(outcomes=-simulated(3), treated=2, pre=14)
    for side, mirrored in (("two", "two"), ("higher", "lower"), ("lower", "higher")):
        one, two = conformal(up, side=side), conformal(down, side=mirrored)  # type: ignore[arg-type]
        assert one.p_value == two.p_value
        assert one.interval == pytest.approx(tuple(-edge for edge in reversed(two.interval or ())), abs=1e-8)


def test_the_interval_of_a_period_is_that_of_a_study_which_ends_with_it() -> None:
    chosen = study(4)
    found = conformal(chosen, by_period=True)
    assert found.periods is not None
    assert len(found.periods) == 6
    rows = np.append(np.arange(14), 17)
    alone = checked_study(outcomes=chosen.outcomes[rows], treated=2, pre=14)
    assert found.periods[3] == pytest.approx(conformal(alone).interval, abs=1e-8)
    assert conformal(chosen, by_period=True, alpha=0.06).periods is None  # 1/15 is the smallest p of one period


def test_a_path_of_effects_is_a_hypothesis_too() -> None:
    outcomes = simulated(6)
    path = np.array([1.0, 4, 9, 16, 25, 36])
    clean = conformal(checked_study(outcomes=outcomes, treated=2, pre=14)).p_value
    outcomes[14:, 2] += path
    changed = checked_study(outcomes=outcomes, treated=2, pre=14)
    assert conformal(changed, effect=path.tolist()).p_value == clean
    assert conformal(changed).p_value < clean


def test_an_interval_can_be_empty_and_can_have_no_bound() -> None:
    outcomes = 0.01 * simulated(7)
    outcomes[10:, 2] += np.tile([50, -50], 5)
    never = conformal(checked_study(outcomes=outcomes, treated=2, pre=10), alpha=0.2).interval
    assert never is not None
    assert np.isnan(never).all()
    short = checked_study(outcomes=simulated(7), treated=2, pre=8)
    assert conformal(short, DEMEANED, alpha=0.2).interval == (-np.inf, np.inf)  # the intercept takes most of any effect
    assert conformal(short, alpha=0.04).interval is None


def test_several_treated_units_are_one_mean() -> None:
    outcomes = simulated(2)
    joined = np.column_stack([outcomes[:, [0, 1]].mean(axis=1), outcomes[:, 2:]])
    several, one = (
        conformal(checked_study(outcomes=panel, treated=treated, pre=14))
        for panel, treated in ((outcomes, [0, 1]), (joined, 0))
    )
    assert several.p_value == one.p_value
    assert several.interval == pytest.approx(one.interval, abs=1e-8)


def test_a_constant_panel_has_the_largest_p() -> None:
    found: Conformal = conformal(checked_study(outcomes=np.full((12, 4), 3.0), treated=0, pre=8))
    assert found.p_value == 1


def test_the_hull_of_a_broken_line_is_exact_to_rounding() -> None:
    edges = accepted_hull(
        lambda effects: np.minimum(effects + 1 / 3, np.minimum(2 - effects, 0.9)),
        start=0.1,
        reach=0.2,
        far=100,
        ends=(True, True),
    )
    assert edges == pytest.approx((-1 / 3, 2), abs=1e-10)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scheme": "all"}, "'all'; expected one of 'block', 'iid'"),
        ({"side": "up"}, "'up'; expected one of 'two', 'higher', 'lower'"),
        ({"alpha": 1.0}, "alpha 1; expected from 0 to below 1"),
        ({"effect": [1.0, 2.0]}, "expected one finite number, or 6"),
        ({"effect": np.nan}, "expected one finite number, or 6"),
    ],
)
def test_bad_settings_get_one_clear_error(given: dict[str, object], words: str) -> None:
    with pytest.raises(EstimateError, match=words.replace("(", r"\(")):
        conformal(study(), **given)  # type: ignore[arg-type]


def test_rows_to_match_are_refused() -> None:
    with pytest.raises(EstimateError, match="rows to match"):
        conformal(checked_study(outcomes=simulated(1), treated=0, pre=14, match=simulated(1)[:14]))
