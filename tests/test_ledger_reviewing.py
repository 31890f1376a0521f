"""Decisions and preferences as new lines of a ledger, checked against the ledger as it is."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from muster.errors import LedgerError
from muster.ledger import Choice, Ledger, Reviewer, decide, known, prefer, undo, waiting
from muster.ledger.reviewing import meets
from muster.records import Citation, Commitment, Decision, Report, Stage, Statement

READER = Reviewer("A. Reader", date(2024, 7, 1))
OTHER = Reviewer("B. Reader", date(2024, 6, 1))


def commitment(
    name: str, amount: float = 200.0, *, report: str = "", start: int = 0, stage: Stage = "deployed", on: date | None = None
) -> Commitment:
    return Commitment(
        id=name,
        actor="Kenya",
        kind="personnel",
        stage=stage,
        citation=Citation(report=report or None, start=start, end=start),
        amount_low=amount,
        amount_high=amount,
        date_to=on,
    )


def statement(name: str, words: str = "they land", report: str = "", start: int = 0) -> Statement:
    cited = Citation(report=report or None, start=start, end=start)
    return Statement(id=name, speakers=("W. Ruto", "M. Miller"), verb="said", content=words, citation=cited)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "ledger.jsonl")
    made.append([commitment("F1"), commitment("F2")])
    return made


def lines(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    made = [entry.record for entry in ledger.entries() if isinstance(entry.record, Decision)]
    return [(decision.id, decision.record, decision.decision, decision.by) for decision in made]


def test_what_awaits_review_comes_report_by_report_along_its_text(ledger: Ledger) -> None:
    first, second = Report(id="bbbb", file="b.txt"), Report(id="aaaa", file="a.txt")
    ledger.append([first, commitment("b1", report="bbbb", start=90), statement("b2", report="bbbb", start=10)])
    ledger.append([second, commitment("a1", report="aaaa", start=5)])
    ledger.append([commitment("old")], "accepted")
    decide(ledger, [Choice("F2", "rejected")], READER)
    assert [record.id for record in waiting(ledger.entries())] == ["F1", "b2", "b1", "a1"]


def test_a_proposal_meets_what_was_accepted_on_the_same_nearest_first(ledger: Ledger) -> None:
    near, far, same = (
        commitment("near", 300, on=date(2024, 6, 26)),
        commitment("far", 300, on=date(2025, 6, 26)),
        commitment("same", 400, on=date(2025, 6, 26)),
    )
    ledger.append(
        [far, near, same, commitment("pledge", 400, stage="pledged"), statement("S1"), statement("S2", "no")], "accepted"
    )
    new = commitment("new", 400, on=date(2024, 6, 25))
    assert [record.id for record in meets(new, ledger.entries())] == ["same", "near", "far"]
    said = replace(statement("S3", "No"), speakers=("m. miller", "W. Ruto"))
    assert [record.id for record in meets(said, ledger.entries())] == ["S2", "S1"]
    assert meets(near, ledger.entries()) == (far, same)


def test_a_decision_says_who_when_and_why(ledger: Ledger) -> None:
    fixed = commitment("F2", 400)
    made, late = decide(ledger, [Choice("F1", "accepted", note="seen"), Choice("F2", "corrected", fixed)], READER)
    assert late == ()
    assert [(decision.id, decision.by, decision.on, decision.note) for decision in made] == [
        ("D00003", "A. Reader", date(2024, 7, 1), "seen"),
        ("D00004", "A. Reader", date(2024, 7, 1), ""),
    ]
    assert known(ledger.entries()).accepted == (commitment("F1"), fixed)


def test_the_second_to_decide_is_told_and_overwrites_nothing(ledger: Ledger) -> None:
    decide(ledger, [Choice("F1", "accepted")], READER)
    made, late = decide(ledger, [Choice("F1", "rejected"), Choice("F2", "rejected"), Choice("F9", "accepted")], OTHER)
    assert [decision.record for decision in made] == ["F2"]
    assert [str(taken) for taken in late] == [
        "F1 was accepted by A. Reader on 2024-07-01",
        "no record 'F9' awaits review",
    ]
    assert [record.id for record in known(ledger.entries()).accepted] == ["F1"]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ([Choice("F2", "accepted"), Choice("F1", "rejected")], "F1 was accepted by A. Reader on 2024-07-01"),
        ([Choice("F2", "accepted"), Choice("F9", "rejected")], "no record 'F9' awaits review"),
        ([Choice("F2", "accepted"), Choice("F2", "rejected")], "'F2' is decided twice"),
    ],
)
def test_strictly_all_choices_are_added_or_none(ledger: Ledger, choices: list[Choice], told: str) -> None:
    decide(ledger, [Choice("F1", "accepted")], READER)
    with pytest.raises(LedgerError, match=told):
        decide(ledger, choices, OTHER, strict=True)
    assert len(lines(ledger)) == 1


def test_undoing_is_a_line_that_gives_the_record_back(ledger: Ledger) -> None:
    decide(ledger, [Choice("F1", "accepted"), Choice("F2", "rejected")], READER)
    undo(ledger, ["F1", "F1"], OTHER, note="misread")
    assert [record.id for record in waiting(ledger.entries())] == ["F1"]
    decide(ledger, [Choice("F1", "rejected")], OTHER)
    assert lines(ledger) == [
        ("D00003", "F1", "accepted", "A. Reader"),
        ("D00004", "F2", "rejected", "A. Reader"),
        ("D00005", "F1", "undone", "B. Reader"),
        ("D00006", "F1", "rejected", "B. Reader"),
    ]
    with pytest.raises(LedgerError, match=r"F1 was rejected by B\. Reader since; left as it is"):
        undo(ledger, ["F1"], READER, only="D00003")
    with pytest.raises(LedgerError, match="no decision on 'F9' stands"):
        undo(ledger, ["F1", "F9"], READER)
    assert len(lines(ledger)) == 4


def test_a_preference_is_a_line_and_taking_it_back_another(ledger: Ledger) -> None:
    prefer(ledger, ["F1", "F1"], READER, note="their own count")
    assert [(found.id, found.note) for found in known(ledger.entries()).preferences] == [("P00003", "their own count")]
    prefer(ledger, ["F1"], READER, stands=False)
    assert known(ledger.entries()).preferences == ()
    assert len(ledger.entries()) == 4


def test_only_a_record_that_is_there_can_be_preferred_and_only_what_stands_taken_back(ledger: Ledger) -> None:
    ledger.append([Decision(id="D1", record="F2", decision="rejected", by="a", on=READER.today)])
    for name in ("F7", "F2", "D1"):
        with pytest.raises(LedgerError, match=f"no record '{name}' to prefer"):
            prefer(ledger, ["F1", name], READER)
    with pytest.raises(LedgerError, match="no preference for 'F1'; expected none: no preference stands"):
        prefer(ledger, ["F1"], READER, stands=False)
    assert len(ledger.entries()) == 3


def test_an_id_that_is_taken_is_passed_over(ledger: Ledger) -> None:
    ledger.append([commitment("P00004"), commitment("D00005")])
    assert [made.id for made in prefer(ledger, ["F1", "F2"], READER)] == ["P00005", "P00006"]
    assert decide(ledger, [Choice("F1", "accepted")], READER)[0][0].id == "D00007"


DECIDER = """
import sys
from datetime import date
from pathlib import Path
from muster.ledger import Choice, Ledger, Reviewer, decide

