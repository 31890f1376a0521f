"""Build the bundled simulated dossier: a place that does not exist, with effects that are known.

    python scripts/build_simulated.py OUT_DIR

OUT_DIR is ``src/muster/example/simulated`` with the plan and the reports in it, which are written by hand; the data files, the
truth and the ledger are made here. The numbers come from Python's own generator and plain arithmetic, so that every machine
and every version draws the same ones.
"""

import csv
import gzip
import io
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

from simulated_ledger import write_ledger
from simulated_world import SIDE, TREATED, Dice, Monthly, World, made_world

FIRST_YEAR = 2011
START = 54  # months from January 2011 to the first arrival on 1 July 2015
NEIGHBOURS = (TREATED - SIDE, TREATED - 1, TREATED + 1, TREATED + SIDE)
WEST, SOUTH, WIDE, HIGH = -126.0, -50.5, 4.0, 3.0  # degrees; open ocean, more than a thousand kilometres from any land
KILLED, ATTACKS, REPORTED, PRICES, COMPLAINTS = 0.55, 0.25, 1.60, 1.15, 1.30  # what is left, or how much more there is
VINTAGE = "2019-01-31"

SIDECAR = """\
# SIMULATED: made by scripts/build_simulated.py. The place does not exist.
source = "{source}"
title = "SIMULATED: {title}"
provider = "simulated"
licence = "Apache-2.0, as Muster itself"
vintage = "{vintage}"
redistribute = true
{more}"""
COVERED = "covered = [2011-01-01, 2018-12-31]\n"
MONTHLY = {"place": "place", "period": "period"}


