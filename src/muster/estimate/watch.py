"""Watching a mission while it runs: declared looks, one false-alarm rate over all of them, for harm as for improvement.

At look k every unit is fitted as if it had been the treated one, on the data up to that look. The most extreme units that were
not alarmed before are then alarmed, so that up to look k at most floor(α_k N) of the N units ever were, α_k being the part of α
spent so far. Where each unit was equally likely to be the treated one and there is no effect, the treated one is among the
alarmed with probability (units ever alarmed) / N ≤ α: exact at any N, for any outcomes, however the looks depend on each other.
The spending functions are those of Lan & DeMets (1983, Biometrika 70, section 3); here they only share out the alarms, and no
normal distribution is assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import e, floor, log, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import Fits, fit_many
from muster.estimate.method import SC, Method
from muster.estimate.study import Study, checked_study, chosen_method, ratios, whole_number

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Alarm = Literal["none", "higher", "lower"]
Sides = Literal["apart", "together"]
Statistic = Literal["gap", "ratio"]
Spending = str | Sequence[float]

_TIE = 1e-9  # statistics this close, relative to the largest, are equal: neither is more extreme


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What a watch can do, known before any data.

    Attributes:
        units: N.
        looks: periods since the start at each look.
        spent: α_k, the share of false alarms spent up to and including each look, both directions together.
        allowed: how many of the N units may be alarmed up to each look: in each direction, or in all where sides are together.
        possible: the looks at which an alarm is possible at all; at others only one that ties kept back before.
        smallest_alpha: the smallest α with which this many units can ever give an alarm.
        sides: whether each direction has half of α, or both share it.
    """

    units: int
    looks: tuple[int, ...]
    spent: tuple[float, ...]
    allowed: tuple[int, ...]
    possible: tuple[int, ...]
    smallest_alpha: float
    sides: Sides


@dataclass(frozen=True, slots=True)
class Look:
    """One look that took place.

    Attributes:
        periods: since the start.
        spent: α spent so far.
        statistic: of the treated unit, signed, in units of its fit before the start.
        rank_higher, rank_lower: its place among all units from the top and from the bottom, 1 for the most extreme, after ties.
        higher, lower: above ``higher`` or below ``lower`` the statistic would have raised an alarm, the other units being as
            they are; None where none could be raised.
        status: the alarm raised at this look or before it.
    """

    periods: int
    spent: float
    statistic: float
    rank_higher: int
    rank_lower: int
    higher: float | None
    lower: float | None
    status: Alarm


@dataclass(frozen=True, slots=True)
class Watch:
    """The looks so far, see :func:`watch`.

    Attributes:
        plan: what was declared.
        looks: those that took place; the others wait for data.
        status: the alarm of the watch: ``higher``, ``lower`` or ``none`` yet.
        alarmed_at: periods since the start of the look that raised it.
    """

    plan: WatchPlan
    looks: tuple[Look, ...]
    status: Alarm
    alarmed_at: int | None


@dataclass(slots=True)
class _Alarms:
    """Which units have been alarmed: changes from look to look, inside one call of :func:`watch`."""

    raised: Flags
    used: list[int]


def plan_watch(
    *,
    units: int,
    looks: Sequence[int],
    alpha: float = 0.1,
    spending: Spending = "obrien-fleming",
    sides: Sides = "apart",
) -> WatchPlan:
    """What a watch of so many units can do: the alarms each look may raise, and whether it can raise any.

    Args:
        units: N, treated unit and donors.
        looks: periods since the start at each look, increasing.
        alpha: the share of false alarms over the whole watch.
        spending: ``obrien-fleming`` spends late, ``pocock`` about evenly; or the cumulative share of α at each look, up to 1.
            With few units choose shares that reach a whole alarm at the looks that matter: a part of one buys nothing.
        sides: ``apart`` gives each direction half of α and needs 2/α units for any alarm; ``together`` ranks by size and reads
            the direction off, which needs 1/α units and holds α over both directions but not half of it for each.

    Raises:
        EstimateError: looks that do not increase from 1, α outside 0 to 1, an unknown spending or wrong shares.
    """
    _check(units, looks, alpha)
    share = alpha / 2 if sides == "apart" else alpha
    each = _spent(spending, share, [look / looks[-1] for look in looks])
    allowed = tuple(floor(part * units + 1e-9) for part in each)
    return WatchPlan(
        units=units,
        looks=tuple(looks),
        spent=tuple(part * alpha / share for part in each),
        allowed=allowed,
        possible=tuple(look for look, now, before in zip(looks, allowed, (0, *allowed), strict=False) if now > before),
        smallest_alpha=alpha / share / units,
        sides=sides,
    )


