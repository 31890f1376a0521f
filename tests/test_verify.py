"""Published answers: ours meet theirs, a wrong one is told, and what is absent is never called met."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muster.cli.estimate import verify
from muster.errors import EstimateError, MusterError
from muster.panel.longpanel import LongPanel
from muster.verify import PUBLISHED, Comparison, compare
from muster.verify import panels as sources
from muster.verify.panels import PANELS, Absent, load
from muster.verify.published import Published


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    return shared / "data" / "golden"


@pytest.fixture(scope="module")
def found(golden: Path) -> list[Comparison]:
    return list(compare(golden))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without the packages that carry panels."""
    for name in ("synthdid", "synthdid.datasets", "causaldata", "causaldata.castle"):
        monkeypatch.setitem(sys.modules, name, None)


def test_every_published_number_is_met_within_its_tolerance(found: list[Comparison]) -> None:
    assert [(row.panel, row.what, row.part, row.ours, row.shown) for row in found if row.verdict != "agrees"] == []
    assert len(found) == sum(len(row.theirs) for row in PUBLISHED) == 24


def test_every_row_says_who_published_it_and_lies_in_a_known_panel() -> None:
    assert {row.panel for row in PUBLISHED} == set(PANELS)
    assert all(row.citation and row.tolerance > 0 and row.theirs for row in PUBLISHED)
    assert len({(row.panel, row.what) for row in PUBLISHED}) == len(PUBLISHED)


def test_the_row_on_synthetic_did_says_why_another_program_prints_another_number(found: list[Comparison]) -> None:
    [row] = [row for row in found if row.shown == "-15.6054"]
    assert "-15.6038" in row.note
    assert row.ours == pytest.approx(-15.6054, abs=5e-5)


@pytest.mark.parametrize("moved", [1.5, -1.5])
def test_a_number_further_off_than_its_tolerance_is_told(golden: Path, moved: float) -> None:
    row = next(row for row in PUBLISHED if row.panel == "German reunification" and len(row.theirs) == 1)
    wrong = replace(row, theirs={"": row.theirs[""] + moved * row.tolerance})
    assert [each.verdict for each in compare(golden, [row, wrong])] == ["agrees", "off"]


def test_what_is_not_a_number_or_cannot_be_computed_never_agrees(golden: Path) -> None:
    def fails(panel: LongPanel) -> dict[str, float]:
        raise EstimateError("nothing to fit")

    rows = [
        Published("a", "German reunification", {"": 0.0}, 1.0, "x", lambda _: {"": float("nan")}),
        Published("b", "German reunification", {"": 0.0}, 1.0, "x", fails),
    ]
    first, second = compare(golden, rows)
    assert (first.verdict, second.verdict, second.ours) == ("off", "off", None)
    assert "nothing to fit" in second.reason


@pytest.mark.usefixtures("bare")
def test_without_packages_and_folder_everything_is_skipped_with_a_reason() -> None:
    found = list(compare())
    assert {row.verdict for row in found} == {"skipped"}
    assert all("--data" in row.reason and row.ours is None for row in found)
    assert "passmuster[verify]" in found[0].reason


@pytest.mark.usefixtures("bare")
def test_a_folder_stands_in_for_the_packages(golden: Path) -> None:
    rows = [row for row in PUBLISHED if row.panel in {"Proposition 99", "Castle doctrine"}]
    assert {row.verdict for row in compare(golden, rows)} == {"agrees"}


def test_the_packages_carry_the_panels_of_the_folder(golden: Path) -> None:
    pytest.importorskip("synthdid")
    pytest.importorskip("causaldata")
    assert load("Proposition 99", None).values == pytest.approx(load("Proposition 99 with predictors", golden).sales.values)
    assert load("Castle doctrine", None).starts.tolist().count(-1) == 29


def test_a_panel_that_is_there_and_broken_is_a_fault_and_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "germany_pysyncon.csv").write_text("country,year\nUSA,1960\n")
    with pytest.raises(MusterError, match="no column 'gdp'"):
        list(compare(tmp_path, [row for row in PUBLISHED if row.panel == "German reunification"]))
    assert isinstance(load("Basque Country", tmp_path), Absent)
    with pytest.raises(MusterError, match="no such folder"):
        list(compare(tmp_path / "nowhere"))


def run(capsys: pytest.CaptureFixture[str], rows: list[Comparison], **options: Any) -> tuple[str, str]:
    """What `muster verify` prints of some comparisons, and the error it ends with."""
    fault = ""
    try:
        verify(quiet=True, **options)
    except MusterError as error:
        fault = str(error)
    return capsys.readouterr().out, fault


def given(rows: list[Comparison]) -> Any:
    def compared(folder: Path | None) -> Iterator[Comparison]:
        yield from rows

    return compared


def test_the_command_prints_theirs_beside_ours_and_fails_if_one_is_off(
    found: list[Comparison], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from muster.cli.estimate import ResultFormat

    monkeypatch.setattr("muster.verify.compare", given(found))
    out, fault = run(capsys, found)
    assert fault == ""
    assert all(words in out for words in ("-19.5136", "-19.51363", "arXiv 2401.07152", "1/120", "24 met, 0 off, 0 skipped"))
    rows = json.loads(run(capsys, found, style=ResultFormat.JSON)[0])
    assert [row["verdict"] for row in rows] == ["agrees"] * 24

    off = [replace(found[0], ours=-19.6, verdict="off"), *found[1:]]
    monkeypatch.setattr("muster.verify.compare", given(off))
    out, fault = run(capsys, off)
    assert "OFF" in out
    assert fault.startswith("1 of 24 published numbers are not met")


def test_nothing_to_compare_is_no_success(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    skipped = [replace(row, verdict="skipped", ours=None, reason="no file") for row in made()]
    monkeypatch.setattr("muster.verify.compare", given(skipped))
    out, fault = run(capsys, skipped)
    assert "skipped: no file" in out
    assert "none of the panels" in fault


def made() -> list[Comparison]:
    return [Comparison("P", "w", "", 1.0, "1", 1.0, 0.1, "agrees", "", "c", "")]


def test_the_packages_are_named_as_the_project_pins_them() -> None:
    assert sources.EXTRA == "passmuster[verify]"
