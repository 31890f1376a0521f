"""Standard errors of staggered effects by giving the starts to other units, or leaving treated units out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.event_clock import NEVER, OUT, Design, totals
from muster.estimate.study import whole_number

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Error = Literal["placebo", "jackknife", "none"]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A standard error by reassignment.

    Attributes:
        kind: ``placebo`` or ``jackknife``.
        att: standard error of the pooled effect.
        path: (E,) of the effect at each event time; NaN where an assignment gives none.
        assignments: how many were fitted.
        seed: of the drawn ones; None where all possible ones were fitted.
    """

    kind: Error
    att: float
    path: Floats
    assignments: int
    seed: int | None


def mean_effect(sums: Floats, counts: Floats, before: int) -> Floats:
    """(B,) mean over treated unit-periods; NaN without any."""
    cells = counts[:, before:].sum(axis=1)
    mean = np.full(len(cells), np.nan)
    return np.asarray(np.divide(sums[:, before:].sum(axis=1), cells, out=mean, where=cells > 0))


def uncertainty_of(design: Design, error: Error, replications: int, seed: int, reached: Whole) -> Uncertainty | None:
    """The standard error of the kind asked for, at the event times (E,) ``reached``, counted from the first on the clock."""
    if error not in get_args(Error):
        raise EstimateError(f"{error!r}", expected=f"one of {', '.join(map(repr, get_args(Error)))}")
    if whole_number(replications, "replications") < 2:
        raise EstimateError(f"{replications} replications", expected="at least 2")
    if error == "none":
        return None
    worlds, complete = _placebos(design, replications, seed) if error == "placebo" else (_left_one_out(design), True)
    sums, counts = totals(design, worlds)
    att = mean_effect(sums, counts, design.span[0])
    if np.isnan(att).any():
        raise EstimateError(
            "a treated unit whose absence leaves no effect to estimate",
            expected="two donors without it",
            do="choose error='none'",
        )
    sums, counts = sums[:, reached], counts[:, reached]
    path = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    # The jackknife sums squares where the placebo error takes their mean: leaving out one of many hardly moves the effect.
    factor = 1.0 if error == "placebo" else float(np.sqrt(len(worlds) - 1))
    return Uncertainty(error, factor * float(att.std()), factor * path.std(axis=0), len(worlds), None if complete else seed)


def _left_one_out(design: Design) -> Whole:
    treated = np.flatnonzero(design.starts >= 0)
    if len(treated) < 2:
        raise EstimateError(
            "a jackknife over one treated unit", expected="at least 2 treated units", do="choose error='placebo'"
        )
    worlds = np.repeat(design.starts[None, :], len(treated), axis=0)
    worlds[np.arange(len(treated)), treated] = OUT
    return worlds


def _placebos(design: Design, replications: int, seed: int) -> tuple[Whole, bool]:
    """(B, N) worlds with the starts given to never-treated units, and whether these are all there are."""
    never, given = np.flatnonzero(design.starts == NEVER), np.sort(design.starts[design.starts >= 0])
    if len(never) < len(given) + 2:
        raise EstimateError(
            f"a placebo error with {len(never)} never-treated and {len(given)} treated units",
            expected=f"at least {len(given) + 2} never-treated units",
            do="choose error='jackknife' or 'none'",
        )
    ways, free = 1, len(never)
    sizes = [int((given == start).sum()) for start in design.cohorts]
    for size in sizes:
        ways, free = ways * comb(free, size), free - size
    if ways <= replications:
        chosen = list(_divisions(tuple(int(unit) for unit in never), sizes))
    else:
        draw = np.random.default_rng(seed)
        chosen = [draw.permutation(never)[: len(given)].tolist() for _ in range(replications)]
    worlds = np.full((len(chosen), len(design.starts)), OUT, dtype=np.int64)
    worlds[:, never] = NEVER
    worlds[np.arange(len(chosen))[:, None], np.array(chosen)] = given
    return worlds, ways <= replications


def _divisions(units: tuple[int, ...], sizes: list[int]) -> Iterator[list[int]]:
    """All ways to pick groups of these sizes, as one list, group after group."""
    if not sizes:
        yield []
        return
    for group in combinations(units, sizes[0]):
        rest = tuple(unit for unit in units if unit not in group)
        yield from ([*group, *others] for others in _divisions(rest, sizes[1:]))
