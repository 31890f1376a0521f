"""Rates: laws first, then a slow oracle, then what is told and refused."""

import random
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from muster.dossier import load
from muster.errors import DossierError, PanelError
from muster.panel import Panel, build, panels, to_csv
from muster.records import DataFile, Outcome
from muster.sources import EVENTS, FIGURES, OBSERVATIONS, Parsed

Row = dict[str, Any]
FILE = DataFile(name="data", path="", source="s", title="", provider="", licence="", vintage="2025-06", sha256="ab" * 32)


def outcome(**change: Any) -> Outcome:
    plan: Row = {
        "unit": "deaths per 100,000",
        "period": "year",
        "treated": (),
        "series": "S",
        "population": "persons",
        **change,
    }
    return Outcome(id="o", name="O", domain="security", better="lower", **plan)


def observed(place: str, day: date, value: float | None, measure: str = "count", **change: Any) -> Row:
    blank: Row = dict.fromkeys(OBSERVATIONS.names)
    own = {"place": place, "series": "S", "measure": measure, "date_from": day, "date_to": day, "value": value}
    return blank | own | {"observation_id": "", "place_name": "", "unit": "", "site": ""} | change


def persons(place: str, year: int, value: float | None, **change: Any) -> Row:
    return observed(place, date(year, 1, 1), value, "stock", date_to=date(year, 12, 31), series="population", **change)


def parsed(rows: list[Row], schema: pa.Schema = OBSERVATIONS) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=schema), ())


def file(**change: Any) -> DataFile:
    return DataFile(**{name: getattr(FILE, name) for name in FILE.__struct_fields__} | {"name": "persons"} | change)


COUNTED = [observed(place, date(year, 5, 1), 30.0, low=20.0, high=60.0) for place in ("A", "B") for year in (2019, 2021, 2024)]
PEOPLE = [persons("A", 2020, 1e6), persons("A", 2022, 2e6), persons("B", 2018, 3e5)]


def made(people: list[Row] = PEOPLE, plan: Outcome | None = None, told: DataFile | None = None, **rules: Any) -> Panel:
    return build(plan or outcome(), parsed(COUNTED), FILE, population=(parsed(people), told or file()), **rules)


def rates(panel: Panel) -> list[float | None]:
    return [value for value, n in zip(panel.table["value"].to_pylist(), panel.table["n"].to_pylist(), strict=True) if n]


def test_the_latest_population_at_the_end_of_a_period_divides_and_before_the_first_the_first(engine: str) -> None:
    panel = made(engine=engine)
    assert rates(panel) == [3.0, 3.0, 1.5, 10.0, 10.0, 10.0]
    first = panel.table.to_pylist()[0]
    assert (first["low"], first["high"], first["n"]) == (2.0, 6.0, 1)
    assert panel.recipe["rate"].startswith("for 100,000 persons of persons, the latest population")
    assert panel.recipe["periods before the first population, divided by that"] == "A"
    assert [given.name for given in panel.inputs] == ["data", "persons"]


def test_a_population_holds_from_the_first_of_its_days() -> None:
    plan = outcome(period="month")
    people = [persons("A", 2020, 1e6), persons("A", 2021, 2e6), persons("B", 2018, 3e5)]
    assert rates(made(people, plan))[:3] == [3.0, 1.5, 1.5]


def test_a_rate_for_as_many_as_there_are_is_the_count(engine: str) -> None:
    people = [persons(place, 2018, 7654321.0) for place in ("A", "B")]
    assert rates(made(people, outcome(per=7654321.0), engine=engine)) == [30.0] * 6


def test_twice_the_persons_is_half_the_rate_and_parts_of_a_place_add_up(engine: str) -> None:
    plain = rates(made())
    double = [entry | {"value": 2 * entry["value"]} for entry in PEOPLE]
    parts = [entry | {"site": site} for entry in PEOPLE for site in ("north", "south")]
    halved = [value / 2 for value in plain if value is not None]
    assert rates(made(double, engine=engine)) == rates(made(parts, engine=engine)) == halved


