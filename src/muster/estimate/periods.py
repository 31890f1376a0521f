"""Weights of the periods before the start: those whose mix comes nearest, over the donors, to the mean after it.

    minimise over λ   ½ Σ_i (λ_0 + Σ_t λ_t y_it − ȳ_i)²      subject to   λ ≥ 0,  1'λ = 1

(Arkhangelsky et al. 2021, equation 6; their trace of a penalty picks among optima, and here the smallest norm does.) Each
target has donors of its own, so each has its own problem; but the pools of a study differ by a few donors, and so do the
products that the solver works on: those of all donors, less those of the few.
"""

import numpy as np
from numpy.typing import NDArray

from muster.estimate.exact import TOLERANCE
from muster.estimate.simplex import blocks, relative_gaps, simplex_weights

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def distinct_pools(banned: Whole) -> tuple[Whole, Whole]:
    """Distinct sets of banned donors, each donor once in a row, and the row of each target."""
    rows = np.sort(banned, axis=1)
    rows[:, 1:][rows[:, 1:] == rows[:, :-1]] = -1
    rows.sort(axis=1)
    pools, pool_of = np.unique(rows, axis=0, return_inverse=True)
    return pools, pool_of.reshape(-1)


def period_weights(outcomes: Floats, pre: int, banned: Whole) -> Floats:
    """(T0, K) weights of the periods before the start.

    Args:
        outcomes: (T, N).
        pre: T0.
        banned: (K, B) donors that are not in the pool of a target, −1 for none.
    """
    pools, pool_of = distinct_pools(banned)
    weights = np.empty((len(pools), pre))
    for block in blocks(len(pools), (pre + 1) ** 2):
        weights[block] = _weights(outcomes, pre, pools[block])
    return weights[pool_of].T


def _weights(outcomes: Floats, pre: int, pools: Whole) -> Floats:
    """(K, T0) weights for K pools."""
    from muster.estimate.kernel import solve  # the compiler's import is slow, and a description needs no solver

    members = np.ones((len(pools), outcomes.shape[1]))
    places, column = np.nonzero(pools >= 0)
    members[places, pools[places, column]] = 0.0
    rows, count = _centred(outcomes, pre, members.sum(axis=0) > 0), members.sum(axis=1)
    products = _products(rows, pools, count)
    gram, cross, square = products[:, :-1, :-1].copy(), products[:, -1, :-1].copy(), products[:, -1, -1].copy()
    free, none, weights = np.zeros(len(pools)), np.full((len(pools), 1), -1), np.zeros((len(pools), pre))
    solve(gram, cross, square, free, none, np.empty((0, pre)), pre, weights)
    residuals = (weights @ rows[:, :-1].T - rows[:, -1]) * members
    residuals -= members * (residuals.sum(axis=1) / count)[:, None]
    distance = np.diagonal(gram, axis1=1, axis2=2) - 2 * cross + square[:, None]
    gap, tied = relative_gaps(weights, residuals @ rows[:, :-1], np.maximum(distance, 0.0), none)
    for pool in np.flatnonzero(tied | ~(gap <= TOLERANCE)):
        weights[pool] = _one(rows[members[pool] > 0])
    return weights


def _centred(outcomes: Floats, pre: int, used: NDArray[np.bool_]) -> Floats:
    """(N, T0 + 1) periods before the start and the mean after it, zero for units in no pool.

    Weights sum to 1, so a shift of a unit changes nothing but the rounding; neither does one of a period, because of λ_0.
    """
    rows = np.column_stack([outcomes[:pre].T, outcomes[pre:].mean(axis=0)])
    rows -= rows[:, :-1].mean(axis=1, keepdims=True)
    rows -= rows[used].mean(axis=0)
    rows[~used] = 0.0
    return rows


def _products(rows: Floats, pools: Whole, count: Floats) -> Floats:
    """(K, T0 + 1, T0 + 1) products of the columns over the rows of each pool, each column less its mean over the pool."""
    products = np.repeat((rows.T @ rows)[None], len(pools), axis=0)
    total = np.zeros((len(pools), rows.shape[1]))
    for column in pools.T:
        gone = np.where((column >= 0)[:, None], rows[column], 0.0)
        products -= gone[:, :, None] * gone[:, None, :]
        total -= gone
    products -= total[:, :, None] * (total / count[:, None])[:, None, :]
    return products


def _one(rows: Floats) -> Floats:
    """(T0,) weights for one pool, whose products lost too many digits or where several weightings fit."""
    rows = rows - rows.mean(axis=0)
    return simplex_weights(donors=rows[:, :-1], targets=rows[:, -1:]).weights[:, 0]
