"""Wolfe's algorithm in Gram form, compiled: the fast first attempt at every fit; ``simplex`` certifies what it returns.

    minimise over w   ½ ‖y − X w‖² + ½ r ‖w‖²      subject to   w ≥ 0,  1'w = 1

With P_ij = x_i'x_j − x_i'y − x_j'y + y'y (+ r where i = j) this is the point of the hull nearest to the origin (Wolfe 1976,
Mathematical Programming 11). The Cholesky factor of P + s 11' on the support is kept up to date as donors enter and leave, so
a step costs the square of the support, and a pass over all donors the support times the number of donors.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., object])

_DROP = 1e-14  # a weight below this leaves the support
_DEPENDENT = 1e-13  # a pivot below this share of its diagonal: the donor is a mix of the support
_CLOSED = 1e-13  # duality gap, relative to the nearest single donor, at which a fit is done


def _compiled(function: Function) -> Function:
    """Compile on first use, kept on disk beside the module or in the user's cache, or for this process where neither can be."""
    try:
        return cast("Function", njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract"})(function))
    except RuntimeError:  # no folder for the cache can be written
        return cast("Function", njit(error_model="numpy", fastmath={"reassoc", "contract"})(function))


class _Problem(NamedTuple):
    """One target: products of the donors (N, N), of the target with them (N,) and with itself; r; and the s above."""

    gram: Floats
    cross: Floats
    square: float
    ridge: float
    shift: float


class _Work(NamedTuple):
    """Room for one fit; the first ``size`` places of a support hold its donors, in the order of the factor."""

    factor: Floats
    support: Whole
    weights: Floats
    trial: Floats
    gradient: Floats


@_compiled
def _append(problem: _Problem, work: _Work, size: int, donor: int, weight: float) -> int:
    """Let a donor into the support; returns the new size, the old one where the donor is a mix of the support."""
    factor, support, cross = work.factor, work.support, problem.cross
    level = problem.square + problem.shift - cross[donor]
    diagonal = problem.gram[donor, donor] - cross[donor] + level + problem.ridge
    left = diagonal
    for i in range(size):
        if support[i] == donor:
            return size
        value = problem.gram[donor, support[i]] - cross[support[i]] + level
        for j in range(i):
            value -= factor[i, j] * factor[size, j]
        value /= factor[i, i]
        factor[size, i] = value
        left -= value * value
    if not left > _DEPENDENT * diagonal:
        return size
    factor[size, size] = np.sqrt(left)
    support[size], work.weights[size] = donor, weight
    return size + 1


@_compiled
def _delete(work: _Work, size: int, gone: int) -> int:
    """Take a donor out of the support, by Givens rotations of the factor; returns the new size."""
    factor = work.factor
    for i in range(gone, size - 1):
        work.weights[i], work.support[i] = work.weights[i + 1], work.support[i + 1]
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
    return size - 1


@_compiled
def _affine(work: _Work, size: int) -> None:
    """The affine minimiser on the support, into ``trial``: solve (P + s 11') u = 1 and scale to sum 1."""
    factor, out = work.factor, work.trial
    for i in range(size):
        value = 1.0
        for j in range(i):
            value -= factor[i, j] * out[j]
        out[i] = value / factor[i, i]
    total = 0.0
    for i in range(size - 1, -1, -1):
        value = out[i] / factor[i, i]
        for j in range(i):
            out[j] -= factor[i, j] * value
        out[i] = value
        total += value
    for i in range(size):
        out[i] /= total


@_compiled
def _descend(work: _Work, size: int) -> int:
    """Go to the affine minimiser of the support, dropping the donors met on the way (Wolfe's minor cycles)."""
    weights, trial = work.weights, work.trial
    while True:
        _affine(work, size)
        step, gone = 1.0, size
        for s in range(size):
            if trial[s] <= _DROP:
                ratio = weights[s] / (weights[s] - trial[s]) if weights[s] > trial[s] else 0.0
                if gone == size or ratio < step:
                    step, gone = ratio, s
        for s in range(size):
            weights[s] = trial[s] if gone == size else weights[s] + min(step, 1.0) * (trial[s] - weights[s])
        if gone == size:
            return size
        size = _delete(work, size, gone)


@_compiled
def _price(problem: _Problem, work: _Work, size: int) -> None:
    """X'(Xw − y) + r w of all donors, into ``gradient``: four columns a pass, because memory is the cost."""
    out, gram, support, weights = work.gradient, problem.gram, work.support, work.weights
    many, start = len(out), size % 4
    for i in range(many):
        out[i] = -problem.cross[i]
    for s in range(start):
        a, one = weights[s], gram[support[s]]
        for i in range(many):
            out[i] += a * one[i]
    for s in range(start, size, 4):
        a, one, b, two = weights[s], gram[support[s]], weights[s + 1], gram[support[s + 1]]
        c, three, d, four = weights[s + 2], gram[support[s + 2]], weights[s + 3], gram[support[s + 3]]
        for i in range(many):
            out[i] += (a * one[i] + b * two[i]) + (c * three[i] + d * four[i])
    for s in range(size):
        out[support[s]] += problem.ridge * weights[s]


@_compiled
def _without(values: Floats, banned: Whole) -> None:
    """Mark the banned donors so that none is the smallest."""
    for donor in banned:
        if donor >= 0:
            values[donor] = np.inf


@_compiled
def _start(problem: _Problem, work: _Work, nearest: int, warm: Floats, longest: int) -> int:
    """Support and weights to start from: the warm ones where there are any, else the nearest donor alone; returns the size."""
    size, total = int(np.int64(0)), 0.0  # a plain 0 is a type of its own to the compiler, and all it touches is compiled twice
    for donor in range(len(warm)):
        if warm[donor] > 0 and work.gradient[donor] < np.inf and size < longest:
            larger = _append(problem, work, size, donor, warm[donor])
            total += warm[donor] if larger > size else 0.0
            size = larger
    for s in range(size):
        work.weights[s] /= total
    return _descend(work, size) if size else _append(problem, work, size, nearest, 1.0)


@_compiled
def _fit(problem: _Problem, work: _Work, banned: Whole, size: int, tolerance: float, longest: int) -> int:
    """Wolfe's major cycles from a start of this size, until the gap is closed or no step comes nearer; returns the size."""
    before = np.inf
    while True:
        _price(problem, work, size)
        inner, distance = 0.0, problem.square
        for s in range(size):
            inner += work.weights[s] * work.gradient[work.support[s]]
            distance -= work.weights[s] * problem.cross[work.support[s]]
        distance += inner
        _without(work.gradient, banned)
        enters = int(np.argmin(work.gradient))
        # In exact arithmetic every cycle comes nearer, so none repeats; in floating point the first that does not ends it.
        if not (inner - work.gradient[enters] > tolerance and distance < before and size < longest):
            return size
        larger = _append(problem, work, size, enters, 0.0)
        if larger == size:
            return size
        before, size = distance, _descend(work, larger)


@_compiled
def _solve_one(
    gram: Floats, cross: Floats, square: float, ridge: float, banned: Whole, warm: Floats, work: _Work, found: Floats
) -> None:
    """The weights of one target, into ``found`` (N,)."""
    longest = len(work.trial) - 1
    for i in range(len(cross)):
        work.gradient[i] = gram[i, i] - 2 * cross[i]
    _without(work.gradient, banned)
    nearest = int(np.argmin(work.gradient))
    distance = work.gradient[nearest] + square + ridge
    problem = _Problem(gram, cross, square, ridge, distance if distance > 0 else 1.0)
    size = _start(problem, work, nearest, warm, longest)
    size = _fit(problem, work, banned, size, _CLOSED * distance, longest)
    for s in range(size):
        found[work.support[s]] = work.weights[s]


@_compiled
def _room(donors: int, longest: int) -> _Work:
    side = longest + 1
    return _Work(np.zeros((side, side)), np.empty(side, np.int64), np.empty(side), np.empty(side), np.empty(donors))


@_compiled
def solve(
    gram: Floats, cross: Floats, square: Floats, ridge: Floats, banned: Whole, warm: Floats, longest: int, found: Floats
) -> None:
    """Weights of K targets, written into ``found``.

    Args:
        gram: (G, N, N) products of the donors: one for all targets (G = 1) or one for each (G = K).
        cross: (K, N) products of each target with the donors.
        square: (K,) of each target with itself.
        ridge: (K,) r above.
        banned: (K, B) donors that a target may not use, −1 for none.
        warm: (K, N) weights to start from, a row of zeros for none (and no rows at all for none anywhere); banned donors are
            left out of it.
        longest: room for a support; a fit that needs more stops there and fails its certificate.
        found: (K, N) zeros.
    """
    work, none = _room(cross.shape[1], longest), np.empty(0)
    for k in range(len(cross)):
        begin = warm[k] if len(warm) else none
        _solve_one(gram[k % len(gram)], cross[k], square[k], ridge[k], banned[k], begin, work, found[k])
