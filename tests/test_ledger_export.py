"""Exports: the columns in order, nothing that a spreadsheet runs, nothing lost, the same bytes each time."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from muster.ledger import COLUMNS, Entry, Known, Ledger, csv_bytes, csv_text, json_text, known, safe_cell, table_rows
from muster.ledger.exports.columns import TOPICS, Topic
from muster.ledger.exports.dictionary import dictionary_text
from muster.ledger.exports.jsonfile import made_schema, schema_text
from muster.records import Citation, Commitment, Decision, Status

ROOT = Path(__file__).parents[1]


def record(name: str, **fields: object) -> Commitment:
    base = {"id": name, "actor": "Kenya", "kind": "personnel", "stage": "deployed", "citation": {"published": "2024-06"}}
    return msgspec.convert({**base, **fields}, Commitment)


FULL = record(
    "F052",
    mission="MSS",
    actor='=HYPERLINK("http://x","a")',
    amount_low=200,
    amount_high=1e8,
    unit="police",
    basis="increment",
    scope="MSS",
    date_from=date(2024, 6, 25),
    attributed_to="@police",
    flags=("list", "hearsay"),
    original={"stage": "deployed", "basis": "-increment", "unit": "police", "scope": "1st contingent", "note": "ours"},
    citation={"address": "https://example.org/é", "title": "+1", "quote": 'said "200,\r\n400\rmen"', "start": 1, "end": 3},
)
REJECTED = Decision(id="D1", record="F001", decision="rejected", by="a", on=date(2024, 7, 1))


def found(*records: Commitment, status: Status = "accepted") -> Known:
    entries = [Entry(seq=place, prev="", status=status, record=each) for place, each in enumerate(records)]
    return known([*entries, Entry(seq=99, prev="", status=None, record=REJECTED)])


def test_the_columns_stand_in_the_published_order() -> None:
    assert ",".join(COLUMNS) == (
        "record_id,mission,actor,kind,stage,amount_low,amount_high,unit,currency,basis,scope,date_from,date_to,attributed_to,"
        "source_url,source_title,source_class,published,status,flags,quote,"
        "original_stage,original_basis,original_unit,original_scope,report,start,end,original"
    )
    assert csv_text(found()) == ",".join(COLUMNS) + "\n"


def test_a_row_holds_every_field_as_text_that_no_spreadsheet_runs() -> None:
    (row,) = table_rows(found(FULL))
    assert row == {
        "record_id": "F052",
        "mission": "MSS",
        "actor": '\'=HYPERLINK("http://x","a")',
        "kind": "personnel",
        "stage": "deployed",
        "amount_low": "200",
        "amount_high": "100000000",
        "unit": "police",
        "currency": "",
        "basis": "increment",
        "scope": "MSS",
        "date_from": "2024-06-25",
        "date_to": "",
        "attributed_to": "'@police",
        "source_url": "https://example.org/é",
        "source_title": "'+1",
        "source_class": "",
        "published": "",
        "status": "accepted",
        "flags": "list; hearsay",
        "quote": 'said "200,_x000D_\n400_x000D_men"',
        "original_stage": "deployed",
        "original_basis": "'-increment",
        "original_unit": "police",
        "original_scope": "1st contingent",
        "report": "",
        "start": "1",
        "end": "3",
        "original": "",
        "note": "ours",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_starts_like_a_formula(start: str) -> None:
    rows = csv.reader(io.StringIO(csv_text(found(record("F1", actor=f"{start}cmd|' /C calc'!A0", scope=f"{start}1")))))
    for cell in [cell for row in rows for cell in row]:
        assert not cell.startswith(start)
    assert safe_cell(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (200.0, "200"),
        (0.5, "0.5"),
        (1e15, "1000000000000000"),
        (7, "7"),
        ("a=b", "a=b"),
        ("", ""),
        (date(2024, 6, 1), "2024-06-01"),
    ],
)
def test_a_cell_is_plain_text(value: object, text: str) -> None:
    assert safe_cell(value) == text


def test_the_csv_reads_back_row_by_row_whatever_breaks_a_quote_holds() -> None:
    text = csv_text(found(FULL, record("F001"), record("F003")))
    assert "\r" not in text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["record_id"], row["status"]) for row in rows] == [
        ("F001", "rejected"),
        ("F003", "accepted"),
        ("F052", "accepted"),
    ]
    assert rows[2]["quote"] == 'said "200,_x000D_\n400_x000D_men"'
    assert rows[0]["published"] == "2024-06"


def test_a_csv_file_tells_excel_its_encoding_and_a_pipe_does_not_get_the_mark() -> None:
    data = csv_bytes(found(FULL))
    assert data.startswith(b"\xef\xbb\xbfrecord_id,")
    assert data.decode("utf-8-sig") == csv_text(found(FULL))
    assert csv_text(found(FULL)).startswith("record_id,")


def test_the_json_loses_nothing_and_is_the_same_for_any_order() -> None:
    text = json_text(found(FULL, record("F003")))
    assert msgspec.json.decode(text, type=Known) == found(FULL, record("F003"))
    assert text == json_text(found(record("F003"), FULL))
    assert text.endswith("}\n")
    assert json.loads(text)["accepted"][1]["citation"]["quote"] == FULL.citation.quote


def test_a_proposal_is_marked_as_one() -> None:
    (row,) = table_rows(
        found(Commitment(id="F9", actor="Kenya", kind="funds", stage="pledged", citation=Citation()), status="proposed")
    )
    assert row["status"] == "proposed"


def test_the_published_schema_is_that_of_the_records_and_what_we_write_fits_it() -> None:
    schema = json.loads(schema_text())
    assert schema_text() == made_schema(), "run `make docs`"
    assert schema_text() == (ROOT / "docs" / "ledger.schema.json").read_text(encoding="utf-8"), "run `make docs`"
    check = Draft202012Validator(schema)
    everything = json.loads(json_text(known(Ledger(ROOT / "src/muster/example/haiti/ledger.jsonl").entries())))
    assert [error.message for error in check.iter_errors(everything)] == []
    everything["accepted"][0]["stage"] = "promised"
    assert not check.is_valid(everything)


def test_the_data_dictionary_is_what_the_columns_say() -> None:
    text = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert text == dictionary_text(), "run `make docs`"
    assert "| stage | text | yes | required, pledged, approved, deploying, deployed, disbursed, withdrawn, declined |" in text


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_field_of_a_record_has_a_column(topic: Topic) -> None:
    paths = {column.path[0] if column.path[0] != "citation" else column.path[1] for column in topic.columns}
    cited = set(Citation.__struct_fields__) if "citation" in topic.record.__struct_fields__ else set()
    assert paths - {"status"} == (set(topic.record.__struct_fields__) - {"citation"}) | cited
