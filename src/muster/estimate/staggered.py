"""Several treated units and staggered starts: effects by unit, cohort or pooled, on one event clock."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.event_clock import NEVER, Design, Donors, How, Piece, added, pieces
from muster.estimate.method import SDID, Method
from muster.estimate.staggered_error import Error, Uncertainty, mean_effect, uncertainty_of
from muster.estimate.study import Fit, Study, check_varying, checked_numbers, chosen_method, whole_number

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect on one unit, one cohort, or all treated units pooled.

    Attributes:
        start: first treated period; in a pooled effect the position of the start on the event clock.
        units: treated columns whose mean this is.
        fit: in the shape of the panel, NaN in ``path`` and ``gap`` outside the periods used; in a pooled effect in the shape
            of the event clock. Where donors are lost after the start, its weights are those at the start, its certificate the
            largest.
    """

    start: int
    units: tuple[int, ...]
    fit: Fit


@dataclass(frozen=True, slots=True)
class Staggered:
    """Effects on an event clock, see :func:`staggered`.

    Attributes:
        att: mean effect over all treated unit-periods: the mean of ``path`` from the start on, weighted by ``counts``.
        event_times: (E,) periods since the start, 0 the first treated.
        path: (E,) mean gap of the treated units at each event time, every treated unit counting the same.
        counts: (E,) treated units behind each point of ``path``.
        effects: one a unit or cohort, in order of start; a single one if pooled.
        left_out: treated units without effect, because fewer than two donors were untreated when they started.
        uncertainty: null if none was asked for.
    """

    att: float
    event_times: Whole
    path: Floats
    counts: Whole
    effects: tuple[Effect, ...]
    left_out: tuple[int, ...]
    uncertainty: Uncertainty | None


def staggered(  # noqa: PLR0913 - each is a choice of its own
    *,
    outcomes: ArrayLike,
    starts: ArrayLike,
    method: Method | str = SDID,
    how: How = "cohort",
    donors: Donors = "never",
    leads: int | None = None,
    lags: int | None = None,
    error: Error = "placebo",
    replications: int = 200,
    seed: int = 0,
) -> Staggered:
    """Estimate the effect on units that are treated from different periods on.

    Each cohort (units of one start) is a block study of its own, from ``leads`` periods before its start to ``lags`` after it,
    whose donors are never treated, or ``not yet`` treated at the period estimated: where a donor is lost the block is fitted
    again without it for the periods from there on. Treated units of other cohorts never serve as donors once treated, so no
    effect is compared with another effect (Callaway & Sant'Anna 2021, section 2).

    Blocks are put on one event clock. The effect at an event time is the mean over the treated units observed there, the
    pooled effect the mean over all treated unit-periods: cohort a weighs by its units times its periods. With synthetic DiD
    this is the estimator of Arkhangelsky et al. (2021, appendix) and Clarke et al. (2023), with DiD the "simple" aggregate of
    Callaway & Sant'Anna, but measured from the mean of all periods used before the start, where they take the last one alone:
    ``leads=1`` gives theirs. Points of the path far from the start rest on the cohorts that reach them: see ``counts``.

    The placebo error is the spread (population standard deviation) of the pooled effect when the starts are given to
    never-treated units instead, the treated ones taking no part: all ways to do so if at most ``replications``, else that many
    drawn. It takes treated and never-treated units to vary alike. Its placebos have fewer donors than the study, which tends
    to make it too large. The jackknife leaves out one treated unit at a time and fits again; it takes donors as given, so with
    few donors or common shocks it is too small, and it is rough with fewer than about ten treated units.

    Args:
        outcomes: (T, N) periods by units, finite.
        starts: (N,) whole numbers: the first treated period of each unit, −1 for never.
        method: how units and periods are weighted, or its name.
        how: ``unit`` fits every treated unit, ``cohort`` the mean of each cohort, ``pooled`` one weighting of the never-treated
            units for the mean of all treated units on the event clock, over the event times that all of them reach.
        donors: ``never`` or ``not yet``.
        leads: most periods before each start that are used; all if None.
        lags: last event time estimated; all if None.
        error: ``placebo``, ``jackknife`` or ``none``.
        replications: most assignments of the placebo error.
        seed: of the draw.

    Raises:
        EstimateError: an outcome missing, infinite or not a number, or a series that never changes; starts of another length,
            not whole, outside the panel, without a treated unit or with fewer than two periods before one (one for methods
            that fit no unit weights); fewer than two donors; too few units for the error asked for.

    Example:
        >>> panel = [[1, 5, 2, 4], [2, 5, 2, 5], [9, 6, 3, 5], [9, 14, 3, 6]]  # four periods, four places
        >>> found = staggered(outcomes=panel, starts=[2, 3, -1, -1], method="did", error="none")
        >>> [round(effect.fit.att, 3) for effect in found.effects], round(found.att, 3)
        ([6.5, 7.667], 6.889)
    """
    design = _checked(outcomes, starts, chosen_method(method), how, donors, leads, lags)
    found = list(pieces(design, design.starts[None, :]))
    sums, counts = added(design, found, 1)
    reached = np.flatnonzero(counts[0])
    if not reached.size:
        raise EstimateError("no start at which two donors are untreated", expected="at least 2 donors")
    before, _ = design.span
    effects = _effects(design, found)
    seen = {unit for effect in effects for unit in effect.units}
    return Staggered(
        att=float(mean_effect(sums, counts, before)[0]),
        event_times=reached - before,
        path=sums[0, reached] / counts[0, reached],
        counts=counts[0, reached].astype(np.int64),
        effects=effects,
        left_out=tuple(int(unit) for unit in np.flatnonzero(design.starts >= 0) if unit not in seen),
        uncertainty=uncertainty_of(design, error, replications, seed, reached),
    )


