"""Observations to panels: laws first, then slow oracles, then what is refused and what the real files give."""

import csv
import math
import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import fmean, geometric_mean
from typing import Any

import pyarrow as pa
import pytest

from muster.errors import PanelError
from muster.panel import PANEL, Panel, arrays, build, to_csv
from muster.panel.periods import named_period, period_of
from muster.records import DataFile, Outcome
from muster.sources import OBSERVATIONS, Parsed, load

Row = dict[str, Any]
PLACES = ["", "A", "B", "C d'É", "D"]
FILE = DataFile(name="data", path="", source="s", title="", provider="", licence="", vintage="2025-06", sha256="ab" * 32)


def outcome(period: str = "month", **change: Any) -> Outcome:
    plan: Row = {"domain": "economy", "unit": "u", "better": "lower", "treated": (), "series": "S", "period": period, **change}
    return Outcome(id="o", name="O", **plan)


def row(place: str, first: date, value: float | None, site: str = "", *, measure: str = "count", **change: Any) -> Row:
    blank: Row = dict.fromkeys(OBSERVATIONS.names)
    own = {"place": place, "series": "S", "measure": measure, "date_from": first, "date_to": first, "value": value}
    return blank | own | {"observation_id": "", "place_name": "", "unit": "u", "site": site} | change


def parsed(rows: list[Row]) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=OBSERVATIONS), ())


def made(rows: list[Row], plan: Outcome | None = None, **rules: Any) -> Panel:
    return build(plan or outcome(), parsed(rows), FILE, **rules)


def cells(panel: Panel, *names: str) -> dict[tuple[str, date], tuple[Any, ...]]:
    """What the rows with an observation hold, by place and first day."""
    names = names or ("value", "low", "high", "n")
    return {
        (entry["place"], entry["period_start"]): tuple(entry[name] for name in names)
        for entry in panel.table.to_pylist()
        if entry["n"]
    }


def drawn(seed: int, measure: str, size: int = 200) -> list[Row]:
    """Rows of all kinds: without a place, without a value, with a range, within one month and across several."""
    draw = random.Random(seed)
    rows = []
    for number in range(size):
        first = date(2022, 11, 3) + timedelta(days=draw.randrange(400))
        value = draw.choice([None, 0.0, *(draw.randrange(1, 9000) / 8 for _ in range(12))])
        span = {"low": value / 2, "high": value * 3} if value and draw.random() < 0.3 else {}
        long = draw.choice([0, 0, 6, 40])
        days = {"date_to": first + timedelta(days=long)}
        place, site = draw.choice(PLACES), draw.choice(["", "x", "y"])
        if long and measure in {"count", "deaths"}:
            site = f"alone {number}"  # counts of one site must not overlap
        counted = {"n_sources": draw.choice([None, 1, 2]), "observation_id": str(number)}
        rows.append(row(place, first, value, site, measure=measure, **span, **days, **counted))
    return rows


def numbers(entry: Row) -> tuple[Fraction, ...]:
    return tuple(Fraction(entry["value"] if entry[name] is None else entry[name]) for name in ("value", "low", "high"))


def usable(rows: list[Row]) -> list[Row]:
    return [entry for entry in rows if entry["place"] and entry["value"] is not None]


def counts(rows: list[Row], period: str) -> dict[tuple[str, date], tuple[Any, ...]]:
    """Sums of the rows within one period, in exact fractions."""
    found: dict[tuple[str, date], list[tuple[Fraction, ...]]] = defaultdict(list)
    for entry in usable(rows):
        if period_of(entry["date_from"], period) == period_of(entry["date_to"], period):
            found[entry["place"], period_of(entry["date_from"], period)[0]].append(numbers(entry))
    return {key: (*(sum(side) for side in zip(*all_, strict=True)), len(all_)) for key, all_ in found.items()}


def stocks(rows: list[Row], period: str) -> dict[tuple[str, date], tuple[Any, ...]]:
    """Sums of the rows of the last day of each period."""
    found: dict[tuple[str, date], dict[date, list[tuple[Fraction, ...]]]] = defaultdict(lambda: defaultdict(list))
    for entry in usable(rows):
        found[entry["place"], period_of(entry["date_to"], period)[0]][entry["date_to"]].append(numbers(entry))
    last = {key: days[max(days)] for key, days in found.items()}
    return {key: (*(sum(side) for side in zip(*all_, strict=True)), len(all_)) for key, all_ in last.items()}


