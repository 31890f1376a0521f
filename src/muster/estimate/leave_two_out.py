"""The leave-two-out test (Lei & Sudijono 2024, arXiv 2401.07152): triples, each unit fitted on the other N − 3."""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import LeftOut, fit_many, leave_out
from muster.estimate.method import SC, Method
from muster.estimate.study import Study

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Side = Literal["two", "higher", "lower"]


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

    The p-value falls on a grid of 1/C(N − 1, 2) instead of the placebo test's 1/N. If every unit was equally likely to be
    treated, P(p ≤ a) is at most :func:`size_bound`, near a and for some N and a just above it; that holds in finite
    samples and for any method. Like the placebo test it over-rejects when a unit is treated because its outcome peaked.

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
    treated, controls = chosen.treated[0], chosen.donors
    first, second = np.array(list(combinations(range(len(controls)), 2)), dtype=np.int64).T
    left = _left_out(chosen, method, treated, controls[first], controls[second])
    statistic = _statistic(chosen, left, side)[left.column].reshape(3, len(first))
    largest = statistic[0] * (1 - 1e-9 * np.sign(statistic[0])) > np.maximum(statistic[1], statistic[2])
    lost, pairs = int((~largest).sum()), len(first)
    return LeaveTwoOut(lost / pairs, lost, pairs, size_bound(units, lost), 1 / units)


def _left_out(chosen: Study, method: Method, treated: int, first: Whole, second: Whole) -> LeftOut:
    """The fits of (treated | pair), (first | treated, second), (second | treated, first), in that order."""
    units = np.arange(chosen.outcomes.shape[1])
    banned = np.column_stack([units, np.where(units == treated, -1, treated)])
    parent = fit_many(
        outcomes=chosen.outcomes,
        targets=chosen.outcomes,
        pre=chosen.pre,
        method=method,
        banned=banned,
        match=chosen.match,
        target_match=chosen.match,
    )
    none = np.full(len(first), -1)
    return leave_out(
        parent,
        outcomes=chosen.outcomes,
        targets=chosen.outcomes,
        pre=chosen.pre,
        method=method,
        banned=banned,
        parents=np.concatenate([np.full(len(first), treated), first, second]),
        extra=np.column_stack([np.concatenate([first, second, first]), np.concatenate([second, none, none])]),
        match=chosen.match,
        target_match=chosen.match,
    )


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
