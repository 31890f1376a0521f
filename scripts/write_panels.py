"""Write docs/panels-real.md and its pictures from the real files: `python scripts/write_panels.py ../shared/data`.

The rows of the data sets are not in the project; numbers made of them are, with their sources.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import vl_convert

from muster.brief.vega import VEGA_LITE
from muster.panel import Panel, build
from muster.records import Blocks, DataFile, Outcome
from muster.sources import Parsed, load

DOCS = Path(__file__).parents[1] / "docs"
EVENTS = "ucdp/ucdp_ged_v25_1_haiti_1989_2024.csv"
COUNTRIES = "ucdp/ucdp_organized_violence_country_year_v25_1.csv"
SPAN = date(2018, 1, 1), date(2024, 12, 31)
DEPARTMENTS = ("Artibonite", "Centre", "Grand'Anse", "Nippes", "Nord", "Nord-Est", "Nord-Ouest", "Ouest", "Sud", "Sud-Est")
NAMES = {"L'Artibonite department": "Artibonite", **{f"{name} department": name for name in DEPARTMENTS}}
SHOWN = 20  # countries in the picture
Row = dict[str, Any]


def read(folder: Path, name: str, **said: Any) -> tuple[Parsed, DataFile]:
    """A file of a release and what a sidecar would say of it."""
    words: Row = {"title": "", "provider": "", "licence": "", "vintage": "25.1", "sha256": "", **said}
    file = DataFile(name=Path(name).stem, path=str(folder / name), source="", **words)
    return load(file), file


def events(parsed: Parsed, file: DataFile, measure: str, blocks: Blocks) -> Panel:
    """Haiti's departments by month."""
    plan = Outcome(
        id="events",
        name="",
        domain="security",
        unit=measure,
        better="lower",
        period="month",
        treated=DEPARTMENTS,
        measure=measure,
    )
    return build(plan, parsed, file, places=NAMES, covered=SPAN, blocks=blocks)


def countries(parsed: Parsed, file: DataFile) -> Panel:
    """Every country by year."""
    plan = Outcome(
        id="countries",
        name="",
        domain="security",
        unit="deaths",
        better="lower",
        period="year",
        treated=(),
        series="organised violence deaths",
    )
    return build(plan, parsed, file)


def by_year(panel: Panel, column: str = "value") -> dict[int, float]:
    """Sums of a column."""
    years: Counter[int] = Counter()
    for row in panel.table.to_pylist():
        years[row["period_start"].year] += row[column]
    return dict(years)


def listed(numbers: Mapping[int, float]) -> str:
    """Numbers of years as the page prints them."""
    return ", ".join(f"{number:,.0f}" for _, number in sorted(numbers.items()))


def told(words: str) -> str:
    """``events: 1, deaths: 45`` of a recipe as a sentence says it."""
    number, deaths = (part.rpartition(" ")[2] for part in words.split(", "))
    return f"{number} {'event' if number == '1' else 'events'} with {deaths} deaths"


def haiti(parsed: Parsed, file: DataFile) -> tuple[dict[str, str], list[Row]]:
    """What the page says of Haiti, and the points of its picture."""
    aside, spread = (events(parsed, file, "deaths", blocks) for blocks in ("set aside", "spread"))
    number = events(parsed, file, "events", "set aside")
    inside = parsed.table.filter(pc.greater_equal(parsed.table["date_from"], SPAN[0]))
    rows = inside.to_pylist()
    blocks = [row for row in rows if row["date_precision"] >= 4]
    every = Counter[int]()
    for row in rows:
        every[row["date_from"].year] += row["deaths_best"]
    places = Counter[str]()
    for row in number.table.to_pylist():
        places[row["place"]] += row["value"]
    facts = {
        "events": str(len(rows)),
        "deaths": listed(every),
        "blocks": str(len(blocks)),
        "block deaths": f"{sum(row['deaths_best'] for row in blocks):.0f}",
        "aside": listed(by_year(aside)),
        "spread": listed(by_year(spread)),
        "nowhere": told(spread.recipe["set aside, without a place"]),
        "rows": f"{aside.table.num_rows:,}",
        "zeros": f"{sum(row['n'] == 0 for row in aside.table.to_pylist()):,}",
        "ouest": f"{places['Ouest']:.0f}",
        "dated": f"{sum(places.values()):.0f}",
        "none": ", ".join(name for name in DEPARTMENTS if not places[name]),
        "one source": f"{sum(row['n_sources'] or 0 for row in number.table.to_pylist()) / sum(places.values()):.1f}",
    }
    points = [
        {"place": row["place"], "month": str(row["period_start"]), "deaths": row["value"]}
        for row in spread.table.to_pylist()
        if row["value"]
    ]
    return facts, points