def test_the_order_of_the_population_does_not_matter(engine: str) -> None:
    draw = random.Random(1)
    people = [persons(draw.choice("AB"), draw.randrange(2010, 2030), draw.random() * 1e7) for _ in range(400)]
    assert len({to_csv(made(rows, engine=engine)) for rows in (people, people[::-1])}) == 1


def test_every_rate_is_what_a_slow_division_gives(engine: str) -> None:
    draw = random.Random(2)
    people = [persons(draw.choice("AB"), year, float(draw.randrange(1, 10**7))) for year in range(2016, 2026) for _ in "123"]
    expected = []
    for place in "AB":
        for year in (2019, 2021, 2024):
            years = sorted({entry["date_from"].year for entry in people if entry["place"] == place})
            holds = max([held for held in years if held <= year], default=years[0])
            there = [entry["value"] for entry in people if entry["place"] == place and entry["date_from"].year == holds]
            expected.append(float(Fraction(30) * 100_000 / sum(map(Fraction, there))))
    assert rates(made(people, engine=engine)) == pytest.approx(expected, rel=1e-14)


def test_a_place_without_a_population_is_missing_and_told() -> None:
    panel = made([persons("A", 2018, 1e6), persons("B", 2018, None), persons("B", 2019, 0.0), persons("", 2018, 9.0)])
    assert rates(panel) == [3.0, 3.0, 3.0, None, None, None]
    assert panel.recipe["places without a population, missing"] == "B"
    assert panel.table["n"].to_pylist()[-1] == 1


def test_the_population_file_maps_its_own_names_of_places() -> None:
    people = [persons("HT01", 2018, 1e6), persons("West", 2018, 1e6), persons("B", 2018, 3e5)]
    assert rates(made(people, told=file(places={"HT01": "A", "West": "A"}))) == [1.5, 1.5, 1.5, 10.0, 10.0, 10.0]


def test_as_of_a_day_nothing_later_divides() -> None:
    then = made([*PEOPLE, persons("B", 2026, 1.0)], as_of=date(2025, 6, 30))
    assert to_csv(then) == to_csv(made())
    late = made(told=file(vintage="2026"), as_of=date(2025, 6, 30))
    assert rates(late) == [None] * 6
    assert late.recipe["places without a population, missing"] == "A; B"
    only_later = made([persons("A", 2026, 1e6), persons("B", 2018, 3e5)], as_of=date(2025, 6, 30))
    assert rates(only_later)[:3] == [None] * 3


def test_events_and_figures_become_rates_too(engine: str) -> None:
    event: Row = dict.fromkeys(EVENTS.names) | {"event_id": "1", "place": "A", "date_from": date(2020, 5, 1)}
    event |= {"date_to": date(2020, 5, 1), "date_precision": 1, "deaths_low": 5.0, "deaths_best": 10.0, "deaths_high": 20.0}
    population = parsed(PEOPLE), file()
    deaths = outcome(measure="deaths", series="")
    panel = build(deaths, parsed([event], EVENTS), FILE, population=population, engine=engine)
    assert [panel.table[name].to_pylist() for name in ("value", "low", "high")] == [[1.0], [0.5], [2.0]]
    figure: Row = dict.fromkeys(FIGURES.names, "") | {
        "series": "S",
        "place": "A",
        "unit": "deaths",
        "better": "lower",
    }
    figure |= {"period_start": date(2020, 1, 1), "period_end": date(2020, 12, 31), "value": 40.0, "low": 40.0, "high": None}
    panel = build(outcome(), parsed([figure], FIGURES), FILE, population=population, engine=engine)
    assert [panel.table[name].to_pylist() for name in ("value", "low", "high")] == [[4.0], [4.0], [None]]


def test_a_file_may_be_its_own_population() -> None:
    both = parsed([*COUNTED, *PEOPLE])
    assert build(outcome(), both, FILE, population=(both, FILE)).inputs == (FILE,)


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ([observed("A", date(2020, 1, 1), 5.0)], "outcome o, population persons: no row is a population"),
        ([persons("A", 2020, 1.0) | {"series": name} for name in ("men", "women")], "series men, women; expected one, or"),
    ],
)
def test_what_is_no_population_is_refused(people: list[Row], message: str) -> None:
    with pytest.raises(PanelError, match=message):
        made(people)


