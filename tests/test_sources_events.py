"""Sources of events and of counts of events: rows one by one, real layouts, and what is known of Haiti."""

import json
import random
import runpy
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pycountry
import pytest
from openpyxl import Workbook

from muster.panel import build
from muster.records import DataFile, Outcome
from muster.sources import SOURCES, Parsed, load
from muster.sources.cells import COUNTRY
from muster.sources.countries import extents, iso3_of, misplaced

Row = Mapping[str, str]

ACLED = {
    "event_id_cnty": "XXX1",
    "event_date": "2024-05-02",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "country": "Haiti",
    "admin1": "Ouest",
    "location": "A town",
    "latitude": "18.5",
    "longitude": "-72.3",
    "source": "One paper; Another; One paper",
    "fatalities": "4",
    "timestamp": "1700000000",
}
ACLED_LAYOUT = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,"
    "assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,"
    "geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
DERIVED_LAYOUT = (
    ",event_date,year,event_type,sub_event_type,actor1,actor2,interaction,iso,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,source,notes,fatalities,timestamp,population_1km,population_2km,population_5km,population_best,nrEvents,"
    "category"
)
GED_COUNTRY_LAYOUT = (
    "id,year,active_year,type_of_violence,conflict_name,number_of_sources,where_prec,where_coordinates,adm_1,adm_2,latitude,"
    "longitude,country,iso3,country_id,event_clarity,date_prec,date_start,date_end,low,best,high"
)
HAPI_LAYOUT = (
    "location_code,has_hrp,in_gho,provider_admin1_name,provider_admin2_name,admin1_code,admin1_name,admin2_code,admin2_name,"
    "admin_level,event_type,events,fatalities,reference_period_start,reference_period_end,dataset_hdx_id,resource_hdx_id,warning,"
    "error"
)
GED = {
    "id": "7",
    "year": "2024",
    "code_status": "Clear",
    "type_of_violence": "3",
    "number_of_sources": "2",
    "adm_1": "Ouest department",
    "latitude": "18.5",
    "longitude": "-72.3",
    "country": "Haiti",
    "date_prec": "1",
    "date_start": "2024-05-02",
    "date_end": "2024-05-03",
    "best": "4",
    "high": "9",
    "low": "2",
}
HAPI = {
    "location_code": "HTI",
    "admin1_code": "HT01",
    "admin1_name": "West",
    "admin2_code": "HT0111",
    "admin2_name": "A town",
    "admin_level": "2",
    "event_type": "political_violence",
    "events": "3",
    "fatalities": "5",
    "reference_period_start": "2024-05-01",
    "reference_period_end": "2024-05-31",
}
SHEET = {
    "Country": "Haiti",
    "Admin1": "Ouest",
    "Admin2": "A town",
    "ISO3": "HTI",
    "Admin2 Pcode": "HT0111",
    "Admin1 Pcode": "HT01",
    "Month": "May",
    "Year": "2024",
    "Events": "3",
    "Fatalities": "5",
}


def parse(source: str, base: Row, *changes: Row) -> Parsed:
    """Parse the row with each of the changes, its country known."""
    rows = [{**dict.fromkeys(SOURCES[source].optional, ""), COUNTRY: "HTI", **base, **change} for change in changes]
    return SOURCES[source].parse(pa.table({name: [row[name] for row in rows] for name in rows[0]}))


def data_file(path: Path, source: str, **more: Any) -> DataFile:
    words: dict[str, Any] = {**dict.fromkeys(("title", "provider", "licence"), ""), **more}
    return DataFile(name=path.stem, path=str(path), source=source, vintage="2025-06", sha256="0" * 64, **words)


def read(folder: Path, source: str, layout: str, *rows: Row, before: str = "", **more: Any) -> Parsed:
    path, names = folder / "file.csv", layout.split(",")
    lines = [",".join('"' + row.get(name, "").replace('"', '""') + '"' for name in names) for row in rows]
    path.write_text("\n".join([layout, *([before] if before else []), *lines, ""]), encoding="utf-8")
    return load(data_file(path, source, **more))


def reasons(parsed: Parsed) -> list[tuple[int, str]]:
    return [(rejected.row, rejected.reason) for rejected in parsed.rejected]


# ACLED


