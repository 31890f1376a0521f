"""Events of any source into one canonical Parquet file, table by table, so that a panel of them never needs them in memory."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from muster.errors import PanelError
from muster.panel.engines import Engine, answer, connection
from muster.sources import EVENTS
from muster.sources.events import UNIQUE

ROW_GROUP = 1 << 20  # rows


def store(tables: Iterable[pa.Table], path: Path, *, engine: Engine | None = None) -> int:
    """Write tables of events one after the other; gives the number of rows. The file appears whole or not at all.

    Where no id occurs twice the file says so of itself, and a panel of it need not look again. Ids are compared by DuckDB,
    which spills them to the disk: one table at a time is in memory, whatever their number.

    Raises:
        PanelError: a table is none of events, or there is none.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        rows = _written(tables, Path(name), engine or Engine())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return rows


def _written(tables: Iterable[pa.Table], path: Path, engine: Engine) -> int:
    rows = 0
    with connection(engine) as opened, pq.ParquetWriter(path, EVENTS, compression="zstd") as writer:
        ids = opened.create_table("ids", schema={"event_id": "string"})
        for table in tables:
            if not table.schema.equals(EVENTS):
                raise PanelError(
                    "a table that is none of events", where=path.name, expected=f"columns {', '.join(EVENTS.names)}"
                )
            writer.write_table(table, row_group_size=ROW_GROUP)
            opened.insert("ids", table.select(["event_id"]))
            rows += table.num_rows
        if not rows:
            raise PanelError("no event to store", where=path.name)
        different = answer(opened, ids.distinct().aggregate(n=lambda found: found.count()))["n"][0].as_py()
        if different == rows:
            writer.add_key_value_metadata({UNIQUE: str(rows)})
    return rows
