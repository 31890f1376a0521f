"""Simulated events to a monthly panel of 500 invented places: ours on DuckDB and Spark beside pandas, and at any size.

python benchmarks/panel.py                    5 million events on DuckDB and with pandas
python benchmarks/panel.py --spark            the same on a local Spark as well, with its start and without
python benchmarks/panel.py --curve 1e4,1e5    cost against size on both engines (Spark up to --spark-most, by default 2e7)
python benchmarks/panel.py --large 1e8        events in several files larger than the limit --memory (4GB): peak memory

Everything is simulated: places, days and deaths are drawn by a hash of the event's number, so that each run has the same
events. Each job runs in a process of its own, with two threads, and tells its best of several runs and the processor time of
that run: the second says what the work costs where other programs share the machine. The peer reads the same files with
pandas, applies the same checks and rules, and its panel is checked to be equal. Files go to a temporary folder and are
deleted afterwards.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

PLACES, DAYS, START = 500, 5479, date(2010, 1, 1)
THREADS = 2
BYTES_A_ROW = 60  # of the Parquet files, at most; only to know whether the disk has room
PART = 25_000_000  # rows of a file


def generate(count: int, folder: Path, compression: str = "zstd", prefix: str = "S") -> None:
    """Write the events number 0 to ``count`` as canonical Parquet, a file at a time; ids are ``prefix`` and number."""
    import duckdb

    need, free = count * BYTES_A_ROW, shutil.disk_usage(folder).free
    if need > free:
        raise SystemExit(f"{folder}: {free / 1e9:.0f} GB free, {need / 1e9:.0f} GB needed")
    run = duckdb.connect(config={"threads": THREADS, "memory_limit": "2GB"})
    for part, first in enumerate(range(0, count, PART)):
        rows = f"select i, hash(i) >> 1 as h from range({first}, {min(count, first + PART)}) t(i)"
        run.execute(f"""copy (
            select '{prefix}' || i as event_id,
                'Place ' || lpad((h % {PLACES})::varchar, 3, '0') as place,
                date '{START}' + ((h // 500) % {DAYS})::int as date_from,
                date '{START}' + ((h // 500) % {DAYS})::int + ((h // 37) % 3)::int as date_to,
                (case when (h // 7) % 50 = 0 then 4 else 1 + (h // 3) % 3 end)::tinyint as date_precision,
                18 + (h % 1999993) / 1e6::double as latitude,
                -74 + (h % 2499997) / 1e6::double as longitude,
                ((h // 17) % 5)::double as deaths_low,
                ((h // 17) % 5 + (h // 19) % 4)::double as deaths_best,
                ((h // 17) % 5 + (h // 19) % 4 + (h // 23) % 9)::double as deaths_high,
                ['state-based', 'non-state', 'one-sided'][(1 + (h // 29) % 3)::int] as kind,
                (case when (h // 31) % 10 = 0 then null else 1 + (h // 31) % 6 end)::int as n_sources
            from ({rows})) to '{folder}/events-{part:03d}.parquet' (format parquet, compression {compression})""")


def job_muster(folder: Path, engine: str, memory: str, *, shown: bool = False) -> Callable[[], Any]:
    """Ours: the panel of the files."""
    from muster.cli.panel import bar
    from muster.panel import Engine, build
    from muster.records import DataFile, Outcome
    from muster.sources import opened

    file = DataFile(
        name="simulated", path=str(folder), source="events", title="", provider="", licence="", vintage="2025", sha256="0" * 64
    )
    plan = Outcome(
        id="simulated", name="", domain="security", unit="deaths", better="lower", period="month", treated=(), measure="deaths"
    )
    url = f"local[{THREADS}]" if engine == "spark" else ""

    def run() -> Any:
        with bar(quiet=not shown) as progress:
            used = Engine(engine, url=url, memory=memory, threads=THREADS, progress=progress)
            table = build(plan, opened(file), file, engine=used).table
        return table.select(["value", "low", "high", "n", "n_sources"])

    return run


def job_pandas(folder: Path, *, ids: bool) -> Callable[[], Any]:
    """The same with pandas: the checks, with ``ids`` that each is used once, blocks set aside, a full grid."""
    import pandas as pd
    import pyarrow as pa

    def run() -> Any:
        rows = pd.read_parquet(folder)
        dates = rows["date_from"], rows["date_to"]
        low, best, high = rows["deaths_low"], rows["deaths_best"], rows["deaths_high"]
        sound = rows.drop(columns=["latitude", "longitude", "n_sources"]).notna().all(axis=1) & (rows["event_id"] != "")
        sound &= (dates[0] <= dates[1]) & rows["date_precision"].between(1, 5)
        sound &= (low >= 0) & (low <= best) & (best <= high) & (high <= 10_000_000)
        sound &= (low % 1 == 0) & (best % 1 == 0) & (high % 1 == 0)
        sound &= rows["latitude"].fillna(0).between(-90, 90) & rows["longitude"].fillna(0).between(-180, 180)
        sound &= rows["n_sources"].fillna(0).between(0, 1_000_000)
        sound &= ~rows["event_id"].duplicated() if ids else True
        counted = rows[sound & (rows["date_precision"] < 4)]
        days = pd.to_datetime(counted["date_from"])
        month = (days.dt.year * 12 + days.dt.month - START.year * 12 - 1).rename("month")
        by = counted.groupby(["place", month], observed=True)
        sums = by[["deaths_best", "deaths_low", "deaths_high"]].sum()
        sums["n"], sums["n_sources"] = by.size(), by["n_sources"].sum()
        last = max(rows["date_to"])
        months = range((last.year - START.year) * 12 + last.month)
        grid = pd.MultiIndex.from_product([sorted(rows["place"].unique()), months], names=["place", "month"])
        full = sums.reindex(grid, fill_value=0)
        kinds = {"value": "deaths_best", "low": "deaths_low", "high": "deaths_high", "n": "n", "n_sources": "n_sources"}
        return pa.table({name: full[column].to_numpy() for name, column in kinds.items()})

    return run


def work(arguments: argparse.Namespace) -> None:
    """In a process of its own: the runs, then one line with what they took and a digest of the panel."""
    import hashlib

    folder, engine = Path(arguments.folder), arguments.job
    if engine.startswith("pandas"):
        run = job_pandas(folder, ids=engine == "pandas")
    else:
        run = job_muster(folder, engine, arguments.memory, shown=arguments.shown)
    took, used = [], []
    with kept_session(engine, arguments.memory) as start:
        for _ in range(arguments.runs):
            begun, before = time.perf_counter(), cpu()
            table = run()
            took.append(time.perf_counter() - begun)
            used.append(cpu() - before)
    values = b"".join(table[name].cast("float64").to_numpy().tobytes() for name in table.column_names)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    best = took.index(min(took))
    print(
        json.dumps(
            {"s": took[best], "cpu": used[best], "start": start, "peak": peak, "panel": hashlib.sha256(values).hexdigest()}
        )
    )


def kept_session(engine: str, memory: str) -> Any:
    """For Spark one session for all runs, so that its start is told apart; gives the seconds that it took."""
    from contextlib import contextmanager, nullcontext

    if engine != "spark":
        return nullcontext(0.0)

    @contextmanager
    def started() -> Any:
        from muster.panel.spark import connected

        begun = time.perf_counter()
        with connected(f"local[{THREADS}]", memory or "4GB", 0):
            yield time.perf_counter() - begun

    return started()


def cpu() -> float:
    """Seconds of processor time of this process; that of Spark's Java is not in it."""
    return sum(os.times()[:2])


def measured(job: str, folder: Path, runs: int, *, memory: str = "", shown: bool = False) -> dict[str, Any]:
    """What a job in a process of its own tells."""
    command = [sys.executable, __file__, "--job", job, "--folder", str(folder), "--runs", str(runs), "--memory", memory]
    done = subprocess.run(command + ["--shown"] * shown, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def line(name: str, count: int, told: dict[str, Any]) -> None:
    """One result."""
    start = f", after {told['start']:.1f} s to start" if told["start"] else ""
    spent = "" if told["start"] else f" ({told['cpu']:6.2f} s of processor)"
    print(f"{name:8} {count:>13,} events {told['s']:7.2f} s{spent}  peak {told['peak'] / 1e9:.2f} GB{start}", flush=True)


def beside(folder: Path, jobs: list[str], count: int, runs: int = 5) -> None:
    """The jobs on the same events; their panels must be equal."""
    told = {job: measured(job, folder, runs) for job in jobs}
    for job in jobs:
        line(job, count, told[job])
    if len({one["panel"] for one in told.values()}) > 1:
        raise SystemExit("the panels differ")
    for peer in (job for job in jobs if job.startswith("pandas")):
        ratio, spent = (told[peer][key] / told["duckdb"][key] for key in ("s", "cpu"))
        print(f"pandas takes {ratio:.1f} times as long ({spent:.1f} times the processor time); all panels are equal")


def stored_again(folder: Path, into: Path) -> Path:
    """The events as our own writer stores them: in one file that vouches for its ids."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from muster.panel.store import store
    from muster.sources import EVENTS

    into.mkdir()
    parts = (pq.ParquetFile(path) for path in sorted(folder.glob("*.parquet")))
    tables = (pa.Table.from_batches([batch]).cast(EVENTS) for part in parts for batch in part.iter_batches(1 << 20))
    begun = time.perf_counter()
    count = store(tables, into / "events.parquet")
    print(f"stored   {count:>13,} events {time.perf_counter() - begun:7.2f} s, once; then no id is looked up again", flush=True)
    return into


def main() -> None:
    """Run what the arguments ask for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--spark", action="store_true")
    asked.add_argument("--curve", default="")
    asked.add_argument("--spark-most", type=float, default=2e7)
    asked.add_argument("--large", type=float, default=0)
    asked.add_argument("--memory", default="")
    for hidden in ("--job", "--folder"):
        asked.add_argument(hidden, help=argparse.SUPPRESS)
    asked.add_argument("--runs", type=int, default=5, help=argparse.SUPPRESS)
    asked.add_argument("--shown", action="store_true", help=argparse.SUPPRESS)
    arguments = asked.parse_args()
    if arguments.job:
        work(arguments)
        return
    for count in [int(float(size)) for size in arguments.curve.split(",") if size]:
        with tempfile.TemporaryDirectory() as folder:
            generate(count, Path(folder))
            beside(Path(folder), ["duckdb", "spark"] if count <= arguments.spark_most else ["duckdb"], count, runs=3)
    if arguments.large:
        with tempfile.TemporaryDirectory() as name:
            generate(int(arguments.large), Path(name), "uncompressed", "simulated-event-")
            size = sum(path.stat().st_size for path in Path(name).iterdir())
            print(f"{size / 1e9:.2f} GB of Parquet, limit {arguments.memory or '4GB'}", flush=True)
            line(
                "duckdb", int(arguments.large), measured("duckdb", Path(name), 1, memory=arguments.memory or "4GB", shown=True)
            )
    if not arguments.curve and not arguments.large:
        with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
            generate(5_000_000, Path(name))
            beside(Path(name), ["duckdb", "pandas", *["spark"] * arguments.spark], 5_000_000)
            beside(stored_again(Path(name), Path(other) / "stored"), ["duckdb", "pandas, ids not compared"], 5_000_000)


if __name__ == "__main__":
    main()
