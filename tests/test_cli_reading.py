"""`muster read` and `muster add` on many reports of all kinds: order, faults, streams, and the passage in review."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muster.errors import MusterError, ReportError
from muster.ledger import Ledger
from muster.ledger.passages import Reports
from muster.read.many import Given, Refused, Taken, read_many, reports_in
from muster.records import Commitment
from test_read_pages import page

Run = Callable[..., tuple[int, str, str]]
SENT = "Kenya has sent {} police officers to Haiti."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five reports in a folder, one of them bad, and a file that is none."""
    inside = tmp_path / "in" / "deeper"
    inside.mkdir(parents=True)
    for number in (3, 1, 2):
        (tmp_path / "in" / f"{number}.txt").write_text(SENT.format(number * 100), encoding="utf-8")
    (inside / "4.html").write_bytes(
        page(f"<p>{SENT.format(400)}</p>", '<meta property="article:published_time" content="2024-06-24">')
    )
    (inside / "5.pdf").write_bytes(b"%PDF-1.4 and no more")
    (inside / "notes.docx").touch()
    return tmp_path / "in"


def amounts(lines: str) -> list[float]:
    return [json.loads(line)["amount_low"] for line in lines.splitlines()]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reports_come_in_order_and_a_bad_one_is_told_of_at_the_end(muster: Run, folder: Path, workers: str) -> None:
    code, out, err = muster("read", "in", "--format", "jsonl", "--workers", workers, "--published", "2024-06-24")
    assert (code, amounts(out)) == (1, [100, 200, 300, 400])
    assert err.splitlines()[0].startswith("muster: in/deeper/5.pdf: broken")
    assert err.splitlines()[-1] == "muster: 1 of 5 report(s) were not taken"


def test_the_same_files_give_the_same_bytes_with_any_number_of_workers(muster: Run, folder: Path) -> None:
    assert muster("read", "in", "--format", "csv")[1] == muster("read", "in", "--format", "csv", "--workers", "2")[1]


