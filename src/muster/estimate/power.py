"""How large an effect must be, and how long it must last, before a test would find it: injected effects, without any refitting.

Each donor in turn plays the treated unit; the real one is left out. Unit weights rest on the periods before the start alone.
So an effect e injected after it moves the gap of the unit that gets it by e, and the gap of a placebo that gives this unit the
weight w by −w e. Every comparison of the test is then a quadratic inequality in e. Its roots say for which effects it is won,
and an order statistic of the roots says beyond which effect the test rejects: no grid of effects and no simulation.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import Fits, fit_many, leave_out
from muster.estimate.method import SC, Method
from muster.estimate.races import Race
from muster.estimate.study import Study, chosen_method

Floats = NDArray[np.float64]
Kind = Literal["placebo", "lto"]

_TIE = 1 - 1e-9  # differences that are rounding count as ties, against a rejection
_SIZES = (-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0)  # effects shown by default, in median root mean square gaps


@dataclass(frozen=True, slots=True)
class Power:
    """What a test could find, see :func:`power`.

    Attributes:
        kind, method: the test and the name of the method.
        alpha: its level.
        smallest_p: 1/N, the smallest level that N units can reach; where it is above ``alpha`` there is no power at any size.
        effects: (E,) effects asked for, in the unit of the outcome, or as a share of it.
        horizons: (H,) periods since the start.
        pre: (H,) periods before the pseudo-start; fewer than the study has where the data do not reach a horizon otherwise.
        power: (E, H) share of the D pseudo-treated donors with which the test rejects.
        critical_higher, critical_lower: (H, D) the effect on each pseudo-treated donor beyond which (above, or below) the test
            rejects at every size; ±inf where none is enough.
        share: the power that ``mde_higher`` and ``mde_lower`` are for.
        mde_higher, mde_lower: (H,) minimum detectable effects: ``share`` of the donors reject at every size beyond. None where
            no size is enough.
    """

    kind: Kind
    method: str
    alpha: float
    smallest_p: float
    effects: tuple[float, ...]
    horizons: tuple[int, ...]
    pre: tuple[int, ...]
    power: Floats
    critical_higher: Floats
    critical_lower: Floats
    share: float
    mde_higher: tuple[float | None, ...]
    mde_lower: tuple[float | None, ...]

    def months_until(self, effect: float) -> int | None:
        """The first horizon at which an effect of this size and sign would be found with power ``share``.

        In periods of the panel. None where none of the horizons asked for is enough: nothing is extrapolated beyond them.
        """
        limits = self.mde_higher if effect > 0 else self.mde_lower
        enough = (h for h, limit in zip(self.horizons, limits, strict=True) if limit is not None and abs(effect) > abs(limit))
        return next(enough, None)


def power(
    chosen: Study,
    method: Method | str = SC,
    *,
    kind: Kind = "placebo",
    effects: Sequence[float] | None = None,
    horizons: Sequence[int] | None = None,
    alpha: float = 0.1,
    proportional: bool = False,
    share: float = 0.8,
) -> Power:
    """Power of a test by size and duration of a constant effect, and the minimum detectable effect by duration.

    The data of the real treated unit are not used, so this can be read before the result without touching it. The pseudo-start
    is the real one; for horizons beyond the data it moves back, and the periods before it become fewer (``pre`` says so). The
    number of placebos that may be as extreme is that of the test with all N units, though each pseudo-treated unit has one
    rival less: without effect the share rejected is up to floor(α N) / (N − 1). Power is an average over the donors: it says
    what the test could find in a place like them, and effects that grow or fade are not covered.

    Exact for methods whose weights rest on the periods before the start. Synthetic DiD also weighs these periods by what comes
    after: the weights of its placebos are then held at their values without effect, while those of the unit that gets the
    effect do not depend on it. (Measured against refitting, the power was off by at most 2 of 14 and 2 of 39 units.)

    Args:
        kind: ``placebo`` ranks RMSPE ratios; ``lto`` is leave-two-out, which rejects where its p-value is at most ``alpha``.
            Both two-sided.
        effects: sizes for the table; by default up to 4 median root mean square gaps before the start, both signs.
        horizons: periods since the start; by default every one that the data reach with the whole period before the start.
        alpha: level of the test.
        proportional: effects are shares of the unit's own outcome after the start instead of constants.
        share: the power asked of the minimum detectable effects.

    Raises:
        EstimateError: several treated units, a horizon that leaves fewer than two periods before the start, leave-two-out with
            fewer than 4 donors or with synthetic DiD, or a level outside 0 to 1.

    >>> from muster.estimate.study import checked_study
    >>> noise = np.random.default_rng(0).normal(size=(36, 21))
    >>> found = power(checked_study(outcomes=noise, treated=0, pre=24), horizons=(3, 6, 12), effects=(1, 2, 4))
    >>> found.power.tolist()
    [[0.2, 0.3, 0.4], [0.7, 0.8, 0.95], [1.0, 1.0, 1.0]]
    >>> found.months_until(2.0)
    6
    """
    method = chosen_method(method)
    spans = tuple(range(1, len(chosen.outcomes) - chosen.pre + 1)) if horizons is None else tuple(sorted(horizons))
    _check(chosen, method, kind, spans, (alpha, share))
    donors = _without_treated(chosen)
    pre = tuple(min(chosen.pre, len(chosen.outcomes) - span) for span in spans)
    if effects is None:
        effects = [size * _typical(donors, method, proportional) for size in _SIZES]
    found = [
        ([race.rejects(size).mean() for size in effects], race.beyond(), -race.mirrored().beyond())
        for race in _races(donors, method, kind, zip(pre, spans, strict=True), alpha, proportional)
    ]
    shares, highest, lowest = (np.array(part) for part in zip(*found, strict=True))
    return Power(
        kind=kind,
        method=method.name,
        alpha=alpha,
        smallest_p=1 / chosen.outcomes.shape[1],
        effects=tuple(effects),
        horizons=spans,
        pre=pre,
        power=shares.T,
        critical_higher=highest,
        critical_lower=lowest,
        share=share,
        mde_higher=_detectable(highest, share),
        mde_lower=tuple(None if limit is None else -limit for limit in _detectable(-lowest, share)),
    )


def _without_treated(chosen: Study) -> Study:
    match = None if chosen.match is None else chosen.match[:, chosen.donors].copy()
    return Study(chosen.outcomes[:, chosen.donors].copy(), (), chosen.pre, match)


def _detectable(critical: Floats, share: float) -> tuple[float | None, ...]:
    """The order statistic of the units' critical sizes that leaves ``share`` of them below or at it."""
    place = ceil(share * critical.shape[1] - 1e-9) - 1
    ordered = np.sort(critical, axis=1)[:, place]
    return tuple(float(limit) if np.isfinite(limit) else None for limit in ordered)


