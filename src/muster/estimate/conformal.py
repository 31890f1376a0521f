"""Conformal inference on one treated unit (Chernozhukov, Wüthrich & Zhu 2021, JASA 116): permute the periods, not the units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, floor
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import unit_weights
from muster.estimate.inversion import accepted_hull
from muster.estimate.leave_two_out import Side
from muster.estimate.method import SC, Method
from muster.estimate.study import Study, fit_study

Floats = NDArray[np.float64]
Scheme = Literal["block", "iid"]
Interval = tuple[float, float]

_ALL = 5000  # so many subsets of periods are enumerated, more are drawn
_TIE = 1e-9  # statistics this close, relative to the one in the order of time, are equal
_FAR = 1e3  # effects are looked for up to so many ranges of the panel


@dataclass(frozen=True, slots=True)
class Conformal:
    """A test of a supposed effect, and the effects that it does not reject.

    Attributes:
        p_value: of the supposed effect.
        smallest_p: one over the number of permutations.
        interval: the hull of the constant effects after the start with p > alpha, in the unit of the outcome: infinite on a
            side that nothing bounds, NaN where every constant effect is rejected; None where alpha is below ``smallest_p``.
        periods: such an interval for each period after the start, from that period and those before the start alone; None where
            not asked for, or where alpha is below 1/(T0 + 1).
        alpha, scheme, side: what was asked.
        permutations: how many there are, the order of time included.
        seed: of the drawn ones; None where all were taken.
    """

    p_value: float
    smallest_p: float
    interval: Interval | None
    periods: tuple[Interval, ...] | None
    alpha: float
    scheme: Scheme
    side: Side
    permutations: int
    seed: int | None


def conformal(  # noqa: PLR0913 - a test has this many settings
    chosen: Study,
    method: Method = SC,
    *,
    scheme: Scheme = "block",
    side: Side = "two",
    effect: float | Sequence[float] = 0.0,
    alpha: float = 0.1,
    by_period: bool = False,
    draws: int = 999,
    seed: int = 20240625,
) -> Conformal:
    """Fit the counterfactual under a supposed effect on *all* periods, and ask how unusual its residuals after the start are.

    The statistic is the mean of the residuals after the start (their S with q = 1, up to scale): of their absolute values for
    side ``two``, of themselves for ``higher``, with the sign turned for ``lower``. The p-value is the share of permutations of
    the residuals, the order of time included, whose statistic is at least as large. ``block`` shifts them cyclically (T
    permutations); ``iid`` takes every subset of as many periods as there are after the start, or ``draws`` random ones where
    there are more than 5,000.

    Exact where the errors are exchangeable under the permutations and the fit does not depend on the order of periods; for
    ``block`` with stationary dependent errors the size is right only as periods before the start grow. It rejects too often on
    persistent series, ``iid`` far more so: up to 20 in 100 at 0.05 (docs/calibration.md).

    The fit is ``method`` with all periods alike: time weights, which need a before and an after that the null hypothesis does
    not know, are left out, and an intercept or a bias correction is taken over all periods.

    Args:
        effect: what is supposed after the start, one number or (T1,).
        alpha: level of the intervals; 0 skips them.
        by_period: also invert the test for every period after the start.

    Raises:
        EstimateError: an unknown scheme or side, alpha outside 0 to 1, an effect of another length, or rows to match in the
            study, which say nothing about periods after the start.
    """
    _check(chosen, scheme, side, alpha)
    supposed = _supposed(chosen, effect)
    null = _Null(chosen, method, side, *_permutations(len(chosen.outcomes), chosen.pre, scheme, draws, seed))
    p_value, count, gap = float(null.p_values(supposed)[0]), len(null.members), fit_study(chosen, method).gap
    return Conformal(
        p_value=p_value,
        smallest_p=1 / count,
        interval=null.interval(alpha, gap),
        periods=_by_period(null, alpha, gap) if by_period else None,
        alpha=alpha,
        scheme=scheme,
        side=side,
        permutations=count,
        seed=None if null.complete else seed,
    )


@dataclass(frozen=True, slots=True)
class _Null:
    """Supposed effects on one study: ``members`` (B, T) marks the periods that a permutation puts after the start."""

    study: Study
    method: Method
    side: Side
    members: Floats
    complete: bool

    def statistics(self, supposed: Floats) -> tuple[Floats, Floats]:
        """(B, E) for effects (T1, E), the order of time first, and how far below it (E,) still counts as equal."""
        residuals = _residuals(self.study, self.method, supposed)
        signed = np.abs(residuals) if self.side == "two" else residuals if self.side == "higher" else -residuals
        found = self.members @ signed / supposed.shape[0]
        return found, np.maximum(_TIE * np.abs(found[0]), self.study.floor)

    def p_values(self, supposed: Floats) -> Floats:
        """(E,) share of permutations whose statistic is at least that of the order of time."""
        found, tie = self.statistics(supposed)
        return np.asarray((found >= found[0] - tie).mean(axis=0))

    def margins(self, effects: Floats, alpha: float) -> Floats:
        """(E,) for constant effects: not negative exactly where p > alpha; continuous, and linear in pieces."""
        found, tie = self.statistics(np.tile(effects, (len(self.study.outcomes) - self.study.pre, 1)))
        others, place = found[1:], len(found) - 1 - floor(alpha * len(found) + 1e-9)
        return np.asarray(np.partition(others, place, axis=0)[place] - found[0] + tie)

    def interval(self, alpha: float, gap: Floats) -> Interval | None:
        """The hull of the constant effects with p > alpha, looked for around the ``gap`` (T,); None where no p is so small."""
        if alpha * len(self.members) < 1 - 1e-9:
            return None
        pre, spread = self.study.pre, float(np.ptp(self.study.outcomes)) or 1.0
        start = float(gap[pre:].mean())
        rest = np.concatenate([gap[:pre], gap[pre:] - start])
        return accepted_hull(
            lambda effects: self.margins(effects, alpha),
            start=start,
            reach=6 * max(float(np.sqrt((rest**2).mean())), 1e-6 * spread),
            far=_FAR * spread,
            ends=(self.side != "lower", self.side != "higher"),
        )


def _permutations(periods: int, pre: int, scheme: Scheme, draws: int, seed: int) -> tuple[Floats, bool]:
    """(B, T) which periods each permutation puts after the start, the true ones first; and whether these are all."""
    after = periods - pre
    complete = scheme == "block" or comb(periods, after) <= _ALL
    if scheme == "block":
        chosen = (np.arange(periods)[:, None] + np.arange(pre, periods)) % periods
    elif complete:
        chosen = np.array(list(combinations(range(periods), after)))[::-1]
    else:
        draw = np.random.default_rng(seed)
        chosen = np.vstack([np.arange(pre, periods), *(draw.permutation(periods)[:after] for _ in range(draws))])
    members = np.zeros((len(chosen), periods))
    members[np.arange(len(chosen))[:, None], chosen] = 1.0
    return members, complete


def _residuals(chosen: Study, method: Method, supposed: Floats) -> Floats:
    """(T, E) residuals of the treated mean less each supposed effect (T1, E), fitted on all periods alike."""
    treated, outcomes = list(chosen.treated), chosen.outcomes
    target = np.repeat(outcomes[:, treated].mean(axis=1, keepdims=True), supposed.shape[1], axis=1)
    target[chosen.pre :] -= supposed
    banned = np.tile(np.array(treated, dtype=np.int64), (supposed.shape[1], 1))
    weights, _ = unit_weights(outcomes, target, chosen.pre, method, banned, len(treated), (outcomes, target))
    residuals = target - outcomes @ weights
    if method.augment is not None:
        donors = outcomes[:, chosen.donors]
        donors = donors - donors.mean(axis=1, keepdims=True)
        products = donors @ donors.T
        penalty = method.augment * float(np.linalg.norm(products, 2))
        # What ridge regression on the donors leaves of the residuals, (1 − K (K + p)⁻¹) u.
        residuals = penalty * np.linalg.solve(products + penalty * np.eye(len(products)), residuals)
    return np.asarray(residuals - residuals.mean(axis=0) if method.intercept else residuals)


def _by_period(null: _Null, alpha: float, gap: Floats) -> tuple[Interval, ...] | None:
    """The interval of each period after the start: the test of that period alone after those before it."""
    study, found = null.study, list[Interval]()
    members, complete = _permutations(study.pre + 1, study.pre, "block", 0, 0)
    for period in range(study.pre, len(study.outcomes)):
        rows = np.append(np.arange(study.pre), period)
        alone = replace(study, outcomes=np.ascontiguousarray(study.outcomes[rows]))
        interval = replace(null, study=alone, members=members, complete=complete).interval(alpha, gap[rows])
        if interval is None:
            return None
        found.append(interval)
    return tuple(found)


def _supposed(chosen: Study, effect: float | Sequence[float]) -> Floats:
    """(T1, 1) the effect supposed in each period after the start."""
    after, given = len(chosen.outcomes) - chosen.pre, np.asarray(effect, dtype=np.float64)
    if given.ndim > 1 or (given.ndim == 1 and len(given) != after) or not np.isfinite(given).all():
        raise EstimateError(f"an effect {np.shape(given)}", expected=f"one finite number, or {after}")
    return np.broadcast_to(given, (after,))[:, None].copy()


def _check(chosen: Study, scheme: str, side: str, alpha: float) -> None:
    for value, allowed in ((scheme, get_args(Scheme)), (side, get_args(Side))):
        if value not in allowed:
            raise EstimateError(f"{value!r}", expected=f"one of {', '.join(map(repr, allowed))}")
    if not 0 <= alpha < 1:
        raise EstimateError(f"alpha {alpha:g}", where="alpha", expected="from 0 to below 1")
    if chosen.match is not None:
        raise EstimateError("a conformal test with rows to match", expected="outcomes only", do="use placebo or lto")
