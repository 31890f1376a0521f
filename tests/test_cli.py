"""The command line as a new user meets it: what it prints, where it writes, how it fails."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
TEXT = """Kenya has deployed 200 police officers to Haiti, Inspector General Japhet Koome said on Monday.

<script>alert(1)</script> =HYPERLINK("https://example.org","open") Canada pledged $5 million to the mission.
"""


@pytest.fixture
def haiti(muster: Run, tmp_path: Path) -> Path:
    assert muster("new", "d", "--example", "haiti")[0] == 0
    return tmp_path / "d"


@pytest.fixture
def report(tmp_path: Path) -> str:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    return "report.txt"


def test_the_whole_way_from_a_report_to_a_brief_as_of_a_day(muster: Run, haiti: Path, report: str) -> None:
    code, out, _ = muster("add", "d", report, "--published", "2024-06-24", "--address", "javascript:alert(1)")
    assert (code, out.split(":")[1].split()[0]) == (0, "2")
    assert "2 proposed await" in muster("ledger", "d", "--as-of", "2024-06-30")[1]
    code, out, err = muster("brief", "d", "--as-of", "2024-06-30")
    assert (code, err) == (0, "")
    assert "As of 30 Jun 2024" in out
    page = (haiti / "brief" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert sorted(path.name for path in (haiti / "brief").iterdir()) == [
        "annex.xlsx",
        "brief.json",
        "findings.csv",
        "index.html",
        "ledger.csv",
    ]


def test_two_runs_of_everything_give_the_same_bytes(muster: Run, report: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        muster("new", name, "--example", "haiti")
        muster("add", name, report, "--published", "2024-06-24")
        muster("brief", name)
    one, two = (sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("one", "two"))
    assert [path.relative_to(tmp_path / "one") for path in one] == [path.relative_to(tmp_path / "two") for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_report_added_twice_adds_nothing(muster: Run, haiti: Path, report: str) -> None:
    muster("add", "d", report, "--published", "2024-06-24")
    before = (haiti / "ledger.jsonl").read_bytes()
    assert "nothing added" in muster("add", "d", report, "--published", "2024-06-24")[1]
    assert (haiti / "ledger.jsonl").read_bytes() == before


def test_read_prints_json_lines_with_the_fields_of_a_commitment_and_its_evidence(muster: Run, report: str) -> None:
    rows = [
        json.loads(line) for line in muster("read", report, "--published", "2024-06-24", "--format", "jsonl")[1].splitlines()
    ]
    fields = "actor kind stage amount_low amount_high unit currency basis date_from date_to attributed_to scope flags"
    assert all(set(row) == {*fields.split(), "source", "sentence", "start", "end"} for row in rows)
    assert all(TEXT[row["start"] : row["end"]] == row["sentence"] for row in rows)
    assert [(row["actor"], row["amount_low"]) for row in rows] == [("Kenya", 200), ("Canada", 5e6)]


def test_the_founding_report_gives_its_six_records(muster: Run, shared: Path) -> None:
    path = next((shared / "seed").glob("*.txt"))
    rows = muster("read", str(path), "--published", "2024-06-24", "--format", "jsonl")[1].splitlines()
    assert [json.loads(row)["actor"] for row in rows] == ["Kenya", "Kenya", "United States", "Canada", "MSS", "United States"]


def test_proposals_count_only_once_a_person_accepts_them(muster: Run, haiti: Path, report: str) -> None:
    muster("add", "d", report, "--published", "2024-06-24")
    rows = list(csv.DictReader(io.StringIO(muster("ledger", "d", "--format", "csv")[1])))
    waiting = [row["record_id"] for row in rows if row["status"] == "proposed"]
    assert len(waiting) == 2
    assert muster("review", "d", "--accept", waiting[0], "--reject", waiting[1], "--by", "A. Reader")[0] == 0
    after = {
        row["record_id"]: row["status"] for row in csv.DictReader(io.StringIO(muster("ledger", "d", "--format", "csv")[1]))
    }
    assert after[waiting[0]] == "accepted"
    assert after.get(waiting[1], "rejected") == "rejected"
    code, _, err = muster("review", "d", "--accept", waiting[0])
    assert (code, "was accepted by A. Reader on" in err) == (1, True)


def test_review_asks_one_by_one_and_stops_when_told(
    muster: Run, haiti: Path, report: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    muster("add", "d", report, "--published", "2024-06-24")
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nq\n"))
    code, out, _ = muster("review", "d", "--by", "A. Reader")
    assert (code, out.endswith("1 decided, 3 still proposed\n")) == (0, True)


def test_disagreements_are_listed_with_their_records(muster: Run, haiti: Path) -> None:
    found = json.loads(muster("ledger", "d", "--disagreements", "--format", "json")[1])
    assert len(found) > 36
    for entry in found:
        assert list(entry) == ["kind", "sentence", "records", "settles", "reading", "why"]
        assert len(entry["records"]) >= 2
        assert entry["reading"] in entry["records"]
        assert all(name in entry["sentence"] for name in entry["records"])
    assert "more were marked by hand" in muster("ledger", "d", "--disagreements")[1]
    assert muster("ledger", "d", "--disagreements", "--format", "csv")[1].startswith(
        "kind,sentence,records,settles,reading,why\n"
    )


def test_a_panel_is_printed_as_a_table_of_places_and_periods(muster: Run, haiti: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(muster("panel", "d", "killed")[1])))
    assert [row["value"] for row in rows if row["period_start"] == "2024-07-01"] == ["1223"]
    assert len(list(csv.DictReader(io.StringIO(muster("panel", "d", "killed", "--as-of", "2024-06-30")[1])))) < len(rows)


def test_verify_tells_an_edited_line_and_repair_a_cut_one(muster: Run, haiti: Path) -> None:
    assert muster("ledger", "d", "--verify")[0] == 0
    path = haiti / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    code, out, _ = muster("ledger", "d", "--verify")
    assert (code, "the file ends too early, at line 272" in out, "lines 1 to 270" in out) == (1, True, True)
    assert muster("brief", "d", "--quiet")[0] == 0
    assert muster("ledger", "d", "--repair")[0] == 0
    path.write_bytes(path.read_bytes().replace(b"Kenya", b"Kenia", 1))
    code, _, err = muster("brief", "d")
    assert (code, "was edited" in err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["brief", "nowhere"], "no such folder"),
        (["brief", "empty"], "the folder is empty"),
        (["new", "full"], "not empty"),
        (["read", "nowhere.txt"], "No such file"),
        (["read", "empty.txt"], "no text in it"),
        (["read", "big.txt"], "at most 20 MB"),
        (["read", "image.txt"], "binary"),
        (["read", "report.txt", "--published", "2024-13-45"], "2024-13-45"),
        (["panel", "d", "happiness"], "killed, injured"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_one(
    muster: Run, haiti: Path, report: str, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "image.txt").write_bytes(bytes(range(256)) * 40)
    with (tmp_path / "big.txt").open("wb") as big:
        big.truncate(50_000_000)
    code, out, err = muster(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("muster: ")
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["brief"], ["nonsense"], ["ledger", "d", "--as-of", "2024-13-45"], ["read", "x", "--format", "xml"]]
)
def test_a_command_that_is_not_understood_ends_with_two(muster: Run, arguments: list[str]) -> None:
    assert muster(*arguments)[0] == 2


def test_another_language_is_said_to_be_unread(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "fr.txt").write_text(
        "Le Kenya a envoyé 200 policiers en Haïti lundi, a dit le ministre à la presse.", encoding="utf-8"
    )
    code, out, err = muster("read", "fr.txt", "--published", "2024-06-24", "--format", "jsonl")
    assert (code, out) == (0, "")
    assert "French" in err


def test_help_starts_no_stage() -> None:
    script = "import sys; from muster.cli import app; import muster; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ}
    ).stdout
    assert not {"ibis", "duckdb", "numpy", "pyarrow", "jinja2", "vl_convert", "muster.run"} & set(loaded.split())


def test_a_broken_pipe_is_not_a_traceback(haiti: Path) -> None:
    command = f"{sys.executable} -c 'from muster.cli import main; main()' ledger {haiti} --format json | head -c 10"
    assert subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False).stderr == ""


def test_an_import_lists_every_bad_row_and_takes_none_of_the_file(muster: Run, haiti: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "record_id,actor,kind,stage,note\x1b\nX1,Chad,personnel,pledged,\nX2,Ch\x1b[1mad,police,,\n", encoding="utf-8"
    )
    code, out, err = muster("ledger", str(haiti), "--import", str(table))
    assert (code, out) == (1, "")
    assert "2 fault(s)" in err
    assert "1 bad row(s), nothing imported" in err
    code, out, err = muster("ledger", str(haiti), "--import", str(table), "--partial", "--as", "proposed")
    assert (code, out) == (0, f"{table}: 1 record(s) added, 1 bad row(s) left out\n")
    assert '"police"' in err
    assert "1 proposed await" in muster("ledger", str(haiti))[1]


def test_no_control_character_of_a_record_reaches_the_terminal(muster: Run, haiti: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("record_id,actor,kind,stage\nX1,Ch\x1b[1mad,personnel,pledged\n", encoding="utf-8")
    muster("ledger", str(haiti), "--import", str(table))
    for style in ("table", "csv", "json"):
        code, out, _ = muster("ledger", str(haiti), "--format", style)
        assert code == 0
        assert "\x1b" not in out


@pytest.mark.parametrize("style", ["csv", "json", "xlsx", "iati", "fts", "dictionary"])
def test_every_format_is_written_to_a_file_twice_the_same(muster: Run, haiti: Path, tmp_path: Path, style: str) -> None:
    for name in ("one", "two"):
        assert muster("ledger", str(haiti), "--format", style, "--as-of", "2024-12-31", "--out", str(tmp_path / name))[0] == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_workbook_needs_a_file_to_go_to(muster: Run, haiti: Path) -> None:
    code, out, err = muster("ledger", str(haiti), "--format", "xlsx")
    assert (code, out) == (1, "")
    assert "add --out FILE.xlsx" in err


def test_a_workbook_tells_what_the_rules_find_and_comes_back_without_loss(muster: Run, haiti: Path, tmp_path: Path) -> None:
    lines = len((haiti / "ledger.jsonl").read_text(encoding="utf-8").splitlines())
    assert muster("ledger", "d", "--format", "xlsx", "--out", "all.xlsx")[0] == 0
    assert muster("new", "e")[0] == 0
    assert f"{lines} record(s) added" in muster("ledger", "e", "--import", "all.xlsx")[1]
    found = [muster("ledger", name, "--disagreements", "--format", "json")[1] for name in ("d", "e")]
    assert found[0] == found[1]
    assert (tmp_path / "all.xlsx").stat().st_size > 0
