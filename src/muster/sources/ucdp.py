"""UCDP Georeferenced Event Dataset: events of organised violence with at least one death, yearly and candidate releases."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import EVENTS

COLUMNS = {
    "id": Column("code", "number of the event, used once"),
    "type_of_violence": Column("code", "1 state-based, 2 non-state, 3 one-sided"),
    "number_of_sources": Column("whole", "sources found for the event; -1 where not counted"),
    "adm_1": Column("text", "first-level administrative area, blank where unknown"),
    "latitude": Column("number", "degrees north"),
    "longitude": Column("number", "degrees east"),
    "date_prec": Column("code", "1 the day is known, 2-3 within days or a week, 4 within a month, 5 within a year"),
    "date_start": Column("day", "first day that the event may have begun"),
    "date_end": Column("day", "last day that it may have ended"),
    "best": Column("whole", "best estimate of deaths"),
    "high": Column("whole", "high estimate of deaths"),
    "low": Column("whole", "low estimate of deaths"),
}
KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
PRECISIONS = {str(number): str(number) for number in range(1, 6)}
# Far above any event ever coded, and small enough to be summed exactly.
MOST_DEATHS = 10_000_000


def parse(table: pa.Table) -> Parsed:
    """Events by first-level area; an event without one keeps a blank place."""
    cells = Cells(table)
    sources = cells.number("number_of_sources", whole=True, least=-1, most=1_000_000)
    columns = {
        "event_id": cells.text("id"),
        "place": cells.text("adm_1", blank=True),
        "date_from": cells.day("date_start"),
        "date_to": cells.day("date_end"),
        "date_precision": cells.choice("date_prec", PRECISIONS, "bad-precision"),
        "latitude": cells.number("latitude", blank=True, least=-90, most=90, outside="bad-coordinates"),
        "longitude": cells.number("longitude", blank=True, least=-180, most=180, outside="bad-coordinates"),
        "deaths_low": _deaths(cells, "low"),
        "deaths_best": _deaths(cells, "best"),
        "deaths_high": _deaths(cells, "high"),
        "kind": cells.choice("type_of_violence", KINDS, "unknown-kind"),
        "n_sources": pc.if_else(pc.equal(sources, -1), None, sources),
    }
    cells.fault("dates-out-of-order", ("date_start", "date_end"), pc.greater(columns["date_from"], columns["date_to"]))
    for smaller, larger in (("low", "best"), ("best", "high")):
        above = pc.greater(columns[f"deaths_{smaller}"], columns[f"deaths_{larger}"])
        cells.fault("low-above-high", ("low", "best", "high"), above)
    return cells.parsed(columns, EVENTS, key=("event_id", ("id",)))


def _deaths(cells: Cells, column: str) -> pa.DoubleArray:
    number = cells.number(column, whole=True, least=0, outside="negative")
    cells.fault("bad-number", (column,), pc.greater(number, MOST_DEATHS))
    return number


SOURCE = Source(
    name="ucdp-ged",
    title="UCDP Georeferenced Event Dataset",
    provider="Uppsala Conflict Data Program",
    licence="CC BY 4.0",
    citation="Sundberg, R. and Melander, E. (2013), Introducing the UCDP Georeferenced Event Dataset, "
    "Journal of Peace Research 50(4), 523-532",
    redistribute=True,
    shape="events",
    columns=COLUMNS,
    keys=("id",),
    vintage="the release in the file's name, such as 25.1 (yearly) or 25.0.7 (candidate)",
    parse=parse,
)
