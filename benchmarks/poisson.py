"""Poisson event study of 2,000 units in 120 months, ours beside pyfixest in one run.

python benchmarks/poisson.py          (the peer needs: pip install pyfixest)
"""

import time
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.estimate.poisson import EventStudy, event_study

Counts = NDArray[np.int64]
Starts = NDArray[np.int64]


def panel(units: int = 2000, periods: int = 120) -> tuple[Counts, Starts]:
    """Counts (T, N) with a mean near 15 and a log effect of 0.10; half the units never start, the others in five months."""
    rng = np.random.default_rng(7)
    start = np.full(units, -1)
    for place, month in enumerate([36, 48, 60, 72, 84]):
        start[place * units // 10 : (place + 1) * units // 10] = month
    unit, months = rng.normal(0, 0.5, units), np.arange(periods)
    season = 0.2 * np.sin(2 * np.pi * months / 12) + np.cumsum(rng.normal(0, 0.02, periods))
    on = (start[:, None] >= 0) & (months >= start[:, None])
    return rng.poisson(15 * np.exp(unit[:, None] + season + 0.10 * on)).T, start


def timed(call: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The best of several runs after a first that does not count, and what it returned."""
    found, best = call(), float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        found = call()
        best = min(best, time.perf_counter() - begun)
    return best, found


def peer(counts: Counts, start: Starts, regressor: str) -> Callable[[], Any]:
    """A call of pyfixest on the same panel; the never treated stand at the reference."""
    pandas, pyfixest = import_module("pandas"), import_module("pyfixest")
    clock = np.where(start >= 0, np.arange(len(counts))[:, None] - start, -1)
    period, unit = (np.asarray(index) for index in np.indices(counts.shape))
    columns: dict[str, NDArray[Any]] = {"y": counts, "rel": clock.astype(float), "on": clock >= 0, "unit": unit, "time": period}
    table = pandas.DataFrame({name: values.ravel() for name, values in columns.items()}).astype({"on": float})
    return lambda: pyfixest.fepois(f"y ~ {regressor} | unit + time", table, vcov={"CRV1": "unit"})


def compare(counts: Counts, start: Starts, ours: EventStudy) -> None:
    """Time pyfixest on the event study and the pooled effect, and print how far the numbers are apart."""
    warnings.simplefilter("ignore")  # its own use of pandas
    events, fit = timed(peer(counts, start, "i(rel, ref=-1.0)"), 1)
    pooled, single = timed(peer(counts, start, "on"), 1)
    print(f"{'pyfixest: the event study':44} {1e3 * events:8.1f} ms")
    print(f"{'pyfixest: the pooled effect':44} {1e3 * pooled:8.1f} ms")
    apart = {
        "effects": np.abs(fit.coef().to_numpy() - ours.effects).max(),
        "errors": np.abs(fit.se().to_numpy() - ours.errors).max(),
        "pooled effect": abs(single.coef().iloc[0] - ours.pooled_effect),
        "its error": abs(single.se().iloc[0] - ours.pooled_error),
    }
    print("largest differences: " + ", ".join(f"{name} {value:.1e}" for name, value in apart.items()))


def main() -> None:
    """Print one line a fit."""
    counts, start = panel()
    best, ours = timed(lambda: event_study(counts=counts, start=start), 20)
    print(f"{'muster: event study and pooled effect':44} {1e3 * best:8.1f} ms   certificate {ours.certificate:.0e}")
    own, _ = timed(lambda: event_study(counts=counts, start=start, effects="cohort"), 5)
    print(f"{'muster: the same with effects by cohort':44} {1e3 * own:8.1f} ms")
    try:
        compare(counts, start, ours)
    except ImportError:
        print(f"{'pyfixest':44} not installed")


if __name__ == "__main__":
    main()
