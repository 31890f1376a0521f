"""Wolfe's algorithm on the points themselves: slower than the compiled Gram form and exact where that runs out of digits.

And the choice of the weights of smallest norm where several give the same mix, which neither form looks for by itself.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOLERANCE = 1e-10  # the largest relative duality gap that counts as solved
_ROUNDING = 1e-14  # weights, and relative progress, below this are rounding
_SAME = 1e-13  # mixes, and prices of donors, that differ less than this are the same
_IDLE = 5  # cycles without progress that can be seen in the distance
_STEPS = 100  # Newton steps; about five are needed


def nearest_weights(points: Floats) -> Floats:
    """Weights (n,) of smallest norm of the point nearest to the origin in the hull of n points (P, n)."""
    return smallest_weights(points, _nearest(points))


def relative_gap(points: Floats, weights: Floats) -> float:
    """Duality gap w'g − min g over the scale of :class:`muster.estimate.simplex.Weights`."""
    gradient, distance = points.T @ (points @ weights), np.linalg.norm(points, axis=0)
    scale = max(distance.min() ** 2, 1e-4 * distance.max() * (weights @ distance))
    return float((weights @ gradient - gradient.min()) / scale) if scale else 0.0


def smallest_weights(points: Floats, weights: Floats) -> Floats:
    """Of all weights that give the same mix of points (P, n) as these optimal ones (n,), those of smallest norm.

    Among the points that can share the optimum, with b their mix and a row of ones for the sum: minimise ‖w‖² subject to
    A w = b, w ≥ 0.
    """
    gradient, width = points.T @ (points @ weights), float(np.abs(points).max())
    if not width:
        return np.full(len(weights), 1 / len(weights))
    face = np.flatnonzero((gradient <= gradient.min() + 1e-8 * len(points) * width**2) | (weights > 0))
    rows = np.vstack([points[:, face] / width, np.ones(len(face))])
    found = _shortest(rows, rows @ weights[face])
    if found is None:
        return weights
    smallest = np.zeros(len(weights))
    smallest[face] = found
    smallest /= smallest.sum()
    return smallest if relative_gap(points, smallest) <= TOLERANCE else weights


def _nearest(points: Floats) -> Floats:
    """Weights (n,) of the point nearest to the origin in the hull of n points (P, n): Wolfe's major cycles."""
    size = (points**2).sum(axis=0)
    weights, tolerance, before, idle = np.zeros(len(size)), _ROUNDING * float(size.min()), np.inf, 0
    weights[size.argmin()] = 1.0
    while True:
        mix = points @ weights
        gradient, now = points.T @ mix, float(mix @ mix)
        enters = int(gradient.argmin())
        # In exact arithmetic every cycle gets nearer, so none repeats; in floating point a few that do not end it.
        idle = idle + 1 if now >= before else 0
        if not (now - gradient[enters] > tolerance and weights[enters] == 0 and idle < _IDLE):
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
    """Weights (n,) of any sign, summing to 1, of the point nearest to the origin on the affine hull of the points (P, n)."""
    base = int((points**2).sum(axis=0).argmin())  # measured from the nearest point, and at length 1, no large donor eats digits
    moves = np.delete(points, base, axis=1) - points[:, [base]]
    lengths = np.linalg.norm(moves, axis=0)
    shifts = np.linalg.lstsq(moves / lengths, -points[:, base], rcond=None)[0] / lengths
    return np.insert(shifts, base, 1 - shifts.sum())


def _shortest(rows: Floats, mix: Floats) -> Floats | None:
    """Non-negative weights (n,) of smallest norm of this mix; None where double precision does not find them.

    They are max(0, A'ν) for some ν: Newton's method on the concave dual b'ν − ½‖max(0, A'ν)‖², whose size is the number of
    rows, however many donors there are. Its pull towards a small step fades with the error and carries it over degenerate
    places; the weights are then taken from their support, where the mix alone decides them.
    """
    dual: Floats = np.asarray(np.linalg.lstsq(rows @ rows.T, mix, rcond=_ROUNDING)[0])
    for _ in range(_STEPS):
        price = rows.T @ dual
        slope = mix - rows @ np.maximum(price, 0)
        error = float(np.abs(slope).max())
        if error <= _SAME:
            break
        some = rows[:, price > 0]
        products = some @ some.T
        pull = 1e-2 * min(error, 1.0) + _ROUNDING * float(products.trace())
        move = np.asarray(np.linalg.solve(products + pull * np.eye(len(mix)), slope), dtype=np.float64)
        dual = dual + _stride(rows, mix, dual, move, 1e-4 * float(slope @ move)) * move
    support = np.flatnonzero(rows.T @ dual > _SAME)
    weights = np.zeros(rows.shape[1])
    for _ in range(2):  # the second time gives back the digits that donors of very different size cost
        weights[support] += np.linalg.lstsq(rows[:, support], mix - rows @ weights, rcond=_SAME)[0]
    exact = weights.min() >= -_SAME and np.abs(rows @ weights - mix).max() <= _SAME
    return np.maximum(weights, 0) if exact else None


def _stride(rows: Floats, mix: Floats, dual: Floats, move: Floats, gain: float) -> float:
    """How far along a move the dual rises enough (Armijo's rule)."""

    def value(at: Floats) -> float:
        return float(mix @ at - 0.5 * (np.maximum(rows.T @ at, 0) ** 2).sum())

    stride, now = 1.0, value(dual)
    while stride > 1e-6 and value(dual + stride * move) < now + stride * gain - np.finfo(float).eps:
        stride /= 2
    return stride
