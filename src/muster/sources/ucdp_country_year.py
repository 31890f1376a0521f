"""UCDP organised violence by country and year: deaths in state-based and non-state conflict and of one-sided violence."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells, each
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.gleditsch_ward import CODES
from muster.sources.observing import joined, observed

# The series, as a plan names them, and the stem of their columns. The last is the sum of the three before it.
SERIES = {
    "state-based deaths": "sb_total_deaths",
    "non-state deaths": "ns_total_deaths",
    "one-sided deaths": "os_total_deaths",
    "organised violence deaths": "cumulative_total_deaths_in_orgvio",
}
ESTIMATES = ("low", "best", "high")
COLUMNS = {
    "country_id_cy": Column("code", "number of the state after Gleditsch and Ward"),
    "country_cy": Column("text", "its name"),
    "year_cy": Column("code", "the year"),
    **{
        f"{stem}_{estimate}_cy": Column("whole", f"{series}, {estimate} estimate")
        for series, stem in SERIES.items()
        for estimate in ESTIMATES
    },
    "version": Column("code", "the release, such as 25.1"),
}
KEY = ("country_id_cy", "year_cy")


def parse(table: pa.Table) -> Parsed:
    """Four observations a row; the place is the ISO 3166 code of the state's number or, for an unknown number, its name."""
    cells = Cells(table)
    cells.one_vintage("version")
    number, name = cells.text("country_id_cy"), cells.text("country_cy")
    first, last = cells.year("year_cy")
    identity = joined(number, cells.text("year_cy"), by=" | ")
    columns = {
        "observation_id": identity,
        "place": pc.coalesce(each(number, CODES.get, pa.string()), name),
        "place_name": name,
        "measure": "deaths",
        "unit": "deaths",
        "date_from": first,
        "date_to": last,
    }
    parts = [
        {"observation_id": joined(identity, series, by=" | "), "series": series, **_deaths(cells, stem)}
        for series, stem in SERIES.items()
    ]
    return observed(cells, columns, key=KEY, parts=parts)


def _deaths(cells: Cells, stem: str) -> dict[str, pa.DoubleArray]:
    """The best estimate and the narrowest range that holds all three.

    In a few rows the printed low is above the best estimate or the printed high below it; a row is not lost for that.
    """
    printed = [cells.deaths(f"{stem}_{estimate}_cy") for estimate in ESTIMATES]
    return {"low": pc.min_element_wise(*printed), "value": printed[1], "high": pc.max_element_wise(*printed)}


SOURCE = Source(
    name="ucdp-country-year",
    title="UCDP Country-Year Dataset on Organized Violence within Country Borders",
    provider="Uppsala Conflict Data Program",
    licence="CC BY 4.0",
    citation="Uppsala Conflict Data Program, Country-Year Dataset on Organized Violence within Country Borders, as released",
    redistribute=True,
    shape="observations",
    columns=COLUMNS,
    keys=KEY,
    vintage="the release in the column version: a file holds one",
    parse=parse,
)
