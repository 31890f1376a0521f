"""Poisson regression with unit and period effects where every cell of cohort and period has at most one coefficient.

With its unit effect at the best value, unit i's counts are a multinomial in time with n_i trials, and units of one cohort g
share its probabilities: the likelihood depends on the data only through the cohort totals S_gt,

    maximise over (γ, β)   Σ_gt S_gt log p_gt      with   p_gt ∝ exp(γ_t + β_c(g,t)),   Σ_t p_gt = 1

so that a Newton step costs the same for ten units as for a million. The score residuals of unit i are y_it − n_i p_gt.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from muster.errors import EstimateError

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

_SOLVED = 1e-10  # largest certificate that counts as solved
_LEAST = 1e-5  # totals below this share of all counts are fitted relative to it: no double holds more digits of both
_STILL = 1e-7  # a last step longer than this is no maximum, however flat the likelihood is
_STEPS = 40
_HALVINGS = 60
_DEPENDENT = 1e-10  # eigenvalue, relative to the largest diagonal, below which coefficients repeat each other


@dataclass(frozen=True, slots=True)
class Cells:
    """The panel as a table of cohorts by periods.

    Attributes:
        totals: (G, T) counts of each cohort in each period; every cohort and period has some.
        column: (G, T) coefficient of the cell, −1 for none.
        labels: (K,) what a message calls each coefficient.
    """

    totals: Floats
    column: Whole
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is largest.

    Attributes:
        coefficients: (K,) β.
        shares: (G, T) p, summing to 1 in each cohort.
        influence: (T + K, K) inverse of the information, columns of β: a score (T + K,) times it moves β.
        iterations: Newton steps taken.
        certificate: largest |observed − fitted| total of any period or coefficient, relative to the observed total, or to
            1e-5 of all counts where that is more.
    """

    coefficients: Floats
    shares: Floats
    influence: Floats
    iterations: int
    certificate: float


@dataclass(frozen=True, slots=True)
class _Point:
    """The likelihood, its fitted counts per cohort and parameter (G, T + K), and its gradient (T + K,) at θ = (γ, β)."""

    theta: Floats
    value: float
    fitted: Floats
    gradient: Floats


def maximise(cells: Cells) -> Maximum:
    """Newton's method with step halving on a concave likelihood, from the fit without coefficients.

    Raises:
        EstimateError: coefficients that repeat unit and period effects or each other, or whose maximum is at infinity.
    """
    _check_identified(cells)
    observed = _by_parameter(cells, cells.totals).sum(axis=0)
    _check_counts(cells, observed)
    periods = cells.totals.shape[1]
    start = np.concatenate([np.log(observed[:periods]), np.zeros(len(cells.labels))])
    point, step = _point(cells, start, observed), np.zeros_like(start)
    scale = np.maximum(observed, _LEAST * cells.totals.sum())
    for iteration in range(_STEPS):
        information = _information(cells, point.fitted)
        try:
            step = np.asarray(np.linalg.solve(information, point.gradient))
        except np.linalg.LinAlgError:  # the likelihood has gone flat on its way to infinity
            break
        certificate = float(np.max(np.abs(point.gradient) / scale))
        if certificate <= _SOLVED and np.abs(step).max() <= _STILL:
            influence = np.asarray(np.linalg.solve(information, np.eye(len(start))[:, periods:]))
            trials = cells.totals.sum(axis=1, keepdims=True)
            return Maximum(point.theta[periods:], point.fitted[:, :periods] / trials, influence, iteration, certificate)
        point = _improved(cells, point, step, observed)
    raise _no_maximum(cells, np.abs(step[periods:]))


@dataclass(frozen=True, slots=True)
class Combination:
    """Weighted sums of coefficients.

    Attributes:
        moves: for each cohort (m, T), how far one more count of a unit in a period moves each sum.
        variance: (m, m) of the sums were the counts Poisson: from the inverse information.
    """

    moves: tuple[Floats, ...]
    variance: Floats

    def pick(self, rows: NDArray[np.bool_]) -> "Combination":
        """Some of the sums."""
        return Combination(tuple(own[rows] for own in self.moves), self.variance[np.ix_(rows, rows)])


