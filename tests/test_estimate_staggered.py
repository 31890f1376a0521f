"""Staggered starts: a slow oracle, hand-made 2x2s, laws, published numbers, errors of known size, and bad input."""

import csv
import doctest
from importlib import import_module
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate import event_clock
from muster.estimate.estimating import fit
from muster.estimate.fitting import fit_many
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Method
from muster.estimate.staggered import Staggered, staggered
from muster.estimate.staggered_error import Uncertainty

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
INTERCEPT = [DEMEANED, DID, SDID]
STARTS = np.array([-1, 9, -1, 12, -1, 9, -1, 15, -1, 12, -1, -1, 9, -1])


def simulated(seed: int, periods: int = 18, units: int = 14) -> Floats:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(periods, 2)) @ rng.normal(size=(2, units))
    return np.asarray(10 + common + 0.3 * rng.normal(size=(periods, units)))


def named(method: Method) -> str:
    return method.name


def uncertainty(**arguments: Any) -> Uncertainty:
    found = staggered(**arguments).uncertainty
    assert found is not None
    return found


def by_loops(panel: Floats, starts: Whole, method: Method, how: str, donors: str) -> tuple[dict[int, float], float]:
    """Path by event time and pooled effect, one block study on a cut-out panel for every unit or cohort and period."""
    gaps: dict[int, list[float]] = {}
    for start in sorted({int(start) for start in starts if start >= 0}):
        cohort = [unit for unit in range(len(starts)) if starts[unit] == start]
        for group in [cohort] if how == "cohort" else [[unit] for unit in cohort]:
            for period in range(len(panel)):
                later = [int(other) for other in starts if other > max(period, start)]
                end = min(later, default=len(panel)) if donors == "not yet" else len(panel)
                free = [
                    unit for unit in range(len(starts)) if starts[unit] < 0 or (donors == "not yet" and starts[unit] >= end)
                ]
                cut = panel[:end][:, [*group, *free]]
                block = fit(outcomes=cut, treated=list(range(len(group))), pre=start, method=method)
                gaps.setdefault(period - start, []).extend([float(block.gap[period])] * len(group))
    path = {time: sum(values) / len(values) for time, values in gaps.items()}
    after = [value for time, values in gaps.items() if time >= 0 for value in values]
    return path, sum(after) / len(after)


@pytest.mark.parametrize("donors", ["never", "not yet"])
@pytest.mark.parametrize("how", ["unit", "cohort"])
@pytest.mark.parametrize("method", [SC, SDID, DID, RIDGE], ids=named)
def test_loops_over_cut_out_panels_find_the_same(method: Method, how: Any, donors: Any) -> None:
    panel = simulated(1)
    found = staggered(outcomes=panel, starts=STARTS, method=method, how=how, donors=donors, error="none")
    path, att = by_loops(panel, STARTS, method, how, donors)
    assert found.att == pytest.approx(att, abs=1e-9)
    assert found.event_times.tolist() == sorted(path)
    np.testing.assert_allclose(found.path, [path[time] for time in sorted(path)], atol=1e-9)


@pytest.mark.parametrize("donors", ["never", "not yet"])
@pytest.mark.parametrize("leads", [1, 3, None])
def test_did_by_cohort_is_the_difference_of_differences_of_group_and_period(donors: Any, leads: int | None) -> None:
    panel = simulated(2)
    found = staggered(outcomes=panel, starts=STARTS, method=DID, donors=donors, leads=leads, error="none")
    for effect in found.effects:
        base = slice(0 if leads is None else effect.start - leads, effect.start)
        for period in range(effect.start, 18):
            free = [unit for unit, start in enumerate(STARTS) if start < 0 or (donors == "not yet" and start > period)]
            change = panel[period] - panel[base].mean(axis=0)
            expected = change[list(effect.units)].mean() - change[free].mean()
            assert effect.fit.gap[period] == pytest.approx(expected, abs=1e-12)


