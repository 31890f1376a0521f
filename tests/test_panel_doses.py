"""Doses: laws first, then a slow oracle that counts day by day, then the real maps."""

import csv
import random
import runpy
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from muster.errors import DossierError, PanelError
from muster.ledger import Known, Ledger, known, standings
from muster.panel import DosePanel, dose, ledger_dose
from muster.panel.averages import islands
from muster.panel.periods import grid
from muster.records import Citation, Commitment, DataFile, Dose, Mission, Start
from muster.sources import DEPLOYMENTS, FLOWS, Parsed, Rejected, load

Row = dict[str, Any]
Cells = dict[tuple[str, str], tuple[Any, Any, Any]]  # value, low and high by place and first day
Run = Callable[..., tuple[int, str, str]]
FILE = DataFile(name="maps", path="", source="geo-pko", title="", provider="", licence="", vintage="2021", sha256="ab" * 32)
DAY = timedelta(days=1)


def plan(period: str = "month", **said: Any) -> Dose:
    return Dose(id="force", name="Force", unit="troops", period=period, **said)  # type: ignore[arg-type]


def strength(place: str, first: date, last: date, value: float | None, **said: Any) -> Row:
    blank = {"site": "", "latitude": None, "longitude": None, "contributor": "", "held": False}
    row = {"mission": "SIMX", "country": "HTI", "place": place, "kind": "troops", "date_from": first, "date_to": last}
    return {**blank, **row, "deployment_id": f"{place} {first}", "value": value, **said}


def parsed(rows: list[Row]) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=DEPLOYMENTS), ())


def made(rows: list[Row], wanted: Dose | None = None, **rules: Any) -> DosePanel:
    return dose(wanted or plan(), parsed(rows), FILE, **rules)


def cells(panel: DosePanel) -> Cells:
    return {
        (row["place"], str(row["period_start"])): (row["value"], row["low"], row["high"]) for row in panel.table.to_pylist()
    }


def drawn(seed: int, *, untold: bool = True) -> list[Row]:
    """Maps of an invented mission, some with gaps behind them, on which places come and go."""
    draw, rows, day = random.Random(seed), [], date(2019, 11, 1)
    for _ in range(12):
        last = day + timedelta(days=draw.randrange(5, 70))
        for place in draw.sample(["A", "B", "C d'É", ""], draw.randrange(1, 5)):
            values = [0.0, 35.0, 150.0, 650.0, 12.5, *([None] if untold else [])]
            rows.append(strength(place, day, last, draw.choice(values)))
        day = last + timedelta(days=draw.choice([1, 1, 1, 40]))
    return rows


def oracle(rows: list[Row], period: str) -> Cells:
    """The same dose, counted on every single day."""
    covered = {row["date_from"] + DAY * n for row in rows for n in range((row["date_to"] - row["date_from"]).days + 1)}
    found = {}
    for first, last in grid(min(covered), max(covered), period):
        days = [first + DAY * n for n in range((last - first).days + 1)]
        for place in {row["place"] or "SIMX" for row in rows}:
            own = [row for row in rows if (row["place"] or "SIMX") == place]
            there = [[row["value"] for row in own if row["date_from"] <= day <= row["date_to"]] for day in days]
            low = sum(sum(value or 0 for value in values) for values in there) / len(days)
            sure = all(day in covered for day in days) and all(None not in values for values in there)
            known_at_all = any(day in covered for day in days)
            found[place, str(first)] = (
                low if sure else None,
                low if known_at_all else None,
                low if sure else None,
            )
    return found


@pytest.mark.parametrize("period", ["week", "month", "quarter", "year"])
@pytest.mark.parametrize("seed", range(4))
def test_a_slow_count_day_by_day_agrees(seed: int, period: str, engine: str) -> None:
    rows = drawn(seed)
    assert cells(made(rows, plan(period), engine=engine)) == oracle(rows, period)


