"""A data file on disk to text columns, whatever kind of file it is; faults of the file as a whole are found on the way.

CSV (comma, semicolon or tab; plain, gzipped or in a zip archive), Excel and Parquet. What is read is bounded: a packed file may
unpack to :data:`muster.sources.packed.MOST` bytes, a row of a CSV may hold 16 MB.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from muster.errors import DataError
from muster.sources.textcolumns import Choose, Text, brief, no_rows


def text_of(path: Path, choose: Choose) -> Text:
    """The chosen columns of a data file as text, in the order in which they were chosen.

    Raises:
        DataError: it cannot be read, is no table of a kind we know, is cut off, or holds no row; or as ``choose`` raises.
    """
    try:
        kind = next((kind for kind in KINDS if path.name.lower().endswith(kind)), None)
        if kind is None:
            ending = path.suffix or "nothing"
            raise DataError(f"the name ends in {ending!r}", where=path.name, expected=f"one of {', '.join(KINDS)}")
        if not path.stat().st_size:
            raise DataError("the file is empty", where=path.name, do="export it again")
        found = KINDS[kind](path, choose)
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror or error})", where=path.name) from error
    if not found.table.num_rows:
        raise no_rows(path.name)
    return found


def _csv(path: Path, choose: Choose) -> Text:
    from muster.sources.csvfile import read_csv

    return Text(read_csv(path, path.name, choose))


def _packed(path: Path, choose: Choose) -> Text:
    from muster.sources.csvfile import read_csv
    from muster.sources.packed import unpacked

    with unpacked(path) as plain:
        return Text(read_csv(plain, path.name, choose))


def _workbook(path: Path, choose: Choose) -> Text:
    from muster.sources.workbook import read_workbook

    return read_workbook(path, choose)


def _parquet(path: Path, choose: Choose) -> Text:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            wanted = list(choose(file.schema_arrow.names))
            table = file.read(columns=wanted).select(wanted)
            return Text(table.cast(pa.schema([(name, pa.string()) for name in wanted])))
    except pa.ArrowException as error:
        raise DataError(f"the file cannot be read as Parquet ({brief(error)})", where=path.name) from error


KINDS: dict[str, Callable[[Path, Choose], Text]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".csv.gz": _packed,
    ".tsv.gz": _packed,
    ".zip": _packed,
    ".xlsx": _workbook,
    ".parquet": _parquet,
}