def test_a_sound_acled_event_is_cast_and_has_no_range_of_deaths() -> None:
    row = parse("acled", ACLED, {}).table.to_pylist()[0]
    assert row == {
        **{"event_id": "XXX1", "place": "Ouest", "kind": "Battles", "n_sources": 2},
        **{"date_from": date(2024, 5, 2), "date_to": date(2024, 5, 2), "date_precision": 1},
        **{"latitude": 18.5, "longitude": -72.3, "deaths_low": None, "deaths_best": 4.0, "deaths_high": None},
    }


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("bad-date", {"event_date": "02/05/2024"}),
        ("bad-date", {"event_date": "31 June 2024"}),
        ("bad-date", {"event_date": "2 mai 2024"}),
        ("bad-date", {"event_date": "02 May 9024"}),
        ("bad-precision", {"time_precision": "4"}),
        ("bad-number", {"fatalities": "about 4"}),
        ("bad-number", {"nrEvents": "3"}),
        ("negative", {"fatalities": "-1"}),
        ("missing", {"fatalities": ""}),
        ("missing", {"event_id_cnty": ""}),
        ("unknown-kind", {"event_type": "Armed clash"}),
        ("swapped-coordinates", {"latitude": "-72.3", "longitude": "18.5"}),
        ("outside-country", {"latitude": "0", "longitude": "0"}),
        ("outside-country", {"longitude": "72.3"}),
        ("bad-coordinates", {"latitude": "185"}),
        ("duplicate-id", {"event_id_cnty": "XXX1"}),
        ("mixed-vintage", {"event_id_cnty": "XXX1", "timestamp": "1710000000"}),
    ],
)
def test_an_acled_row_at_fault_is_set_aside(reason: str, change: Row) -> None:
    parsed = parse("acled", ACLED, {}, {"event_id_cnty": "XXX2", **change}, {"event_id_cnty": "XXX3"})
    assert reasons(parsed) == [(2, reason)]
    assert next(iter(change)) in parsed.rejected[0].detail
    assert parsed.table["event_id"].to_pylist() == ["XXX1", "XXX3"]


@pytest.mark.parametrize(
    ("day", "precision", "span"),
    [
        ("07 March 2024", "1", (date(2024, 3, 7), date(2024, 3, 7), 1)),
        ("7 March 2024", "", (date(2024, 3, 7), date(2024, 3, 7), None)),
        ("2024-03-01", "2", (date(2024, 2, 26), date(2024, 3, 3), 3)),
        ("2024-03-04", "2", (date(2024, 3, 4), date(2024, 3, 10), 3)),
        ("15 February 2024", "3", (date(2024, 2, 1), date(2024, 2, 29), 4)),
        ("2024-12-31", "3", (date(2024, 12, 1), date(2024, 12, 31), 4)),
    ],
)
def test_precision_says_which_days_are_open(day: str, precision: str, span: tuple[date, date, int | None]) -> None:
    row = parse("acled", ACLED, {"event_date": day, "time_precision": precision}).table.to_pylist()[0]
    assert (row["date_from"], row["date_to"], row["date_precision"]) == span


@pytest.mark.parametrize(("text", "count"), [("", None), (" ; ", None), ("A", 1), ("A; B;C", 3), ("A; A", 1)])
def test_sources_are_counted_once_each(text: str, count: int | None) -> None:
    assert parse("acled", ACLED, {"source": text}).table["n_sources"].to_pylist() == [count]


@pytest.mark.parametrize(
    "style",
    [
        {"event_date": "02 May 2024", "inter1": "3", "inter2": "1", "interaction": "13", "iso": "332"},
        {
            "event_date": "2024-05-02",
            "inter1": "Political militia",
            "interaction": "State forces-Political militia",
            "iso": "332",
        },
    ],
    ids=["numbers and long dates", "words and ISO dates"],
)
def test_old_and_new_exports_read_the_same(tmp_path: Path, style: Row) -> None:
    parsed = read(tmp_path, "acled", ACLED_LAYOUT, {**ACLED, **style, "notes": 'Two lines\n"quoted", and more'})
    assert parsed.rejected == ()
    assert parsed.table.equals(parse("acled", ACLED, {}).table)


