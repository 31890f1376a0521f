"""Taking a table in: what people's programs do to it, every bad row told at once, and nothing of a bad file unless asked."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from muster.errors import LedgerError
from muster.ledger import EXPORTS, Imported, Judge, Ledger, csv_text, import_file, known
from muster.records import Citation, Commitment, Statement

JUDGE = Judge(by="a", on=date(2024, 7, 1), mission="SIM")
HEAD = "record_id,actor,kind,stage,amount_low"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def take(ledger: Ledger, data: str | bytes, judge: Judge = JUDGE, *, partial: bool = False) -> Imported:
    path = ledger.path.with_name("table.csv")
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return import_file(ledger, path, judge, partial=partial)


def accepted(ledger: Ledger) -> list[Commitment]:
    return list(known(ledger.entries()).accepted)


def test_four_columns_are_enough_and_the_rest_is_kept_under_its_own_name(ledger: Ledger) -> None:
    done = take(ledger, "Stage , note,record_id,actor,kind\npledged,by hand,F1,Kenya,personnel\n")
    assert (done.kind, done.added, done.problems) == ("csv", 1, ())
    (record,) = accepted(ledger)
    assert record == Commitment(
        id="F1",
        actor="Kenya",
        kind="personnel",
        stage="pledged",
        mission="SIM",
        citation=Citation(),
        original={"note": "by hand"},
    )
    head, row, *_ = csv_text(known(ledger.entries())).splitlines()
    assert head.endswith(",note")
    assert row.endswith(",by hand")


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (f"\ufeff{HEAD}\r\nF1,Türkiye,funds,pledged,1000\r\n".encode(), 0),
        (f"{HEAD}\nF1,Türkiye,funds,pledged,1000".replace(",", ";").encode(), 0),
        (f"{HEAD}\nF1,Türkiye,funds,pledged,1e3\n\n,,,,\n".replace(",", "\t").encode("utf-16"), 0),
        (f'{HEAD}\nF1,Türkiye,funds,pledged,"1,000"\n'.encode("cp1252"), 1),
        (f"{HEAD}\nF1,Türkiye,funds,pledged,1\u00a0000.0\n".encode("latin-1"), 1),
    ],
)
def test_any_usual_encoding_separator_and_number_reads(ledger: Ledger, data: bytes, notes: int) -> None:
    done = take(ledger, data)
    assert (done.problems, len(done.notes)) == ((), notes)
    assert [(record.actor, record.amount_low) for record in accepted(ledger)] == [("Türkiye", 1000.0)]


BAD = f"""{HEAD},amount_high,currency,date_from,published,start
F1,Kenya,personnel,pledged,1000,,,,,
,Kenya,police,pledged,many,,usd,30/06/2024,06/2024,x
F3,Kenya,personnel,,-5,,,2024-06-31,2024-13,
F4,Kenya,personnel,pledged,10,5,,,,
F1,Kenya,personnel,pledged,1000,,,,,
F6,Kenya,personnel,pledged,10,,,,,,surplus
F7,Ken\0ya,personnel,pledged,inf,,,45473,,
"""
FAULTS = [
    ("3", "record_id", "a value: this column is required"),
    ("3", "kind", "one of personnel, funds, equipment"),
    ("3", "amount_low", "a number such as 1000, 1,000 or 1e6"),
    ("3", "currency", "three capital letters (ISO 4217)"),
    ("3", "date_from", "a date as YYYY-MM-DD: which is the day and which the month?"),
    ("3", "published", "YYYY-MM-DD, YYYY-MM or YYYY"),
    ("3", "start", "a whole number"),
    ("4", "stage", "one of required, pledged, approved, deploying, deployed, disbursed, withdrawn, declined"),
    ("4", "amount_low", "a number such as 1000, 1,000 or 1e6"),
    ("4", "date_from", "a day that the calendar has"),
    ("4", "published", "YYYY-MM-DD, YYYY-MM or YYYY"),
    ("5", "", ""),
    ("6", "record_id", "one row a record; row 2 has it"),
    ("7", "cell 11", "10 cells, as the header has"),
    ("8", "actor", "text without NUL characters"),
    ("8", "amount_low", "a number such as 1000, 1,000 or 1e6"),
    ("8", "date_from", "a date as YYYY-MM-DD"),
]


def test_every_bad_row_is_told_at_once_and_none_of_the_file_enters(ledger: Ledger) -> None:
    done = take(ledger, BAD)
    told = sorted(((problem.row, problem.column, problem.expected) for problem in done.problems), key=lambda fault: fault[0])
    for fault, wanted in zip(told, FAULTS, strict=True):
        assert fault[0] == wanted[0]
        assert any(one[:2] == wanted[:2] and one[2].startswith(wanted[2]) for one in told), wanted
    assert done.refused
    assert ledger.entries() == ()


def test_partial_takes_the_good_rows(ledger: Ledger) -> None:
    done = take(ledger, BAD, partial=True)
    assert (done.added, done.refused, bool(done.problems)) == (1, False, True)
    assert [record.id for record in accepted(ledger)] == ["F1"]


def test_a_comma_in_a_number_of_a_file_with_semicolons_is_not_guessed(ledger: Ledger) -> None:
    (problem,) = take(ledger, "record_id;actor;kind;stage;amount_low\nF1;Kenya;funds;pledged;1,000\n").problems
    assert (problem.column, problem.found) == ("amount_low", '"1,000"')
    assert "decimals or thousands" in problem.expected


def test_the_same_record_again_is_passed_over_and_another_under_its_id_is_not(ledger: Ledger) -> None:
    row = "F1,Kenya,personnel,pledged,1000\n"
    take(ledger, f"{HEAD}\n{row}")
    again = take(ledger, f"{HEAD}\n{row}F2,Chad,personnel,pledged,10\n")
    assert (again.added, again.already) == (1, 1)
    (problem,) = take(ledger, f"{HEAD}\nF1,Kenya,personnel,pledged,400\n").problems
    assert (problem.row, problem.column, problem.found) == ("2", "amount_low", "400.0")
    assert problem.expected.startswith('1000.0, as the ledger has under "F1"')
    assert len(ledger.entries()) == 2


def test_status_is_honoured_and_all_can_be_made_to_await_review(ledger: Ledger, tmp_path: Path) -> None:
    table = "record_id,actor,kind,stage,status\n" + "".join(
        f"{name},Kenya,personnel,pledged,{status}\n"
        for name, status in (("A", "accepted"), ("B", "proposed"), ("C", "rejected"), ("D", ""))
    )
    done = take(ledger, table)
    found = known(ledger.entries())
    fates = [[record.id for record in fate] for fate in (found.accepted, found.proposed, found.rejected)]
    assert fates == [["A", "D"], ["B"], ["C"]]
    assert (done.added, done.decided) == (4, 3)
    changed = take(ledger, table.replace("A,Kenya,personnel,pledged,accepted", "A,Kenya,personnel,pledged,rejected"))
    assert (changed.added, changed.already, changed.decided) == (0, 4, 1)
    assert [record.id for record in known(ledger.entries()).rejected] == ["A", "C"]
    other = Ledger(tmp_path / "other.jsonl")
    take(other, table, Judge(by="a", on=date(2024, 7, 1), as_proposed=True))
    assert [record.id for record in known(other.entries()).proposed] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "empty"),
        ("record_id,actor,kind\nF1,Kenya,funds\n", "no column stage"),
        (f"{HEAD},actor\n", "the column 'actor' twice"),
        (f'{HEAD}\nF1,"Kenya,funds,pledged,1\n', "expected closed quotes"),
        ("srcOrganization,originalAmount\nA,1\n", "flow rows without id, date"),
        ("{}", "none of the lists"),
        ('{"accepted": [', "not our JSON"),
        ('{"cases": []}', "no such list: 'cases'"),
        ("<iati-activities/>", "no records of ours"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a xmlns:m="urn:muster:ledger:1">&b;</a>', "a document type or entities"),
        ('<a xmlns:m="urn:muster:ledger:1"><m:record', "not plain XML"),
        (b"PK\x03\x04 and no more", "not an Excel workbook"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_one_line(ledger: Ledger, data: str | bytes, message: str) -> None:
    with pytest.raises(LedgerError, match=message) as told:
        take(ledger, data)
    assert str(told.value).count("\n") == 0
    assert ledger.entries() == ()


def test_faults_in_json_are_told_by_list_and_place(ledger: Ledger) -> None:
    whole = {
        "accepted": [{"type": "commitment", "id": "A", "actor": "Kenya", "kind": "police", "stage": "pledged", "citation": {}}],
        "statements": [{"type": "statement", "id": "S", "speakers": [], "verb": "a\0b", "content": "", "citation": {}}],
        "disagreements": [{"type": "disagreement", "id": "X", "kind": "stage", "records": ["A"], "by": "me"}],
    }
    problems = take(ledger, json.dumps(whole)).problems
    assert [(problem.row, problem.column) for problem in problems] == [
        ("accepted 1", "kind"),
        ("statements 1", ""),
        ("disagreements 1", "records"),
    ]


def test_a_flow_that_no_longer_says_what_its_record_says_is_a_bad_row(ledger: Ledger, tmp_path: Path) -> None:
    source = Ledger(tmp_path / "source.jsonl")
    money = Commitment(
        id="M", actor="Kenya", kind="funds", stage="pledged", amount_low=5, amount_high=5, currency="USD", citation=Citation()
    )
    source.append([money, Statement(id="S", speakers=("A",), verb="said", content="b", citation=Citation())], "accepted")
    text = EXPORTS["fts"].make(known(source.entries()))
    assert isinstance(text, str)
    (problem,) = take(ledger, text.replace(",pledge,", ",paid,")).problems
    assert (problem.column, problem.found) == ("status", '"paid"')
    assert take(ledger, text).added == 1


def test_a_long_quote_is_read_and_no_setting_of_the_process_stays_changed(ledger: Ledger) -> None:
    before = csv.field_size_limit()
    assert take(ledger, f"record_id,actor,kind,stage,quote\nF1,Kenya,funds,pledged,{'a' * 200_000}\n").added == 1
    assert csv.field_size_limit() == before
