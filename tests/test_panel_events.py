"""Events to panels: laws first, then a slow oracle, then what is known of Haiti."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from muster.errors import PanelError
from muster.panel import Panel, arrays, build, to_csv
from muster.records import DataFile, Outcome
from muster.sources import EVENTS, Parsed, Rejected, load, opened

Row = dict[str, Any]
Blocks = Literal["set aside", "spread"]
PLACES = ["", "A", "B", "C d'É", "D"]
FILE = DataFile(
    name="events", path="", source="ucdp-ged", title="", provider="", licence="", vintage="2025-06", sha256="ab" * 32
)


def outcome(
    measure: str = "deaths",
    period: str = "month",
    treated: tuple[str, ...] = (),
    donors: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
) -> Outcome:
    return Outcome(
        id="harm",
        name="Harm",
        domain="security",
        unit="deaths",
        better="lower",
        period=period,  # type: ignore[arg-type]
        treated=treated,
        donors=donors,
        measure=measure,
        kinds=kinds,
    )


def event(number: int, place: str, first: date, *, days: int = 0, precision: int = 1, best: int = 1) -> Row:
    return {
        "event_id": str(number),
        "place": place,
        "date_from": first,
        "date_to": first + timedelta(days=days),
        "date_precision": precision,
        "latitude": None,
        "longitude": None,
        "deaths_low": float(best // 2),
        "deaths_best": float(best),
        "deaths_high": float(best * 2),
        "kind": "one-sided",
        "n_sources": 1,
    }


def drawn(seed: int, size: int = 150) -> list[Row]:
    draw = random.Random(seed)
    rows = []
    for number in range(size):
        precision = draw.choice([1, 1, 1, 2, 4, 5])
        days = draw.randrange(0, 80) if precision > 3 else draw.randrange(0, 3)
        first = date(2022, 11, 20) + timedelta(days=draw.randrange(400))
        rows.append(event(number, draw.choice(PLACES), first, days=days, precision=precision, best=draw.randrange(9)))
        rows[-1] |= {"kind": draw.choice(["state-based", "one-sided", "riot"]), "n_sources": draw.choice([None, None, 1, 2, 7])}
    return rows


def parsed(rows: list[Row]) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=EVENTS), ())


def made(rows: list[Row], plan: Outcome, **rules: Any) -> Panel:
    return build(plan, parsed(rows), FILE, **rules)


def start_of(day: date, period: str) -> date:
    if period == "week":
        return date.fromisocalendar(*day.isocalendar()[:2], 1)
    return date(day.year, {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period], 1)


def oracle(
    rows: list[Row], measure: str, period: str, blocks: str, kinds: tuple[str, ...] = ()
) -> dict[tuple[str, date], list[Fraction]]:
    """Value, low, high, n and what is known of sources (their sum, the events that had them) of every cell that holds an event.

    Counted day by day and in exact fractions.
    """
    cells: dict[tuple[str, date], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 6)
    for row in rows:
        block = row["date_precision"] >= 4
        if not row["place"] or (block and blocks == "set aside") or (kinds and row["kind"] not in kinds):
            continue
        days = (row["date_to"] - row["date_from"]).days + 1 if block else 1
        starts = {start_of(row["date_from"] + timedelta(days=number), period) for number in range(days)}
        counts = [1, 1, 1] if measure == "events" else [int(row[f"deaths_{name}"]) for name in ("best", "low", "high")]
        whole = [1, row["n_sources"] or 0, row["n_sources"] is not None]
        for start in starts:
            parts = [*(Fraction(count, len(starts)) for count in counts), *map(Fraction, whole)]
            cells[row["place"], start] = [a + b for a, b in zip(cells[row["place"], start], parts, strict=True)]
    return cells


def stored_in(folder: Path, rows: list[Row], files: int = 3) -> DataFile:
    """The rows in Parquet files of a folder."""
    folder.mkdir()
    for number in range(files):
        pq.write_table(pa.Table.from_pylist(rows[number::files], schema=EVENTS), folder / f"part-{number}.parquet")
    fields = {name: getattr(FILE, name) for name in FILE.__struct_fields__}
    return DataFile(**fields | {"path": str(folder), "source": "events"})


@pytest.mark.parametrize("blocks", ["set aside", "spread"])
@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
@pytest.mark.parametrize(("measure", "kinds"), [("events", ()), ("deaths", ()), ("deaths", ("riot", "one-sided"))])
def test_every_cell_is_what_a_slow_count_gives_and_the_rest_are_zero(
    engine: str, measure: str, kinds: tuple[str, ...], period: str, blocks: Blocks, tmp_path: Path
) -> None:
    rows = drawn(len(period) + len(blocks))
    file, plan = stored_in(tmp_path / "events", rows), outcome(measure, period, kinds=kinds)
    panel = build(plan, opened(file), file, blocks=blocks, engine=engine)
    assert panel.table.equals(made(rows, plan, blocks=blocks).table)
    table = panel.table.to_pylist()
    cells = oracle(rows, measure, period, blocks, kinds)
    for row in table:
        value, low, high, n, sources, told = cells.get((row["place"], row["period_start"]), [Fraction(0)] * 6)
        assert (row["value"], row["low"], row["high"], row["n"]) == pytest.approx((value, low, high, n), abs=1e-9)
        assert row["n_sources"] == (None if n and not told else sources)
    there = [(row["place"], row["period_start"]) for row in table]
    assert set(cells) <= set(there)
    assert there == sorted(set(there))
    spans = sorted({(row["period_start"], row["period_end"]) for row in table})
    assert len(table) == len(spans) * 4
    assert spans[0][0] <= min(row["date_from"] for row in rows)
    assert spans[-1][0] <= max(row["date_to"] for row in rows) <= spans[-1][1]
    assert all(start_of(start, period) == start == start_of(end, period) for start, end in spans)
    assert all(following == end + timedelta(days=1) for (_, end), (following, _) in pairwise(spans))


def test_a_plan_picks_kinds_of_events_and_those_it_names_must_exist() -> None:
    rows = drawn(4)
    panel = made(rows, outcome(kinds=("riot",)), covered=SPAN, blocks="spread")
    assert panel.recipe["kinds"] == "riot"
    others = [row for row in rows if row["kind"] != "riot"]
    deaths = sum(row["deaths_best"] for row in others)
    assert panel.recipe["set aside, other kinds"] == f"events: {len(others)}, deaths: {deaths:.0f}"
    with pytest.raises(PanelError, match=r"no event of kind 'riots'; expected kinds such as one-sided, riot, state-based"):
        made(rows, outcome(kinds=("riots", "riot")))


@pytest.mark.parametrize("blocks", ["set aside", "spread"])
def test_the_panel_holds_all_that_was_counted_and_the_recipe_tells_the_rest(blocks: Blocks) -> None:
    rows = drawn(5)
    panel = made(rows, outcome(), blocks=blocks)
    told = {key: text for key, text in panel.recipe.items() if text.startswith("events: ")}
    numbers = {key: [int(part.split(": ")[1]) for part in text.split(", ")] for key, text in told.items()}
    assert sum(arrays(panel).values.ravel()) == pytest.approx(numbers["counted"][1], abs=1e-9)
    assert sum(events for events, _ in numbers.values()) == len(rows)
    assert sum(deaths for _, deaths in numbers.values()) == sum(row["deaths_best"] for row in rows)


@pytest.mark.parametrize("blocks", ["set aside", "spread"])
def test_neither_the_order_of_rows_nor_a_split_file_matters(engine: str, blocks: Blocks) -> None:
    rows = drawn(6)
    panel = made(rows, outcome(), blocks=blocks, engine=engine)
    mixed = random.Random(1).sample(rows, len(rows))
    parts = pa.concat_tables([parsed(mixed[:40]).table, parsed(mixed[40:41]).table, parsed(mixed[41:]).table])
    again = build(outcome(), Parsed(parts, ()), FILE, blocks=blocks, engine=engine)
    assert to_csv(again) == to_csv(panel)
    assert again.recipe == panel.recipe


def test_parts_of_many_blocks_add_up_to_the_same_bytes_in_any_order(engine: str) -> None:
    draw = random.Random(3)
    first = date(2023, 1, 2)
    rows = [event(n, "A", first, days=draw.randrange(80), precision=5, best=draw.randrange(1, 9999)) for n in range(4000)]
    texts = {to_csv(made(part, outcome(period="week"), blocks="spread", engine=engine)) for part in (rows, rows[::-1])}
    assert len(texts) == 1


def test_months_are_parts_of_their_quarter() -> None:
    rows = drawn(7)
    months, quarters = (arrays(made(rows, outcome(period=period), covered=SPAN)) for period in ("month", "quarter"))
    assert months.values.reshape(4, 3, -1).sum(axis=1) == pytest.approx(quarters.values)


SPAN = (date(2023, 1, 1), date(2023, 12, 31))


def test_only_whole_periods_of_a_declared_span_are_covered() -> None:
    rows = [event(1, "A", date(2023, 1, 20)), event(2, "A", date(2023, 3, 1)), event(3, "A", date(2023, 4, 10))]
    panel = made(rows, outcome(), covered=(date(2023, 1, 15), date(2023, 4, 15)))
    assert panel.covered == (date(2023, 2, 1), date(2023, 3, 31))
    assert panel.table["value"].to_pylist() == [0.0, 1.0]
    assert panel.recipe["set aside, outside the covered span"] == "events: 2, deaths: 2"
    with pytest.raises(PanelError, match="no whole month lies between"):
        made(rows, outcome(), covered=(date(2023, 1, 2), date(2023, 1, 31)))


def test_a_block_that_reaches_out_of_the_span_is_set_aside_whole() -> None:
    rows = [event(1, "A", date(2023, 12, 10), days=30, precision=4, best=6), event(2, "A", date(2023, 1, 1))]
    panel = made(rows, outcome(), covered=SPAN, blocks="spread")
    assert panel.recipe["counted"] == "events: 1, deaths: 1"


def test_a_quarter_block_is_spread_in_thirds_that_sum_to_the_whole() -> None:
    panel = made([event(1, "A", date(2023, 4, 1), days=90, precision=5, best=10)], outcome(), blocks="spread")
    assert panel.table["value"].to_pylist() == pytest.approx([10 / 3] * 3, abs=1e-9)
    assert panel.table["n"].to_pylist() == [1, 1, 1]


def test_places_may_be_renamed_and_joined_to_those_of_the_plan() -> None:
    rows = [event(1, "West", date(2023, 1, 5)), event(2, "Ouest", date(2023, 1, 6)), event(3, "", date(2023, 1, 7))]
    names = {"West": "HT01", "Ouest": "HT01"}
    panel = made(rows, outcome(treated=("HT01",), donors=("HT02",)), places=names)
    assert [(row["place"], row["value"]) for row in panel.table.to_pylist()] == [("HT01", 2.0), ("HT02", 0.0)]
    assert panel.recipe["places without an event in the file"] == "HT02"
    assert panel.recipe["set aside, without a place"] == "events: 1, deaths: 1"
    assert made(rows, outcome(), places={**names, "": "HT01"}).table["value"].to_pylist() == [3.0]


def test_places_outside_the_plan_are_left_out_and_counted() -> None:
    panel = made(drawn(8), outcome(treated=("A",), donors=("B",)))
    assert arrays(panel).places == ("A", "B")
    assert "set aside, places outside the plan" in panel.recipe


def test_a_plan_that_names_other_places_than_the_file_is_refused() -> None:
    with pytest.raises(PanelError, match=r"HT01 occurs in the data; expected places such as A, B, C d'É, D"):
        made(drawn(9), outcome(treated=("HT01",), donors=("A",)))


def test_events_are_known_from_the_vintage_of_their_file_on() -> None:
    rows = drawn(10)
    whole = made(rows, outcome())
    assert to_csv(made(rows, outcome(), as_of=date(2025, 6, 30))) == to_csv(whole)
    for vintage, day in (("2025-06", date(2025, 6, 29)), ("25.1", date(2030, 1, 1)), ("", date(2030, 1, 1))):
        file = DataFile(**{name: getattr(FILE, name) for name in FILE.__struct_fields__} | {"vintage": vintage})
        before = build(outcome(), parsed(rows), file, as_of=day)
        assert before.table.num_rows == 0
        assert arrays(before).values.shape == (0, 0)
        assert before.recipe["known then"].startswith("nothing")


def test_a_panel_names_its_file_its_hash_and_the_rows_that_could_not_be_used() -> None:
    rejected = (Rejected(1, "bad-date", ""), Rejected(5, "negative", ""), Rejected(9, "bad-date", ""))
    panel = build(outcome(), Parsed(parsed(drawn(12)).table, rejected), FILE)
    assert panel.inputs == (FILE,)
    assert {tuple(names) for names in panel.table["evidence"].to_pylist()} == {("events",)}
    assert panel.recipe["rows of the file set aside, bad-date"] == "2"


@pytest.mark.parametrize(
    ("plan", "rules", "message"),
    [
        (outcome("injured"), {}, "expected one of events, deaths"),
        (outcome(period="as published"), {}, "expected one of week, month, quarter, year"),
        (outcome(), {"engine": "abacus"}, "engine 'abacus' is not known; expected one of duckdb, spark"),
        (outcome(), {"blocks": "guess"}, "expected one of set aside, spread"),
        (outcome(), {"covered": (date(2024, 1, 2), date(2024, 1, 1))}, "the earlier day first"),
    ],
)
def test_a_rule_that_is_none_is_refused(plan: Outcome, rules: dict[str, Any], message: str) -> None:
    with pytest.raises(PanelError, match=message):
        made(drawn(13), plan, **rules)


def test_a_table_that_no_source_makes_is_refused() -> None:
    with pytest.raises(PanelError, match="a table that no panel is made of"):
        build(outcome(), Parsed(pa.table({"a": [1]}), ()), FILE)
    with pytest.raises(PanelError, match="no row of the file can be used"):
        build(outcome(), Parsed(EVENTS.empty_table(), ()), FILE)


def test_the_deaths_of_haiti_are_those_of_the_published_file(shared: Path, engine: str) -> None:
    path = shared / "data/ucdp/ucdp_ged_v25_1_haiti_1989_2024.csv"
    file = DataFile(
        name="ged", path=str(path), source="ucdp-ged", title="", provider="", licence="", vintage="2025-06", sha256="0" * 64
    )
    events, span = load(file), (date(2018, 1, 1), date(2024, 12, 31))
    plan = outcome(period="year")
    aside = build(plan, events, file, covered=span, engine=engine)
    assert aside.recipe["counted"] == "events: 280, deaths: 1962"
    assert aside.recipe["set aside, block-dated"] == "events: 25, deaths: 400"
    # One event of 45 deaths has no department: with a name for that, the years are those that UCDP counts for the country.
    names = dict.fromkeys(["", *aside.table["place"].to_pylist()], "HTI")
    spread = build(plan, events, file, covered=span, blocks="spread", places=names, engine=engine)
    assert spread.table["value"].to_pylist() == [71.0, 1.0, 166.0, 140.0, 236.0, 454.0, 1294.0]
    months = build(outcome("events"), events, file, covered=span, engine=engine)
    assert arrays(months).values.shape == (84, 6)
    assert arrays(months).values.sum() == 280
