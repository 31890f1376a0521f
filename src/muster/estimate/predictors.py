"""Weights of predictors from the data: the nested search of Abadie & Gardeazabal (2003, appendix B)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.estimating import block_study
from muster.estimate.simplex import simplex_weights
from muster.estimate.study import Study, whole_number

Floats = NDArray[np.float64]

_SMALLEST = 1e-6  # the smallest weight looked at, relative to the largest
_POLISHED = 3  # the best points of the grid that are improved by simplex search, in rounds of _STEPS at most _ROUNDS times
_STEPS = 600
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class PredictorWeights:
    """Predictor weights, see :func:`predictor_weights`.

    Attributes:
        weights: (R,) diagonal of V, sum 1: pass them as ``covariate_weights``.
        mspe: mean squared gap before the start, over ``window``, with these weights.
        tried: (S, R) weights at which the searches ended, best first.
        tried_mspe: (S,) what each reached.
    """

    weights: Floats
    mspe: float
    tried: Floats
    tried_mspe: Floats


def predictor_weights(
    *,
    outcomes: ArrayLike,
    treated: int | Sequence[int],
    pre: int,
    predictors: ArrayLike,
    window: tuple[int, int] | None = None,
    grid: int = 1000,
) -> PredictorWeights:
    """The V whose synthetic control, fitted on the predictors alone, has the smallest MSPE before the start.

    It is deterministic: ``grid`` points of a Halton sequence over the logarithms of the weights, and a simplex search (Nelder &
    Mead 1965) from the three best and from equal weights. Use the result with ``fit(..., match="covariates only")``.

    The search is not convex, and many V give the same unit weights while some give nearly the same MSPE with others, so
    published tables are met to two or three digits rather than exactly. (Klößner, Kaul, Pfeifer & Schieler 2018: results of one
    study change with the program and with the order of the predictors.) Look at ``tried``: where searches that end at a similar
    MSPE end at other weights, the weights of single predictors mean nothing; fit with each, and where the donors differ too,
    the predictors do not settle them. A fit to all periods before the start without predictors has no such trouble.

    Args:
        outcomes: (T, N) periods by units, complete.
        treated: column or columns treated from period ``pre`` on.
        pre: number of periods before the start.
        predictors: (R, N), at least 2, scaled as covariates of :func:`muster.estimate.estimating.fit`.
        window: first period and the one after the last over which the MSPE is taken; all before the start if None.
        grid: points of the first stage, at least 10.

    Raises:
        EstimateError: as ``fit``; a window outside the periods before the start; fewer than two predictors; too small a grid.
    """
    study = block_study(outcomes=outcomes, treated=treated, pre=pre, covariates=predictors, match="covariates only").study
    if study.match is None or len(study.match) < 2:
        raise EstimateError("a single predictor", expected="at least 2", do="fit with weight 1: there is nothing to choose")
    if whole_number(grid, "grid") < 10:
        raise EstimateError(f"a grid of {grid} points", expected="at least 10")
    loss = _Loss(study, study.match, _checked_window(window, study.pre))
    tried = sorted((_polished(loss, start) for start in loss.best_of_grid(grid)), key=loss)
    reached = np.array([loss(point) for point in tried])
    vectors = np.array([weights_at(point) for point in tried])
    return PredictorWeights(vectors[0], float(reached[0]), vectors, reached)


def weights_at(point: Floats) -> Floats:
    """(R,) the weights of a point of the unit cube: logarithms from the smallest weight looked at to the largest."""
    raw = _SMALLEST ** (1 - np.clip(point, 0, 1))
    return np.asarray(raw / raw.sum())


class _Loss:
    """The MSPE before the start as a function of a point of the unit cube."""

    def __init__(self, study: Study, rows: Floats, window: slice) -> None:
        treated = list(study.treated)
        self.donors, self.target = rows[:, study.donors], rows[:, treated].mean(axis=1, keepdims=True)
        before = study.outcomes[window]
        self.outcomes, self.aim = before[:, study.donors], before[:, treated].mean(axis=1)

    def __call__(self, point: Floats) -> float:
        root = np.sqrt(weights_at(point))[:, None]
        weights = simplex_weights(donors=root * self.donors, targets=root * self.target).weights[:, 0]
        return float(((self.aim - self.outcomes @ weights) ** 2).mean())

    def best_of_grid(self, count: int) -> list[Floats]:
        """Equal weights, and the best of ``count`` points spread over the cube."""
        from scipy.stats.qmc import Halton  # slow to import, and only this asks for it

        points = Halton(len(self.donors), scramble=False).random(count + 1)[1:]  # the first is a corner
        order = np.argsort([self(point) for point in points], kind="stable")
        return [np.ones(len(self.donors)), *points[order[:_POLISHED]]]


def _polished(loss: _Loss, start: Floats) -> Floats:
    """Simplex search, started again where it stopped until that helps no more: one alone stops early on kinks."""
    from scipy.optimize import minimize  # slow to import

    point, reached = start, loss(start)
    for _ in range(_ROUNDS):
        found = minimize(
            loss,
            point,
            method="Nelder-Mead",
            bounds=[(0, 1)] * len(start),
            options={"maxfev": _STEPS, "xatol": 1e-5, "fatol": 1e-9 * reached, "adaptive": True},
        )
        if not found.fun < reached * (1 - 1e-5):
            break
        point, reached = np.asarray(found.x), float(found.fun)
    return point


def _checked_window(window: tuple[int, int] | None, pre: int) -> slice:
    if window is None:
        return slice(0, pre)
    first, end = (whole_number(edge, "window") for edge in window)
    if not 0 <= first < end <= pre:
        raise EstimateError(f"a window from {first} to {end}", expected=f"periods from 0 to {pre}, the end excluded")
    return slice(first, end)
