"""What the files of the HDX Humanitarian API share: the columns in front, the place of a row, the provider's own errors."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column
from muster.sources.observing import LEVELS, placed

COLUMNS = {
    "location_code": Column("code", "ISO 3166-1 alpha-3 code of the country"),
    "admin1_code": Column("code", "P-code of the first-level area, or blank"),
    "admin1_name": Column("text", "its name, or blank"),
    "admin2_code": Column("code", "P-code of the second-level area, or blank"),
    "admin2_name": Column("text", "its name, or blank"),
    "admin_level": Column("code", "0 where the row is of the country, 1 or 2 where of an area"),
    "reference_period_start": Column("day", "first day that the row speaks of"),
    "reference_period_end": Column("day", "last day that it speaks of"),
}
OPTIONAL = {"error": Column("text", "why the provider holds the row to be unusable, or blank")}
CODES = ("location_code", "admin1_code", "admin2_code")


def place(cells: Cells) -> dict[str, pa.Array]:
    """``place`` and ``place_name``; rows that the provider itself calls unusable are at fault."""
    cells.fault("flagged", ("error",), pc.not_equal(cells.text("error", blank=True), ""))
    level = cells.choice("admin_level", LEVELS, "unknown-place")
    return placed(cells, level, CODES, (None, "admin1_name", "admin2_name"), said="admin_level")


def period(cells: Cells) -> dict[str, pa.Array]:
    """``date_from`` and ``date_to``."""
    first, last = (cells.day(f"reference_period_{end}") for end in ("start", "end"))
    cells.fault("dates-out-of-order", ("reference_period_start", "reference_period_end"), pc.greater(first, last))
    return {"date_from": first, "date_to": last}
