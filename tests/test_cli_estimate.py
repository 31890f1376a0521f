"""`muster estimate` as a user meets it: what it prints, what it draws, and the one line that each fault gets."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config

from muster.errors import EstimateError
from muster.estimate import checked_study, conformal, fit_study, many_tests, placebo_of

Run = Callable[..., tuple[int, str, str]]
NAMES = ("Artibonite", "Centre", "Grand'Anse", "Nippes", "Nord", "Nord-Est", "Ouest", "Sud")
PERIODS = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
START = "2023-07"
COLUMNS = ("--unit", "place", "--time", "month", "--outcome", "value")
ASKED = (*COLUMNS, "--treated", "Ouest", "--start", START)
DOCUMENT = Path(__file__).parents[1] / "docs" / "estimation.md"


def numbers(seed: int = 4) -> np.ndarray:
    """(T, N) two common factors and noise; Ouest falls by 30 from the start on."""
    draw = np.random.default_rng(seed)
    values = 100 + draw.normal(size=(24, 2)).cumsum(axis=0) @ draw.normal(size=(2, 8)) * 3 + draw.normal(size=(24, 8))
    values[PERIODS.index(START) :, NAMES.index("Ouest")] -= 30
    return values


def lines(values: np.ndarray, study: str = "") -> list[list[object]]:
    extra = [study] if study else []
    return [
        [*extra, name, period, repr(float(values[row, column]))]
        for row, period in enumerate(PERIODS)
        for column, name in enumerate(NAMES)
    ]


def write(path: Path, rows: list[list[object]], head: tuple[str, ...] = ("place", "month", "value")) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


@pytest.fixture
def muster(muster: Run, tmp_path: Path) -> Run:
    """Run one command in a folder with a panel."""
    write(tmp_path / "panel.csv", lines(numbers()))
    return muster


def answer(muster: Run, *options: str) -> dict[str, Any]:
    code, out, err = muster("estimate", "panel.csv", *ASKED, "--format", "json", *options)
    assert (code, err) == (0, "")
    told: dict[str, Any] = json.loads(out)
    return told


def test_json_tells_what_the_estimate_found(muster: Run) -> None:
    told = answer(muster)
    wanted = {
        "att",
        "pre_rmspe",
        "weights",
        "p_value",
        "smallest_p",
        "interval",
        "test",
        "checks",
        "method",
        "treated",
        "start",
    }
    assert wanted | {"certificate"} <= set(told)
    study = checked_study(outcomes=numbers(), treated=NAMES.index("Ouest"), pre=PERIODS.index(START))
    fit = fit_study(study)
    assert told["att"] == fit.att
    assert told["att"] == pytest.approx(-30, abs=3)
    assert told["weights"] == {NAMES[unit]: fit.weights[unit] for unit in np.argsort(-fit.weights) if fit.weights[unit] > 0}
    assert (told["treated"], told["start"], told["method"], told["test"]) == ("Ouest", START, "sc", "lto")
    assert (told["donors"], told["periods_before"], told["periods_after"]) == (7, 18, 6)
    assert [row["period"] for row in told["path"]] == PERIODS
    assert sum(row["gap"] for row in told["path"][18:]) / 6 == pytest.approx(fit.att)
    assert all({"name", "verdict", "reason"} == set(check) for check in told["checks"])
    intervals = conformal(study, alpha=0.1, by_period=True).periods
    assert [row["interval"] for row in told["path"]] == [None] * 18 + [list(pair) for pair in intervals or ()]


@pytest.mark.parametrize("method", ["sc", "demeaned", "ridge", "sdid", "did"])
@pytest.mark.parametrize("test", ["lto", "placebo"])
def test_every_method_goes_with_every_test_of_units(muster: Run, method: str, test: str) -> None:
    told = answer(muster, "--method", method, "--test", test)
    assert (told["method"], told["test"]) == (method, test)
    assert told["att"] == pytest.approx(-30, abs=4)
    assert 0 <= told["p_value"] <= 1 / 8


def test_the_options_reach_the_test(muster: Run) -> None:
    lower, higher = (answer(muster, "--side", side, "--test", "placebo") for side in ("lower", "higher"))
    assert lower["p_value"] == 1 / 8
    assert higher["p_value"] > 0.5
    assert answer(muster, "--test", "conformal")["smallest_p"] == 1 / 24
    wide, narrow = (answer(muster, "--alpha", alpha)["interval"] for alpha in ("0.06", "0.5"))
    assert wide[0] <= narrow[0] < narrow[1] <= wide[1]
    assert answer(muster, "--alpha", "0.01")["interval"] is None


def test_the_table_shows_the_effect_the_weights_the_checks_and_the_path(muster: Run) -> None:
    code, out, err = muster("estimate", "panel.csv", *ASKED)
    assert (code, err) == (0, "")
    assert out.startswith(f"Ouest from {START}: 18 periods before, 6 from then on; 7 donors")
    told = answer(muster)
    for words in (f"{told['att']:.5g}", "leave-two-out", "donors have weight", "fit before", "2023-12", "counterfactual"):
        assert words in out
    assert all(len(line) <= 180 for line in out.splitlines())


def test_units_and_periods_can_be_left_out_and_that_is_said(muster: Run, tmp_path: Path) -> None:
    rows = lines(numbers())
    rows[3][2] = ""
    write(tmp_path / "panel.csv", rows)
    told = answer(muster, "--missing", "drop units", "--without", "Sud")
    assert (told["donors"], told["set_aside"]) == (5, ["Sud: as asked", "Nippes: missing values"])
    told = answer(muster, "--missing", "drop periods")
    assert (told["periods_before"], told["set_aside"]) == (17, ["2022-01: missing values"])


def test_a_start_in_a_period_left_out_begins_with_the_next(muster: Run, tmp_path: Path) -> None:
    rows = lines(numbers())
    rows[PERIODS.index(START) * 8][2] = ""
    write(tmp_path / "panel.csv", rows)
    told = answer(muster, "--missing", "drop periods")
    assert (told["start"], told["periods_before"], told["periods_after"]) == ("2023-08", 18, 5)


def test_the_order_of_rows_changes_nothing(muster: Run, tmp_path: Path) -> None:
    first = muster("estimate", "panel.csv", *ASKED, "--format", "json")[1]
    write(tmp_path / "panel.csv", lines(numbers())[::-1])
    assert muster("estimate", "panel.csv", *ASKED, "--format", "json")[1] == first


def test_the_result_goes_to_a_file_on_request(muster: Run, tmp_path: Path) -> None:
    code, out, _ = muster("estimate", "panel.csv", *ASKED, "--format", "json", "--out", "result.json")
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == answer(muster)


def test_the_plot_is_one_sound_svg_with_a_line_for_each_placebo(muster: Run, tmp_path: Path) -> None:
    answer(muster, "--plot", "one.svg")
    answer(muster, "--plot", "two.svg")
    text = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert text == (tmp_path / "two.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    study = checked_study(outcomes=numbers(), treated=NAMES.index("Ouest"), pre=PERIODS.index(START))
    found = placebo_of(study)
    followed = sum(fit.pre_rmspe <= 5 * found.fit.pre_rmspe for fit in found.fits) - 1
    assert f"{followed} of 7 placebos" in text
    curves = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if path.get("stroke-width") == "0.8"]
    assert len(curves) == followed
    assert len([path for path in root.iter() if path.get("stroke-width") == "5"]) == 6
    assert START in text


def test_names_from_the_file_run_nowhere(muster: Run, tmp_path: Path) -> None:
    evil = "</title><script>alert(1)</script>'+signal('x')"
    rows = [[evil if name == "Ouest" else name, period, value] for name, period, value in lines(numbers())]
    write(tmp_path / "panel.csv", rows, ("place", "month", "<img src=x>"))
    options = ("--unit", "place", "--time", "month", "--outcome", "<img src=x>", "--treated", evil, "--start", START)
    code, out, _ = muster("estimate", "panel.csv", *options, "--plot", "p.svg")
    text = (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert (code, evil in out) == (0, True)
    assert "<script" not in text
    assert "<img" not in text
    ET.fromstring(text)


def many(path: Path, studies: int = 5) -> None:
    rows = [row for number in range(studies) for row in lines(numbers(number), f"s{number}")]
    write(path, rows, ("study", "place", "month", "value"))


def test_many_studies_give_a_row_each_whatever_the_number_of_workers(muster: Run, tmp_path: Path) -> None:
    many(tmp_path / "many.csv")
    asked = ("estimate", "many.csv", *ASKED, "--study", "study", "--format", "json")
    code, out, err = muster(*asked)
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["study"] for row in rows] == ["s0", "s1", "s2", "s3", "s4"]
    assert muster(*asked, "--workers", "2")[1] == out
    write(tmp_path / "panel.csv", lines(numbers(3)))
    alone = answer(muster)
    assert {name: rows[3][name] for name in alone if name != "path"} == {name: alone[name] for name in alone if name != "path"}
    levels = sorted(row["bound"] for row in rows)
    assert min(row["p_holm"] for row in rows) == pytest.approx(min(1, 5 * levels[0]))
    table = muster(*asked[:-2])[1]
    assert re.findall(r"^s\d", table, flags=re.M) == ["s0", "s1", "s2", "s3", "s4"]


def test_the_same_call_runs_where_joblib_is_told_to() -> None:
    studies = [checked_study(outcomes=numbers(seed), treated=6, pre=18) for seed in range(3)]
    short = checked_study(outcomes=numbers()[:, :3], treated=0, pre=18)
    here = many_tests([*studies, short])
    with parallel_config(backend="threading", n_jobs=2):
        there = many_tests([*studies, short])
    assert [str(found) for found in here] == [str(found) for found in there]
    assert isinstance(here[-1], EstimateError)


def test_a_study_at_fault_stops_no_other_and_ends_with_one(muster: Run, tmp_path: Path) -> None:
    many(tmp_path / "many.csv", 3)
    text = (tmp_path / "many.csv").read_text(encoding="utf-8")
    (tmp_path / "many.csv").write_text(text.replace("s1,Ouest,", "s1,West,"), encoding="utf-8")
    code, out, err = muster("estimate", "many.csv", *ASKED, "--study", "study", "--format", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, ["error" in row for row in rows]) == (1, [False, True, False])
    assert "no unit 'Ouest'" in rows[1]["error"]
    assert err.startswith("warning: many.csv, study s1: no unit 'Ouest'")
    assert rows[0]["p_holm"] is not None


def faulty(change: Callable[[np.ndarray], None]) -> list[list[object]]:
    values = numbers()
    change(values)
    return lines(values)


def constant(values: np.ndarray) -> None:
    values[:, 1] = 7


def missing(values: np.ndarray) -> None:
    values[:, 1] = np.nan


def hole(values: np.ndarray) -> None:
    values[4, 1] = np.nan


def infinite(values: np.ndarray) -> None:
    values[4, 1] = np.inf


ROWS = lines(numbers())
FAULTS: list[tuple[str, list[list[object]], tuple[str, ...], str]] = [
    ("treated unknown", ROWS, ("--treated", "ouest"), "no unit 'ouest'; expected a name such as Ouest"),
    ("start outside", ROWS, ("--start", "2024-01"), "no period '2024-01'; expected one of the 24 from 2022-01 to 2023-12"),
    ("start in another form", ROWS, ("--start", "July 2023"), "no period 'July 2023'"),
    ("no pre-period", ROWS, ("--start", "2022-01"), "0 of 24 periods before the start"),
    ("one pre-period", ROWS, ("--start", "2022-02"), "1 of 24 periods before the start"),
    ("one donor", [row for row in ROWS if row[0] in {"Ouest", "Sud"}], (), "a panel of 2 units with 1 treated"),
    ("constant", faulty(constant), (), "the same value in every period for Centre"),
    ("missing series", faulty(missing), (), "no value in any period for Centre"),
    ("missing cell", faulty(hole), (), "no value for Centre in 2022-05"),
    ("infinite", faulty(infinite), (), "data row 34, column value: 'inf' is not finite"),
    ("duplicate", [*ROWS, ROWS[0]], (), "Artibonite in 2022-01 given more than once, in data rows 1 and 193"),
    ("no number", [*ROWS[:-1], [*ROWS[-1][:2], "n.a.?"]], (), "data row 192, column value: 'n.a.?' is no number"),
    ("unknown column", ROWS, ("--outcome", "valeu"), "no column 'valeu'; expected a name such as value"),
    ("unknown unit to leave out", ROWS, ("--without", "Sudd"), "no unit 'Sudd'"),
    ("treated left out", ROWS, ("--without", "Ouest"), "the treated unit Ouest is left out itself"),
    ("alpha", ROWS, ("--alpha", "1.5"), "1.5"),
    ("one-sided conformal", ROWS, ("--test", "conformal", "--side", "lower"), "one-sided conformal test"),
    ("no file", ROWS, ("--plot", "no/such/folder/p.svg"), "No such file"),
]


@pytest.mark.parametrize(("rows", "options", "words"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_gets_one_line_and_exit_code_one(
    muster: Run, tmp_path: Path, rows: list[list[object]], options: tuple[str, ...], words: str
) -> None:
    write(tmp_path / "panel.csv", rows)
    code, out, err = muster("estimate", "panel.csv", *ASKED, *options)
    assert (code, out) == (1, "")
    assert err.startswith("muster: ")
    assert words in err
    assert len(err.splitlines()) == 1


def test_one_picture_shows_one_study(muster: Run, tmp_path: Path) -> None:
    many(tmp_path / "many.csv", 2)
    code, _, err = muster("estimate", "many.csv", *ASKED, "--study", "study", "--plot", "p.svg")
    assert (code, "2 studies for one picture" in err) == (1, True)


def test_california_from_the_command_line_is_the_published_effect(muster: Run, shared: Path) -> None:
    path = shared / "data" / "golden" / "prop99_full_predictors_statspai.csv"
    asked = ("--unit", "state", "--time", "year", "--outcome", "cigsale", "--treated", "California", "--start", "1989")
    told = json.loads(muster("estimate", str(path), *asked, "--format", "json")[1])
    assert told["att"] == pytest.approx(-19.5136, abs=5e-5)
    assert told["pre_rmspe"] == pytest.approx(1.6564, abs=5e-5)
    assert told["p_value"] == 73 / 703
    assert list(told["weights"])[:3] == ["Utah", "Montana", "Nevada"]


BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("function", ["fit", "test", "power", "watch"])
def test_the_documentation_has_a_runnable_example_of(function: str) -> None:
    assert any(f"estimate.{function}(" in block for block in BLOCKS)


def test_the_examples_of_the_documentation_run_and_print_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    held: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, DOCUMENT.name, "exec"), held)
        printed = capsys.readouterr().out.splitlines()
        assert printed == re.findall(r"print\(.*\)  # (.*)", block), block