def test_a_derived_file_without_ids_has_its_content_as_key(tmp_path: Path) -> None:
    rows = [{**ACLED, "": str(number), "nrEvents": "1", "notes": note} for number, note in enumerate(["a", "b", "a"])]
    parsed = read(tmp_path, "acled", DERIVED_LAYOUT, *rows)
    assert reasons(parsed) == [(3, "duplicate-id")]
    assert parsed.table["date_precision"].to_pylist() == [None, None]
    assert len(set(parsed.table["event_id"].to_pylist())) == 2
    again = read(tmp_path, "acled", DERIVED_LAYOUT, *reversed(rows[:2]))
    assert again.table["event_id"].to_pylist() == parsed.table["event_id"].to_pylist()[::-1]


def outcome(measure: str) -> Outcome:
    words: dict[str, Any] = dict.fromkeys(("id", "name", "unit"), "harm")
    return Outcome(domain="security", better="lower", period="month", treated=("Ouest",), measure=measure, **words)


@pytest.mark.parametrize("blocks", ["set aside", "spread"])
def test_without_a_range_the_bounds_are_the_number_and_the_recipe_says_so(blocks: Any) -> None:
    changes = [{"time_precision": "1"}, {"time_precision": ""}, {"time_precision": "3"}]
    parsed = parse("acled", ACLED, *({"event_id_cnty": str(number), **change} for number, change in enumerate(changes)))
    file = data_file(Path("file.csv"), "acled")
    panel = build(outcome("deaths"), parsed, file, blocks=blocks)
    row = panel.table.to_pylist()[0]
    whole = 12.0 if blocks == "spread" else 8.0
    assert (row["value"], row["low"], row["high"]) == (whole, whole, whole)
    assert panel.recipe["events without a range of deaths"].startswith("3, ")
    assert panel.recipe["events without a precision of their date"].startswith("1, ")
    assert "events without a range of deaths" not in build(outcome("events"), parsed, file).recipe


# UCDP


def test_the_layouts_of_a_country_and_of_a_candidate_release_are_read(tmp_path: Path) -> None:
    tags = ",#date+year" + "," * (GED_COUNTRY_LAYOUT.count(",") - 1)
    country = read(tmp_path, "ucdp-ged", GED_COUNTRY_LAYOUT, {**GED, "iso3": "HTI"}, before=tags)
    assert country.rejected == ()
    assert country.table.equals(parse("ucdp-ged", GED, {}).table)
    swapped = {**GED, "iso3": "HTI", "country": "", "latitude": "-72.3", "longitude": "18.5"}
    assert reasons(read(tmp_path, "ucdp-ged", GED_COUNTRY_LAYOUT, swapped)) == [(1, "swapped-coordinates")]


@pytest.mark.parametrize(
    ("rows", "aside"),
    [
        ([("2023", "Clear"), ("2024", "Clear")], []),
        ([("2024", "Clear"), ("2024", "Check dyad")], []),
        ([("2023", ""), ("2024", "")], []),
        ([("2023", "Clear"), ("2022", "Clear"), ("2024", "Check dyad")], [3]),
        ([("2023", "Clear"), ("2024", "Clear"), ("2024", "Check deaths"), ("2024", "Clear")], [1]),
        ([("2023", "Check dyad"), ("2024", "Check dyad"), ("2024", "Clear")], [1]),
        ([("2022", "Check dyad"), ("2023", "Clear"), ("2024", "Check dyad")], []),
    ],
    ids=[
        "yearly",
        "candidate",
        "not said",
        "candidate behind yearly",
        "yearly before candidate",
        "two candidates",
        "vetted years follow",
    ],
)
def test_the_smaller_of_two_releases_is_set_aside(rows: Sequence[tuple[str, str]], aside: list[int]) -> None:
    changes = [
        {"id": str(number), "year": year, "code_status": status, "date_start": f"{year}-01-01", "date_end": f"{year}-01-01"}
        for number, (year, status) in enumerate(rows)
    ]
    parsed = parse("ucdp-ged", GED, *changes)
    assert reasons(parsed) == [(row, "mixed-vintage") for row in aside]
    unnamed = parse("ucdp-ged", GED, *({**change, "year": ""} for change in changes))
    assert unnamed == parsed


