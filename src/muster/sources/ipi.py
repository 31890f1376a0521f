"""IPI Peacekeeping Database: uniformed personnel of UN missions at month ends, by kind.

A row becomes four strengths: troops, police, observers and the total of them. A blank kind is not told apart (observers stand
among the troops until August 1992), so it is missing and never zero; the total is always told. The end of a month stands for
the month.
"""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells, each
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import DEPLOYMENTS
from muster.sources.spellings import iso3
from muster.sources.strengths import MOST, blanked, joined, number_or_untold

KINDS = {"Troops": "troops", "Police": "police", "Observers": "observers", "Total": "all"}
COLUMNS = {
    "Date": Column("day", "the last day of the month, YYYY-MM-DD"),
    "Mission": Column("code", "the mission's acronym"),
    "Country of Mission": Column("text", "where its headquarters are"),
    "Country of Mission ISO-3": Column("code", "the same as ISO 3166-1 alpha-3"),
    "Troops": Column("whole", "military personnel; blank where none or not told apart"),
    "Police": Column("whole", "police; blank where none or not told apart"),
    "Observers": Column("whole", "military observers; blank where none or not told apart"),
    "Total": Column("whole", "all of them"),
}
KEYS = ("Date", "Mission")


def parse(table: pa.Table) -> Parsed:
    """Four strengths a row, for the whole mission and all contributors."""
    cells = Cells(blanked(table, tuple(KINDS)))
    (first, last), mission = cells.month("Date"), cells.text("Mission")
    code, name = cells.text("Country of Mission ISO-3", blank=True), cells.text("Country of Mission")
    values = {kind: number_or_untold(cells, column, MOST) for column, kind in KINDS.items()}
    cells.fault("missing", ("Total",), pc.is_null(values["all"]))
    parts = [pc.fill_null(values[kind], 0) for kind in ("troops", "police", "observers")]
    cells.fault("bad-number", tuple(KINDS), pc.not_equal(pc.add(pc.add(parts[0], parts[1]), parts[2]), values["all"]))
    row = joined(mission, pc.fill_null(last.cast(pa.string()), ""))
    columns = {
        "deployment_id": row,
        "mission": mission,
        "country": pc.if_else(pc.match_substring_regex(code, "^[A-Z]{3}$"), code, each(name, iso3, pa.string())),
        **dict.fromkeys(("place", "site", "contributor"), pa.repeat("", len(row))),
        **dict.fromkeys(("latitude", "longitude"), pa.nulls(len(row), pa.float64())),
        "date_from": first,
        "date_to": last,
        "held": pa.repeat(False, len(row)),
    }
    parts = [
        {
            "deployment_id": pc.binary_join_element_wise(row, kind, "|"),
            "kind": pa.repeat(kind, len(row)),
            "value": value,
        }
        for kind, value in values.items()
    ]
    return cells.parsed(columns, DEPLOYMENTS, key=("deployment_id", KEYS), parts=parts)


SOURCE = Source(
    name="ipi-personnel",
    title="IPI Peacekeeping Database, missions by month",
    provider="International Peace Institute",
    licence="none stated with the data; to be cited; its rows are not passed on",
    citation="Perry, C. and Smith, A. C. (2013), Trends in Uniformed Contributions to UN Peacekeeping: A New Dataset, "
    "1991-2012, International Peace Institute",
    redistribute=False,
    shape="deployments",
    columns=COLUMNS,
    keys=KEYS,
    vintage="the last month in the file",
    parse=parse,
)
