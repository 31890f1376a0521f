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
    columns, before = checked_columns(treated, units), whole_number(pre, "periods before the start")
    if not columns or units - len(columns) < 2:
        raise EstimateError(
            f"a panel of {units} units with {len(columns)} treated", expected="a treated unit and at least 2 donors"
        )
    if not 2 <= before < periods:
        raise EstimateError(
            f"{pre} of {periods} periods before the start",
            expected=f"2 to {max(periods - 1, 2)}",
            do="check the start period",
        )
    rows = None if match is None else checked_numbers(match, what="rows to match")
    if rows is not None and rows.shape[1] != units:
        raise EstimateError(f"rows to match for {rows.shape[1]} units", expected=f"one column for each of {units} units")
    return Study(panel, columns, before, rows)


def checked_columns(treated: int | Sequence[int], units: int) -> tuple[int, ...]:
    """The treated columns in their order in the panel, each once.

    Raises:
        EstimateError: not a whole number, or outside the panel.
    """
    given = treated if isinstance(treated, Sequence | np.ndarray) and not isinstance(treated, str) else [treated]
    columns = [whole_number(unit, "treated unit") for unit in given]
    for unit in columns:
        if not 0 <= unit < units:
            raise EstimateError(f"treated unit {unit} in a panel of {units}", expected=f"a column from 0 to {units - 1}")
    return tuple(sorted(set(columns)))


def whole_number(value: object, what: str) -> int:
    """A whole number, of Python or NumPy.

    Raises:
        EstimateError: anything else.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise EstimateError(f"{what} given as {value!r}", expected="a whole number")
    return int(value)


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
    actual = chosen.outcomes[:, treated].mean(axis=1)
    return one_fit(many, 0, actual, float(ratios(chosen, many)[0]))


def one_fit(many: Fits, column: int, actual: Floats, ratio: float) -> Fit:
    """One column of many fits as a value of its own, with its RMSPE ratio."""
    gap, before, after = many.gap[:, column], float(many.pre_rmspe[column]), float(many.post_rmspe[column])
    return Fit(
        att=float(many.att[column]),
        path=actual - gap,
        gap=gap,
        weights=many.weights[:, column],
        periods=many.periods[:, column],
        pre_rmspe=before,
        post_rmspe=after,
        ratio=ratio,
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


def chosen_method(method: Method | str) -> Method:
    """The method itself, or the one of this name.

    Raises:
        EstimateError: there is none.
    """
    return method if isinstance(method, Method) else method_named(method)


def checked_numbers(values: ArrayLike, *, what: str = "outcomes", gaps: bool = False) -> Floats:
    """(A, B) numbers, contiguous and finite, or NaN where missing if ``gaps`` are allowed.

    Raises:
        EstimateError: not numbers, not two-dimensional, without a cell, or a cell that is missing or infinite, which is named.
    """
    try:
        panel = np.ascontiguousarray(np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan))
    except (TypeError, ValueError) as error:
        raise EstimateError(f"{what} that are not numbers ({error})", expected="an array of periods by units") from None
    if np.ndim(values) != 2 or not panel.size:
        shape = "no cell" if np.ndim(values) == 2 else f"{np.ndim(values)} dimensions"
        raise EstimateError(f"{what} with {shape}", expected="an array of periods by units")
    wrong = np.isinf(panel) if gaps else ~np.isfinite(panel)
    if wrong.any():
        row, unit = (int(index) for index in np.argwhere(wrong)[0])
        count = int(wrong.sum())
        raise EstimateError(
            f"{panel[row, unit]}" + (f" and {count - 1} more cells like it" if count > 1 else ""),
            where=f"{'period' if what == 'outcomes' else what + ', row'} {row}, unit {unit}",
            expected="a finite number in every cell",
            do="leave out the units or periods with missing cells",
        )
    return panel


def check_varying(panel: Floats) -> None:
    """Refuse series that never change: no period tells them apart, and most are missing values written as a number.

    Args:
        panel: (T, N), NaN where missing.

    Raises:
        EstimateError: naming such units.
    """
    constant = np.flatnonzero(np.fmax.reduce(panel, axis=0) == np.fmin.reduce(panel, axis=0))
    if constant.size:
        level = float(np.fmax.reduce(panel[:, constant[0]]))
        raise EstimateError(
            f"unit{'s' if constant.size > 1 else ''} {', '.join(map(str, constant))} with the same value in every period"
            f" ({level:g})",
            expected="series that change",
            do="leave these units out, or check whether missing values were written as a number",
        )