def test_a_pooled_fit_is_a_block_study_of_means_on_the_event_clock() -> None:
    panel = simulated(3)
    for method in METHODS.values():
        found = staggered(outcomes=panel, starts=STARTS, method=method, how="pooled", error="none")
        treated = [unit for unit, start in enumerate(STARTS) if start >= 0]
        clock = range(-9, 3)  # what the start at 9 has before and the start at 15 after
        columns = [[np.mean([panel[STARTS[unit] + time, unit] for unit in treated]) for time in clock]]
        for donor in np.flatnonzero(STARTS < 0):
            columns.append([np.mean([panel[STARTS[unit] + time, donor] for unit in treated]) for time in clock])
        if method is SDID:  # its penalty knows how many units are treated
            twice = np.column_stack([np.array(columns[:1] * 6).T, np.array(columns[1:]).T])
            block = fit(outcomes=twice, treated=list(range(6)), pre=9, method=method)
        else:
            block = fit(outcomes=np.array(columns).T, treated=0, pre=9, method=method)
        assert found.att == pytest.approx(block.att, abs=1e-9)
        np.testing.assert_allclose(found.effects[0].fit.gap, block.gap, atol=1e-9)
        assert found.event_times.tolist() == list(clock)
        assert set(found.counts.tolist()) == {6}


@pytest.mark.parametrize("method", METHODS.values(), ids=named)
def test_identical_starts_are_one_block(method: Method) -> None:
    panel, starts = simulated(4), np.where(STARTS >= 0, 11, -1)
    treated = np.flatnonzero(starts >= 0).tolist()
    block = fit(outcomes=panel, treated=treated, pre=11, method=method)
    for how in ("cohort", "pooled"):
        found = staggered(outcomes=panel, starts=starts, method=method, how=how, error="none")
        assert found.att == pytest.approx(block.att, abs=1e-12)
        same = found.effects[0].fit
        for name in ("gap", "path", "weights", "periods", "pre_rmspe", "post_rmspe", "ratio"):
            np.testing.assert_allclose(getattr(same, name), getattr(block, name), atol=1e-10, rtol=1e-9)
        assert found.effects[0].units == tuple(treated)
    each = staggered(outcomes=panel, starts=starts, method=method, how="unit", error="none")
    for effect in each.effects:
        others = [unit for unit in treated if unit != effect.units[0]]
        alone = fit(
            outcomes=np.delete(panel, others, axis=1),
            treated=effect.units[0] - sum(np.array(others) < effect.units[0]),
            pre=11,
            method=method,
        )
        assert effect.fit.att == pytest.approx(alone.att, abs=1e-9)
    assert each.att == pytest.approx(np.mean([effect.fit.att for effect in each.effects]), abs=1e-12)


def test_sdid_by_cohort_is_the_mean_of_block_studies_weighted_by_treated_unit_periods() -> None:
    panel = simulated(5)
    found = staggered(outcomes=panel, starts=STARTS, error="none")
    total, cells = 0.0, 0
    for start in (9, 12, 15):
        keep = np.flatnonzero((STARTS < 0) | (start == STARTS))
        treated = np.flatnonzero(STARTS[keep] == start).tolist()
        block = fit(outcomes=panel[:, keep], treated=treated, pre=start, method="sdid")
        total, cells = total + block.att * len(treated) * (18 - start), cells + len(treated) * (18 - start)
    assert found.att == pytest.approx(total / cells, abs=1e-9)


@pytest.mark.parametrize("how", ["unit", "cohort", "pooled"])
@pytest.mark.parametrize("method", METHODS.values(), ids=named)
def test_a_constant_effect_on_mixes_of_donors_is_recovered_exactly(method: Method, how: Any) -> None:
    panel = simulated(6)
    never = np.flatnonzero(STARTS < 0)
    for unit, start in enumerate(STARTS):
        if start >= 0:
            panel[:, unit] = panel[:, never].mean(axis=1)
            panel[start:, unit] += 3
    found = staggered(outcomes=panel, starts=STARTS, method=method, how=how, error="none")
    assert found.att == pytest.approx(3, abs=1e-7)
    np.testing.assert_allclose(found.path[found.event_times >= 0], 3, atol=1e-7)
    np.testing.assert_allclose(found.path[found.event_times < 0], 0, atol=1e-7)