def combine(cells: Cells, found: Maximum, weights: Floats) -> Combination:
    """The sums of coefficients with these weights (m, K)."""
    periods, influence = cells.totals.shape[1], weights @ found.influence.T
    by_period, by_coefficient = influence[:, :periods], np.pad(influence[:, periods:], ((0, 0), (0, 1)))
    moves = tuple(by_period + by_coefficient[:, column] for column in cells.column)  # column −1 is the zero at the end
    return Combination(moves, influence[:, periods:] @ weights.T)


def clustered_covariance(cells: Cells, counts: tuple[Floats, ...], found: Maximum, sums: Combination) -> Floats:
    """Covariance (m, m) of sums of coefficients, clustered by unit (CRV1).

    The sandwich is scaled by (NT − 1)/(NT − K − T) · N/(N − 1), the correction that fixest and pyfixest apply by default:
    unit effects, nested in the clusters, are not counted.

    Args:
        cells: the table that was fitted.
        counts: a (T, n) array for each cohort, whose rows of ``totals`` they sum to.
        found: the maximum.
        sums: what is wanted.
    """
    covariance: Floats = np.zeros(sums.variance.shape)
    for own, shares, moves in zip(counts, found.shares, sums.moves, strict=True):
        scores = own - np.outer(shares, own.sum(axis=0))
        covariance += moves @ (scores @ scores.T) @ moves.T
    units = sum(own.shape[1] for own in counts)
    rows, used = units * cells.totals.shape[1], len(cells.labels) + cells.totals.shape[1]
    covariance *= (rows - 1) / (rows - used) * units / (units - 1)
    return covariance


def effective_units(counts: tuple[Floats, ...], found: Maximum, sums: Combination) -> Floats:
    """How many equal units would tell as much of each sum (m,).

    With u_i the part of unit i in the variance of a sum were the counts Poisson, (Σ u_i)²/Σ u_i² (Carter, Schnepel &
    Steigerwald 2017, in the form of Satterthwaite's degrees of freedom).
    """
    squares: Floats = np.zeros(len(sums.variance))
    for own, shares, moves in zip(counts, found.shares, sums.moves, strict=True):
        squares += _multinomial_variance(moves, shares) ** 2 * float((own.sum(axis=0) ** 2).sum())
    return np.asarray(np.diagonal(sums.variance) ** 2 / squares)


def jointly_effective_units(counts: tuple[Floats, ...], found: Maximum, sums: Combination) -> float:
    """The same for all sums taken together, u_i = tr(V⁻¹ V_i)."""
    root = np.linalg.cholesky(sums.variance)
    squares = 0.0
    for own, shares, moves in zip(counts, found.shares, sums.moves, strict=True):
        part = float(_multinomial_variance(np.linalg.solve(root, moves), shares).sum())
        squares += part**2 * float((own.sum(axis=0) ** 2).sum())
    return len(root) ** 2 / squares


def _multinomial_variance(values: Floats, shares: Floats) -> Floats:
    """Variance (m,) of values (m, T) drawn with probabilities (T,)."""
    mean: Floats = values @ shares
    return np.asarray((values - mean[:, None]) ** 2 @ shares)


def _point(cells: Cells, theta: Floats, observed: Floats) -> _Point:
    periods = cells.totals.shape[1]
    predictor = theta[:periods] + np.append(theta[periods:], 0.0)[cells.column]
    log_shares = predictor - logsumexp(predictor, axis=1, keepdims=True)
    value = float((cells.totals * log_shares).sum())
    fitted = _by_parameter(cells, np.exp(log_shares) * cells.totals.sum(axis=1, keepdims=True))
    return _Point(theta, value, fitted, observed - fitted.sum(axis=0))


def _improved(cells: Cells, point: _Point, step: Floats, observed: Floats) -> _Point:
    """The likelihood is concave, so some part of a Newton step raises it, up to the rounding of its value."""
    floor = point.value - 1e-12 * abs(point.value)
    moved = point
    for halving in range(_HALVINGS):
        moved = _point(cells, point.theta + step / 2**halving, observed)
        if moved.value >= floor:
            break
    return moved


