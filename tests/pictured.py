"""Invented material for the tests of pictures: a place that does not exist, its donors, its polygons."""

import json
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa

from muster.assess.paths import Paths, Pictures, Specifications
from muster.brief import Brief, compose
from muster.dossier import Dossier
from muster.ledger import Known
from muster.panel import PANEL, Panel
from muster.records import DataFile, Finding, Mission, Outcome, Start

PRE = 30
MONTHS = tuple(date(2022 + month // 12, month % 12 + 1, 1) for month in range(48))
ENDS = (*(first - timedelta(days=1) for first in MONTHS[1:]), date(2025, 12, 31))
PLACES = tuple(f"P{number:02d}" for number in range(12))


def paths(donors: int = 12, effect: float = -20.0) -> Paths:
    """48 simulated months of which 30 are before, with an effect and a band that is open below in the last two."""
    rng = np.random.default_rng(5)
    other = 60 + 8 * np.sin(np.arange(48) / 5) + rng.normal(size=48)
    actual = other + rng.normal(size=48) * 2 + np.where(np.arange(48) >= PRE, effect, 0)
    low = [None if month < PRE or month > 45 else float(other[month] + effect - 9) for month in range(48)]
    high = [None if month < PRE else float(other[month] + effect + 8) for month in range(48)]
    fan = rng.normal(size=(donors, 48)).cumsum(axis=1) * 1.2
    names = tuple(f"Donor {number}" for number in range(donors))
    weights = (0.6, 0.4, *(0.0 for _ in range(donors - 2)))
    gaps = tuple(tuple(row) for row in fan.tolist())
    each = (tuple(actual.tolist()), tuple(other.tolist()), tuple(low), tuple(high))
    return Paths(MONTHS, ENDS, PRE, *each, donors=names, weights=weights, placebos=gaps)


def specifications(count: int = 60) -> Specifications:
    """So many specifications of an invented effect; donors left out one by one make many values of one choice."""
    starts, methods = ("announcement", "agreement", "arrival"), ("sc", "sdid", "did", "ridge")
    donors = ("all", *(f"without Donor {number}" for number in range(count // 12)))
    each = [
        tuple(f"{key}: {value}" for key, value in zip(("start", "method", "donors"), one, strict=True))
        for one in product(starts, methods, donors)
    ]
    rng = np.random.default_rng(2)
    effects = np.sort(rng.normal(-15, 9, size=len(each))).tolist()
    order = rng.permutation(len(each)).tolist()
    chosen = tuple(each[place] for place in order)
    return Specifications(tuple(effects), chosen, chosen.index(("start: arrival", "method: sdid", "donors: all")))


def polygons(path: Path, names: tuple[str, ...] = PLACES) -> DataFile:
    """Squares with a wavy border in four columns."""
    features = []
    for number, name in enumerate(names):
        x, y = number % 4, number // 4
        steps = ((0, 0), (0.5, 0.001), (1, 0), (1, 1), (0.5, 1.001), (0, 1), (0, 0))
        ring = [[-70 + (x + right) / 2, 40 + (y + up) / 2] for right, up in steps]
        properties = {"pcode": PLACES[number], "name": name}
        features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return data_file("squares", path, "polygons")


def data_file(name: str, path: Path, source: str) -> DataFile:
    return DataFile(
        name=name, path=str(path), source=source, title="", provider="nobody", licence="", vintage="", sha256="0" * 64
    )


OUTCOME = Outcome(
    id="events",
    name="Simulated events",
    domain="security",
    unit="events",
    better="lower",
    period="month",
    treated=("P05",),
    donors=tuple(place for place in PLACES if place != "P05"),
    file="squares",
    geography="squares",
)
MISSION = Mission(
    id="m",
    title="Simulated mission to a place that does not exist",
    short="SIM",
    place="XXX",
    force=("SIM",),
    funds=("fund",),
    lead="nobody",
    starts=(Start(name="agreement", date=date(2024, 3, 1)), Start(name="arrival", date=date(2024, 6, 25))),
    outcomes=(OUTCOME,),
)
FINDING = Finding(
    outcome=OUTCOME,
    change="better",
    change_text="Simulated events fell.",
    verdict="improved",
    reason="All checks pass (simulated).",
    estimate=-20.0,
    interval=(-29.0, -12.0),
    evidence=("squares",),
)


def panel(file: DataFile, values: dict[str, float | None]) -> Panel:
    """The last month's values by place; None is at least 3, of which no number is known."""
    rows = [
        {
            "place": place,
            "period_start": MONTHS[-1],
            "period_end": ENDS[-1],
            "value": value,
            "low": 3.0 if value is None else value,
        }
        | {"high": value, "n": 1, "evidence": ["squares"]}
        for place, value in values.items()
    ]
    return Panel(OUTCOME, pa.Table.from_pylist(rows, schema=PANEL), {}, (file,), (MONTHS[0], ENDS[-1]))


def pictured(folder: Path, known: Known, drawn: Pictures, names: tuple[str, ...] = PLACES) -> Brief:
    """A brief with every picture, through compose()."""
    file = polygons(folder / "squares.geojson", names)
    values: dict[str, float | None] = {place: float(number * number) for number, place in enumerate(PLACES[:10])}
    panels = {"events": panel(file, values | {"P03": None})}
    dossier = Dossier(path=str(folder), mission=MISSION, plan_hash="c0" * 32, data=(file,))
    return compose(dossier, known, (FINDING,), panels, pictures={"events": drawn})