def _typical(donors: Study, method: Method, proportional: bool) -> float:
    """A root mean square gap before the start, as a share of the outcomes where effects are shares."""
    gap = float(np.median(_fitted(donors, method).pre_rmspe))
    return gap / float(np.abs(donors.outcomes).mean() or 1) if proportional else gap


def _races(
    donors: Study, method: Method, kind: Kind, spans: Iterable[tuple[int, int]], alpha: float, proportional: bool
) -> Iterator[Race]:
    """The comparisons for each of (periods before the start, periods since), fitting once for all that share their weights."""
    make = _against_placebos if kind == "placebo" else _against_pairs
    panel, known = donors.outcomes, dict[tuple[int, int], Callable[[slice, Floats, float], Race]]()
    for before, span in spans:
        last = before + span if method.periods == "simplex" else len(panel)  # what the weights may depend on
        if (before, last) not in known:
            known[before, last] = make(Study(panel[:last], (), before, donors.match), method)
        rows = slice(before, before + span)
        yield known[before, last](rows, panel[rows] if proportional else np.ones_like(panel[rows]), alpha)


def _fitted(donors: Study, method: Method) -> Fits:
    """Every donor as if treated, all others its donors."""
    panel, match, own = donors.outcomes, donors.match, np.arange(donors.outcomes.shape[1])[:, None]
    return fit_many(outcomes=panel, targets=panel, pre=donors.pre, method=method, banned=own, match=match, target_match=match)


def _sharpness(donors: Study, pre_rmspe: Floats) -> Floats:
    """One over the fit before the start, squared and bounded as in the RMSPE ratio."""
    near = np.maximum(pre_rmspe, donors.floor)
    return 1 / near**2 if donors.floor else np.zeros(len(near))


