"""The world of the simulated dossier: dice that fall alike everywhere, and what all its series share."""

import math
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

SIDE, MONTHS = 8, 96
TREATED = 27
Monthly = list[float]  # one number a month


@dataclass(frozen=True)
class World:
    """What every series shares: a level for each district, and how each follows two tides that run over the island.

    Attributes:
        levels: (64,) around 1. ``pulls``: (64, 2) of the tides. ``tides``: (2, 96).
    """

    levels: list[float]
    pulls: list[tuple[float, float]]
    tides: tuple[Monthly, Monthly]

    def expected(self, place: int, scale: float, swing: float) -> Monthly:
        """The mean of a series in a district, month by month, as if there were no force."""
        near, far = self.pulls[place]
        return [
            scale * self.levels[place] * math.exp(swing * (near * one + far * other) + 0.1 * math.sin(month * math.pi / 6))
            for month, (one, other) in enumerate(zip(*self.tides, strict=True))
        ]


class Dice:
    """Draws that are the same everywhere: only ``Random.random`` is used, which is."""

    def __init__(self, name: str) -> None:
        self.random = Random(f"muster simulated {name}").random

    def between(self, low: float, high: float) -> float:
        """A number between two."""
        return low + (high - low) * self.random()

    def normal(self) -> float:
        """A standard normal number."""
        return NormalDist().inv_cdf(max(self.random(), 1e-12))

    def poisson(self, mean: float) -> int:
        """A count with this mean (Knuth's method)."""
        least, count, product = math.exp(-mean), 0, self.random()
        while product > least:
            product, count = product * self.random(), count + 1
        return count


def made_world() -> World:
    """Levels, pulls and tides; the district of the force is an ordinary one."""
    dice = Dice("world")
    levels = [dice.between(0.5, 1.5) for _ in range(SIDE * SIDE)]
    pulls = [(dice.between(0, 1), dice.between(0, 1)) for _ in range(SIDE * SIDE)]
    levels[TREATED], pulls[TREATED] = 1.05, (0.55, 0.5)
    return World(levels, pulls, (tide(dice), tide(dice)))


def tide(dice: Dice) -> Monthly:
    """A slow wave with memory, around zero."""
    path, now = [], 0.0
    for _ in range(MONTHS):
        now = 0.9 * now + 0.2 * dice.normal()
        path.append(now)
    return path
