"""A review that goes out as CSV and comes back from a spreadsheet."""

import csv
import io
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.ledger import Choice, Entry, Ledger, Reviewer, decide
from muster.ledger.passages import Passage
from muster.ledger.reviewing import Reviewed
from muster.ledger.reviewsheet import COLUMNS, Wanted, read_review, review_csv
from muster.records import Citation, Commitment, LedgerRecord, Report, Statement

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=60)
CITED = Citation(report="0123456789abcdef", start=5, end=9, quote="=cmd", published="2024-06-24")
POLICE = Commitment(
    id="F1",
    actor="Kenya",
    kind="personnel",
    stage="deployed",
    citation=CITED,
    amount_low=1000.0,
    amount_high=1000.0,
    unit="police",
    basis="total",
    scope="MSS",
    date_from=date(2024, 6, 5),
    date_to=date(2024, 6, 25),
    flags=("rotation", "list"),
)
MONEY = Commitment(
    id="F2",
    actor="-Chad; Bénin",
    kind="funds",
    stage="pledged",
    citation=CITED,
    amount_low=123_456_789_012.0,
    currency="USD",
)
SAID = Statement(id="S1", speakers=("W. Ruto", "M. Miller"), verb="said", content="'=they \x1b[31mland\nsoon", citation=CITED)
RECORDS: list[LedgerRecord] = [
    Report(id="0123456789abcdef", file="a.txt", outlet="@outlet", published="2024-06-24"),
    *(POLICE, MONEY, SAID),
]
Rows = list[dict[str, str]]


def chain(records: list[LedgerRecord] | None = None) -> list[Entry]:
    reviewed = (Commitment, Statement)
    return [
        Entry(seq=seq, prev="", status="proposed" if isinstance(record, reviewed) else None, record=record)
        for seq, record in enumerate(records or RECORDS, 1)
    ]


def passage(record: Reviewed) -> Passage:
    return Passage("+before ", record.citation.quote or "", " after\nit")


def exported() -> Rows:
    data, count = review_csv(chain(), passage)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert count == len(rows) == 3
    return rows


def back(rows: Rows, columns: tuple[str, ...] = COLUMNS, separator: str = ",", line_end: str = "\r\n") -> Wanted:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=separator, lineterminator=line_end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return read_review("r.csv", text.getvalue().encode(), chain())


def faults(wanted: Wanted) -> list[str]:
    return [str(fault) for fault in wanted.faults]


def test_the_file_has_a_mark_safe_cells_and_empty_columns_for_the_reviewer() -> None:
    data, _ = review_csv(chain(), passage)
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\x1b" not in data
    rows = exported()
    assert all(row["decision"] == row["note"] == "" for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    police, money, said = rows
    assert (police["sentence"], police["report"], police["outlet"]) == ("'+before =cmd after it", "a.txt", "'@outlet")
    assert (police["amount_low"], police["date_to"], police["flags"]) == ("1000", "2024-06-25", "rotation; list")
    assert (money["amount_low"], money["amount_high"], money["actor"]) == ("123456789012", "", "'-Chad; Bénin")
    assert (said["speakers"], said["type"]) == ("W. Ruto; M. Miller", "statement")


@PROPERTY
@given(
    st.permutations(COLUMNS),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.sampled_from(["accept", " Accepted ", "REJECT", "rejected", "", "  "]), min_size=3, max_size=3),
    st.randoms(use_true_random=False),
)
def test_an_untouched_file_gives_the_decisions_and_changes_nothing(
    columns: list[str], separator: str, line_end: str, words: list[str], chance: random.Random
) -> None:
    rows = [row | {"decision": word, "note": "=why"} for row, word in zip(exported(), words, strict=True)]
    expected = {
        row["record_id"]: "accepted" if "acc" in row["decision"].lower() else "rejected"
        for row in rows
        if row["decision"].strip()
    }
    chance.shuffle(rows)
    wanted = back(rows, tuple(columns), separator, line_end)
    assert (wanted.faults, wanted.remarks) == ((), ())
    assert {choice.record: choice.word for choice in wanted.choices} == expected
    assert all(choice.replacement is None and choice.note == "=why" for choice in wanted.choices)


def test_what_a_spreadsheet_makes_of_untouched_cells_is_no_change() -> None:
    police, money, said = exported()
    police |= {"amount_low": "1,000", "amount_high": "1 000", "date_from": "05/06/2024", "date_to": "25/06/2024"}
    money |= {"amount_low": "1.23457E+11"}
    wanted = back([row | {"decision": "accept"} for row in (police, money, said)])
    assert (wanted.faults, wanted.remarks) == ((), ())
    assert [(choice.record, choice.word) for choice in wanted.choices] == [(name, "accepted") for name in ("F1", "F2", "S1")]


