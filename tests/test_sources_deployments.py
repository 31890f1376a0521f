"""Sources of deployments: maps held until the next one, editions and slips of Geo-PKO, months of IPI and the UN."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from muster.records import DataFile
from muster.sources import SOURCES, Parsed, load
from muster.sources.spellings import iso3

HEAD = ("source", "mission", "year", "month", "location", "country", "latitude", "longitude", "no.troops", "adm1.name")


def maps(*rows: tuple[str, str, str, str, str]) -> Parsed:
    """Rows of map, year, month, place and troops of one invented mission."""
    full = [(name, "SIMX", year, month, place, "Haiti", "1", "2", troops, "") for name, year, month, place, troops in rows]
    return SOURCES["geo-pko"].parse(pa.table({name: [row[at] for row in full] for at, name in enumerate(HEAD)}))


def spans(parsed: Parsed) -> list[tuple[str, str, str, float | None, bool]]:
    return [
        (row["site"], str(row["date_from"]), str(row["date_to"]), row["value"], row["held"])
        for row in parsed.table.sort_by([("date_from", "ascending"), ("site", "ascending")]).to_pylist()
    ]


def test_a_map_is_held_until_the_next_one_and_the_last_one_to_the_end_of_its_month() -> None:
    found = maps(("Map no. 1", "2019", "11", "A", "150.0"), ("Map no. 1 Rev. 1", "2020", "2", "B", "35"))
    assert spans(found) == [
        ("A", "2019-11-01", "2020-01-31", 150.0, True),
        ("B", "2020-02-01", "2020-02-29", 35.0, False),
    ]


@pytest.mark.parametrize("word", ["", "unknown", "NA", " Unclear "])
def test_a_strength_that_is_not_told_is_missing_and_not_zero(word: str) -> None:
    assert maps(("Map no. 1", "2019", "11", "A", word)).table["value"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("troops", "reason"), [("-5", "negative"), ("35-150", "bad-number"), ("many", "bad-number"), ("1e12", "bad-number")]
)
def test_a_strength_that_is_no_number_is_set_aside(troops: str, reason: str) -> None:
    found = maps(("Map no. 1", "2019", "11", "A", troops))
    assert [(row.row, row.reason) for row in found.rejected] == [(1, reason)]


def test_the_latest_edition_of_a_month_stands_however_it_is_written() -> None:
    found = maps(
        ("Map no. 7 Rev. 9 (republished as 9.1 in 2020)", "2019", "3", "A", "1"),
        ("Map No.7 Rev. 09.1", "2019", "3", "A", "2"),
        ("Map no. 7  Rev. 9.1", "2019", "3", "B", "3"),
    )
    assert spans(found) == [("A", "2019-03-01", "2019-03-31", 2.0, False), ("B", "2019-03-01", "2019-03-31", 3.0, False)]
    assert [(row.row, row.reason) for row in found.rejected] == [(1, "superseded")]


def test_two_strengths_of_one_place_are_two_contingents_and_one_strength_twice_is_one_row_twice() -> None:
    found = maps(*(("Map no. 1", "2019", "3", "A", troops) for troops in ("185", "900", "900")))
    assert found.table["value"].to_pylist() == [185.0, 900.0]
    assert [row.reason for row in found.rejected] == ["duplicate-id"]


def test_a_revision_is_not_put_in_order_as_text() -> None:
    found = maps(("Map no. 7 Rev. 9", "2019", "3", "A", "1"), ("Map no. 7 Rev. 10", "2019", "3", "A", "2"))
    assert found.table["value"].to_pylist() == [2.0]


def test_a_row_with_another_month_than_the_rest_of_its_map_is_dated_as_they_are() -> None:
    found = maps(
        ("Map no. 7 Rev. 1", "2019", "3", "A", "1"),
        ("Map no. 7 Rev. 2", "2019", "6", "A", "2"),
        ("Map no. 7 Rev. 2", "2019", "6", "B", "3"),
        ("Map no. 7 Rev. 2", "2019", "3", "C", "4"),
    )
    assert [row[:2] for row in spans(found)] == [
        ("A", "2019-03-01"),
        ("A", "2019-06-01"),
        ("B", "2019-06-01"),
        ("C", "2019-06-01"),
    ]
    twice = maps(("Map no. 7 (June)", "2019", "6", "A", "1"), ("Map no. 7 (July)", "2019", "7", "A", "1"))
    assert [row[1] for row in spans(twice)] == ["2019-06-01", "2019-07-01"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Haiti", "HTI"),
        ("DRC", "COD"),
        ("DR Congo", "COD"),
        ("Syrian Arab Republic", "SYR"),
        ("Ivory Coast", "CIV"),
        ("Kosovo", "XKX"),
        ("Ethiopia/Eritrea", "Ethiopia/Eritrea"),
        ("NA", "NA"),  # no name of a country, though the two letters are Namibia's
        ("", ""),
    ],
)
def test_a_country_has_a_code_where_that_is_sure(name: str, code: str) -> None:
    assert iso3(name) == code


def years(*rows: tuple[str, str, str]) -> Parsed:
    head = ("mission", "year", "country", "location", "latitude", "longitude", "ave.no.troops")
    full = [("SIMX", year, "Haiti", place, "1", "2", troops) for year, place, troops in rows]
    return SOURCES["geo-pko-years"].parse(pa.table({name: [row[at] for row in full] for at, name in enumerate(head)}))


def test_a_place_and_year_counts_once() -> None:
    found = years(("2020", "A", "483"), ("2020", "A", "483"), ("2020", "B", ""), ("20", "B", "1"))
    assert spans(found) == [("A", "2020-01-01", "2020-12-31", 483.0, False), ("B", "2020-01-01", "2020-12-31", None, False)]
    assert [(row.row, row.reason) for row in found.rejected] == [(2, "duplicate-id"), (4, "bad-date")]


def ipi(*rows: tuple[str, str, str, str, str]) -> Parsed:
    head = ("Date", "Mission", "Country of Mission", "Country of Mission ISO-3", "Troops", "Police", "Observers", "Total")
    full = [(day, "SIMX", "Haiti", "HTI", *numbers) for day, *numbers in rows]
    return SOURCES["ipi-personnel"].parse(pa.table({name: [row[at] for row in full] for at, name in enumerate(head)}))


def test_a_kind_that_is_not_told_apart_is_missing_and_the_total_is_told() -> None:
    found = ipi(("1991-02-28", "300", "", "", "300"), ("1991-03-31", "1", "2", "3", "6"))
    rows = found.table.to_pylist()
    assert [(row["kind"], row["value"]) for row in rows[:4]] == [
        ("troops", 300.0),
        ("police", None),
        ("observers", None),
        ("all", 300.0),
    ]
    assert {(row["date_from"], row["date_to"]) for row in rows[:4]} == {(date(1991, 2, 1), date(1991, 2, 28))}
    assert len({row["deployment_id"] for row in rows}) == len(rows) == 8


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("1991-02-28", "300", "", "", "301"), "bad-number"),
        (("1991-02-28", "300", "", "", ""), "missing"),
        (("1991-02-30", "300", "", "", "300"), "bad-date"),
    ],
)
def test_a_total_that_is_not_the_sum_is_set_aside(row: tuple[str, str, str, str, str], reason: str) -> None:
    assert [rejected.reason for rejected in ipi(row).rejected] == [reason]


def personnel(*rows: tuple[str, str, str, str, str, str]) -> Parsed:
    head = ("contributing_country", "isocode3", "personnel_type", "female_personnel", "male_personnel", "m49_code")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(head)}
    fixed = {"mission_acronym": ["SIMX"] * len(rows), "last_reporting_date": ["2024-02-29"] * len(rows)}
    return SOURCES["un-personnel"].parse(pa.table({**columns, **fixed}))


def test_women_and_men_are_added_and_words_for_kinds_are_ours() -> None:
    found = personnel(
        ("Kenya", "KEN", "troops/contingent", "10", "90", "404"),
        ("Kenya", "404", "formed_police_units", "0", "20", "KEN"),
        ("Kenya", "", "Individual Police", "1", "2", ""),
        ("Nowhere", "", "staff_officer", "1", "", ""),
        ("Kenya", "KEN", "experts_on_mission", "1", "-2", ""),
        ("Kenya", "KEN", "cooks", "1", "2", ""),
        ("Kenya", "KEN", "troops/contingent", "10", "90", "404"),
    )
    rows = [(row["contributor"], row["kind"], row["value"]) for row in found.table.to_pylist()]
    assert rows == [("KEN", "troops", 100.0), ("KEN", "police", 20.0), ("KEN", "police", 3.0), ("Nowhere", "staff", None)]
    assert {(row["date_from"], row["date_to"]) for row in found.table.to_pylist()} == {(date(2024, 2, 1), date(2024, 2, 29))}
    assert [(row.row, row.reason) for row in found.rejected] == [(5, "negative"), (6, "unknown-kind"), (7, "duplicate-id")]


def of_shared(shared: Path, source: str, name: str) -> Parsed:
    path = str(shared / "data" / name)
    return load(DataFile(name="x", path=path, source=source, title="", provider="", licence="", vintage="", sha256=""))


def test_every_row_of_the_real_maps_is_used_or_accounted_for(shared: Path) -> None:
    found = of_shared(shared, "geo-pko", "geopko/geo_pko_v2_1_core.csv")
    assert found.table.num_rows + len(found.rejected) == 18_699
    assert Counter(row.reason for row in found.rejected) == {"superseded": 304}
    assert len(found.table["mission"].unique()) == 52
    assert found.table["value"].null_count == 495
    assert [code for code in found.table["country"].unique().to_pylist() if len(code) != 3] == ["Ethiopia/Eritrea"]
    slips = {("MINUSTAH", "Les Cayes", "2004-10-01"), ("UNISFA", "Highway", "2017-10-01"), ("UNAMID", "Kutum", "2018-06-01")}
    rows = {(row["mission"], row["site"], str(row["date_from"])) for row in found.table.to_pylist()}
    assert slips <= rows


def test_the_real_years_and_months_parse_whole(shared: Path) -> None:
    by_year = of_shared(shared, "geo-pko-years", "geopko/geo_pko_v2_3_location_year.csv")
    assert (by_year.table.num_rows, Counter(row.reason for row in by_year.rejected)) == (7_376, {"duplicate-id": 1_407})
    by_month = of_shared(shared, "ipi-personnel", "ipi/ipi_mission_month_1990_2017.csv")
    assert (by_month.table.num_rows, by_month.rejected) == (4 * 5_330, ())
    assert date(2016, 11, 30) not in by_month.table["date_to"].to_pylist()  # a month that the file does not have