def test_a_strength_counts_for_the_days_on_which_it_is_there(engine: str) -> None:
    rows = [
        strength("A", date(2020, 1, 1), date(2020, 1, 31), 0.0),
        strength("A", date(2020, 2, 1), date(2020, 2, 29), 290.0),
        strength("A", date(2020, 2, 29), date(2020, 2, 29), 29.0),
    ]
    assert [row[0] for row in cells(made(rows, engine=engine)).values()] == [0.0, 291.0]


def test_zero_is_where_the_mission_is_covered_and_missing_where_it_is_not(engine: str) -> None:
    rows = [
        strength("A", date(2020, 1, 1), date(2020, 1, 31), 5.0),
        strength("B", date(2020, 1, 1), date(2020, 1, 31), 7.0),
        strength("A", date(2020, 3, 16), date(2020, 4, 30), 5.0),
    ]
    assert cells(made(rows, engine=engine)) == {
        ("A", "2020-01-01"): (5.0, 5.0, 5.0),
        ("A", "2020-02-01"): (None, None, None),
        ("A", "2020-03-01"): (None, 5.0 * 16 / 31, None),
        ("A", "2020-04-01"): (5.0, 5.0, 5.0),
        ("B", "2020-01-01"): (7.0, 7.0, 7.0),
        ("B", "2020-02-01"): (None, None, None),
        ("B", "2020-03-01"): (None, 0.0, None),
        ("B", "2020-04-01"): (0.0, 0.0, 0.0),
    }


def test_who_is_there_without_a_number_leaves_the_value_missing_and_a_lower_bound(engine: str) -> None:
    month = date(2020, 1, 1), date(2020, 1, 31)
    rows = [strength("A", *month, 5.0), strength("A", *month, None), strength("B", *month, 7.0)]
    assert cells(made(rows, engine=engine)) == {
        ("A", "2020-01-01"): (None, 5.0, None),
        ("B", "2020-01-01"): (7.0, 7.0, 7.0),
    }


def test_order_and_cutting_change_nothing_and_twice_as_many_are_twice_the_dose(engine: str) -> None:
    rows = drawn(5)
    before = made(rows, engine=engine)
    turned = random.Random(3).sample(rows, len(rows))
    assert made(turned, engine=engine).table.equals(before.table)
    cut = [
        row | {"date_from": first, "date_to": last}
        for row in rows
        for first, last in ((row["date_from"], row["date_from"]), (row["date_from"] + DAY, row["date_to"]))
    ]
    assert cells(made(cut, engine=engine)) == cells(before)
    twice = [row | {"value": row["value"] and 2 * row["value"]} for row in rows]
    assert [row[1] for row in cells(made(twice, engine=engine)).values()] == pytest.approx(
        [low and 2 * low for _, low, _ in cells(before).values()]
    )


def test_places_add_up_to_the_mission_and_months_to_the_year(engine: str) -> None:
    rows = drawn(6, untold=False)
    whole = cells(made(rows, plan(geography="mission"), engine=engine))
    added: defaultdict[str, list[float | None]] = defaultdict(list)
    for (_, start), (value, *_) in cells(made(rows, engine=engine)).items():
        added[start].append(value)
    told = {start: sum(value or 0 for value in values) for start, values in added.items() if None not in values}
    assert told == pytest.approx({start: value for (_, start), (value, *_) in whole.items() if value is not None})
    months = made(rows, plan(geography="mission"), engine=engine).table.to_pylist()
    days = [(row["period_start"].year, row["low"] or 0, (row["period_end"] - row["period_start"]).days + 1) for row in months]
    years = made(rows, plan("year", geography="mission"), engine=engine).table.to_pylist()
    for row in years:
        persons = sum(low * length for year, low, length in days if year == row["period_start"].year)
        assert row["low"] == pytest.approx(persons / ((row["period_end"] - row["period_start"]).days + 1))


