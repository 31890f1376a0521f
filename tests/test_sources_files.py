"""A file that is not what its sidecar says gives one clear error; a good one reads the same in every form."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from muster.errors import DataError
from muster.records import DataFile
from muster.sources import Parsed, load

FULL_LAYOUT = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,"
    "dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,"
    "source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,"
    "date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob"
)
EVENT = {
    "id": "12",
    "type_of_violence": "2",
    "number_of_sources": "3",
    "source_article": '"Two lines\nand a ""quoted"", word"',
    "adm_1": "Ouest department",
    "latitude": "18.5",
    "longitude": "-72.3",
    "date_prec": "4",
    "date_start": "2024-05-01 00:00:00.000",
    "date_end": "2024-05-31 00:00:00.000",
    "best": "4",
    "high": "9",
    "low": "2",
}
FIGURES = (
    "claim_id,domain,outcome,place,period_start,period_end,value,low,high,unit,better,provider,attributed_to,source_url,"
    "source_title,source_published,source_class,series_id,conflict_group,note\n"
    "A1,security,killed,HTI,2024-01-01,2024-03-31,100,,,persons,lower,P,,https://a.b/c,Là-bas,2024-04,x,S,,a note\n"
)


def data_file(path: Path, source: str) -> DataFile:
    return DataFile(
        name=path.stem, path=str(path), source=source, title="", provider="", licence="", vintage="2025-06", sha256="0" * 64
    )


def read(folder: Path, content: bytes | str, source: str = "figures", name: str = "file.csv") -> Parsed:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(data_file(path, source))


def full_layout(**change: str) -> str:
    row = {**EVENT, **change}
    return f"{FULL_LAYOUT}\n{','.join(row.get(name, '') for name in FULL_LAYOUT.split(','))}\n"


def test_the_full_ucdp_layout_with_clock_times_is_read(tmp_path: Path) -> None:
    parsed = read(tmp_path, full_layout(), "ucdp-ged")
    assert parsed.rejected == ()
    row = parsed.table.to_pylist()[0]
    assert (str(row["date_from"]), str(row["date_to"]), row["kind"], row["date_precision"]) == (
        *("2024-05-01", "2024-05-31"),
        *("non-state", 4),
    )


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path, FIGURES)
    assert read(tmp_path, b"\xef\xbb\xbf" + FIGURES.encode()).table.equals(plain.table)
    assert read(tmp_path, FIGURES.replace("\n", "\r\n")).table.equals(plain.table)
    assert read(tmp_path, FIGURES.rstrip("\n")).table.equals(plain.table)
    assert plain.table["title"].to_pylist() == ["Là-bas"]


def test_parquet_reads_as_the_same_file_in_csv_whatever_its_types(tmp_path: Path) -> None:
    from_csv = read(tmp_path, full_layout(), "ucdp-ged")
    moments = {
        name: pa.array([datetime(2024, 5, day, tzinfo=UTC).replace(tzinfo=None)], pa.timestamp("ms"))
        for name, day in (("date_start", 1), ("date_end", 31))
    }
    table = pacsv.read_csv(tmp_path / "file.csv", parse_options=pacsv.ParseOptions(newlines_in_values=True))
    for name, column in moments.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    table = table.set_column(table.schema.get_field_index("best"), "best", pa.array([4.0]))
    pq.write_table(table, tmp_path / "file.parquet")
    assert load(data_file(tmp_path / "file.parquet", "ucdp-ged")).table.equals(from_csv.table)


def test_a_cell_of_a_million_characters_costs_only_its_row(tmp_path: Path) -> None:
    sound = FIGURES.splitlines()[1].replace("A1", "A2")
    parsed = read(tmp_path, FIGURES.replace("a note", "n" * 1_000_000) + sound)
    assert [(rejected.row, rejected.reason) for rejected in parsed.rejected] == [(1, "bad-text")]
    assert parsed.table["figure_id"].to_pylist() == ["A2"]


def test_notes_of_many_lines_are_read_whole_in_a_file_of_many_blocks(tmp_path: Path) -> None:
    header, row = FIGURES.splitlines()
    note = "\n".join(["line" * 10] * 400)
    rows = "\n".join(row.replace("A1", f"A{number}").replace("a note", f'"{note}"') for number in range(1100))
    parsed = read(tmp_path, f"{header}\n{rows}\n")
    assert (tmp_path / "file.csv").stat().st_size > 1 << 24
    assert parsed.rejected == ()
    assert parsed.table["note"].unique().to_pylist() == [note]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "missing"),
        (FIGURES.splitlines()[0], "no row below"),
        (FIGURES.encode("latin-1"), "line 2: the text is not UTF-8"),
        (FIGURES.encode("utf-16"), "line 1: the text is not UTF-8"),
        (FIGURES.encode()[:-1] + b"\xc3", "not UTF-8"),
        (FIGURES.replace("claim_id,", "").replace("unit", "units"), "claim_id, unit missing"),
        (FIGURES.replace(",", ";"), "missing"),
        (FIGURES.replace("note\n", "note,value\n").replace("a note\n", "a note,9\n"), "value given more than once"),
        (FIGURES + "A2,security,kil", "data row 2: 3 cells; expected 20"),
        (FIGURES + FIGURES.splitlines()[1].replace("a note", '"a no'), "quotation mark"),
        (b"x" * 200_000 + b"\n1\n", "column names cannot be read"),
    ],
    ids=[
        *("empty", "blank lines", "header only", "latin-1", "utf-16", "cut inside a letter", "missing columns", "semicolons"),
        *("a column twice", "cut inside a row", "cut inside a quote", "an endless name"),
    ],
)
def test_a_csv_file_at_fault_gives_one_line(tmp_path: Path, content: bytes | str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content)
    assert message in str(caught.value)
    assert caught.value.where.startswith("file.csv")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_a_row_too_long_to_read_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="rows cannot be read"):
        read(tmp_path, FIGURES.replace("a note", "n" * 40_000_000))


def test_a_parquet_file_at_fault_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="as Parquet"):
        read(tmp_path, FIGURES, name="file.parquet")
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({"id": [1]}), path)
    with pytest.raises(DataError, match=r"best, high, low missing among the columns id"):
        load(data_file(path, "ucdp-ged"))
    nested = pa.table({name: [["x"]] for name in EVENT})
    pq.write_table(nested, path)
    with pytest.raises(DataError, match="as Parquet"):
        load(data_file(path, "ucdp-ged"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + whole[-8:])
    with pytest.raises(DataError):
        load(data_file(path, "ucdp-ged"))


def test_what_cannot_be_opened_or_is_not_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv: the file cannot be read"):
        load(data_file(tmp_path / "gone.csv", "figures"))
    with pytest.raises(DataError, match="expected one of events, figures, ucdp-ged"):
        load(data_file(tmp_path / "gone.csv", "acled"))
    with pytest.raises(DataError, match=r"expected \.csv or \.parquet"):
        read(tmp_path, FIGURES, name="file.xlsx")


def test_all_rows_of_the_shared_files_are_sound(shared: Path) -> None:
    figures = load(data_file(shared / "facts/haiti_outcomes.csv", "figures"))
    events = load(data_file(shared / "data/ucdp/ucdp_ged_v25_1_haiti_1989_2024.csv", "ucdp-ged"))
    assert (figures.table.num_rows, figures.rejected) == (598, ())
    assert (events.table.num_rows, events.rejected) == (359, ())