def numbers(found: Staggered) -> Floats:
    assert found.uncertainty is not None
    return np.array([found.att, found.uncertainty.att, *found.path, *found.uncertainty.path])


@pytest.mark.parametrize("how", ["unit", "cohort", "pooled"])
@pytest.mark.parametrize("method", METHODS.values(), ids=named)
def test_shift_scale_and_period_effects_move_everything_as_they_should(method: Method, how: Any) -> None:
    panel = simulated(7)
    plain = staggered(outcomes=panel, starts=STARTS, method=method, how=how, replications=5)
    moved = staggered(
        outcomes=-20 * panel + 7 + 3 * np.arange(18)[:, None], starts=STARTS, method=method, how=how, replications=5
    )
    sign = np.array([-1.0, 1.0, *([-1.0] * len(plain.path)), *([1.0] * len(plain.path))])
    np.testing.assert_allclose(numbers(moved), 20 * sign * numbers(plain), atol=1e-6)


@pytest.mark.parametrize("donors", ["never", "not yet"])
@pytest.mark.parametrize("method", INTERCEPT, ids=named)
def test_unit_effects_change_nothing_for_methods_with_an_intercept(method: Method, donors: Any) -> None:
    panel = simulated(8)
    plain, moved = (
        staggered(outcomes=values, starts=STARTS, method=method, donors=donors, replications=5)
        for values in (panel, panel + 5 * np.arange(14))
    )
    np.testing.assert_allclose(numbers(moved), numbers(plain), atol=1e-8)


@pytest.mark.parametrize("how", ["unit", "cohort", "pooled"])
@pytest.mark.parametrize("method", METHODS.values(), ids=named)
def test_the_order_of_units_changes_nothing(method: Method, how: Any) -> None:
    panel, order = simulated(9), np.random.default_rng(9).permutation(14)
    plain = staggered(outcomes=panel, starts=STARTS, method=method, how=how, error="jackknife")
    turned = staggered(outcomes=panel[:, order], starts=STARTS[order], method=method, how=how, error="jackknife")
    np.testing.assert_allclose(numbers(turned), numbers(plain), atol=1e-8)
    if how == "unit":
        effects = {int(order[effect.units[0]]): effect.fit.att for effect in turned.effects}
        for effect in plain.effects:
            assert effects[effect.units[0]] == pytest.approx(effect.fit.att, abs=1e-8)


def test_leads_and_lags_cut_the_panel_around_each_start() -> None:
    panel = simulated(10)
    found = staggered(outcomes=panel, starts=STARTS, method=SDID, leads=4, lags=2, error="none")
    for effect in found.effects:
        keep = np.flatnonzero((STARTS < 0) | (effect.start == STARTS))
        cut = panel[effect.start - 4 : effect.start + 3][:, keep]
        treated = np.flatnonzero(STARTS[keep] == effect.start).tolist()
        block = fit(outcomes=cut, treated=treated, pre=4, method=SDID)
        assert effect.fit.att == pytest.approx(block.att, abs=1e-10)
        assert np.flatnonzero(~np.isnan(effect.fit.gap)).tolist() == list(range(effect.start - 4, effect.start + 3))
        np.testing.assert_allclose(effect.fit.periods[-4:], block.periods, atol=1e-10)
        assert effect.fit.pre_rmspe == pytest.approx(block.pre_rmspe, abs=1e-10)
    assert found.event_times.tolist() == list(range(-4, 3))
    assert found.counts.tolist() == [6] * 7


