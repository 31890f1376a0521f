"""Many fits of one panel at once: every placebo, leave-out refit and moved start is a column here.

Inference and sensitivity never fit by themselves: they write down problems (a target, the donors it may not use) and hand them
all to :func:`fit_many`, which shares what can be shared.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.estimate.method import Method
from muster.estimate.simplex import simplex_weights

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fits:
    """K fits, one a column; all in the unit of the outcome.

    Attributes:
        weights: (N, K) of the donors.
        periods: (T0, K) weights of the periods before the start, all zero where the method subtracts nothing.
        gap: (T, K) target minus its weighted donors, less the weighted mean of that before the start.
        att: (K,) mean of ``gap`` after the start.
        pre_rmspe, post_rmspe: (K,) root mean square of ``gap`` before and after the start.
        certificate: (K,) relative duality gap of the unit weights; 0 where none were fitted.
    """

    weights: Floats
    periods: Floats
    gap: Floats
    att: Floats
    pre_rmspe: Floats
    post_rmspe: Floats
    certificate: Floats


def fit_many(  # noqa: PLR0913 - a problem has this many parts
    *,
    outcomes: Floats,
    targets: Floats,
    pre: int,
    method: Method,
    banned: Whole,
    treated: int = 1,
    match: Floats | None = None,
    target_match: Floats | None = None,
    warm: Floats | None = None,
) -> Fits:
    """Fit K targets on the N units of a panel.

    Args:
        outcomes: (T, N) of the possible donors, finite.
        targets: (T, K).
        pre: number of periods before the start.
        banned: (K, B) donors that a target may not use, −1 for none.
        treated: N₁, how many units each target is the mean of; only the penalty of synthetic DiD asks.
        match, target_match: (P, N) and (P, K) rows that the unit weights match instead of the periods before the start.
        warm: (N, K) weights to start from.
    """
    allowed = usable(banned, outcomes.shape[1])
    if method.units == "equal":
        weights, certificate = allowed / allowed.sum(axis=0), np.zeros(targets.shape[1])
    else:
        ridge: Floats | float = 0.0 if method.ridge is None else method.ridge
        if method.ridge is None:
            ridge = np.sqrt(treated * (len(outcomes) - pre)) * noise(outcomes, pre, allowed) ** 2
        donors = outcomes[:pre] if match is None else match
        aims = (
            donors if targets is outcomes and match is target_match else targets[:pre] if target_match is None else target_match
        )
        weights, certificate = _unit_weights(donors, aims, method.intercept, banned, ridge, warm)
    periods = period_weights(outcomes, pre, method, allowed)
    gap = targets - outcomes @ weights
    if method.augment is not None:
        gap -= _bias(outcomes, gap, pre, method.augment, allowed)
    gap -= np.einsum("tk,tk->k", periods, gap[:pre])
    before, after = (np.sqrt((part**2).mean(axis=0)) for part in (gap[:pre], gap[pre:]))
    return Fits(weights, periods, gap, gap[pre:].mean(axis=0), before, after, certificate)


def noise(outcomes: Floats, pre: int, allowed: NDArray[np.bool_]) -> Floats:
    """σ (K,): the standard deviation of each target's donors' first differences before the start; 0 with fewer than two."""
    steps = np.diff(outcomes[:pre], axis=0)
    steps = steps - steps.mean()
    count = len(steps) * allowed.sum(axis=0)
    total, square = steps.sum(axis=0) @ allowed, (steps**2).sum(axis=0) @ allowed
    spread = np.maximum(square - total**2 / np.maximum(count, 1), 0)
    return np.asarray(np.sqrt(spread / np.maximum(count - 1, 1)))


def usable(banned: Whole, count: int) -> NDArray[np.bool_]:
    """(N, K): whether a donor may be used for a target."""
    allowed = np.ones((count, len(banned)), dtype=bool)
    for row in banned.T:
        there = np.flatnonzero(row >= 0)
        allowed[row[there], there] = False
    return allowed


def _unit_weights(
    donors: Floats, aims: Floats, intercept: bool, banned: Whole, ridge: Floats | float, warm: Floats | None
) -> tuple[Floats, Floats]:
    same = aims is donors
    if intercept:
        donors = donors - donors.mean(axis=0)
        aims = donors if same else aims - aims.mean(axis=0)
    found = simplex_weights(donors=donors, targets=aims, banned=banned, ridge=ridge * np.float64(len(donors)), warm=warm)
    return found.weights, found.gap


def period_weights(outcomes: Floats, pre: int, method: Method, allowed: NDArray[np.bool_]) -> Floats:
    """(T0, K) weights of the periods before the start: those whose mix is nearest to the mean after it, over the donors."""
    many = allowed.shape[1]
    if method.periods is None:
        return np.zeros((pre, many))
    if method.periods == "equal":
        return np.full((pre, many), 1 / pre)
    pools, pool_of = np.unique(allowed, axis=1, return_inverse=True)
    sigma = noise(outcomes, pre, pools)
    each = [_one_period_weighting(outcomes[:, pool], pre, level) for pool, level in zip(pools.T, sigma, strict=True)]
    return np.column_stack(each)[:, pool_of]


def _one_period_weighting(donors: Floats, pre: int, sigma: float) -> Floats:
    before, after = donors[:pre].T, donors[pre:].mean(axis=0)[:, None]
    before, after = before - before.mean(axis=0), after - after.mean()
    # A trace of a penalty, as in the paper: it only picks among optima.
    ridge = len(before) * (1e-6 * sigma) ** 2
    return simplex_weights(donors=before, targets=after, ridge=ridge).weights[:, 0]


def _bias(outcomes: Floats, gap: Floats, pre: int, augment: float, allowed: NDArray[np.bool_]) -> Floats:
    """What ridge regression on the donors predicts of the gap (T, K) from its part before the start."""
    bias = np.empty_like(gap)
    for target, rows in enumerate(allowed.T):
        donors = outcomes[:, rows] - outcomes[:, rows].mean(axis=1, keepdims=True)
        before = donors[:pre]
        products = before @ before.T
        penalty = augment * float(np.linalg.norm(products, 2))
        bias[:, target] = donors @ (before.T @ np.linalg.solve(products + penalty * np.eye(pre), gap[:pre, target]))
    return bias