def test_haiti_has_305_events_since_2018_and_none_is_set_aside(shared: Path) -> None:
    parsed = load(data_file(shared / "data/ucdp/ucdp_ged_v25_1_haiti_1989_2024.csv", "ucdp-ged", country="HTI"))
    assert parsed.rejected == ()
    recent = [row for row in parsed.table.to_pylist() if row["date_from"].year >= 2018]
    deaths = dict.fromkeys(range(2018, 2025), 0.0)
    for row in recent:
        deaths[row["date_from"].year] += row["deaths_best"]
    assert (len(recent), list(deaths.values())) == (305, [71, 1, 166, 140, 236, 454, 1294])
    table = parsed.table.filter(pc.is_valid(parsed.table["latitude"]))
    swapped, outside = misplaced(
        pa.array(["HTI"] * table.num_rows), *(table[name].combine_chunks() for name in ("longitude", "latitude"))
    )
    assert swapped.all()
    assert not outside.any()


def test_the_markets_of_haiti_lie_in_haiti(shared: Path) -> None:
    parsed = load(data_file(shared / "data/haiti/wfp_food_prices_hti.csv", "wfp-prices", country="HTI"))
    assert (parsed.used, parsed.rejected) == (14_923, ())


# Counts of events


def test_a_hapi_row_gives_its_events_and_its_deaths() -> None:
    parsed = parse(
        "hapi-conflict", HAPI, {}, {"event_type": "demonstration", "fatalities": ""}, {"event_type": "civilian_targeting"}
    )
    assert parsed.rejected == ()
    assert parsed.used == 3
    rows = parsed.table.to_pylist()
    assert [(row["series"], row["measure"], row["value"], row["unit"]) for row in rows] == [
        ("political_violence events", "count", 3.0, "events"),
        ("political_violence fatalities", "deaths", 5.0, "deaths"),
        ("demonstration events", "count", 3.0, "events"),
        ("civilian_targeting events", "count", 3.0, "events"),
        ("civilian_targeting fatalities", "deaths", 5.0, "deaths"),
    ]
    assert {(row["place"], row["place_name"], row["date_from"], row["date_to"]) for row in rows} == {
        ("HT0111", "A town", date(2024, 5, 1), date(2024, 5, 31))
    }
    assert len({row["observation_id"] for row in rows}) == 5
    assert {row[name] for row in rows for name in ("low", "high", "n_sources", "latitude")} == {None}


@pytest.mark.parametrize(("level", "place"), [("0", "HTI"), ("1", "HT01"), ("2", "HT0111")])
def test_a_place_is_the_code_of_the_rows_level(level: str, place: str) -> None:
    assert set(parse("hapi-conflict", HAPI, {"admin_level": level}).table["place"].to_pylist()) == {place}


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("unknown-place", {"admin2_code": ""}),
        ("unknown-place", {"admin_level": "3"}),
        ("unknown-kind", {"event_type": "all"}),
        ("bad-number", {"events": "1.5"}),
        ("missing", {"events": ""}),
        ("negative", {"fatalities": "-2"}),
        ("bad-date", {"reference_period_end": "2024-05-32"}),
        ("dates-out-of-order", {"reference_period_end": "2024-04-30"}),
        ("flagged", {"error": "no such area"}),
        ("duplicate-id", {"admin2_code": "HT0111"}),
        ("mixed-vintage", {"events": "4", "admin2_code": "HT0111"}),
    ],
)
def test_a_hapi_row_at_fault_is_set_aside(reason: str, change: Row) -> None:
    parsed = parse("hapi-conflict", HAPI, {}, {"admin2_code": "HT0112", **change}, {"admin2_code": "HT0113"})
    assert reasons(parsed) == [(2, reason)]
    assert next(iter(change)) in parsed.rejected[0].detail
    assert (parsed.used, parsed.table.num_rows) == (2, 4)


def test_a_hapi_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    parsed = read(tmp_path, "hapi-conflict", "\ufeff" + HAPI_LAYOUT, {"\ufefflocation_code": "HTI", **HAPI})
    assert parsed.rejected == ()
    assert parsed.table.equals(parse("hapi-conflict", HAPI, {}).table)


def test_sheets_by_area_and_by_country_are_read(tmp_path: Path) -> None:
    area = read(tmp_path, "acled-hdx", ",".join(SHEET), SHEET, {**SHEET, "Month": "February", "Events": "0", "Fatalities": "0"})
    assert area.rejected == ()
    assert [(row["place"], row["series"], row["value"], row["date_to"]) for row in area.table.to_pylist()] == [
        ("HT0111", "events", 3.0, date(2024, 5, 31)),
        ("HT0111", "fatalities", 5.0, date(2024, 5, 31)),
        ("HT0111", "events", 0.0, date(2024, 2, 29)),
        ("HT0111", "fatalities", 0.0, date(2024, 2, 29)),
    ]
    country = read(tmp_path, "acled-hdx", "Country,Month,Year,Events", SHEET)
    assert [(row["place"], row["place_name"], row["series"]) for row in country.table.to_pylist()] == [
        ("Haiti", "Haiti", "events")
    ]


