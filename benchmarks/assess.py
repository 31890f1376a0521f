"""The assessment of a simulated plan: 60 places by 96 months, six outcomes, every check and 2,000 specifications each.

Run it with ``python benchmarks/assess.py``. Compiling is left out: one small outcome is assessed first.
Beside the time on the clock stands the time that the processor worked, which other programs do not lengthen.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

import numpy as np
import pyarrow as pa

from muster.assess import assess, assess_with_pictures
from muster.panel import PANEL, Panel
from muster.records import DataFile, Mission, Outcome, Start

T = TypeVar("T")

FILE = DataFile(name="simulated", path="", source="", title="", provider="", licence="", vintage="1", sha256="0" * 64)


def plan(count: int, places: int) -> Mission:
    """A mission with so many outcomes over so many places."""
    names = tuple(f"P{place:02d}" for place in range(places))
    each = tuple(
        Outcome(
            id=f"o{number}",
            name=f"Simulated {number}",
            domain="security",
            unit="events",
            better="lower",
            period="month",
            treated=names[:1],
            donors=names[1:],
            file="simulated",
            measure="events",
        )
        for number in range(count)
    )
    starts = (Start(name="agreement", date=date(2021, 10, 5)), Start(name="first arrival", date=date(2022, 1, 20)))
    return Mission(
        id="m", title="", short="", place="XXX", force=(), funds=(), lead="", starts=starts, outcomes=each, retrospective=False
    )


def panel(outcome: Outcome, seed: int, months: int = 96) -> Panel:
    """Counts that follow three common forces, with a fall by a third in the treated place from February 2022 on."""
    rng = np.random.default_rng(seed)
    names = (*outcome.treated, *outcome.donors)
    forces = rng.normal(size=(months, 3)).cumsum(axis=0) / 8
    shares = rng.uniform(size=(3, len(names)))
    shares[:, 0] = shares[:, 1:].mean(axis=1)
    level = np.exp(3 + 0.4 * forces @ shares)
    firsts = [date(2016 + month // 12, month % 12 + 1, 1) for month in range(months + 1)]
    level[np.array(firsts[:-1]) >= date(2022, 2, 1), 0] /= 1.5
    counts = rng.poisson(level)
    rows = [
        {"place": name, "period_start": first, "period_end": after - timedelta(days=1), "value": count, "low": count}
        | {"high": count, "n": int(count), "n_sources": int(2 * count), "evidence": ["simulated"]}
        for name, column in zip(names, counts.T.astype(float).tolist(), strict=True)
        for first, after, count in zip(firsts, firsts[1:], column, strict=False)
    ]
    return Panel(outcome, pa.Table.from_pylist(rows, schema=PANEL), {}, (FILE,), (firsts[0], firsts[-1]))


def main() -> None:
    """Print the times and what was found."""
    small = plan(1, 12)
    assess(small, {"o0": panel(small.outcomes[0], 0, 90)}, None)
    mission = plan(6, 60)
    panels = {outcome.id: panel(outcome, seed) for seed, outcome in enumerate(mission.outcomes)}
    near = {f"P{place:02d}": 1 if place < 6 else 2 for place in range(1, 60)}
    rings = dict.fromkeys(panels, near)
    findings = timed("all checks", lambda: assess(mission, panels, None, rings=rings))
    print(", ".join(finding.verdict for finding in findings))
    for every in (False, True):
        made = timed("all checks and pictures", partial(assess_with_pictures, mission, panels, None, rings=rings, every=every))
        print([len(one.specifications.effects) for one in made.pictures.values() if one.specifications], "specifications")


def timed(what: str, work: Callable[[], T]) -> T:
    """Print how long a piece of work took."""
    begin, worked = time.perf_counter(), time.process_time()
    made = work()
    print(f"{what}: {time.perf_counter() - begin:.1f} s, processor {time.process_time() - worked:.1f} s")
    return made


if __name__ == "__main__":
    main()
