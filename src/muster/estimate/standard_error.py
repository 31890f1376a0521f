"""Standard errors from placebos and from leaving units out (Arkhangelsky et al. 2021, section 5, algorithms 3 and 4)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from muster.errors import EstimateError
from muster.estimate.fitting import fit_many
from muster.estimate.method import SDID, Method
from muster.estimate.study import Study, fit_study

ErrorKind = Literal["placebo", "jackknife"]


@dataclass(frozen=True, slots=True)
class StandardError:
    """A standard error in the unit of the outcome, and how many refits it rests on."""

    value: float
    kind: ErrorKind
    refits: int


def standard_error(chosen: Study, method: Method = SDID, *, kind: ErrorKind = "placebo") -> StandardError:
    """How much the estimate would vary.

    ``placebo``: every control in turn as if it alone were treated, the treated units left out: all of them and not a sample, so
    that no seed is needed; the error is the standard deviation of their effects. It assumes that treated units vary as controls
    do, and is all there is with one treated unit. ``jackknife``: the fit without one unit at a time; it needs two or more
    treated units and is conservative.

    Raises:
        EstimateError: a jackknife of one treated unit, or fewer than three controls.
    """
    if len(chosen.donors) < 3:
        raise EstimateError(f"{len(chosen.donors)} controls", expected="at least 3 for a standard error")
    return _placebo(chosen, method) if kind == "placebo" else _jackknife(chosen, method)


def _placebo(chosen: Study, method: Method) -> StandardError:
    controls = chosen.donors
    away = np.tile(np.array(chosen.treated, dtype=np.int64), (len(controls), 1))
    found = fit_many(
        outcomes=chosen.outcomes,
        targets=np.ascontiguousarray(chosen.outcomes[:, controls]),
        pre=chosen.pre,
        method=method,
        banned=np.column_stack([controls, away]),
        match=chosen.match,
        target_match=None if chosen.match is None else np.ascontiguousarray(chosen.match[:, controls]),
    )
    return StandardError(float(found.att.std()), "placebo", len(controls))


def _jackknife(chosen: Study, method: Method) -> StandardError:
    if len(chosen.treated) < 2:
        raise EstimateError("a jackknife of one treated unit", expected="at least 2", do="use the placebo error")
    effects = [_without(chosen, method, unit) for unit in range(chosen.outcomes.shape[1])]
    spread, count = np.array(effects), len(effects)
    return StandardError(float(np.sqrt((count - 1) / count * ((spread - spread.mean()) ** 2).sum())), "jackknife", count)


def _without(chosen: Study, method: Method, unit: int) -> float:
    """The effect without one unit, treated or control."""
    if unit not in chosen.treated:
        return fit_study(chosen, method, banned=(unit,)).att
    keep = np.delete(np.arange(chosen.outcomes.shape[1]), unit)
    treated = tuple(int(np.flatnonzero(keep == other)[0]) for other in chosen.treated if other != unit)
    match = None if chosen.match is None else np.ascontiguousarray(chosen.match[:, keep])
    return fit_study(Study(np.ascontiguousarray(chosen.outcomes[:, keep]), treated, chosen.pre, match), method).att
