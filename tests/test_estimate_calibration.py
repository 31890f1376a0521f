"""Size under the null, small: rejections at 0.1 among 200 panels stay within 4 Monte Carlo errors (8.5 in 100) of the level."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.estimate.conformal import conformal
from muster.estimate.leave_two_out import leave_two_out, size_bound
from muster.estimate.method import DEMEANED, SC, SDID, Method
from muster.estimate.placebo import placebo_of
from muster.estimate.study import Study, checked_study

Floats = NDArray[np.float64]
STUDIES, LEVEL, UNITS, PRE, POST = 200, 0.1, 12, 18, 6
MARGIN = 4 * np.sqrt(LEVEL * (1 - LEVEL) / STUDIES)


def autoregressive(draws: np.random.Generator) -> Floats:
    panel = draws.normal(size=(PRE + POST, UNITS))
    for period in range(1, len(panel)):
        panel[period] = 0.6 * panel[period - 1] + 0.8 * panel[period]
    return panel


def factors(draws: np.random.Generator) -> Floats:
    paths = np.cumsum(draws.normal(size=(PRE + POST, 2)), axis=0)
    return np.asarray(paths @ draws.gamma(2, 0.5, size=(2, UNITS)) + draws.normal(size=(PRE + POST, UNITS)))


def counts(draws: np.random.Generator) -> Floats:
    return draws.poisson(np.exp(2 + draws.normal(0, 0.4, size=UNITS)), size=(PRE + POST, UNITS)).astype(float)


def rate(make: Callable[[np.random.Generator], Floats], p_value: Callable[[Study], float]) -> float:
    draws = np.random.default_rng(20240625)
    panels = [make(draws) for _ in range(STUDIES)]
    return float(np.mean([p_value(checked_study(outcomes=one, treated=0, pre=PRE)) <= LEVEL + 1e-12 for one in panels]))


@pytest.mark.parametrize("make", [autoregressive, factors, counts])
@pytest.mark.parametrize("method", [SC, SDID], ids=lambda method: method.name)
def test_tests_of_units_hold_their_size_when_chance_named_the_unit(
    make: Callable[[np.random.Generator], Floats], method: Method
) -> None:
    assert rate(make, lambda study: placebo_of(study, method).p_ratio) <= LEVEL + MARGIN
    assert rate(make, lambda study: leave_two_out(study, method).bound) <= LEVEL + MARGIN


@pytest.mark.parametrize("make", [autoregressive, counts])
def test_the_block_test_holds_its_size_on_stationary_panels(make: Callable[[np.random.Generator], Floats]) -> None:
    assert rate(make, lambda study: conformal(study, DEMEANED, alpha=0).p_value) <= LEVEL + MARGIN


def test_a_unit_above_the_others_fools_the_gap_but_not_the_ratio() -> None:
    def above(draws: np.random.Generator) -> Floats:
        panel = draws.normal(size=(PRE + POST, UNITS)) + draws.normal(0, 0.5, size=UNITS)
        panel[:, 0] += 2
        return panel

    assert rate(above, lambda study: placebo_of(study).p_ratio) <= LEVEL + MARGIN
    assert rate(above, lambda study: leave_two_out(study).p_value) <= LEVEL + MARGIN
    assert rate(above, lambda study: placebo_of(study).p_gap) >= 0.4


@pytest.mark.parametrize("units", [5, 12, 20, 39, 150])
def test_the_bound_of_leave_two_out_is_the_one_of_the_paper(units: int) -> None:
    pairs = (units - 1) * (units - 2) // 2
    for lost in np.unique(np.linspace(0, 0.6 * pairs, 40).astype(int)):
        a = 1 - 1 / units
        inner = 9 * a**2 - 12 * (1 / units - 4 / (3 * units**2) + lost / pairs * a * (1 - 2 / units))
        assert size_bound(units, int(lost)) == np.floor((3 * a - np.sqrt(inner)) / 2 * units + 1e-9) / units
