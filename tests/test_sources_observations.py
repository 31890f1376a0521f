"""Prices, stocks of people and yearly deaths: rows at fault, the layouts of one source, real files against a slow reading."""

import csv
from collections import Counter, defaultdict
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pycountry
import pytest

from muster.records import DataFile
from muster.sources import SOURCES, Parsed, load
from muster.sources.gleditsch_ward import CODES
from muster.sources.ucdp_country_year import SERIES

PRICE = {
    "countryiso3": "XEX",
    "date": "2020-02-15",
    "admin1": "Northland",
    "market": "Old Town",
    "market_id": "7",
    "latitude": "1.5",
    "longitude": "-2.5",
    "commodity": "Rice",
    "unit": "Marmite",
    "priceflag": "actual",
    "pricetype": "Retail",
    "currency": "XTS",
    "price": "12.5",
}
MEAN = {
    "month": "2020-02-01",
    "fews_commodity": "Rice",
    "product_source": "Local",
    "n_markets": "9",
    "price_htg": "100",
    "price_usd": "1.5",
}
HAPI = {
    "location_code": "XEX",
    "admin1_code": "XE01",
    "admin1_name": "Northland",
    "admin2_code": "XE0102",
    "admin2_name": "Old Town",
    "admin_level": "2",
    "reference_period_start": "2020-02-15",
    "reference_period_end": "2020-03-14",
    "error": "",
}
IDPS = {**HAPI, "operation": "Great Flood", "assessment_type": "BA", "population": "120", "reporting_round": "3"}
HAPI_PRICE = {
    **HAPI,
    "market_name": "Old Town",
    "market_code": "7",
    "lat": "1.5",
    "lon": "-2.5",
    "commodity_name": "Rice",
    "unit": "Marmite",
    "price_flag": "actual",
    "price_type": "Retail",
    "currency_code": "XTS",
    "price": "12.5",
}
PEOPLE = {**HAPI, "gender": "all", "age_range": "all", "population": "5000"}
DTM = {
    "id": "41",
    "operation": "Great Flood",
    "admin0Name": "Examplia",
    "admin0Pcode": "XEX",
    "admin1Name": "Northland",
    "admin1Pcode": "XE01",
    "admin2Name": "",
    "admin2Pcode": "",
    "numPresentIdpInd": "120",
    "reportingDate": "2020-02-28T00:00:00",
    "roundNumber": "3",
    "assessmentType": "BA",
    "displacementReason": "Conflict",
    "idpOriginAdmin1Name": "Southland",
    "idpOriginAdmin1Pcode": "XE02",
}
YEAR = {
    "country_id_cy": "9999",
    "country_cy": "Examplia",
    "year_cy": "2020",
    "version": "0.1",
    **{
        f"{stem}_{estimate}_cy": str(number)
        for stem in SERIES.values()
        for estimate, number in zip(("low", "best", "high"), (3, 5, 8), strict=True)
    },
}
FEWS = {
    "country": "Exland",
    "market": "Old Town",
    "admin_1": "Northland",
    "product": "Rice",
    "product_source": "Local",
    "unit": "6_lb",
    "price_type": "Retail",
    "currency": "XTS",
    "period_date": "2020-02-29",
    "value": "12.5",
    "latitude": "1.5",
    "longitude": "-2.5",
}
BASES = {
    "wfp-prices": PRICE,
    "fewsnet-markets": FEWS,
    "fewsnet-prices": MEAN,
    "hapi-idps": IDPS,
    "hapi-food-prices": HAPI_PRICE,
    "hapi-population": PEOPLE,
    "dtm": DTM,
    "ucdp-country-year": YEAR,
}
# What makes a second sound row of each source.
OTHER = {
    "wfp-prices": {"market": "New Town"},
    "fewsnet-markets": {"product_source": "Import"},
    "fewsnet-prices": {"month": "2020-03"},
    "hapi-idps": {"admin2_code": "XE0103"},
    "hapi-food-prices": {"market_code": "8"},
    "hapi-population": {"gender": "f"},
    "dtm": {"id": "42"},
    "ucdp-country-year": {"year_cy": "2021"},
}
HAPI_FAULTS = [
    ("unknown-place", {"admin2_code": ""}),
    ("unknown-place", {"admin_level": "1", "admin1_code": "Not available"}),
    ("unknown-place", {"admin_level": "3"}),
    ("unknown-place", {"admin_level": "0", "location_code": ""}),
    ("missing", {"admin_level": ""}),
    ("flagged", {"error": "the same row twice"}),
    ("bad-date", {"reference_period_start": "2020-02-30"}),
    ("dates-out-of-order", {"reference_period_end": "2020-02-14"}),
]
PERSON_FAULTS = [
    ("missing", {"population": ""}),
    ("negative", {"population": "-1"}),
    ("bad-number", {"population": "12.5"}),
    ("bad-number", {"population": "1,000"}),
]
FAULTS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "wfp-prices": [
        ("missing", {"price": ""}),
        ("missing", {"market": " "}),
        ("negative", {"price": "-0.5"}),
        ("bad-number", {"price": "0"}),
        ("bad-number", {"price": "12,5"}),
        ("bad-date", {"date": "15/02/2020"}),
        ("bad-date", {"date": "2020"}),
        ("unknown-kind", {"priceflag": "forecast"}),
        ("unknown-place", {"admin1": "", "countryiso3": ""}),
        ("bad-coordinates", {"latitude": "95"}),
        ("bad-text", {"commodity": "a\x00b"}),
    ],
    "fewsnet-markets": [
        ("missing", {"value": ""}),
        ("missing", {"market": ""}),
        ("missing", {"country": ""}),
        ("bad-number", {"value": "0"}),
        ("negative", {"value": "-1"}),
        ("bad-date", {"period_date": "2020-02"}),
        ("bad-coordinates", {"longitude": "181"}),
    ],
    "fewsnet-prices": [
        ("missing", {"price_htg": "", "price_usd": ""}),
        ("missing", {"n_markets": ""}),
        ("bad-number", {"n_markets": "0"}),
        ("bad-number", {"price_usd": "0"}),
        ("negative", {"price_htg": "-3"}),
        ("bad-date", {"month": "Feb 2020"}),
    ],
    "hapi-idps": [*HAPI_FAULTS, *PERSON_FAULTS, ("missing", {"operation": ""}), ("bad-number", {"reporting_round": "third"})],
    "hapi-food-prices": [
        *HAPI_FAULTS,
        ("negative", {"price": "-1"}),
        ("bad-number", {"price": "0.0"}),
        ("unknown-kind", {"price_flag": "estimated"}),
        ("bad-coordinates", {"lon": "181"}),
    ],
    "hapi-population": [*HAPI_FAULTS, *PERSON_FAULTS, ("missing", {"age_range": ""})],
    "dtm": [
        ("missing", {"id": ""}),
        ("missing", {"assessmentType": ""}),
        ("negative", {"numPresentIdpInd": "-4"}),
        ("bad-date", {"reportingDate": "2020-02-28T13:05:00"}),
        ("bad-number", {"roundNumber": "0.5"}),
        ("unknown-place", {"admin1Pcode": ""}),
        ("unknown-place", {"admin1Pcode": "Not available"}),
        ("unknown-place", {"admin2Name": "Old Town", "admin2Pcode": ""}),
        ("unknown-place", {"adminLevel": "7"}),
        ("unknown-place", {"adminLevel": "2"}),
    ],
    "ucdp-country-year": [
        ("missing", {"country_id_cy": ""}),
        ("bad-date", {"year_cy": "20"}),
        ("bad-date", {"year_cy": "2020-01"}),
        ("negative", {"os_total_deaths_low_cy": "-1"}),
        ("bad-number", {"sb_total_deaths_best_cy": "1.5"}),
        ("bad-number", {"ns_total_deaths_high_cy": "99999999999"}),
        ("missing", {"cumulative_total_deaths_in_orgvio_best_cy": ""}),
        ("mixed-vintage", {"version": "0.2"}),
    ],
}
CASES = [pytest.param(name, *fault, id=f"{name}: {fault[0]} {fault[1]}") for name, faults in FAULTS.items() for fault in faults]


