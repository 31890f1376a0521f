"""FEWS NET prices by market, as its data warehouse gives them: a price of one good, at one market, for one period."""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, filled, joined, observed
from muster.sources.prices import price

COLUMNS = {
    "country": Column("text", "name of the country"),
    "market": Column("text", "name of the market"),
    "admin_1": Column("text", "name of the first-level area; blank where the price is of the country"),
    "product": Column("text", "the good"),
    "unit": Column("text", "how much of it, such as 6_lb"),
    "price_type": Column("text", "Retail, Wholesale and the like"),
    "currency": Column("code", "ISO 4217 code of the currency"),
    "period_date": Column("day", "the day that the price is of, the last of the month where it is monthly"),
    "value": Column("number", "price in that currency; blank where none was collected"),
}
OPTIONAL = {
    "product_source": Column("text", "Local or Import"),
    "latitude": Column("number", "degrees north of the market"),
    "longitude": Column("number", "degrees east of the market"),
}
KEY = ("period_date", "country", "admin_1", "market", "product", "product_source", "unit", "price_type", "currency")


def parse(table: pa.Table) -> Parsed:
    """Prices by first-level area; a price of the whole country has the country's name as its place."""
    cells = Cells(table)
    day, country, area = cells.day("period_date"), cells.text("country"), cells.text("admin_1", blank=True)
    market, unit, currency = (cells.text(name) for name in ("market", "unit", "currency"))
    latitude, longitude = cells.position("latitude", "longitude")
    origin = filled(cells.text("product_source", blank=True))
    series = joined(cells.text("product"), origin, unit, cells.text("price_type"), currency)
    place = pc.if_else(pc.equal(area, ""), country, area)
    columns = {
        "observation_id": joined(dated(day), country, place, market, series, by=" | "),
        "place": place,
        "place_name": place,
        "series": series,
        "measure": "price",
        "date_from": day,
        "date_to": day,
        "value": price(cells, "value"),
        "unit": joined(currency, unit, by=" per "),
        "site": market,
        "latitude": latitude,
        "longitude": longitude,
    }
    return observed(cells, columns, key=KEY)


SOURCE = Source(
    name="fewsnet-markets",
    title="FEWS NET prices by market",
    provider="Famine Early Warning Systems Network",
    licence="public, with attribution to FEWS NET",
    citation="Famine Early Warning Systems Network, staple food prices, FEWS NET Data Warehouse. Units are local: a price is "
    "compared with itself only, never with one in another unit",
    redistribute=True,
    shape="observations",
    columns=COLUMNS,
    optional=OPTIONAL,
    keys=KEY,
    vintage="the day of the download: prices are added and corrected at any time",
    parse=parse,
    country=("country",),
)
