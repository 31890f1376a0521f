"""A million simulated records over 200 invented missions: loading, the state on a date, appends; ours beside pandas.

python benchmarks/ledger.py [RECORDS]      (default 1,000,000; needs about 1 GB of disk, and pandas 7 GB of memory)

The ledger is simulated: missions, givers and amounts are drawn from a seeded generator, and lines are as long as those of
the bundled dossier (880 bytes). Each job runs in a process of its own, which tells its time (imports included) and its peak
memory. The peer does the same naively: it decodes the lines, filters by publication date, takes each cell's last total and
adds the increments after it. It checks no chain and knows none of the rules on tellings, spans of dates, parts and bounds.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

AS_OF, ON = date(2024, 6, 30), date(2024, 6, 30)
FIRST = date(2015, 1, 1).toordinal()
MISSIONS, GIVERS, BATCH = 200, 40, 10_000
PARTS = (("personnel", "deployed"), ("personnel", "pledged"), ("personnel", "deploying"), ("funds", "pledged"))
MORE = (("funds", "disbursed"), ("equipment", "deployed"), ("funds", "approved"), ("personnel", "withdrawn"))
SHARES = (("total",) * 11, ("increment",) * 6, ("part",) * 3)  # of bases, as in the bundled dossier


def simulated(first: int, count: int) -> Iterator[Any]:
    """Records number ``first`` and on; the same number always gives the same record."""
    from random import Random

    from muster.records import Citation, Commitment

    for number in range(first, first + count):
        chance = Random(number)
        mission, giver = chance.randrange(MISSIONS), min(int(chance.expovariate(0.1)), GIVERS - 1)
        kind, stage = chance.choice(PARTS + MORE)
        day = date.fromordinal(FIRST + chance.randrange(4200))
        amount = float(chance.randrange(1, 400) * 5)
        published = str(day + timedelta(chance.randrange(40)))
        page = f"https://example.org/simulated/mission-{mission:03d}/{chance.randrange(10**6):06d}"
        yield Commitment(
            id=f"S{number:07d}",
            actor=f"Giver {giver:02d}",
            kind=kind,  # type: ignore[arg-type]
            stage=stage,  # type: ignore[arg-type]
            mission=f"Simulated mission {mission:03d}",
            amount_low=amount,
            amount_high=amount if chance.random() < 0.95 else None,
            unit={"personnel": "police", "equipment": "vehicles"}.get(kind),
            currency="USD" if kind == "funds" else None,
            basis=chance.choice(sum(SHARES, ())),  # type: ignore[arg-type]
            scope="main force",
            date_from=day if chance.random() < 0.8 else day.replace(day=1),
            date_to=day,
            flags=("rotation",) if chance.random() < 0.03 else (),
            citation=Citation(address=page, title="Simulated page " * 4, published=published, source_class="simulated"),
            original={"note": "simulated " * 20},
        )


def job_write(path: Path, count: int) -> str:
    """Append all records in batches, each kept on the disk before the next."""
    from muster.ledger import Ledger

    for first in range(0, count, BATCH):
        Ledger(path).append(simulated(first, min(BATCH, count - first)), "accepted")
    return f"{path.stat().st_size / 1e6:,.0f} MB"


def job_append(path: Path, count: int) -> str:
    """Three more batches."""
    from muster.ledger import Ledger

    times = []
    for first in range(count, count + 3 * BATCH, BATCH):
        batch = list(simulated(first, BATCH))
        begun = time.perf_counter()
        Ledger(path).append(batch, "accepted")
        times.append(f"{time.perf_counter() - begun:.2f} s")
    return f"{', '.join(times)} each, without making the records"


def job_first(path: Path, _: int) -> str:
    """Three batches into a new ledger."""
    return job_append(path.with_name("new.jsonl"), 0)


def job_state(path: Path, _: int) -> str:
    """Load and work out every cell."""
    from muster.ledger import Ledger, overview

    found = overview(Ledger(path), AS_OF, ON)
    cells = tuple(found.cells)
    return f"{found.accepted:,} records known, {len(cells):,} cells, sum of low ends {sum(c.low or 0 for c in cells):,.0f}"


def job_pandas(path: Path, _: int) -> str:
    """The same, naively."""
    import pandas

    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line)["record"] for line in file]
    frame = pandas.json_normalize(rows)
    frame = frame[frame["citation.published"].between("0", str(AS_OF)) & (frame["date_to"] <= str(ON))]
    names = ["mission", "scope", "actor", "kind", "stage", "unit", "currency"]
    frame = frame.sort_values("date_to", kind="stable")
    total = frame[frame["basis"] == "total"].groupby(names, dropna=False).last()[["date_to", "amount_low"]]
    more = frame[frame["basis"] == "increment"].merge(total, "left", on=names, suffixes=("", "_total"))
    more = more[more["date_to_total"].isna() | (more["date_to"] > more["date_to_total"])]
    added = more.groupby(names, dropna=False)["amount_low"].sum()
    level = total["amount_low"].add(added, fill_value=0)
    return f"{len(frame):,} records known, {len(level):,} cells, sum of low ends {level.sum():,.0f}"


JOBS = {"write": job_write, "first": job_first, "append": job_append, "state": job_state, "pandas": job_pandas}


def run(job: str, path: Path, count: int) -> str:
    """One job in a process of its own: seconds, peak memory, what it says."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, job, path, str(count)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        return f"failed: {(done.stderr.strip().splitlines() or ['killed'])[-1]}"
    peak, _, told = done.stdout.partition(" ")
    return f"{seconds:7.2f} s {int(peak) / 1024:7,.0f} MB  {told.strip()}"


def command(path: Path, count: int) -> str:
    """`muster ledger` on a dossier that holds the ledger."""
    from muster.dossier import create

    folder = path.parent / "dossier"
    create(folder)
    for name in ("ledger.jsonl", "ledger.head", "ledger.index"):
        (path.parent / name).rename(folder / name)
    muster = [sys.executable, "-c", "from muster.cli import main; main()", "ledger", str(folder), "--as-of", str(AS_OF)]
    begun = time.perf_counter()
    printed = subprocess.run(muster, capture_output=True, text=True, check=True).stdout
    return f"{time.perf_counter() - begun:7.2f} s             {printed.count(chr(10)):,} lines printed, {count:,} records"


def main() -> None:
    """Print one line a job."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        print(f"{count:,} simulated records over {MISSIONS} invented missions")
        print(f"{'muster: written in batches of 10,000':46}{run('write', path, count)}")
        print(f"{'muster: load and state, index there':46}{run('state', path, count)}")
        print(f"{'peer: load and state, naively in pandas':46}{run('pandas', path, count)}")
        print(f"{'muster: three appends of 10,000 to a new one':46}{run('first', path, count)}")
        print(f"{'muster: three appends of 10,000 more':46}{run('append', path, count)}")
        print(f"{'muster ledger DIR --as-of DATE':46}{command(path, count + 3 * BATCH)}")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        words = JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, words)
    else:
        main()
