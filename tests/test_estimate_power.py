"""Power: the roots against effects really injected into the data and tests really run, laws, and what cannot be reached."""

import doctest
import re
import sys
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.method import DEMEANED, DID, RIDGE, SC, SDID, Method
from muster.estimate.placebo import placebo_test
from muster.estimate.power import Kind, power
from muster.estimate.races import Race
from muster.estimate.study import checked_study, fit_study

Floats = NDArray[np.float64]
PRE, PERIODS = 14, 22


def panel_of(seed: int, units: int, periods: int = PERIODS) -> Floats:
    """Few factors and little noise, so that placebos do give weight to each other."""
    rng = np.random.default_rng(seed)
    paths = np.cumsum(rng.normal(size=(periods, 3)), axis=0)
    return np.asarray(20 + paths @ rng.gamma(2, 1, size=(3, units)) + rng.normal(size=(periods, units)))


def injected(donors: Floats, unit: int, pre: int, effect: float, proportional: bool) -> Floats:
    """The donors with an effect on one of them after the pseudo-start."""
    changed = donors.copy()
    changed[pre:, unit] += effect * donors[pre:, unit] if proportional else effect
    return changed


def placebo_rejects(panel: Floats, unit: int, pre: int, method: Method, alpha: float) -> bool:
    """The placebo test as it is, with as many placebos allowed to be as extreme as with one unit more."""
    count = round(placebo_test(outcomes=panel, treated=unit, pre=pre, method=method).p_ratio * panel.shape[1])
    return bool(count <= int(alpha * (panel.shape[1] + 1) + 1e-9))


def pairs_reject(panel: Floats, unit: int, pre: int, method: Method, alpha: float) -> bool:
    """Leave-two-out from its definition: three fits for every pair of controls."""

    def ratio(treated: int, *out: int) -> float:
        return fit_study(checked_study(outcomes=panel, treated=treated, pre=pre), method, banned=out).ratio

    pairs = list(combinations([other for other in range(panel.shape[1]) if other != unit], 2))
    lost = [ratio(unit, one, two) <= max(ratio(one, unit, two), ratio(two, unit, one)) for one, two in pairs]
    return float(np.mean(lost)) <= alpha


@pytest.mark.parametrize("method", [SC, DEMEANED, RIDGE, DID], ids=lambda method: method.name)
@pytest.mark.parametrize("proportional", [False, True], ids=["constant", "proportional"])
def test_power_is_what_injecting_effects_and_running_the_placebo_test_gives(method: Method, proportional: bool) -> None:
    outcomes, alpha = panel_of(1, 10), 0.2
    effects = (-0.6, -0.2, 0.0, 0.15, 0.4) if proportional else (-9.0, -2.0, 0.0, 1.0, 3.0, 25.0)
    found = power(
        checked_study(outcomes=outcomes, treated=4, pre=PRE),
        method,
        effects=effects,
        horizons=(2, 8, 11),
        alpha=alpha,
        proportional=proportional,
    )
    donors = np.delete(outcomes, 4, axis=1)
    assert found.pre == (14, 14, 11)
    for row, effect in enumerate(effects):
        for column, (pre, span) in enumerate(zip(found.pre, found.horizons, strict=True)):
            rejected = [
                placebo_rejects(injected(donors[: pre + span], unit, pre, effect, proportional), unit, pre, method, alpha)
                for unit in range(9)
            ]
            assert found.power[row, column] == np.mean(rejected)
    assert 0 < found.power.mean() < 1


@pytest.mark.parametrize("method", [SC, DEMEANED], ids=lambda method: method.name)
def test_power_is_what_injecting_effects_and_running_leave_two_out_gives(method: Method) -> None:
    outcomes, effects = panel_of(2, 7), (-4.0, 0.0, 2.0, 9.0)
    found = power(
        checked_study(outcomes=outcomes, treated=0, pre=PRE), method, kind="lto", effects=effects, horizons=(4, 8), alpha=0.2
    )
    donors = outcomes[:, 1:]
    for row, effect in enumerate(effects):
        for column, span in enumerate(found.horizons):
            rejected = [
                pairs_reject(injected(donors[: PRE + span], unit, PRE, effect, False), unit, PRE, method, 0.2)
                for unit in range(6)
            ]
            assert found.power[row, column] == np.mean(rejected)
    assert 0 < found.power.mean() < 1


