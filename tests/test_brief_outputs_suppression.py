"""Small counts hidden: an attacker who knows every total of a row and a column solves none of them, in no file."""

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.optimize import linprog

from conftest import Run
from muster.brief import write
from muster.panel import PANEL, Panel, suppressed, to_csv
from muster.panel.suppression import hidden_cells, is_count
from test_brief_material import KILLED, composed

Floats = NDArray[np.float64]


def solved(values: Floats, hidden: NDArray[np.bool_], cell: tuple[int, int], least: float) -> float:
    """How far apart the lowest and the highest number are that a hidden cell may be, by linear programs over all of them."""
    places = [tuple(place) for place in np.argwhere(hidden)]
    sums = np.zeros((sum(values.shape), len(places)))
    for column, (row, place) in enumerate(places):
        sums[row, column] = sums[values.shape[0] + place, column] = 1
    shown = np.where(hidden, values, 0)
    totals = np.concatenate([shown.sum(axis=1), shown.sum(axis=0)])
    aim = np.array([float(place == cell) for place in places])
    low, high = (
        linprog(sign * aim, A_eq=sums, b_eq=totals, bounds=(least, values.sum() + 1), method="highs") for sign in (1, -1)
    )
    assert low.status == high.status == 0
    return float(-high.fun - low.fun)