def parse(name: str, *changes: dict[str, str]) -> Parsed:
    rows = [{**BASES[name], **change} for change in changes]
    columns = {*SOURCES[name].columns, *SOURCES[name].optional}
    return SOURCES[name].parse(
        pa.table({column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns})
    )


def first(name: str, **change: str) -> dict[str, Any]:
    row: dict[str, Any] = parse(name, change).table.to_pylist()[0]
    return row


def read(path: Path, name: str) -> Parsed:
    return load(
        DataFile(name=path.stem, path=str(path), source=name, title="", provider="", licence="", vintage="", sha256="0" * 64)
    )


def written(folder: Path, *lines: list[str]) -> Path:
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return path


def by_hand(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "reason", "change"), CASES)
def test_a_row_at_fault_is_set_aside_with_its_reason(name: str, reason: str, change: dict[str, str]) -> None:
    sound = parse(name, {}, OTHER[name])
    parsed = parse(name, {}, {**OTHER[name], **change}, OTHER[name])
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(2, reason)]
    assert any(column in parsed.rejected[0].detail for column in change)
    assert parsed.used == 2
    assert parsed.table.equals(sound.table)


@pytest.mark.parametrize("name", sorted(BASES))
def test_the_same_row_twice_counts_once(name: str) -> None:
    parsed = parse(name, {}, {}, OTHER[name])
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(2, "duplicate-id")]
    assert parsed.table.equals(parse(name, {}, OTHER[name]).table)


