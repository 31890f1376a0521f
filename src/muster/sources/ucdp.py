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
OPTIONAL = {
    "where_prec": Column("code", "1-5 from the exact place to a first-level area or a line, 6 the country alone, 7 at sea"),
    "year": Column("whole", "year of the event"),
    "code_status": Column("text", "Clear, or what is still to be checked of an event of a candidate release"),
    "iso3": Column("code", "ISO 3166-1 alpha-3, in files of one country"),
    "country": Column("text", "country that the event is placed in"),
}
KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
PRECISIONS = {str(number): str(number) for number in range(1, 6)}
# Of where an event lies. Where only the country is known, the file gives a point inside it, which is no place of the event.
PLACED = {"": "yes", **{str(number): "yes" for number in range(1, 6)}, "6": "no", "7": "no"}
# Every event of a yearly release is vetted; a candidate release marks those that are not.
VETTED = "Clear"
YEARLY = 0.0
# What one release says of an event wherever it names it, the telling ones first.
RELEASE = ("best", "date_start", "date_end", "low", "high", "latitude", "longitude", "adm_1", "type_of_violence")


def parse(table: pa.Table) -> Parsed:
    """Events by first-level area; one that is known to its country only has a blank place and no coordinates."""
    cells = Cells(table)
    sources = cells.number("number_of_sources", whole=True, least=-1, most=1_000_000)
    position = cells.position("latitude", "longitude")
    placed = pc.equal(cells.choice("where_prec", PLACED, "bad-precision", blank=True), "yes")
    latitude, longitude = (pc.if_else(placed, degrees, None) for degrees in position)
    columns = {
        "event_id": cells.text("id"),
        "place": cells.text("adm_1", blank=True),
        "date_from": cells.day("date_start"),
        "date_to": cells.day("date_end"),
        "date_precision": cells.choice("date_prec", PRECISIONS, "bad-precision"),
        "latitude": latitude,
        "longitude": longitude,
        **{f"deaths_{name}": cells.deaths(name) for name in ("low", "best", "high")},
        "kind": cells.choice("type_of_violence", KINDS, "unknown-kind"),
        "n_sources": pc.if_else(pc.equal(sources, -1), None, sources),
    }
    cells.fault("dates-out-of-order", ("date_start", "date_end"), pc.greater(columns["date_from"], columns["date_to"]))
    for smaller, larger in (("low", "best"), ("best", "high")):
        above = pc.greater(columns[f"deaths_{smaller}"], columns[f"deaths_{larger}"])
        cells.fault("low-above-high", ("low", "best", "high"), above)
    year = pc.coalesce(cells.number("year", blank=True, whole=True), pc.year(columns["date_from"]).cast(pa.float64()))
    cells.fault("mixed-vintage", ("date_start", "code_status"), _other_release(year, cells.text("code_status", blank=True)))
    return cells.parsed(columns, EVENTS, key=("event_id", ("id",)), release=RELEASE)


def _other_release(year: pa.DoubleArray, status: pa.StringArray) -> pa.BooleanArray:
    """The rows of all releases in a file but the one with the most rows.

    A candidate release lies in one year and some of its events are not vetted yet; a yearly release is vetted throughout and
    ends before. So a year with an unvetted event is of a candidate release, and years before it that have none may be of a
    yearly release; where vetted years follow, the marks mean something else and nothing is told from them.
    """
    unvetted = year.filter(pc.invert(pc.is_in(status, value_set=pa.array(["", VETTED]))))
    release = pc.if_else(pc.is_in(year, value_set=unvetted), year, pc.if_else(pc.is_valid(year), YEARLY, None))
    last = pc.max(year.filter(pc.fill_null(pc.equal(release, YEARLY), False)))
    if pc.less(pc.min(unvetted), last).as_py():
        return pa.repeat(False, len(year))
    most = pc.mode(release).field("mode")
    return pc.not_equal(release, most[0]) if len(most) else pa.repeat(False, len(year))


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
    vintage="the release in the file's name, such as 25.1 (yearly) or 25.0.7 (candidate); two in one file show where an id "
    "comes twice with other content, or where unvetted events stand beside other years",
    parse=parse,
    optional=OPTIONAL,
    country=("iso3", "country"),
)