@pytest.mark.parametrize("limit", [-1, 0, 2])
def test_the_last_effect_that_is_not_rejected_is_found_for_any_quadratic(limit: int) -> None:
    rng = np.random.default_rng(limit + 5)
    square, slope, level = (np.where(rng.random((60, 5)) < 0.2, 0, rng.normal(size=(60, 5))) for _ in range(3))
    race = Race(square + 0.3, slope, level, limit)
    for turned in (race, race.mirrored()):
        last, sizes = turned.beyond(), np.geomspace(1e-6, 1e6, 200)
        for unit in np.flatnonzero(np.isfinite(last)):
            assert all(turned.rejects(last[unit] + size)[unit] for size in sizes)
            assert last[unit] == 0 or not turned.rejects(last[unit] * (1 - 1e-9))[unit]
        for unit in np.flatnonzero(np.isinf(last)):
            assert not turned.rejects(1e9)[unit]
        assert np.isinf(last).all() if limit < 0 else 0 < np.isinf(last).sum() < 60


@pytest.mark.parametrize("kind", ["placebo", "lto"])
def test_beyond_the_critical_effects_of_all_donors_all_reject(kind: Kind) -> None:
    study = checked_study(outcomes=panel_of(10, 12), treated=0, pre=PRE)
    plain = power(study, kind=kind, horizons=(3, 8), alpha=0.25)
    for critical in (plain.critical_higher, plain.critical_lower):
        reached = np.isfinite(critical)
        assert reached.mean() > 0.5
        far = critical[reached][np.abs(critical[reached]).argmax()] * (1 + 1e-9)
        beyond = power(study, kind=kind, horizons=(3, 8), alpha=0.25, effects=[far, 1e7 * far]).power
        assert (beyond[0] >= reached.mean(axis=1)).all()
        np.testing.assert_array_equal(beyond[1], reached.mean(axis=1))


def test_beyond_the_minimum_detectable_effect_the_power_is_reached_for_good_and_no_smaller_one_has_that() -> None:
    study = checked_study(outcomes=panel_of(3, 21), treated=0, pre=PRE)
    plain = power(study, alpha=0.1, horizons=(1, 4, 8))
    sides = ((plain.mde_higher, plain.critical_higher), (plain.mde_lower, plain.critical_lower))
    for limits, critical in sides:
        for column, limit in enumerate(limits):
            assert limit is not None
            assert (np.abs(critical[column]) < abs(limit)).mean() < 0.8 <= (np.abs(critical[column]) <= abs(limit)).mean()
            beyond = power(study, alpha=0.1, horizons=(1, 4, 8), effects=[limit * size for size in (1 + 1e-6, 1.5, 3, 50)])
            assert (beyond.power[:, column] >= 0.8).all()


def test_months_until_is_the_first_horizon_at_which_the_effect_is_detectable() -> None:
    found = power(checked_study(outcomes=panel_of(4, 21), treated=0, pre=PRE), alpha=0.1)
    for limits, sign in ((found.mde_higher, 1), (found.mde_lower, -1)):
        sizes = [abs(limit) if limit is not None else np.inf for limit in limits]
        assert found.months_until(sign * (min(sizes) - 1e-9)) is None
        assert found.months_until(sign * (min(sizes) + 1e-9)) == found.horizons[int(np.argmin(sizes))]
        assert found.months_until(sign * 1e9) == 1
    assert found.months_until(0.0) is None


