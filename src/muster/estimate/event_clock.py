"""Staggered starts as blocks on one event clock, for many assignments of the starts at once.

A *world* is one assignment: (N,) the start of each unit, −1 for never, OUT for a unit that takes no part. The study itself is
one world; a placebo moves its starts to other units, a jackknife leaves a treated unit out. All worlds of a cohort are
columns of one call of :func:`muster.estimate.fitting.fit_many`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.estimate.fitting import Fits, fit_many
from muster.estimate.method import Method

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
How = Literal["unit", "cohort", "pooled"]
Donors = Literal["never", "not yet"]

NEVER, OUT = -1, -2
_CELLS = 4_000_000  # weights held at a time


@dataclass(frozen=True, slots=True)
class Design:
    """How a panel of staggered starts is divided into blocks.

    Attributes:
        outcomes: (T, N) finite.
        starts: (N,) of the study, −1 for never.
        method, how, donors: see :func:`muster.estimate.staggered.staggered`.
        leads: most periods before a start that are used, at least 1.
        lags: last event time.
    """

    outcomes: Floats
    starts: Whole
    method: Method
    how: How
    donors: Donors
    leads: int
    lags: int

    @property
    def cohorts(self) -> list[int]:
        """The starts, increasing, without never."""
        return [int(start) for start in np.unique(self.starts[self.starts >= 0])]

    @property
    def span(self) -> tuple[int, int]:
        """Periods before and from the start on the longest event clock of any block."""
        first, last, total = self.cohorts[0], self.cohorts[-1], len(self.outcomes)
        before, after = (first, total - last) if self.how == "pooled" else (last, total - first)
        return min(self.leads, before), min(self.lags + 1, after)

    def segments(self, start: int) -> list[tuple[int, int]]:
        """Periods after a start, cut where a donor is lost: first period of each and the one after its last."""
        end = min(len(self.outcomes), start + self.lags + 1)
        later = [cohort for cohort in self.cohorts if start < cohort < end] if self.donors == "not yet" else []
        edges = [start, *later, end]
        return list(pairwise(edges))


@dataclass(frozen=True, slots=True)
class Piece:
    """C estimates of one block, answered by K distinct fits.

    Attributes:
        fits: K fits of the window of the block.
        actual: (T', K) what was fitted.
        start: periods of the panel before the start; the event clock itself for a pooled block.
        pre: periods of the window before the start.
        shown: rows of the window that this block answers for.
        members: (K, N) the treated units of each fit.
        column: (C,) the fit of an estimate; ``world`` (C,) the world it belongs to.
    """

    fits: Fits
    actual: Floats
    start: int
    pre: int
    shown: slice
    members: Flags
    column: Whole
    world: Whole


def pieces(design: Design, worlds: Whole) -> Iterator[Piece]:
    """Every block of the design in every world (B, N); estimates with fewer than two donors are left out."""
    if design.how == "pooled":
        yield from _pooled(design, worlds)
        return
    for start in design.cohorts:
        pre = min(design.leads, start)
        for first, end in design.segments(start):
            window = design.outcomes[start - pre : end]
            free = (worlds == NEVER) | ((worlds >= end) & (design.donors == "not yet"))
            shown = slice(0 if first == start else first - start + pre, end - start + pre)
            targets, world = _targets(worlds == start, design.how)
            for part in _alike(free[world], targets.sum(axis=1)):
                yield _fitted(design, window, (start, pre, shown), targets[part], free[world[part]], world[part])


def totals(design: Design, worlds: Whole) -> tuple[Floats, Floats]:
    """What :func:`added` gives for all worlds, as many at a time as memory should hold."""
    width = worlds.shape[1] * (int((design.starts >= 0).sum()) if design.how == "unit" else 1)
    step = max(1, _CELLS // width)
    turns = [worlds[first : first + step] for first in range(0, len(worlds), step)]
    parts = [added(design, pieces(design, turn), len(turn)) for turn in turns]
    return np.vstack([sums for sums, _ in parts]), np.vstack([counts for _, counts in parts])


def added(design: Design, found: Iterable[Piece], many: int) -> tuple[Floats, Floats]:
    """Sum of the gaps of the treated units, and how many there are: (B, E) each, by world and event time."""
    before, after = design.span
    sums, counts = np.zeros((many, before + after)), np.zeros((many, before + after))
    for piece in found:
        size = piece.members[piece.column].sum(axis=1)[:, None].astype(np.float64)
        gaps = piece.fits.gap[piece.shown].T[piece.column]
        first = before - piece.pre + piece.shown.start
        clock = np.arange(first, first + gaps.shape[1])
        np.add.at(sums, (piece.world[:, None], clock), size * gaps)
        np.add.at(counts, (piece.world[:, None], clock), size)
    return sums, counts


def _targets(cohort: Flags, how: How) -> tuple[Flags, Whole]:
    """(C, N) the treated units of each estimate, and (C,) its world, from the cohort's units by world (B, N)."""
    if how == "unit":
        world, unit = np.nonzero(cohort)
        return np.eye(cohort.shape[1], dtype=bool)[unit], world
    there = np.flatnonzero(cohort.any(axis=1))
    return cohort[there], there


def _alike(free: Flags, sizes: Whole) -> Iterator[Whole]:
    """Positions of the estimates that one call can fit: those of as many units, which the penalty of synthetic DiD asks for."""
    possible = free.sum(axis=1) >= 2
    for size in np.unique(sizes[possible]):
        yield np.flatnonzero(possible & (sizes == size))


def _fitted(design: Design, window: Floats, frame: tuple[int, int, slice], members: Flags, free: Flags, world: Whole) -> Piece:
    """The block of ``window`` (T', N) for the means of the members (C, N); equal problems are fitted once."""
    width = window.shape[1]
    problems, column = np.unique(np.hstack([members, free]), axis=0, return_inverse=True)
    members, free = problems[:, :width], problems[:, width:]
    actual = np.column_stack([window[:, row].mean(axis=1) for row in members])
    start, pre, shown = frame
    size = int(members[0].sum())
    fits = fit_many(outcomes=window, targets=actual, pre=pre, method=design.method, banned=_listed(~free), treated=size)
    return Piece(fits, actual, start, pre, shown, members, column.ravel(), world)


def _pooled(design: Design, worlds: Whole) -> Iterator[Piece]:
    """One weighting for all: treated and donors averaged on the event clock, donors as often at each start as treated units."""
    before, after = design.span
    clock = np.array([np.arange(start - before, start + after) for start in design.cohorts])
    counts = np.array([[(world == start).sum() for start in design.cohorts] for world in worlds])
    for mix in np.unique(counts, axis=0):
        same = np.flatnonzero((counts == mix).all(axis=1))
        donors = np.einsum("g,gtn->tn", mix / mix.sum(), design.outcomes[clock])
        actual = np.column_stack([_event_mean(design, worlds[world], clock) for world in same])
        members = worlds[same] >= 0
        fits = fit_many(
            outcomes=donors,
            targets=actual,
            pre=before,
            method=design.method,
            banned=_listed(worlds[same] != NEVER),
            treated=int(mix.sum()),
        )
        column = np.arange(len(same))
        yield Piece(fits, actual, before, before, slice(0, before + after), members, column, same)


def _event_mean(design: Design, world: Whole, clock: Whole) -> Floats:
    """(T',) mean of the treated units of a world on the event clock."""
    units = [(place, unit) for place, start in enumerate(design.cohorts) for unit in np.flatnonzero(world == start)]
    return np.asarray(np.mean([design.outcomes[clock[place], unit] for place, unit in units], axis=0))


def _listed(flags: Flags) -> Whole:
    """(K, B) the columns that are set in each row of (K, N), filled up with −1."""
    counts = flags.sum(axis=1)
    listed = np.full((len(flags), int(counts.max(initial=1))), -1, dtype=np.int64)
    row, column = np.nonzero(flags)
    listed[row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)] = column
    return listed
