"""`muster review` as a reviewer meets it: the walk through a pipe and on a terminal, files, conflicts, refusals."""

import csv
import errno
import io
import os
import pty
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

import muster
from muster.cli import main
from muster.cli.walk import KEYS
from muster.dossier import create, store_report
from muster.ledger import Choice, Ledger, Reviewer, decide, known, store, waiting
from muster.read import load_report
from muster.records import Citation, Commitment, Decision, Statement

Run = Callable[..., tuple[int, str, str]]
TEXT = (
    "Opening words.\n\nKenya sent 200 police officers on Tuesday, [bold]said[/bold] \x1b[31mJ. Koome\x1b[0m.\n"
    "Canada pledged $5 million. It is all true, he said.\n"
)
SOURCE = str(Path(muster.__path__[0]).parent)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dossier with two commitments and a statement that await review, and one accepted commitment."""
    dossier = create(tmp_path / "d")
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    loaded = load_report(tmp_path / "report.txt", published="2024-06-25")
    report = replace(loaded.report, outlet="The \x07Paper")
    store_report(dossier, report, loaded.data)

    def cited(quote: str) -> Citation:
        start = TEXT.index(quote)
        return Citation(report=report.id, start=start, end=start + len(quote), quote=quote, published="2024-06-25")

    police = Commitment(
        id="c1",
        actor="Kenya",
        kind="personnel",
        stage="deployed",
        citation=cited("sent 200 police officers"),
        amount_low=200.0,
        amount_high=200.0,
        unit="police",
        scope="MSS",
        date_to=date(2024, 6, 25),
    )
    money = replace(
        police, id="c2", actor="Canada", kind="funds", stage="pledged", unit=None, currency="USD", citation=cited("$5 million")
    )
    said = Statement(
        id="s1", speakers=("J. \x1b[5mKoome",), verb="said", content="It is all true", citation=cited("It is all true")
    )
    ledger = Ledger(dossier.ledger_path)
    ledger.append([report, police, money, said])
    ledger.append([replace(police, id="old", amount_low=400.0, amount_high=400.0)], "accepted")
    return tmp_path / "d"


@pytest.fixture
def review(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `muster review` on the dossier with these options and answers; gives exit code, stdout and stderr."""
    monkeypatch.chdir(folder.parent)

    def run(*options: str, answers: str | Iterator[str] = "", by: str = "A. Reader") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["muster", "review", "d", "--by", by, *options])
        monkeypatch.setattr("builtins.input", typed(iter(answers.splitlines()) if isinstance(answers, str) else answers))
        with pytest.raises(SystemExit) as stop:
            main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


def typed(lines: Iterator[str]) -> Callable[[str], str]:
    def answer(prompt: str) -> str:
        sys.stdout.write(prompt)
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    return answer


def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.jsonl")


def decisions(folder: Path) -> list[tuple[str, str]]:
    made = [entry.record for entry in ledger(folder).entries()]
    return [(decision.record, decision.decision) for decision in made if isinstance(decision, Decision)]


# ---- the walk


def test_the_card_shows_the_words_the_source_the_fields_and_what_is_accepted_already(review: Run) -> None:
    code, out, err = review()
    assert (code, err) == (0, "")
    for words in (
        "1 of 3  c1",
        "report.txt, The �Paper, published 2024-06-25",
        "Kenya [sent 200 police officers] on Tuesday, [bold]said[/bold] �[31mJ. Koome�[0m.",
        "actor   Kenya",
        "amount  200 police",
        "when    by 25 June 2024",
        "old  400 police, by 25 June 2024, published 2024-06-25  other amount",
    ):
        assert words in out
    assert "Opening words" not in out
    assert "\x1b" not in out
    assert out.endswith("0 decided, 3 still proposed\n")


def test_a_walk_decides_skips_takes_notes_and_ends(review: Run, folder: Path) -> None:
    code, out, _ = review(answers="s\nr not him\nn\nseen there\nACCEPT\na\n")
    assert (code, out.splitlines()[-1]) == (0, "1 rejected, 2 accepted by A. Reader; 3 decided, 0 still proposed")
    assert decisions(folder) == [("c2", "rejected"), ("s1", "accepted"), ("c1", "accepted")]
    assert "1 of 3 (skipped before)  c1" in out
    notes = [entry.record.note for entry in ledger(folder).entries() if isinstance(entry.record, Decision)]
    assert notes == ["not him", "seen there", ""]


