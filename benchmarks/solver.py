"""Studies of many fits: ours beside the other packages that do them, where they are installed, in one run.

    python benchmarks/solver.py

Each line is the time of one study on one panel. A peer that would need many minutes makes some of the fits; its line says how
many and gives the time of all in proportion.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core for everybody; read when numpy is imported

import importlib.util
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.estimate import SC, SDID, checked_study, fit_many
from muster.estimate.conformal import conformal
from muster.estimate.leave_two_out import leave_two_out
from workloads import factor_panel

Floats = NDArray[np.float64]
Fit = Callable[[Floats, int, int], object]  # outcomes, periods before the start, treated unit

PRE, REPLICATIONS = 84, 200
FIRST_AFTER = 1989  # Proposition 99


def best(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, after one that compiles and warms up."""
    work()
    return min(once(work) for _ in range(times))


def once(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def line(who: str, seconds: float, note: str = "") -> None:
    """One measurement, from microseconds to hours in the unit that reads best."""
    shown = f"{seconds * 1e3:10.1f} ms" if seconds < 1 else f"{seconds:10.1f} s "
    print(f"  {who:24}{shown}  {note}".rstrip())


def installed(*names: str) -> Iterator[str]:
    """Those of these distributions that can be imported; of the others it is said that they cannot."""
    for name in names:
        if importlib.util.find_spec(name.replace("-", "_")):
            yield name
        else:
            print(f"  {name:24}  not installed")


# One fit of a peer: the first unit's outcomes on those of all others, every period before the start with equal weight


def long_table(outcomes: Floats, pre: int, unit: int) -> Any:
    """A table of unit, time, y and whether the unit is treated then."""
    import pandas as pd

    periods, units = outcomes.shape
    table = pd.DataFrame({"unit": np.repeat(np.arange(units), periods), "time": np.tile(np.arange(periods), units)})
    table["y"], table["treated"] = outcomes.T.ravel(), ((table.unit == unit) & (table.time >= pre)).astype(int)
    return table


def diff_diff_fit(outcomes: Floats, pre: int, unit: int) -> Any:
    """Its result, which has the placebo study as a method."""
    from diff_diff import SyntheticControl

    made = SyntheticControl(v_method="custom", custom_v=np.ones(pre), standardize="none")
    after = list(range(pre, len(outcomes)))
    table = long_table(outcomes, pre, unit)
    return made.fit(table, "y", "treated", "unit", "time", pre_period_outcomes="all", post_periods=after)


def pysyncon_fit(outcomes: Floats, pre: int, unit: int) -> None:
    """Equal weight of all periods; without a given V it would search for one."""
    import pandas as pd
    from pysyncon import Synth

    before = pd.DataFrame(outcomes[:pre])
    donors, target = before.drop(columns=unit), before[unit]
    Synth().fit(X0=donors, X1=target, Z0=donors, Z1=target, custom_V=np.ones(pre))


def scpi_fit(outcomes: Floats, pre: int, unit: int) -> None:
    """Weights on the simplex."""
    from scpi_pkg.scdata import scdata
    from scpi_pkg.scest import scest

    others, times = [other for other in range(outcomes.shape[1]) if other != unit], np.arange(len(outcomes))
    data = scdata(long_table(outcomes, pre, unit), "unit", "time", "y", times[:pre], times[pre:], unit, others, verbose=False)
    scest(data, w_constr={"name": "simplex", "Q": 1})


def in_proportion(who: str, fit: Fit, outcomes: Floats, some: int) -> None:
    """The time of a study of all units, from that of some of its fits."""
    units = outcomes.shape[1]
    try:
        seconds = once(lambda: [fit(outcomes, PRE, unit) for unit in range(some)])
    except ValueError as error:
        print(f"  {who:24}  {version(who)} fails here: {error}")
    else:
        line(who, seconds * units / some, f"{some} of {units} fits made, the rest in proportion")


# Studies


def placebo_study(outcomes: Floats, pre: int) -> None:
    """Every unit fitted on all others."""
    units = np.arange(outcomes.shape[1])[:, None]
    fit_many(outcomes=outcomes, targets=outcomes, pre=pre, method=SC, banned=units)


def placebos_of_500() -> None:
    """A placebo study that one peer makes whole."""
    print("placebo study, 500 units x 120 periods, 84 before the start")
    outcomes = factor_panel(500)
    line("muster", best(lambda: placebo_study(outcomes, PRE)))
    for who in installed("diff-diff"):
        line(who, once(diff_diff_fit(outcomes, PRE, 0).in_space_placebo))
    for who in installed("pysyncon"):
        in_proportion(who, pysyncon_fit, outcomes, 3)
    for who in installed("scpi_pkg"):
        in_proportion(who, scpi_fit, outcomes, 3)
    list(installed("mlsynth"))
    print("  azcausal, synthdid-py     have no placebo study of synthetic control")


def placebos_of_2000() -> None:
    """A placebo study that peers make in part."""
    print("placebo study, 2,000 units x 120 periods")
    outcomes = factor_panel(2000)
    line("muster", best(lambda: placebo_study(outcomes, PRE), 3))
    for who in installed("diff-diff"):
        in_proportion(who, diff_diff_fit, outcomes, 3)
    print("  pysyncon, scpi_pkg        not run: one fit of this size takes minutes")


def leave_two_out_of_500() -> None:
    """About 125,000 triples; no peer has the test."""
    print("leave-two-out, 500 units x 120 periods (no peer has it)")
    study = checked_study(outcomes=factor_panel(500), treated=0, pre=PRE)
    line("muster", best(lambda: leave_two_out(study), 3))


def sdid_with_placebos(outcomes: Floats, pre: int, treated: int) -> None:
    """Synthetic DiD of the treated unit and of 200 draws of a control."""
    controls = np.delete(np.arange(outcomes.shape[1]), treated)
    drawn = np.append(treated, np.random.default_rng(1).choice(controls, REPLICATIONS))
    banned = np.column_stack([drawn, np.full(len(drawn), treated)])
    fit_many(outcomes=outcomes, targets=outcomes[:, drawn], pre=pre, method=SDID, banned=banned)


def smoking() -> None:
    """Proposition 99 from the package that carries it."""
    print("Proposition 99, 39 units x 31 years: synthetic DiD and the standard error from 200 placebos")
    if not importlib.util.find_spec("synthdid"):
        print("  skipped: the panel comes inside synthdid-py, which is not installed")
        return
    from synthdid.datasets import load_california_prop99

    table = load_california_prop99()
    wide = table.pivot(index="Year", columns="State", values="PacksPerCapita")
    outcomes, treated = wide.to_numpy(dtype=np.float64), list(wide.columns).index("California")
    pre = int((wide.index < FIRST_AFTER).sum())
    line("muster", best(lambda: sdid_with_placebos(outcomes, pre, treated)))
    study = checked_study(outcomes=outcomes, treated=treated, pre=pre)
    peers = {"diff-diff": diff_diff_sdid, "synthdid": synthdid_sdid, "azcausal": azcausal_sdid}
    for who in installed(*peers):
        line(who, once(lambda who=who: peers[who](table)))  # type: ignore[misc]
    print("Proposition 99: conformal intervals of the twelve years, moving block")
    line("muster", best(lambda: conformal(study, by_period=True)))
    for who in installed("diff-diff"):
        fitted = diff_diff_fit(np.roll(outcomes, -treated, axis=1), pre, 0)
        line(who, once(fitted.conformal_confidence_intervals))
    print("Proposition 99: leave-two-out (no peer has it)")
    line("muster", best(lambda: leave_two_out(study)))


def diff_diff_sdid(table: Any) -> None:
    """With 200 placebo replications."""
    from diff_diff import SyntheticDiD

    marked = table.assign(ever=(table.State == "California").astype(int))
    made = SyntheticDiD(variance_method="placebo", n_bootstrap=REPLICATIONS, seed=1)
    made.fit(marked, "PacksPerCapita", "ever", "State", "Year", post_periods=list(range(FIRST_AFTER, 2001)))


def synthdid_sdid(table: Any) -> None:
    """The port of the authors' package."""
    import synthdid

    panel = synthdid.panel_matrices(table, "State", "Year", "PacksPerCapita", "treated")
    synthdid.placebo_se(synthdid.synthdid_estimate(panel.Y, panel.N0, panel.T0), REPLICATIONS)


def azcausal_sdid(table: Any) -> None:
    """With its placebo error."""
    from azcausal.core.error import Placebo
    from azcausal.core.panel import CausalPanel
    from azcausal.estimators.panel import sdid
    from azcausal.util import to_panels

    panels = to_panels(table, "Year", "State", ["PacksPerCapita", "treated"])
    panel = CausalPanel(panels).setup(outcome="PacksPerCapita", intervention="treated")
    estimator = sdid.SDID()
    estimator.error(estimator.fit(panel), Placebo(n_samples=REPLICATIONS))


def main() -> None:
    """One block a workload."""
    warnings.simplefilter("ignore")  # those of peers
    for block in (placebos_of_500, placebos_of_2000, leave_two_out_of_500, smoking):
        block()


if __name__ == "__main__":
    main()
