"""What a reader should ask of a fit before believing its effect; each answer is a value with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from muster.estimate.fitting import fit_many
from muster.estimate.in_time import in_time
from muster.estimate.method import Method
from muster.estimate.placebo import placebo_of
from muster.estimate.study import Fit, Study

Answer = Literal["pass", "fail", "not possible"]

_CLOSE = 2.0  # how many times the usual pre-period gap of the other units a fit may have


@dataclass(frozen=True, slots=True)
class FitCheck:
    """One question put to a fit, its answer and what the answer rests on, in words with numbers."""

    name: str
    verdict: Answer
    reason: str


def fit_checks(chosen: Study, method: Method, fit: Fit, *, smallest_p: float, alpha: float) -> tuple[FitCheck, ...]:
    """The pre-period fit, the donors' support, the resolution of the test, single donors, and starts where nothing happened."""
    asked: tuple[Callable[[], FitCheck], ...] = (
        lambda: _resolution(smallest_p, alpha),
        lambda: _fit_before(chosen, method, fit),
        lambda: _support(chosen),
        lambda: _without_one_donor(chosen, method, fit),
        lambda: _in_time(chosen, method, fit),
    )
    return tuple(ask() for ask in asked)


def _answer(passed: bool) -> Answer:
    return "pass" if passed else "fail"


def _resolution(smallest_p: float, alpha: float) -> FitCheck:
    reason = f"the smallest level that this panel can reach is {smallest_p:.3g}, the level asked is {alpha:g}"
    return FitCheck("smallest p", _answer(smallest_p <= alpha), reason)


def _fit_before(chosen: Study, method: Method, fit: Fit) -> FitCheck:
    if len(chosen.treated) != 1:
        return FitCheck(
            "fit before", "not possible", "several treated units are compared as one mean, placebos are single units"
        )
    others = [made.pre_rmspe for unit, made in enumerate(placebo_of(chosen, method).fits) if unit not in chosen.treated]
    usual = float(np.median(others))
    reason = f"root mean square gap before the start {fit.pre_rmspe:.3g}, median of the other units {usual:.3g}"
    return FitCheck("fit before", _answer(fit.pre_rmspe <= _CLOSE * max(usual, chosen.floor)), reason)


def _support(chosen: Study) -> FitCheck:
    before = chosen.outcomes[: chosen.pre]
    level, donors = float(before[:, list(chosen.treated)].mean()), before[:, chosen.donors].mean(axis=0)
    inside = bool(donors.min() <= level <= donors.max())
    reason = f"mean before the start {level:.4g}, of the donors {donors.min():.4g} to {donors.max():.4g}"
    return FitCheck("donors in support", _answer(inside), reason)


def _without_one_donor(chosen: Study, method: Method, fit: Fit) -> FitCheck:
    donors = np.flatnonzero(fit.weights > 0) if method.leaves_out else chosen.donors
    if len(chosen.donors) < 3:
        return FitCheck("leave one donor out", "not possible", f"{len(chosen.donors)} donors")
    treated = list(chosen.treated)
    aims = np.repeat(chosen.outcomes[:, treated].mean(axis=1, keepdims=True), len(donors), axis=1)
    match = (
        None if chosen.match is None else np.repeat(chosen.match[:, treated].mean(axis=1, keepdims=True), len(donors), axis=1)
    )
    found = fit_many(
        outcomes=chosen.outcomes,
        targets=aims,
        pre=chosen.pre,
        method=method,
        banned=np.column_stack([np.tile(treated, (len(donors), 1)), donors]),
        treated=len(treated),
        match=chosen.match,
        target_match=match,
    )
    low, high = float(found.att.min()), float(found.att.max())
    reason = f"effects from {low:.4g} to {high:.4g} without one donor at a time"
    return FitCheck("leave one donor out", _answer(low * high > 0), reason)


def _in_time(chosen: Study, method: Method, fit: Fit) -> FitCheck:
    if chosen.pre < 6 or chosen.match is not None:
        return FitCheck("in-time placebo", "not possible", f"{chosen.pre} periods before the start")
    found = in_time(chosen, method)
    reason = (
        f"largest effect at {len(found.starts)} supposed earlier starts {found.largest:.4g}, at the true one {abs(fit.att):.4g}"
    )
    return FitCheck("in-time placebo", _answer(found.largest < abs(fit.att)), reason)