def world(parsed: Parsed, file: DataFile) -> tuple[dict[str, str], list[Row]]:
    """What the page says of all countries, and the points of its picture."""
    panel = countries(parsed, file)
    rows = panel.table.to_pylist()
    totals = Counter[str]()
    for row in rows:
        totals[row["place"]] += row["value"] or 0
    hti = {row["period_start"].year: row for row in rows if row["place"] == "HTI"}
    facts = {
        "country rows": f"{len(rows):,}",
        "countries": str(len(totals)),
        "years": str(len({row["period_start"] for row in rows})),
        "missing": f"{sum(row['value'] is None for row in rows):,}",
        "quiet": str(sum(not total for total in totals.values())),
        "all deaths": f"{sum(totals.values()):,.0f}",
        "haiti years": listed({year: row["value"] for year, row in hti.items() if year >= SPAN[0].year}),
    }
    most = [name for name, _ in totals.most_common(SHOWN)]
    named = dict(zip(parsed.table["place"].to_pylist(), parsed.table["place_name"].to_pylist(), strict=True))
    points = [
        {"place": named[row["place"]], "year": str(row["period_start"]), "deaths": row["value"]}
        for row in rows
        if row["place"] in most and row["value"]
    ]
    return facts, points


def heat(points: Sequence[Row], time: str, places: Sequence[str], width: int, title: str, domain: tuple[str, str]) -> Row:
    """Places by periods, darker where more died; white is none."""
    unit = "yearmonth" if time == "month" else "year"
    return {
        "background": "#ffffff",
        "padding": 8,
        "width": width,
        "height": 17 * len(places),
        "title": title,
        "data": {"values": list(points)},
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": time,
                "type": "temporal",
                "timeUnit": f"utc{unit}",
                "title": None,
                "scale": {"domain": list(domain)},
                "axis": {"grid": False, "format": "%Y", "tickCount": "year" if time == "month" else 8},
            },
            "y": {"field": "place", "type": "nominal", "title": None, "scale": {"domain": list(places)}},
            "color": {
                "field": "deaths",
                "type": "quantitative",
                "scale": {"type": "log", "scheme": "blues"},
                "legend": {"title": "deaths", "format": "~s"},
            },
        },
        "config": {
            "font": "sans-serif",
            "view": {"stroke": "#e2ded6"},
            "axis": {"domainColor": "#8f8a80", "labelColor": "#6b6862"},
            "title": {"anchor": "start", "fontSize": 12, "fontWeight": "normal", "color": "#6b6862"},
        },
    }


def drawn(specification: Row) -> str:
    """The picture as an SVG file of its own; the same bytes for the same numbers."""
    made = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)
    return re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", made) + "\n"


def page(facts: Mapping[str, str]) -> str:
    """The words beside this script with the numbers in them."""
    text = (Path(__file__).parent / "panels.md").read_text(encoding="utf-8")
    return re.sub(r"\{([a-z ]+)\}", lambda name: facts[name[1]], text)


def main(folder: Path) -> None:
    """Everything from the data to the three files."""
    departments, months = haiti(*read(folder, EVENTS, country="HTI"))
    counted, years = world(*read(folder, COUNTRIES))
    (DOCS / "panels-real.md").write_text(page({**departments, **counted}), encoding="utf-8")
    title = "Haiti: deaths in UCDP's events by department and month (best estimate; blocks spread)"
    span = (str(SPAN[0]), "2025-01-01")
    (DOCS / "panels-haiti.svg").write_text(drawn(heat(months, "month", DEPARTMENTS, 560, title, span)), encoding="utf-8")
    order = list(dict.fromkeys(sorted({point["place"] for point in years})))
    title = f"Deaths in organised violence by country and year: the {SHOWN} countries with most (UCDP, best estimate)"
    picture = heat(years, "year", order, 460, title, ("1989-01-01", "2025-01-01"))
    (DOCS / "panels-countries.svg").write_text(drawn(picture), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
