"""HDX HAPI food prices: WFP's market prices with P-codes."""

import pyarrow as pa

from muster.sources import hapi
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, joined, observed
from muster.sources.prices import market_prices

COLUMNS = {
    **hapi.COLUMNS,
    "market_name": Column("text", "name of the market"),
    "market_code": Column("code", "number of the market, or blank"),
    "lat": Column("number", "degrees north of the market, or blank"),
    "lon": Column("number", "degrees east of the market, or blank"),
    "commodity_name": Column("text", "the good"),
    "unit": Column("text", "how much of it, often a local measure"),
    "price_flag": Column("code", "actual, aggregate or both"),
    "price_type": Column("text", "Retail, Wholesale and the like"),
    "currency_code": Column("code", "ISO 4217 code of the currency"),
    "price": Column("number", "price in that currency"),
}
NAMES = {
    "market": "market_name",
    "market_id": "market_code",
    "latitude": "lat",
    "longitude": "lon",
    "commodity": "commodity_name",
    "flag": "price_flag",
    "type": "price_type",
    "currency": "currency_code",
}
KEYED = ("market", "market_id", "commodity", "flag", "type", "currency")
KEY = ("reference_period_start", *hapi.CODES, *(NAMES[name] for name in KEYED), "unit")


def parse(table: pa.Table) -> Parsed:
    """Prices by the finest area that has a code, each of the month in which its reference period begins.

    The period runs from the 15th to the 14th because WFP dates the price of a month to its 15th; it is a monthly price.
    """
    cells = Cells(table)
    place, _ = hapi.place(cells), hapi.period(cells)
    first, last = cells.month("reference_period_start")
    columns = market_prices(cells, NAMES)
    identity = joined(dated(first), place["place"], columns["site"], columns["series"], by=" | ")
    return observed(cells, {"observation_id": identity, **place, "date_from": first, "date_to": last, **columns}, key=KEY)


SOURCE = Source(
    name="hapi-food-prices",
    title="HDX HAPI: food prices",
    provider="World Food Programme",
    licence="CC BY 3.0 IGO",
    citation="World Food Programme, Price Database, through the HDX Humanitarian API. Units are local: a price is compared "
    "with itself only, never with one in another unit",
    redistribute=True,
    shape="observations",
    columns=COLUMNS,
    optional=hapi.OPTIONAL,
    keys=KEY,
    vintage="the day of the download: prices are added and corrected every week",
    parse=parse,
    country=("location_code",),
)
