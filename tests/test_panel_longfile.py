"""Long files as people have them: what is read, in what order, and the one line that each fault gets."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from muster.errors import MusterError
from muster.panel.longfile import read_long
from muster.panel.longpanel import LongPanel, moment

HEAD = "place,when,value\n"
SMALL = HEAD + "A,1990,1\nB,1990,2\nA,1991,3\nB,1991,5\n"


def read(folder: Path, text: str, **names: str) -> LongPanel:
    path = folder / "panel.csv"
    path.write_text(text, encoding="utf-8")
    return read_long(path, **{"unit": "place", "time": "when", "outcome": "value", **names})[0]


def test_rows_become_periods_by_units_whatever_their_order(tmp_path: Path) -> None:
    lines = SMALL.splitlines(keepends=True)
    for order in (lines[1:], lines[:0:-1]):
        panel = read(tmp_path, HEAD + "".join(order))
        assert (panel.units, panel.periods) == (("A", "B"), ("1990", "1991"))
        assert panel.values.tolist() == [[1, 2], [3, 5]]


def test_names_of_columns_are_free_and_other_columns_are_left_alone(tmp_path: Path) -> None:
    text = "\ufeffjunk,Région,année,Décès\n=cmd|x,Ouest,2020,4\n<b>,Ouest,2021,5\n"
    panel = read(tmp_path, text, unit="Région", time="année", outcome="Décès")
    assert (panel.units, panel.values.tolist()) == (("Ouest",), [[4], [5]])


@pytest.mark.parametrize(
    ("written", "ordered"),
    [
        (["10", "9", "100"], ["9", "10", "100"]),
        (["1990.0", "1989.0"], ["1989", "1990"]),
        (["-1", "0.5", "-10"], ["-10", "-1", "0.5"]),
        (["2024-10", "2024-9", "2023-12"], ["2023-12", "2024-9", "2024-10"]),
        (["2024-02-01", "2024-01-31"], ["2024-01-31", "2024-02-01"]),
        (["2024-02-01 00:00:00", "2024-01-31T00:00:00Z"], ["2024-01-31", "2024-02-01"]),
        (["2024-Q2", "2023-Q4", "2024-Q1"], ["2023-Q4", "2024-Q1", "2024-Q2"]),
        (["week 10", "week 9"], ["week 9", "week 10"]),
    ],
)
def test_periods_are_put_in_order_as_numbers_dates_or_running_text(
    tmp_path: Path, written: list[str], ordered: list[str]
) -> None:
    panel = read(tmp_path, HEAD + "".join(f"A,{when},{row}\n" for row, when in enumerate(written)))
    assert list(panel.periods) == ordered


@pytest.mark.parametrize(
    ("type", "first"),
    [(pa.date32(), date(2024, 1, 1)), (pa.timestamp("ns"), datetime(2024, 1, 1)), (pa.string(), "2024-01-01")],
)
def test_parquet_gives_the_same_panel_whatever_type_the_periods_have(tmp_path: Path, type: pa.DataType, first: object) -> None:
    path = tmp_path / "panel.parquet"
    pq.write_table(
        pa.table(
            {
                "place": pa.array(["A", "B"]).dictionary_encode(),
                "when": pa.array([first, first], type),
                "value": pa.array([0.1, None], pa.float64()),
            }
        ),
        path,
    )
    [panel] = read_long(path, unit="place", time="when", outcome="value")
    assert (panel.units, panel.periods, panel.before("2024-01-01")) == (("A", "B"), ("2024-01-01",), 0)
    np.testing.assert_array_equal(panel.values, [[0.1, np.nan]])


def test_a_number_keeps_all_its_digits_in_csv_and_parquet(tmp_path: Path) -> None:
    numbers = np.random.default_rng(3).normal(size=200) * 10.0 ** np.arange(-100, 100)
    table = {"place": ["A"] * 200, "when": list(range(200)), "value": numbers}
    pq.write_table(pa.table(table), tmp_path / "p.parquet")
    [parquet] = read_long(tmp_path / "p.parquet", unit="place", time="when", outcome="value")
    csv = read(tmp_path, HEAD + "".join(f"A,{row},{value!r}\n" for row, value in enumerate(numbers.tolist())))
    np.testing.assert_array_equal(parquet.values[:, 0], numbers)
    np.testing.assert_array_equal(csv.values[:, 0], numbers)


def test_a_study_column_tells_panels_of_one_file_apart(tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("s,place,when,value\nx,A,1,1\ny,B,7,2\nx,C,1,3\ny,B,8,4\n")
    first, second = read_long(tmp_path / "many.csv", unit="place", time="when", outcome="value", study="s")
    assert (first.study, first.units, first.periods, first.values.tolist()) == ("x", ("A", "C"), ("1",), [[1, 3]])
    assert (second.study, second.units, second.periods) == ("y", ("B",), ("7", "8"))


def test_the_start_is_found_however_it_is_written(tmp_path: Path) -> None:
    panel = read(tmp_path, SMALL)
    assert [panel.before(start) for start in ("1990", "1991", "1991.0", " 1991 ")] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "file is empty"),
        (HEAD, "no row below"),
        (SMALL + "A,1991,4\n", "A in 1991 given more than once, in data rows 3 and 5"),
        (SMALL + "A,1991.0,4\n", "A in 1991 given more than once"),
        (SMALL + "C,1991,many\n", "data row 5, column value: 'many' is no number"),
        (SMALL + "C,1991,1_000\n", "'1_000' is no number"),
        (SMALL + 'C,1991,"1,000"\n', "'1,000' is no number"),
        (SMALL + "C,1991,-inf\n", "data row 5, column value: '-inf' is not finite"),
        (SMALL + "C,1991,1e999\n", "'1e999' is not finite"),
        (SMALL + ",1991,4\n", "data row 5, column place: no value"),
        (SMALL + "C,,4\n", "data row 5, column when: no value"),
        (SMALL + "C,1991\n", "data row 5: 2 cells; expected 3"),
        (SMALL + "C\x1b[2J,1991,4\n", "signs that cannot be printed"),
        (HEAD + "A,Jan 2020,1\nA,Feb 2020,1\n", "periods written 'Jan 2020' and 'Feb 2020'"),
        (HEAD + "A,31/12/2020,1\n", "place in time cannot be known"),
        (HEAD + "A,before,1\n", "place in time cannot be known"),
        (HEAD + "A,2020-01,1\nA,2020-01-01,1\n", "periods written '2020-01' and '2020-01-01'"),
        ("plase,when,value\nA,1,1\n", "no column 'place'; expected a name such as plase"),
        ("place,place,when,value\nA,A,1,1\n", "2 columns named 'place'"),
    ],
)
def test_a_fault_of_the_file_gets_one_line_that_says_where_it_is(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(MusterError) as fault:
        read(tmp_path, text)
    assert words in str(fault.value)
    assert str(fault.value).startswith("panel.csv")
    assert str(fault.value).isprintable()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("panel.xlsx", b"PK", "not a sound Excel workbook"),
        ("panel.csv", "place,when,value\nCôte,1,1\n".encode("utf-16"), "CSV UTF-8"),
        ("panel.csv", b"place,when,value\nC\xf4te,1,1\n", "CSV UTF-8"),
        ("panel.parquet", b"no parquet at all", "cannot be read as Parquet"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MusterError, match=words):
        read_long(tmp_path / name, unit="place", time="when", outcome="value")


def test_one_column_cannot_be_two_things(tmp_path: Path) -> None:
    with pytest.raises(MusterError, match="one column for two things"):
        read(tmp_path, SMALL, outcome="when")


def test_a_name_that_is_not_there_is_answered_with_names_like_it(tmp_path: Path) -> None:
    panel = read(tmp_path, SMALL.replace("B,", "Berlin,"))
    for name, words in (("berlin", "a name such as Berlin"), ("zzz", "one of A, Berlin")):
        with pytest.raises(MusterError, match=words):
            panel.column(name)
    with pytest.raises(MusterError, match="no period '1989'; expected one of the 2 from 1990 to 1991"):
        panel.before("1989")


GAPS = HEAD + "A,1,1\nA,2,2\nA,3,4\nB,1,5\nB,2,NA\nB,3,5.5\nC,1,6\nC,3,7\n"


def test_a_missing_cell_is_named_whether_its_row_is_blank_or_absent(tmp_path: Path) -> None:
    with pytest.raises(MusterError, match="no value for B in 2 and 1 more cells"):
        read(tmp_path, GAPS).complete()
    with pytest.raises(MusterError, match="no value for C in 2;"):
        read(tmp_path, GAPS).without(["B"]).complete()


def test_units_or_periods_with_gaps_are_left_out_on_request_and_named(tmp_path: Path) -> None:
    panel = read(tmp_path, GAPS)
    units, periods = panel.complete("drop units"), panel.complete("drop periods")
    assert (units.units, units.set_aside) == (("A",), ("B: missing values", "C: missing values"))
    assert (periods.periods, periods.set_aside) == (("1", "3"), ("2: missing values",))
    assert periods.values.tolist() == [[1, 5, 6], [4, 5.5, 7]]


def test_a_unit_without_any_value_is_named_and_can_be_left_out(tmp_path: Path) -> None:
    panel = read(tmp_path, HEAD + "A,1,1\nA,2,2\nB,1,\nB,2,\nC,1,3\nC,2,5\n")
    for missing in ("error", "drop periods"):
        with pytest.raises(MusterError, match="no value in any period for B"):
            panel.complete(missing)
    assert panel.without(["B"]).complete().units == panel.complete("drop units").units == ("A", "C")
    assert panel.without(["B"]).set_aside == ("B: as asked",)


def test_nothing_left_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MusterError, match="a value is missing in every one"):
        read(tmp_path, HEAD + "A,1,1\nA,2,\nB,1,\nB,2,3\n").complete("drop periods")


def test_a_series_that_never_changes_is_named(tmp_path: Path) -> None:
    with pytest.raises(MusterError, match="the same value in every period for B"):
        read(tmp_path, SMALL.replace("B,1991,5", "B,1991,2")).complete()


def test_a_period_is_known_by_its_numbers_and_form() -> None:
    assert moment("1989") == moment("1989.0") != moment("1989-01")
    assert moment("2024-06-25") == moment("2024-06-25 00:00:00.000000000")
    assert len({moment("2024-1"), moment("2024-01")}) == 1