@pytest.mark.parametrize("name", sorted(BASES))
def test_no_two_observations_share_an_id_and_ranges_hold_their_value(name: str) -> None:
    table = parse(name, {}, OTHER[name]).table
    assert len(set(table["observation_id"].to_pylist())) == table.num_rows
    assert pc.all(pc.less_equal(table["date_from"], table["date_to"])).as_py()
    assert pc.all(pc.less_equal(pc.coalesce(table["low"], table["value"]), table["value"])).as_py()


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_header_tells_its_source(name: str) -> None:
    taken = [
        other for other, source in SOURCES.items() if set(source.columns) <= {*SOURCES[name].columns, *SOURCES[name].optional}
    ]
    assert taken == [name]


@pytest.mark.parametrize("name", sorted(BASES))
def test_a_file_with_a_row_of_tags_reads_as_one_without(name: str, tmp_path: Path) -> None:
    header, row = list(BASES[name]), list(BASES[name].values())
    plain = read(written(tmp_path, header, row), name)
    tagged = read(written(tmp_path, header, [f"#tag+{column}" for column in header], row), name)
    assert tagged.table.equals(plain.table)
    assert (plain.used, plain.rejected, tagged.rejected) == (1, (), ())


def test_a_price_is_of_a_month_a_market_and_a_unit() -> None:
    row = first("wfp-prices")
    assert (row["place"], row["site"], row["measure"], row["value"]) == ("Northland", "Old Town (7)", "price", 12.5)
    assert (row["series"], row["unit"]) == ("Rice / Marmite / Retail / XTS", "XTS per Marmite")
    assert (row["date_from"], row["date_to"]) == (date(2020, 2, 1), date(2020, 2, 29))
    assert (row["latitude"], row["longitude"], row["low"], row["n_sources"]) == (1.5, -2.5, None, None)


def test_both_layouts_of_wfp_give_the_same_price(tmp_path: Path) -> None:
    older = {name: cell for name, cell in PRICE.items() if name not in {"countryiso3", "market_id"}}
    parsed = read(written(tmp_path, list(older), list(older.values())), "wfp-prices")
    row, newer = parsed.table.to_pylist()[0], first("wfp-prices")
    assert row["site"] == "Old Town"
    assert {name for name in row if row[name] != newer[name]} == {"site", "observation_id"}


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "Pound"},
        {"pricetype": "Wholesale"},
        {"currency": "XXX"},
        {"priceflag": "aggregate"},
        {"priceflag": "actual,aggregate"},
    ],
    ids=str,
)
def test_what_may_not_be_compared_is_another_series(change: dict[str, str]) -> None:
    parsed = parse("wfp-prices", {}, change)
    assert parsed.rejected == ()
    assert len(set(parsed.table["series"].to_pylist())) == 2
    assert parsed.table["series"][1].as_py().split(" / ")[-1] in {"XTS", "XXX", *change.values()}


def test_a_price_of_the_whole_country_has_the_country_as_its_place() -> None:
    row = first("wfp-prices", admin1="", market="National Average")
    assert (row["place"], row["place_name"]) == ("XEX", "National Average (7)")