def main(out: Path) -> None:
    """Write data, truth and ledger into a dossier that has a plan and reports."""
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    world = made_world()
    polygons = districts()
    truth = {
        **write_counts(world, data),
        **write_events(world, polygons, data),
        **write_displaced(world, data),
        **write_prices(world, data),
        **write_complaints(world, data),
    }
    write_districts(polygons, data)
    (data / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    write_ledger(out)


def after(month: int) -> bool:
    """Whether the force is there."""
    return month >= START


def effect(with_force: Sequence[float], without: Sequence[float]) -> float:
    """The mean difference over the months after the arrival."""
    pairs = zip(with_force[START:], without[START:], strict=True)
    return round(mean(one - other for one, other in pairs), 3)


def changed(path: Monthly, factor: float) -> Monthly:
    """A mean that is multiplied from the arrival on."""
    return [value * (factor if after(month) else 1) for month, value in enumerate(path)]


def planned(place: int, path: Monthly, factor: float) -> Monthly:
    """The mean with the force, which works in one district alone."""
    return changed(path, factor) if place == TREATED else path


def month_of(month: int) -> str:
    """``2015-07``."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def code(place: int) -> str:
    """``SIM01``: what is simulated says so in its name."""
    return f"SIM{place + 1:02d}"


def write_counts(world: World, data: Path) -> dict[str, float]:
    """People killed, and robberies reported with the posts that took a report: one table of two series."""
    rows: list[tuple[object, ...]] = []
    truth: dict[str, float] = {}
    for name, series, unit, measure, scale, factor, posts in (
        ("killed", "people killed", "deaths", "deaths", 20.0, KILLED, 1.0),
        ("robberies", "robberies reported", "robberies", "count", 24.0, REPORTED, 2.0),
    ):
        dice = Dice(name)
        for place in range(SIDE * SIDE):
            without = world.expected(place, scale, 0.35)
            path = planned(place, without, factor)
            for month, value in enumerate(path):
                more = posts if place == TREATED and after(month) else 1.0
                rows.append((code(place), month_of(month), series, measure, dice.poisson(value), unit, dice.poisson(6 * more)))
            if place == TREATED:
                truth[name] = effect(path, without) if posts == 1 else 0.0
    header = ("place", "period", "series", "measure", "value", "unit", "n_sources")
    write_table(data / "simulated-counts.csv.gz", header, rows)
    write_sidecar(data, "simulated-counts", "tabular", "people killed and robberies reported, by district and month", COVERED)
    return truth


def write_events(world: World, polygons: Sequence[list[tuple[float, float]]], data: Path) -> dict[str, float]:
    """Attacks with coordinates. What the force takes from its own district it pushes into the four around it."""
    dice = Dice("attacks")
    busy = [dice.between(0.4, 3.0) for _ in range(SIDE * SIDE)]
    busy[TREATED] = 2.1
    means = [world.expected(place, 2.0 * busy[place], 0.35) for place in range(SIDE * SIDE)]
    without = means[TREATED]
    means[TREATED] = changed(without, ATTACKS)
    moved = [(before - now) / len(NEIGHBOURS) for before, now in zip(without, means[TREATED], strict=True)]
    for place in NEIGHBOURS:
        means[place] = [value + more for value, more in zip(means[place], moved, strict=True)]
    found = sorted(event for place, path in enumerate(means) for event in attacks(dice, polygons[place], path))
    rows = [(f"SIM-{number}", *event) for number, event in enumerate(found, start=1)]
    write_table(data / "simulated-events.csv.gz", ("id", "date", "latitude", "longitude", "n_sources"), rows)
    named = {name: name for name in ("id", "date", "latitude", "longitude", "n_sources")}
    columns = mapping(**named, place="=SIM", kind="=simulated attack")
    write_sidecar(data, "simulated-events", "tabular", "attacks on roads, each with its day and place", COVERED + columns)
    return {"attacks": effect(means[TREATED], without), "attacks, in each neighbour": round(mean(moved[START:]), 3)}


def attacks(dice: Dice, corners: list[tuple[float, float]], path: Monthly) -> Iterator[tuple[str, float, float, int]]:
    """The attacks of a district: a day of the month, and a point in the middle of its quadrangle."""
    for month, value in enumerate(path):
        first = date(FIRST_YEAR + month // 12, month % 12 + 1, 1)
        for _ in range(dice.poisson(value)):
            across, along = dice.between(0.2, 0.8), dice.between(0.2, 0.8)
            west = blend(corners[0], corners[3], along)
            longitude, latitude = blend(west, blend(corners[1], corners[2], along), across)
            day = first + timedelta(days=int(dice.between(0, 28)))
            yield str(day), round(latitude, 2), round(longitude, 2), 1 + dice.poisson(0.6)


def blend(one: tuple[float, float], other: tuple[float, float], part: float) -> tuple[float, float]:
    """A point between two."""
    return one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])


def write_displaced(world: World, data: Path) -> dict[str, float]:
    """People displaced, a stock, and the population that it is held against."""
    dice = Dice("displaced")
    persons = [int(dice.between(20, 60)) * 1000 for _ in range(SIDE * SIDE)]
    rows = [
        (code(place), month_of(month), round(persons[place] * value * math.exp(0.05 * dice.normal())))
        for place in range(SIDE * SIDE)
        for month, value in enumerate(world.expected(place, 0.03, 0.4))
    ]
    write_table(data / "simulated-displaced.csv.gz", ("place", "period", "persons"), rows)
    write_table(
        data / "simulated-population.csv",
        ("place", "period", "persons"),
        [(code(place), "2011-01", count) for place, count in enumerate(persons)],
    )
    stock = {"measure": "=stock", "unit": "=persons"}
    columns = mapping(**MONTHLY, value="persons", series="=displaced", **stock)
    write_sidecar(data, "simulated-displaced", "tabular", "people displaced, by district and month", COVERED + columns)
    columns = mapping(**MONTHLY, value="persons", series="=population", **stock)
    write_sidecar(data, "simulated-population", "tabular", "people who live in each district", columns)
    return {"displaced": 0.0}


def write_prices(world: World, data: Path) -> dict[str, float]:
    """The price of millet; the effect is in points of the index, whose base is 2012."""
    dice, rows, truth = Dice("prices"), [], {}
    for place in range(SIDE * SIDE):
        without = world.expected(place, 12.0, 0.15)
        path = planned(place, without, PRICES)
        noise = [math.exp(0.02 * dice.normal()) for _ in path]
        rows += [(code(place), month_of(month), f"{value * noise[month]:.2f}") for month, value in enumerate(path)]
        if place == TREATED:
            truth["millet"] = round(effect(path, without) / mean(without[12:24]) * 100, 2)
    write_table(data / "simulated-prices.csv.gz", ("place", "period", "price"), rows)
    columns = mapping(**MONTHLY, value="price", series="=millet", measure="=price", unit="=XTS per kilogram")
    write_sidecar(data, "simulated-prices", "tabular", "price of millet, by district and month", COVERED + columns)
    return truth


def write_complaints(world: World, data: Path) -> dict[str, float]:
    """Complaints: few, in bursts, so that a real rise drowns."""
    dice, rows, truth = Dice("complaints"), [], {}
    for place in range(SIDE * SIDE):
        without = world.expected(place, 0.6, 0.2)
        path = planned(place, without, COMPLAINTS)
        burst = [math.exp(dice.normal() - 0.5) for _ in path]
        rows += [(code(place), month_of(month), dice.poisson(value * burst[month])) for month, value in enumerate(path)]
        if place == TREATED:
            truth["complaints"] = effect(path, without)
    write_table(data / "simulated-conduct.csv.gz", ("place", "period", "complaints"), rows)
    columns = mapping(**MONTHLY, value="complaints", series="=complaints", measure="=count", unit="=complaints")
    write_sidecar(data, "simulated-conduct", "tabular", "complaints about conduct, by district and month", COVERED + columns)
    return truth


def districts() -> list[list[tuple[float, float]]]:
    """The corners of each district, counter-clockwise from the south-west: a square net drawn round and shaken."""
    dice = Dice("districts")
    net = {(row, column): corner(row, column, dice) for row in range(SIDE + 1) for column in range(SIDE + 1)}
    steps = ((0, 0), (0, 1), (1, 1), (1, 0))
    return [[net[row + up, column + right] for up, right in steps] for row in range(SIDE) for column in range(SIDE)]


def corner(row: int, column: int, dice: Dice) -> tuple[float, float]:
    """A knot of the net: the square mapped onto a disc, then moved a little."""
    x, y = 2 * column / SIDE - 1, 2 * row / SIDE - 1
    x, y = x * math.sqrt(1 - y * y / 2), y * math.sqrt(1 - x * x / 2)
    x, y = x + dice.between(-0.03, 0.03), y + dice.between(-0.03, 0.03)
    return round(WEST + WIDE * (x + 1) / 2, 3), round(SOUTH + HIGH * (y + 1) / 2, 3)


def write_districts(polygons: Sequence[list[tuple[float, float]]], data: Path) -> None:
    """The island as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"pcode": code(place), "name": f"Simulated district {place + 1}"},
            "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
        }
        for place, corners in enumerate(polygons)
    ]
    lines = ",\n".join(json.dumps(feature) for feature in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    (data / "simulated-districts.geojson").write_text(text, encoding="utf-8")
    write_sidecar(
        data, "simulated-districts", "polygons", "districts of an island that does not exist", 'columns = { place = "pcode" }\n'
    )


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file, packed where its name says so and then without the time of packing."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    text = stream.getvalue().encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0) if path.suffix == ".gz" else text)


def mapping(**columns: str) -> str:
    """The sidecar's table that says which column holds what."""
    lines = (f'{name} = "{column}"' for name, column in columns.items())
    return "\n".join(["", "[columns]", *lines, ""])


def write_sidecar(data: Path, name: str, source: str, title: str, more: str = "") -> None:
    """What the data file is, and that it is simulated."""
    text = SIDECAR.format(source=source, title=title, vintage=VINTAGE, more=more)
    (data / f"{name}.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
