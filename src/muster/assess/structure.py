"""Level, trend and season of one series around a start: a structural time series. It describes, and decides no verdict."""

import warnings
from dataclasses import astuple, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from muster.assess.data_checks import check
from muster.assess.description import SEASONS, Description
from muster.assess.series import Floats
from muster.assess.words import named, number, percent
from muster.errors import EstimateError
from muster.records import Check

YEARS = (3, 1)  # of figures before and after the start; with fewer a season cannot be told from a trend
PRESENT = 0.8  # of the periods from the first figure to the last


@dataclass(frozen=True, slots=True)
class Structure:
    """A series taken apart; all in the outcome's unit, slopes in that a period.

    Attributes:
        before, after: the level, without season and noise, in the last period before the start and in the first after it.
        slope_before, slope_after: its trend in these periods.
        season: from the lowest to the highest of the year.
        step: how far the level moved with the start beyond its usual wandering, and ``error``, its standard error.
    """

    before: float
    after: float
    slope_before: float
    slope_after: float
    season: float
    step: float
    error: float


def structure(values: Floats, first: int, season: int) -> Structure:
    """A wandering level, a trend that may turn and a level that may step with the start, a fixed season (Harvey 1989, ch. 7).

    The two variances are found by maximum likelihood over the Kalman filter, all else is in the state; the error of the step
    takes the variances as known.

    Args:
        values: (T,) NaN where there is no figure.
        first: the first period after the start.
        season: periods a year.

    Raises:
        EstimateError: the likelihood found no maximum, or nothing varies.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # slow to import, and few series are long enough

    scale = float(np.nanstd(values))
    if not scale:
        raise EstimateError("a series that does not vary", expected="one that does")
    since = np.arange(len(values)) - first
    model = UnobservedComponents(
        values / scale,
        level="local linear deterministic trend",
        seasonal=season,
        stochastic_seasonal=False,
        exog=np.column_stack([since >= 0, np.maximum(since, 0)]).astype(float),
        mle_regression=False,
    )
    found = _fitted(model)
    level, slope = found.level.smoothed * scale, float(found.trend.smoothed[-1]) * scale
    step, turn = found.regression_coefficients.smoothed[:, -1] * scale
    made = Structure(
        before=float(level[first - 1]),
        after=float(level[first] + step),
        slope_before=slope,
        slope_after=float(slope + turn),
        season=float(np.ptp(found.seasonal.smoothed[-season:])) * scale,
        step=float(step),
        error=float(np.sqrt(found.regression_coefficients.smoothed_cov[0, 0, -1])) * scale,
    )
    if not np.isfinite(astuple(made)).all():
        raise EstimateError("a likelihood whose maximum has no finite error")
    return made


def _fitted(model: Any) -> Any:
    """The fit at the maximum of the likelihood; where one search does not converge another is tried, and a third is not."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    for search in ("lbfgs", "powell"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", ConvergenceWarning)
                return model.fit(method=search, disp=False, maxiter=500)
        except (ConvergenceWarning, np.linalg.LinAlgError):
            continue
    raise EstimateError("no maximum of the likelihood was found", expected="a search that converges")


def structure_check(told: Description, alpha: float) -> Check:
    """Whether the level stepped with the start, apart from trend and season, the way that the change went."""
    name, outcome = "level, trend and season", told.series.outcome
    season = SEASONS.get(outcome.period)
    if season is None or told.compared is None:
        return check(name, None, "Only monthly and quarterly figures on both sides of the start can be taken apart.")
    values, first = _regular(told)
    before, after = (np.isfinite(values[:first]).sum(), np.isfinite(values[first:]).sum())
    if before < YEARS[0] * season or after < YEARS[1] * season or np.isfinite(values).mean() < PRESENT:
        reason = (
            f"To tell level, trend and season apart takes figures for three years before the start and one after, in "
            f"{percent(PRESENT)} of the {outcome.period}s. There are {before} and {after}, "
            f"in {percent(float(np.isfinite(values).mean()))} of them."
        )
        return check(name, None, reason)
    try:
        found = structure(values, first, season)
    except EstimateError as error:
        return check(name, None, f"The series could not be taken apart: {error}.")
    reach = NormalDist().inv_cdf(1 - alpha / 2) * found.error
    reason = (
        f"Apart from season (which moves it by up to {number(found.season)}) the level was {number(found.before)} just before "
        f"{named(told.start)}, with a trend of {number(found.slope_before)} a {outcome.period}, and {number(found.after)} just "
        f"after, with {number(found.slope_after)}: a step of {number(found.step)} ({number(found.step - reach)} to "
        f"{number(found.step + reach)} at {percent(1 - alpha)}) beyond its usual wandering. The cause is not in it."
    )
    same = abs(found.step) > reach and np.sign(found.step) == np.sign(told.compared.difference)
    return check(name, bool(same), reason)


def _regular(told: Description) -> tuple[Floats, int]:
    """The series from its first figure to its last, without figures in which the start falls, and the first row after it."""
    values = told.series.values.copy()
    values[told.sides.across] = np.nan
    there = np.flatnonzero(np.isfinite(values))
    return values[there[0] : there[-1] + 1], int(told.sides.after[0] - there[0])
