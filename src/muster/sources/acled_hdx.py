"""ACLED's monthly counts on HDX: the sheets of one workbook, by second-level area or by country; zeros are rows."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import MONTHS, Cells, each, iso_day
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, filled, joined
from muster.sources.tallies import tallies

COLUMNS = {
    "Country": Column("text", "name of the country"),
    "Month": Column("text", "English name of the month"),
    "Year": Column("whole", "year"),
    "Events": Column("whole", "number of events"),
}
OPTIONAL = {
    "Admin1": Column("text", "name of the first-level area"),
    "Admin2": Column("text", "name of the second-level area"),
    "ISO3": Column("code", "ISO 3166-1 alpha-3 of the country"),
    "Admin1 Pcode": Column("code", "P-code of the first-level area"),
    "Admin2 Pcode": Column("code", "P-code of the second-level area"),
    "Fatalities": Column("whole", "number of deaths; sheets of demonstrations have none"),
}
NUMBERS: Mapping[str, str] = MappingProxyType({name: f"{number:02d}" for number, name in enumerate(MONTHS, start=1)})
KEY = ("Country", "Admin1", "Admin2", "Admin2 Pcode", "Month", "Year")


def parse(table: pa.Table) -> Parsed:
    """Series ``events`` and ``fatalities`` by P-code, or by country where the sheet has no areas.

    Which kind of event is counted stands in the workbook's name alone.
    """
    cells = Cells(table)
    texts = {name: cells.text(name, blank=True) for name in OPTIONAL if name != "Fatalities"}
    country, named = cells.text("Country"), pc.equal(texts["Admin2"], "")
    place = pc.if_else(named, pc.coalesce(filled(texts["ISO3"]), country), texts["Admin2 Pcode"])
    cells.fault("unknown-place", ("Admin2", "Admin2 Pcode"), pc.and_(pc.invert(named), pc.equal(place, "")))
    first, last = _months(cells)
    columns = {
        "observation_id": joined(dated(first), place, by=" | "),
        "place": place,
        "place_name": pc.coalesce(filled(texts["Admin2"]), country),
        **{"date_from": first, "date_to": last},
    }
    return tallies(cells, columns, "Events", "Fatalities", key=KEY)


def _months(cells: Cells) -> tuple[pa.Date32Array, pa.Date32Array]:
    """The first and the last day of each row's month."""
    year = cells.number("Year", whole=True, least=1900, most=2199, outside="bad-date").cast(pa.string())
    first = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(year, 0, 4), cells.choice("Month", NUMBERS, "bad-date"), "01", "-"
    )
    return each(first, iso_day, pa.date32()), each(first, _last_day, pa.date32())


def _last_day(text: str) -> date | None:
    """The last day of the month that begins on a day."""
    first = iso_day(text)
    return first and (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


SOURCE = Source(
    name="acled-hdx",
    title="ACLED monthly counts on HDX",
    provider="ACLED",
    licence="ACLED's terms, printed on the workbook's sheet TOU",
    citation="ACLED, monthly counts of events and fatalities, as published on the Humanitarian Data Exchange",
    redistribute=False,
    shape="observations",
    columns=COLUMNS,
    keys=KEY,
    vintage="the day of the download, as past months change; two in one file show where a row comes twice with other numbers",
    parse=parse,
    optional=OPTIONAL,
    country=("ISO3", "Country"),
)
