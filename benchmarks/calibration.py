"""How often each test rejects where there is no effect: rejection rates in 100, by test, panel and level.

    python benchmarks/calibration.py [SIMULATIONS]

Simulated panels, fixed seed; 20 units, 30 periods before and 10 after the start. In the first three designs chance names the
treated unit. In the next two it is the one whose outcome stood highest above its own mean in the last period before the start:
nothing happens to it, but what had peaked comes down. In the last it is the one whose own level lies two standard deviations
above that of the others: donors are picked for having been high, and they come down (Illenberger, Small & Shaw 2020; Daw &
Hatfield 2018). Monte Carlo error with 500 simulations: about 1.0 at 5 in 100, 1.3 at 10.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muster.estimate.conformal import conformal
from muster.estimate.leave_two_out import leave_two_out
from muster.estimate.method import DEMEANED, DID, SC, SDID, Method
from muster.estimate.placebo import placebo_of, signed_p
from muster.estimate.study import Study, checked_study

Floats = NDArray[np.float64]
UNITS, PRE, POST, SEED = 20, 30, 10, 20240625
LEVELS = (0.05, 0.10)


def autoregressive(draws: np.random.Generator, slope: float = 0.6, spread: float = 1.0) -> Floats:
    """Independent stationary AR(1) units of variance 1, with levels of their own."""
    shocks = draws.normal(size=(PRE + POST, UNITS))
    series = shocks.copy()
    for period in range(1, len(series)):
        series[period] = slope * series[period - 1] + np.sqrt(1 - slope**2) * shocks[period]
    return series + draws.normal(0, spread, size=UNITS)


def factors(draws: np.random.Generator) -> Floats:
    """Three common random walks with gamma loadings, and noise."""
    paths = np.cumsum(draws.normal(size=(PRE + POST, 3)), axis=0)
    return paths @ draws.gamma(2, 0.5, size=(3, UNITS)) + draws.normal(size=(PRE + POST, UNITS))


def counts(draws: np.random.Generator) -> Floats:
    """Poisson counts whose logarithm follows a common factor."""
    path = np.cumsum(draws.normal(0, 0.1, size=PRE + POST))
    rate = np.exp(2 + path[:, None] * draws.gamma(4, 0.25, size=UNITS) + draws.normal(0, 0.3, size=UNITS))
    return draws.poisson(rate).astype(float)


def above(draws: np.random.Generator) -> Floats:
    """AR(0.3) units whose levels lie close together, the first one two standard deviations of a series above them."""
    panel = autoregressive(draws, slope=0.3, spread=0.5)
    panel[:, 0] += 2
    return panel


def peaked(panel: Floats) -> int:
    """The unit at its recent peak."""
    before = panel[:PRE]
    return int(((before[-1] - before.mean(axis=0)) / before.std(axis=0)).argmax())


def first(_: Floats) -> int:
    """A unit that is like all others, or that the design made."""
    return 0


@dataclass(frozen=True, slots=True)
class Measured:
    """A test and how its p-value is found."""

    name: str
    p_value: Callable[[Study], float]


def placebo_lower(study: Study, method: Method) -> float:
    """One-sided, for a fall."""
    return signed_p(placebo_of(study, method).fits, study.treated[0], "lower")


TESTS = (
    Measured("placebo ratio, sc", lambda study: placebo_of(study, SC).p_ratio),
    Measured("placebo ratio, demeaned", lambda study: placebo_of(study, DEMEANED).p_ratio),
    Measured("placebo ratio, sdid", lambda study: placebo_of(study, SDID).p_ratio),
    Measured("placebo ratio, did", lambda study: placebo_of(study, DID).p_ratio),
    Measured("placebo ratio, sc, lower", lambda study: placebo_lower(study, SC)),
    Measured("placebo ratio, sdid, lower", lambda study: placebo_lower(study, SDID)),
    Measured("placebo gap, sc", lambda study: placebo_of(study, SC).p_gap),
    Measured("placebo gap, sdid", lambda study: placebo_of(study, SDID).p_gap),
    Measured("leave-two-out, sc", lambda study: leave_two_out(study, SC).p_value),
    Measured("leave-two-out, sc, its bound", lambda study: leave_two_out(study, SC).bound),
    Measured("leave-two-out, sdid", lambda study: leave_two_out(study, SDID).p_value),
    Measured("conformal block, sc", lambda study: conformal(study, SC, alpha=0.0).p_value),
    Measured("conformal block, demeaned", lambda study: conformal(study, DEMEANED, alpha=0.0).p_value),
    Measured("conformal iid, sc", lambda study: conformal(study, SC, scheme="iid", alpha=0.0).p_value),
)
DESIGNS: dict[str, tuple[Callable[[np.random.Generator], Floats], Callable[[Floats], int]]] = {
    "AR(0.6)": (autoregressive, first),
    "factors": (factors, first),
    "Poisson": (counts, first),
    "AR(0.6), at its peak": (autoregressive, peaked),
    "factors, at its peak": (factors, peaked),
    "AR(0.3), above the others": (above, first),
}


def rates(simulations: int) -> dict[str, dict[str, tuple[float, ...]]]:
    """Share of simulations with p at most each level, by design and test."""
    table = {}
    for design, (make, choose) in DESIGNS.items():
        draws = np.random.default_rng(SEED)
        panels = [make(draws) for _ in range(simulations)]
        studies = [checked_study(outcomes=panel, treated=choose(panel), pre=PRE) for panel in panels]
        found = {test.name: np.array([test.p_value(study) for study in studies]) for test in TESTS}
        table[design] = {name: tuple(float((p <= level + 1e-12).mean()) for level in LEVELS) for name, p in found.items()}
    return table


def main(simulations: int) -> None:
    """Print the table in Markdown."""
    table = rates(simulations)
    print(f"Rejections in 100 at 0.05 / 0.10, {simulations} simulations of no effect, seed {SEED}\n")
    print("| test |" + "|".join(f" {design} " for design in table) + "|")
    print("|---|" + "---|" * len(table))
    for test in TESTS:
        cells = (f" {100 * table[design][test.name][0]:.1f} / {100 * table[design][test.name][1]:.1f} " for design in table)
        print(f"| {test.name} |" + "|".join(cells) + "|")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
