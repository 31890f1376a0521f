"""Least squares on the simplex for many targets that share donors: the solver under every synthetic control.

    minimise over w   ½ ‖y − X w‖² + ½ r ‖w‖²      subject to   w ≥ 0,  1'w = 1

All targets share one Gram matrix of the donors, so a placebo study forms the products of the panel once. A compiled active set
(:mod:`muster.estimate.kernel`) solves each; the duality gap is then taken from the residuals of all of them at once, and what
does not pass, or has several optima, is solved again from the points (:mod:`muster.estimate.exact`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.exact import TOLERANCE, nearest_weights, relative_gap, smallest_weights

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_TIE = 1e-9  # donors whose gradient is this close to the smallest, relative to the scale, may share the optimum
_BLOCK = 1 << 18  # cells of an array of donors by targets that are worked on at once: 2 MB, which caches hold


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
    one found is kept where donors differ in size by ten orders of magnitude and rounding would undo the fit.)

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
    problem = _Problem(donors, targets, out, np.ascontiguousarray(np.broadcast_to(np.asarray(ridge, np.float64), (many,))))
    weights, gap = np.zeros((many, count)), np.empty(many)
    for block in blocks(many, count):
        problem.solve(block, weights[block], gap[block], None if warm is None else np.ascontiguousarray(warm[:, block].T))
    if not (gap <= TOLERANCE).all():
        raise EstimateError(
            f"target {int(gap.argmax())} is solved to a relative duality gap of {gap.max():.1e} only",
            expected=f"{TOLERANCE:.0e}",
            do="bring the outcomes of the places to comparable size, for example rates instead of counts",
        )
    return Weights(weights.T, gap)


def blocks(many: int, each: int) -> Iterator[slice]:
    """Slices of ``many`` targets, so many at once that an array of ``each`` cells a target stays small."""
    step = max(1, _BLOCK // each)
    return (slice(start, start + step) for start in range(0, many, step))


def relative_gaps(weights: Floats, gradient: Floats, distance: Floats, banned: Whole) -> tuple[Floats, NDArray[np.bool_]]:
    """The certificate of :class:`Weights` and whether other donors could share the optimum, both (K,).

    Args:
        weights: (K, N).
        gradient: (K, N), overwritten.
        distance: (K, N) squared, from the target to each donor; overwritten.
        banned: (K, B) donors that do not count, −1 for none.
    """
    inner = np.einsum("kn,kn->k", weights, gradient)
    spread = np.einsum("kn,kn->k", weights, np.sqrt(distance))
    targets, column = np.nonzero(banned >= 0)
    places = targets, banned[targets, column]
    distance[places] = 0.0
    far = distance.max(axis=1)
    gradient[places] = distance[places] = np.inf
    scale = np.maximum(distance.min(axis=1), 1e-4 * np.sqrt(far) * spread)
    low = gradient.min(axis=1)
    gap = np.divide(inner - low, scale, out=np.zeros(len(scale)), where=scale > 0)
    face = np.count_nonzero(gradient <= (low + _TIE * scale)[:, None], axis=1)
    return gap, (face > np.count_nonzero(weights, axis=1)) | (scale == 0)


def _check_donors(banned: Whole, count: int) -> None:
    for target, row in enumerate(banned) if banned.shape[1] >= count else ():
        if len(set(row[row >= 0].tolist())) >= count:
            raise EstimateError(f"target {target} has no donor", expected="at least one donor a target")


class _Problem:
    """The products that all targets share, less the median of each row: weights sum to 1, so only the rounding changes.

    The median and not the mean, which one huge donor would carry away from the digits of all others.
    """

    def __init__(self, donors: Floats, targets: Floats, banned: Whole, ridge: Floats) -> None:
        middle = donors.shape[1] // 2  # the upper median: numpy's own costs as much as a small problem
        center = np.partition(donors, middle, axis=1)[:, [middle]]
        self.same = targets is donors
        self.donors = donors - center
        self.targets = self.donors if self.same else targets - center
        self.banned, self.ridge = banned, ridge
        self.gram = self.donors.T @ self.donors
        self.square = np.einsum("pk,pk->k", self.targets, self.targets)

    def solve(self, block: slice, weights: Floats, gap: Floats, warm: Floats | None) -> None:
        """Solve and certify some of the targets, into ``weights`` (K, N) and ``gap`` (K,)."""
        from muster.estimate.kernel import solve  # the compiler's import is slow, and a description needs no solver

        donors, rows = self.donors.shape[1], self.donors.shape[0]
        square, ridge, banned = self.square[block], self.ridge[block], self.banned[block]
        cross = self.gram[block] if self.same else self.targets[:, block].T @ self.donors
        start = np.empty((0, donors)) if warm is None else warm
        longest = donors if self.ridge.any() else min(donors, rows + 1)
        solve(self.gram[None], cross, square, ridge, banned, start, longest, weights)
        gradient = (self.donors @ weights.T - self.targets[:, block]).T @ self.donors + ridge[:, None] * weights
        distance = np.maximum(self.gram.diagonal() - 2 * cross + (square + ridge)[:, None], 0.0)
        gap[:], tied = relative_gaps(weights, gradient, distance, banned)
        for target in np.flatnonzero((tied & (ridge == 0)) | ~(gap <= TOLERANCE)):
            weights[target], gap[target] = self.exactly(block.start + int(target), weights[target], gap[target])

    def exactly(self, target: int, weights: Floats, gap: float) -> tuple[Floats, float]:
        """The weights (N,) of one target from the points, the smallest ones, and their relative gap."""
        usable = np.ones(self.donors.shape[1], dtype=bool)
        usable[self.banned[target][self.banned[target] >= 0]] = False
        points = self.donors[:, usable] - self.targets[:, [target]]
        if self.ridge[target]:
            points = np.vstack([points, np.sqrt(self.ridge[target]) * np.eye(points.shape[1])])
        found = np.zeros(len(usable))
        found[usable] = smallest_weights(points, weights[usable]) if gap <= TOLERANCE else nearest_weights(points)
        return found, relative_gap(points, found[usable])
