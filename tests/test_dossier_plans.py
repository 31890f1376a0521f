"""The record of plans that briefs were written on."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from muster.brief.composing import plan_changes
from muster.cli import app
from muster.dossier import create, history, load, record_plan
from muster.dossier.folder import canonical
from muster.dossier.plans import differences
from muster.errors import DossierError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "d", "haiti")
    return tmp_path / "d"


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "mission.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def kept(folder: Path) -> list[str]:
    return (folder / "plans.jsonl").read_text(encoding="utf-8").splitlines()


def told(folder: Path) -> str:
    return plan_changes(history(load(folder)))


def test_the_same_plan_is_recorded_once_and_tells_the_same_before_and_after(folder: Path) -> None:
    before = told(folder)
    for _ in range(3):
        record_plan(load(folder))
    assert len(kept(folder)) == 1
    assert told(folder) == before == "The plan has not changed since the first assessment on record."


def test_what_changed_after_the_first_assessment_is_listed_for_good(folder: Path) -> None:
    record_plan(load(folder))
    first = load(folder).plan_hash
    edit(folder, "alpha = 0.1", "alpha = 0.2")
    words = f"Plans assessed so far: 2; the first was SHA-256 {first[:16]}…. Changed since the first: alpha 0.1 → 0.2."
    assert told(folder) == words
    record_plan(load(folder))
    assert told(folder) == words
    edit(folder, "alpha = 0.2", "alpha = 0.1")
    assert told(folder) == f"Plans assessed so far: 3; the first was SHA-256 {first[:16]}…. This one is the first again."
    record_plan(load(folder))
    assert len(kept(folder)) == 3


def test_a_comment_changes_no_plan(folder: Path) -> None:
    record_plan(load(folder))
    (folder / "mission.toml").write_text(
        "# a remark\n" + (folder / "mission.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    record_plan(load(folder))
    assert len(kept(folder)) == 1


def test_a_field_left_empty_inside_a_row_is_no_part_of_the_plan(folder: Path) -> None:
    rows = canonical(load(folder).mission)["outcomes"]
    assert rows
    assert all(value not in ("", [], {}, None) for row in rows for value in row.values())


def test_rows_that_came_went_or_changed_are_named() -> None:
    before = {"outcomes": [{"id": "a", "donors": ["X", "Y"], "unit": "events"}, {"id": "b"}], "starts": [{"name": "arrival"}]}
    now = {"outcomes": [{"id": "c"}, {"id": "a", "donors": ["X"]}], "starts": [{"name": "arrival"}], "alpha": 0.05}
    assert list(differences(before, now)) == [
        "alpha added 0.05",
        "outcomes a donors X, Y → X",
        "outcomes a unit removed events",
        "outcomes b removed",
        "outcomes c added",
    ]
    assert list(differences(before, before)) == []
    assert list(differences({"a": "x" * 200}, {"a": "y"})) == [f"a {'x' * 79}… → y"]


def test_a_record_that_is_gone_is_told_of_ever_after(folder: Path) -> None:
    CliRunner().invoke(app, ["brief", str(folder), "--quiet"])
    assert "not known" not in told(folder)
    (folder / "plans.jsonl").unlink()
    words = told(folder)
    assert words.startswith("The plan's record begins after an earlier brief, whose plan is not known.")
    record_plan(load(folder))
    assert told(folder) == words


def test_the_command_records_the_plan_and_gives_the_same_bytes_again(folder: Path) -> None:
    texts = []
    for _ in range(2):
        assert CliRunner().invoke(app, ["brief", str(folder), "--quiet"]).exit_code == 0
        texts.append((folder / "brief" / "brief.json").read_bytes())
    assert texts[0] == texts[1]
    assert len(kept(folder)) == 1


@pytest.mark.parametrize("damage", ["garbage", "edited", "first line gone", "torn"])
def test_a_damaged_record_ends_with_one_line_that_names_it(folder: Path, damage: str) -> None:
    for alpha in ("0.2", "0.3"):
        record_plan(load(folder))
        edit(folder, "alpha = 0.", f"alpha = {alpha}  # 0.")
    record_plan(load(folder))
    one, two, three = kept(folder)
    texts = {
        "garbage": f"{one}\nnothing\n",
        "edited": f"{one.replace('HTI', 'XXX')}\n{two}\n",
        "first line gone": f"{two}\n{three}\n",
        "torn": f"{one}\n{two[:50]}",
    }
    (folder / "plans.jsonl").write_text(texts[damage], encoding="utf-8")
    with pytest.raises(DossierError, match=r"plans\.jsonl, line [12].*restore the file from version control"):
        history(load(folder))
