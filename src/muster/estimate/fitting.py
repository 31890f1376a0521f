"""Many fits of one panel at once: every placebo, leave-out refit and moved start is a column here.

Inference and sensitivity never fit by themselves: they write down problems (a target, the donors it may not use) and hand them
all to :func:`fit_many`, which shares what can be shared.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.method import Method
from muster.estimate.periods import distinct_pools, period_weights
from muster.estimate.simplex import blocks, simplex_weights

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_BLOCK = 1 << 22  # cells of a (donors, targets) array that are held at once: 32 MB


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
    weights, certificate = unit_weights(outcomes, targets, pre, method, banned, treated, (match, target_match), warm)
    gap = targets - outcomes @ weights
    if method.augment is not None:
        gap -= _bias(outcomes, gap, pre, method.augment, banned)
    periods = _periods(outcomes, pre, method, banned)
    if method.periods:
        gap -= np.einsum("tk,tk->k", periods, gap[:pre])
    before, after = (np.sqrt((part**2).mean(axis=0)) for part in (gap[:pre], gap[pre:]))
    return Fits(weights, periods, gap, gap[pre:].mean(axis=0), before, after, certificate)


def unit_weights(
    outcomes: Floats,
    targets: Floats,
    pre: int,
    method: Method,
    banned: Whole,
    treated: int,
    matched: tuple[Floats | None, Floats | None],
    warm: Floats | None = None,
) -> tuple[Floats, Floats]:
    """The weights (N, K) of the donors alone, and their certificate (K,); arguments as of :func:`fit_many`."""
    if method.units == "equal":
        allowed = usable(banned, outcomes.shape[1])
        return np.divide(allowed, allowed.sum(axis=0)), np.zeros(targets.shape[1])
    donors, aims = _matched(outcomes, targets, pre, *matched)
    penalty = _penalty(outcomes, pre, method, treated, banned)
    return _fitted_weights(donors, aims, method.intercept, banned, penalty, warm)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """K problems answered by U distinct fits, one a column; ``left.att[left.column]`` is the effect in each problem.

    Attributes:
        column: (K,) which of the U fits answers a problem. The fits of the parents come first, in their order.
        gap: (T, U) as in :class:`Fits`.
        att, pre_rmspe, post_rmspe: (U,) as in :class:`Fits`.
    """

    column: Whole
    gap: Floats
    att: Floats
    pre_rmspe: Floats
    post_rmspe: Floats


def leave_out(  # noqa: PLR0913 - a problem has this many parts
    parent: Fits,
    *,
    outcomes: Floats,
    targets: Floats,
    pre: int,
    method: Method,
    banned: Whole,
    parents: Whole,
    extra: Whole,
    treated: int = 1,
    match: Floats | None = None,
    target_match: Floats | None = None,
) -> LeftOut:
    """Fit K problems, each one of the P parents without further donors, solving again only what that changes.

    A donor of weight zero can go without any change to the unit weights, so a problem whose further donors all have weight zero
    is its parent. That holds where nothing else depends on the donors (:attr:`Method.leaves_out`); synthetic DiD, DiD and the
    bias correction are fitted anew for every set of donors.

    Args:
        parent: what :func:`fit_many` returned for the arguments of the same name, which are given again:
        outcomes: (T, N).
        targets: (T, P).
        pre, method, treated, match, target_match: as there, target_match (rows, P).
        banned: (P, B) donors that a parent may not use, −1 for none.
        parents: (K,) the column of ``parent`` that a problem starts from.
        extra: (K, E) donors it may not use besides those of its parent, −1 for none.
    """

    shared = partial(fit_many, outcomes=outcomes, pre=pre, method=method, treated=treated, match=match)

    def again(root: Whole, out: Whole, warm: Floats) -> Fits:
        rows = None if target_match is None else target_match[:, root]
        return shared(targets=targets[:, root], target_match=rows, banned=out, warm=warm)

    grown = _Grown(parent, banned, extra.shape[1], again)
    column = grown.economical(parents, extra) if method.leaves_out else grown.anew(parents, extra)
    return LeftOut(column, *grown.parts())


class _Grown:
    """Fits that grow out of parents. Of the new ones no weights are kept, only where they are positive."""

    def __init__(self, parent: Fits, banned: Whole, further: int, solve: Callable[[Whole, Whole, Floats], Fits]) -> None:
        self.root, self.held, self.solve = np.arange(len(banned)), parent.weights > 0, solve
        self.out = np.column_stack([banned, np.full((len(banned), further), -1)])
        self.found = [parent]

    def anew(self, parents: Whole, extra: Whole) -> Whole:
        """The column of each problem (K,), where every donor left out makes a new fit."""
        column, touched = parents.copy(), np.flatnonzero((extra >= 0).any(axis=1))
        out = self.out[parents[touched]]
        out[:, -extra.shape[1] :] = extra[touched]
        column[touched] = self.add(parents[touched], out)
        return column

    def economical(self, parents: Whole, extra: Whole) -> Whole:
        """The same, where only a donor with weight makes one: such donors go one by one until none is left in a problem."""
        column, donors = parents.copy(), len(self.held)
        for place in range(-extra.shape[1], 0):
            held = (extra >= 0) & self.held[extra, column[:, None]]
            touched = np.flatnonzero(held.any(axis=1))
            gone = extra[touched, held[touched].argmax(axis=1)]
            pairs, which = np.unique(column[touched] * donors + gone, return_inverse=True)
            source, donor = np.divmod(pairs, donors)
            out = self.out[source]
            out[:, place] = donor
            column[touched] = self.add(source, out)[which]
        return column

    def add(self, source: Whole, out: Whole) -> Whole:
        """Fit the targets of ``source`` without the donors ``out``; the places (S,) of the new fits."""
        root, first, block = self.root[source], len(self.root), max(1, _BLOCK // len(self.held))
        held = [self.held]
        for start in range(0, len(source), block):
            part = slice(start, start + block)
            fits = self.solve(root[part], out[part], self.held[:, source[part]].astype(np.float64))
            held.append(fits.weights > 0)
            self.found.append(replace(fits, weights=np.empty((0, 0))))
        self.held, self.root, self.out = np.hstack(held), np.append(self.root, root), np.vstack([self.out, out])
        return np.arange(first, len(self.root))

    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """What :class:`LeftOut` holds of all fits."""
        return (
            np.column_stack([fits.gap for fits in self.found]),
            np.concatenate([fits.att for fits in self.found]),
            np.concatenate([fits.pre_rmspe for fits in self.found]),
            np.concatenate([fits.post_rmspe for fits in self.found]),
        )


def noise(outcomes: Floats, pre: int, allowed: NDArray[np.bool_]) -> Floats:
    """σ (K,): the standard deviation of each target's donors' first differences before the start; 0 with fewer than two."""
    steps = np.diff(outcomes[:pre], axis=0)
    steps = steps - steps.mean()
    each = np.column_stack([steps.sum(axis=0), (steps**2).sum(axis=0)])
    total, square = np.hstack([each.T @ allowed[:, block] for block in blocks(*allowed.shape[::-1])])
    count = len(steps) * allowed.sum(axis=0)
    spread = np.maximum(square - total**2 / np.maximum(count, 1), 0)
    return np.asarray(np.sqrt(spread / np.maximum(count - 1, 1)))


def usable(banned: Whole, count: int) -> NDArray[np.bool_]:
    """(N, K): whether a donor may be used for a target.

    Raises:
        EstimateError: a target has no donor.
    """
    allowed = np.ones((len(banned), count), dtype=bool)
    places, column = np.nonzero(banned >= 0)
    allowed[places, banned[places, column]] = False
    if not allowed.any(axis=1).all():
        raise EstimateError(f"target {int(allowed.any(axis=1).argmin())} has no donor", expected="at least one donor a target")
    return allowed.T


def _matched(
    outcomes: Floats, targets: Floats, pre: int, match: Floats | None, target_match: Floats | None
) -> tuple[Floats, Floats]:
    """What the unit weights match, of donors and targets: the same array where the targets are the donors."""
    donors = outcomes[:pre] if match is None else match
    if targets is outcomes and match is target_match:
        return donors, donors
    return donors, targets[:pre] if target_match is None else target_match


def _penalty(outcomes: Floats, pre: int, method: Method, treated: int, banned: Whole) -> Floats | float:
    """Ridge of the unit weights per matched row, see :attr:`Method.ridge`."""
    if method.ridge is not None:
        return method.ridge
    sigma = noise(outcomes, pre, usable(banned, outcomes.shape[1]))
    return np.asarray(np.sqrt(treated * (len(outcomes) - pre)) * sigma**2)


def _periods(outcomes: Floats, pre: int, method: Method, banned: Whole) -> Floats:
    if method.periods == "simplex":
        return period_weights(outcomes, pre, banned)
    return np.full((pre, len(banned)), 1 / pre if method.periods else 0.0)


def _fitted_weights(
    donors: Floats, aims: Floats, intercept: bool, banned: Whole, ridge: Floats | float, warm: Floats | None
) -> tuple[Floats, Floats]:
    same = aims is donors
    if intercept:
        donors = donors - donors.mean(axis=0)
        aims = donors if same else aims - aims.mean(axis=0)
    found = simplex_weights(donors=donors, targets=aims, banned=banned, ridge=ridge * np.float64(len(donors)), warm=warm)
    return found.weights, found.gap


def _bias(outcomes: Floats, gap: Floats, pre: int, augment: float, banned: Whole) -> Floats:
    """What ridge regression on the donors predicts of the gap (T, K) from its part before the start."""
    bias = np.empty_like(gap)
    pools, pool_of = distinct_pools(banned)
    for place, pool in enumerate(pools):
        donors, targets = np.delete(outcomes, pool[pool >= 0], axis=1), pool_of == place
        donors = donors - donors.mean(axis=1, keepdims=True)
        before = donors[:pre]
        sizes, turns = np.linalg.eigh(before @ before.T)
        penalised = (sizes + augment * sizes[-1])[:, None]
        turned = turns.T @ gap[:pre, targets]
        shrunk = np.divide(turned, penalised, out=np.zeros_like(turned), where=penalised > 0)
        bias[:, targets] = donors @ (before.T @ (turns @ shrunk))
    return bias