def watch(  # noqa: PLR0913 - a watch has this many settings
    *,
    outcomes: ArrayLike,
    treated: int,
    pre: int,
    looks: Sequence[int],
    method: Method | str = SC,
    alpha: float = 0.1,
    spending: Spending = "obrien-fleming",
    sides: Sides = "apart",
    statistic: Statistic = "gap",
) -> Watch:
    """Test at every declared look that has come whether the treated unit stands out; at most ``alpha`` false alarms over all.

    The looks, and every other setting, must be declared before the data are seen: looks chosen by the data void the rate. A
    look uses data up to itself only, and what lies beyond the last look that has come is not used. An alarm needs a statistic
    of its direction, so a unit whose gap is negative is never alarmed as higher. The rate holds where each unit was equally
    likely to be the treated one; like the placebo test it is exceeded where a unit was treated because its outcome had just
    peaked. See :func:`plan_watch` for what few units can do, and for ``spending`` and ``sides``.

    Args:
        outcomes: (T, N) periods by units so far, finite.
        treated: column of the treated unit.
        pre: number of periods before the start.
        looks: periods since the start at each look, increasing; later ones than the data reach are waited for.
        statistic: ``gap`` is the mean gap since the start over the root mean square gap before it; ``ratio`` is the RMSPE after
            over before the start, with the sign of the mean gap.

    Raises:
        EstimateError: see :func:`plan_watch` and :func:`muster.estimate.study.checked_study`; or no look has come yet.

    >>> noise = np.random.default_rng(0).normal(size=(36, 24))
    >>> noise[24:, 3] -= 2
    >>> found = watch(outcomes=noise, treated=3, pre=24, looks=(4, 8, 12), spending="pocock")
    >>> found.status, found.alarmed_at, found.plan.possible
    ('lower', 12, (12,))
    """
    panel = np.asarray(outcomes)
    _check(panel.shape[-1] if panel.ndim else 0, looks, alpha)
    due = [look for look in looks if whole_number(pre, "periods before the start") + look <= len(panel)]
    if not due:
        raise EstimateError(
            f"{max(len(panel) - pre, 0)} periods since the start",
            expected=f"at least {looks[0]}, the first declared look",
            do="wait, or use plan_watch for what the watch can do",
        )
    chosen = checked_study(outcomes=panel[: pre + due[-1]], treated=treated, pre=pre)
    plan = plan_watch(units=chosen.outcomes.shape[1], looks=looks, alpha=alpha, spending=spending, sides=sides)
    alarms, done = _Alarms(np.zeros(plan.units, dtype=bool), [0, 0]), list[Look]()
    estimator, weights = chosen_method(method), None
    for place, look in enumerate(due):
        seen = Study(chosen.outcomes[: pre + look], chosen.treated, pre)
        fits = _fitted(seen, estimator, weights)
        status: Alarm = done[-1].status if done else "none"
        weights = fits.weights
        done.append(_looked(plan, place, _statistics(seen, fits, statistic), treated, alarms, status))
    first = next((look for look in done if look.status != "none"), None)
    return Watch(plan, tuple(done), done[-1].status, first.periods if first else None)