def test_a_csv_file_is_written_whole_though_a_report_was_bad(muster: Run, folder: Path, tmp_path: Path) -> None:
    assert muster("read", "in", "--format", "csv", "--out", "all.csv")[0] == 1
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbfactor,kind")
    assert len((tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()) == 5


def test_the_same_warning_is_printed_three_times_and_then_counted(muster: Run, tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text(SENT.format(100 + number), encoding="utf-8")
    code, _, err = muster("read", ".")
    assert (code, err.count("no full publication date")) == (0, 4)
    assert err.splitlines()[-1].startswith("warning: 5 more report(s): no full publication date")


@pytest.mark.parametrize(
    ("data", "name"), [(SENT.format(100).encode(), "stdin.txt"), (page(f"<p>{SENT.format(100)}</p>"), "stdin.html")]
)
def test_a_report_may_come_from_standard_input(muster: Run, monkeypatch: pytest.MonkeyPatch, data: bytes, name: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, _ = muster("read", "-", "--format", "jsonl", "--published", "2024-06-24")
    assert (code, json.loads(out)["source"]) == (0, name)


def test_a_folder_without_reports_is_said_to_hold_none(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, out, err = muster("read", "empty")
    assert (code, out) == (1, "")
    assert "this is a folder; expected a report file, or a folder with some in it" in err


def test_a_bad_date_is_told_once_however_many_reports(muster: Run, folder: Path) -> None:
    code, out, err = muster("read", "in", "--published", "June")
    assert (code, out, len(err.splitlines())) == (1, "", 1)


def test_a_person_at_a_terminal_is_asked_once_when_a_single_report_was_published(
    muster: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("24 June\n2024-06-24\n"))
    monkeypatch.setattr("muster.cli.taking.sys.stderr.isatty", lambda: True, raising=False)
    code, _, err = muster("read", "in/1.txt")
    assert code == 0
    assert err.count("When was 1.txt published?") == 2
    assert "no full publication date" not in err
    assert "When was" not in muster("read", "in/deeper/4.html")[2]  # the page states it
    assert "When was" not in muster("read", "in/1.txt", "in/2.txt")[2]


def test_nobody_is_asked_in_a_pipe(muster: Run, folder: Path) -> None:
    assert "When was" not in muster("read", "in/1.txt")[2]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reports_are_added_in_order_and_a_page_is_kept_as_received(
    muster: Run, folder: Path, tmp_path: Path, workers: str
) -> None:
    muster("new", "d")
    code, out, err = muster("add", "d", "in", "--workers", workers)
    assert (code, [line.split(":")[0] for line in out.splitlines()]) == (
        1,
        ["in/1.txt", "in/2.txt", "in/3.txt", "in/deeper/4.html"],
    )
    assert "1 of 5 report(s) were not taken" in err
    entries = Ledger(tmp_path / "d" / "ledger.jsonl").entries()
    (record,) = [each.record for each in entries if isinstance(each.record, Commitment) and each.record.amount_low == 400]
    stored = tmp_path / "d" / "reports" / f"{record.citation.report}-4.html"
    assert stored.read_bytes() == (folder / "deeper" / "4.html").read_bytes()
    passage = Reports(tmp_path / "d" / "reports", entries).passage(record.citation)
    assert (passage.trouble, passage.whole) == ("", SENT.format(400))
    assert record.citation.published == "2024-06-24"
    assert muster("review", "d", "--accept", record.id, "--by", "A. Reader")[0] == 0
    assert muster("brief", "d")[0] == 0
    assert str(record.citation.quote) in (tmp_path / "d" / "brief" / "index.html").read_text(encoding="utf-8")


def test_a_text_is_read_without_the_heavy_parsers(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from muster.read.many import read_many;"
        f"list(read_many([Path({str(folder / '1.txt')!r})]));"
        "print([name for name in ('trafilatura', 'pypdf', 'lxml', 'joblib') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_outcomes_come_as_they_are_asked_for(folder: Path) -> None:
    asked: list[Path] = []

    def paths() -> Iterator[Path]:
        for path in reports_in([folder]):
            asked.append(path)
            yield path

    outcomes = read_many(paths(), Given(published="2024-06-24"))
    first = next(outcomes)
    assert isinstance(first, Taken)
    assert (first.loaded.data, first.loaded.text, len(asked)) == (b"", "", 1)
    assert [type(outcome) for outcome in outcomes] == [Taken, Taken, Taken, Refused]


def test_an_error_comes_whole_from_another_process(folder: Path) -> None:
    *_, last = read_many(reports_in([folder]), workers=2)
    assert isinstance(last, Refused)
    assert isinstance(last.error, ReportError)
    assert isinstance(last.error, MusterError)
    assert last.error.where == "5.pdf"
    assert last.error.do == "save its text as .txt"


def test_a_reader_that_has_enough_is_left_in_peace(folder: Path, recwarn: pytest.WarningsRecorder) -> None:
    outcomes = read_many([folder / "1.txt"] * 40, workers=2)
    assert isinstance(next(outcomes), Taken)
    del outcomes
    assert [str(each.message) for each in recwarn if each.category is UserWarning] == []


def test_a_report_that_the_ledger_has_under_another_name_stops_no_other(muster: Run, folder: Path) -> None:
    muster("new", "d")
    (folder / "2.txt").write_bytes((folder / "1.txt").read_bytes())
    code, out, err = muster("add", "d", "in/1.txt", "in/2.txt", "in/3.txt")
    assert (code, [line.split(":")[0] for line in out.splitlines()]) == (1, ["in/1.txt", "in/3.txt"])
    assert "muster: in/2.txt: d/ledger.jsonl, record" in err


def test_flags_stand_beside_what_is_proposed(muster: Run, tmp_path: Path) -> None:
    told = "Kenya has reportedly sent 400 officers to Haiti. Kenya and Canada would send troops if the UN asks."
    (tmp_path / "r.txt").write_text(told, encoding="utf-8")
    (tmp_path / "plain.txt").write_text(SENT.format(400), encoding="utf-8")
    flags = [json.loads(line)["flags"] for line in muster("read", "r.txt", "--format", "jsonl")[1].splitlines()]
    assert flags == [["hearsay"], ["list", "conditional"], ["list", "conditional"]]
    rows = muster("read", "r.txt", "--format", "csv")[1].splitlines()
    assert [row.split(",")[12] for row in rows] == ["flags", "hearsay", "list conditional", "list conditional"]
    assert "hearsay" in muster("read", "r.txt")[1]
    assert "flags" not in muster("read", "plain.txt")[1].splitlines()[0]
