"""The Excel export: tidy sheets, links, real numbers and dates, nothing that runs, the same bytes each time."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from muster.errors import LedgerError
from muster.ledger import Entry, Judge, Known, Ledger, import_file, known
from muster.ledger.exports.workbook import workbook_bytes
from muster.records import Citation, Commitment

HOSTILE = ("=1+1", '=HYPERLINK("http://x","a")', "+2", "-5", "@SUM(1)", "\t=1", "\n=1", "=cmd|' /C calc'!A0")


def record(name: str, text: str = "Kenya", **fields: Any) -> Commitment:
    cited = Citation(address="https://example.org/a", title=text, published="2024-06-30", quote=text)
    return Commitment(id=name, actor=text, kind="personnel", stage="pledged", citation=cited, scope=text, **fields)


def found(*records: Commitment) -> Known:
    return known([Entry(seq=place, prev="", status="accepted", record=each) for place, each in enumerate(records, 1)])


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def test_a_sheet_a_topic_with_its_head_frozen_and_filtered() -> None:
    book = opened(workbook_bytes(found(record("F1"))))
    assert book.sheetnames == [
        "commitments",
        "state",
        "statements",
        "precedents",
        "disagreements",
        "reports",
        "preferences",
        "dictionary",
    ]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert not sheet.merged_cells.ranges


def test_numbers_dates_and_links_are_real() -> None:
    sheet = opened(
        workbook_bytes(found(record("F1", amount_low=1000.0, date_from=date(2024, 6, 25), date_to=date(2024, 6, 25))))
    )["commitments"]
    row = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert row["amount_low"].value == 1000
    assert row["date_from"].value == datetime(2024, 6, 25)
    assert row["source_url"].hyperlink.target == "https://example.org/a"
    assert row["unit"].value is None


def test_no_cell_of_any_sheet_is_a_formula() -> None:
    data = workbook_bytes(found(*(record(f"F{place}", text) for place, text in enumerate(HOSTILE))))
    for sheet in opened(data):
        for cell in [cell for row in sheet.iter_rows() for cell in row]:
            assert cell.data_type != "f"
            assert not str(cell.value or "").startswith(("=", "+", "-", "@"))
    with ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_the_file_holds_no_clock() -> None:
    data = workbook_bytes(found(record("F1")))
    with ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_a_text_too_long_for_a_cell_is_told_and_not_cut() -> None:
    with pytest.raises(LedgerError, match="40,000 characters in actor"):
        workbook_bytes(found(record("F1", "a" * 40_000)))


def test_a_workbook_made_by_hand_is_read_and_its_formulas_are_not(tmp_path: Path) -> None:
    book: Any = Workbook()
    sheet = book.active
    sheet.append(["record_id", "actor", "kind", "stage", "amount_low", "date_from", "published", "note"])
    sheet.append([17, "Kenya", "funds", "pledged", 1000, datetime(2024, 6, 30), 2024, "=1+1"])
    sheet.append([18, "Kenya", "funds", "pledged", "1,000", 45473, datetime(2024, 6, 30), True])
    path, ledger = tmp_path / "hand.xlsx", Ledger(tmp_path / "ledger.jsonl")
    book.save(path)
    done = import_file(ledger, path, Judge(by="a", on=date(2024, 7, 1)), partial=True)
    assert [(problem.row, problem.column) for problem in done.problems] == [("Sheet 2", "note")]
    (taken,) = known(ledger.entries()).accepted
    assert (taken.id, taken.amount_low, taken.date_from, taken.citation.published) == (
        "18",
        1000.0,
        date(2024, 6, 30),
        "2024-06-30",
    )
    assert taken.original == {"note": "TRUE"}