def _effects(design: Design, found: list[Piece]) -> tuple[Effect, ...]:
    """The effects of the study itself; blocks cut where donors are lost are put together again."""
    together: dict[tuple[int, tuple[int, ...]], list[tuple[Piece, int]]] = {}
    for piece in found:
        for column, members in enumerate(piece.members):
            units = tuple(int(unit) for unit in np.flatnonzero(members))
            together.setdefault((piece.start, units), []).append((piece, column))
    return tuple(Effect(start, units, _joined(design, parts)) for (start, units), parts in sorted(together.items()))


def _joined(design: Design, parts: list[tuple[Piece, int]]) -> Fit:
    (first, column), start = parts[0], parts[0][0].start
    length = sum(design.span) if design.how == "pooled" else len(design.outcomes)
    gap, path, periods = np.full(length, np.nan), np.full(length, np.nan), np.zeros(start)
    periods[start - first.pre :] = first.fits.periods[:, column]
    for piece, place in parts:
        rows = np.arange(len(piece.actual))[piece.shown]
        gap[rows + start - piece.pre] = piece.fits.gap[rows, place]
        path[rows + start - piece.pre] = piece.actual[rows, place] - piece.fits.gap[rows, place]
    before, after = gap[start - first.pre : start], gap[start:][~np.isnan(gap[start:])]
    pre_rmspe, post_rmspe = (float(np.sqrt((part**2).mean())) for part in (before, after))
    floor = Study(design.outcomes, (), start).floor
    return Fit(
        att=float(after.mean()),
        path=path,
        gap=gap,
        weights=first.fits.weights[:, column],
        periods=periods,
        pre_rmspe=pre_rmspe,
        post_rmspe=post_rmspe,
        ratio=post_rmspe / max(pre_rmspe, floor) if floor else 0.0,
        certificate=max(float(piece.fits.certificate[place]) for piece, place in parts),
    )


def _checked(
    outcomes: ArrayLike,
    starts: ArrayLike,
    method: Method,
    how: How,
    donors: Donors,
    leads: int | None,
    lags: int | None,
) -> Design:
    for value, allowed in ((how, get_args(How)), (donors, get_args(Donors))):
        if value not in allowed:
            raise EstimateError(f"{value!r}", expected=f"one of {', '.join(map(repr, allowed))}")
    panel = checked_numbers(outcomes)
    check_varying(panel)
    given = _checked_starts(starts, panel)
    least = 1 if method.units == "equal" and method.periods != "simplex" else 2
    ahead = len(panel) if leads is None else whole_number(leads, "leads")
    if ahead < least:
        raise EstimateError(f"{ahead} leads", expected=f"at least {least} with method {method.name!r}")
    if lags is not None and whole_number(lags, "lags") < 0:
        raise EstimateError(f"{lags} lags", expected="at least 0")
    early = np.flatnonzero((given >= 0) & (given < least))
    if early.size:
        raise EstimateError(
            f"unit {early[0]} starts at period {given[early[0]]}",
            expected=f"at least {least} periods before each start",
            do="leave out units treated from the beginning",
        )
    never = int((given == NEVER).sum())
    if never < 2 and (donors == "never" or how == "pooled"):
        raise EstimateError(
            f"{never} never-treated units", expected="at least 2", do="choose how='cohort' with donors='not yet'"
        )
    return Design(panel, given, method, how, donors, ahead, len(panel) if lags is None else int(lags))


def _checked_starts(starts: ArrayLike, panel: Floats) -> Whole:
    try:
        given = np.asarray(starts)
    except ValueError as error:
        raise EstimateError(f"starts that are not numbers ({error})", expected="one whole number a unit") from None
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise EstimateError(
            f"starts of {given.ndim} dimensions and type {given.dtype}", expected="one whole number a unit, −1 for never"
        )
    if len(given) != panel.shape[1]:
        raise EstimateError(f"{len(given)} starts for {panel.shape[1]} units", expected="one a unit")
    given = given.astype(np.int64)
    outside = np.flatnonzero((given < NEVER) | (given >= len(panel)))
    if outside.size:
        raise EstimateError(
            f"unit {outside[0]} starts at period {given[outside[0]]} of a panel of {len(panel)}",
            expected=f"0 to {len(panel) - 1}, or −1 for never",
        )
    if not (given >= 0).any():
        raise EstimateError("no treated unit", expected="a start of at least one unit")
    return given