def test_an_area_name_of_two_countries_in_one_file_is_no_place() -> None:
    parsed = parse("wfp-prices", {}, {"countryiso3": "XEY"}, {"admin1": "Southland"})
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(1, "unknown-place"), (2, "unknown-place")]
    assert "XEY" in parsed.rejected[1].detail


def test_fewsnet_prices_by_market_are_of_their_day_and_of_the_country_without_an_area() -> None:
    row = first("fewsnet-markets")
    assert (row["series"], row["unit"], row["site"]) == ("Rice / Local / 6_lb / Retail / XTS", "XTS per 6_lb", "Old Town")
    assert (row["date_from"], row["date_to"], row["place"]) == (date(2020, 2, 29), date(2020, 2, 29), "Northland")
    assert first("fewsnet-markets", admin_1="")["place"] == "Exland"


def test_wfp_and_hapi_give_one_price_the_same_series_and_month() -> None:
    ours, theirs = first("wfp-prices"), first("hapi-food-prices")
    different = {name for name in ours if ours[name] != theirs[name]}
    assert different == {"observation_id", "place", "place_name"}
    assert (theirs["place"], theirs["place_name"]) == ("XE0102", "Old Town")


def test_two_currencies_are_two_series_and_one_row_of_the_file() -> None:
    parsed = parse("fewsnet-prices", {}, {"month": "2020-03-01", "price_usd": ""}, {"month": "2020-04-01", "price_htg": ""})
    assert (parsed.used, parsed.rejected) == (3, ())
    rows = [
        (row["date_to"].month, row["series"], row["value"], row["unit"], row["n_sources"]) for row in parsed.table.to_pylist()
    ]
    assert rows == [
        (2, "Rice / Local / HTG", 100.0, "HTG", 9),
        (2, "Rice / Local / USD", 1.5, "USD", 9),
        (3, "Rice / Local / HTG", 100.0, "HTG", 9),
        (4, "Rice / Local / USD", 1.5, "USD", 9),
    ]


@pytest.mark.parametrize(
    ("level", "place", "place_name"), [("0", "XEX", "XEX"), ("1", "XE01", "Northland"), ("2", "XE0102", "Old Town")]
)
@pytest.mark.parametrize("name", ["hapi-idps", "hapi-food-prices", "hapi-population"])
def test_the_place_is_the_code_of_the_rows_own_level(name: str, level: str, place: str, place_name: str) -> None:
    row = first(name, admin_level=level)
    assert (row["place"], row["place_name"]) == (place, place_name)


def test_displaced_persons_are_a_stock_on_the_day_of_the_round() -> None:
    row = first(
        "hapi-idps", reference_period_start="2020-02-28 00:00:00+00:00", reference_period_end="2020-02-28 00:00:00+00:00"
    )
    assert (row["series"], row["measure"], row["value"], row["unit"]) == ("IDPs / Great Flood / BA", "stock", 120.0, "persons")
    assert (row["date_from"], row["date_to"]) == (date(2020, 2, 28), date(2020, 2, 28))
    assert first("hapi-idps", reporting_round="")["value"] == 120.0


def test_only_all_and_all_is_the_population() -> None:
    changes = [{}, {"gender": "f"}, {"age_range": "0-4"}, {"gender": "m", "age_range": "80+"}]
    assert parse("hapi-population", *changes).table["series"].to_pylist() == [
        "population",
        "population / f / all",
        "population / all / 0-4",
        "population / m / 80+",
    ]


@pytest.mark.parametrize(
    ("change", "place", "place_name"),
    [
        ({}, "XE01", "Northland"),
        ({"admin2Name": "Old Town", "admin2Pcode": "XE0102"}, "XE0102", "Old Town"),
        ({"admin1Name": "", "admin1Pcode": ""}, "XEX", "Examplia"),
        ({"adminLevel": "0"}, "XEX", "Examplia"),
    ],
)
def test_dtm_places_are_told_from_the_level_or_from_the_names(change: dict[str, str], place: str, place_name: str) -> None:
    row = first("dtm", **change)
    assert (row["place"], row["place_name"]) == (place, place_name)
    assert row["observation_id"].endswith("-41")