def test_sheets_of_areas_and_of_countries_are_read_from_one_workbook(tmp_path: Path) -> None:
    book = Workbook()
    short = ("Country", "Month", "Year", "Events", "Fatalities")
    sheets: dict[str, list[tuple[Any, ...]]] = {
        "TOU": [("Terms of use",)],
        "Non_HRP": [short, ("Chile", "May", 2024, 1, 0)],
        "HRP_1": [tuple(SHEET), tuple(SHEET.values())],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "counts.xlsx")
    parsed = load(data_file(tmp_path / "counts.xlsx", "acled-hdx"))
    assert (parsed.rejected, parsed.used) == ((), 2)
    assert parsed.table["place"].to_pylist() == ["Chile", "Chile", "HT0111", "HT0111"]
    assert len(parsed.remarks) == 1
    assert "TOU" in parsed.remarks[0]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("bad-date", {"Month": "mai"}),
        ("bad-date", {"Year": "24"}),
        ("bad-number", {"Year": "2024.5"}),
        ("unknown-place", {"Admin2 Pcode": ""}),
        ("negative", {"Events": "-3"}),
        ("missing", {"Events": ""}),
        ("mixed-vintage", {"Fatalities": "6", "Month": "May"}),
        ("duplicate-id", {"Month": "May"}),
    ],
)
def test_a_row_of_a_sheet_at_fault_is_set_aside(reason: str, change: Row) -> None:
    parsed = parse("acled-hdx", SHEET, {}, {"Month": "June", **change}, {"Month": "July"})
    assert reasons(parsed) == [(2, reason)]
    assert parsed.table.num_rows == 4


# Where a country lies


def test_boxes_are_of_countries_and_apart() -> None:
    assert len(extents()) == 238
    for iso3, boxes in extents().items():
        assert pycountry.countries.get(alpha_3=iso3), iso3
        assert (boxes[:, 0] < boxes[:, 2]).all()
        assert (boxes[:, 1] < boxes[:, 3]).all()
        assert not any(meets(one, other) for row, one in enumerate(boxes) for other in boxes[:row]), iso3


def meets(one: Any, other: Any) -> bool:
    return bool(one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_the_script_joins_boxes_until_they_are_apart_and_none_is_lost() -> None:
    joined = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "build_extents.py"))["joined"]
    draw = random.Random(3)
    for _ in range(50):
        corners = [(draw.uniform(0, 60), draw.uniform(0, 60)) for _ in range(draw.randrange(1, 40))]
        boxes = [(x, y, x + draw.uniform(0, 8), y + draw.uniform(0, 8)) for x, y in corners]
        apart = joined(boxes)
        assert not any(meets(one, other) for row, one in enumerate(apart) for other in apart[:row])
        for box in boxes:
            assert sum(out[0] <= box[0] and out[1] <= box[1] and out[2] >= box[2] and out[3] >= box[3] for out in apart) == 1


def test_the_box_of_haiti_is_its_departments_and_a_degree(shared: Path) -> None:
    def points(shape: Any) -> Any:
        return [shape] if isinstance(shape[0], float | int) else [point for part in shape for point in points(part)]

    text = (shared / "data/boundaries/haiti_adm1_natural_earth.geojson").read_text(encoding="utf-8")
    outline = np.array([point for one in json.loads(text)["features"] for point in points(one["geometry"]["coordinates"])])
    around = [*(outline.min(axis=0) - 1), *(outline.max(axis=0) + 1)]
    assert extents()["HTI"][0] == pytest.approx(around, abs=0.15)


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("HTI", "HTI"),
        ("hti ", "HTI"),
        ("332", "HTI"),
        ("004", "AFG"),
        ("4", "AFG"),
        ("Haiti", "HTI"),
        ("Bolivia", "BOL"),
        ("South Sudan", "SSD"),
        ("Russia (Soviet Union)", None),
        ("Serbia (Yugoslavia)", None),
        ("Hait", None),
        ("", None),
        ("0", None),
    ],
)
def test_only_sure_names_are_a_country(text: str, iso3: str | None) -> None:
    assert iso3_of(text) == iso3


