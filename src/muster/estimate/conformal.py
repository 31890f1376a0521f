"""Conformal inference on one treated unit (Chernozhukov, Wüthrich & Zhu 2021, JASA 116): permute the periods, not the units."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.estimate.fitting import fit_many
from muster.estimate.method import SC, Method
from muster.estimate.study import Study, fit_study

Floats = NDArray[np.float64]
Scheme = Literal["block", "iid"]

_DRAWS = 999
_GRID = 40  # effects on each side of the estimate in the first look for an interval
_WIDEN = 40
_ROUNDS = 4
_INNER = np.arange(1, 16) / 16  # where an edge is looked for between two effects


@dataclass(frozen=True, slots=True)
class Conformal:
    """A test of no effect and the effects that it does not reject.

    Attributes:
        p_value: of no effect in any period after the start.
        smallest_p: the smallest p that the permutations can give.
        interval: constant effects after the start with p > alpha, in the unit of the outcome; None where alpha is below
            ``smallest_p``, so that no effect can be rejected.
        alpha, scheme: what was asked.
        seed: of the permutations drawn for ``iid``; None for ``block``, which takes all of them.
    """

    p_value: float
    smallest_p: float
    interval: tuple[float, float] | None
    alpha: float
    scheme: Scheme
    seed: int | None


def conformal(
    chosen: Study, method: Method = SC, *, scheme: Scheme = "block", alpha: float = 0.1, seed: int = 20240625
) -> Conformal:
    """Fit the counterfactual under a supposed effect on *all* periods, and ask how unusual its residuals after the start are.

    The statistic is the mean absolute residual after the start. ``block`` shifts the residuals cyclically (T permutations,
    valid for stationary, dependent errors as T grows), ``iid`` draws 999 permutations (exact for exchangeable errors).
    The fit is ``method`` without time weights: those need a before and an after, which the null hypothesis does not know.
    """
    orders = _orders(len(chosen.outcomes), scheme, seed)
    smallest, p_value = 1 / len(orders), float(_p_values(chosen, method, orders, np.zeros(1))[0])

    def accepted(effects: Floats) -> NDArray[np.bool_]:
        return _p_values(chosen, method, orders, effects) > alpha

    interval = _interval(chosen, accepted, fit_study(chosen, method).att) if alpha >= smallest else None
    return Conformal(p_value, smallest, interval, alpha, scheme, seed if scheme == "iid" else None)


def _orders(periods: int, scheme: Scheme, seed: int) -> NDArray[np.int64]:
    """(B, T) permutations, the identity first."""
    if scheme == "block":
        return (np.arange(periods)[:, None] + np.arange(periods)) % periods
    draws = np.random.default_rng(seed)
    return np.vstack([np.arange(periods), *(draws.permutation(periods) for _ in range(_DRAWS))])


def _residuals(chosen: Study, method: Method, effects: Floats) -> Floats:
    """(T, E) residuals of the treated mean less each effect after the start, with the unit weights fitted on all periods."""
    treated = list(chosen.treated)
    after = (np.arange(len(chosen.outcomes)) >= chosen.pre)[:, None]
    supposed = chosen.outcomes[:, treated].mean(axis=1)[:, None] - after * effects
    found = fit_many(
        outcomes=chosen.outcomes,
        targets=supposed,
        pre=chosen.pre,
        method=replace(method, periods=None, augment=None),
        banned=np.tile(np.array(treated, dtype=np.int64), (len(effects), 1)),
        treated=len(treated),
        match=chosen.outcomes,
        target_match=supposed,
    )
    residuals = supposed - chosen.outcomes @ found.weights
    return np.asarray(residuals - residuals.mean(axis=0) if method.intercept else residuals)


def _p_values(chosen: Study, method: Method, orders: NDArray[np.int64], effects: Floats) -> Floats:
    """(E,) share of permutations whose statistic is at least that of the time order."""
    size = np.abs(_residuals(chosen, method, effects))
    statistic = size[orders[:, chosen.pre :]].mean(axis=1)  # (B, E)
    return np.asarray((statistic >= statistic[0] * (1 - 1e-9)).mean(axis=0))


def _interval(chosen: Study, accepted: Callable[[Floats], NDArray[np.bool_]], start: float) -> tuple[float, float]:
    """The hull of the accepted effects: a grid that widens until both ends are rejected, then finer ones around the edges."""
    width = max(float(np.ptp(chosen.outcomes)), np.finfo(float).tiny)
    reach, inside = width / 8, np.zeros(0)
    for _ in range(_WIDEN):
        grid = start + np.linspace(-reach, reach, 2 * _GRID + 1)
        kept = accepted(grid)
        inside = grid[kept]
        if inside.size and not (kept[0] or kept[-1]):
            break
        reach *= 1 if not inside.size and reach > 8 * width else 2
    if not inside.size:
        return start, start
    low, high, step = float(inside[0]), float(inside[-1]), reach / _GRID
    for _ in range(_ROUNDS):
        below, above = low - step * _INNER, high + step * _INNER
        kept = accepted(np.concatenate([below, above]))
        low = float(min([low, *below[kept[: len(below)]]]))
        high = float(max([high, *above[kept[len(below) :]]]))
        step /= 16
    return low, high