def prices(rows: list[Row], period: str, base: str) -> dict[tuple[str, date], float]:
    """The index, or without a base the mean, site by site."""
    sites: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for entry in usable(rows):
        if entry["value"] > 0:
            sites[entry["place"], entry["site"]].append(entry)
    found: dict[tuple[str, date], list[float]] = defaultdict(list)
    for (place, _), there in sites.items():
        first, last = named_period(base, "") if base else (date.min, date.max)
        own = [entry["value"] for entry in there if first <= entry["date_from"] <= last]
        for start in {period_of(entry["date_from"], period)[0] for entry in there}:
            mean = fmean(entry["value"] for entry in there if period_of(entry["date_from"], period)[0] == start)
            if own:
                found[place, start].append(100 * mean / fmean(own) if base else mean)
    return {key: geometric_mean(all_) if base else fmean(all_) for key, all_ in found.items()}


@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
@pytest.mark.parametrize(("measure", "oracle"), [("count", counts), ("deaths", counts), ("stock", stocks)])
def test_every_cell_of_counts_and_stocks_is_what_a_slow_sum_gives(engine: str, measure: str, oracle: Any, period: str) -> None:
    rows = drawn(len(period), measure)
    assert cells(made(rows, outcome(period), engine=engine)) == oracle(rows, period)


@pytest.mark.parametrize("base", ["", "2023", "2023-Q2", "2023-02"])
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
def test_every_cell_of_prices_is_what_a_slow_mean_gives(engine: str, period: str, base: str) -> None:
    rows = drawn(len(period), "price")
    found = cells(made(rows, outcome(period, base=base), engine=engine), "value")
    expected = prices(rows, period, base)
    assert set(found) == set(expected)
    assert {key: value for key, (value,) in found.items()} == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", ["count", "deaths", "stock", "price"])
def test_every_row_is_counted_or_told(measure: str, engine: str) -> None:
    rows = drawn(4, measure)
    panel = made(rows, outcome(treated=("A",), donors=("B",)), covered=(date(2023, 1, 1), date(2023, 9, 30)), engine=engine)
    told = {fate: int(text.removeprefix("observations: ")) for fate, text in panel.recipe.items() if "observations: " in text}
    assert sum(told.values()) == len(rows)
    assert told["counted"] == sum(panel.table["n"].to_pylist()) > 0
    assert told["set aside, outside the covered span"] > 0
    assert told["set aside, without a value"] == sum(entry["value"] is None for entry in rows)
    assert panel.table.num_rows == 2 * 9


@pytest.mark.parametrize(("measure", "base"), [("count", ""), ("stock", ""), ("price", ""), ("price", "2023")])
def test_neither_the_order_of_rows_nor_a_split_file_matters(engine: str, measure: str, base: str) -> None:
    rows, plan = drawn(6, measure, 3000), outcome("quarter", base=base)
    panel = made(rows, plan, engine=engine)
    mixed = random.Random(1).sample(rows, len(rows))
    parts = pa.concat_tables([parsed(mixed[:40]).table, parsed(mixed[40:41]).table, parsed(mixed[41:]).table])
    again = build(plan, Parsed(parts, ()), FILE, engine=engine)
    assert to_csv(again) == to_csv(panel)
    assert again.recipe == panel.recipe


@pytest.mark.parametrize("measure", ["count", "stock", "price"])
def test_what_was_not_observed_is_missing_and_a_zero_row_is_zero(engine: str, measure: str) -> None:
    rows = [row("A", date(2023, 1, 5), 4, measure=measure), row("A", date(2023, 3, 5), 0, measure=measure)]
    table = made([*rows, row("B", date(2023, 2, 1), 6, measure=measure)], engine=engine).table
    last = None if measure == "price" else 0.0
    spans = [4.0, None, last, None, 6.0, None] if last is not None else [4.0, None, None, 6.0]
    assert table["value"].to_pylist() == spans
    assert [bool(names) for names in table["evidence"].to_pylist()] == [value is not None for value in spans]
    assert made(rows, engine=engine).covered is None


