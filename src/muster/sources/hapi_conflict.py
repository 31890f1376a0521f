"""HDX HAPI conflict events: events and deaths by administrative area and month, counted by ACLED, passed on by OCHA."""

import pyarrow as pa

from muster.sources import hapi
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, joined
from muster.sources.tallies import tallies

COLUMNS = {
    **hapi.COLUMNS,
    "event_type": Column("code", "civilian_targeting (inside political_violence), demonstration or political_violence"),
    "events": Column("whole", "number of events"),
    "fatalities": Column("whole", "number of deaths, blank where they are not given"),
}
# Civilian targeting is a part of political violence: each type is a series of its own, and a plan names one series.
KINDS = {kind: kind for kind in ("civilian_targeting", "demonstration", "political_violence")}
KEY = ("reference_period_start", *hapi.CODES, "event_type")


def parse(table: pa.Table) -> Parsed:
    """Series such as ``political_violence events`` and ``political_violence fatalities``, by P-code of the row's own level."""
    cells = Cells(table)
    place, days = hapi.place(cells), hapi.period(cells)
    kind = cells.choice("event_type", KINDS, "unknown-kind")
    identity = joined(dated(days["date_from"]), place["place"], cells.text("event_type"), by=" | ")
    return tallies(cells, {"observation_id": identity, **place, **days}, "events", "fatalities", key=KEY, stem=kind)


SOURCE = Source(
    name="hapi-conflict",
    title="HDX HAPI conflict events",
    provider="OCHA Humanitarian Data Exchange, counted by ACLED",
    licence="ACLED's terms as HDX prints them; see the data set's page",
    citation="OCHA, HDX Humanitarian API, conflict events; data from ACLED",
    redistribute=False,
    shape="observations",
    columns=COLUMNS,
    keys=KEY,
    vintage="the day of the download, as past months change; two in one file show where a row comes twice with other numbers",
    parse=parse,
    optional=hapi.OPTIONAL,
    country=("location_code",),
)
