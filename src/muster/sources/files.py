"""A data file on disk to the text columns that its source declares; every fault of the file as a whole is found here."""

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from muster.errors import DataError
from muster.records import DataFile
from muster.sources.declaration import Parsed, Source
from muster.sources.events import SOURCE as STORED_EVENTS
from muster.sources.events import Stored, stored
from muster.sources.table import SOURCES

CHUNK = 1 << 20
# A row must fit into a block, so this is also the longest row that can be read.
BLOCK = 1 << 24


def load(file: DataFile) -> Parsed:
    """Read a data file as its sidecar declares it.

    Raises:
        DataError: the file, its layout or the named source is at fault. Faults of single rows are in ``Parsed.rejected``.
    """
    source, path = SOURCES.get(file.source), Path(file.path)
    if source is None:
        raise DataError(
            f"source {file.source!r} is not known", where=file.name, expected=f"one of {', '.join(sorted(SOURCES))}"
        )
    try:
        table = _read(path, source)
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror or error})", where=path.name) from error
    table = _without_tags(table)
    if not table.num_rows:
        raise _no_rows(path)
    return source.parse(_with_blanks(table, source))


def opened(file: DataFile) -> Parsed | Stored:
    """A data file read as :func:`load` does, or left on disk where the engine that makes a panel can read it there.

    Raises:
        DataError: as :func:`load`.
    """
    path = Path(file.path)
    if file.source == STORED_EVENTS.name and (path.is_dir() or path.suffix.lower() == ".parquet"):
        return stored(file)
    return load(file)


def _without_tags(table: pa.Table) -> pa.Table:
    """The table without the row of tags (``#date``, ``#adm1+name``) that files of one data exchange carry below the names."""
    first = [cell for row in table.slice(0, 1).to_pylist() for cell in row.values() if cell]
    return table.slice(1) if first and all(cell.startswith("#") for cell in first) else table


def _with_blanks(table: pa.Table, source: Source) -> pa.Table:
    """The table with blank columns for those that only other layouts of the source have."""
    for name in source.optional:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _no_rows(path: Path) -> DataError:
    return DataError("there is no row below the column names", where=path.name, do="export the file again")


def _read(path: Path, source: Source) -> pa.Table:
    if not path.stat().st_size:
        raise DataError("the file is empty", where=path.name, do="export it again")
    if path.suffix.lower() == ".csv":
        return _read_csv(path, source)
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path, source)
    raise DataError(f"the name ends in {path.suffix!r}", where=path.name, expected=".csv or .parquet")


def _read_csv(path: Path, source: Source) -> pa.Table:
    _check_text(path)
    header, rows_follow = _header(path)
    _check_columns(header, source, path)
    if not rows_follow:
        raise _no_rows(path)
    misshapen: list[pacsv.InvalidRow] = []

    def stop(row: pacsv.InvalidRow) -> str:
        misshapen.append(row)
        return "error"

    try:
        return pacsv.read_csv(
            path,
            # Only one thread knows the number of a row at fault.
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=stop),
            convert_options=pacsv.ConvertOptions(
                include_columns=_read_of(header, source), column_types=dict.fromkeys(header, pa.string())
            ),
        )
    except pa.ArrowInvalid as error:
        raise _csv_fault(path, error, misshapen) from error


def _csv_fault(path: Path, error: pa.ArrowInvalid, misshapen: Sequence[pacsv.InvalidRow]) -> DataError:
    if not misshapen:
        return DataError(f"the rows cannot be read ({_brief(error)})", where=path.name, expected=f"rows below {BLOCK} bytes")
    row = misshapen[0]
    return DataError(
        f"{row.actual_columns} cells",
        where=f"{path.name}, data row {row.number - 1}",
        expected=f"{row.expected_columns} as in the first line",
        do="the file may be cut off: export it again",
    )


def _check_text(path: Path) -> None:
    """UTF-8 throughout, and quotation marks in pairs: an open one would swallow every row behind it."""
    decoder, line, quotes, text = codecs.getincrementaldecoder("utf-8")(), 1, 0, ""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                raise _not_utf8(path, line) from error
            line += text.count("\n")
            quotes += text.count('"')
    if decoder.getstate()[0]:
        raise _not_utf8(path, line)
    if quotes % 2:
        raise DataError(
            "a quotation mark is not closed",
            where=path.name,
            expected="quotation marks in pairs",
            do="the file may be cut off: export it again",
        )


def _not_utf8(path: Path, line: int) -> DataError:
    return DataError("the text is not UTF-8", where=f"{path.name}, line {line}", expected="a CSV file saved as UTF-8")


def _header(path: Path) -> tuple[list[str], bool]:
    """The column names, and whether anything but blank lines follows them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next(filter(None, csv.reader(stream)), []), any(line.strip() for line in stream)
    except csv.Error as error:
        raise DataError(f"the column names cannot be read ({error})", where=f"{path.name}, line 1") from error


def _read_parquet(path: Path, source: Source) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(file.schema_arrow.names, source, path)
            wanted = _read_of(file.schema_arrow.names, source)
            table = file.read(columns=wanted)
            return table.select(wanted).cast(pa.schema([(name, pa.string()) for name in wanted]))
    except pa.ArrowException as error:
        raise DataError(f"the file cannot be read as Parquet ({_brief(error)})", where=path.name) from error


def _read_of(names: Sequence[str], source: Source) -> list[str]:
    """The columns of a file that its source reads."""
    return [*source.columns, *(name for name in source.optional if name in names)]


def _check_columns(names: Sequence[str], source: Source, path: Path) -> None:
    missing = [name for name in source.columns if name not in names]
    if missing:
        raise DataError(
            f"{_listed(missing)} missing among the columns {_listed(names)}",
            where=path.name,
            expected=f"the layout of source {source.name}",
        )
    twice = [name for name, count in Counter(names).items() if count > 1 and name in {**source.columns, **source.optional}]
    if twice:
        raise DataError(f"{_listed(twice)} given more than once", where=path.name, expected="every column name once")


def _listed(names: Sequence[str], most: int = 40) -> str:
    shown = ", ".join(ascii(name[:30])[1:-1] for name in islice(names, most))
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:120]
