"""Wolfe's algorithm on the points themselves: slower than the compiled Gram form and exact where that runs out of digits.

It also picks the weights of smallest norm where several give the same mix, which the fast form does not look for.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE = 1e-10  # the largest relative duality gap that counts as solved
_ROUNDING = 1e-14  # weights, and relative progress, below this are rounding


def nearest_weights(points: Floats) -> Floats:
    """Weights (n,) of smallest norm of the point nearest to the origin in the hull of n points (P, n)."""
    return _smallest(points, _nearest(points))


def relative_gap(points: Floats, weights: Floats) -> float:
    """Duality gap w'g − min g over the scale of :class:`muster.estimate.simplex.Weights`."""
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
    from scipy.optimize import nnls  # slow to import, and ties are rare

    base = weights[face] - free @ (free.T @ weights[face])
    system = np.vstack([free.T, -base])
    residual = system @ nnls(system, np.append(np.zeros(free.shape[1]), 1.0))[0]
    residual[-1] -= 1
    smallest = np.zeros(len(weights))
    smallest[face] = base - free @ (residual[:-1] / residual[-1])
    smallest[smallest <= _ROUNDING] = 0
    smallest /= smallest.sum()
    return smallest if relative_gap(points, smallest) <= TOLERANCE else weights
