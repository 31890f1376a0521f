"""WFP market prices, the layouts of one country and of the world: a price of one good, at one market, in one month."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, filled, joined, observed
from muster.sources.prices import market_prices

COLUMNS = {
    "date": Column("month", "a day of the month of the price, the 15th in most files"),
    "admin1": Column("text", "name of the first-level area; blank where the price is of the country"),
    "market": Column("text", "name of the market"),
    "commodity": Column("text", "the good"),
    "unit": Column("text", "how much of it, often a local measure such as Marmite"),
    "priceflag": Column("code", "actual, aggregate or both"),
    "pricetype": Column("text", "Retail, Wholesale and the like"),
    "currency": Column("code", "ISO 4217 code of the currency"),
    "price": Column("number", "price in that currency"),
}
OPTIONAL = {
    "countryiso3": Column("code", "ISO 3166-1 alpha-3 code of the country"),
    "market_id": Column("code", "number of the market"),
    "latitude": Column("number", "degrees north of the market"),
    "longitude": Column("number", "degrees east of the market"),
}
NAMES = {name: name for name in ("market", "market_id", "latitude", "longitude", "commodity", "currency")}
KEY = ("date", "countryiso3", "admin1", "market", "market_id", "commodity", "unit", "priceflag", "pricetype", "currency")


def parse(table: pa.Table) -> Parsed:
    """Prices by first-level area; a price of the whole country has the country's code as its place."""
    cells = Cells(table)
    first, last = cells.month("date")
    area, country = cells.text("admin1", blank=True), cells.text("countryiso3", blank=True)
    place = pc.if_else(pc.equal(area, ""), country, area)
    cells.fault("unknown-place", ("admin1", "countryiso3"), pc.or_(pc.equal(place, ""), _shared(place, country)))
    columns = market_prices(cells, {**NAMES, "flag": "priceflag", "type": "pricetype"})
    identity = joined(dated(first), filled(country), place, columns["site"], columns["series"], by=" | ")
    place_name = pc.if_else(pc.equal(area, ""), columns["site"], area)
    days = {"date_from": first, "date_to": last}
    return observed(cells, {"observation_id": identity, "place": place, "place_name": place_name, **days, **columns}, key=KEY)


def _shared(place: pa.StringArray, country: pa.StringArray) -> pa.BooleanArray:
    """True where the name is that of areas in several countries of the file, so that it would mix their markets."""
    counts = pa.table({"place": place, "country": country}).group_by("place").aggregate([("country", "count_distinct")])
    several = counts.filter(pc.greater(counts["country_count_distinct"], 1))["place"]
    return pc.is_in(place, value_set=several.combine_chunks())


SOURCE = Source(
    name="wfp-prices",
    title="WFP Food Prices",
    provider="World Food Programme",
    licence="CC BY 3.0 IGO",
    citation="World Food Programme, Price Database, through the Humanitarian Data Exchange. Units are local: a price is "
    "compared with itself only, never with one in another unit",
    redistribute=True,
    shape="observations",
    columns=COLUMNS,
    optional=OPTIONAL,
    keys=KEY,
    vintage="the day of the download: prices are added and corrected every week",
    parse=parse,
    country=("countryiso3",),
)