def test_the_next_walk_starts_with_what_is_still_proposed(review: Run, folder: Path) -> None:
    assert review(answers="a\nq\n")[1].endswith("1 accepted by A. Reader; 1 decided, 2 still proposed\n")
    out = review(answers="s\ns\ns\ns\na\n")[1]
    assert "1 of 2  c2" in out
    assert out.endswith("0 decided, 2 still proposed\n")  # skipped twice is let go
    assert decisions(folder) == [("c1", "accepted")]


def test_undo_takes_back_the_last_decision_of_the_walk_with_a_new_line(review: Run, folder: Path) -> None:
    out = review(answers="u\na\nr\nu\nu\nr\n")[1]
    assert "Nothing was decided in this walk yet." in out
    assert decisions(folder) == [("c1", "accepted"), ("c2", "rejected"), ("c2", "undone"), ("c1", "undone"), ("c1", "rejected")]
    assert [record.id for record in waiting(ledger(folder).entries())] == ["c2", "s1"]
    assert out.endswith("1 rejected by A. Reader; 1 decided, 2 still proposed\n")


def test_a_correction_is_checked_field_by_field_and_written_once_confirmed(review: Run, folder: Path) -> None:
    fields = ["", "", "arrived", "deploying", "1,000", "900", "", "", "", "", "31/02/2024", "-", "", "-", "list; doubtful"]
    once_more = [*[""] * 4, "1500", *[""] * 8]
    answers = ["c", *fields, *once_more, "e", *[""] * 13, "n", "c", "!", "c", *[""] * 13, *["c", *fields], *once_more, "yes"]
    out = review(answers=iter(answers))[1]
    assert "expected one of approved, declined, deployed, deploying" in out
    assert "'31/02/2024'; expected a day of the calendar" in out
    assert "amount_low 1000 is above amount_high 900; once more, please" in out
    assert "amount_high [900] > " in out  # what was typed is the next default
    assert "Nothing was changed." in out
    assert "  stage deployed -> deploying" in out
    assert decisions(folder) == [("c1", "corrected")]
    (fixed,) = [record for record in known(ledger(folder).entries()).accepted if record.id == "c1"]
    assert (fixed.stage, fixed.amount_low, fixed.amount_high, fixed.flags) == ("deploying", 1000, 1500, ("list", "doubtful"))
    assert fixed.date_to == date(2024, 6, 25)


def test_answers_that_end_within_a_correction_write_nothing(review: Run, folder: Path) -> None:
    code, out, _ = review(answers="c\nBenin\n")
    assert (code, decisions(folder)) == (0, [])
    assert out.endswith("0 decided, 3 still proposed\n")


def test_what_is_typed_is_kept_without_control_characters(review: Run, folder: Path) -> None:
    review(answers="a see\x1b[D p.\t3\n", by="A.\x07 Reader")
    (made,) = [entry.record for entry in ledger(folder).entries() if isinstance(entry.record, Decision)]
    assert (made.by, made.note) == ("A.� Reader", "see�[D p. 3")


def test_a_word_that_is_no_key_decides_nothing_and_help_lists_the_keys(review: Run, folder: Path) -> None:
    out = review(answers="\nyes\nx\n?\n")[1]
    assert out.count("One of a, r, c, s, u, n, q; ? explains them.") == 3
    assert "u  undo     take back the last decision of this walk" in out
    assert decisions(folder) == []


def test_a_record_that_somebody_decides_while_it_is_shown_is_told(review: Run, folder: Path) -> None:
    other = Reviewer("B. Reader", date(2024, 7, 1))

    def answers() -> Iterator[str]:
        decide(ledger(folder), [Choice("c1", "rejected"), Choice("c2", "accepted")], other)
        yield "a"
        yield "a"

    code, out, _ = review(answers=answers())
    assert code == 0
    assert "c1 was rejected by B. Reader on 2024-07-01 meanwhile; your decision was not added" in out
    assert "c2 was accepted by B. Reader on 2024-07-01 meanwhile" in out
    assert decisions(folder) == [("c1", "rejected"), ("c2", "accepted"), ("s1", "accepted")]


def test_undo_leaves_what_somebody_else_undid_and_decided_anew(review: Run, folder: Path) -> None:
    other = Reviewer("B. Reader", date(2024, 7, 1))

    def answers() -> Iterator[str]:
        yield "a"
        store_ = ledger(folder)
        from muster.ledger import undo

        undo(store_, ["c1"], other)
        decide(store_, [Choice("c1", "rejected")], other)
        yield "u"

    out = review(answers=answers())[1]
    assert "c1 was decided or undone by somebody else since, and is left as it is" in out
    assert decisions(folder)[-1] == ("c1", "rejected")


