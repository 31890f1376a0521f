"""The solver: laws, a generic oracle, and the certificate."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from muster.errors import EstimateError
from muster.estimate import simplex_weights
from muster.estimate.exact import TOLERANCE

Floats = NDArray[np.float64]
KINDS = ("tall", "wide", "inside", "integer", "copies", "collinear", "uneven", "far")


def problem(seed: int) -> tuple[Floats, Floats]:
    """Donors (T0, N) and one target (T0, 1), of a kind that turns with the seed."""
    rng, kind = np.random.default_rng(seed), KINDS[seed % len(KINDS)]
    periods, units = (12, 5) if kind == "tall" else (int(rng.integers(2, 6)), int(rng.integers(2, 8)))
    donors, target = rng.normal(size=(periods, units)), rng.normal(size=(periods, 1))
    if kind == "inside":
        target = donors @ rng.dirichlet(np.ones(units))[:, None]
    elif kind == "integer":
        donors, target = (rng.integers(0, 3, part.shape).astype(float) for part in (donors, target))
    elif kind == "copies":
        donors = donors[:, rng.integers(0, units, units)]
    elif kind == "collinear":
        donors[:, -1] = donors[:, :-1].mean(axis=1)
    elif kind == "uneven":
        donors = donors * 10.0 ** rng.uniform(-2, 3, units)
    elif kind == "far":
        donors, target = donors + 1e6, target + 1e6
    return donors, target


def distance(donors: Floats, target: Floats, weights: Floats) -> float:
    return float(np.linalg.norm(donors @ weights - target[:, 0]))


def best_by_enumeration(donors: Floats, target: Floats) -> float:
    """The smallest distance over every set of donors, each solved with the sum alone: only feasible solutions count."""
    best, points = np.inf, donors - target
    for size in range(1, donors.shape[1] + 1):
        for support in map(list, combinations(range(donors.shape[1]), size)):
            base, moves = points[:, support[0]], points[:, support[1:]] - points[:, support[:1]]
            shifts = np.linalg.lstsq(moves, -base, rcond=None)[0]
            if min([1 - shifts.sum(), *shifts]) >= -1e-12:
                best = min(best, float(np.linalg.norm(base + moves @ shifts)))
    return best


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_no_set_of_donors_comes_nearer(kind: int) -> None:
    for seed in range(kind, 15 * len(KINDS), len(KINDS)):
        donors, target = problem(seed)
        found = simplex_weights(donors=donors, targets=target)
        weights, size = found.weights[:, 0], np.abs(donors - target).max()
        assert weights.min() >= 0
        assert abs(weights.sum() - 1) <= 1e-12
        assert found.gap[0] <= TOLERANCE
        assert distance(donors, target, weights) == pytest.approx(best_by_enumeration(donors, target), abs=1e-8 * size)


def test_a_generic_solver_finds_the_same_weights_where_they_are_unique() -> None:
    for seed in range(0, 15 * len(KINDS), len(KINDS)):  # tall: more periods than donors
        donors, target = problem(seed)
        units = donors.shape[1]
        oracle = minimize(
            lambda w, x=donors, y=target: 0.5 * ((x @ w - y[:, 0]) ** 2).sum(),
            np.full(units, 1 / units),
            jac=lambda w, x=donors, y=target: x.T @ (x @ w - y[:, 0]),
            bounds=[(0, 1)] * units,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 500},
        )
        np.testing.assert_allclose(simplex_weights(donors=donors, targets=target).weights[:, 0], oracle.x, atol=1e-5)


def test_a_mix_of_donors_is_recovered() -> None:
    rng = np.random.default_rng(3)
    donors, mix = rng.normal(size=(30, 8)), np.array([0, 0.5, 0, 0.2, 0.3, 0, 0, 0])
    np.testing.assert_allclose(simplex_weights(donors=donors, targets=(donors @ mix)[:, None]).weights[:, 0], mix, atol=1e-12)


def test_a_shift_by_period_a_common_scale_and_the_order_of_periods_change_nothing() -> None:
    rng = np.random.default_rng(4)
    donors, targets = rng.normal(size=(20, 9)), rng.normal(size=(20, 3))
    weights = simplex_weights(donors=donors, targets=targets).weights
    shift, order = rng.normal(size=(20, 1)), rng.permutation(20)
    for moved, aims in ((donors + shift, targets + shift), (-7 * donors, -7 * targets), (donors[order], targets[order])):
        np.testing.assert_allclose(simplex_weights(donors=moved, targets=aims).weights, weights, atol=1e-10)


@pytest.mark.parametrize("periods", [20, 3], ids=["unique", "many optima"])
def test_the_order_of_donors_does_not_matter_even_where_many_weightings_fit(periods: int) -> None:
    rng = np.random.default_rng(5)
    donors = rng.normal(size=(periods, 9))
    target = donors @ rng.dirichlet(np.ones(9))[:, None]
    order = rng.permutation(9)
    straight = simplex_weights(donors=donors, targets=target).weights[:, 0]
    np.testing.assert_allclose(
        simplex_weights(donors=donors[:, order], targets=target).weights[:, 0], straight[order], atol=1e-9
    )


def test_of_many_weightings_that_fit_the_one_of_smallest_norm_is_returned() -> None:
    donors = np.array([[0.0, 2.0, 2.0, 4.0]])
    found = simplex_weights(donors=donors, targets=np.array([[2.0]])).weights[:, 0]
    np.testing.assert_allclose(found, [0.25, 0.25, 0.25, 0.25], atol=1e-12)
    copies = simplex_weights(donors=np.array([[1.0, 1.0, 5.0]]), targets=np.array([[0.0]])).weights[:, 0]
    np.testing.assert_allclose(copies, [0.5, 0.5, 0], atol=1e-12)


def test_a_donor_of_weight_zero_can_be_taken_out() -> None:
    rng = np.random.default_rng(6)
    donors, target = rng.normal(size=(15, 8)), rng.normal(size=(15, 1))
    weights = simplex_weights(donors=donors, targets=target).weights[:, 0]
    assert 0 < (weights == 0).sum() < 8
    kept = simplex_weights(donors=donors[:, weights > 0], targets=target).weights[:, 0]
    np.testing.assert_allclose(kept, weights[weights > 0], atol=1e-12)


def test_each_target_has_its_own_donors() -> None:
    rng = np.random.default_rng(7)
    panel = rng.normal(size=(12, 6))
    together = simplex_weights(donors=panel, targets=panel, banned=np.arange(6)[:, None]).weights
    assert (together.diagonal() == 0).all()
    for unit in range(6):
        rest = [other for other in range(6) if other != unit]
        alone = simplex_weights(donors=panel[:, rest], targets=panel[:, [unit]]).weights[:, 0]
        np.testing.assert_allclose(together[rest, unit], alone, atol=1e-12)


def test_equal_places_share_the_weight() -> None:
    found = simplex_weights(donors=np.ones((3, 4)), targets=np.ones((3, 1)))
    np.testing.assert_allclose(found.weights[:, 0], np.full(4, 0.25))
    assert found.gap[0] == 0


def test_a_target_without_a_donor_is_an_error_that_names_it() -> None:
    with pytest.raises(EstimateError, match="target 1 has no donor"):
        simplex_weights(donors=np.ones((3, 2)), targets=np.ones((3, 2)), banned=np.array([[-1, -1], [0, 1]]))
