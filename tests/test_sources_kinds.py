"""One table in every kind of file reads the same; packed, merged, cut-off and hostile files give one clear error."""

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from muster.dossier.folder import DATA_KINDS
from muster.errors import DataError
from muster.records import DataFile
from muster.sources import Parsed, load, source_of
from muster.sources.textfile import KINDS

CSV = (
    "place,period,value,unit,site,note\n"
    "A,2024-01,1.5,persons,north,x\n"
    "B,2024-Q2,2,persons,south,y\n"
    "Côte,2024,3,persons,west,z\n"
    "A,2024-W09,-4,persons,north,\n"
)
ROWS = [line.split(",") for line in CSV.splitlines()]


def file_of(path: Path, source: str = "", **said: object) -> DataFile:
    words = {"title": "T", "provider": "", "licence": "", "vintage": "2025-06", "sha256": "0" * 64, **said}
    return DataFile(name=path.stem, path=str(path), source=source, **words)  # type: ignore[arg-type]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(rows: Sequence[Sequence[object]], *more: tuple[str, Sequence[Sequence[object]]], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    for title, other in more:
        added = book.create_sheet(title)
        for row in other:
            added.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}), stream)
    return stream.getvalue()


KIND: dict[str, Callable[[], bytes]] = {
    "f.csv": CSV.encode,
    "bom.csv": lambda: CSV.encode("utf-8-sig"),
    "semicolons.csv": lambda: CSV.replace(",", ";").encode(),
    "tags.csv": lambda: CSV.replace("note\n", "note\n#adm1+name,#date,#value,,,\n", 1).encode(),
    "f.tsv": lambda: CSV.replace(",", "\t").encode(),
    "f.csv.gz": lambda: gzip.compress(CSV.encode()),
    "F.CSV.GZ": lambda: gzip.compress(CSV.encode()),
    "f.zip": lambda: zipped(("folder/table.csv", CSV.encode()), ("read me.txt", b"hello"), ("__MACOSX/table.csv", b"x")),
    "f.xlsx": lambda: workbook([list(row) for row in ROWS]),
    "numbers.xlsx": lambda: workbook([[float(c) if c[-1:].isdigit() and "-" not in c[1:] else c for c in r] for r in ROWS]),
    "sheets.xlsx": lambda: workbook([list(r) for r in ROWS[:3]], ("more", [list(r) for r in (ROWS[0], *ROWS[3:])])),
    "f.parquet": lambda: parquet(ROWS),
}


@pytest.mark.parametrize("name", KIND)
def test_every_kind_of_file_reads_as_the_plain_one(tmp_path: Path, name: str) -> None:
    plain = load(file_of(written(tmp_path / "plain.csv", CSV.encode())))
    assert plain.table["date_to"].to_pylist() == [date(2024, 1, 31), date(2024, 6, 30), date(2024, 12, 31), date(2024, 3, 3)]
    assert plain.table["value"].to_pylist() == [1.5, 2, 3, -4]
    read = load(file_of(written(tmp_path / name, KIND[name]())))
    assert read.table.equals(plain.table)
    assert read.rejected == plain.rejected == ()


def test_the_dossier_and_the_readers_know_the_same_kinds() -> None:
    # Polygons are no rows: the panel reads them.
    assert set(DATA_KINDS) == {*KINDS, ".geojson"}


def test_days_of_a_workbook_are_days(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["place", "when", "n"],
        ["A", datetime(2024, 5, 2), 7],
        ["B", date(2024, 5, 3), 8.0],
        [None] * 3,
    ]
    path = written(tmp_path / "f.xlsx", workbook(rows))
    parsed = load(file_of(path, "tabular", columns={"place": "place", "date": "when", "value": "n"}))
    assert [(row["date_from"], row["value"]) for row in parsed.table.to_pylist()] == [
        (date(2024, 5, 2), 7),
        (date(2024, 5, 3), 8),
    ]