def test_a_count_of_a_quarter_is_no_month_but_one_quarter() -> None:
    rows = [row("A", date(2023, 1, 1), 9, date_to=date(2023, 3, 31)), row("A", date(2023, 1, 1), 2, date_to=date(2023, 1, 31))]
    months = made(rows)
    assert cells(months, "value") == {("A", date(2023, 1, 1)): (2.0,)}
    assert months.recipe["set aside, not within one month"] == "observations: 1"
    assert cells(made(rows[:1], outcome("quarter")), "value") == {("A", date(2023, 1, 1)): (9.0,)}


def test_a_stock_is_that_of_the_last_day_over_its_sites_and_never_carried_on() -> None:
    rows = [
        row("A", date(2023, 1, 5), 100, "camp 1", measure="stock"),
        row("A", date(2023, 1, 5), 50, "camp 2", measure="stock"),
        row("A", date(2023, 1, 20), 70, "camp 1", measure="stock"),
        row("A", date(2023, 3, 1), 70, "camp 1", measure="stock", low=60.0, high=90.0),
        row("A", date(2023, 3, 1), 30, "camp 3", measure="stock"),
    ]
    panel = made(rows)
    assert panel.table["value"].to_pylist() == [70.0, None, 100.0]
    assert (panel.table["low"].to_pylist()[2], panel.table["high"].to_pylist()[2]) == (90.0, 120.0)
    assert panel.recipe["set aside, an earlier day of their period"] == "observations: 2"
    assert panel.recipe["days that count"] == "2023-01-20, 2023-03-01"
    assert panel.recipe["sites"] == (
        "1 in the period from 2023-01-01, 2 in that from 2023-03-01; most added: 1 in that from 2023-03-01"
    )


def test_areas_joined_into_one_place_each_count_on_their_own_last_day() -> None:
    rows = [
        row("North", date(2023, 1, 5), 100, measure="stock"),
        row("South", date(2023, 1, 9), 30, measure="stock"),
        row("South", date(2023, 1, 20), 50, measure="stock"),
    ]
    panel = made(rows, places={"North": "A", "South": "A"})
    assert panel.table["value"].to_pylist() == [150.0]
    assert panel.recipe["set aside, an earlier day of their period"] == "observations: 1"


def test_counts_whose_days_overlap_are_refused_and_parts_of_the_same_days_add(engine: str) -> None:
    month, quarter = (date(2023, 2, 1), date(2023, 2, 28)), (date(2023, 1, 1), date(2023, 3, 31))
    year = outcome("year")
    inside = [row("A", month[0], 5, date_to=month[1]), row("A", quarter[0], 15, date_to=quarter[1])]
    with pytest.raises(
        PanelError, match="a count from 2023-02-01 to 2023-02-28 and another that reaches to 2023-03-31, both of A"
    ):
        made(inside, year, engine=engine)
    short, last_day = row("A", date(2023, 1, 5), 2), row("A", date(2023, 3, 31), 1)  # the long one is not next to the last
    with pytest.raises(PanelError, match="and another that reaches to 2023-03-31"):
        made([last_day, short, inside[1]], year, engine=engine)
    assert made([short, last_day], year, engine=engine).table["value"].to_pylist() == [3.0]
    twice = [row("A", quarter[0], 15, date_to=quarter[1]), row("A", quarter[0], 4, date_to=quarter[1])]
    assert made(twice, year, engine=engine).table["value"].to_pylist() == [19.0]
    assert made([inside[0], {**inside[1], "site": "other"}], year, engine=engine).table["value"].to_pylist() == [20.0]


def market(path: dict[int, float], site: str, level: float = 1, place: str = "A") -> list[Row]:
    return [row(place, date(2023, month, 15), level * relative, site, measure="price") for month, relative in path.items()]


PATH = {1: 1.0, 2: 1.3, 3: 0.8, 5: 2.5}
OTHER = {1: 2.0, 2: 1.0, 3: 4.0, 4: 4.0}
INDEX = outcome(base="2023-01")


def values(panel: Panel) -> dict[Any, float]:
    return {key: value for key, (value,) in cells(panel, "value").items()}


@pytest.mark.parametrize("base", ["2023-01", "2023-Q1", "2023"])
def test_how_dear_a_site_is_does_not_move_the_index(engine: str, base: str) -> None:
    plan, one = outcome(base=base), market(PATH, "x")
    plain = values(made([*one, *market(OTHER, "y")], plan, engine=engine))
    for level in (1e-3, 7.7, 1e6):
        assert values(made([*one, *market(OTHER, "y", level)], plan, engine=engine)) == pytest.approx(plain, rel=1e-8)


