"""A bad line is told by file, line, field, what came and what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from muster.errors import ChainError, LedgerError
from muster.ledger import Ledger
from muster.records import Citation, Commitment, Decision, Disagreement, Report


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    record = Commitment(
        id="F052",
        actor="Kenya",
        kind="personnel",
        stage="deployed",
        citation=Citation(published="2024-07-08"),
        amount_low=200.0,
        date_from=date(2024, 6, 25),
        flags=("list",),
        original={"stage": "deployed"},
    )
    found = Ledger(tmp_path / "ledger.jsonl")
    decision = Decision(id="D1", record="F052", decision="accepted", by="reader", on=date(2024, 7, 1))
    members = Disagreement(id="C_ARR1", kind="unsorted", records=("F052", "F054"), by="label")
    found.append([Report(id="0123456789abcdef", file="a.txt"), record, decision, members])
    return found


@pytest.mark.parametrize(
    ("line", "old", "new", "told"),
    [
        (
            2,
            '"date_from":"2024-06-25"',
            '"date_from":"2024-13-45"',
            'date_from: "2024-13-45"; expected a date as YYYY-MM-DD or null',
        ),
        (
            2,
            '"stage":"deployed","cit',
            '"stage":"arrived","cit',
            'stage: "arrived"; expected one of approved, declined, deployed',
        ),
        (2, '"kind":"personnel"', '"kind":"people"', 'kind: "people"; expected one of equipment, funds, personnel'),
        (2, '"basis":null', '"basis":"sum"', 'basis: "sum"; expected one of increment, part, total or null'),
        (2, '"status":"proposed"', '"status":"maybe"', 'status: "maybe"; expected one of accepted, proposed or null'),
        (2, '"type":"commitment"', '"type":"promise"', 'type: "promise"; expected one of report, commitment, statement'),
        (2, '"type":"commitment",', "", "type: nothing there; expected one of report, commitment, statement"),
        (2, '"id":"F052",', "", "id: nothing there; expected text"),
        (2, '"id":"F052"', '"id":52', "id: 52; expected text"),
        (2, '"mission":""', '"missoin":""', "missoin: no such field; expected one of id, actor, kind, stage"),
        (2, '"amount_low":200.0', '"amount_low":"200"', 'amount_low: "200"; expected a number of at least 0 or null'),
        (2, '"amount_low":200.0', '"amount_low":-1', "amount_low: -1; expected a number of at least 0 or null"),
        (
            2,
            '"currency":null',
            '"currency":"dollars"',
            'currency: "dollars"; expected three capital letters (ISO 4217) or null',
        ),
        (2, '"flags":["list"]', '"flags":[3]', "flags.0: 3; expected text"),
        (2, '{"stage":"deployed"}', '{"stage":1}', 'original: {"stage":1}; expected texts by name'),
        (
            2,
            '"published":"2024-07-08"',
            '"published":"July"',
            'citation.published: "July"; expected YYYY, YYYY-MM or YYYY-MM-DD',
        ),
        (
            2,
            '"published":"2024-07-08"',
            '"published":"2024-02-30"',
            'citation.published: "2024-02-30"; expected a day that the',
        ),
        (2, '"date_to":null', '"date_to":"2024-01-01"', "record: date_from 2024-06-25 is after date_to 2024-01-01"),
        (1, '"published":""', '"published":"2024-02-31"', 'published: "2024-02-31"; expected a day that the calendar has'),
        (3, '"decision":"accepted"', '"decision":"corrected"', "replacement: 'corrected' without a replacement; expected a"),
        (4, '["F052","F054"]', '["F052","F052"]', "records: 1 record; expected two or more different records"),
        (1, '"seq":1', '"seq":"one"', 'seq: "one"; expected a whole number'),
    ],
)
def test_a_line_that_is_not_a_valid_record_names_the_field(ledger: Ledger, line: int, old: str, new: str, told: str) -> None:
    text = ledger.path.read_text().splitlines(keepends=True)
    assert old in text[line - 1]
    text[line - 1] = text[line - 1].replace(old, new)
    ledger.path.write_text("".join(text))
    with pytest.raises(LedgerError) as caught:
        ledger.entries()
    assert str(caught.value).startswith(f"{ledger.path}, line {line}, field {told}")
    assert not isinstance(caught.value, ChainError)
    assert "\n" not in str(caught.value)
    assert str(caught.value) in ledger.verify().problems


@pytest.mark.parametrize("garbage", [b"", b"<script>", b"\x00\x00", b"\xff\xfe{", b'{"seq":2,', b'{"seq":2,"prev":"\xff"}'])
def test_a_line_in_the_middle_that_is_not_json_is_named(ledger: Ledger, garbage: bytes) -> None:
    first, _, *rest = ledger.path.read_bytes().split(b"\n")
    ledger.path.write_bytes(b"\n".join([first, garbage, *rest]))
    for with_head in (True, False):
        if not with_head:
            ledger.path.with_suffix(".head").unlink()
        with pytest.raises(LedgerError, match=r"ledger\.jsonl, line 2: not JSON: .*; expected one JSON object"):
            ledger.entries()


@pytest.mark.parametrize("value", [b"[]", b"3", b'"text"', b"null"])
def test_json_that_is_no_object_is_named(ledger: Ledger, value: bytes) -> None:
    first, _, *rest = ledger.path.read_bytes().split(b"\n")
    ledger.path.write_bytes(b"\n".join([first, value, *rest]))
    with pytest.raises(LedgerError, match=r"line 2: .*; expected an object"):
        ledger.entries()
