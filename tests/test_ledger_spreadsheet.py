"""What a spreadsheet makes of a table: numbers, days, separators; what can be read in two ways is refused."""

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.errors import LedgerError
from muster.ledger.spreadsheet import day, loosened, number, read_sheet, slash_orders

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=80)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("1 000", 1000),
        ("1\u202f000", 1000),
        ("1'000.5", 1000.5),
        ("1,000,000", 1e6),
        ("1.000.000", 1e6),
        ("12,345.67", 12345.67),
        ("12.345,67", 12345.67),
        ("1.5E+06", 1.5e6),
        ("0.125", 0.125),
        ("1,5", 1.5),
        ("-5", -5),
    ],
)
def test_numbers_in_every_manner_of_writing(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["1.000", "12.345"])
def test_a_point_before_three_digits_may_mark_thousands(text: str) -> None:
    with pytest.raises(LedgerError, match="can be read as"):
        number(text)


def test_a_comma_before_three_digits_marks_thousands_only_where_commas_separate_cells() -> None:
    assert number("1,000", decimal_comma=False) == 1000
    assert number("1,000,000", decimal_comma=True) == 1e6
    assert (number("1,5", decimal_comma=True), number("0,1250", decimal_comma=True)) == (1.5, 0.125)
    with pytest.raises(LedgerError, match=r"'1,000' can be read as 1000 or as 1\.000"):
        number("1,000", decimal_comma=True)


@pytest.mark.parametrize("text", ["", "many", "$5", "5%", "nan", "inf", "1e999", "9" * 400, "12,34,5", "1,0000", "1 2 3x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="expected a number"):
        number(text)


@PROPERTY
@given(st.integers(0, 10**15))
def test_any_count_is_read_as_it_was_however_it_is_grouped(value: int) -> None:
    assert {number(text) for text in (str(value), f"{value:,}", f"{value:,}".replace(",", " "))} == {float(value)}


@pytest.mark.parametrize(
    "text",
    [
        *("2024-06-30", "2024/06/30", "2024-06-30 00:00:00", "30.06.2024", "30/06/2024", "06/30/2024", "6/30/2024"),
        *("30 June 2024", "30-Jun-2024", "June 30, 2024", "30 jun. 2024"),
    ],
)
def test_a_day_in_every_manner_that_can_be_read_in_one_way(text: str) -> None:
    assert day(text) == "2024-06-30"


@pytest.mark.parametrize("text", ["05/06/2024", "5-6-2024"])
def test_a_day_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="can be read as 2024-05-06 or as 2024-06-05; write it as YYYY-MM-DD"):
        day(text)
    assert day(text, frozenset({"day first"})) == "2024-06-05"
    assert day(text, frozenset({"month first"})) == "2024-05-06"


@pytest.mark.parametrize("text", ["", "soon", "45473", "30/06/24", "31/02/2024", "2024-02-30", "1 Ju 2024", "0/0/0000", "2024"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="expected a day of the calendar"):
        day(text)


@PROPERTY
@given(st.lists(st.dates(date(1800, 1, 1), date(2199, 12, 31)), min_size=1), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_file_with_one_telling_date_is_read_in_its_order(days: list[date], form: str) -> None:
    cells = [value.strftime(form) for value in [*days, date(2024, 6, 30)]]
    orders = slash_orders(cells)
    assert [day(cell, orders) for cell in cells[:-1]] == [value.isoformat() for value in days]


@PROPERTY
@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)), st.integers(0, 400))
def test_slashes_are_never_read_wrongly_without_being_refused(first: date, more: int) -> None:
    for value in (first, first + timedelta(days=more)):
        for cell in (value.strftime("%d/%m/%Y"), value.strftime("%m/%d/%Y")):
            if value.day > 12 or value.day == value.month:
                assert day(cell) == value.isoformat()
            else:
                with pytest.raises(LedgerError, match="can be read as"):
                    day(cell)


def test_orders_that_contradict_each_other_settle_nothing() -> None:
    assert slash_orders(["30/06/2024", "06/30/2024"]) == {"day first", "month first"}
    assert slash_orders(["05/06/2024", "", "2024-06-30", "99/99/2024"]) == {"day first", "month first"}


ROWS = [["id", "word"], ["1", 'a,b;c"d\ne'], ["2", ""]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_with_any_separator_line_end_and_mark(separator: str, line_end: str, encoding: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=line_end).writerows(ROWS)
    sheet = read_sheet("a.csv", text.getvalue().encode(encoding), ["word", "id"])
    assert [row.cells for row in sheet.rows] == [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    assert sheet.decimal_comma == (separator == ";")


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    sheet = read_sheet("a.csv", b' ID ,Word,\r\n1,"two\r\nlines"\r\n\r\n,,\r\n4,x,\r\n', ["id", "word"])
    assert [(row.number, row.cells["id"]) for row in sheet.rows] == [(2, "1"), (5, "4")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "column 'id' is missing; expected the columns id, word, each once"),
        (b"id,other\n", "a.csv, row 1: column 'word' is missing"),
        (b"id,word,ID\n", "column 'id' is there twice"),
        (b"id,word\n1,2,3\n", "a.csv, row 2: 3 cells under 2 columns"),
        (b"id,word\n1,caf\xe9\n", "a.csv, line 2: byte 0xe9 is not UTF-8; save the file as CSV UTF-8"),
        (b'id,word\n1,"open\n', "a.csv: not a table"),
        (b"PK\x03\x04\x00\x00", "a.csv: binary data"),
    ],
)
def test_what_is_no_such_table_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(LedgerError) as caught:
        read_sheet("a.csv", data, ["id", "word"])
    assert told in str(caught.value)


def test_the_mark_that_disarms_a_formula_is_taken_off() -> None:
    assert [loosened(cell) for cell in ("'=1+1", "'quoted'", " x\r\n", "'＝1")] == ["=1+1", "'quoted'", "x", "＝1"]
