"""A specification curve of 10,000 fits on 100 units in 120 months, ours beside plain loops over other solvers in one run.

python benchmarks/curve.py [SAMPLE]          (pysyncon is timed where it is installed: pip install pysyncon)

The loops fit SAMPLE specifications (40 by default) drawn evenly from the curve, and their time is scaled up to all of them.
"""

import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, nnls

from muster.estimate.curve import Curve, curve
from muster.estimate.method import DEMEANED, DID, RIDGE, SC, SDID, Method
from muster.estimate.study import Study, checked_study

Floats = NDArray[np.float64]
Solver = Callable[[Floats, Floats], Floats]

STARTS, WINDOWS, TRANSFORMS = (84, 78, 81, 87, 90), (None, 72, 60, 48), ("level", "log1p", "sqrt")
POOLS = {"all": None, "nearest 50": 50, "nearest 25": 25}


def panel(units: int = 100, periods: int = 120, factors: int = 6) -> Floats:
    """Slow factors with a season, levels and autocorrelated noise; positive."""
    rng = np.random.default_rng(20240501)
    shocks, noise = rng.normal(size=(periods, factors)), rng.normal(size=(periods, units))
    for period in range(1, periods):
        shocks[period] = 0.95 * shocks[period - 1] + 0.31 * shocks[period]
        noise[period] = 0.5 * noise[period - 1] + 0.87 * noise[period]
    shocks[:, 0] += np.sin(2 * np.pi * np.arange(periods) / 12)
    values = 40 + 2 * (rng.normal(size=units) + shocks @ rng.gamma(2, 0.5, size=(factors, units))) + 0.5 * noise
    values[84:, 0] -= 2
    return np.asarray(np.maximum(values, 0))


def non_negative(donors: Floats, target: Floats) -> Floats:
    """Non-negative least squares with the sum as a heavy row."""
    heavy = 1e4 * np.abs(donors).max()
    found = nnls(np.vstack([donors, np.full(donors.shape[1], heavy)]), np.append(target, heavy))[0]
    return np.asarray(found / found.sum())


def sequential(donors: Floats, target: Floats) -> Floats:
    """The general solver of scipy, with its gradient."""
    count = donors.shape[1]
    found = minimize(
        lambda weights: 0.5 * float(((donors @ weights - target) ** 2).sum()),
        np.full(count, 1 / count),
        jac=lambda weights: donors.T @ (donors @ weights - target),
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-12},
    )
    return np.asarray(found.x)


def pysyncon(donors: Floats, target: Floats) -> Floats:
    """Its weights for given predictors, all periods before the start alike (it divides them by their spread: undone by V)."""
    pandas, package = import_module("pandas"), import_module("pysyncon")
    table, column = pandas.DataFrame(donors), pandas.Series(target, name="treated")
    spread = np.column_stack([donors, target]).std(axis=1, ddof=1)
    model = package.Synth()
    model.fit(X0=table, X1=column, Z0=table, Z1=column, custom_V=spread**2)
    return np.asarray(model.W)


def looped(study: Study, rows: NDArray[np.int64], found: Curve, solve: Solver) -> tuple[float, float]:
    """Seconds for a plain loop over rows of a curve of synthetic controls, and the largest difference in an effect."""
    begun, worst = time.perf_counter(), 0.0
    for row in rows:
        start, window = int(found.start[row]), int(found.window[row])
        values = study.outcomes[start - window :]
        values = {"level": values, "log1p": np.log1p(values), "sqrt": np.sqrt(values)}[found.transform[row]]
        apart = ((values[:window] - values[:window, :1]) ** 2).mean(axis=0)
        pool = np.argsort(apart, kind="stable")[1 : 1 + (POOLS[found.pool[row]] or len(apart))]
        donors = values[:, pool[pool != found.dropped[row]]]
        gap = values[:, 0] - donors @ solve(donors[:window], values[:window, 0])
        worst = max(worst, abs(float(gap[window:].mean() - found.att[row])))
    return time.perf_counter() - begun, worst


def timed(study: Study, methods: tuple[Method, ...], starts: tuple[int, ...]) -> tuple[float, Curve]:
    """The best of three."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        found = curve(study, methods=methods, transforms=TRANSFORMS, starts=starts, windows=WINDOWS, pools=POOLS)
        best = min(best, time.perf_counter() - begun)
    return best, found


def main() -> None:
    """Print one line a workload and a peer."""
    sample = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    study = checked_study(outcomes=panel(), treated=0, pre=84)
    begun = time.perf_counter()
    curve(study, methods=(SC, SDID), leave_one_out=False)
    print(f"{'first use (with compilation, where not cached)':56} {time.perf_counter() - begun:9.2f} s")
    seconds, plain = timed(study, (SC,), STARTS)
    print(f"{f'synthetic control: {len(plain.att)} specifications, {plain.fitted} solved':56} {seconds:9.2f} s")
    mixed_seconds, mixed = timed(study, (SC, DEMEANED, DID, RIDGE, SDID), STARTS[:1])
    print(f"{f'five methods: {len(mixed.att)} specifications, {mixed.fitted} solved':56} {mixed_seconds:9.2f} s")
    print(f"{'largest certificate':56} {max(plain.certificate.max(), mixed.certificate.max()):9.0e}")
    rows = np.linspace(0, len(plain.att) - 1, sample).astype(np.int64)
    solvers: dict[str, Solver] = {"scipy nnls": non_negative, "scipy SLSQP": sequential}
    if find_spec("pysyncon"):
        solvers["pysyncon"] = pysyncon
    warnings.simplefilter("ignore")
    for name, solve in solvers.items():
        looped(study, rows[:1], plain, solve)
        spent, worst = looped(study, rows, plain, solve)
        whole = spent / sample * len(plain.att)
        print(
            f"{f'loop over {name}: {sample} timed, scaled to {len(plain.att)}':56} {whole:9.1f} s, "
            f"{whole / seconds:.0f} times ours, effects within {worst:.0e}"
        )


if __name__ == "__main__":
    main()