def test_a_site_that_moves_like_the_others_does_not_move_the_index(engine: str) -> None:
    alone = values(made(market(PATH, "x"), INDEX, engine=engine))
    assert values(made(market(PATH, "x") + market(PATH, "y", 55), INDEX, engine=engine)) == pytest.approx(alone)
    assert list(alone.values()) == pytest.approx([100 * relative for relative in PATH.values()])


@pytest.mark.parametrize(("period", "base"), [("month", "2023-02"), ("quarter", "2023-Q1"), ("year", "2023")])
def test_the_index_is_100_in_its_base(period: str, base: str, engine: str) -> None:
    rows = [*market(PATH, "x"), *market(OTHER, "y", 30), *market(OTHER, "x", 2, "B")]
    found = values(made(rows, outcome(period, base=base), engine=engine))
    start = named_period(base, "")[0]
    assert (found["A", start], found["B", start]) == (100, 100)


def test_an_index_turned_over_is_the_index_of_the_prices_turned_over() -> None:
    """Time reversal, which the arithmetic mean of relatives fails."""
    rows = market({1: 2.0, 2: 3.0}, "x") + market({1: 5.0, 2: 4.0}, "y")
    there, back = values(made(rows, INDEX)), values(made(rows, outcome(base="2023-02")))
    assert there["A", date(2023, 2, 1)] * back["A", date(2023, 1, 1)] == pytest.approx(100**2)


def test_sites_without_a_price_in_the_base_are_set_aside_and_told() -> None:
    panel = made(market(PATH, "x") + market({3: 9.0, 5: 1.0}, "late"), INDEX)
    assert values(panel) == pytest.approx(values(made(market(PATH, "x"), INDEX)))
    assert panel.recipe["set aside, their site has no price in the base"] == "observations: 2"
    assert panel.recipe["base"] == "2023-01-01 to 2023-01-31"


def test_several_prices_of_a_site_in_a_period_are_one() -> None:
    rows = [row("A", date(2023, 1, day), price, "x", measure="price") for day, price in ((2, 10), (9, 20), (16, 60))]
    panel = made([*rows, row("A", date(2023, 1, 2), 10, "y", measure="price")])
    assert cells(panel) == {("A", date(2023, 1, 1)): (20.0, 20.0, 20.0, 4)}
    assert "their mix may change" in panel.recipe["measure"]


def test_markets_of_two_places_with_one_name_are_two_sites() -> None:
    rows = market({1: 1.0, 2: 2.0}, "centre", 9, "A") + market({1: 1.0, 2: 8.0}, "centre", 4, "B")
    country = made(rows, INDEX, places={"A": "HTI", "B": "HTI"})
    assert values(country) == {("HTI", date(2023, 1, 1)): 100.0, ("HTI", date(2023, 2, 1)): pytest.approx(400.0)}


def test_a_price_that_is_free_has_no_logarithm_and_is_set_aside() -> None:
    panel = made([*market(PATH, "x"), *market({1: 0.0, 2: -1.0}, "y")], INDEX)
    assert panel.recipe["set aside, no price above zero"] == "observations: 2"
    assert not any(math.isnan(value) for value in values(panel).values())


def test_places_may_be_renamed_and_joined_and_those_outside_the_plan_are_told() -> None:
    rows = [row(place, date(2023, 1, 5), value) for place, value in (("West", 1), ("Ouest", 2), ("", 4), ("Nord", 8))]
    panel = made(rows, outcome(treated=("HT01",), donors=("HT02",)), places={"West": "HT01", "Ouest": "HT01"})
    assert panel.table["place"].to_pylist() == ["HT01", "HT02"]
    assert panel.table["value"].to_pylist() == [3.0, None]
    assert panel.recipe["places without an observation in the file"] == "HT02"
    assert panel.recipe["set aside, places outside the plan"] == "observations: 1"
    assert panel.recipe["set aside, without a place"] == "observations: 1"


def test_sources_are_added_where_they_were_counted() -> None:
    rows = [row("A", date(2023, month, 5), 1, n_sources=told) for month, told in ((1, 2), (1, None), (1, 3), (2, None))]
    assert cells(made(rows), "n_sources") == {("A", date(2023, 1, 1)): (5,), ("A", date(2023, 2, 1)): (None,)}


