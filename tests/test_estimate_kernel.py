"""A thousand problems, plain and degenerate, against slow solvers that share nothing with ours."""

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from muster.estimate import kernel, simplex_weights
from muster.estimate.exact import TOLERANCE

Floats = NDArray[np.float64]
KINDS = ("tall", "wide", "inside", "integer", "copies", "collinear", "uneven", "far", "constant", "near", "rank one", "donor")


class Problem(NamedTuple):
    """Donors (P, N), two targets (P, 2), a donor that each may not use (2, 1), a ridge for each (2,), weights to start from."""

    donors: Floats
    targets: Floats
    banned: NDArray[np.int64]
    ridge: Floats
    warm: Floats | None

    def points(self, target: int) -> Floats:
        """The allowed donors less the target, with the ridge as further rows: what is left is a nearest point."""
        shifted = self.donors - self.targets[:, [target]]
        stacked = np.vstack([shifted, np.sqrt(self.ridge[target]) * np.eye(self.donors.shape[1])])
        return stacked[:, np.arange(self.donors.shape[1]) != self.banned[target, 0]]


def panel(rng: np.random.Generator, kind: str) -> tuple[Floats, Floats]:
    units = int(rng.integers(2, 7))
    periods = {"tall": 2 * units + 3, "wide": max(2, units - 3)}.get(kind, int(rng.integers(2, 8)))
    donors, targets = rng.normal(size=(periods, units)), rng.normal(size=(periods, 2))
    mean = donors[:, :-1] @ np.full((units - 1, 1), 1 / (units - 1))
    change: dict[str, Callable[[], tuple[Floats, Floats]]] = {
        "inside": lambda: (donors, donors @ rng.dirichlet(np.ones(units), 2).T),
        "integer": lambda: (
            rng.integers(0, 3, donors.shape).astype(np.float64),
            rng.integers(0, 3, targets.shape).astype(np.float64),
        ),
        "copies": lambda: (donors[:, rng.integers(0, units, units)], targets),
        "collinear": lambda: (np.hstack([donors[:, :-1], mean]), targets),
        "uneven": lambda: (donors * 10.0 ** rng.uniform(-3, 3, units), targets),
        "far": lambda: (donors + 1e6, targets + 1e6),
        "constant": lambda: (np.where(np.arange(units) < units // 2, 1.0, donors), targets),
        "near": lambda: (donors[:, [0]] + 1e-7 * donors, targets),
        "rank one": lambda: (np.outer(donors[:, 0], rng.normal(size=units)), targets),
        "donor": lambda: (donors, donors[:, rng.integers(0, units, 2)]),
    }
    return change[kind]() if kind in change else (donors, targets)


def problem(seed: int) -> Problem:
    """Of a kind that turns with the seed; some with a ridge, some with a donor banned, some started from a wrong support."""
    rng = np.random.default_rng(seed)
    donors, targets = panel(rng, KINDS[seed % len(KINDS)])
    units = donors.shape[1]
    banned = rng.integers(0, units, (2, 1)) if rng.random() < 0.4 and units > 2 else np.full((2, 1), -1)
    ridge = rng.choice([0.0, 0.0, 1.0, 0.01], 2) * donors.var()
    warm = rng.dirichlet(np.ones(units), 2).T * (rng.random((units, 2)) < 0.5) if rng.random() < 0.5 else None
    return Problem(donors, targets, banned, ridge, warm)


def gap_in_long_precision(points: Floats, weights: Floats) -> float:
    """w'g − min g over the squared distance of the nearest donor, or the stated floor."""
    exact, share = points.astype(np.longdouble), weights.astype(np.longdouble) / weights.sum()
    gradient, reach = exact.T @ (exact @ share), np.sqrt((exact**2).sum(axis=0))
    scale = max(reach.min() ** 2, 1e-4 * reach.max() * (share @ reach))
    return float((share @ gradient - gradient.min()) / scale) if scale else 0.0


def nearest_by_enumeration(points: Floats) -> float:
    """The smallest distance from the origin to the hull, over every support, each solved with the sum alone."""
    best = np.inf
    for size in range(1, points.shape[1] + 1):
        for support in map(list, combinations(range(points.shape[1]), size)):
            base, moves = points[:, support[0]], points[:, support[1:]] - points[:, support[:1]]
            shifts = np.linalg.lstsq(moves, -base, rcond=None)[0]
            if min([1 - shifts.sum(), *shifts]) >= -1e-12:
                best = min(best, float(np.linalg.norm(base + moves @ shifts)))
    return best


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_the_weights_of_a_thousand_problems_are_feasible_certified_and_as_near_as_any(kind: int) -> None:
    for seed in range(kind, 1008, len(KINDS)):
        made = problem(seed)
        found = simplex_weights(donors=made.donors, targets=made.targets, banned=made.banned, ridge=made.ridge, warm=made.warm)
        assert (found.weights >= 0).all()
        np.testing.assert_allclose(found.weights.sum(axis=0), 1, rtol=0, atol=1e-12)
        assert (found.gap <= TOLERANCE).all()
        for target in range(2):
            points, allowed = made.points(target), np.arange(made.donors.shape[1]) != made.banned[target, 0]
            weights = found.weights[allowed, target]
            assert found.weights[~allowed, target].sum() == 0
            # A target that is a donor lies at distance 0: its gap has no scale but rounding.
            assert gap_in_long_precision(points, weights) <= (1e-8 if KINDS[kind] == "donor" else TOLERANCE)
            nearest = nearest_by_enumeration(points)
            assert np.linalg.norm(points @ weights) <= nearest + 1e-9 * np.abs(points).max()


def test_a_warm_start_from_any_support_changes_nothing() -> None:
    for seed in range(600):
        made, rng = problem(seed), np.random.default_rng(seed)
        cold = simplex_weights(donors=made.donors, targets=made.targets, banned=made.banned).weights
        start = rng.random(cold.shape) * (rng.random(cold.shape) < 0.5)
        warm = simplex_weights(donors=made.donors, targets=made.targets, banned=made.banned, warm=start).weights
        np.testing.assert_allclose(warm, cold, rtol=0, atol=1e-6)


def test_no_weights_that_give_the_same_mix_have_a_smaller_norm() -> None:
    ties = 0
    for seed in range(400):
        rng, made = np.random.default_rng(seed), problem(seed)
        if KINDS[seed % len(KINDS)] in ("tall", "uneven", "far", "near"):
            continue
        mixes = made.donors @ rng.dirichlet(np.ones(made.donors.shape[1]), 3).T
        donors = np.column_stack([made.donors, mixes])
        weights = simplex_weights(donors=donors, targets=made.targets[:, :1]).weights[:, 0]
        rows = np.vstack([donors, np.ones(donors.shape[1])])
        # w is the shortest of a convex set exactly when no member v has w'v < w'w: a linear programme.
        other = linprog(weights, A_eq=rows, b_eq=rows @ weights, bounds=(0, None), method="highs-ds")
        if other.status == 0:
            ties += 1
            assert weights @ weights - other.fun <= 1e-9
    assert ties > 150


def test_one_gram_matrix_each_gives_what_a_shared_one_gives() -> None:
    rng = np.random.default_rng(1)
    donors, targets = rng.normal(size=(9, 6)), rng.normal(size=(9, 3))
    gram, cross, square = donors.T @ donors, targets.T @ donors, (targets**2).sum(axis=0)
    none, start = np.full((3, 1), -1), np.empty((0, 6))
    shared, each = np.zeros((3, 6)), np.zeros((3, 6))
    kernel.solve(gram[None], cross, square, np.zeros(3), none, start, 6, shared)
    kernel.solve(np.repeat(gram[None], 3, axis=0), cross, square, np.zeros(3), none, start, 6, each)
    np.testing.assert_array_equal(shared, each)
    np.testing.assert_allclose(shared.T, simplex_weights(donors=donors, targets=targets).weights, atol=1e-10)


def test_values_that_cannot_be_squared_do_not_keep_the_compiled_code_running() -> None:
    gram, found = np.full((1, 3, 3), np.nan), np.zeros((1, 3))
    kernel.solve(gram, np.ones((1, 3)), np.ones(1), np.zeros(1), np.full((1, 1), -1), np.empty((0, 3)), 3, found)
    assert found.shape == (1, 3)


def test_the_solver_works_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile_without_a_folder(*, cache: bool = False, **_: object) -> Callable[[Callable[..., int]], Callable[..., int]]:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(kernel, "njit", compile_without_a_folder)
    assert kernel._compiled(abs)(-3) == 3


def test_a_description_needs_no_compiler() -> None:
    asked = "import sys, muster.estimate; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