def test_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    content = workbook([["Terms of use"], ["be kind"]], ("data", [list(row) for row in ROWS]), ("empty", []))
    parsed = load(file_of(written(tmp_path / "f.xlsx", content)))
    assert parsed.table.num_rows == 4
    assert [remark.split(":")[0] for remark in parsed.remarks] == ["sheet Sheet is not read", "sheet empty is not read"]


BOMB = gzip.compress(b"place,period,value\n" + b"0" * 40_000_000)
FAULTS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "cut gzip": ("f.csv.gz", lambda: gzip.compress(CSV.encode() * 9)[:-20], "ends too early"),
    "no gzip": ("f.csv.gz", CSV.encode, "cannot be unpacked"),
    "gzip with rubbish": ("f.csv.gz", lambda: gzip.compress(CSV.encode()) + b"rubbish", "cannot be unpacked"),
    "gzip bomb": ("f.csv.gz", lambda: BOMB, "unpacks to more than 16,777,216 bytes"),
    "zip bomb": ("f.zip", lambda: zipped(("a.csv", b"0" * 40_000_000)), "unpacks to more than"),
    "no zip": ("f.zip", CSV.encode, "cannot be unpacked"),
    "two tables": (
        "f.zip",
        lambda: zipped(("a.csv", b"x"), ("b.csv", b"y")),
        "2 tables in the archive, which holds a.csv, b.csv",
    ),
    "no table": ("f.zip", lambda: zipped(("../../a.txt", b"x")), "0 tables in the archive, which holds ../../a.txt"),
    "empty zip": ("f.zip", zipped, "0 tables in the archive, which holds nothing"),
    "no workbook": ("f.xlsx", CSV.encode, "not a sound Excel workbook"),
    "a zip as workbook": ("f.xlsx", lambda: zipped(("a.csv", b"x")), "not a sound Excel workbook"),
    "workbook bomb": ("f.xlsx", lambda: zipped(("xl/worksheets/a.xml", b" " * 40_000_000)), "unpacks to 40,000,000 bytes"),
    "merged cells": ("f.xlsx", lambda: workbook([list(row) for row in ROWS], merge="A2:A3"), "merged cells A2:A3"),
    "a title above": (
        "f.xlsx",
        lambda: workbook([["Table 1"], [], *(list(row) for row in ROWS)]),
        "sheet Sheet: the column names stand in row 3; expected them in row 1; delete the 2 rows above it",
    ),
    "a strange workbook": ("f.xlsx", lambda: workbook([["a"], ["b"]]), "are those of no source"),
    "an empty workbook": ("f.xlsx", lambda: workbook([]), "are those of no source"),
    "mixed encodings": ("f.csv", lambda: CSV.encode() + "Côte,2024,1,,,\n".encode("cp1252"), "line 6: the text is not UTF-8"),
    "a strange header": ("f.csv", lambda: b"a,b\n1,2\n", "the columns a, b are those of no source"),
    "a thousand columns": ("f.csv", (",".join(f"c{n}" for n in range(1000)) + "\n").encode, "and 960 more are those"),
    "a huge cell": ("f.csv", lambda: b"place,period,value\nA,2024," + b"9" * 100_000_000 + b"\n", "rows cannot be read"),
    "another table's Parquet": ("f.parquet", lambda: parquet([["a"], ["1"]]), "are those of no source"),
    "empty": ("f.csv.gz", lambda: b"", "the file is empty"),
    "packed nothing": ("f.csv.gz", lambda: gzip.compress(b""), "are those of no source"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_at_fault_gives_one_line_and_leaves_nothing(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, content, words = FAULTS[fault]
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    with pytest.raises(DataError) as caught:
        load(file_of(written(tmp_path / name, content())))
    assert words in str(caught.value)
    assert caught.value.where.startswith(name)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 2000
    assert list(spare.iterdir()) == []


def test_a_thousand_columns_around_the_wanted_ones_cost_nothing_but_their_names(tmp_path: Path) -> None:
    wide = "\n".join(
        line + ",0" * 1000 if number else line + "".join(f",c{n}" for n in range(1000))
        for number, line in enumerate(CSV.splitlines())
    )
    assert load(file_of(written(tmp_path / "f.csv", wide.encode()))).table.num_rows == 4


def test_what_unpacks_is_bounded_by_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(DataError, match="no room to unpack it"):
        load(file_of(written(tmp_path / "f.csv.gz", gzip.compress(CSV.encode()))))


# ---- which source a file is


def test_a_source_is_told_from_the_header(tmp_path: Path) -> None:
    assert source_of(written(tmp_path / "f.csv", CSV.encode())).name == "tabular"
    names = "extra,id,type_of_violence,number_of_sources,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low"
    path = written(tmp_path / "g.csv", f"{names}\n,7,3,1,A,18.5,-72.3,1,2024-05-02,2024-05-03,4,9,2\n".encode())
    assert source_of(path).name == "ucdp-ged"
    assert load(file_of(path)).table["deaths_best"].to_pylist() == [4]


def test_an_unknown_header_names_the_nearest_source_and_what_it_lacks(tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", CSV.replace("period", "month").encode())
    with pytest.raises(DataError, match="tabular is nearest and lacks period"):
        source_of(path)


# ---- a mapping in the sidecar


def mapped(folder: Path, text: str, **columns: str) -> Parsed:
    return load(file_of(written(folder / "mine.csv", text.encode()), "tabular", columns=columns))


def test_a_mapping_reads_observations_with_constants(tmp_path: Path) -> None:
    parsed = mapped(
        tmp_path, "Région,Jour,Prix\nOuest,2024-05-02,70\nNord,2024-05-02,65\n",
        place="Région", date="Jour", value="Prix", series="=rice", measure="=price", unit="=HTG/kg",
    )  # fmt: skip
    rows = parsed.table.to_pylist()
    assert [(row["place"], row["value"], row["series"], row["measure"], row["unit"]) for row in rows] == [
        ("Ouest", 70, "rice", "price", "HTG/kg"),
        ("Nord", 65, "rice", "price", "HTG/kg"),
    ]


def test_a_mapping_reads_events_and_unknown_deaths_stay_unknown(tmp_path: Path) -> None:
    text = "id,where,from,to,killed\n1,A,2024-05-02,2024-05-04,3\n2,B,2024-05-02,2024-05-02,\n"
    names = {"id": "id", "place": "where", "date_from": "from", "date_to": "to"}
    with_deaths = mapped(tmp_path, text, **names, deaths="killed")
    assert [tuple(row[f"deaths_{side}"] for side in ("low", "best", "high")) for row in with_deaths.table.to_pylist()] == [
        (None, 3, None)
    ]
    assert [(one.row, one.reason) for one in with_deaths.rejected] == [(2, "missing")]
    without = mapped(tmp_path, text, **names)
    assert without.table["deaths_best"].to_pylist() == [None, None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2024,1", "missing"),
        ("A,2024-13,1", "bad-date"),
        ("A,2024-W60,1", "bad-date"),
        ("A,June,1", "bad-date"),
        ('A,2024,"1,5"', "bad-number"),
        ("A,2024,", "missing"),
        ("A,2023,9", "duplicate-id"),
    ],
)
def test_a_row_at_fault_is_set_aside_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    parsed = mapped(tmp_path, f"place,period,value\nA,2023,9\n{row}\n", place="place", period="period", value="value")
    assert [(one.row, one.reason) for one in parsed.rejected] == ([(2, reason)] if row[-1] != "," else [])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"place": "a", "date": "b", "values": "c"}, "'values' means nothing"),
        ({"value": "c", "date": "b"}, "only value, date given"),
        ({"place": "a", "date_from": "b"}, "expected place, and date, period, or date_from and date_to"),
        ({"place": "gone", "date": "b", "value": "c"}, "gone missing among the columns a, b, c"),
    ],
)
def test_a_mapping_at_fault_is_told(tmp_path: Path, columns: dict[str, str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        mapped(tmp_path, "a,b,c\nA,2024-05-02,1\n", **columns)
