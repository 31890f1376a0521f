"""Least squares on the simplex for many targets that share donors: the solver under every synthetic control.

    minimise over w   ½ ‖y − X w‖² + ½ r ‖w‖²      subject to   w ≥ 0,  1'w = 1

All targets share one Gram matrix of the donors, so a placebo study forms the products of the panel once. A compiled active set
(:mod:`muster.estimate.kernel`) solves each; the duality gap is then taken from the residuals of all of them at once, and what
does not pass, or has several optima, is solved again from the points (:mod:`muster.estimate.exact`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.exact import TOLERANCE, nearest_weights, relative_gap

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_TIE = 1e-9  # donors whose gradient is this close to the smallest, relative to the scale, may share the optimum


@dataclass(frozen=True, slots=True)
class Weights:
    """Optimal weights and their certificate.

    Attributes:
        weights: (N, K), one column a target; non-negative, each column sums to 1, zero where a donor was banned.
        gap: (K,) duality gap w'g − min g, with the gradient g = X'(Xw − y) + r w, over the squared distance from the target to
            its nearest single donor (or 1e-4 of the largest size the products in the gap can have, where that is more: below
            it double precision ends). The gap bounds how far the objective can be above its minimum.
    """

    weights: Floats
    gap: Floats


def simplex_weights(
    *, donors: Floats, targets: Floats, banned: Whole | None = None, ridge: Floats | float = 0.0, warm: Floats | None = None
) -> Weights:
    """The weights on the donors, non-negative and summing to 1, whose mix comes nearest to each target.

    Where several weightings reach the same mix (more donors than periods, or donors that are mixes of each other) the one of
    smallest norm is returned, so that equal donors get equal weights and the order of the donors does not matter. (The first
    one found is kept where donors differ in size by more than about 1e5 and rounding would undo the fit.)

    Args:
        donors: (P, N) outcomes of the donors before the start, and any further rows to be matched; finite.
        targets: (P, K) the same of the targets, finite.
        banned: (K, B) donors that a target may not use (in a placebo study: itself), −1 for none; nothing is banned if None.
        ridge: r above, one for all or (K,).
        warm: (N, K) weights to start from, for example those of a neighbouring problem; they change the speed only.

    Raises:
        EstimateError: a target has no donor, or its duality gap cannot be brought to 1e-10 in double precision.
    """
    count, many = donors.shape[1], targets.shape[1]
    out = np.full((many, 1), -1, dtype=np.int64) if banned is None else np.ascontiguousarray(banned, dtype=np.int64)
    _check_donors(out, count)
    penalty = np.ascontiguousarray(np.broadcast_to(np.asarray(ridge, dtype=np.float64), (many,)))
    problem = _Problem(donors, targets, out, penalty)
    weights = problem.solved(np.zeros((many, count)) if warm is None else np.ascontiguousarray(warm.T))
    gap, tied = problem.certificate(weights)
    for column in np.flatnonzero(tied | ~(gap <= TOLERANCE)):
        weights[:, column], gap[column] = problem.exactly(int(column))
    if not (gap <= TOLERANCE).all():
        raise EstimateError(
            f"target {int(gap.argmax())} is solved to a relative duality gap of {gap.max():.1e} only",
            expected=f"{TOLERANCE:.0e}",
            do="bring the outcomes of the places to comparable size, for example rates instead of counts",
        )
    return Weights(weights, gap)


def _check_donors(banned: Whole, count: int) -> None:
    for target, row in enumerate(banned) if banned.shape[1] >= count else ():
        if len(set(row[row >= 0].tolist())) >= count:
            raise EstimateError(f"target {target} has no donor", expected="at least one donor a target")


class _Problem:
    """The products that all targets share, centred by row means: weights sum to 1, so that changes nothing but the rounding."""

    def __init__(self, donors: Floats, targets: Floats, banned: Whole, ridge: Floats) -> None:
        center = donors.mean(axis=1, keepdims=True)
        self.donors, self.targets = donors - center, targets - center
        self.banned, self.ridge = banned, ridge
        self.gram = self.donors.T @ self.donors
        self.cross = self.gram if targets is donors else self.targets.T @ self.donors
        self.square = np.einsum("pk,pk->k", self.targets, self.targets)

    def solved(self, warm: Floats) -> Floats:
        """Weights (N, K) by the compiled active set, started from ``warm`` (K, N)."""
        from muster.estimate.kernel import solve  # the compiler's import is slow, and a description needs no solver

        longest = min(self.donors.shape[1], self.donors.shape[0] + 1 if not self.ridge.any() else self.donors.shape[1])
        return np.ascontiguousarray(solve(self.gram, self.cross, self.square, self.ridge, self.banned, warm, longest).T)

    def certificate(self, weights: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Relative duality gap (K,) from the residuals, and whether other donors could share the optimum (K,)."""
        residuals = self.donors @ weights - self.targets
        gradient = self.donors.T @ residuals + self.ridge * weights
        distance = np.maximum(self.gram.diagonal()[:, None] - 2 * self.cross.T + self.square + self.ridge, 0.0)
        reach = np.sqrt(distance)
        inner = np.einsum("nk,nk->k", weights, gradient)
        spread = np.einsum("nk,nk->k", weights, reach)
        columns = np.arange(len(self.banned))
        for row in self.banned.T:
            there = row >= 0
            gradient[row[there], columns[there]] = np.inf
            distance[row[there], columns[there]] = np.inf
            reach[row[there], columns[there]] = 0.0
        low = gradient.min(axis=0)
        scale = np.maximum(distance.min(axis=0), 1e-4 * reach.max(axis=0) * spread)
        gap = np.divide(inner - low, scale, out=np.zeros(len(scale)), where=scale > 0)
        face = (gradient <= low + _TIE * scale).sum(axis=0)
        return gap, ((face > (weights > 0).sum(axis=0)) & (self.ridge == 0)) | (scale == 0)

    def exactly(self, column: int) -> tuple[Floats, float]:
        """The weights (N,) of one target solved from the points, and their relative gap."""
        usable = np.ones(self.donors.shape[1], dtype=bool)
        usable[self.banned[column][self.banned[column] >= 0]] = False
        points = self.donors[:, usable] - self.targets[:, [column]]
        if self.ridge[column]:
            points = np.vstack([points, np.sqrt(self.ridge[column]) * np.eye(points.shape[1])])
        weights = np.zeros(len(usable))
        weights[usable] = nearest_weights(points)
        return weights, relative_gap(points, weights[usable])
