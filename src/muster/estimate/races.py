"""Comparisons whose outcome is a quadratic inequality in an effect, and the effects for which enough of them are won."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Race:
    """D units, each compared with M rivals; a comparison is not won where square·e² + slope·e + level ≤ 0 for the effect e.

    Attributes:
        square, slope, level: (D, M).
        limit: a unit's test rejects with at most so many comparisons not won; with −1 it never does.
    """

    square: Floats
    slope: Floats
    level: Floats
    limit: int

    def rejects(self, effect: float) -> NDArray[np.bool_]:
        """(D,) whether the test of each unit rejects at this effect."""
        lost = (self.square * effect + self.slope) * effect + self.level <= 0
        return np.asarray(lost.sum(axis=1) <= self.limit)

    def mirrored(self) -> "Race":
        """The same for effects of the opposite sign."""
        return Race(self.square, -self.slope, self.level, self.limit)

    def beyond(self) -> Floats:
        """(D,) the largest effect, 0 or more, at which the test does not reject; inf where it does not however large it is.

        Each comparison is not won on one or two stretches of effects; where more than ``limit`` of these overlap for the last
        time, one of them ends.
        """
        starts, ends = self._stretches()
        largest = np.zeros(len(starts))
        for unit, (begin, end) in enumerate(zip(np.sort(starts, axis=1), np.sort(ends, axis=1), strict=True)):
            if (end == np.inf).sum() - (begin == np.inf).sum() > self.limit:
                largest[unit] = np.inf
                continue
            last = end[(end > 0) & (end < np.inf)]
            depth = np.searchsorted(begin, last, side="right") - np.searchsorted(end, last, side="left")
            largest[unit] = last[depth > self.limit].max(initial=0.0)
        return largest

    def _stretches(self) -> tuple[Floats, Floats]:
        """Starts and ends (D, M or 2M) of the effects at which each comparison is not won; (inf, inf) stands for none."""
        a, b, c = self.square, self.slope, self.level
        inner = b**2 - 4 * a * c
        with np.errstate(divide="ignore", invalid="ignore"):
            half = -(b + np.copysign(np.sqrt(np.maximum(inner, 0)), b)) / 2
            one, two = half / (a + 0.0), np.where(half == 0, 0.0, c / half)  # + 0.0: a negative zero would turn the infinity
        low, high = np.fmin(one, two), np.fmax(one, two)
        whole = ((a < 0) & (inner <= 0)) | ((a == 0) & (b == 0) & (c <= 0))
        between = ((a > 0) & (inner >= 0)) | ((a == 0) & (b != 0))
        outside = (a < 0) & (inner > 0)
        start = np.where(whole | outside, -np.inf, np.where(between, low, np.inf))
        end = np.where(between, high, np.where(outside, low, np.inf))
        if not outside.any():
            return start, end
        return np.hstack([start, np.where(outside, high, np.inf)]), np.hstack([end, np.full(end.shape, np.inf)])