@pytest.mark.parametrize(
    ("change", "site"),
    [
        ({}, "Conflict / from XE02"),
        ({"idpOriginAdmin1Pcode": "Not available"}, "Conflict / from Southland"),
        ({"idpOriginAdmin1Pcode": "Not available", "idpOriginAdmin1Name": "Not available"}, "Conflict"),
        ({"displacementReason": ""}, "from XE02"),
        ({"displacementReason": "", "idpOriginAdmin1Pcode": "", "idpOriginAdmin1Name": "Not available"}, ""),
    ],
)
def test_dtm_sites_are_reason_and_origin(change: dict[str, str], site: str) -> None:
    assert first("dtm", **change)["site"] == site


def test_dtm_rows_by_reason_are_sites_of_one_series_and_day() -> None:
    parsed = parse("dtm", {}, {"id": "42", "displacementReason": "Disaster"}, {"id": "43", "assessmentType": "SA"})
    series = list(zip(parsed.table["series"].to_pylist(), parsed.table["site"].to_pylist(), strict=True))
    assert series == [
        ("IDPs / Great Flood / BA", "Conflict / from XE02"),
        ("IDPs / Great Flood / BA", "Disaster / from XE02"),
        ("IDPs / Great Flood / SA", "Conflict / from XE02"),
    ]


@pytest.mark.parametrize(("name", "number"), [("dtm", "roundNumber"), ("hapi-idps", "reporting_round")])
def test_of_two_rounds_on_one_day_the_latest_counts(name: str, number: str) -> None:
    parsed = parse(name, {}, {**({"id": "42"} if name == "dtm" else {}), number: "4"})
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(1, "superseded")]
    assert parsed.table.num_rows == 1


def test_a_level_may_use_the_numbers_of_another() -> None:
    parsed = parse("dtm", {}, {"admin1Name": "", "admin1Pcode": ""})
    assert parsed.rejected == ()
    assert parsed.table["observation_id"].to_pylist() == ["1-41", "0-41"]


def test_a_dtm_file_of_countries_alone_needs_no_columns_of_areas(tmp_path: Path) -> None:
    cells = {name: cell for name, cell in DTM.items() if not name.startswith(("admin1", "admin2", "idpOrigin", "displacement"))}
    parsed = read(written(tmp_path, list(cells), list(cells.values())), "dtm")
    assert (parsed.table["place"].to_pylist(), parsed.table["site"].to_pylist()) == (["XEX"], [""])


def test_a_country_year_is_four_observations_in_the_order_of_the_file() -> None:
    parsed = parse("ucdp-country-year", {}, {"year_cy": "2021"})
    assert parsed.used == 2
    assert parsed.table["series"].to_pylist() == [*SERIES, *SERIES]
    row = parsed.table.to_pylist()[0]
    assert (row["place"], row["place_name"], row["measure"], row["unit"]) == ("Examplia", "Examplia", "deaths", "deaths")
    assert (row["low"], row["value"], row["high"], row["n_sources"]) == (3.0, 5.0, 8.0, None)
    assert (row["date_from"], row["date_to"]) == (date(2020, 1, 1), date(2020, 12, 31))


def test_a_printed_range_beside_its_best_estimate_is_widened_to_hold_it() -> None:
    row = first("ucdp-country-year", sb_total_deaths_low_cy="6", sb_total_deaths_high_cy="4")
    assert (row["low"], row["value"], row["high"]) == (4.0, 5.0, 6.0)


def test_every_state_number_has_a_code_of_its_own() -> None:
    past = {country.alpha_3 for country in pycountry.historic_countries}
    known = {country.alpha_3 for country in pycountry.countries} | past
    assert set(CODES.values()) - known == {"XKX"}
    assert len(set(CODES.values())) == len(CODES)
    assert {code for code in CODES.values() if code in past} == {"DDR", "CSK", "YMD"}


def test_wfp_prices_of_haiti_read_as_by_hand(shared: Path) -> None:
    path = shared / "data" / "haiti" / "wfp_food_prices_hti.csv"
    parsed, rows = read(path, "wfp-prices"), by_hand(path)
    assert (parsed.used, parsed.table.num_rows, parsed.rejected) == (14_923, len(rows), ())
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows:
        series = " / ".join(row[name] for name in ("commodity", "unit", "pricetype", "currency"))
        sums[row["admin1"], row["market"], series].append(float(row["price"]))
    ours: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in parsed.table.to_pylist():
        ours[row["place"], row["site"], row["series"]].append(row["value"])
    assert ours == sums
    assert Counter(row["unit"] for row in rows) == {"Marmite": 8851, "Pound": 4402, "Gallon": 1084, "350 G": 586}
    assert len(set(parsed.table["series"].to_pylist())) == len({(row["commodity"], row["unit"]) for row in rows})
    assert (pc.min(parsed.table["date_from"]).as_py(), pc.max(parsed.table["date_to"]).as_py()) == (
        date(2005, 1, 1),
        date(2023, 11, 30),
    )