def test_touching_and_overlapping_spans_are_one() -> None:
    days = [date(2020, 1, 1) + DAY * n for n in range(20)]
    assert islands([]) == ()
    assert islands([(days[9], days[12]), (days[0], days[5]), (days[3], days[4]), (days[6], days[7])]) == (
        (days[0], days[7]),
        (days[9], days[12]),
    )


def test_kinds_and_contributors_pick_rows_and_a_total_is_never_added_to_its_parts() -> None:
    month = date(2020, 1, 1), date(2020, 1, 31)
    rows = [
        strength("", *month, 10.0, kind="troops", contributor="KEN"),
        strength("", *month, 4.0, kind="police", contributor="JAM"),
        strength("", *month, 99.0, kind="all"),
        strength("", date(2020, 2, 1), date(2020, 2, 29), 1.0, kind="all"),
    ]
    kinds = ("troops", "police")
    assert [row[0] for row in cells(made(rows)).values()] == [99.0, 1.0]
    assert [row[0] for row in cells(made(rows, plan(kinds=kinds))).values()] == [14.0, 0.0]
    assert [row[0] for row in cells(made(rows, plan(kinds=kinds, actors=("KEN",)))).values()] == [10.0, 0.0]
    assert [row[0] for row in cells(made(rows[:2])).values()] == [14.0]
    assert set(cells(made(rows))) == {("SIMX", "2020-01-01"), ("SIMX", "2020-02-01")}
    assert set(cells(made(rows, plan(geography="country")))) == {("HTI", "2020-01-01"), ("HTI", "2020-02-01")}


def test_a_sidecar_renames_places_and_bounds_the_periods() -> None:
    rows = [strength(place, date(2020, 1, 1), date(2020, 3, 31), 5.0) for place in ("Ouest", "Sud")]
    covered = date(2020, 1, 15), date(2020, 2, 29)
    file = msgspec.structs.replace(FILE, places={"Ouest": "HT01", "Sud": ""}, covered=covered)
    assert set(cells(dose(plan(), parsed(rows), file))) == {("HT01", "2020-02-01")}


def test_the_recipe_says_what_was_done_and_what_was_set_aside() -> None:
    january = date(2020, 1, 1), date(2020, 1, 31)
    rows = [strength("A", january[0], date(2020, 3, 31), 5.0, held=True), strength("B", *january, None)]
    found = dose(plan(), Parsed(parsed(rows).table, (Rejected(3, "negative", ""), Rejected(4, "negative", ""))), FILE)
    assert found.recipe == {
        "measure": "average strength over the days of the period",
        "rows of the file set aside, negative": "2",
        "mission": "SIMX",
        "kinds": "troops",
        "period": "month",
        "places": "A; B",
        "covered": "2020-01-01 to 2020-03-31",
        "counted": "strengths: 2, of which not told how many: 1",
        "held until the next observation": "at most 91 days",
    }
    assert (found.inputs, found.table["n"].to_pylist()) == ((FILE,), [1, 1, 1, 1, 0, 0])
    assert found.table["evidence"].to_pylist() == [["maps"]] * 6


def test_a_file_of_a_later_vintage_was_not_known_then() -> None:
    rows = [strength("A", date(2020, 1, 1), date(2020, 1, 31), 5.0)]
    assert made(rows, as_of=date(2021, 12, 30)).table.num_rows == 0
    assert made(rows, as_of=date(2021, 12, 31)).table.num_rows == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"mission": "SIMY"}, "dose force: no row of mission 'SIMY'; expected one of SIMX"),
        ({"geography": "h3:5"}, "dose force: geography 'h3:5'; expected country, mission or none"),
        ({"kinds": ("cooks",)}, "dose force: no row of kind 'cooks'; expected one of troops"),
        ({"actors": ("KEN",)}, "dose force: no row of contributor 'KEN'"),
    ],
)
def test_a_plan_that_does_not_fit_the_file_is_told_what_would(said: dict[str, Any], message: str) -> None:
    with pytest.raises(PanelError, match=message):
        made([strength("A", date(2020, 1, 1), date(2020, 1, 31), 5.0)], plan(**said))


