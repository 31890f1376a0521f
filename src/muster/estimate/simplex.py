"""Least squares on the simplex for many targets that share donors: the solver under every synthetic control.

    minimise over w   ½ ‖y − X w‖²      subject to   w ≥ 0,  1'w = 1

With the points p_i = x_i − y this is the point of their hull that lies nearest to the origin, which Wolfe's algorithm finds in
a finite number of steps (Wolfe 1976, "Finding the nearest point in a polytope", Mathematical Programming 11). Its inner problem
is solved from the points and not from their Gram matrix, which would square the condition and lose half of the digits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from muster.errors import EstimateError

Floats = NDArray[np.float64]

TOLERANCE = 1e-10  # the largest relative duality gap that counts as solved
_ROUNDING = 1e-14  # weights, and gaps relative to the scale of the problem, below this are rounding


@dataclass(frozen=True, slots=True)
class Weights:
    """Optimal weights and their certificate.

    Attributes:
        weights: (N, K), one column a target; non-negative, each column sums to 1, zero where a donor was not allowed.
        gap: (K,) duality gap w'g − min g, with the gradient g = X'(Xw − y), over the squared distance from the target to its
            nearest single donor (or 1e-4 of the largest size the products in the gap can have, where that is more: below it
            double precision ends). The gap bounds how far the objective can be above its minimum.
    """

    weights: Floats
    gap: Floats


def simplex_weights(*, donors: Floats, targets: Floats, allowed: NDArray[np.bool_] | None = None) -> Weights:
    """The weights on the donors, non-negative and summing to 1, whose mix comes nearest to each target.

    Where several weightings reach the same mix (more donors than periods, or donors that are mixes of each other) the one of
    smallest norm is returned, so that equal donors get equal weights and the order of the donors does not matter. (The first
    one found is kept where donors differ in size by more than about 1e5 and rounding would undo the fit.)

    Args:
        donors: (T0, N) outcomes of the donors before the start, finite.
        targets: (T0, K) outcomes to be matched, finite.
        allowed: (N, K), false where a donor may not be used for a target (in a placebo study: its own row); all if None.

    Raises:
        EstimateError: a target has no donor, or its duality gap cannot be brought to ``TOLERANCE`` in double precision.
    """
    usable = np.ones((donors.shape[1], targets.shape[1]), bool) if allowed is None else allowed
    if not usable.any(axis=0).all():
        raise EstimateError(f"target {int(np.argmin(usable.any(axis=0)))} has no donor", expected="at least one donor a target")
    weights, gap = np.zeros(usable.shape), np.zeros(targets.shape[1])
    for column, rows in enumerate(usable.T):
        points = donors[:, rows] - targets[:, [column]]
        weights[rows, column] = found = _smallest(points, _nearest(points))
        gap[column] = _relative_gap(points, found)
    if not (gap <= TOLERANCE).all():
        raise EstimateError(
            f"target {int(gap.argmax())} is solved to a relative duality gap of {gap.max():.1e} only",
            expected=f"{TOLERANCE:.0e}",
            do="bring the outcomes of the places to comparable size, for example rates instead of counts",
        )
    return Weights(weights, gap)


def _relative_gap(points: Floats, weights: Floats) -> float:
    gradient, distance = points.T @ (points @ weights), np.linalg.norm(points, axis=0)
    scale = max(distance.min() ** 2, 1e-4 * distance.max() * (weights @ distance))
    return float((weights @ gradient - gradient.min()) / scale) if scale else 0.0


def _nearest(points: Floats) -> Floats:
    """Weights (n,) of the point nearest to the origin in the hull of n points (T0, n): Wolfe's major cycles."""
    size = (points**2).sum(axis=0)
    weights, tolerance, before = np.zeros(len(size)), _ROUNDING * float(size.min()), np.inf
    weights[size.argmin()] = 1.0
    while True:
        mix = points @ weights
        gradient, now = points.T @ mix, float(mix @ mix)
        enters = int(gradient.argmin())
        # In exact arithmetic every cycle gets nearer, so none repeats; in floating point the first that does not ends it.
        if not (now - gradient[enters] > tolerance and weights[enters] == 0 and now < before):
            return weights
        weights, before = _descend(points, weights, enters), now


def _descend(points: Floats, weights: Floats, enters: int) -> Floats:
    """Let one point in and go to the affine minimiser of the support, dropping the points met on the way (minor cycles)."""
    support = np.append(np.flatnonzero(weights), enters)
    while True:
        affine, current = _affine_minimiser(points[:, support]), weights[support]
        leaving = affine <= _ROUNDING
        steps = current[leaving] / np.maximum(current[leaving] - affine[leaving], _ROUNDING)
        moved = current + min([1.0, *steps]) * (affine - current)
        weights = np.zeros(points.shape[1])
        weights[support] = np.where(moved > _ROUNDING, moved, 0)
        if not leaving.any():
            return weights
        support = np.flatnonzero(weights)


def _affine_minimiser(points: Floats) -> Floats:
    """Weights (n,) of any sign, summing to 1, of the point nearest to the origin on the affine hull of the points (T0, n)."""
    base = int((points**2).sum(axis=0).argmin())  # measured from the nearest point, and at length 1, no large donor eats digits
    moves = np.delete(points, base, axis=1) - points[:, [base]]
    lengths = np.linalg.norm(moves, axis=0)
    shifts = np.linalg.lstsq(moves / lengths, -points[:, base], rcond=None)[0] / lengths
    return np.insert(shifts, base, 1 - shifts.sum())


def _smallest(points: Floats, weights: Floats) -> Floats:
    """Of all weights that give the same mix, those of smallest norm.

    With Z a basis of the weight changes that leave mix and sum alone: minimise ‖w0 + Z v‖ subject to w0 + Z v ≥ 0. This is
    least distance programming, one non-negative least-squares problem (Lawson & Hanson 1974, chapter 23).
    """
    gradient, width = points.T @ (points @ weights), float(np.abs(points).max())
    face = np.flatnonzero((gradient <= gradient.min() + 1e-8 * len(points) * width**2) | (weights > 0))
    _, values, rows = np.linalg.svd(np.vstack([points[:, face], np.full(len(face), width)]))
    free = rows[int((values > 1e-11 * values[0]).sum()) :].T
    if not free.size or not width:
        return weights if width else np.full(len(weights), 1 / len(weights))
    base = weights[face] - free @ (free.T @ weights[face])
    system = np.vstack([free.T, -base])
    residual = system @ nnls(system, np.append(np.zeros(free.shape[1]), 1.0))[0]
    residual[-1] -= 1
    smallest = np.zeros(len(weights))
    smallest[face] = base - free @ (residual[:-1] / residual[-1])
    smallest[smallest <= _ROUNDING] = 0
    smallest /= smallest.sum()
    return smallest if _relative_gap(points, smallest) <= TOLERANCE else weights
