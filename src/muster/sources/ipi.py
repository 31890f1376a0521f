"""IPI Peacekeeping Database: uniformed personnel of UN missions at month ends, by kind.

A row becomes four strengths: troops, police, observers and the total of them. A blank kind is not told apart (observers stand
among the troops until August 1992), so it is missing and never zero; the total is always told. The end of a month stands for
the month.
"""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.countries import iso3
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import DEPLOYMENTS
from muster.sources.strengths import MOST, blanked, joined, month_of, number_or_untold

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
    day, mission = cells.day("Date"), cells.text("Mission")
    code, name = cells.text("Country of Mission ISO-3", blank=True), cells.text("Country of Mission")
    values = {kind: number_or_untold(cells, column, MOST) for column, kind in KINDS.items()}
    cells.fault("missing", ("Total",), pc.is_null(values["all"]))
    parts = [pc.fill_null(values[kind], 0) for kind in ("troops", "police", "observers")]
    cells.fault("bad-number", tuple(KINDS), pc.not_equal(pc.add(pc.add(parts[0], parts[1]), parts[2]), values["all"]))
    first, last = month_of(day)
    named = pa.array([iso3(word) for word in name.to_pylist()], pa.string())
    blank = pa.array([""] * len(day), pa.string())
    rows = {
        "deployment_id": joined(mission, pc.fill_null(day.cast(pa.string()), "")),
        "mission": mission,
        "country": pc.if_else(pc.match_substring_regex(code, "^[A-Z]{3}$"), code, named),
        **dict.fromkeys(("place", "site", "contributor", "kind"), blank),
        **dict.fromkeys(("latitude", "longitude", "value"), pa.nulls(len(day), pa.float64())),
        "date_from": first,
        "date_to": last,
        "held": pa.array([False] * len(day), pa.bool_()),
        **values,
    }
    wide = pa.schema([*DEPLOYMENTS, *((kind, pa.float64()) for kind in values)])
    parsed = cells.parsed(rows, wide, key=("deployment_id", KEYS))
    return Parsed(_by_kind(parsed.table), parsed.rejected)


def _by_kind(wide: pa.Table) -> pa.Table:
    """Each row once for each kind, in the file's order."""
    tables = []
    for kind in KINDS.values():
        named = pa.array([kind] * len(wide), pa.string())
        ids = pc.binary_join_element_wise(wide["deployment_id"], named, "|")
        told = {"deployment_id": ids, "kind": named, "value": wide[kind]}
        tables.append(pa.table([told.get(name, wide[name]) for name in DEPLOYMENTS.names], schema=DEPLOYMENTS))
    order = pa.array([len(wide) * kind + row for row in range(len(wide)) for kind in range(len(KINDS))], pa.int64())
    return pa.concat_tables(tables).take(order).combine_chunks()


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