def test_observations_are_known_from_the_vintage_of_their_file_on() -> None:
    rows = drawn(10, "stock")
    assert to_csv(made(rows, as_of=date(2025, 6, 30))) == to_csv(made(rows))
    before = made(rows, as_of=date(2025, 6, 29))
    assert before.table.equals(PANEL.empty_table())
    assert before.recipe["known then"].startswith("nothing")


def test_a_file_whose_rows_all_lack_what_is_needed_makes_an_empty_panel_that_says_so(engine: str) -> None:
    panel = made([row("A", date(2023, 1, 5), None)], engine=engine)
    assert panel.table.equals(PANEL.empty_table())
    assert (panel.recipe["counted"], panel.recipe["set aside, without a value"]) == ("observations: 0", "observations: 1")


def test_a_plan_without_a_series_means_the_only_one() -> None:
    rows = [row("A", date(2023, 1, 5), 3)]
    assert made(rows, outcome(series="")).recipe["series"] == "S"
    with pytest.raises(PanelError, match="no row of series ''; expected a series such as S, T"):
        made([*rows, row("A", date(2023, 1, 5), 3, series="T")], outcome(series=""))


@pytest.mark.parametrize(
    ("plan", "change", "message"),
    [
        (outcome(series="Rise"), {"series": "Rice, local"}, "no row of series 'Rise'; expected a series such as Rice, local"),
        (outcome(), {"unit": "HTG"}, "unit differs inside series 'S': HTG, u; expected one unit"),
        (outcome(), {"measure": "stock"}, "measure differs inside series 'S': price, stock; expected one measure"),
        (outcome(measure="kidnapped"), {}, "measure 'kidnapped'; expected price as in series 'S'"),
        (outcome(unit="USD"), {}, "unit 'USD'; expected 'u' as in series 'S'"),
        (outcome("as published"), {}, "expected one of week, month, quarter, year"),
        (outcome(base="spring"), {}, "base 'spring'; expected a year, quarter or month such as 2023"),
        (outcome(base="1999"), {}, "no price of the planned places from 1999-01-01 to 1999-12-31"),
        (outcome(treated=("HT01",)), {}, "none of the treated places HT01 occurs in the data; expected places such as A"),
        (outcome(population="p"), {}, "population 'p' is not at hand"),
        (outcome(per=1000), {}, "per 1000 without a population"),
        (outcome(), {"value": 1e30}, "a value of 1e.30; expected at most 1e.15"),
    ],
)
def test_what_must_not_be_mixed_or_does_not_fit_is_refused(plan: Outcome, change: Row, message: str) -> None:
    rows = [row("A", date(2023, 1, 5), 3, measure="price"), row("A", date(2023, 1, 6), 3, measure="price") | change]
    with pytest.raises(PanelError, match=message):
        made(rows, plan)


def test_only_prices_have_a_base() -> None:
    with pytest.raises(PanelError, match="base '2023' for a count; expected a base for prices only"):
        made([row("A", date(2023, 1, 5), 3)], outcome(base="2023"))


def test_a_price_in_another_currency_cannot_enter_an_index() -> None:
    with pytest.raises(PanelError, match="unit differs inside series 'S': USD/kg, u"):
        made([*market(PATH, "x"), row("A", date(2023, 2, 1), 3, "y", measure="price", unit="USD/kg")], INDEX)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
    ],
)
def test_a_period_has_a_name(name: str, first: date, last: date) -> None:
    assert named_period(name, "") == (first, last)


@pytest.mark.parametrize("name", ["", "0000", "2023-00", "2023-13", "2023-Q5", "2023-6", "2023-06-01", " 2023", "２０２３"])
def test_what_is_no_name_of_a_period_is_refused(name: str) -> None:
    with pytest.raises(PanelError, match="expected a year, quarter or month"):
        named_period(name, "outcome o")


def test_a_pattern_joins_the_parts_of_a_place_and_an_entry_of_its_own_goes_before_it() -> None:
    rows = [
        row(place, date(2023, 1, 5), value) for place, value in (("HT0111", 1), ("HT0112", 2), ("HT0211", 4), ("HT01131", 8))
    ]
    assert values(made(rows, places={"HT01??": "HT01", "HT02*": "HT02"})) == {
        ("HT01", date(2023, 1, 1)): 3.0,
        ("HT01131", date(2023, 1, 1)): 8.0,
        ("HT02", date(2023, 1, 1)): 4.0,
    }
    assert set(values(made(rows, places={"HT*": "HTI", "HT0112": "", "HT02??": "X"})).values()) == {1.0 + 8.0, 4.0}