def test_of_several_series_the_one_called_population_divides() -> None:
    women = [entry | {"series": "population, women", "value": 1.0} for entry in PEOPLE]
    assert rates(made([*women, *PEOPLE])) == rates(made())


def test_prices_have_no_rate() -> None:
    rows = parsed([observed("A", date(2020, 1, 1), 5.0, "price")])
    with pytest.raises(PanelError, match="a population for a price"):
        build(outcome(), rows, FILE, population=(parsed(PEOPLE), file()))


PLAN = """\
id = "m"
title = "A mission"
short = "M"
place = "XXX"
force = []
funds = []
lead = "Nobody"
[[starts]]
name = "first"
date = 2024-01-01
[[outcomes]]
id = "displaced"
name = "Displaced persons"
domain = "access"
unit = "persons per 1,000"
better = "lower"
period = "quarter"
treated = ["XX01"]
donors = ["XX02"]
file = "displaced"
series = "IDPs / Invented operation / BA"
population = "people"
per = 1000
"""
COMMON = "location_code,admin1_code,admin1_name,admin2_code,admin2_name,admin_level"
DISPLACED = f"""\
{COMMON},operation,assessment_type,population,reporting_round,reference_period_start,reference_period_end
XXX,XX01,,XX0101,,2,Invented operation,BA,100,1,2024-02-01,2024-02-01
XXX,XX01,,XX0102,,2,Invented operation,BA,50,1,2024-02-01,2024-02-01
XXX,XX02,,XX0201,,2,Invented operation,BA,30,1,2024-02-01,2024-02-01
XXX,XX01,,XX0101,,2,Invented operation,BA,400,2,2024-08-01,2024-08-01
"""
PEOPLE_FILE = f"""\
{COMMON},gender,age_range,min_age,max_age,population,reference_period_start,reference_period_end
XXX,XX01,,,,1,all,all,,,1000,2020-01-01,2020-12-31
XXX,XX01,,,,1,f,all,,,600,2020-01-01,2020-12-31
XXX,XX02,,,,1,all,all,,,2000,2020-01-01,2020-12-31
"""


def dossier(folder: Path, plan: str = PLAN) -> Path:
    (folder / "data").mkdir()
    (folder / "mission.toml").write_text(plan)
    said = 'title = "T"\nprovider = "P"\nlicence = "L"\nvintage = "2024-09-30"\n'
    for name, text, source, more in (
        ("displaced", DISPLACED, "hapi-idps", '[places]\n"XX01*" = "XX01"\n"XX02*" = "XX02"\n'),
        ("people", PEOPLE_FILE, "hapi-population", ""),
    ):
        (folder / f"data/{name}.csv").write_text(text)
        (folder / f"data/{name}.toml").write_text(f'source = "{source}"\n{said}{more}')
    return folder


def test_a_dossier_names_its_population_and_its_sidecars_map_the_places(tmp_path: Path) -> None:
    panel = panels(load(dossier(tmp_path)))["displaced"]
    assert panel.table["place"].to_pylist() == ["XX01"] * 3 + ["XX02"] * 3
    assert panel.table["value"].to_pylist() == [150.0, None, 400.0, 15.0, None, None]
    assert [file.name for file in panel.inputs] == ["displaced", "people"]
    assert panels(load(tmp_path), as_of=date(2024, 9, 29))["displaced"].table.num_rows == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [("peeple", "no file 'peeple' in data/; expected one of displaced, people"), ("../people", "without folder and suffix")],
)
def test_a_population_that_is_no_file_of_the_dossier_is_refused(tmp_path: Path, name: str, message: str) -> None:
    plan = PLAN.replace('population = "people"', f'population = "{name}"')
    with pytest.raises(DossierError, match=rf"line \d+, field outcomes\[0\].population: .*{message}"):
        load(dossier(tmp_path, plan))