def test_a_mission_has_to_be_named_where_there_are_several_and_the_file_has_to_hold_deployments() -> None:
    month = date(2020, 1, 1), date(2020, 1, 31)
    with pytest.raises(PanelError, match="2 missions in the file; expected one of SIMX, SIMY"):
        made([strength("A", *month, 5.0), strength("A", *month, 5.0, mission="SIMY")])
    with pytest.raises(PanelError, match="no deployments"):
        dose(plan(), Parsed(FLOWS.empty_table(), ()), FILE)
    with pytest.raises(PanelError, match="0 missions"):
        made([])


# ------------------------------------------------------------------------------------------------------------- from the ledger

MISSION = Mission(
    id="sim",
    title="",
    short="SIM",
    place="HTI",
    force=("SIM",),
    funds=(),
    lead="",
    starts=(Start(name="s", date=date(2024, 1, 1)),),
    outcomes=(),
)


def sent(id: str, day: date, low: float | None, high: float | None = None, **said: Any) -> Commitment:
    given: dict[str, Any] = {"actor": "SIM", "scope": "SIM", "stage": "deployed", "basis": "total", "unit": "police", **said}
    return Commitment(
        id=id,
        mission="sim",
        kind="personnel",
        date_from=day,
        date_to=day,
        citation=Citation(published=str(day)),
        amount_low=low,
        amount_high=low if high is None else high,
        **given,
    )


def in_ledger(tmp_path: Path, *records: Commitment, as_of: date | None = None) -> Known:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append(records, "accepted")
    return known(ledger.entries(), as_of)


def test_a_level_holds_until_the_next_record_and_nothing_is_known_before_the_first(tmp_path: Path, engine: str) -> None:
    record = in_ledger(
        tmp_path,
        sent("a", date(2024, 6, 16), 400.0),
        sent("b", date(2024, 8, 1), 200.0, 300.0, basis="increment"),
        sent("c", date(2024, 9, 30), 100.0, stage="withdrawn", basis="increment"),
        sent("d", date(2024, 9, 30), 9.0, actor="Kenya"),
    )
    found = ledger_dose(plan(), MISSION, record, engine=engine)
    assert cells(found) == {
        ("HTI", "2024-06-01"): (None, 200.0, None),
        ("HTI", "2024-07-01"): (400.0, 400.0, 400.0),
        ("HTI", "2024-08-01"): (None, 600.0, 700.0),
        ("HTI", "2024-09-01"): (None, pytest.approx((600 * 29 + 500) / 30), pytest.approx((700 * 29 + 600) / 30)),
    }
    assert found.table["evidence"].to_pylist() == [["a"], ["a"], ["a", "b"], ["a", "b", "c"]]
    kenya = ledger_dose(plan(actors=("Kenya",)), MISSION, record, engine=engine)
    assert cells(kenya) == {("HTI", "2024-09-01"): (None, pytest.approx(9 / 30), None)}


def test_every_day_is_what_the_ledger_shows_on_it(tmp_path: Path) -> None:
    draw = random.Random(2)
    record = in_ledger(
        tmp_path,
        *(
            sent(
                f"r{number}",
                date(2024, 1, 1) + DAY * draw.randrange(400),
                float(number),
                float(number + draw.randrange(5)),
                basis=draw.choice(["total", "increment", "part"]),
                stage=draw.choice(["deployed", "deployed", "withdrawn"]),
            )
            for number in range(60)
        ),
    )
    found = ledger_dose(plan("week"), MISSION, record).table.to_pylist()
    end = max(row["period_start"] for row in found)
    for row in draw.sample([row for row in found[1:] if row["period_start"] < end], 12):
        days = [row["period_start"] + DAY * n for n in range(7)]
        levels = [one.level for day in days for one in standings(record.accepted, day) if one.cell.stage == "deployed"]
        assert row["low"] == pytest.approx(sum(level.low or 0 for level in levels) / 7)
        is_open = any(level.high is None for level in levels)
        assert row["high"] == (None if is_open else pytest.approx(sum(level.high or 0 for level in levels) / 7))


