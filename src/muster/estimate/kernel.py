"""Wolfe's algorithm in Gram form, compiled: the fast first attempt at every fit; ``simplex`` certifies what it returns.

    minimise over w   ½ ‖y − X w‖² + ½ r ‖w‖²      subject to   w ≥ 0,  1'w = 1

With P_ij = x_i'x_j − x_i'y − x_j'y + y'y (+ r where i = j) this is the point of the hull nearest to the origin (Wolfe 1976,
Mathematical Programming 11). The Cholesky factor of P + s 11' on the support is kept up to date as donors enter and leave, so
a step costs the square of the support, and a pass over all donors the support times the number of donors.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_DROP = 1e-14  # a weight below this leaves the support
_DEPENDENT = 1e-13  # a pivot below this share of its diagonal: the donor is a mix of the support
_CLOSED = 1e-13  # duality gap, relative to the nearest single donor, at which a fit is done


@njit(cache=True)
def _append(factor: Floats, size: int, row: Floats, diagonal: float) -> float:
    """Write the row of a new variable into the lower factor; returns its squared pivot."""
    left = diagonal
    for i in range(size):
        value = row[i]
        for j in range(i):
            value -= factor[i, j] * factor[size, j]
        value /= factor[i, i]
        factor[size, i] = value
        left -= value * value
    return left


@njit(cache=True)
def _delete(factor: Floats, size: int, gone: int) -> None:
    """Remove a variable from the lower factor by Givens rotations."""
    for i in range(gone, size - 1):
        for j in range(i + 2):
            factor[i, j] = factor[i + 1, j]
    for i in range(gone, size - 1):
        a, b = factor[i, i], factor[i, i + 1]
        length = np.sqrt(a * a + b * b)
        cosine, sine = a / length, b / length
        for t in range(i, size - 1):
            x, y = factor[t, i], factor[t, i + 1]
            factor[t, i] = cosine * x + sine * y
            factor[t, i + 1] = cosine * y - sine * x


@njit(cache=True)
def _affine(factor: Floats, size: int, out: Floats) -> None:
    """The affine minimiser on the support: solve (P + s 11') u = 1 and scale to sum 1."""
    for i in range(size):
        value = 1.0
        for j in range(i):
            value -= factor[i, j] * out[j]
        out[i] = value / factor[i, i]
    total = 0.0
    for i in range(size - 1, -1, -1):
        value = out[i]
        for j in range(i + 1, size):
            value -= factor[j, i] * out[j]
        out[i] = value / factor[i, i]
        total += out[i]
    for i in range(size):
        out[i] /= total


@njit(cache=True)
def _gradient(gram: Floats, cross: Floats, ridge: float, support: Whole, weights: Floats, size: int, out: Floats) -> None:
    """X'(Xw − y) + r w over all donors, up to no constant: two columns a pass, because memory is the cost."""
    many = out.shape[0]
    start = size % 2
    if start:
        a, row = weights[0], gram[support[0]]
        for i in range(many):
            out[i] = a * row[i] - cross[i]
    else:
        for i in range(many):
            out[i] = -cross[i]
    for s in range(start, size, 2):
        a, b, one, two = weights[s], weights[s + 1], gram[support[s]], gram[support[s + 1]]
        for i in range(many):
            out[i] += a * one[i] + b * two[i]
    if ridge > 0:
        for s in range(size):
            out[support[s]] += ridge * weights[s]


@njit(cache=True)
def _entry(gram: Floats, cross: Floats, square: float, shift: float, i: int, j: int) -> float:
    return gram[i, j] - cross[i] - cross[j] + square + shift


@njit(cache=True)
def _descend(factor: Floats, support: Whole, weights: Floats, size: int, trial: Floats) -> int:
    """Go to the affine minimiser of the support, dropping the donors met on the way (Wolfe's minor cycles)."""
    while True:
        _affine(factor, size, trial)
        step, gone = 1.0, -1
        for s in range(size):
            if trial[s] <= _DROP:
                ratio = weights[s] / (weights[s] - trial[s]) if weights[s] > trial[s] else 0.0
                if gone < 0 or ratio < step:
                    step, gone = ratio, s
        if gone < 0:
            for s in range(size):
                weights[s] = trial[s]
            return size
        for s in range(size):
            weights[s] += min(step, 1.0) * (trial[s] - weights[s])
        _delete(factor, size, gone)
        for s in range(gone, size - 1):
            weights[s], support[s] = weights[s + 1], support[s + 1]
        size -= 1


@njit(cache=True)
def solve(
    gram: Floats,
    cross: Floats,
    square: Floats,
    ridge: Floats,
    banned: Whole,
    warm: Floats,
    longest: int,
) -> Floats:
    """Weights (K, N) for K targets.

    Args:
        gram: (N, N) products of the donors, centred by period means.
        cross: (K, N) products of each target with the donors.
        square: (K,) of each target with itself.
        ridge: (K,) r above.
        banned: (K, B) donors that a target may not use, −1 for none.
        warm: (K, N) weights to start from, a row of zeros for none; banned donors are left out of it.
        longest: room for a support; a fit that needs more stops there and fails its certificate.
    """
    many, donors = cross.shape
    found = np.zeros((many, donors))
    factor, support, weights = np.zeros((longest + 1, longest + 1)), np.empty(longest + 1, np.int64), np.empty(longest + 1)
    gradient, trial, row = np.empty(donors), np.empty(longest + 1), np.empty(longest + 1)
    for k in range(many):
        c, q, r = cross[k], square[k], ridge[k]
        nearest, first = np.inf, -1
        usable = np.ones(donors, np.bool_)
        for b in range(banned.shape[1]):
            if banned[k, b] >= 0:
                usable[banned[k, b]] = False
        for i in range(donors):
            distance = gram[i, i] - 2 * c[i] + q + r
            if usable[i] and distance < nearest:
                nearest, first = distance, i
        shift = nearest if nearest > 0 else 1.0
        size, total = 0, 0.0
        for i in range(donors):
            if warm[k, i] > 0 and usable[i] and size < longest:
                for s in range(size):
                    row[s] = _entry(gram, c, q, shift, i, support[s])
                diagonal = _entry(gram, c, q, shift + r, i, i)
                pivot = _append(factor, size, row, diagonal)
                if pivot > _DEPENDENT * diagonal:
                    factor[size, size] = np.sqrt(pivot)
                    support[size], weights[size] = i, warm[k, i]
                    total += warm[k, i]
                    size += 1
        if size:
            for s in range(size):
                weights[s] /= total
            size = _descend(factor, support, weights, size, trial)
        else:
            support[0], weights[0], size = first, 1.0, 1
            factor[0, 0] = np.sqrt(_entry(gram, c, q, shift + r, first, first))
        before = np.inf
        while True:
            _gradient(gram, c, r, support, weights, size, gradient)
            now, offset = 0.0, q
            for s in range(size):
                now += weights[s] * gradient[support[s]]
                offset -= weights[s] * c[support[s]]
            for b in range(banned.shape[1]):
                if banned[k, b] >= 0:
                    gradient[banned[k, b]] = np.inf
            enters = np.argmin(gradient)
            if now - gradient[enters] <= _CLOSED * nearest or now + offset >= before or size >= longest:
                break
            known = False
            for s in range(size):
                row[s] = _entry(gram, c, q, shift, enters, support[s])
                known = known or support[s] == enters
            diagonal = _entry(gram, c, q, shift + r, enters, enters)
            pivot = 0.0 if known else _append(factor, size, row, diagonal)
            if pivot <= _DEPENDENT * diagonal:
                break
            factor[size, size] = np.sqrt(pivot)
            support[size], weights[size] = enters, 0.0
            before = now + offset
            size = _descend(factor, support, weights, size + 1, trial)
        for s in range(size):
            found[k, support[s]] = weights[s]
    return found