def test_fewsnet_prices_of_haiti_read_as_by_hand(shared: Path) -> None:
    path = shared / "data" / "haiti" / "fewsnet_haiti_national_prices_2005_2026.csv"
    parsed, rows = read(path, "fewsnet-prices"), by_hand(path)
    blank = [number for number, row in enumerate(rows, 1) if not row["price_htg"] and not row["price_usd"]]
    assert [rejected.row for rejected in parsed.rejected] == blank
    assert Counter(rejected.reason for rejected in parsed.rejected) == {"missing": 4173}
    assert (parsed.used, parsed.table.num_rows) == (2880, 2880 + 2810)
    for currency in ("HTG", "USD"):
        ours = parsed.table.filter(pc.equal(parsed.table["unit"], currency))["value"].to_pylist()
        assert ours == [float(row[f"price_{currency.lower()}"]) for row in rows if row[f"price_{currency.lower()}"]]
    assert set(parsed.table["place"].to_pylist()) == {"HTI"}


def test_no_country_year_of_ucdp_is_lost(shared: Path) -> None:
    path = shared / "data" / "ucdp" / "ucdp_organized_violence_country_year_v25_1.csv"
    parsed, rows = read(path, "ucdp-country-year"), by_hand(path)
    table = parsed.table
    assert (parsed.used, table.num_rows, parsed.rejected) == (6936, 4 * 6936, ())
    assert len(set(table["place"].to_pylist())) == 199
    assert sorted({day.year for day in table["date_from"].to_pylist()}) == list(range(1989, 2025))
    beside = 0
    for series, stem in SERIES.items():
        ours = table.filter(pc.equal(table["series"], series))
        assert ours["value"].to_pylist() == [float(row[f"{stem}_best_cy"]) for row in rows]
        printed = [sorted(float(row[f"{stem}_{estimate}_cy"]) for estimate in ("low", "best", "high")) for row in rows]
        assert ours["low"].to_pylist() == [numbers[0] for numbers in printed]
        assert ours["high"].to_pylist() == [numbers[2] for numbers in printed]
        beside += sum(
            not float(row[f"{stem}_low_cy"]) <= float(row[f"{stem}_best_cy"]) <= float(row[f"{stem}_high_cy"]) for row in rows
        )
    assert beside == 16
    totals = [fsum(table.filter(pc.equal(table["series"], series))["value"].to_pylist()) for series in SERIES]
    assert totals == [2_373_140, 390_988, 1_193_015, 3_957_143]
    assert totals[3] == sum(totals[:3])


def test_country_years_of_haiti_are_the_sums_of_its_events(shared: Path) -> None:
    folder = shared / "data" / "ucdp"
    years = read(folder / "ucdp_organized_violence_country_year_v25_1.csv", "ucdp-country-year").table
    haiti = years.filter(pc.and_(pc.equal(years["place"], "HTI"), pc.equal(years["series"], "organised violence deaths")))
    by_year = {row["date_from"].year: row["value"] for row in haiti.to_pylist()}
    deaths = dict.fromkeys(range(1989, 2025), 0.0)
    for event in read(folder / "ucdp_ged_v25_1_haiti_1989_2024.csv", "ucdp-ged").table.to_pylist():
        deaths[event["date_from"].year] += event["deaths_best"]
    assert [by_year[year] for year in range(2018, 2025)] == [71, 1, 166, 140, 236, 454, 1294]
    assert by_year == deaths


def test_state_numbers_agree_with_the_names_beside_them(shared: Path) -> None:
    rows = by_hand(shared / "data" / "ucdp" / "ucdp_organized_violence_country_year_v25_1.csv")
    names = {row["country_id_cy"]: row["country_cy"] for row in rows}
    assert names.keys() == CODES.keys()
    looked_up = 0
    for number, name in names.items():
        try:
            country = pycountry.countries.lookup(name)
        except LookupError:
            continue
        looked_up += 1
        assert CODES[number] == country.alpha_3
    assert looked_up > 170