def _fitted(seen: Study, method: Method, warm: Floats | None) -> Fits:
    """Every unit as if treated; the treated one stays a donor of the others, which exactness needs."""
    panel, own = seen.outcomes, np.arange(seen.outcomes.shape[1])[:, None]
    return fit_many(outcomes=panel, targets=panel, pre=seen.pre, method=method, banned=own, warm=warm)


def _statistics(seen: Study, fits: Fits, statistic: Statistic) -> Floats:
    if statistic == "ratio":
        return np.sign(fits.att) * ratios(seen, fits)
    return fits.att / np.maximum(fits.pre_rmspe, seen.floor) if seen.floor else np.zeros(len(fits.att))


def _looked(plan: WatchPlan, place: int, signed: Floats, treated: int, alarms: _Alarms, status: Alarm) -> Look:
    """Raise the alarms of one look and say what they are for the treated unit."""
    free, ways = ~alarms.raised, (signed, -signed) if plan.sides == "apart" else (np.abs(signed),)
    limits: list[float | None] = []
    for side, scores in enumerate(ways):
        left = plan.allowed[place] - alarms.used[side]
        limits.append(_limit(scores, free, left, treated))
        raised = free & (_places(scores, free) <= left) & (scores > 0)
        alarms.used[side] += int(raised.sum())
        alarms.raised |= raised
    if free[treated] and alarms.raised[treated]:
        status = "higher" if signed[treated] > 0 else "lower"
    everybody, lower = np.ones(len(free), dtype=bool), limits[-1]
    return Look(
        periods=plan.looks[place],
        spent=plan.spent[place],
        statistic=float(signed[treated]),
        rank_higher=int(_places(signed, everybody)[treated]),
        rank_lower=int(_places(-signed, everybody)[treated]),
        higher=limits[0],
        lower=None if lower is None else -lower,
        status=status,
    )


def _places(scores: Floats, free: Flags) -> NDArray[np.int64]:
    """(N,) how many of the free units are at least as extreme as each, ties included: never more get a place than there are."""
    ordered = np.sort(scores[free])
    near = scores - _TIE * np.abs(scores).max()
    return np.asarray(len(ordered) - np.searchsorted(ordered, near), dtype=np.int64)


def _limit(scores: Floats, free: Flags, left: int, treated: int) -> float | None:
    """The score that the treated unit must exceed; never below zero, which would be the other direction."""
    if left < 1 or not free[treated]:
        return None
    others = free.copy()
    others[treated] = False
    return max(float(np.sort(scores[others])[-left]), 0.0)


def _spent(spending: Spending, alpha: float, times: Sequence[float]) -> list[float]:
    """Part of ``alpha`` spent at each share of the planned time."""
    if spending == "obrien-fleming":
        normal = NormalDist()
        bound = normal.inv_cdf(1 - alpha / 2)
        return [2 * normal.cdf(-bound / sqrt(time)) for time in times]
    if spending == "pocock":
        return [alpha * log(1 + (e - 1) * time) for time in times]
    if isinstance(spending, str):
        raise EstimateError(f"spending {spending!r}", expected="obrien-fleming, pocock or a share for each look")
    shares = [float(share) for share in spending]
    if len(shares) != len(times) or sorted(shares) != shares or not (shares[0] >= 0 and shares[-1] <= 1):
        raise EstimateError(f"shares {shares}", expected=f"{len(times)} shares that do not fall, from 0 to 1")
    return [alpha * share for share in shares]


def _check(units: int, looks: Sequence[int], alpha: float) -> None:
    if units < 3:
        raise EstimateError(f"a panel of {units} units", expected="a treated unit and at least 2 donors")
    whole = all(whole_number(look, "look") >= 1 for look in looks)
    if not looks or not whole or any(late <= early for early, late in pairwise(looks)):
        raise EstimateError(
            f"looks at {', '.join(map(str, looks)) or 'no period'}", expected="increasing periods since the start, from 1"
        )
    if not 0 < alpha < 1:
        raise EstimateError(f"alpha {alpha:g}", where="alpha", expected="between 0 and 1")