def test_bytes_that_are_no_text_and_a_terminal_without_unicode_end_no_review(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from muster.cli import main; main()", "review", str(folder), "--by", "A. Reader"],
        input=b"\xff\xfe\na \xff\n",
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCE, "PYTHONIOENCODING": "ascii"},
    )
    assert done.stderr == b""
    assert b"?[31mJ. Koome?[0m" in done.stdout
    assert decisions(folder) == [("c1", "accepted")]


# ---- options and files


def test_options_decide_at_once_with_note_and_take_back(review: Run, folder: Path) -> None:
    assert review("--accept", "c1", "--reject", "s1", "--note", "by  hand")[1] == "1 accepted, 1 rejected by A. Reader\n"
    assert review("--undo", "c1")[1] == "undone: c1 by A. Reader\n"
    assert review("--prefer", "c1", "--note", "their own")[1] == "preferred: c1 by A. Reader\n"
    assert [found.note for found in known(ledger(folder).entries()).preferences] == ["their own"]
    assert review("--no-preference", "c1")[1] == "no longer preferred: c1 by A. Reader\n"
    assert decisions(folder) == [("c1", "accepted"), ("s1", "rejected"), ("c1", "undone")]
    notes = [entry.record.note for entry in ledger(folder).entries() if isinstance(entry.record, Decision)]
    assert notes == ["by hand", "by hand", ""]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--accept", "c1", "--reject", "c9"], "no record 'c9' awaits review"),
        (["--accept", "c1", "--reject", "c1"], "'c1' is decided twice"),
        (["--undo", "c1"], "no decision on 'c1' stands"),
        (["--prefer", "c9"], "no record 'c9' to prefer"),
        (["--no-preference", "c1"], "no preference for 'c1'"),
        (["--import", "nowhere.csv"], "nowhere.csv: No such file"),
        (["--export", "no/such/r.csv"], "no/such/r.csv: cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(review: Run, folder: Path, options: list[str], told: str) -> None:
    before = (folder / "ledger.jsonl").read_bytes()
    code, out, err = review(*options)
    assert (code, out, told in err, len(err.splitlines())) == (1, "", True, 1)
    assert (folder / "ledger.jsonl").read_bytes() == before


def test_two_ways_of_deciding_at_once_are_a_usage_fault(review: Run) -> None:
    assert review("--accept", "c1", "--export", "r.csv")[0] == 2


def fill(path: Path, **changes: dict[str, str]) -> None:
    """Fill in an exported file, row by record id."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0])[::-1], delimiter=";")
        writer.writeheader()
        writer.writerows(row | changes.get(row["record_id"], {}) for row in rows[::-1])


def test_a_file_goes_out_and_comes_back(review: Run, folder: Path) -> None:
    assert review("--export", "r.csv")[1].startswith("r.csv: 3 records await review")
    path = folder.parent / "r.csv"
    assert "Kenya sent 200 police officers on Tuesday" in path.read_text(encoding="utf-8-sig")
    fill(path, c1={"decision": "Accept", "amount_high": "250"}, c2={"decision": "reject", "note": "why"})
    code, out, err = review("--import", "r.csv", "--note", "on paper")
    assert (code, out) == (0, "1 corrected, 1 rejected by A. Reader; 0 had been so decided before, 0 otherwise\n")
    assert err == "warning: r.csv, row 4: c1 is accepted with changes, which is a correction: amount_high 200 -> 250\n"
    notes = {entry.record.record: entry.record.note for entry in ledger(folder).entries() if isinstance(entry.record, Decision)}
    assert notes == {"c1": "on paper", "c2": "why"}
    before = (folder / "ledger.jsonl").read_bytes()
    assert review("--import", "r.csv")[1] == "nothing new by A. Reader; 2 had been so decided before, 0 otherwise\n"
    assert (folder / "ledger.jsonl").read_bytes() == before
    review("--undo", "c2", by="B. Reader")
    review("--accept", "c2", by="B. Reader")
    code, out, err = review("--import", "r.csv")
    assert (code, out) == (0, "nothing new by A. Reader; 1 had been so decided before, 1 otherwise\n")
    assert "c2 was accepted by B. Reader on" in err
    assert "what the file says of it was not added" in err


def test_a_file_with_faults_names_all_of_them_and_adds_nothing(review: Run, folder: Path) -> None:
    review("--export", "r.csv")
    fill(
        folder.parent / "r.csv",
        c1={"decision": "accept", "amount_low": "1,000", "date_to": "05/06/2024"},
        c2={"decision": "perhaps\x1b[2J"},
        s1={"decision": "accept"},
    )
    code, out, err = review("--import", "r.csv")
    assert (code, out, "\x1b" in err) == (1, "", False)
    assert [line.partition(": ")[2].partition(": ")[0] for line in err.splitlines()] == [
        "r.csv, row 3, column decision",
        "r.csv, row 4, column amount_low",
        "r.csv, row 4, column date_to",
        "r.csv",
    ]
    assert decisions(folder) == []


# ---- what the documentation says

GUIDE = (Path(__file__).parents[1] / "docs" / "review.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^muster review d (--.*)$", "\n".join(re.findall(r"```\n(.*?)```", GUIDE, flags=re.S)), flags=re.M)


def test_the_commands_of_the_documentation_run_in_their_order(review: Run, folder: Path) -> None:
    names = iter(["c1", "c2", "s1", "c1", "c1", "c1"])
    for command in COMMANDS:
        options = [next(names) if word == "ID" else word for word in shlex.split(command, comments=True)]
        code, _, err = review(*options)
        assert (code, err) == (0, ""), command
    assert next(names, None) is None
    assert decisions(folder) == [("c1", "accepted"), ("c2", "accepted"), ("s1", "rejected"), ("c1", "undone")]


def test_the_documentation_explains_every_key() -> None:
    explained = re.findall(r"`(.)`", "".join(re.findall(r"^\| (`.*?) \|", GUIDE, flags=re.M)))
    assert sorted([*explained, "?"]) == sorted(KEYS)


# ---- refusals of the system


@pytest.mark.parametrize("way", [["--accept", "c1"], ["--import", "r.csv"], []])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_or_read_only_disk_is_one_clear_line(
    review: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, way: list[str], number: int
) -> None:
    review("--export", "r.csv")
    fill(folder.parent / "r.csv", c1={"decision": "accept"})

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        code, _, err = review(*way, answers="a\na\n")
    assert (code, len(err.splitlines())) == (1, 1)
    assert f"cannot be written: {os.strerror(number)}; nothing was added" in err
    assert decisions(folder) == []
    assert review("--accept", "c1")[0] == 0
    assert store.Ledger(folder / "ledger.jsonl").verify().ok


def test_a_report_that_is_gone_leaves_the_quote_and_a_word_of_it(review: Run, folder: Path) -> None:
    for path in (folder / "reports").iterdir():
        path.unlink()
    out = review()[1]
    assert "the stored quote only: the report is not in reports/" in out
    assert "[sent 200 police officers]" in out


# ---- a terminal


def on_a_terminal(folder: Path, answers: list[str], columns: int, **environment: str) -> str:
    """What a terminal of this width gets to show, answering at each prompt."""
    child, terminal = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLORTERM"}}
    process = subprocess.Popen(
        [sys.executable, "-c", "from muster.cli import main; main()", "review", str(folder), "--by", "A. Reader"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**kept, "PYTHONPATH": SOURCE, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment},
    )
    os.close(terminal)
    shown, waiting_for = "", list(answers)
    while process.poll() is None or select.select([child], [], [], 0)[0]:
        if not select.select([child], [], [], 60)[0]:
            process.kill()
            break
        try:
            data = os.read(child, 65536)
        except OSError:  # the other end is closed
            break
        shown += data.decode("utf-8", "replace")
        if shown.endswith("> ") and waiting_for:
            os.write(child, f"{waiting_for.pop(0)}\n".encode())
    os.close(child)
    assert process.wait() == 0
    return shown


def test_on_a_terminal_the_span_is_lit_and_nothing_of_the_report_steers_it(folder: Path) -> None:
    shown = on_a_terminal(folder, ["a", "q"], 80)
    assert "\x1b[1;7msent 200 police officers\x1b[0m" in shown
    assert "�[31mJ. Koome�[0m" in shown
    assert "\x1b[31m" not in shown
    assert "\x07" not in shown
    assert decisions(folder) == [("c1", "accepted")]


@pytest.mark.parametrize("columns", [80, 40])
def test_without_colour_the_span_stands_in_brackets_and_lines_fit(folder: Path, columns: int) -> None:
    shown = on_a_terminal(folder, ["s", "s", "u", "q"], columns, NO_COLOR="1")
    plain_text = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "[sent 200 police officers]" in " ".join(plain_text.split())
    assert max(map(len, plain_text.splitlines())) <= columns
    assert decisions(folder) == []


def test_a_terminal_that_is_closed_loses_nothing(folder: Path) -> None:
    shown = on_a_terminal(folder, ["a", "\x04"], 80)
    assert "1 accepted by A. Reader; 1 decided, 2 still proposed" in shown
    assert decisions(folder) == [("c1", "accepted")]