def test_changed_cells_are_a_correction_whether_accept_or_correct_is_written() -> None:
    police, money, said = exported()
    police |= {"decision": "Correct", "amount_low": "400", "amount_high": "", "flags": "list; doubtful", "date_from": ""}
    money |= {"decision": "accept", "actor": "Chad", "date_to": "30 June 2024"}
    said |= {"decision": "corrected", "content": "they landed", "speakers": "W. Ruto"}
    wanted = back([police, money, said])
    assert wanted.faults == ()
    assert wanted.remarks == (
        "r.csv, row 3: F2 is accepted with changes, which is a correction: actor -Chad; Bénin -> Chad, date_to - -> 2024-06-30",
    )
    first, second, third = (choice.replacement for choice in wanted.choices)
    assert isinstance(first, Commitment)
    assert (first.amount_low, first.amount_high, first.flags, first.date_from) == (400, None, ("list", "doubtful"), None)
    assert first.citation == POLICE.citation
    assert isinstance(second, Commitment)
    assert (second.actor, second.date_to, second.amount_low) == ("Chad", date(2024, 6, 30), MONEY.amount_low)
    assert isinstance(third, Statement)
    assert (third.content, third.speakers) == ("they landed", ("W. Ruto",))


def test_columns_and_rows_that_are_gone_leave_things_as_they_are() -> None:
    rows = [row | {"decision": "accept"} for row in exported()][1:]
    wanted = back(rows, ("was", "decision", "record_id"))
    assert (wanted.faults, [choice.record for choice in wanted.choices]) == ((), ["F2", "S1"])


def test_every_fault_of_every_row_is_told_with_row_and_column() -> None:
    police, money, said = exported()
    police |= {"decision": "accept", "date_to": "05/06/2024", "stage": "arrived", "amount_low": "1.000,5.5"}
    money |= {"decision": "correct", "amount_high": "5", "amount_low": "10"}
    said |= {"decision": "accept", "actor": "Kenya", "content": ""}
    strange = exported()[0] | {"decision": "perhaps"}
    unknown = exported()[0] | {"decision": "accept", "record_id": "F77", "was": "w0"}
    told = faults(back([police, money, said, strange, unknown]))
    assert [line.partition(";")[0].partition(": ")[::2] for line in told] == [
        ("r.csv, row 2, column stage", '"arrived"'),
        ("r.csv, row 2, column amount_low", "'1.000,5.5'"),
        ("r.csv, row 2, column date_to", "'05/06/2024' can be read as 2024-05-06 or as 2024-06-05"),
        ("r.csv, row 3", "amount_low 10 is above amount_high 5"),
        ("r.csv, row 4, column actor", "'Kenya'"),
        ("r.csv, row 4, column content", "nothing there"),
        ("r.csv, row 5, column decision", "'perhaps'"),
        ("r.csv, row 6, column record_id", "'F77'"),
    ]
    assert "expected one of approved, declined" in told[0]
    assert "a statement has no actor" in told[4]


@pytest.mark.parametrize("word", ["reject", ""])
def test_cells_of_a_row_that_is_not_accepted_do_not_matter(word: str) -> None:
    rows = [row | {"decision": word, "date_to": "05/06/2024", "stage": "arrived"} for row in exported()]
    assert back(rows).faults == ()
    assert len(back(rows).choices) == (3 if word else 0)


def test_a_change_without_a_decision_and_a_correction_without_a_change_are_told() -> None:
    police, money, _ = exported()
    wanted = back([police | {"actor": "Benin"}, money | {"decision": "correct"}])
    assert wanted.remarks == ("r.csv, row 2: F1 was changed but not decided, and is left as it was: actor Kenya -> Benin",)
    assert faults(wanted) == [
        "r.csv, row 3, column decision: 'correct', but no field was changed; expected accept, or a change"
    ]


def test_a_row_that_is_not_the_records_own_is_stale() -> None:
    police, money, _ = (row | {"decision": "accept"} for row in exported())
    police["was"], money["was"] = money["was"], police["was"]  # one column sorted without the others
    assert ["is not the mark of 'F1'" in faults(back([police, money]))[0], len(back([police, money]).faults)] == [True, 2]
    assert "is not the mark of 'F1'" in faults(back([police | {"was": ""}]))[0]


def test_a_record_decided_twice_in_one_file_is_a_fault_and_an_id_made_a_number_is_found() -> None:
    police = exported()[0] | {"decision": "accept"}
    assert "row 3, column decision: 'F1' is decided twice" in faults(back([police, police]))[0]
    assert [choice.record for choice in back([police | {"record_id": "1E+01"}]).choices] == ["F1"]


def test_the_same_file_again_adds_nothing_and_another_word_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    store, who = Ledger(tmp_path / "ledger.jsonl"), Reviewer("A", date(2024, 7, 1))
    store.append(RECORDS)
    rows = [row | {"decision": word} for row, word in zip(exported(), ("accept", "accept", "reject"), strict=True)]
    rows[1]["amount_low"] = "5"
    decide(store, [Choice("S1", "accepted")], Reviewer("B", date(2024, 7, 2)))
    made, late = decide(store, back(rows).choices, who)
    assert [decision.record for decision in made] == ["F1", "F2"]
    assert [(str(taken), taken.same) for taken in late] == [("S1 was accepted by B on 2024-07-02", False)]
    before = store.path.read_bytes()
    made, late = decide(store, back(rows).choices, who)
    assert (made, [taken.same for taken in late]) == ((), [True, True, False])
    assert store.path.read_bytes() == before
