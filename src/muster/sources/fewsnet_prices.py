"""FEWS NET prices of Haiti, the national monthly table: the mean over markets, in gourdes and in dollars."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.observing import dated, joined, observed
from muster.sources.prices import price

COLUMNS = {
    "month": Column("month", "first day of the month"),
    "fews_commodity": Column("text", "the good"),
    "product_source": Column("text", "Local or Import"),
    "n_markets": Column("whole", "markets that are followed for the good"),
    "price_htg": Column("number", "mean price in gourdes, or blank"),
    "price_usd": Column("number", "mean price in US dollars, or blank"),
}
CURRENCIES = {"HTG": "price_htg", "USD": "price_usd"}
KEY = ("month", "fews_commodity", "product_source")


def parse(table: pa.Table) -> Parsed:
    """A series for each good, origin and currency; a row with neither price observes nothing and is set aside."""
    cells = Cells(table)
    first, last = cells.month("month")
    good = joined(cells.text("fews_commodity"), cells.text("product_source"))
    markets = cells.number("n_markets", whole=True, least=1, most=1_000_000)
    prices = {currency: price(cells, column, blank=True) for currency, column in CURRENCIES.items()}
    cells.fault("missing", tuple(CURRENCIES.values()), pc.and_(*(pc.is_null(values) for values in prices.values())))
    identity = joined(dated(first), good, by=" | ")
    columns = {"place": "HTI", "place_name": "Haiti", "measure": "price", "n_sources": markets}
    parts = [
        {"observation_id": joined(identity, currency), "series": joined(good, currency), "value": values, "unit": currency}
        for currency, values in prices.items()
    ]
    days = {"date_from": first, "date_to": last}
    parsed = observed(cells, {"observation_id": identity, **days, **columns}, key=KEY, parts=parts)
    return replace(parsed, table=parsed.table.filter(pc.is_valid(parsed.table["value"])))


SOURCE = Source(
    name="fewsnet-prices",
    title="FEWS NET national prices of Haiti",
    provider="Famine Early Warning Systems Network",
    licence="not stated for this derived table",
    citation="Famine Early Warning Systems Network, staple food prices of Haiti, mean over markets. The table does not say for "
    "what quantity a price is: each series is compared with itself only",
    redistribute=False,
    shape="observations",
    columns=COLUMNS,
    keys=KEY,
    vintage="the day of the download",
    parse=parse,
)