def test_a_row_is_held_against_its_own_country_then_the_files_then_none(tmp_path: Path) -> None:
    layout = ",".join(name for name in GED if name != "code_status")
    wrong = {**GED, "latitude": "-72.3", "longitude": "18.5"}
    for named, given, found in [
        ("Haiti", "", ["swapped-coordinates"]),
        ("", "HTI", ["swapped-coordinates"]),
        ("Hayti", "HTI", ["swapped-coordinates"]),
        ("Antarctica", "HTI", []),
        ("Hayti", "", []),
        ("", "XXX", []),
    ]:
        parsed = read(tmp_path, "ucdp-ged", layout, {**wrong, "country": named}, country=given)
        assert [rejected.reason for rejected in parsed.rejected] == found


def test_a_mapped_table_is_held_against_the_sidecars_country(tmp_path: Path) -> None:
    names = {"place": "where", "date": "when", "latitude": "north", "longitude": "east"}
    rows = [
        {"where": "A", "when": "2024-05-02", "north": north, "east": east}
        for north, east in (("18.5", "-72.3"), ("-72.3", "18.5"))
    ]
    for country, found in (("HTI", [(2, "swapped-coordinates")]), ("", [])):
        assert reasons(read(tmp_path, "tabular", "where,when,north,east", *rows, columns=names, country=country)) == found
    own = [{"place": "A", "period": "2024", "value": "1", "latitude": "0", "longitude": "0"}]
    assert reasons(read(tmp_path, "tabular", ",".join(own[0]), *own, country="HTI")) == [(1, "outside-country")]


def test_of_two_rows_with_one_id_the_one_in_its_country_stays() -> None:
    parsed = parse("ucdp-ged", GED, {"latitude": "-72.3", "longitude": "18.5"}, {})
    assert reasons(parsed) == [(1, "swapped-coordinates")]


def test_what_lies_in_the_country_both_ways_or_nowhere_known_is_let_pass() -> None:
    countries = pa.array(["NGA", "HTI", "HTI", None, "ZZZ"])
    north, east = pa.array([8.0, None, 18.5, 0.0, 0.0]), pa.array([9.0, -72.3, None, 0.0, 0.0])
    swapped, outside = misplaced(countries, north, east)
    assert not swapped.any()
    assert not outside.any()


@pytest.mark.parametrize(
    ("iso3", "latitude", "longitude"),
    [
        ("SDN", 4.85, 31.6),  # Juba was in Sudan until 2011
        ("ETH", 15.3, 38.9),  # Asmara was in Ethiopia until 1993
        ("MAR", 27.1, -13.2),  # events in Western Sahara are often placed in Morocco
        ("UKR", 44.6, 33.5),  # Sevastopol
        ("ISR", 31.5, 34.45),  # events in Gaza are often placed in Israel
        ("FRA", 4.9, -52.3),  # Cayenne
        ("USA", 21.3, -157.9),  # Honolulu
    ],
)
def test_borders_of_an_earlier_day_and_far_parts_are_inside(iso3: str, latitude: float, longitude: float) -> None:
    swapped, outside = misplaced(pa.array([iso3]), pa.array([latitude]), pa.array([longitude]))
    assert not swapped.any()
    assert not outside.any()


@pytest.mark.parametrize(
    ("precision", "known"), [("", True), ("1", True), ("4", True), ("5", True), ("6", False), ("7", False)]
)
def test_an_event_that_is_known_by_country_only_has_no_coordinates(precision: str, known: bool) -> None:
    rows = [{**GED, "where_prec": precision}]
    names = {**SOURCES["ucdp-ged"].columns, **SOURCES["ucdp-ged"].optional}
    parsed = SOURCES["ucdp-ged"].parse(pa.table({name: [row.get(name, "") for row in rows] for name in names}))
    (row,) = parsed.table.to_pylist()
    assert (row["latitude"], row["longitude"]) == ((18.5, -72.3) if known else (None, None))


def test_a_precision_of_place_that_ucdp_does_not_have_is_told() -> None:
    names = {**SOURCES["ucdp-ged"].columns, **SOURCES["ucdp-ged"].optional}
    parsed = SOURCES["ucdp-ged"].parse(pa.table({name: [{**GED, "where_prec": "9"}.get(name, "")] for name in names}))
    assert [one.reason for one in parsed.rejected] == ["bad-precision"]