def _response(donors: Study, method: Method, fits: Fits) -> Floats:
    """(D, D): how the gap of each unit (column) after the start moves with the outcome of each (row) in the same period."""
    units = np.eye(donors.outcomes.shape[1])
    if method.augment is None:
        return units - fits.weights
    # The bias correction passes on more than the weights do: read it off from periods in which one unit alone is not zero.
    panel = np.vstack([donors.outcomes[: donors.pre], np.zeros(len(units)), units])
    found = _fitted(Study(panel, (), donors.pre, donors.match), method)
    return np.asarray(found.gap[donors.pre + 1 :] - found.gap[donors.pre])


def _against_placebos(donors: Study, method: Method) -> Callable[[slice, Floats, float], Race]:
    fits = _fitted(donors, method)
    keen, response = _sharpness(donors, fits.pre_rmspe), _response(donors, method, fits)
    own, units = _TIE**2 * keen[:, None], len(keen)

    def race(rows: slice, profile: Floats, alpha: float) -> Race:
        gap, span = fits.gap[rows], rows.stop - rows.start
        mean, cross, size = (gap**2).mean(axis=0), profile.T @ gap / span, (profile**2).mean(axis=0)[:, None]
        square = (own - keen * response**2) * size
        slope = 2 * (own * cross.diagonal()[:, None] - keen * response * cross)
        level = own * mean[:, None] - keen * mean
        for part, alone in ((square, 0.0), (slope, 0.0), (level, 1.0)):
            np.fill_diagonal(part, alone)  # no unit is its own rival
        return Race(square, slope, level, floor(alpha * (units + 1) + 1e-9) - 1)

    return race


def _against_pairs(donors: Study, method: Method) -> Callable[[slice, Floats, float], Race]:
    fits, units = _fitted(donors, method), donors.outcomes.shape[1]
    pairs = np.array([[pair for pair in combinations(range(units), 2) if unit not in pair] for unit in range(units)])
    column = np.zeros((units, units, units), dtype=np.int64)  # the fit of a unit without two others
    unit = np.repeat(np.arange(units), pairs.shape[1])
    found = leave_out(
        fits,
        outcomes=donors.outcomes,
        targets=donors.outcomes,
        pre=donors.pre,
        method=method,
        banned=np.arange(units)[:, None],
        parents=unit,
        extra=pairs.reshape(-1, 2),
        match=donors.match,
        target_match=donors.match,
    )
    one, two = pairs.reshape(-1, 2).T
    column[unit, one, two] = column[unit, two, one] = found.column
    mine = found.column.reshape(units, -1)
    rivals = column[one, unit, two].reshape(mine.shape), column[two, unit, one].reshape(mine.shape)
    keen = _sharpness(donors, found.pre_rmspe)
    whose = np.zeros(len(keen), dtype=np.int64)
    whose[found.column] = unit

    def race(rows: slice, profile: Floats, alpha: float) -> Race:
        gap = found.gap[rows]
        ratio, cross = keen * (gap**2).mean(axis=0), keen * (gap * profile[:, whose]).mean(axis=0)
        size = keen * (profile**2).mean(axis=0)[whose]
        level = _TIE**2 * ratio[mine] - np.maximum(ratio[rivals[0]], ratio[rivals[1]])
        limit = floor(alpha * mine.shape[1] + 1e-9) if alpha * (units + 1) >= 1 - 1e-9 else -1
        return Race(_TIE**2 * size[mine], 2 * _TIE**2 * cross[mine], level, limit)

    return race


def _check(chosen: Study, method: Method, kind: Kind, spans: tuple[int, ...], shares: tuple[float, float]) -> None:
    longest = len(chosen.outcomes) - (2 if chosen.match is None else chosen.pre)
    if not spans or not 1 <= spans[0] <= spans[-1] <= longest:
        raise EstimateError(
            f"horizons {', '.join(map(str, spans)) or 'none'}", expected=f"periods since the start from 1 to {longest}"
        )
    if len(chosen.treated) != 1:
        raise EstimateError(f"{len(chosen.treated)} treated units", expected="one treated unit")
    if kind == "lto" and (len(chosen.donors) < 4 or method.periods == "simplex"):
        raise EstimateError(
            f"leave-two-out power with {len(chosen.donors)} donors and method {method.name}",
            expected="at least 4 donors and a method whose weights rest on the periods before the start",
            do="use kind='placebo'",
        )
    for value in shares:
        if not 0 < value < 1:
            raise EstimateError(f"{value:g} as alpha or share", expected="between 0 and 1")
