"""A checked panel with its treated units and start, and one fit of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import Fits, fit_many
from muster.estimate.method import METHODS, SC, Method

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

# A fit closer than this share of the panel's spread is as good as exact: it bounds the RMSPE ratio when a fit is perfect.
_PERFECT = 1e-9


@dataclass(frozen=True, slots=True)
class Study:
    """What every estimator and every test is given; made by :func:`checked_study`, which checks it.

    Attributes:
        outcomes: (T, N) periods by units, finite.
        treated: columns treated together from the same period on; their mean is what is estimated.
        pre: number of periods before the start.
        match: (P, N) rows that unit weights match, the periods before the start and any covariates; None for the periods alone.
    """

    outcomes: Floats
    treated: tuple[int, ...]
    pre: int
    match: Floats | None = None

    @property
    def donors(self) -> Whole:
        """Columns that are not treated."""
        return np.setdiff1d(np.arange(self.outcomes.shape[1]), self.treated)

    @property
    def floor(self) -> float:
        """The pre-period fit below which a fit counts as this close, in the unit of the outcome."""
        return _PERFECT * float(np.abs(self.outcomes - self.outcomes.mean(axis=1, keepdims=True)).max())


@dataclass(frozen=True, slots=True)
class Fit:
    """The treated units (their mean) against weighted donors; all in the unit of the outcome.

    Attributes:
        att: mean of ``gap`` over the periods after the start: the estimated effect.
        path: (T,) the counterfactual: what the treated units would have shown without effect.
        gap: (T,) outcome minus ``path``.
        weights: (N,) weight of each unit of the panel, zero for treated ones.
        periods: (T0,) weights of the periods before the start; zeros where the method subtracts nothing.
        pre_rmspe, post_rmspe: root mean square of ``gap`` before and after the start.
        ratio: ``post_rmspe / pre_rmspe``; a pre-period fit closer than 1e-9 of the panel's spread counts as that close.
        certificate: relative duality gap of the weights, see :class:`muster.estimate.simplex.Weights`.
    """

    att: float
    path: Floats
    gap: Floats
    weights: Floats
    periods: Floats
    pre_rmspe: float
    post_rmspe: float
    ratio: float
    certificate: float


def checked_study(*, outcomes: ArrayLike, treated: int | Sequence[int], pre: int, match: ArrayLike | None = None) -> Study:
    """Check a panel.

    Args:
        outcomes: (T, N) periods by units, finite.
        treated: column or columns treated from period ``pre`` on.
        pre: number of periods before the start; the rest are after it.
        match: (P, N) rows that unit weights match instead of the periods before the start.

    Raises:
        EstimateError: not a two-dimensional array of numbers; a cell missing or infinite; fewer than two donors; treated
            outside the panel; fewer than two periods before or none after the start.
    """
    panel = checked_numbers(outcomes)
    periods, units = panel.shape
    columns = (treated,) if isinstance(treated, int | np.integer) else tuple(int(unit) for unit in treated)
    for unit in columns:
        if not 0 <= unit < units:
            raise EstimateError(f"treated unit {unit} in a panel of {units}", expected=f"a column from 0 to {units - 1}")
    if not columns or units - len(set(columns)) < 2:
        raise EstimateError(
            f"a panel of {units} units with {len(set(columns))} treated", expected="a treated unit and at least 2 donors"
        )
    if not 2 <= pre < periods:
        raise EstimateError(
            f"{pre} of {periods} periods before the start", expected=f"2 to {max(periods - 1, 2)}", do="check the start period"
        )
    rows = None if match is None else checked_numbers(match)
    if rows is not None and rows.shape[1] != units:
        raise EstimateError(f"rows to match for {rows.shape[1]} units", expected=f"one column for each of {units} units")
    return Study(panel, tuple(sorted({int(unit) for unit in columns})), int(pre), rows)


def fit_study(chosen: Study, method: Method = SC, *, banned: Sequence[int] = ()) -> Fit:
    """One fit of the treated units, without the banned donors."""
    treated = list(chosen.treated)
    many = fit_many(
        outcomes=chosen.outcomes,
        targets=chosen.outcomes[:, treated].mean(axis=1, keepdims=True),
        pre=chosen.pre,
        method=method,
        banned=np.array([[*treated, *banned]], dtype=np.int64),
        treated=len(treated),
        match=chosen.match,
        target_match=None if chosen.match is None else chosen.match[:, treated].mean(axis=1, keepdims=True),
    )
    return one_fit(chosen, many, 0, chosen.outcomes[:, treated].mean(axis=1))


def one_fit(chosen: Study, many: Fits, column: int, actual: Floats) -> Fit:
    """One column of many fits as a value of its own."""
    gap, before, after = many.gap[:, column], float(many.pre_rmspe[column]), float(many.post_rmspe[column])
    return Fit(
        att=float(many.att[column]),
        path=actual - gap,
        gap=gap,
        weights=many.weights[:, column],
        periods=many.periods[:, column],
        pre_rmspe=before,
        post_rmspe=after,
        ratio=float(ratios(chosen, many)[column]),
        certificate=float(many.certificate[column]),
    )


def ratios(chosen: Study, many: Fits) -> Floats:
    """(K,) RMSPE after over before the start, the statistic of Abadie, Diamond & Hainmueller (2010, section 3.4)."""
    floor = chosen.floor
    return many.post_rmspe / np.maximum(many.pre_rmspe, floor) if floor else np.zeros(len(many.att))


def method_named(name: str) -> Method:
    """The method of this name.

    Raises:
        EstimateError: there is none.
    """
    if name not in METHODS:
        raise EstimateError(f"no method {name!r}", expected=f"one of {', '.join(METHODS)}")
    return METHODS[name]


def checked_numbers(values: ArrayLike) -> Floats:
    """(A, B) finite numbers, contiguous.

    Raises:
        EstimateError: not numbers, not two-dimensional, or a cell that is missing or infinite, which is named.
    """
    try:
        panel = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EstimateError(f"outcomes that are not numbers ({error})", expected="an array of periods by units") from None
    if panel.ndim != 2:
        raise EstimateError(f"outcomes with {panel.ndim} dimensions", expected="an array of periods by units")
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
