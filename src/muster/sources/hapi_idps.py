"""HDX HAPI internally displaced persons: how many were present in an area on the day of an assessment."""

import pyarrow as pa

from muster.sources import hapi
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, joined, observed, superseded

COLUMNS = {
    **hapi.COLUMNS,
    "operation": Column("text", "the operation that displacement is tracked for"),
    "assessment_type": Column("code", "BA baseline, SA site, ETT emergency tracking"),
    "population": Column("whole", "persons present"),
    "reporting_round": Column("whole", "number of the round, or blank"),
}
KEY = ("location_code", "admin1_code", "admin2_code", "operation", "assessment_type", "reference_period_end")


def parse(table: pa.Table) -> Parsed:
    """A series for each operation and kind of assessment; of several rounds on one day the latest counts."""
    cells = Cells(table)
    place, days = hapi.place(cells), hapi.period(cells)
    series = joined("IDPs", cells.text("operation"), cells.text("assessment_type"))
    identity = joined(dated(days["date_to"]), place["place"], series, by=" | ")
    rounds = cells.number("reporting_round", blank=True, whole=True, least=0)
    cells.fault("superseded", ("reporting_round",), superseded(identity, rounds))
    persons = cells.number("population", whole=True, least=0, outside="negative")
    columns = {"series": series, "measure": "stock", "value": persons, "unit": "persons"}
    return observed(cells, {"observation_id": identity, **place, **days, **columns}, key=KEY)


SOURCE = Source(
    name="hapi-idps",
    title="HDX HAPI: internally displaced persons",
    provider="International Organization for Migration",
    licence="DTM terms of use: non-commercial, no redistribution",
    citation="International Organization for Migration (IOM), Displacement Tracking Matrix (DTM), through the HDX Humanitarian "
    "API. Coverage widens with time: a jump can be coverage",
    redistribute=False,
    shape="observations",
    columns=COLUMNS,
    optional=hapi.OPTIONAL,
    keys=KEY,
    vintage="the day of the download: rounds are added and corrected",
    parse=parse,
)
