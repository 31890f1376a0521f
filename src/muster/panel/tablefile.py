"""Named columns of a CSV or Parquet file as text, and every fault of the file as a whole."""

import csv
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from muster.errors import DataError

BLOCK = 1 << 24  # bytes; a row must fit into one


def text_columns(path: Path, wanted: Sequence[str]) -> pa.Table:
    """The wanted columns as text, in this order; a cell without a value is null or blank.

    Raises:
        DataError: the file is no table, lacks a wanted column or holds no row.
        OSError: it cannot be opened.
    """
    if path.suffix.lower() not in READERS:
        raise DataError(f"the name ends in {path.suffix!r}", where=path.name, expected=" or ".join(READERS))
    if not path.stat().st_size:
        raise DataError("the file is empty", where=path.name)
    table = READERS[path.suffix.lower()](path, wanted)
    if not table.num_rows:
        raise DataError("there is no row below the column names", where=path.name)
    return table


def near(name: str, there: Sequence[str], most: int = 8) -> str:
    """The names most like this one, or the first ones, as words of a message."""
    folded = {other.casefold(): other for other in there}
    likely = [folded[found] for found in get_close_matches(name.casefold(), folded, n=most, cutoff=0.6)]
    shown = [plain(other) for other in (likely or list(there[:most]))]
    rest = "" if likely or len(there) <= most else f" and {len(there) - most} more"
    return f"{'a name such as' if likely else 'one of'} {', '.join(shown)}{rest}"


def plain(text: str) -> str:
    """A name as a message may show it: short, and without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:40])


def _csv(path: Path, wanted: Sequence[str]) -> pa.Table:
    _check_columns(_header(path), wanted, path)
    misshapen: list[pacsv.InvalidRow] = []

    def stop(row: pacsv.InvalidRow) -> str:
        misshapen.append(row)
        return "error"

    try:
        return pacsv.read_csv(
            path,
            # Only one thread knows the number of a row at fault.
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(invalid_row_handler=stop),
            convert_options=pacsv.ConvertOptions(include_columns=list(wanted), column_types=dict.fromkeys(wanted, pa.string())),
        )
    except pa.ArrowInvalid as error:
        if not misshapen:
            raise DataError(f"the rows cannot be read ({_brief(error)})", where=path.name, expected="CSV in UTF-8") from None
        row = misshapen[0]
        raise DataError(
            f"{row.actual_columns} cells",
            where=f"{path.name}, data row {row.number - 1}",
            expected=f"{row.expected_columns} as in the first line",
        ) from None


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next(filter(None, csv.reader(stream)), [])
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(
            f"the column names cannot be read ({_brief(error)})", where=f"{path.name}, line 1", expected="CSV in UTF-8"
        ) from None


def _parquet(path: Path, wanted: Sequence[str]) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(file.schema_arrow.names, wanted, path)
            table = file.read(columns=list(wanted)).select(list(wanted))
            return table.cast(pa.schema([(name, pa.string()) for name in wanted]))
    except pa.ArrowException as error:
        raise DataError(f"the file cannot be read as Parquet ({_brief(error)})", where=path.name) from None


READERS = {".csv": _csv, ".parquet": _parquet}


def _check_columns(names: Sequence[str], wanted: Sequence[str], path: Path) -> None:
    for name in wanted:
        if names.count(name) != 1:
            found = f"{names.count(name)} columns named {name!r}" if name in names else f"no column {name!r}"
            raise DataError(found, where=path.name, expected=near(name, sorted(set(names) - {""})))
    if len(set(wanted)) < len(wanted):
        raise DataError(f"one column for two things: {', '.join(wanted)}", where=path.name, expected="a different column each")


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:120]
