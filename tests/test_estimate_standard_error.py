"""Placebo and jackknife errors of several treated units against the algorithms written out, and one reference package."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.method import DEMEANED, DID, RIDGE, SC, SDID, Method
from muster.estimate.standard_error import standard_error
from muster.estimate.study import Study, checked_study, fit_study

Floats = NDArray[np.float64]


def simulated(seed: int, periods: int = 20, units: int = 8) -> Floats:
    draws = np.random.default_rng(seed)
    return np.asarray(
        10 + draws.normal(size=(periods, 2)) @ draws.normal(size=(2, units)) + 0.5 * draws.normal(size=(periods, units))
    )


@pytest.mark.parametrize("method", [SC, SDID, DID], ids=lambda method: method.name)
def test_placebos_are_as_many_controls_as_there_are_treated(method: Method) -> None:
    outcomes = simulated(1)
    found = standard_error(checked_study(outcomes=outcomes, treated=[0, 1], pre=14), method)
    effects = [fit_study(Study(outcomes[:, 2:], pair, 14), method).att for pair in combinations(range(6), 2)]
    assert (found.refits, found.seed) == (15, None)
    assert found.value == pytest.approx(np.std(effects), rel=1e-9)


def test_placebos_of_many_controls_are_drawn_and_carry_their_seed() -> None:
    study = checked_study(outcomes=simulated(2, units=20), treated=[0, 1, 2], pre=14)
    first, again, other = (standard_error(study, DID, draws=50, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.refits, first.seed) == (50, 1)
    assert other.value != first.value


@pytest.mark.parametrize("method", [SDID, DEMEANED, DID, SC], ids=lambda method: method.name)
def test_the_jackknife_holds_the_weights(method: Method) -> None:
    outcomes, treated = simulated(3), (0, 3, 5)
    study = checked_study(outcomes=outcomes, treated=treated, pre=14)
    fit, effects = fit_study(study, method), []
    for unit in range(8):
        weights = np.where(np.arange(8) == unit, 0, fit.weights)
        own = [other for other in treated if other != unit]
        gap = outcomes[:, own].mean(axis=1) - outcomes @ (weights / weights.sum())
        effects.append(gap[14:].mean() - fit.periods @ gap[:14])
    found = standard_error(study, method, kind="jackknife")
    assert found.refits == 8
    assert found.value == pytest.approx(np.sqrt(7 / 8 * ((np.array(effects) - np.mean(effects)) ** 2).sum()))


def test_the_jackknife_of_synthetic_did_is_that_of_the_reference_package() -> None:
    synthdid = pytest.importorskip("synthdid")
    outcomes = simulated(4, periods=24, units=12)
    found = standard_error(checked_study(outcomes=outcomes, treated=[10, 11], pre=16), DID, kind="jackknife")
    theirs = synthdid.did_estimate(np.ascontiguousarray(outcomes.T), 10, 16)
    assert found.value == pytest.approx(synthdid.synthdid_se(theirs, method="jackknife"), rel=1e-6)


@pytest.mark.parametrize("kind", ["placebo", "jackknife"])
def test_errors_scale_with_the_outcome_and_nothing_else(kind: str) -> None:
    outcomes, levels = simulated(5), np.linspace(-20, 70, 8)
    moved = -3 * outcomes + levels + np.arange(20)[:, None]
    errors = [
        standard_error(checked_study(outcomes=panel, treated=[0, 1], pre=14), SDID, kind=kind).value  # type: ignore[arg-type]
        for panel in (outcomes, moved)
    ]
    assert errors[1] == pytest.approx(3 * errors[0], rel=1e-7)


def test_what_has_no_error_is_refused() -> None:
    outcomes = simulated(6)
    one, two, many = (checked_study(outcomes=outcomes, treated=list(range(size)), pre=14) for size in (1, 2, 4))
    copy = outcomes.copy()
    copy[:, 0] = copy[:, 1] = copy[:, 2]
    for call, words in (
        (lambda: standard_error(one, kind="bootstrap"), "no standard error 'bootstrap'"),  # type: ignore[arg-type]
        (lambda: standard_error(one, kind="jackknife"), "a jackknife of one treated unit"),
        (lambda: standard_error(two, RIDGE, kind="jackknife"), "a jackknife of method 'ridge'"),
        (lambda: standard_error(many), "4 controls for 4 treated"),
        (
            lambda: standard_error(checked_study(outcomes=copy, treated=[0, 1], pre=14), SC, kind="jackknife"),
            "one donor has all the weight",
        ),
    ):
        with pytest.raises(EstimateError, match=words):
            call()  # type: ignore[no-untyped-call]
