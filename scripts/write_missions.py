"""Write docs/panels-missions.md and its picture from the real maps: `python scripts/write_missions.py ../shared/data`.

The rows of the data sets are not in the project; numbers made of them are, with their sources.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import vl_convert

from muster.brief.vega import VEGA_LITE
from muster.panel import dose
from muster.records import DataFile, Dose
from muster.sources import Parsed, load

DOCS = Path(__file__).parents[1] / "docs"
MAPS, YEARS = ("geo-pko", "geopko/geo_pko_v2_1_core.csv"), ("geo-pko-years", "geopko/geo_pko_v2_3_location_year.csv")
COUNTS = ("ipi-personnel", "ipi/ipi_mission_month_1990_2017.csv")
LONG = 60  # months in common from which a mission gets a row of its own
Row = dict[str, Any]


class Pair(NamedTuple):
    """A mission's troops in a month as its maps show them and as the UN counted them; ``is_map``: a map is of that month."""

    mission: str
    month: date
    shown: float
    counted: float
    is_map: bool


class Agreement(NamedTuple):
    """How two strengths of the same mission-months agree."""

    months: int
    correlation: float
    ratio: float
    deviation: float
    within: float


def read(folder: Path, source: str, name: str) -> tuple[Parsed, DataFile]:
    """One data set and the file that it is in."""
    said: Row = {"title": "", "provider": "", "licence": "", "vintage": "", "sha256": ""}
    file = DataFile(name=source, path=str(folder / name), source=source, **said)
    return load(file), file


def doses(parsed: Parsed, file: DataFile, period: str, geography: str = "") -> dict[str, list[Row]]:
    """The rows of each mission's dose."""
    plan: Row = {"id": "d", "name": "", "unit": "troops", "period": period, "geography": geography}
    missions = sorted(parsed.table["mission"].unique().to_pylist())
    return {name: dose(Dose(mission=name, **plan), parsed, file).table.to_pylist() for name in missions}


def pairs(by_place: Mapping[str, Iterable[Row]], maps: Parsed, counts: Parsed) -> list[Pair]:
    """Every mission-month that both tell: the places of the maps added, and the troops of the UN's count."""
    shown: defaultdict[tuple[str, date], list[float | None]] = defaultdict(list)
    for mission, rows in by_place.items():
        for row in rows:
            shown[mission, row["period_start"]].append(row["value"])
    counted = {(row["mission"], row["date_from"]): row["value"] for row in counts.table.to_pylist() if row["kind"] == "troops"}
    dated = {(row["mission"], row["date_from"]) for row in maps.table.to_pylist()}
    return [
        Pair(*key, sum(value or 0 for value in values), counted[key], key in dated)
        for key, values in sorted(shown.items())
        if None not in values and counted.get(key) is not None
    ]


def agreement(found: Sequence[Pair]) -> Agreement:
    """Pearson's correlation, the ratio of the sums, the median deviation from the count, and the share within a fifth of it."""
    shown, counted = (np.array([getattr(pair, name) for pair in found]) for name in ("shown", "counted"))
    apart = np.abs(shown - counted) / counted
    correlation = float(np.corrcoef(shown, counted)[0, 1])
    return Agreement(
        len(found), correlation, shown.sum() / counted.sum(), float(np.median(apart)), float((apart <= 0.2).mean())
    )


