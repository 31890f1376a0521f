"""The in-time placebo: starts moved to where nothing had happened (Abadie, Diamond & Hainmueller 2015, section 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.method import SC, Method
from muster.estimate.study import Study, fit_study

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class InTime:
    """What the design finds where there is nothing to find.

    Attributes:
        starts: the supposed numbers of periods before the start.
        effects: (S,) estimated effects from there to the true start, in the unit of the outcome.
        scaled: (S,) the same in units of the fit: over the root mean square gap before the supposed start.
        ratios: (S,) root mean square of the gap after over before the supposed start.
        largest: the largest absolute effect of them: an estimate that is not clearly larger says little.
    """

    starts: tuple[int, ...]
    effects: Floats
    scaled: Floats
    ratios: Floats
    largest: float


def in_time(chosen: Study, method: Method = SC, *, starts: Sequence[int] | None = None) -> InTime:
    """Refit with earlier starts on the periods before the true one only.

    Args:
        chosen: a study without covariates, whose values would tell of periods after the supposed start.
        starts: numbers of periods before the supposed start; by default every one from half of those before the true start on.

    Raises:
        EstimateError: fewer than three periods before the start, a supposed start outside them, none, or rows to match.
    """
    if chosen.pre < 3:
        raise EstimateError(f"{chosen.pre} periods before the start", expected="at least 3 for a placebo in time")
    if chosen.match is not None:
        raise EstimateError("a placebo in time with rows to match", expected="outcomes only")
    places = tuple(starts) if starts is not None else tuple(range(max(2, chosen.pre // 2), chosen.pre))
    for place in places:
        if not 2 <= place < chosen.pre:
            raise EstimateError(f"a supposed start after {place} periods", expected=f"2 to {chosen.pre - 1}")
    if not places:
        raise EstimateError("no supposed start", expected="at least one")
    before = np.ascontiguousarray(chosen.outcomes[: chosen.pre])
    fits = [fit_study(replace(chosen, outcomes=before, pre=place), method) for place in places]
    effects = np.array([found.att for found in fits])
    scale = np.array([max(found.pre_rmspe, chosen.floor, np.finfo(float).tiny) for found in fits])
    return InTime(places, effects, effects / scale, np.array([found.ratio for found in fits]), float(np.abs(effects).max()))