@pytest.mark.parametrize("seed", range(12))
def test_no_total_of_a_row_or_a_column_gives_a_small_count_away(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values = draw.poisson(draw.gamma(0.7, (2, 6, 30)[seed % 3], size=(draw.integers(3, 9), draw.integers(3, 7)))).astype(float)
    small = (values > 0) & (values < 5)
    hidden = hidden_cells(values, small)
    assert (hidden | ~small).all()
    for cell in map(tuple, np.argwhere(small)):
        assert solved(values, hidden, cell, 0.0) >= 1 - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_nor_where_no_cell_is_zero_and_everybody_knows_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values = (draw.poisson(7, size=(draw.integers(3, 9), draw.integers(3, 7))) + 1).astype(float)
    hidden = hidden_cells(values, values < 5)
    assert all(solved(values, hidden, cell, 1.0) >= 1 - 1e-6 for cell in map(tuple, np.argwhere(values < 5)))


def test_without_other_cells_than_the_small_one_they_would_be_solved() -> None:
    values = np.array([[3.0, 20.0, 30.0], [10.0, 7.0, 9.0], [11.0, 12.0, 13.0]])
    alone = values == 3
    assert solved(values, alone, (0, 0), 0.0) == 0
    hidden = hidden_cells(values, alone)
    assert hidden.sum() == 4
    assert hidden[0, 0]
    assert hidden[1, 1]


def test_a_table_of_ones_is_not_solved_by_who_knows_that_zeros_are_shown() -> None:
    values = np.array([[1.0, 1.0, 9.0], [1.0, 1.0, 8.0], [9.0, 8.0, 7.0]])
    hidden = hidden_cells(values, values < 5)
    assert all(solved(values, hidden, cell, 1.0) >= 1 - 1e-6 for cell in ((0, 0), (0, 1), (1, 0), (1, 1)))


def test_one_place_hides_a_second_period_and_a_lone_cell_stands_alone() -> None:
    hidden = hidden_cells(np.array([[3.0], [40.0], [7.0]]), np.array([[True], [False], [False]]))
    assert hidden.tolist() == [[True], [False], [True]]
    assert hidden_cells(np.array([[3.0]]), np.array([[True]])).tolist() == [[True]]


def test_a_zero_is_hidden_only_where_nothing_else_helps() -> None:
    values = np.array([[3.0, 0.0, 0.0], [0.0, 9.0, 8.0], [6.0, 9.0, 7.0]])
    hidden = hidden_cells(values, values == 3)
    assert solved(values, hidden, (0, 0), 0.0) >= 1
    assert (hidden & (values == 0)).sum() == 1


def panel(values: list[list[float | None]], unit: str = "persons", low: float = 1.0) -> Panel:
    """Places A, B, ... by month; low is a share of the value."""
    rows = []
    for place, series in enumerate(values):
        for month, value in enumerate(series):
            start = date(2024, month + 1, 1)
            rows.append(
                {
                    "place": "ABCDEF"[place],
                    "period_start": start,
                    "period_end": start + timedelta(27),
                    "value": value,
                    "low": None if value is None else value * low,
                    "high": value,
                    "n": 2,
                    "n_sources": 1,
                    "evidence": [f"E{place}{month}"],
                }
            )
    return Panel(replace(KILLED, unit=unit), pa.Table.from_pylist(rows, schema=PANEL), {}, (), None)


SMALL: list[list[float | None]] = [[3, 20, 30], [10, 7, None], [11, 12, 13]]


def test_a_hidden_cell_bears_no_number_no_bound_and_no_evidence() -> None:
    rows = suppressed(panel(SMALL)).table.to_pylist()
    hidden = [row for row in rows if row["value"] is None and not row["evidence"]]
    assert len(hidden) == 4
    assert all(row["low"] is row["high"] is None for row in hidden)
    assert all(row["n"] is None and row["n_sources"] is None for row in rows)
    (missing,) = (row for row in rows if row["value"] is None and row["evidence"])
    assert (missing["place"], missing["period_start"]) == ("B", date(2024, 3, 1))
    assert "3" not in {row["value"] for row in csv.DictReader(io.StringIO(to_csv(suppressed(panel(SMALL)))))}


def test_a_small_lower_bound_hides_its_cell_too() -> None:
    rows = suppressed(panel([[30.0, 9.0, 40.0], [50.0, 60.0, 70.0], [80.0, 90.0, 30.0]], low=0.4)).table.to_pylist()
    assert [row["low"] for row in rows if row["place"] == "A"][1] is None


@pytest.mark.parametrize("unit", ["percent", "index 2017-18 = 100", "USD per kg", "percent of killed and injured"])
def test_what_is_no_count_is_left_as_it_is(unit: str) -> None:
    plain = panel(SMALL, unit)
    assert not is_count(plain.outcome)
    assert suppressed(plain).table.equals(plain.table)
    assert is_count(replace(plain.outcome, population="people"))


def test_suppressing_twice_hides_no_more() -> None:
    once = suppressed(panel(SMALL))
    assert suppressed(once).table.equals(once.table)


def small_dossier(muster: Run, folder: Path) -> tuple[str, ...]:
    """The bundled dossier with two small counts among its figures, which appear nowhere else; their ids are given back."""
    muster("new", "d", "--example", "haiti")
    data = folder / "d" / "data" / "outcomes.csv"
    rows = list(csv.DictReader(io.StringIO(data.read_text(encoding="utf-8-sig"))))
    count = [row for row in rows if row["unit"] == "persons" and row["outcome"] == "killed"]
    small = dict(zip((row["claim_id"] for row in count[:2]), ("3", "4"), strict=True))
    for row in rows:
        if row["claim_id"] in small:
            row |= {"value": small[row["claim_id"]], "low": "", "high": ""}
    with data.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return tuple(small)


def test_no_file_of_a_suppressed_brief_names_a_small_figure(muster: Run, tmp_path: Path) -> None:
    small = small_dossier(muster, tmp_path)
    folder = tmp_path / "d" / "brief"
    assert muster("brief", "d", "--quiet")[0] == 0
    shown = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    assert {cited["id"] for cited in shown["citations"]} >= set(small)
    (folder / "brief.docx").write_bytes(b"of the brief before")
    assert muster("brief", "d", "--quiet", "--suppress") == (0, "", "")
    hidden = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    assert hidden["facts"]["suppressed"]
    assert not {cited["id"] for cited in hidden["citations"]} & set(small)
    assert not (folder / "previous.json").exists()
    assert not (folder / "brief.docx").exists()
    for path in folder.iterdir():
        if path.suffix != ".xlsx":
            assert not [id for id in small if id in path.read_text(encoding="utf-8")], path.name
    assert "are hidden." in (folder / "index.html").read_text(encoding="utf-8")
    code, table, _ = muster("panel", "d", "killed", "--suppress")
    assert code == 0
    assert not [row for row in csv.DictReader(io.StringIO(table)) if row["value"] in {"3.0", "4.0", "3", "4"}]


def test_a_brief_that_hides_is_compared_with_none_that_shows(tmp_path: Path) -> None:
    brief = composed(tmp_path)
    hiding = replace(brief, facts=replace(brief.facts, suppressed=True))
    write(brief, tmp_path / "brief")
    write(hiding, tmp_path / "brief")
    assert not (tmp_path / "brief" / "previous.json").exists()
    write(replace(hiding, title="B", facts=replace(hiding.facts, numbers=())), tmp_path / "brief")
    assert (tmp_path / "brief" / "previous.json").exists()
    write(hiding, tmp_path / "brief")
    assert (tmp_path / "brief" / "previous.json").exists()


def test_no_file_has_a_place_for_a_position() -> None:
    from muster.brief.annex import PANELS
    from muster.brief.composing import FINDING_COLUMNS
    from muster.brief.published import schema_text
    from muster.ledger.exports.columns import COMMITMENTS

    names = {*PANELS, *FINDING_COLUMNS, *COMMITMENTS.names}
    for schema in json.loads(schema_text())["$defs"].values():
        names |= set(schema.get("properties", {}))
    position = re.compile(r"(^|_)(lat|lon|latitude|longitude|coordinates?|positions?|geometry)($|_)")
    assert not [name for name in names if position.search(name)]
    assert position.search("longitude")
