"""Synthetic control and its in-space placebo test, on arrays (Abadie, Diamond & Hainmueller 2010, sections 2.3-2.4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.simplex import simplex_weights

Floats = NDArray[np.float64]

# A fit closer than this share of the panel's spread is as good as exact: it bounds the RMSPE ratio when a fit is perfect.
_PERFECT = 1e-9


@dataclass(frozen=True, slots=True)
class Fit:
    """One unit against its weighted donors; all in the unit of the outcome.

    Attributes:
        att: mean of ``gap`` over the periods after the start: the estimated effect on the treated unit.
        path: (T,) outcome of the weighted donors.
        gap: (T,) outcome of the unit minus ``path``.
        weights: (N,) weight of each unit of the panel, zero for the unit itself.
        pre_rmspe, post_rmspe: root mean square of ``gap`` before and after the start.
        ratio: ``post_rmspe / pre_rmspe``; a pre-period fit closer than 1e-9 of the panel's spread counts as that close.
        certificate: relative duality gap of the weights, see :class:`muster.estimate.simplex.Weights`.
    """

    att: float
    path: Floats
    gap: Floats
    weights: Floats
    pre_rmspe: float
    post_rmspe: float
    ratio: float
    certificate: float


@dataclass(frozen=True, slots=True)
class Placebo:
    """The same fit for every unit as if it had been treated, and where the treated unit stands among them.

    Attributes:
        fit: the treated unit's.
        p_ratio: share of units, the treated one included, whose RMSPE ratio is at least as large as the treated unit's.
        p_gap: the same with ``|att|`` in place of the ratio. Both are two-sided.
        smallest_p: 1/N, the smallest p that N units can give.
        fits: (N,) one fit a unit, in panel order.
    """

    fit: Fit
    p_ratio: float
    p_gap: float
    smallest_p: float
    fits: tuple[Fit, ...]


def synthetic_control(*, outcomes: ArrayLike, treated: int, pre: int) -> Fit:
    """Fit the treated unit by a mix of the others, weights non-negative and summing to 1, on the periods before the start.

    Args:
        outcomes: (T, N) periods by units, finite.
        treated: column of the treated unit.
        pre: number of periods before the start; the rest are after it.

    Raises:
        EstimateError: see :func:`placebo_test`.
    """
    panel = _checked(outcomes, treated, pre)
    return _fits(panel, np.array([treated]), pre)[0]


def placebo_test(*, outcomes: ArrayLike, treated: int, pre: int) -> Placebo:
    """Refit every unit as if it were the treated one, with all others as donors, and rank the treated unit among them.

    The p-values are exact when each unit was equally likely to be the treated one (P(p ≤ a) ≤ a at every a). They over-reject
    when a unit is treated *because* its outcome had just peaked, since such a peak fades by itself (Illenberger, Small & Shaw
    2020): no placebo shows that. The treated unit stays in the donor pool of the placebos, which exactness needs.

    Args:
        outcomes: (T, N) periods by units, finite.
        treated: column of the treated unit.
        pre: number of periods before the start.

    Raises:
        EstimateError: not a two-dimensional array of numbers; a cell missing or infinite; fewer than two donors; treated
            outside the panel; fewer than two periods before or none after the start.
    """
    panel = _checked(outcomes, treated, pre)
    fits = _fits(panel, np.arange(panel.shape[1]), pre)
    return Placebo(
        fit=fits[treated],
        p_ratio=_share_at_least(np.array([fit.ratio for fit in fits]), treated),
        p_gap=_share_at_least(np.abs([fit.att for fit in fits]), treated),
        smallest_p=1 / len(fits),
        fits=fits,
    )


def _fits(panel: Floats, units: NDArray[np.intp], pre: int) -> tuple[Fit, ...]:
    before = panel[:pre]
    allowed = np.arange(panel.shape[1])[:, None] != units
    found = simplex_weights(donors=before, targets=before[:, units], allowed=allowed)
    floor = _PERFECT * float(np.abs(panel - panel.mean(axis=1, keepdims=True)).max())
    paths = panel @ found.weights
    return tuple(
        _fit(panel[:, unit], paths[:, column], found.weights[:, column], pre, floor, float(found.gap[column]))
        for column, unit in enumerate(units)
    )


def _fit(actual: Floats, path: Floats, weights: Floats, pre: int, floor: float, certificate: float) -> Fit:
    gap = actual - path
    before, after = (float(np.sqrt((part**2).mean())) for part in (gap[:pre], gap[pre:]))
    ratio = after / max(before, floor) if floor else 0.0
    return Fit(float(gap[pre:].mean()), path, gap, weights, before, after, ratio, certificate)


def _share_at_least(statistics: Floats, treated: int) -> float:
    """Share of units as extreme as the treated one; differences that are rounding count as ties, against a small p."""
    return float((statistics >= statistics[treated] * (1 - 1e-9)).mean())


def _checked(outcomes: ArrayLike, treated: int, pre: int) -> Floats:
    try:
        panel = np.asarray(outcomes, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EstimateError(f"outcomes that are not numbers ({error})", expected="an array of periods by units") from None
    if panel.ndim != 2:
        raise EstimateError(f"outcomes with {panel.ndim} dimensions", expected="an array of periods by units")
    periods, units = panel.shape
    if units < 3:
        raise EstimateError(f"a panel of {units} units", expected="the treated unit and at least 2 donors")
    if not 0 <= treated < units:
        raise EstimateError(f"treated unit {treated} in a panel of {units}", expected=f"a column from 0 to {units - 1}")
    if not 2 <= pre < periods:
        raise EstimateError(
            f"{pre} of {periods} periods before the start", expected=f"2 to {max(periods - 1, 2)}", do="check the start period"
        )
    if not np.isfinite(panel).all():
        period, unit = (int(index) for index in np.argwhere(~np.isfinite(panel))[0])
        count = int((~np.isfinite(panel)).sum())
        raise EstimateError(
            f"{panel[period, unit]} and {count - 1} more cells like it" if count > 1 else f"{panel[period, unit]}",
            where=f"period {period}, unit {unit}",
            expected="a finite number in every cell",
            do="leave out the units or periods with missing cells",
        )
    return panel
