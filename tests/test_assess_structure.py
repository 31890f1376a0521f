"""A single series taken apart: simulated ones whose parts are known."""

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.assess.description import describe
from muster.assess.series import Series
from muster.assess.structure import structure, structure_check
from muster.errors import EstimateError
from muster.records import Outcome, Start

Floats = NDArray[np.float64]

START = Start(name="first arrival", date=date(2023, 1, 1))
OUTCOME = Outcome(
    id="o", name="Simulated", domain="economy", unit="index", better="lower", period="month", treated=("S",), file="f"
)


def simulated(step: float = 0.0, turn: float = 0.0, noise: float = 1.0, seed: int = 1) -> Floats:
    """(72,) months from 2019 on: level 50, 0.2 a month, a season of 20 from low to high, a step and a turn after 48."""
    month = np.arange(72)
    since = np.maximum(month - 48, 0)
    values = 50 + 0.2 * month + 10 * np.sin(month / 12 * 2 * np.pi) + step * (month >= 48) + turn * since
    return np.asarray(values + noise * np.random.default_rng(seed).normal(size=72))


def series(values: Floats, outcome: Outcome = OUTCOME) -> Series:
    firsts = tuple(date(2019 + month // 12, month % 12 + 1, 1) for month in range(len(values)))
    ends = tuple(first.replace(day=28) for first in firsts)
    return Series(outcome, firsts, ends, values, values, values, (("f",),) * len(values))


def test_the_parts_of_a_series_are_found_under_season_noise_and_gaps() -> None:
    values = simulated(step=-12, turn=0.5)
    values[[7, 30]] = np.nan
    found = structure(values, 48, 12)
    assert found.step == pytest.approx(-12, abs=2.5)
    assert found.slope_before == pytest.approx(0.2, abs=0.05)
    assert found.slope_after == pytest.approx(0.7, abs=0.15)
    assert found.season == pytest.approx(20, abs=2)
    assert found.before == pytest.approx(59.4, abs=1.5)


def test_another_unit_scales_every_part_and_a_shift_moves_the_levels_alone() -> None:
    one, other = structure(simulated(-12), 48, 12), structure(100 * simulated(-12), 48, 12)
    assert (other.step, other.before, other.error) == pytest.approx(
        (100 * one.step, 100 * one.before, 100 * one.error), rel=1e-3
    )
    higher = structure(simulated(-12) + 500, 48, 12)
    assert (higher.step, higher.before) == pytest.approx((one.step, one.before + 500), rel=1e-3)


def test_the_step_is_that_of_least_squares_where_the_level_does_not_wander() -> None:
    values, month = simulated(-12, noise=0.5), np.arange(72)
    seasons = np.eye(12)[month % 12]
    design = np.column_stack([month, month >= 48, np.maximum(month - 48, 0), seasons])
    direct = np.linalg.lstsq(design, values, rcond=None)[0]
    assert structure(values, 48, 12).step == pytest.approx(direct[1], abs=0.3)


def test_where_nothing_steps_a_step_is_seldom_told() -> None:
    found = [structure(simulated(seed=seed), 48, 12) for seed in range(20)]
    assert sum(abs(one.step) > 1.645 * one.error for one in found) <= 5


@pytest.mark.parametrize("step", [-12.0, 12.0])
def test_the_check_says_that_the_level_stepped(step: float) -> None:
    found = structure_check(describe(series(simulated(step)), START, 0.1), 0.1)
    assert found.verdict == "pass"
    assert "The cause is not in it." in found.reason


@pytest.mark.parametrize("kept", [slice(20, 72), slice(0, 55)])
def test_a_series_too_short_to_tell_a_season_from_a_trend_is_left_alone(kept: slice) -> None:
    values = np.full(72, np.nan)
    values[kept] = simulated()[kept]
    found = structure_check(describe(series(values), START, 0.1), 0.1)
    assert found.verdict == "not possible"
    assert "three years before the start and one after" in found.reason


def test_a_search_without_an_end_is_told_and_gives_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    def endless(*_: object, **__: object) -> None:
        raise ConvergenceWarning("still searching")

    monkeypatch.setattr(UnobservedComponents, "fit", endless)
    found = structure_check(describe(series(simulated(-12)), START, 0.1), 0.1)
    assert (found.verdict, found.reason[:40]) == ("not possible", "The series could not be taken apart: no ")


def test_a_series_that_never_varies_is_refused() -> None:
    with pytest.raises(EstimateError, match="does not vary"):
        structure(np.full(72, 5.0), 48, 12)
