"""Events in the canonical layout: as CSV like any other source, or in Parquet files that are larger than memory."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from muster.errors import DataError
from muster.records import DataFile
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import EVENTS

COLUMNS = {
    "event_id": Column("code", "name of the event, used once"),
    "place": Column("text", "where it happened, as the plan names places; blank where unknown"),
    "date_from": Column("day", "first day that it may have begun"),
    "date_to": Column("day", "last day that it may have ended"),
    "date_precision": Column(
        "code", "1 the day is known, 2-3 within days or a week, 4 within a month, 5 within a year; blank where unknown"
    ),
    "latitude": Column("number", "degrees north, blank where unknown"),
    "longitude": Column("number", "degrees east, blank where unknown"),
    "deaths_low": Column("whole", "low estimate of deaths, blank where there is none"),
    "deaths_best": Column("whole", "best estimate of deaths, blank where there is none"),
    "deaths_high": Column("whole", "high estimate of deaths, blank where there is none"),
    "kind": Column("text", "kind of event, in the source's words"),
    "n_sources": Column("whole", "sources that reported it, blank where not counted"),
}
PRECISIONS = {"": "", **{str(number): str(number) for number in range(1, 6)}}
MOST_SOURCES = 1_000_000
# In the metadata of a file whose writer has found that no id occurs twice in it: the number of its rows.
UNIQUE = "muster.events.different_ids"
FIRST_YEAR, LAST_YEAR = 1800, 2199


@dataclass(frozen=True, slots=True)
class Stored:
    """Events left where they are: Parquet files of one layout, ``EVENTS``, to be read by the engine that makes the panel.

    ``unique`` is true of a single file whose own writer, :func:`muster.panel.store.store`, vouches that no id occurs twice.
    """

    paths: tuple[str, ...]
    rows: int
    unique: bool = False


def stored(file: DataFile) -> Stored:
    """The Parquet files of a data file, one or a folder of them, their layout checked from their footers alone.

    Raises:
        DataError: there is no Parquet file, one is cut off or damaged, or its columns are not those of ``EVENTS``.
    """
    path = Path(file.path)
    paths = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not paths:
        raise DataError("the folder holds no Parquet file", where=path.name, expected="files that end in .parquet")
    found = [_checked(part) for part in paths]
    rows = sum(metadata.num_rows for metadata in found)
    if not rows:
        raise DataError("there is no row in it", where=path.name, do="export it again")
    vouched = len(found) == 1 and (found[0].metadata or {}).get(UNIQUE.encode()) == str(rows).encode()
    return Stored(tuple(str(part) for part in paths), rows, vouched)


def _checked(path: Path) -> pq.FileMetaData:
    """What the footer of a file says, its columns being those of ``EVENTS``."""
    try:
        with pq.ParquetFile(path) as file:
            there, metadata = file.schema_arrow, file.metadata
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:120]
        raise DataError(f"not a whole Parquet file ({reason})", where=path.name, do="export it again") from None
    for field in EVENTS:
        found = [_plain(other.type) for other in there if other.name == field.name]
        if found != [field.type]:
            came = f"column {field.name!r} is {found[0]}" if len(found) == 1 else f"{len(found)} columns {field.name!r}"
            raise DataError(came, where=path.name, expected=f"one of type {field.type}, in each file of the set")
    return metadata


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type as every engine sees it: texts are one type however Arrow holds them."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else kind


def parse(table: pa.Table) -> Parsed:
    """Events as they stand in a CSV file."""
    cells = Cells(table)
    latitude, longitude = cells.position("latitude", "longitude")
    precision = cells.choice("date_precision", PRECISIONS, "bad-precision", blank=True)
    columns = {
        "event_id": cells.text("event_id"),
        "place": cells.text("place", blank=True),
        "date_from": cells.day("date_from"),
        "date_to": cells.day("date_to"),
        "date_precision": pc.if_else(pc.equal(precision, ""), None, precision),
        "latitude": latitude,
        "longitude": longitude,
        **{name: cells.deaths(name, blank=True) for name in ("deaths_low", "deaths_best", "deaths_high")},
        "kind": cells.text("kind", blank=True),
        "n_sources": cells.number("n_sources", blank=True, whole=True, least=0, most=MOST_SOURCES),
    }
    cells.fault("dates-out-of-order", ("date_from", "date_to"), pc.greater(columns["date_from"], columns["date_to"]))
    for smaller, larger in (("deaths_low", "deaths_best"), ("deaths_best", "deaths_high")):
        cells.fault("low-above-high", (smaller, larger), pc.greater(columns[smaller], columns[larger]))
    return cells.parsed(columns, EVENTS, key=("event_id", ("event_id",)))


SOURCE = Source(
    name="events",
    title="Events in Muster's own layout",
    provider="whoever made the file; its sidecar says",
    licence="that of the data the file was made from; its sidecar says",
    citation="that of the data the file was made from",
    redistribute=False,
    shape="events",
    columns=COLUMNS,
    keys=("event_id",),
    vintage="as the sidecar says",
    parse=parse,
)