def _by_parameter(cells: Cells, values: Floats) -> Floats:
    """Cell values (G, T) with their sums by cohort and coefficient (G, K) beside them."""
    cohorts, width = len(values), len(cells.labels) + 1
    place = np.arange(cohorts)[:, None] * width + cells.column + 1  # the first of each row collects cells without coefficient
    sums = np.bincount(place.ravel(), weights=values.ravel(), minlength=cohorts * width).reshape(cohorts, width)
    return np.hstack([values, sums[:, 1:]])


def _by_period(cells: Cells, values: Floats) -> Floats:
    """Sums of cell values by period and coefficient, (T, K)."""
    periods, width = values.shape[1], len(cells.labels) + 1
    place = np.arange(periods) * width + cells.column + 1
    sums = np.bincount(place.ravel(), weights=values.ravel(), minlength=periods * width)
    return np.asarray(sums.reshape(periods, width)[:, 1:], dtype=np.float64)


def _information(cells: Cells, fitted: Floats) -> Floats:
    """Σ_g D_g' (diag μ_g − μ_g μ_g'/n_g) D_g, with the free level of γ held at its mean."""
    periods = cells.totals.shape[1]
    information: Floats = np.diag(fitted.sum(axis=0))
    cross = _by_period(cells, fitted[:, :periods])
    information[:periods, periods:] = cross
    information[periods:, :periods] = cross.T
    weighted = fitted / np.sqrt(cells.totals.sum(axis=1, keepdims=True))
    information -= weighted.T @ weighted
    information[:periods, :periods] += cells.totals.sum() / periods**2
    return information


def _check_identified(cells: Cells) -> None:
    """Coefficients left after unit and period effects: the Gram matrix of the doubly centred dummies, from counts of cells."""
    cohorts, periods = cells.totals.shape
    ones, size = np.ones((cohorts, periods)), len(cells.labels)
    by_cohort, by_period = _by_parameter(cells, ones)[:, periods:], _by_period(cells, ones)
    every = by_cohort.sum(axis=0)
    gram = np.diag(every) + np.outer(every, every) / ones.size
    gram -= by_cohort.T @ by_cohort / periods + by_period.T @ by_period / cohorts
    tolerance = _DEPENDENT * max(1.0, float(gram.diagonal().max()))
    try:  # a Cholesky factor of what is left exists if, and only if, the smallest eigenvalue is larger
        np.linalg.cholesky(gram - tolerance * np.eye(size))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(gram)
        free = np.abs(vectors[:, values <= 2 * tolerance]).max(axis=1) > 1e-6
        raise EstimateError(
            f"{(values <= 2 * tolerance).sum()} of {size} effects follow from unit and period effects: "
            f"{_listed(cells, free)} are not identified",
            expected="units that are never treated, or starts that differ",
            do="add never-treated units, leave out those treated throughout, or pool distant event times with leads= and lags=",
        ) from None


def _check_counts(cells: Cells, observed: Floats) -> None:
    empty = observed[cells.totals.shape[1] :] <= 0
    if empty.any():
        raise EstimateError(
            f"no counts at all at {_listed(cells, empty)}: the estimate there is minus infinity",
            expected="some counts behind every effect",
            do="pool distant event times with leads= and lags=, or use longer periods",
        )


def _no_maximum(cells: Cells, step: Floats) -> EstimateError:
    """Coefficients on their way to infinity still move by about one in every step."""
    what = (
        f"the effects at {_listed(cells, step > 0.1)} run off to infinity" if (step > 0.1).any() else f"none in {_STEPS} steps"
    )
    return EstimateError(
        f"the likelihood has no maximum: {what}",
        expected="counts wherever an effect is told apart from the others",
        do="pool distant event times with leads= and lags=, or use longer periods",
    )


def _listed(cells: Cells, chosen: NDArray[np.bool_]) -> str:
    names = [label for label, named in zip(cells.labels, chosen, strict=True) if named]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
