"""Placebo, leave-two-out, conformal, placebo in time, standard errors and Holm: published numbers, laws and slow oracles."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.conformal import conformal
from muster.estimate.in_time import in_time
from muster.estimate.leave_two_out import leave_two_out, size_bound
from muster.estimate.method import DEMEANED, DID, SC, SDID, Method
from muster.estimate.multiple import holm
from muster.estimate.placebo import placebo_of
from muster.estimate.standard_error import standard_error
from muster.estimate.study import Study, checked_study, fit_study
from muster.estimate.testing import test as run_test

Floats = NDArray[np.float64]


def panel(units: int = 8, periods: int = 20, seed: int = 3) -> Floats:
    draws = np.random.default_rng(seed)
    return np.cumsum(draws.normal(size=(periods, 3)), axis=0) @ draws.gamma(2, 0.5, size=(3, units)) + draws.normal(
        size=(periods, units)
    )


def golden(shared: Path, name: str, unit: str, time: str, value: str) -> tuple[Floats, list[str]]:
    with (shared / "data" / "golden" / name).open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row[unit] != "Spain (Espana)"]
    units, times = sorted({row[unit] for row in rows}), sorted({float(row[time]) for row in rows})
    table = np.full((len(times), len(units)), np.nan)
    for row in rows:
        table[times.index(float(row[time])), units.index(row[unit])] = float(row[value])
    return table, units


def california(shared: Path) -> Study:
    table, units = golden(shared, "prop99_full_predictors_statspai.csv", "state", "year", "cigsale")
    return checked_study(outcomes=table, treated=units.index("California"), pre=19)


def test_proposition_99_gives_the_published_p_values(shared: Path) -> None:
    study = california(shared)
    assert placebo_of(study).p_ratio == pytest.approx(3 / 39)
    triples = leave_two_out(study)
    assert (triples.not_largest, triples.pairs) == (73, 703)  # Lei & Sudijono 2024
    assert conformal(study).p_value == pytest.approx(3 / 31)  # Chernozhukov, Wüthrich & Zhu 2021, moving block
    assert standard_error(study, SDID).value == pytest.approx(9.368, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "unit", "value", "treated", "pre", "lost"),
    [
        ("germany_pysyncon.csv", "country", "gdp", "West Germany", 30, 1),
        ("basque_pysyncon.csv", "regionname", "gdpcap", "Basque Country (Pais Vasco)", 16, 83),
    ],
)
def test_leave_two_out_gives_the_published_counts(
    shared: Path, name: str, unit: str, value: str, treated: str, pre: int, lost: int
) -> None:
    table, units = golden(shared, name, unit, "year", value)
    found = leave_two_out(checked_study(outcomes=table, treated=units.index(treated), pre=pre))
    assert (found.not_largest, found.pairs) == (lost, 120)


@pytest.mark.parametrize("method", [SC, DEMEANED, SDID, DID], ids=lambda method: method.name)
def test_leave_two_out_is_the_tournament_fitted_one_by_one(method: Method) -> None:
    study = checked_study(outcomes=panel(7), treated=2, pre=12)

    def ratio(unit: int, *away: int) -> float:
        return fit_study(Study(study.outcomes, (unit,), study.pre), method, banned=away).ratio

    lost = sum(
        ratio(2, one, two) <= max(ratio(one, 2, two), ratio(two, 2, one)) for one, two in combinations([0, 1, 3, 4, 5, 6], 2)
    )
    assert leave_two_out(study, method).not_largest == lost


@pytest.mark.parametrize("kind", ["placebo", "lto", "conformal"])
@pytest.mark.parametrize("method", [SC, SDID], ids=lambda method: method.name)
def test_what_should_not_matter_does_not(kind: str, method: Method) -> None:
    outcomes = panel(7)
    base = run_test(checked_study(outcomes=outcomes, treated=2, pre=12), method, kind=kind)  # type: ignore[arg-type]
    order = np.array([4, 0, 2, 6, 1, 5, 3])
    moved = 7.5 * outcomes[:, order] + 100 + np.linspace(0, 5, len(outcomes))[:, None]
    again = run_test(checked_study(outcomes=moved, treated=2, pre=12), method, kind=kind)  # type: ignore[arg-type]
    assert again.p_value == pytest.approx(base.p_value)
    assert again.fit.att == pytest.approx(7.5 * base.fit.att)


@pytest.mark.parametrize("kind", ["placebo", "lto"])
def test_sides_swap_when_the_outcome_is_turned_over(kind: str) -> None:
    outcomes = panel(7)
    higher = run_test(checked_study(outcomes=outcomes, treated=2, pre=12), kind=kind, side="higher")  # type: ignore[arg-type]
    lower = run_test(checked_study(outcomes=-outcomes, treated=2, pre=12), kind=kind, side="lower")  # type: ignore[arg-type]
    both = [run_test(checked_study(outcomes=sign * outcomes, treated=2, pre=12), kind=kind).p_value for sign in (1, -1)]  # type: ignore[arg-type]
    assert higher.p_value == lower.p_value
    assert both[0] == both[1]


@pytest.mark.parametrize("units", [4, 5, 6])
def test_no_panel_breaks_the_bound_of_leave_two_out(units: int) -> None:
    for seed in range(12):
        outcomes = panel(units, seed=seed)
        lost = [leave_two_out(checked_study(outcomes=outcomes, treated=unit, pre=12)).not_largest for unit in range(units)]
        assert all(np.mean([other <= mine for other in lost]) <= size_bound(units, mine) for mine in lost)


def test_the_bound_of_leave_two_out_is_reached_by_the_largest_and_by_all() -> None:
    assert size_bound(39, 0) == pytest.approx(1 / 39)
    assert size_bound(39, 703) == 1


def test_a_large_effect_is_found_by_every_test_that_can() -> None:
    outcomes = panel(20, 40)
    outcomes[30:, 4] += 50
    study = checked_study(outcomes=outcomes, treated=4, pre=30)
    assert run_test(study, kind="placebo").p_value == 1 / 20
    assert run_test(study, kind="lto").p_value == 0
    assert run_test(study, kind="conformal").p_value == 1 / 40


def test_the_interval_holds_the_effects_that_the_test_keeps() -> None:
    study = checked_study(outcomes=panel(8, 30), treated=1, pre=22)
    found = conformal(study, alpha=0.2)
    assert found.interval is not None
    for effect in (*np.linspace(*found.interval, 9)[[0, -1]], found.interval[0] - 0.05, found.interval[1] + 0.05):
        shifted = study.outcomes.copy()
        shifted[22:, 1] -= effect
        inside = found.interval[0] <= effect <= found.interval[1]
        p_value = conformal(checked_study(outcomes=shifted, treated=1, pre=22), alpha=0.2).p_value
        assert (p_value > 0.2) == inside


def test_conformal_p_values_lie_on_their_grid_and_iid_ones_repeat_with_their_seed() -> None:
    study = checked_study(outcomes=panel(6, 15), treated=0, pre=10)
    assert (conformal(study).p_value * 15) % 1 == pytest.approx(0, abs=1e-9)
    assert conformal(study, scheme="iid", seed=1) == conformal(study, scheme="iid", seed=1)
    assert conformal(study, alpha=0.05).interval is None  # 1/15 is the smallest p


def test_a_placebo_in_time_is_the_study_of_the_earlier_periods() -> None:
    outcomes = panel(6, 20)
    study = checked_study(outcomes=outcomes, treated=3, pre=14)
    found = in_time(study, starts=[8, 10])
    earlier = fit_study(checked_study(outcomes=outcomes[:14], treated=3, pre=8))
    assert found.effects[0] == pytest.approx(earlier.att)
    assert found.largest == np.abs(found.effects).max()
    assert in_time(study).starts == tuple(range(7, 14))


def test_the_jackknife_is_the_spread_of_fits_without_one_unit() -> None:
    outcomes = panel(7)
    found = standard_error(checked_study(outcomes=outcomes, treated=[0, 1, 2], pre=12), DID, kind="jackknife")
    effects = []
    for unit in range(7):
        keep = [other for other in range(7) if other != unit]
        treated = [place for place, other in enumerate(keep) if other < 3]
        effects.append(fit_study(checked_study(outcomes=outcomes[:, keep], treated=treated, pre=12), DID).att)
    assert found.value == pytest.approx(np.sqrt(6 / 7 * np.sum((np.array(effects) - np.mean(effects)) ** 2)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_rejects_as_the_stepwise_rule_does(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for alpha in (0.05, 0.1, 0.5):
        rejected, order = set(), sorted(range(len(p_values)), key=lambda place: p_values[place])
        for step, place in enumerate(order):
            if p_values[place] * (len(p_values) - step) > alpha:
                break
            rejected.add(place)
        assert {place for place in order if adjusted[place] <= alpha} == rejected


def test_the_placebo_test_rejects_exactly_as_often_as_its_level_over_all_assignments() -> None:
    outcomes = panel(10)
    p_values = [placebo_of(checked_study(outcomes=outcomes, treated=unit, pre=12)).p_ratio for unit in range(10)]
    assert sorted(p_values) == pytest.approx(np.arange(1, 11) / 10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda study: run_test(study, kind="guess"), "no test 'guess'"),  # type: ignore[arg-type]
        (lambda study: run_test(study, "guess"), "no method 'guess'"),
        (lambda study: run_test(study, kind="conformal", side="lower"), "one-sided conformal"),
        (lambda study: run_test(study, alpha=2), "level 2"),
        (lambda study: standard_error(study, kind="jackknife"), "one treated unit"),
        (lambda study: in_time(study, starts=[30]), "supposed start"),
        (lambda _: holm([0.2, 1.5]), "outside 0 to 1"),
        (lambda study: leave_two_out(Study(study.outcomes, (0, 1), 12)), "one treated unit"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_one_line(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EstimateError, match=words):
        call(checked_study(outcomes=panel(), treated=0, pre=12))


def test_the_default_test_keeps_its_size_on_factor_panels() -> None:
    """200 panels without an effect: at 0.1 the count stays within 4 Monte Carlo errors of its level (20 ± 17)."""
    draws = np.random.default_rng(11)
    panels = [panel(12, 24, seed=int(seed)) for seed in draws.integers(1 << 30, size=200)]
    rejected = sum(leave_two_out(checked_study(outcomes=one, treated=0, pre=18)).p_value <= 0.1 for one in panels)
    assert rejected <= 37


def test_the_checks_say_what_the_fit_rests_on() -> None:
    outcomes = panel(12, 30)
    outcomes[22:, 3] += 40
    good = {check.name: check.verdict for check in run_test(checked_study(outcomes=outcomes, treated=3, pre=22)).checks}
    assert good["smallest p"] == good["leave one donor out"] == good["in-time placebo"] == "pass"
    outcomes[:, 3] += 1000
    far = {check.name: check.verdict for check in run_test(checked_study(outcomes=outcomes, treated=3, pre=22)).checks}
    assert far["donors in support"] == far["fit before"] == "fail"
    strict = run_test(checked_study(outcomes=outcomes, treated=3, pre=22), alpha=0.01).checks
    assert strict[0].verdict == "fail"
