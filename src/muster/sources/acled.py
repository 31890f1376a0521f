"""ACLED's event export, as a registered user downloads it: political violence and demonstrations, one event a row."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import MONTHS, Cells, each, iso_day
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import EVENTS

COLUMNS = {
    "event_date": Column("day", "day of the event, YYYY-MM-DD or DD Month YYYY"),
    "event_type": Column("text", "one of ACLED's six types"),
    "sub_event_type": Column("text", "kind of event within its type"),
    "country": Column("text", "country of the event"),
    "admin1": Column("text", "first-level administrative area, blank where unknown"),
    "location": Column("text", "name of the place"),
    "latitude": Column("number", "degrees north"),
    "longitude": Column("number", "degrees east"),
    "source": Column("text", "sources that report the event, apart by semicolons"),
    "fatalities": Column("whole", "deaths as reported, 0 where none were"),
}
# The columns of actors are read as text alone: old exports give numbers in them, new ones words.
OPTIONAL = {
    "event_id_cnty": Column("code", "name of the event, used once; absent from derived files"),
    "time_precision": Column("code", "1 the day is known, 2 the week, 3 the month"),
    "timestamp": Column("whole", "when ACLED last changed the event, seconds since 1970"),
    "nrEvents": Column("whole", "events that a row of a derived file counts"),
    "iso": Column("code", "ISO 3166-1 numeric of the country"),
    "actor1": Column("text", "first actor"),
    "actor2": Column("text", "second actor"),
    "interaction": Column("text", "kinds of the two actors, in numbers or words"),
    "admin2": Column("text", "second-level administrative area"),
    "admin3": Column("text", "third-level administrative area"),
    "notes": Column("text", "what happened"),
}
KINDS = {
    kind: kind
    for kind in (
        "Battles",
        "Explosions/Remote violence",
        "Protests",
        "Riots",
        "Strategic developments",
        "Violence against civilians",
    )
}
# ACLED's precision of time to that of EVENTS, where 4 and above is a block and not a day.
PRECISIONS: Mapping[str, str] = MappingProxyType({"": "", "1": "1", "2": "3", "3": "4"})
DAY_MONTH_YEAR = re.compile(rf"(\d\d?) ({'|'.join(MONTHS)}) (\d{{4}})")


def parse(table: pa.Table) -> Parsed:
    """Events by first-level area; one number of deaths and no range."""
    cells = Cells(table)
    latitude, longitude = cells.position("latitude", "longitude")
    best, first, last, precision = cells.deaths("fatalities"), *_dates(cells)
    key, ids = _ids(cells, table)
    several = cells.number("nrEvents", blank=True)
    cells.fault("bad-number", ("nrEvents",), pc.not_equal(several, 1))
    columns = {
        "event_id": ids,
        "place": cells.text("admin1", blank=True),
        **{"date_from": first, "date_to": last, "date_precision": precision},
        **{"latitude": latitude, "longitude": longitude},
        **{"deaths_low": pa.nulls(len(best)), "deaths_best": best, "deaths_high": pa.nulls(len(best))},
        "kind": cells.choice("event_type", KINDS, "unknown-kind"),
        "n_sources": each(cells.text("source", blank=True), _sources, pa.int32()),
    }
    return cells.parsed(columns, EVENTS, key=("event_id", key), release=("timestamp",))


def _dates(cells: Cells) -> tuple[pa.Date32Array, pa.Date32Array, pa.StringArray]:
    """First and last possible day, and the precision in the words of EVENTS, null where the file does not give it."""
    day = cells.day("event_date", _day)
    precision = cells.choice("time_precision", PRECISIONS, "bad-precision", blank=True)
    spans = pc.binary_join_element_wise(day.cast(pa.string()), precision, " ")
    first = each(spans, lambda text: _span(text)[0], pa.date32())
    last = each(spans, lambda text: _span(text)[1], pa.date32())
    return first, last, pc.if_else(pc.equal(precision, ""), None, precision)


def _day(text: str) -> date | None:
    """An ISO day, or one as ``07 March 2024``."""
    found = DAY_MONTH_YEAR.fullmatch(text)
    return iso_day(f"{found[3]}-{MONTHS.index(found[2]) + 1:02d}-{int(found[1]):02d}" if found else text)


def _span(text: str) -> tuple[date, date]:
    """The days that a day and a precision leave open: the day itself, its week from Monday, or its month."""
    day, precision = date.fromisoformat(text[:10]), text[11:]
    if precision == "3":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if precision == "4":
        following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return day.replace(day=1), following - timedelta(days=1)
    return day, day


def _ids(cells: Cells, table: pa.Table) -> tuple[tuple[str, ...], pa.StringArray]:
    """The columns that tell events apart, and a key made of them: the event's id, or all that a derived file says of it."""
    given = cells.text("event_id_cnty", blank=True)
    if pc.any(pc.not_equal(given, "")).as_py():
        cells.fault("missing", ("event_id_cnty",), pc.equal(given, ""))
        return ("event_id_cnty",), given
    texts = [table.column(name).to_pylist() for name in (*COLUMNS, *OPTIONAL)]
    digests = [hashlib.sha256(repr(row).encode("utf-8", "replace")).hexdigest()[:32] for row in zip(*texts, strict=True)]
    return ("event_date", "location", "fatalities"), pa.array(digests, pa.string())


def _sources(text: str) -> int | None:
    """How many sources a cell names, null where it names none."""
    return len({part.strip() for part in text.split(";")} - {""}) or None


SOURCE = Source(
    name="acled",
    title="ACLED events, the user's own export",
    provider="Armed Conflict Location & Event Data",
    licence="ACLED's terms of use, which each user accepts on registration",
    citation="Raleigh, C., Linke, A., Hegre, H. and Karlsen, J. (2010), Introducing ACLED: an Armed Conflict Location and "
    "Event Dataset, Journal of Peace Research 47(5), 651-660",
    redistribute=False,
    shape="events",
    columns=COLUMNS,
    keys=("event_id_cnty",),
    vintage="the day of the download: events are changed and removed afterwards. No column tells it; two downloads in one file "
    "show only where an id comes twice with another timestamp",
    parse=parse,
    optional=OPTIONAL,
    country=("iso", "country"),
)
