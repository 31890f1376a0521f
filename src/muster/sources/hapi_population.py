"""HDX HAPI population: how many live in an area, in all and by gender and age."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources import hapi
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, joined, observed

COLUMNS = {
    **hapi.COLUMNS,
    "gender": Column("code", "f, m or all"),
    "age_range": Column("code", "years of age such as 0-4 or 80+, or all"),
    "population": Column("whole", "persons"),
}
KEY = ("location_code", "admin1_code", "admin2_code", "gender", "age_range", "reference_period_end")
TOTAL = "population"


def parse(table: pa.Table) -> Parsed:
    """The series ``population`` is the total that the provider gives; parts of it are series of their own, never added."""
    cells = Cells(table)
    place, days = hapi.place(cells), hapi.period(cells)
    gender, ages = cells.text("gender"), cells.text("age_range")
    whole = pc.and_(pc.equal(gender, "all"), pc.equal(ages, "all"))
    series = pc.if_else(whole, TOTAL, joined(TOTAL, gender, ages))
    identity = joined(dated(days["date_to"]), place["place"], series, by=" | ")
    persons = cells.number("population", whole=True, least=0, outside="negative")
    columns = {"series": series, "measure": "stock", "value": persons, "unit": "persons"}
    return observed(cells, {"observation_id": identity, **place, **days, **columns}, key=KEY)


SOURCE = Source(
    name="hapi-population",
    title="HDX HAPI: population",
    provider="national statistical offices and others, gathered by OCHA",
    licence="CC BY 4.0",
    citation="Common operational data sets on population statistics, through the HDX Humanitarian API",
    redistribute=True,
    shape="observations",
    columns=COLUMNS,
    optional=hapi.OPTIONAL,
    keys=KEY,
    vintage="the reference period: estimates of different censuses are not one line",
    parse=parse,
)
