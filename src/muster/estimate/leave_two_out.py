"""The leave-two-out test (Lei & Sudijono 2024, arXiv 2401.07152): triples, each unit fitted on the other N − 3."""

from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import Fits, LeftOut, fit_many, leave_out
from muster.estimate.method import SC, Method
from muster.estimate.study import Study

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Side = Literal["two", "higher", "lower"]

_AT_ONCE = 1 << 17  # pairs whose fits are held together: only their statistics outlive them


@dataclass(frozen=True, slots=True)
class LeaveTwoOut:
    """How the treated unit fares against every pair of controls.

    Attributes:
        p_value: share of pairs in which the treated unit's statistic is not strictly the largest of the three.
        not_largest, pairs: the two counts that it is the ratio of.
        bound: the largest chance, under uniform assignment and no effect, of a p-value this small or smaller.
        smallest_p: the smallest bound that N units can give, 1/N: no level below it is guaranteed.
    """

    p_value: float
    not_largest: int
    pairs: int
    bound: float
    smallest_p: float


def leave_two_out(chosen: Study, method: Method = SC, *, side: Side = "two") -> LeaveTwoOut:
    """Compare the treated unit with each pair of controls, all three fitted without one another.

    The p-value falls on a grid of 1/C(N − 1, 2) instead of the placebo test's 1/N, and can be 0. If every unit was equally
    likely to be treated, P(p ≤ a) ≤ floor(N f(N, a)) / N in finite samples, for any method, with (theorem 2.2)

        f(N, a) = (3 − 3/N − √(9 (1 − 1/N)² − 12 (1/N − 4/(3N²) + a (1 − 1/N)(1 − 2/N)))) / 2,

    near a and for some N and a just above it: 4/39 at 0.1 with 39 units. ``bound`` is that value at the p-value found, so it is
    itself a valid p-value at every level. Without uniform assignment there is no guarantee: measured, 4 to 7 in 100 at 0.05
    where the treated unit was at its peak (docs/calibration.md).

    Args:
        chosen: a study with one treated unit and at least four units.
        side: ``two`` compares RMSPE ratios; ``higher`` and ``lower`` give them the sign of the mean gap after the start and
            look for large and for small ones.

    Raises:
        EstimateError: several treated units, or fewer than four units.
    """
    units = chosen.outcomes.shape[1]
    if len(chosen.treated) != 1 or units < 4:
        raise EstimateError(
            f"{len(chosen.treated)} treated of {units} units", expected="one treated unit and at least 3 controls"
        )
    first, second = np.triu_indices(units - 1, 1)
    parent, pairs = _parents(chosen, method), len(first)
    step = _AT_ONCE if method.leaves_out else _AT_ONCE // 16
    lost = sum(
        _not_largest(chosen, method, side, parent, chosen.donors[first[at : at + step]], chosen.donors[second[at : at + step]])
        for at in range(0, pairs, step)
    )
    return LeaveTwoOut(lost / pairs, lost, pairs, size_bound(units, lost), 1 / units)


def _banned(chosen: Study) -> Whole:
    """(N, 2) what each unit may not use: itself and the treated one."""
    units, treated = np.arange(chosen.outcomes.shape[1]), chosen.treated[0]
    return np.column_stack([units, np.where(units == treated, -1, treated)])


def _parents(chosen: Study, method: Method) -> Fits:
    """Every unit on all controls but itself."""
    return fit_many(
        outcomes=chosen.outcomes,
        targets=chosen.outcomes,
        pre=chosen.pre,
        method=method,
        banned=_banned(chosen),
        match=chosen.match,
        target_match=chosen.match,
    )


def _not_largest(chosen: Study, method: Method, side: Side, parent: Fits, first: Whole, second: Whole) -> int:
    """In how many of these pairs the treated unit's statistic is not strictly the largest."""
    none, treated = np.full(len(first), -1), np.full(len(first), chosen.treated[0])
    left = leave_out(
        parent,
        outcomes=chosen.outcomes,
        targets=chosen.outcomes,
        pre=chosen.pre,
        method=method,
        banned=_banned(chosen),
        parents=np.concatenate([treated, first, second]),
        extra=np.column_stack([np.concatenate([first, second, first]), np.concatenate([second, none, none])]),
        match=chosen.match,
        target_match=chosen.match,
    )
    own, one, two = _statistic(chosen, left, side)[left.column].reshape(3, len(first))
    return int((own * (1 - 1e-9 * np.sign(own)) <= np.maximum(one, two)).sum())


def _statistic(chosen: Study, left: LeftOut, side: Side) -> Floats:
    """The RMSPE ratio of each distinct fit; signed for one side."""
    ratio = left.post_rmspe / np.maximum(left.pre_rmspe, chosen.floor) if chosen.floor else np.zeros(len(left.att))
    if side == "two":
        return ratio
    return ratio * np.sign(left.att) * (1 if side == "higher" else -1)


def size_bound(units: int, not_largest: int) -> float:
    """The largest share of units that can lose at most ``not_largest`` of their pairs.

    m such units win at least m·(C(N−1, 2) − lost) triples; every triple that they win holds one of them and has one winner, so
    that is at most C(N, 3) − C(N−m, 3). The largest such m over N bounds P(p ≤ lost / C(N−1, 2)) under uniform assignment.
    """
    wins = comb(units - 1, 2) - not_largest
    return max(m for m in range(1, units + 1) if m * wins <= comb(units, 3) - comb(units - m, 3)) / units