store, who = Ledger(Path(sys.argv[1])), Reviewer(sys.argv[2], date(2024, 7, 1))
for name in sys.argv[3].split(","):
    made, late = decide(store, [Choice(name, "accepted")], who)
    print(*[f"made {decision.record}" for decision in made], *[f"late {taken}" for taken in late])
"""


def test_two_reviewers_at_once_decide_every_record_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    names = [f"F{number:02d}" for number in range(30)]
    ledger.append([commitment(name) for name in names])
    shares = {"A": names[:10] + names[20:], "B": names[10:20] + names[:19:-1]}  # ten each, and ten that both want
    source = str(Path(sys.modules["muster"].__path__[0]).parent)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DECIDER, str(ledger.path), who, ",".join(share)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": source},
        )
        for who, share in shares.items()
    ]
    told = [process.communicate()[0].splitlines() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    made = [line.removeprefix("made ") for lines_ in told for line in lines_ if line.startswith("made")]
    assert sorted(made) == names
    assert sorted(record for _, record, _, _ in lines(ledger)) == names
    late = {who: [line for line in lines_ if line.startswith("late")] for who, lines_ in zip(shares, told, strict=True)}
    assert len(late["A"]) + len(late["B"]) == 10
    assert all("was accepted by B on" in line for line in late["A"])
    assert all("was accepted by A on" in line for line in late["B"])
    assert ledger.verify().ok