def test_without_never_treated_units_the_last_cohort_has_no_effect_and_lends_its_time_before() -> None:
    panel, starts = simulated(11)[:, :7], np.array([6, 10, 10, 14, 14, 6, 14])
    found = staggered(outcomes=panel, starts=starts, method=DID, donors="not yet", error="none")
    assert found.left_out == (3, 4, 6)
    assert [effect.start for effect in found.effects] == [6, 10]
    assert np.isnan(found.effects[0].fit.gap[14:]).all()
    change = panel[12] - panel[:10].mean(axis=0)
    assert found.effects[1].fit.gap[12] == pytest.approx(change[[1, 2]].mean() - change[[3, 4, 6]].mean(), abs=1e-12)


@pytest.mark.parametrize("how", ["unit", "cohort"])
def test_all_placebos_of_a_cohort_are_one_call(how: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, one = [], fit_many

    def counted(**arguments: Any) -> Any:
        calls.append(arguments["targets"].shape[1])
        return one(**arguments)

    monkeypatch.setattr(event_clock, "fit_many", counted)
    panel, worlds = simulated(12), np.random.default_rng(12).permuted(np.tile(STARTS, (50, 1)), axis=1)
    event_clock.totals(event_clock.Design(panel, STARTS, SC, how, "never", 99, 99), worlds)
    assert len(calls) == 3


def placebo_by_loops(panel: Floats, starts: Whole, method: Method, how: Any) -> float:
    """Spread of the effect over every way to give the starts to never-treated units."""
    never, given = np.flatnonzero(starts < 0), sorted(starts[starts >= 0].tolist())
    seen: dict[tuple[tuple[int, int], ...], float] = {}
    for units in permutations(range(len(never)), len(given)):
        key = tuple(sorted(zip(given, units, strict=True)))
        if key not in seen:
            moved = np.full(len(never), -1)
            moved[list(units)] = given
            seen[key] = staggered(outcomes=panel[:, never], starts=moved, method=method, how=how, error="none").att
    return float(np.std(list(seen.values())))


@pytest.mark.parametrize("how", ["unit", "cohort", "pooled"])
@pytest.mark.parametrize("method", [SC, SDID, DID], ids=named)
def test_the_placebo_error_is_the_spread_over_all_assignments(method: Method, how: Any) -> None:
    panel, starts = simulated(13)[:, :8], np.array([-1, 9, -1, 12, -1, 9, -1, -1])
    found = uncertainty(outcomes=panel, starts=starts, method=method, how=how)
    assert (found.assignments, found.seed) == (30, None)  # 5 choose 2, times 3
    assert found.att == pytest.approx(placebo_by_loops(panel, starts, method, how), abs=1e-9)


def test_drawn_placebos_come_from_the_seed_and_near_all_of_them() -> None:
    panel, starts = simulated(14), np.where(STARTS == 15, -1, np.where(STARTS == 12, -1, STARTS))
    every = uncertainty(outcomes=panel, starts=starts, method=DID, replications=200)
    first, again, other = (
        uncertainty(outcomes=panel, starts=starts, method=DID, replications=150, seed=seed) for seed in (1, 1, 2)
    )
    assert (every.assignments, every.seed) == (165, None)  # 11 choose 3
    assert (first.assignments, first.seed) == (150, 1)
    assert first.att == again.att != other.att
    assert first.att == pytest.approx(every.att, rel=0.25)


@pytest.mark.parametrize("donors", ["never", "not yet"])
@pytest.mark.parametrize("how", ["unit", "cohort", "pooled"])
def test_the_jackknife_leaves_out_one_treated_unit_at_a_time(how: Any, donors: Any) -> None:
    if how == "pooled" and donors == "not yet":
        donors = "never"
    # Two units a start, so that no start vanishes and the event clock stays as it is.
    panel, starts = simulated(15), np.array([-1, 9, -1, 12, -1, 9, -1, 12, -1, -1, -1, -1, -1, -1])
    found = uncertainty(outcomes=panel, starts=starts, method=SDID, how=how, donors=donors, error="jackknife")
    atts = []
    for unit in np.flatnonzero(starts >= 0):
        less, others = np.delete(panel, unit, axis=1), np.delete(starts, unit)
        atts.append(staggered(outcomes=less, starts=others, method=SDID, how=how, donors=donors, error="none").att)
    expected = np.sqrt((len(atts) - 1) / len(atts) * ((np.array(atts) - np.mean(atts)) ** 2).sum())
    assert found.att == pytest.approx(expected, abs=1e-9)
    assert found.assignments == 4


def test_errors_meet_the_true_spread_of_the_estimate() -> None:
    rng, units, runs = np.random.default_rng(16), 40, 120
    starts = np.full(units, -1)
    starts[:5], starts[5:10] = 8, 10
    atts, placebo, jackknife = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        panel = rng.normal(size=(14, units)) + rng.normal(size=units) + rng.normal(size=(14, 1))
        atts[run] = staggered(outcomes=panel, starts=starts, method=DID, error="none").att
        placebo[run] = uncertainty(outcomes=panel, starts=starts, method=DID, replications=60, seed=run).att
        jackknife[run] = uncertainty(outcomes=panel, starts=starts, method=DID, error="jackknife").att
    assert abs(atts.mean()) < 3 * atts.std() / np.sqrt(runs)
    assert placebo.mean() == pytest.approx(atts.std(), rel=0.2)
    assert jackknife.mean() == pytest.approx(atts.std(), rel=0.25)


@pytest.fixture(scope="module")
def castle() -> tuple[Floats, Whole]:
    """Log homicides in 50 states, 2000-2010, and the first year of a castle doctrine law (Cheng & Hoekstra 2013)."""
    data = pytest.importorskip("causaldata").castle.load_pandas().data
    states, years = np.unique(data["sid"]), np.unique(data["year"])
    place = np.searchsorted(years, data["year"]), np.searchsorted(states, data["sid"])
    panel, post = np.full((len(years), len(states)), np.nan), np.zeros((len(years), len(states)))
    panel[place], post[place] = data["l_homicide"], data["post"]
    return panel, np.where(post.any(axis=0), post.argmax(axis=0), -1)


def test_castle_doctrine_has_the_effects_of_callaway_and_santanna(castle: tuple[Floats, Whole]) -> None:
    panel, starts = castle
    assert (panel.shape, int((starts >= 0).sum())) == ((11, 50), 21)
    # diff-diff 3.13.0, CallawaySantAnna(estimation_method="reg"), overall_att
    theirs = {"never": 0.01940281618499536, "not yet": 0.017412055111243486}
    for donors, expected in theirs.items():
        found = staggered(outcomes=panel, starts=starts, method=DID, donors=donors, leads=1, error="none")  # type: ignore[arg-type]
        assert found.att == pytest.approx(expected, abs=1e-7)  # these data are rounded to single precision
    cohorts = {effect.start + 2000: effect for effect in found.effects}
    np.testing.assert_allclose(cohorts[2007].fit.gap[7:], [0.052498, -0.039399, 0.018147, -0.019152], atol=5e-7)


def test_castle_doctrine_has_the_synthetic_did_of_another_package(castle: tuple[Floats, Whole]) -> None:
    panel, starts = castle
    found = staggered(outcomes=panel, starts=starts, method=SDID, error="none")
    # synthdid-py 0.1.0, staggered_synthdid_estimate(max_iter=200000, min_decrease=1e-12), by cohort
    theirs = {2006: 0.201396, 2007: 0.020792, 2008: 0.144360, 2009: 0.091269, 2010: -0.217786}
    ours = {effect.start + 2000: effect.fit.att for effect in found.effects}
    assert ours == pytest.approx(theirs, abs=2e-6)
    assert found.att == pytest.approx(0.0536185, abs=1e-6)


def test_one_treated_unit_has_the_placebo_error_of_proposition_99(shared: Path) -> None:
    with (shared / "data/golden/prop99_full_predictors_statspai.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    states = sorted({row["state"] for row in rows})
    panel = np.zeros((31, 39))
    for row in rows:
        panel[int(float(row["year"])) - 1970, states.index(row["state"])] = float(row["cigsale"])
    starts = np.full(39, -1)
    starts[states.index("California")] = 19
    found = staggered(outcomes=panel, starts=starts)
    assert found.att == pytest.approx(-15.60540, abs=5e-6)
    assert found.uncertainty is not None
    assert found.uncertainty.att == pytest.approx(9.36842, abs=5e-6)
    assert (found.uncertainty.assignments, found.uncertainty.seed) == (38, None)


@pytest.mark.parametrize("module", ["estimating", "staggered"])
def test_the_examples_of_the_documentation_run(module: str) -> None:
    assert doctest.testmod(import_module(f"muster.estimate.{module}")) == (0, 3)


def with_starts(**changes: int) -> Whole:
    starts = STARTS.copy()
    for unit, start in changes.items():
        starts[int(unit.removeprefix("unit"))] = start
    return starts


PANEL = simulated(17)
HOLE = np.where(np.arange(18 * 14).reshape(18, 14) == 30, np.nan, PANEL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"starts": STARTS[:9]}, "9 starts for 14 units; expected one a unit"),
        (
            {"starts": np.where(STARTS < 0, np.nan, STARTS)},
            "starts of 1 dimensions and type float64; expected one whole number",
        ),
        ({"starts": STARTS[:, None]}, "starts of 2 dimensions"),
        ({"starts": ["never"] * 14}, "starts of 1 dimensions and type <U5"),
        ({"starts": [[1, 2], [3]]}, "starts that are not numbers"),
        ({"starts": with_starts(unit2=18)}, "unit 2 starts at period 18 of a panel of 18; expected 0 to 17, or −1 for never"),
        ({"starts": with_starts(unit2=-2)}, "unit 2 starts at period -2"),
        ({"starts": np.full(14, -1)}, "no treated unit; expected a start of at least one unit"),
        ({"starts": with_starts(unit4=1)}, "unit 4 starts at period 1; expected at least 2 periods before each start"),
        ({"starts": with_starts(unit4=0), "method": "did"}, "unit 4 starts at period 0; expected at least 1 periods before"),
        ({"starts": np.full(14, 9)}, "0 never-treated units; expected at least 2; choose how='cohort' with donors='not yet'"),
        ({"starts": np.full(14, 9), "donors": "not yet"}, "no start at which two donors are untreated"),
        (
            {"starts": np.where(STARTS < 0, 9, -1)},
            "a placebo error with 6 never-treated and 8 treated units; expected at least 10",
        ),
        ({"starts": np.where(STARTS == 15, 15, -1), "error": "jackknife"}, "a jackknife over one treated unit"),
        ({"outcomes": HOLE}, "period 2, unit 2: nan; expected a finite number in every cell"),
        ({"outcomes": np.where(np.arange(14) == 3, 1.0, PANEL)}, "unit 3 with the same value in every period (1)"),
        ({"outcomes": [["a"] * 14] * 18}, "outcomes that are not numbers"),
        ({"method": "twfe"}, "no method 'twfe'; expected one of sc"),
        ({"how": "each"}, "'each'; expected one of 'unit', 'cohort', 'pooled'"),
        ({"donors": "all"}, "'all'; expected one of 'never', 'not yet'"),
        ({"error": "bootstrap"}, "'bootstrap'; expected one of 'placebo', 'jackknife', 'none'"),
        ({"leads": 1}, "1 leads; expected at least 2 with method 'sdid'"),
        ({"leads": 2.5}, "leads given as 2.5; expected a whole number"),
        ({"lags": -1}, "-1 lags; expected at least 0"),
        ({"replications": 1}, "1 replications; expected at least 2"),
    ],
)
def test_bad_input_gets_one_clear_error(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(EstimateError) as caught:
        staggered(**{"outcomes": PANEL, "starts": STARTS, **arguments})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
