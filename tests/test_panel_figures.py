"""Figures to panels: one series, its range kept, gaps left open, and nothing that was published later."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from muster.errors import PanelError
from muster.panel import PANEL, Panel, arrays, build, to_csv
from muster.records import DataFile, Outcome, known_from
from muster.sources import FIGURES, Parsed, load

Row = dict[str, Any]
FILE = DataFile(name="outcomes", path="", source="figures", title="", provider="", licence="", vintage="2026", sha256="cd" * 32)
Q1, Q2, Q3 = (
    (date(2024, 1, 1), date(2024, 3, 31)),
    (date(2024, 4, 1), date(2024, 6, 30)),
    (date(2024, 7, 1), date(2024, 9, 30)),
)


def outcome(period: str = "quarter", **change: Any) -> Outcome:
    plan = {"unit": "persons", "better": "lower", "treated": ("HTI",), "series": "S", **change}
    return Outcome(id="killed", name="Killed", domain="security", period=period, **plan)  # type: ignore[arg-type]


def figure(name: str, span: tuple[date, date], value: float | None, **change: Any) -> Row:
    row: Row = {field.name: "" for field in FIGURES} | {"low": None, "high": None}
    row |= {"figure_id": name, "series": "S", "outcome": "killed", "domain": "security", "place": "HTI", "value": value}
    row |= {"period_start": span[0], "period_end": span[1], "unit": "persons", "better": "lower", "provider": "P"}
    return row | change


def parsed(rows: list[Row]) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=FIGURES), ())


def made(rows: list[Row], plan: Outcome | None = None, **rules: Any) -> Panel:
    return build(plan or outcome(), parsed(rows), FILE, **rules)


def cells(panel: Panel) -> list[tuple[Any, ...]]:
    names = ("period_start", "value", "low", "high", "n", "evidence")
    return [tuple(row[name] for name in names) for row in panel.table.to_pylist()]


def test_a_gap_is_missing_and_never_zero(engine: str) -> None:
    panel = made([figure("a", Q1, 5), figure("b", Q3, 7)], engine=engine)
    assert cells(panel) == [
        (Q1[0], 5.0, 5.0, 5.0, 1, ["a"]),
        (Q2[0], None, None, None, 0, []),
        (Q3[0], 7.0, 7.0, 7.0, 1, ["b"]),
    ]
    assert np.isnan(arrays(panel).values[1, 0])
    assert panel.covered is None


def test_several_prints_give_the_latest_and_their_whole_range(engine: str) -> None:
    prints = [
        figure("a", Q1, 100, published="2024-05-01"),
        figure("b", Q1, 130, published="2024-09", low=120.0, high=140.0),
        figure("c", Q1, 90, published="2024-06-01"),
        figure("d", Q1, 95),
    ]
    assert cells(made(prints, engine=engine)) == [(Q1[0], 130.0, 90.0, 140.0, 4, ["b", "c", "a", "d"])]


def test_an_open_side_stays_open(engine: str) -> None:
    at_least, at_most = figure("a", Q1, 100, low=100.0), figure("b", Q1, 120, high=120.0)
    assert cells(made([at_least], engine=engine))[0][1:4] == (100.0, 100.0, None)
    assert cells(made([at_most], engine=engine))[0][1:4] == (120.0, None, 120.0)
    assert cells(made([at_least, at_most], engine=engine))[0][2:4] == (None, None)


def test_a_range_without_a_point_widens_the_hull_but_is_no_value(engine: str) -> None:
    span = figure("z", Q1, None, low=80.0, high=90.0, published="2025")
    assert cells(made([span], engine=engine))[0][1:4] == (None, 80.0, 90.0)
    assert cells(made([span, figure("a", Q1, 100, published="2024-05")], engine=engine))[0][1:] == (
        100.0,
        80.0,
        100.0,
        2,
        ["a", "z"],
    )


def test_a_figure_that_is_not_one_period_long_is_set_aside_by_name(engine: str) -> None:
    half = figure("half", (date(2024, 4, 1), date(2024, 6, 15)), 3)
    panel = made([figure("a", Q1, 5), half], engine=engine)
    assert panel.recipe["set aside, no whole quarter"] == "figures: 1 (half)"
    assert panel.recipe["counted"] == "figures: 1"
    assert panel.table.num_rows == 1


def test_periods_as_published_are_kept_as_they_are_even_where_they_overlap(engine: str) -> None:
    spans = [(date(2024, 1, 1), date(2024, month, 15)) for month in (9, 3)]
    panel = made([figure("a", spans[0], 30), figure("b", spans[1], 10)], outcome("as published"), engine=engine)
    both = arrays(panel)
    assert (both.periods, both.ends) == ((spans[0][0],) * 2, (spans[1][1], spans[0][1]))
    assert both.values.tolist() == [[10.0], [30.0]]


def test_every_place_has_every_period(engine: str) -> None:
    rows = [figure("a", Q1, 1, place="HT01"), figure("b", Q3, 2, place="HT02"), figure("c", Q2, 9, place="HT03")]
    panel = made(rows, outcome(treated=("HT01",), donors=("HT02", "HT09")), engine=engine)
    assert arrays(panel).places == ("HT01", "HT02")
    np.testing.assert_array_equal(arrays(panel).values, [[1, np.nan], [np.nan, np.nan], [np.nan, 2]])
    assert arrays(made(rows, outcome(treated=()), engine=engine)).values.shape == (3, 3)
    assert arrays(made(rows, places={"HT03": "HTI"}, engine=engine)).values.tolist() == [[9.0]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "cases"}, "unit differs inside series 'S': cases, persons"),
        ({"provider": "Q"}, "provider differs inside series 'S': P, Q"),
        ({"better": "higher"}, "better differs inside series 'S'"),
    ],
)
def test_what_must_not_be_mixed_is_refused(change: Row, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        made([figure("a", Q1, 5), figure("b", Q2, 6, **change)])


@pytest.mark.parametrize(
    ("plan", "rules", "message"),
    [
        (outcome(unit="deaths"), {}, "unit 'deaths'; expected 'persons' as in series 'S'"),
        (outcome(better="higher"), {}, "better 'higher'; expected 'lower'"),
        (outcome(series="KILED"), {}, "no row of series 'KILED'; expected a series such as KILLED"),
        (outcome(treated=("HT01",)), {}, "none of the treated places HT01"),
        (outcome(), {"covered": (date(2024, 1, 1), date(2024, 12, 31))}, "figures never become zero"),
    ],
)
def test_a_plan_that_does_not_fit_the_figures_is_refused(plan: Outcome, rules: dict[str, Any], message: str) -> None:
    with pytest.raises(PanelError, match=message):
        made([figure("a", Q1, 5), figure("k", Q1, 5, series="KILLED")], plan, **rules)


def drawn(seed: int) -> list[Row]:
    draw = random.Random(seed)
    rows = []
    for number in range(60):
        first = date(2023, 1 + draw.randrange(12), 1)
        span = first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        published = draw.choice(["", "2023", "2024", f"2023-{draw.randrange(1, 13):02d}", f"2024-0{draw.randrange(1, 10)}-11"])
        place = draw.choice(["HTI", "HT01"])
        rows.append(figure(f"f{number}", span, float(draw.randrange(-9, 99)), published=published, unit="percent", place=place))
    return rows


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2023, 12, 31), date(2024, 4, 11)])
@pytest.mark.parametrize("period", ["month", "as published"])
def test_as_of_a_day_the_panel_is_that_of_a_file_that_ends_on_that_day(period: str, day: date) -> None:
    rows, plan = drawn(1), outcome(period, unit="percent", treated=())
    early = [row for row in rows if row["published"] and known_from(row["published"]) <= day]
    assert 0 < len(early) < len(rows)
    then, only = made(rows, plan, as_of=day), made(early, plan, as_of=day)
    assert to_csv(then) == to_csv(only)
    assert then.recipe == only.recipe


def test_before_the_first_print_the_panel_is_empty() -> None:
    panel = made(drawn(2), outcome("month", unit="percent"), as_of=date(2020, 1, 1))
    assert panel.table.equals(PANEL.empty_table())
    assert arrays(panel).values.shape == (0, 0)
    assert to_csv(panel) == ",".join(PANEL.names) + "\n"


def test_the_order_of_rows_does_not_matter(engine: str) -> None:
    rows, plan = drawn(3), outcome("month", unit="percent", treated=())
    mixed = random.Random(2).sample(rows, len(rows))
    assert to_csv(made(rows, plan, engine=engine)) == to_csv(made(mixed, plan, engine=engine))


def test_a_panel_in_csv_runs_nothing_in_a_spreadsheet() -> None:
    rows = [figure("@b", Q1, -2.5, place="=HYPERLINK(1)", unit="percent")]
    text = to_csv(made(rows, outcome(unit="percent", treated=())))
    assert text.splitlines() == [
        ",".join(PANEL.names),
        "'=HYPERLINK(1),2024-01-01,2024-03-31,-2.5,-2.5,-2.5,1,,'@b",
    ]


def test_the_series_of_haiti_are_those_of_the_shared_file(shared: Path) -> None:
    file = DataFile(
        name="outcomes",
        path=str(shared / "facts/haiti_outcomes.csv"),
        source="figures",
        title="",
        provider="",
        licence="",
        vintage="2026",
        sha256="0" * 64,
    )
    figures = load(file)
    killed = arrays(build(outcome(series="HRS_KILLED_Q"), figures, file))
    assert killed.values[:, 0].tolist()[3:7] == [1104.0, 1660.0, 945.0, 1223.0]
    assert np.isnan(killed.values[1:3, 0]).all()
    displaced = build(outcome("as published", series="IOM_IDP_NATIONAL_ALT"), figures, file)
    assert cells(displaced)[0] == (date(2023, 12, 1), 315000.0, 313000.0, None, 3, ["HOA011", "HOA013", "HOA012"])
    earlier = build(outcome("as published", series="IOM_IDP_NATIONAL_ALT"), figures, file, as_of=date(2024, 6, 30))
    assert [row[1:3] for row in cells(earlier)] == [(313000.0, 313000.0)]
    with pytest.raises(PanelError, match="unit differs"):
        build(outcome(series="EVENT_ATTACK", treated=()), figures, file)