def test_a_place_and_its_parts_are_not_added_unless_the_sidecar_says_so() -> None:
    rows = [row("HT0111", date(2023, 1, 5), 1), row("HT01", date(2023, 1, 5), 10)]
    with pytest.raises(PanelError, match=r'HT0111 is a part of HT01, and the file has rows of HT01 too; .*"HT01" = "" leaves'):
        made(rows, places={"HT01??": "HT01"})
    assert set(values(made(rows, places={"HT01??": "HT01", "HT01": ""})).values()) == {1.0}
    assert set(values(made(rows, places={"HT01??": "HT01", "HT01": "HT01"})).values()) == {11.0}


def file_of(path: Path, source: str) -> DataFile:
    return DataFile(
        name=path.stem, path=str(path), source=source, title="", provider="", licence="", vintage="2026-01", sha256="0" * 64
    )


FLOUR = "Wheat flour (imported) / Marmite / Retail / HTG"


@pytest.mark.parametrize("level", ["departments", "country"])
def test_the_index_of_a_good_in_haiti_is_that_of_the_printed_prices(shared: Path, engine: str, level: str) -> None:
    path = shared / "data/haiti/wfp_food_prices_hti.csv"
    paid: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            if (line["commodity"], line["unit"]) == ("Wheat flour (imported)", "Marmite"):
                place = line["admin1"] if level == "departments" else "HTI"
                paid[place, line["market"]][date.fromisoformat(line["date"]).replace(day=1)] = float(line["price"])
    expected: dict[tuple[str, date], list[float]] = defaultdict(list)
    for (place, _), months in paid.items():
        base = fmean(price for month, price in months.items() if month.year == 2019)
        for month, price in months.items():
            expected[place, month].append(100 * price / base)
    source = load(file_of(path, "wfp-prices"))
    names = {place: "HTI" for place in source.table["place"].to_pylist() if level == "country"}
    plan = outcome(series=FLOUR, base="2019")
    panel = build(plan, source, file_of(path, "wfp-prices"), places=names, engine=engine)
    assert values(panel) == pytest.approx({key: geometric_mean(relatives) for key, relatives in expected.items()}, abs=1e-8)
    assert panel.recipe["counted"] == "observations: 1950"
    assert panel.table.num_rows == 227 * (9 if level == "departments" else 1)
    if level == "country":
        assert round(values(panel)["HTI", date(2022, 12, 1)]) == 367


def test_the_national_prices_of_haiti_are_an_index_of_themselves(shared: Path, engine: str) -> None:
    path = shared / "data/haiti/fewsnet_haiti_national_prices_2005_2026.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [line for line in csv.DictReader(stream) if line["fews_commodity"] == "Maize Meal" and line["price_htg"]]
    paid = {date.fromisoformat(line["month"]): float(line["price_htg"]) for line in rows if line["product_source"] == "Local"}
    base = fmean(price for month, price in paid.items() if month.year == 2019)
    file = file_of(path, "fewsnet-prices")
    panel = build(outcome(series="Maize Meal / Local / HTG", base="2019"), load(file), file, engine=engine)
    expected = {("HTI", month): 100 * price / base for month, price in paid.items()}
    assert values(panel) == pytest.approx(expected, abs=1e-8)
    assert panel.recipe["rows of the file set aside, missing"] == "4173"


def test_the_yearly_deaths_of_199_countries_are_those_of_the_published_file(shared: Path, engine: str) -> None:
    file = file_of(shared / "data/ucdp/ucdp_organized_violence_country_year_v25_1.csv", "ucdp-country-year")
    panel = build(outcome("year", series="organised violence deaths", unit="deaths"), load(file), file, engine=engine)
    table = arrays(panel)
    assert table.values.shape == (36, 199)
    assert table.values[-7:, table.places.index("HTI")].tolist() == [71, 1, 166, 140, 236, 454, 1294]
    assert sum(value for value in panel.table["value"].to_pylist() if value) == 3_957_143
    # A state that ended has no zeros after its end: its last row is of the year in which it did.
    assert math.isnan(table.values[-1, table.places.index("YMD")])
