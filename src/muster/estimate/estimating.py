"""The estimate of one block in one call: units treated from one period on, covariates, and missing cells by stated rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.method import SC, Method
from muster.estimate.study import (
    Fit,
    Study,
    check_varying,
    checked_columns,
    checked_numbers,
    checked_study,
    chosen_method,
    fit_study,
    whole_number,
)

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
Missing = Literal["error", "drop units", "drop periods"]
Match = Literal["beside", "covariates only"]


@dataclass(frozen=True, slots=True)
class Block:
    """A study and where its units and periods stand in the panel it was made from.

    Attributes:
        study: what was kept, for any estimator or test.
        units, periods: columns and rows of the given panel that ``study`` holds, in order.
        shape: (T, N) of the given panel.
        pre: periods before the start there.
    """

    study: Study
    units: Whole
    periods: Whole
    shape: tuple[int, int]
    pre: int

    def placed(self, found: Fit) -> Fit:
        """A fit of ``study`` in the shape of the given panel: weight 0 for units, and no path or gap in periods, left out."""
        path, gap, weights = np.full(self.shape[0], np.nan), np.full(self.shape[0], np.nan), np.zeros(self.shape[1])
        path[self.periods], gap[self.periods], weights[self.units] = found.path, found.gap, found.weights
        before = np.zeros(self.pre)
        before[self.periods[: self.study.pre]] = found.periods
        return replace(found, path=path, gap=gap, weights=weights, periods=before)


def fit(
    *,
    outcomes: ArrayLike,
    treated: int | Sequence[int],
    pre: int,
    method: Method | str = SC,
    covariates: ArrayLike | None = None,
    covariate_weights: ArrayLike | None = None,
    match: Match = "beside",
    missing: Missing = "error",
) -> Fit:
    """Estimate the effect on one or several units treated from the same period on (their mean) against weighted donors.

    Covariates are known numbers about each unit, such as the mean of another series before the start. Each is divided by its
    standard deviation over the units and multiplied by the typical one of the outcome (root of the mean variance over the
    units of the periods before the start, for methods with an intercept once each unit's mean is taken off), so that a
    covariate of weight 1 counts as much as one period. Methods with an intercept match outcomes up to a constant, but
    covariates at their level; the penalty of synthetic DiD, which is per matched row, then counts a covariate as two rows.

    Args:
        outcomes: (T, N) periods by units; NaN where missing.
        treated: column or columns treated from period ``pre`` on.
        pre: number of periods before the start.
        method: how units and periods are weighted, or its name.
        covariates: (R, N) matched by the unit weights too.
        covariate_weights: (R,) the diagonal of V (Abadie & Gardeazabal 2003), not negative; 1 each if None. See
            :func:`muster.estimate.predictors.predictor_weights` for weights from the data.
        match: covariates ``beside`` the outcomes before the start, or ``covariates only`` in their place.
        missing: what to do about missing cells: an ``error`` names them; ``drop units`` leaves out donors that have any;
            ``drop periods`` leaves out periods in which any unit has one.

    Returns:
        The fit in the shape of ``outcomes``: weight 0 for units, and NaN in ``path`` and ``gap`` for periods, left out.

    Raises:
        EstimateError: a panel that is not two-dimensional numbers; an infinite cell; a missing one that the rule does not
            remove; a series that never changes; a donor equal to a treated unit in every period; a treated unit outside the
            panel or named twice; fewer than two donors, or two periods before or one after the start; covariates of another
            width, equal for all units, or with a method that fits no unit weights; wrong weights.

    Example:
        >>> panel = [[1, 2, 4], [2, 3, 6], [3, 5, 7], [9, 6, 9]]  # four periods, three places
        >>> found = fit(outcomes=panel, treated=0, pre=3, method="did")
        >>> round(found.att, 3), found.weights.tolist()
        (4.0, [0.0, 0.5, 0.5])
    """
    chosen = chosen_method(method)
    block = block_study(
        outcomes=outcomes,
        treated=treated,
        pre=pre,
        method=chosen,
        covariates=covariates,
        covariate_weights=covariate_weights,
        match=match,
        missing=missing,
    )
    return block.placed(fit_study(block.study, chosen))


def block_study(
    *,
    outcomes: ArrayLike,
    treated: int | Sequence[int],
    pre: int,
    method: Method | str = SC,
    covariates: ArrayLike | None = None,
    covariate_weights: ArrayLike | None = None,
    match: Match = "beside",
    missing: Missing = "error",
) -> Block:
    """The study that :func:`fit` fits, for the tests that take a study; arguments and errors as there."""
    _check_choices(match, missing)
    panel = checked_numbers(outcomes, gaps=True)
    columns, before = _checked_design(panel, treated, pre)
    known = None if covariates is None else _checked_covariates(covariates, panel.shape[1])
    units, periods = _kept(panel, known, columns, before, missing)
    small = panel[np.ix_(periods, units)]
    check_varying(small)
    place = np.searchsorted(units, columns)
    study = checked_study(outcomes=small, treated=[int(unit) for unit in place], pre=int((periods < before).sum()))
    _check_twins(study, units)
    if known is not None:
        weights = _checked_weights(covariate_weights, len(known))
        study = replace(study, match=_matched_rows(study, known[:, units], weights, chosen_method(method), match))
    elif covariate_weights is not None or match != "beside":
        raise EstimateError("weights of covariates, or matching on them, without covariates", expected="covariates as well")
    return Block(study, units, periods, (panel.shape[0], panel.shape[1]), before)


def _matched_rows(study: Study, known: Floats, weights: Floats, method: Method, match: Match) -> Floats:
    """(P, N) what the unit weights match: the periods before the start, or nothing of them, and scaled covariates (R, N)."""
    if method.units == "equal":
        raise EstimateError(f"covariates with method {method.name!r}", expected="a method that fits unit weights")
    before = study.outcomes[: study.pre]
    if method.intercept:
        before = before - before.mean(axis=0)
    rows = _scaled(known, weights, float(np.sqrt(before.var(axis=1, ddof=1).mean())))
    before = before[: study.pre if match == "beside" else 0]
    if not method.intercept:
        return np.vstack([before, rows])
    # An intercept is a mean over all matched rows. With each covariate and its mirror image, at half the weight each, that
    # mean is the one of the outcomes, here zero: covariates are matched at their level and unit effects leave no trace in them.
    return np.vstack([before, rows / np.sqrt(2), -rows / np.sqrt(2)])


def _scaled(known: Floats, weights: Floats, typical: float) -> Floats:
    """(R, N) covariates in the unit of the outcome, whose typical spread over the units is given, times root weights."""
    spread = known.std(axis=1, ddof=1)
    constant = np.flatnonzero(spread <= 1e-14 * np.abs(known).max(axis=1))
    if constant.size:
        raise EstimateError(
            "the same value for every unit", where=f"covariate {constant[0]}", do="leave it out: it tells nothing"
        )
    factor = np.sqrt(weights) * (typical or 1.0) / spread
    return np.asarray(factor[:, None] * (known - known.mean(axis=1, keepdims=True)))


def _check_choices(match: str, missing: str) -> None:
    for value, allowed in ((match, ("beside", "covariates only")), (missing, ("error", "drop units", "drop periods"))):
        if value not in allowed:
            raise EstimateError(f"{value!r}", expected=f"one of {', '.join(map(repr, allowed))}")


def _checked_design(panel: Floats, treated: int | Sequence[int], pre: int) -> tuple[Whole, int]:
    columns, before = checked_columns(treated, panel.shape[1]), whole_number(pre, "periods before the start")
    if np.size(treated) > len(columns):
        raise EstimateError(f"a treated unit named twice in {np.ravel(treated).tolist()}", expected="each unit once")
    if not 0 <= before <= len(panel):
        raise EstimateError(f"{before} of {len(panel)} periods before the start", expected=f"2 to {len(panel) - 1}")
    return np.array(columns, dtype=np.intp), before


def _checked_covariates(covariates: ArrayLike, units: int) -> Floats:
    known = checked_numbers(covariates, what="covariates", gaps=True)
    if known.shape[1] != units:
        raise EstimateError(f"covariates of {known.shape[1]} units", expected=f"one column for each of {units} units")
    return known


def _checked_weights(weights: ArrayLike | None, rows: int) -> Floats:
    if weights is None:
        return np.ones(rows)
    given = checked_numbers(np.atleast_2d(np.asarray(weights)), what="covariate weights")
    if given.shape != (1, rows) or (given < 0).any() or not given.any():
        raise EstimateError(
            f"covariate weights {given.ravel().tolist()}", expected=f"{rows} numbers of at least 0, not all of them 0"
        )
    return np.asarray(given[0])


def _kept(panel: Floats, known: Floats | None, treated: Whole, pre: int, missing: Missing) -> tuple[Whole, Whole]:
    """Units and periods that the rule keeps."""
    gaps = np.isnan(panel)
    unknown = np.zeros(panel.shape[1], dtype=bool) if known is None else np.isnan(known).any(axis=0)
    if missing == "drop units":
        incomplete = np.asarray(gaps.any(axis=0) | unknown)
        if incomplete[treated].any():
            raise _gap_error(panel[:, treated], known, treated, "the treated units must be complete")
        return _enough_units(np.flatnonzero(~incomplete), treated), np.arange(len(panel))
    if unknown.any() or (gaps.any() and missing == "error"):
        raise _gap_error(panel, known, np.arange(panel.shape[1]), "choose missing='drop units' or 'drop periods'")
    periods = np.flatnonzero(~gaps.any(axis=1))
    before = int((periods < pre).sum())
    if len(periods) < len(panel) and (before < 2 or before == len(periods)):
        raise EstimateError(
            f"{before} periods before the start and {len(periods) - before} after it have no missing cell",
            expected="at least 2 before and 1 after",
            do="choose missing='drop units'",
        )
    return np.arange(panel.shape[1]), periods


def _enough_units(units: Whole, treated: Whole) -> Whole:
    donors = len(units) - len(treated)
    if donors < 2:
        raise EstimateError(
            f"{donors} donors without a missing cell", expected="at least 2", do="choose missing='drop periods'"
        )
    return units


def _gap_error(panel: Floats, known: Floats | None, units: Whole, do: str) -> EstimateError:
    gaps = [f"period {row}, unit {units[column]}" for row, column in np.argwhere(np.isnan(panel))]
    if known is not None:
        gaps += [f"covariate {row}, unit {column}" for row, column in np.argwhere(np.isnan(known)) if column in units]
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    return EstimateError(f"missing cells: {'; '.join(gaps[:5])}{more}", expected="a number in every cell", do=do)


def _check_twins(study: Study, units: Whole) -> None:
    """A donor equal to a treated unit in every period is that unit again: it would fit at once and show no effect."""
    for unit in study.treated:
        twins = np.flatnonzero((study.outcomes == study.outcomes[:, [unit]]).all(axis=0))
        twins = twins[~np.isin(twins, study.treated)]
        if twins.size:
            raise EstimateError(
                f"unit {units[twins[0]]} has the values of treated unit {units[unit]} in every period",
                expected="each unit once",
                do="leave out the duplicate",
            )