def by_mission(found: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs of each mission."""
    missions: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        missions[pair.mission].append(pair)
    return dict(missions)


def table(found: Sequence[Pair]) -> str:
    """How the two agree: together, on the months of maps and between them, and mission by mission."""
    groups = {
        "all": found,
        "months of a map": [pair for pair in found if pair.is_map],
        "months between maps": [pair for pair in found if not pair.is_map],
        **{name: months for name, months in by_mission(found).items() if len(months) >= LONG},
    }
    head = "| mission-months | number | correlation | sum of maps / sum of counts | median deviation | within a fifth |"
    rows = [
        f"| {name} | {one.months:,} | {one.correlation:.2f} | {one.ratio:.2f} | {one.deviation:.0%} | {one.within:.0%} |"
        for name, one in ((name, agreement(months)) for name, months in groups.items())
    ]
    return "\n".join([head, "|---|---|---|---|---|---|", *rows])


def country_years(maps: Mapping[str, list[Row]], years: Mapping[str, list[Row]]) -> dict[str, str]:
    """Country by year: how many rows have a value, and how the two releases agree where both have."""
    first, second = (
        {(name, row["place"], row["period_start"]): row["value"] for name, rows in one.items() for row in rows}
        for one in (maps, years)
    )
    both = [key for key in first if first[key] is not None and second.get(key) is not None]
    shown, averaged = (np.array([one[key] for key in both]) for one in (first, second))
    return {
        "country rows": f"{len(first):,}",
        "country values": f"{sum(value is not None for value in first.values()):,}",
        "year rows": f"{len(second):,}",
        "year values": f"{sum(value is not None for value in second.values()):,}",
        "both": f"{len(both):,}",
        "years correlate": f"{np.corrcoef(shown, averaged)[0, 1]:.3f}",
        "years ratio": f"{averaged.sum() / shown.sum():.2f}",
    }


def months(by_place: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """What the doses by place hold."""
    rows = [row for of_mission in by_place.values() for row in of_mission]
    told = sum(row["value"] is not None for row in rows)
    return {
        "missions": str(len(by_place)),
        "places": f"{sum(len({row['place'] for row in of_mission}) for of_mission in by_place.values()):,}",
        "rows": f"{len(rows):,}",
        "first": f"{min(row['period_start'] for row in rows):%B %Y}",
        "last": f"{max(row['period_end'] for row in rows):%B %Y}",
        "values": f"{told:,}",
        "zeros": f"{sum(row['value'] == 0 for row in rows):,}",
        "untold": f"{len(rows) - told:,}",
    }


def compared(found: Sequence[Pair]) -> dict[str, str]:
    """What the page says of the two counts."""
    return {"pairs": f"{len(found):,}", "paired": str(len(by_mission(found))), "table": table(found)}


def page(facts: Mapping[str, str]) -> str:
    """The whole page: the words beside this script with the numbers in them."""
    text = (Path(__file__).parent / "missions.md").read_text(encoding="utf-8")
    return re.sub(r"\{([a-z ]+)\}", lambda name: facts[name[1]], text)


def specification(found: Sequence[Pair]) -> Row:
    """The Vega-Lite specification: the sums over time, and each mission-year as a point."""
    sums: defaultdict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    years: defaultdict[tuple[str, int], list[Pair]] = defaultdict(list)
    for pair in found:
        sums[pair.month][0] += pair.shown
        sums[pair.month][1] += pair.counted
        years[pair.mission, pair.month.year].append(pair)
    lines: list[Row] = [
        {"month": str(month), "troops": value, "who": who}
        for month, both in sorted(sums.items())
        for who, value in zip(("maps", "counts"), both, strict=True)
    ]
    points: list[Row] = [
        {"x": float(np.mean([pair.counted for pair in group])), "y": float(np.mean([pair.shown for pair in group]))}
        for _, group in sorted(years.items())
    ]
    top = max(max(point.values()) for point in points)
    scale = {"domain": ["maps", "counts"], "range": ["#1f5f8b", "#b5651d"]}
    ends = [line for line in lines if line["month"] == max(other["month"] for other in lines)]
    lettered = [{**end, "words": {"maps": "maps (Geo-PKO)", "counts": "counts (IPI)"}[str(end["who"])]} for end in ends]
    time = {"field": "month", "type": "temporal", "title": None}
    troops = {"field": "troops", "type": "quantitative", "title": None}
    color = {"field": "who", "type": "nominal", "scale": scale, "legend": None}
    above = max(lettered, key=lambda end: float(end["troops"]))
    words = [
        {
            "data": {"values": [end]},
            "mark": {"type": "text", "align": "left", "dx": 5, "dy": -6 if end is above else 8, "fontSize": 11},
            "encoding": {"x": time, "y": troops, "color": color, "text": {"field": "words"}},
        }
        for end in lettered
    ]
    count = {"field": "x", "type": "quantitative", "title": "counted by the UN"}
    shown = {"field": "y", "type": "quantitative", "title": "shown on maps"}
    diagonal = [{"x": 0, "y": 0}, {"x": top, "y": top}]
    return {
        "background": "#ffffff",
        "padding": 8,
        "spacing": 40,
        "hconcat": [
            {
                "width": 360,
                "height": 260,
                "title": "Troops in the mission-months that both tell, by month",
                "layer": [
                    {
                        "data": {"values": lines},
                        "mark": {"type": "line", "strokeWidth": 1.5},
                        "encoding": {"x": time, "y": troops, "color": color},
                    },
                    *words,
                ],
            },
            {
                "width": 260,
                "height": 260,
                "title": "Each mission and year: mean of its months",
                "layer": [
                    {
                        "data": {"values": diagonal},
                        "mark": {"type": "line", "color": "#8f8a80", "strokeWidth": 1},
                        "encoding": {"x": count, "y": shown},
                    },
                    {
                        "data": {"values": points},
                        "mark": {"type": "circle", "color": "#1f5f8b", "opacity": 0.55, "size": 24},
                        "encoding": {"x": count, "y": shown},
                    },
                ],
            },
        ],
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {"domainColor": "#8f8a80", "labelColor": "#6b6862", "titleColor": "#6b6862", "gridColor": "#e2ded6"},
            "title": {"anchor": "start", "fontSize": 12, "fontWeight": "normal", "color": "#6b6862"},
        },
    }


def picture(found: Sequence[Pair]) -> str:
    """The picture as an SVG file of its own; the same bytes for the same numbers."""
    drawn = vl_convert.vegalite_to_svg(specification(found), vl_version=VEGA_LITE)
    return re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", drawn) + "\n"


def main(folder: Path) -> None:
    """Everything from the data to the two files."""
    maps, counts, years = (read(folder, *which) for which in (MAPS, COUNTS, YEARS))
    by_place = doses(*maps, "month")
    found = pairs(by_place, maps[0], counts[0])
    countries = country_years(doses(*maps, "year", "country"), doses(*years, "year", "country"))
    (DOCS / "panels-missions.md").write_text(page({**months(by_place), **compared(found), **countries}), encoding="utf-8")
    (DOCS / "panels-missions.svg").write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
