"""One door to the tests of no effect; each takes the estimator as its argument."""

from dataclasses import dataclass
from typing import Literal

from muster.errors import EstimateError
from muster.estimate.checking import FitCheck, fit_checks
from muster.estimate.conformal import Conformal, conformal
from muster.estimate.leave_two_out import Side, leave_two_out
from muster.estimate.method import METHODS, SC, Method
from muster.estimate.placebo import placebo_of, signed_p
from muster.estimate.study import Fit, Study, fit_study

Kind = Literal["placebo", "lto", "conformal"]
KINDS: tuple[Kind, ...] = ("placebo", "lto", "conformal")


@dataclass(frozen=True, slots=True)
class Test:
    """A test of no effect.

    Attributes:
        kind, side, alpha, method: what was asked; the method by its name.
        fit: of the treated unit.
        p_value: of the test.
        bound: the largest chance of a p-value this small without an effect that the test guarantees: for ``placebo`` the
            p-value itself, for ``lto`` see :class:`muster.estimate.leave_two_out.LeaveTwoOut`; None for ``conformal``, whose
            guarantee holds as periods grow.
        smallest_p: the smallest level that this panel can reach; a test at a lower alpha cannot find anything.
        interval: constant effects not rejected at ``alpha`` by the moving-block conformal test, in the unit of the outcome;
            None where the panel has too few periods for that alpha, or the study has rows to match.
        checks: see :func:`muster.estimate.checking.fit_checks`.
    """

    __test__ = False  # not a test case of pytest

    kind: Kind
    side: Side
    alpha: float
    method: str
    fit: Fit
    p_value: float
    bound: float | None
    smallest_p: float
    interval: tuple[float, float] | None
    checks: tuple[FitCheck, ...]


def test(
    chosen: Study,
    method: Method | str = SC,
    *,
    kind: Kind = "lto",
    side: Side = "two",
    alpha: float = 0.1,
) -> Test:
    """Test that the treatment did nothing.

    The default, ``lto``, rejects least often where there is nothing (docs/calibration.md) and has a fine grid of p-values, at a
    guaranteed level that may lie a little above them (``bound``). ``placebo`` is exact when every unit was equally likely to be
    treated, on a grid of 1/N. ``conformal`` permutes periods, needs long, stationary series, and rejects up to twice too often
    on persistent ones. When a unit is treated *because* its outcome had just peaked none is guaranteed; measured, ``lto`` stays
    nearest to its level.

    Raises:
        EstimateError: an unknown kind or method; a level outside 0 to 1; a one-sided conformal test; several treated units in
            a test of units.
    """
    how = METHODS.get(method) if isinstance(method, str) else method
    if how is None:
        raise EstimateError(f"no method {method!r}", expected=f"one of {', '.join(METHODS)}")
    if kind not in KINDS:
        raise EstimateError(f"no test {kind!r}", expected=f"one of {', '.join(KINDS)}")
    if not 0 < alpha < 1:
        raise EstimateError(f"level {alpha:g}", expected="a share between 0 and 1, such as 0.1")
    if kind == "conformal" and side != "two":
        raise EstimateError("a one-sided conformal test", expected="side two", do="use placebo or lto")
    by_period = conformal(chosen, how, alpha=alpha) if kind == "conformal" or chosen.match is None else None
    p_value, bound, smallest = _levels(chosen, how, kind, side, by_period)
    found = fit_study(chosen, how)
    checks = fit_checks(chosen, how, found, smallest_p=smallest, alpha=alpha)
    return Test(kind, side, alpha, how.name, found, p_value, bound, smallest, by_period.interval if by_period else None, checks)


def _levels(
    chosen: Study, how: Method, kind: Kind, side: Side, by_period: Conformal | None
) -> tuple[float, float | None, float]:
    """The p-value, its guaranteed level, and the smallest level there is."""
    if kind == "conformal" and by_period:
        return by_period.p_value, None, by_period.smallest_p
    if kind == "lto":
        triples = leave_two_out(chosen, how, side=side)
        return triples.p_value, triples.bound, triples.smallest_p
    placebo = placebo_of(chosen, how)
    p_value = placebo.p_ratio if side == "two" else signed_p(placebo.fits, chosen.treated[0], side)
    return p_value, p_value, placebo.smallest_p
