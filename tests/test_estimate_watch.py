"""Watching: the false-alarm rate over the whole watch, by enumeration and by simulation, and what a look may use."""

import doctest
import re
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.method import DEMEANED, SDID, Method
from muster.estimate.watch import Sides, Spending, Statistic, Watch, plan_watch, watch

Floats = NDArray[np.float64]
PRE, LOOKS = 10, (2, 4, 6, 8)


def walk(seed: int, units: int, periods: int = PRE + 8) -> Floats:
    """Wandering, heavy-tailed paths of places of very different size: nothing a normal theory would hold on."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_t(3, size=(periods, units)) * rng.lognormal(0, 1, units)
    return np.asarray(50 + np.cumsum(steps, axis=0))


def alarmed(panel: Floats, **settings: object) -> list[str]:
    """The end of the watch for every unit in turn as the treated one."""
    looks = settings.pop("looks", LOOKS)
    return [
        watch(outcomes=panel, treated=unit, pre=PRE, looks=looks, **settings).status  # type: ignore[arg-type]
        for unit in range(panel.shape[1])
    ]


@pytest.mark.parametrize("sides", ["apart", "together"])
@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock", (0.1, 0.6, 0.6, 1.0)])
@pytest.mark.parametrize("statistic", ["gap", "ratio"])
def test_with_every_unit_in_turn_treated_no_more_than_alpha_are_ever_alarmed(
    sides: Sides, spending: Spending, statistic: Statistic
) -> None:
    for seed, units, alpha in ((1, 20, 0.1), (2, 13, 0.35), (3, 9, 0.8), (4, 4, 0.1)):
        ends = alarmed(walk(seed, units), alpha=alpha, spending=spending, sides=sides, statistic=statistic)
        either = units - ends.count("none")
        assert either <= alpha * units
        assert either > 0 or alpha < (2 if sides == "apart" else 1) / units
        if sides == "apart":
            assert max(ends.count("higher"), ends.count("lower")) <= alpha / 2 * units


@pytest.mark.parametrize("method", [DEMEANED, SDID], ids=lambda method: method.name)
def test_the_rate_holds_for_any_method_and_is_used_up(method: Method) -> None:
    ends = alarmed(walk(5, 20), alpha=0.2, spending="pocock", method=method)
    assert (ends.count("higher"), ends.count("lower")) == (2, 2)


@pytest.mark.parametrize("kind", ["constant", "copies", "counts"])
def test_ties_never_raise_more_alarms_than_allowed(kind: str) -> None:
    rng = np.random.default_rng(6)
    panel = np.full((PRE + 8, 12), 3.0) if kind == "constant" else rng.integers(0, 2, (PRE + 8, 12)).astype(float)
    if kind == "copies":
        panel[:, 6:] = panel[:, :6]
    ends = alarmed(panel, alpha=0.34, spending="pocock")
    assert 12 - ends.count("none") <= 4
    assert kind != "constant" or ends.count("none") == 12


def test_by_simulation_the_rate_over_the_watch_is_at_most_alpha_and_a_repeated_test_is_far_above_it() -> None:
    rng, studies, false, repeated = np.random.default_rng(20240625), 250, 0, 0
    for study in range(studies):
        treated = int(rng.integers(20))
        found = watch(outcomes=walk(1000 + study, 20), treated=treated, pre=PRE, looks=LOOKS, alpha=0.2, spending="pocock")
        false += found.status != "none"
        repeated += any(min(look.rank_higher, look.rank_lower) <= 2 for look in found.looks)
    assert false / studies <= 0.2 + 2 * np.sqrt(0.2 * 0.8 / studies)
    assert repeated / studies > 0.27


@pytest.mark.parametrize(("effect", "status"), [(60.0, "higher"), (-60.0, "lower")])
def test_harm_and_improvement_of_one_size_are_found_alike(effect: float, status: str) -> None:
    rng = np.random.default_rng(8)
    panel = rng.normal(size=(PRE + 8, 2)) @ rng.normal(size=(2, 24)) + rng.normal(size=(PRE + 8, 24))
    panel[PRE:, 5] += effect
    found = watch(outcomes=panel, treated=5, pre=PRE, looks=LOOKS, alpha=0.1, spending="pocock")
    assert (found.status, found.alarmed_at) == (status, found.plan.possible[0])
    assert [look.status for look in found.looks] == ["none" if look < found.plan.possible[0] else status for look in LOOKS]


def test_a_mirrored_panel_gives_the_mirrored_watch() -> None:
    panel = walk(9, 25)
    for treated in range(25):
        plain = watch(outcomes=panel, treated=treated, pre=PRE, looks=LOOKS, alpha=0.2)
        turned = watch(outcomes=-3 * panel, treated=treated, pre=PRE, looks=LOOKS, alpha=0.2)
        assert (turned.status, plain.alarmed_at) == (
            {"higher": "lower", "lower": "higher", "none": "none"}[plain.status],
            turned.alarmed_at,
        )
        for one, other in zip(plain.looks, turned.looks, strict=True):
            assert (one.rank_higher, one.rank_lower) == (other.rank_lower, other.rank_higher)
            assert one.statistic == pytest.approx(-other.statistic, rel=1e-9)
            assert (one.higher is None) == (other.lower is None)


@pytest.mark.parametrize("sides", ["apart", "together"])
@pytest.mark.parametrize(("seed", "units", "alpha"), [(10, 20, 0.3), (1, 9, 0.9)])
def test_an_alarm_is_raised_exactly_beyond_the_printed_limits(sides: Sides, seed: int, units: int, alpha: float) -> None:
    panel, raised = walk(seed, units), 0
    for treated in range(units):
        before = "none"
        found = watch(outcomes=panel, treated=treated, pre=PRE, looks=LOOKS, alpha=alpha, spending="pocock", sides=sides)
        for look in found.looks:
            if before == "none":
                above = look.higher is not None and look.statistic > look.higher >= 0
                below = look.lower is not None and look.statistic < look.lower <= 0
                assert look.status == ("higher" if above else "lower" if below else "none")
                raised += look.status != "none"
            else:
                assert (look.higher, look.lower, look.status) == (None, None, before)
            before = look.status
    assert 0 < raised <= alpha * units


def test_a_look_uses_no_data_beyond_itself_and_the_watch_none_beyond_its_last_look() -> None:
    panel = walk(11, 22, PRE + 12)
    whole = watch(outcomes=panel, treated=3, pre=PRE, looks=LOOKS)
    spoiled = panel.copy()
    spoiled[PRE + 8 :] = np.nan
    assert watch(outcomes=spoiled, treated=3, pre=PRE, looks=LOOKS) == whole
    early = watch(outcomes=panel[: PRE + 5], treated=3, pre=PRE, looks=LOOKS)
    assert early.looks == whole.looks[:2]
    assert early.plan == whole.plan


def test_the_order_of_units_changes_nothing() -> None:
    panel, order = walk(12, 20), np.random.default_rng(12).permutation(20)
    for unit in range(20):
        plain = watch(outcomes=panel, treated=int(order[unit]), pre=PRE, looks=LOOKS, alpha=0.3)
        turned = watch(outcomes=panel[:, order], treated=unit, pre=PRE, looks=LOOKS, alpha=0.3)
        assert (plain.status, plain.alarmed_at) == (turned.status, turned.alarmed_at)


def test_the_plan_says_what_few_units_can_do() -> None:
    few = plan_watch(units=10, looks=LOOKS, alpha=0.1)
    assert (few.possible, few.allowed, few.smallest_alpha) == ((), (0, 0, 0, 0), 0.2)
    together = plan_watch(units=10, looks=LOOKS, alpha=0.1, sides="together")
    assert (together.possible, together.allowed, together.smallest_alpha) == ((8,), (0, 0, 0, 1), 0.1)
    early = plan_watch(units=10, looks=LOOKS, alpha=0.1, sides="together", spending=(1, 1, 1, 1))
    assert early.possible == (2,)
    assert plan_watch(units=40, looks=LOOKS, alpha=0.1, spending="pocock").possible == (4, 8)


def test_the_spending_functions_are_the_published_ones_and_end_at_alpha() -> None:
    # Two-sided 0.05 at five equal looks: the cumulative error that tables of group-sequential bounds give.
    obrien = plan_watch(units=100, looks=(1, 2, 3, 4, 5), alpha=0.05).spent
    np.testing.assert_allclose(obrien, [1.1e-6, 0.00079, 0.00763, 0.02442, 0.05], atol=2e-4)
    pocock = plan_watch(units=100, looks=(1, 2, 3, 4, 5), alpha=0.05, spending="pocock").spent
    np.testing.assert_allclose(pocock, 0.05 * np.log(1 + (np.e - 1) * np.array([0.2, 0.4, 0.6, 0.8, 1])), rtol=1e-12)


def with_looks(*looks: int, periods: int = PRE + 8, **settings: object) -> Watch:
    return watch(outcomes=walk(1, 8, periods), treated=0, pre=PRE, looks=looks, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("looks", "settings", "message"),
    [
        ((), {}, "looks at no period; expected increasing periods since the start, from 1"),
        ((3, 3), {}, "looks at 3, 3"),
        ((0, 3), {}, "looks at 0, 3"),
        ((3, 6), {"alpha": 0.0}, "alpha: alpha 0; expected between 0 and 1"),
        ((3, 6), {"spending": "flat"}, "spending 'flat'; expected obrien-fleming, pocock or a share for each look"),
        ((3, 6), {"spending": (0.5,)}, "shares [0.5]; expected 2 shares that do not fall, from 0 to 1"),
        ((3, 6), {"spending": (0.5, 1.5)}, "shares [0.5, 1.5]"),
        ((6, 9), {"periods": PRE + 4}, "4 periods since the start; expected at least 6, the first declared look"),
    ],
)
def test_bad_input_gets_one_clear_error(looks: tuple[int, ...], settings: dict[str, object], message: str) -> None:
    with pytest.raises(EstimateError, match=re.escape(message)):
        with_looks(*looks, **settings)  # type: ignore[arg-type]


def test_the_example_of_the_documentation_runs() -> None:
    outcome = doctest.testmod(sys.modules[watch.__module__])
    assert (outcome.failed, outcome.attempted > 0) == (0, True)