@pytest.mark.parametrize("kind", ["placebo", "lto"])
def test_where_the_smallest_p_is_above_alpha_there_is_no_power(kind: Kind) -> None:
    found = power(checked_study(outcomes=panel_of(5, 9), treated=0, pre=PRE), kind=kind, alpha=0.1, effects=(0.0, 1e6))
    assert found.smallest_p == 1 / 9
    assert (found.power == 0).all()
    assert found.mde_higher == found.mde_lower == (None,) * 8
    assert found.months_until(1e9) is None
    enough = power(checked_study(outcomes=panel_of(5, 10), treated=0, pre=PRE), kind=kind, alpha=0.1, effects=(0.0, 1e6))
    assert (enough.power[1] > 0.5).all()
    assert (enough.power[0] <= 1 / 9).all()


def test_the_real_treated_unit_is_not_looked_at() -> None:
    outcomes = panel_of(6, 12)
    changed = outcomes.copy()
    changed[:, 7] = np.random.default_rng(0).normal(size=PERIODS) * 1e3
    one, other = (power(checked_study(outcomes=panel, treated=7, pre=PRE), alpha=0.2) for panel in (outcomes, changed))
    np.testing.assert_array_equal(one.power, other.power)
    assert one.mde_higher == other.mde_higher


def test_scale_shift_and_order_move_the_answer_as_they_should() -> None:
    outcomes, order = panel_of(7, 11), np.array([0, 5, 3, 1, 9, 10, 2, 4, 8, 7, 6])
    plain = power(checked_study(outcomes=outcomes, treated=0, pre=PRE), alpha=0.2)
    moved = -5 * outcomes[:, order] + np.arange(PERIODS)[:, None]
    turned = power(checked_study(outcomes=moved, treated=0, pre=PRE), alpha=0.2, effects=[-5 * size for size in plain.effects])
    np.testing.assert_array_equal(turned.power, plain.power)
    for one, other in zip(plain.mde_higher, turned.mde_lower, strict=True):
        assert (other is None) == (one is None)
        assert one is None or other == pytest.approx(-5 * one, rel=1e-7)


def test_synthetic_did_with_placebo_weights_held_is_near_the_real_thing() -> None:
    outcomes, effects = panel_of(8, 20), (-3.0, -1.0, 1.0, 3.0)
    found = power(checked_study(outcomes=outcomes, treated=0, pre=PRE), SDID, effects=effects, horizons=(8,), alpha=0.1)
    real = [
        np.mean(
            [placebo_rejects(injected(outcomes[:, 1:], unit, PRE, effect, False), unit, PRE, SDID, 0.1) for unit in range(19)]
        )
        for effect in effects
    ]
    np.testing.assert_allclose(found.power[:, 0], real, atol=0.11)
    assert min(found.power[[0, -1], 0]) > max(found.power[1:3, 0])


def test_a_constant_panel_has_no_power_and_no_failure() -> None:
    found = power(checked_study(outcomes=np.full((10, 12), 3.0), treated=0, pre=6), alpha=0.2)
    assert (found.power == 0).all()
    assert found.mde_higher == (None,) * 4


@pytest.mark.parametrize(
    ("treated", "units", "settings", "message"),
    [
        (0, 9, {"horizons": ()}, "horizons none; expected periods since the start from 1 to 20"),
        (0, 9, {"horizons": (0, 3)}, "horizons 0, 3"),
        (0, 9, {"horizons": (21,)}, "horizons 21"),
        ((0, 1), 9, {}, "2 treated units; expected one treated unit"),
        (0, 4, {"kind": "lto"}, "leave-two-out power with 3 donors and method sc; expected at least 4 donors"),
        (0, 9, {"kind": "lto", "method": SDID}, "leave-two-out power with 8 donors and method sdid"),
        (0, 9, {"alpha": 1.0}, "1 as alpha or share; expected between 0 and 1"),
        (0, 9, {"share": 0.0}, "0 as alpha or share"),
    ],
)
def test_bad_input_gets_one_clear_error(treated: int, units: int, settings: dict[str, object], message: str) -> None:
    with pytest.raises(EstimateError, match=re.escape(message)):
        power(checked_study(outcomes=panel_of(9, units), treated=treated, pre=PRE), **settings)  # type: ignore[arg-type]


def test_the_example_of_the_documentation_runs() -> None:
    outcome = doctest.testmod(sys.modules[power.__module__])
    assert (outcome.failed, outcome.attempted > 0) == (0, True)