def test_as_of_a_day_nothing_later_counts(tmp_path: Path) -> None:
    records = (sent("a", date(2024, 6, 1), 400.0), sent("b", date(2024, 8, 1), 900.0))
    found = ledger_dose(plan(), MISSION, in_ledger(tmp_path, *records, as_of=date(2024, 7, 31)))
    assert cells(found) == {("HTI", "2024-06-01"): (400.0,) * 3, ("HTI", "2024-07-01"): (400.0,) * 3}
    assert found.recipe["as of"] == "2024-07-31"
    assert ledger_dose(plan(), MISSION, known((), None)).table.num_rows == 0


def test_strengths_of_two_scopes_are_never_added(tmp_path: Path) -> None:
    records = (sent("a", date(2024, 6, 1), 400.0), sent("b", date(2024, 6, 1), 5.0, scope="training"))
    with pytest.raises(PanelError, match="2 strengths: SIM in SIM, SIM in training"):
        ledger_dose(plan(), MISSION, in_ledger(tmp_path, *records))
    assert cells(ledger_dose(plan(scope="SIM"), MISSION, in_ledger(tmp_path / "again", *records))) == {
        ("HTI", "2024-06-01"): (None, pytest.approx(400 / 30), None)
    }


# ------------------------------------------------------------------------------------------------------------ in a dossier

DOSES = """
[[doses]]
id = "force"
name = "Strength of the force"
unit = "personnel"
period = "quarter"
actors = ["MSS"]

[[doses]]
id = "maps"
name = "Troops by place"
unit = "troops"
period = "year"
file = "maps"
"""
MAPS = "source,mission,year,month,location,country,latitude,longitude,no.troops,adm1.name\n"
SIDECAR = 'source = "geo-pko"\ntitle = "invented"\nprovider = "nobody"\nlicence = "none"\nvintage = "2021"\n'


@pytest.fixture
def dossier(muster: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "d"
    muster("new", "d", "--example", "haiti")
    mission = folder / "mission.toml"
    mission.write_text(mission.read_text(encoding="utf-8") + DOSES, encoding="utf-8")
    rows = "Map no. 1,SIMX,2019,1,Cap,Haiti,19,-72,35,Nord\nMap no. 1 Rev. 1,SIMX,2020,1,Cap,Haiti,19,-72,7,Nord\n"
    (folder / "data" / "maps.csv").write_text(MAPS + rows, encoding="utf-8")
    (folder / "data" / "maps.toml").write_text(SIDECAR, encoding="utf-8")
    return folder


def test_the_command_prints_a_dose_as_it_prints_an_outcome(muster: Run, dossier: Path) -> None:
    code, out, _ = muster("panel", "d", "maps")
    assert (code, out.splitlines()[0]) == (0, "place,period_start,period_end,value,low,high,n,n_sources,evidence")
    assert out.splitlines()[1:] == [
        "Nord,2019-01-01,2019-12-31,35,35,35,1,,maps",
        f"Nord,2020-01-01,2020-12-31,,{7 * 31 / 366!r},,1,,maps",
    ]
    rows = list(csv.DictReader(StringIO(muster("panel", "d", "force", "--as-of", "2025-09-30")[1])))
    assert [(row["period_start"], row["value"]) for row in rows][-2:] == [("2025-04-01", "1000"), ("2025-07-01", "1000")]
    assert rows[-1]["evidence"] == "F108;F114"
    assert muster("panel", "d", "killed")[0] == 0
    assert "killed, injured" in muster("panel", "d", "farce")[2]
    assert "force, maps" in muster("panel", "d", "farce")[2]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "maps"', 'id = "killed"', "'killed' is the id of another one"),
        ('file = "maps"', 'file = "gone"', "no file 'gone' in data/"),
        ('period = "year"', 'period = "as published"', "expected week, month, quarter or year"),
    ],
)
def test_a_plan_at_fault_is_told_where(dossier: Path, old: str, new: str, message: str) -> None:
    from muster.dossier import load as load_dossier

    mission = dossier / "mission.toml"
    mission.write_text(mission.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DossierError, match=message):
        load_dossier(dossier)


