"""Standard errors from placebos and from leaving units out (Arkhangelsky et al. 2021, section 5, algorithms 3 and 4)."""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import fit_many
from muster.estimate.method import SDID, Method
from muster.estimate.study import Study, fit_study

Whole = NDArray[np.int64]
ErrorKind = Literal["placebo", "jackknife"]


@dataclass(frozen=True, slots=True)
class StandardError:
    """A standard error in the unit of the outcome.

    Attributes:
        value: the error.
        kind: how it was found.
        refits: estimates that it is the spread of.
        seed: of the placebos drawn; None where all were taken.
    """

    value: float
    kind: ErrorKind
    refits: int
    seed: int | None


def standard_error(
    chosen: Study, method: Method = SDID, *, kind: ErrorKind = "placebo", draws: int = 1000, seed: int = 20240625
) -> StandardError:
    """How much the estimate would vary.

    ``placebo`` (algorithm 4): as many controls as there are treated units, taken as if they were treated, with the treated
    units left out; the error is the standard deviation of their effects. All such sets are fitted where there are at most
    ``draws`` of them or one unit is treated (so that no seed is needed), else ``draws`` random ones. It assumes that treated
    units vary as controls do, and is all there is with one treated unit.

    ``jackknife`` (algorithm 3): the effect without one unit at a time, its unit and time weights held as they were fitted and
    those of the donors scaled to sum to 1. It needs two treated units, is conservative for synthetic DiD and DiD, and the paper
    does not recommend it for synthetic control, whose few donors make it unstable.

    Raises:
        EstimateError: an unknown kind; too few controls; a jackknife of one treated unit, of a method with a bias correction
            (which is no weighting), or where one donor has all the weight.
    """
    if kind not in get_args(ErrorKind):
        raise EstimateError(f"no standard error {kind!r}", expected=f"one of {', '.join(get_args(ErrorKind))}")
    return _placebo(chosen, method, draws, seed) if kind == "placebo" else _jackknife(chosen, method)


def _placebo(chosen: Study, method: Method, draws: int, seed: int) -> StandardError:
    controls, size = chosen.donors, len(chosen.treated)
    if len(controls) < size + 2:
        raise EstimateError(f"{len(controls)} controls for {size} treated", expected=f"at least {size + 2} for placebos")
    groups, complete = _groups(controls, size, draws, seed)
    treated = np.tile(np.array(chosen.treated, dtype=np.int64), (len(groups), 1))
    found = fit_many(
        outcomes=chosen.outcomes,
        targets=chosen.outcomes[:, groups].mean(axis=2),
        pre=chosen.pre,
        method=method,
        banned=np.hstack([groups, treated]),
        treated=size,
        match=chosen.match,
        target_match=None if chosen.match is None else chosen.match[:, groups].mean(axis=2),
    )
    return StandardError(float(found.att.std()), "placebo", len(groups), None if complete else seed)


def _groups(controls: Whole, size: int, draws: int, seed: int) -> tuple[Whole, bool]:
    """(B, N₁) sets of controls, and whether these are all."""
    if size == 1 or comb(len(controls), size) <= draws:
        return np.array(list(combinations(controls.tolist(), size)), dtype=np.int64), True
    draw = np.random.default_rng(seed)
    return np.array([draw.choice(controls, size, replace=False) for _ in range(draws)]), False


def _jackknife(chosen: Study, method: Method) -> StandardError:
    if len(chosen.treated) < 2:
        raise EstimateError("a jackknife of one treated unit", expected="at least 2", do="use the placebo error")
    if method.augment is not None:
        raise EstimateError(f"a jackknife of method {method.name!r}", expected="a weighting", do="use the placebo error")
    fit, treated = fit_study(chosen, method), list(chosen.treated)
    change = chosen.outcomes[chosen.pre :].mean(axis=0) - fit.periods @ chosen.outcomes[: chosen.pre]
    donors, own = fit.weights[chosen.donors], change[treated]
    if (donors > 1 - 1e-12).any():
        raise EstimateError("one donor has all the weight", expected="at least 2 with weight", do="use the placebo error")
    mix = donors @ change[chosen.donors]
    without_donor = own.mean() - (mix - donors * change[chosen.donors]) / (1 - donors)
    without_treated = (own.sum() - own) / (len(own) - 1) - mix
    effects = np.concatenate([without_donor, without_treated])
    spread = ((effects - effects.mean()) ** 2).sum() * (len(effects) - 1) / len(effects)
    return StandardError(float(np.sqrt(spread)), "jackknife", len(effects), None)
