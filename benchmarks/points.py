"""Five million simulated points in the departments of Haiti, ours on every engine beside geopandas in one run.

python benchmarks/points.py [POINTS]          (geopandas is among the requirements of the tests)

The points are drawn evenly over the polygons' extent, about two fifths of them on land. Only the join is timed: geopandas is
handed points that are built already, we a table of coordinates and a grid. Processor time stands beside the clock, since we use
every core and geopandas one. The answers are compared point by point.
"""

import sys
import time
from collections.abc import Callable
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from muster.panel import ENGINES
from muster.panel.engines import connection
from muster.panel.geography import read_polygons
from muster.panel.geography.cells import Grid, grid_of
from muster.panel.geography.locating import located
from muster.records import DataFile

DEPARTMENTS = Path(str(resources.files("muster"))) / "example/haiti/data/departments.geojson"
KEY = "adm1_pcode"
Answer = NDArray[np.object_]


def drawn(extent: tuple[float, float, float, float], size: int) -> pa.Table:
    """Points over an extent, from a fixed seed."""
    west, south, east, north = extent
    rng = np.random.default_rng(20240624)
    columns = {"longitude": rng.uniform(west, east, size), "latitude": rng.uniform(south, north, size)}
    return pa.table({"number": np.arange(size), **columns})


def timed(call: Callable[[], Any], times: int) -> tuple[float, float, Any]:
    """The best clock time of several runs, the processor time of that run, and what it returned."""
    best: tuple[float, float, Any] = float("inf"), 0.0, None
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        found = call()
        taken = time.perf_counter() - clock, time.process_time() - processor
        best = (*taken, found) if taken[0] < best[0] else best
    return best


def ours(points: pa.Table, grid: Grid, engine: str, times: int) -> tuple[float, float, Answer]:
    """Each point's place by our join, to Arrow."""
    located_points = located(ibis.memtable(points), grid, name="place").select("number", "place")
    with connection(engine) as opened:
        clock, processor, table = timed(lambda: opened.to_pyarrow(located_points), times)
    answer = np.full(points.num_rows, None, dtype=object)
    answer[table["number"].to_numpy()] = table["place"].to_numpy(zero_copy_only=False)
    return clock, processor, answer


def theirs(points: pa.Table, times: int) -> tuple[float, float, Answer]:
    """Each point's place by geopandas."""
    geopandas = import_module("geopandas")
    areas = geopandas.read_file(DEPARTMENTS)[[KEY, "geometry"]]
    shapes = geopandas.points_from_xy(points["longitude"].to_numpy(), points["latitude"].to_numpy())
    frame = geopandas.GeoDataFrame({"number": points["number"].to_numpy()}, geometry=shapes, crs=areas.crs)
    call = lambda: geopandas.sjoin(frame, areas, how="left", predicate="within")  # noqa: E731
    clock, processor, joined = timed(call, times)
    answer = np.full(points.num_rows, None, dtype=object)
    answer[joined["number"].to_numpy()] = joined[KEY].to_numpy(dtype=object, na_value=None)
    return clock, processor, answer


def main(size: int) -> None:
    """Time both, compare the answers."""
    words = dict.fromkeys(("title", "provider", "licence", "vintage", "sha256"), "")
    file = DataFile(name="departments", path=str(DEPARTMENTS), source="polygons", columns={"place": KEY}, **words)  # type: ignore[arg-type]
    polygons = read_polygons(file)
    grid_clock, _, grid = timed(lambda: grid_of(polygons), 3)
    points = drawn(polygons.extent, size)
    print(f"{size:,} simulated points, {len(polygons.places)} polygons of {len(polygons.edges().place)} edges")
    print(f"{'the grid, made once':28} {grid_clock:7.2f} s   {grid.cells.num_rows:,} cells")
    theirs_clock, theirs_processor, expected = theirs(points, 2)
    print(f"{'geopandas sjoin':28} {theirs_clock:7.2f} s   processor {theirs_processor:.2f} s")
    for engine in sorted(ENGINES):
        clock, processor, found = ours(points, grid, engine, 5)
        print(
            f"{f'ours on {engine}':28} {clock:7.2f} s   processor {processor:.2f} s   "
            f"{theirs_clock / clock:.1f} times as fast by the clock, {theirs_processor / processor:.1f} by the processor"
        )
        apart = np.flatnonzero(found != expected)
        print(f"{'':28} {len(apart)} of {size:,} points placed otherwise; on land {np.sum(found != None):,}")  # noqa: E711
        for number in apart[:10]:
            print(f"{'':28} point {points.slice(number, 1).to_pylist()}: ours {found[number]}, geopandas {expected[number]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