# ------------------------------------------------------------------------------------------------------------ real maps


@pytest.fixture(scope="module")
def maps(shared: Path) -> Parsed:
    return load(msgspec.structs.replace(FILE, path=str(shared / "data" / "geopko" / "geo_pko_v2_1_core.csv")))


@pytest.fixture(scope="module")
def doses(maps: Parsed) -> dict[str, list[Row]]:
    """The rows of each mission's dose by place and month."""
    missions = sorted(maps.table["mission"].unique().to_pylist())
    return {name: dose(plan(mission=name), maps, FILE).table.to_pylist() for name in missions}


def test_doses_of_all_52_missions_agree_with_a_walk_from_map_to_map(maps: Parsed, doses: dict[str, list[Row]]) -> None:
    """The oracle knows nothing of spans: for each month it looks up the mission's last map before it."""
    books: defaultdict[str, defaultdict[date, dict[str, list[float | None]]]] = defaultdict(lambda: defaultdict(dict))
    for row in maps.table.to_pylist():
        books[row["mission"]][row["date_from"]].setdefault(row["place"], []).append(row["value"])
    assert (len(doses), sum(map(len, doses.values()))) == (52, 36_162)
    for mission, rows in doses.items():
        dated = sorted(books[mission])
        for row in rows:
            on = max(day for day in dated if day <= row["period_start"])
            values = books[mission][on].get(row["place"], [])
            low = sum(value or 0 for value in values)
            assert (row["value"], row["low"]) == (None if None in values else low, low), (mission, row)


def test_totals_of_months_with_one_map_are_those_of_the_file(shared: Path, doses: dict[str, list[Row]]) -> None:
    """Straight from the file's text: months in which a mission has one map, none of whose rows stands in another month too."""
    with (shared / "data" / "geopko" / "geo_pko_v2_1_core.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    months: defaultdict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    dates: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        months[line["mission"], line["date"]].append(line)
        dates[line["mission"], line["source"]].add(line["date"])
    plain = {
        (mission, month): [line["no.troops"] for line in lines]
        for (mission, month), lines in months.items()
        if len({line["source"] for line in lines}) == 1 and len(dates[mission, lines[0]["source"]]) == 1
    }
    assert (len(months), len(plain)) == (1_108, 1_079)
    for (mission, month), told in plain.items():
        rows = [row for row in doses[mission] if str(row["period_start"]) == f"{month}-01"]
        assert sum(row["low"] for row in rows) == sum(float(cell or 0) for cell in told)
        assert any(row["value"] is None for row in rows) == ("" in told)


def test_the_page_on_missions_says_what_the_data_say(shared: Path, maps: Parsed, doses: dict[str, list[Row]]) -> None:
    root = Path(__file__).parents[1]
    script = runpy.run_path(str(root / "scripts" / "write_missions.py"))
    counts, _ = script["read"](shared / "data", *script["COUNTS"])
    found = script["pairs"](doses, maps, counts)
    text = (root / "docs" / "panels-missions.md").read_text(encoding="utf-8")
    assert script["table"](found) in text
    for facts in (script["months"](doses), script["compared"](found)):
        assert all(fact in text for fact in facts.values())
    assert (root / "docs" / "panels-missions.svg").read_text(encoding="utf-8") == script["picture"](found)
