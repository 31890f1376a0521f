"""Food prices as the World Food Programme collects them, whoever passes them on: one price of one good at one market."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.observing import filled, joined

# An average over markets or over weeks is not a price that somebody paid, so that it never shares a series with actual ones;
# other words, such as forecast, are no observation at all.
FLAGS = {"actual": "", "aggregate": "aggregate", "actual,aggregate": "actual,aggregate"}


def price(cells: Cells, column: str, *, blank: bool = False) -> pa.DoubleArray:
    """Prices above zero."""
    values = cells.number(column, blank=blank, least=0, outside="negative")
    cells.fault("bad-number", (column,), pc.equal(values, 0))
    return values


def market_prices(cells: Cells, names: Mapping[str, str]) -> dict[str, pa.Array | str]:
    """The columns of a price at a market but its place and its days.

    Args:
        names: the file's columns for ``market``, ``market_id``, ``latitude``, ``longitude``, ``commodity``, ``flag``, ``type``
            and ``currency``; ``unit`` and ``price`` are called so in every layout.
    """
    commodity, kind, currency = (cells.text(names[name]) for name in ("commodity", "type", "currency"))
    unit, flag = cells.text("unit"), cells.choice(names["flag"], FLAGS, "unknown-kind")
    latitude, longitude = cells.position(names["latitude"], names["longitude"])
    market, number = cells.text(names["market"]), cells.text(names["market_id"], blank=True)
    return {
        "series": joined(commodity, unit, kind, currency, filled(flag)),
        "measure": "price",
        "value": price(cells, "price"),
        "unit": joined(currency, unit, by=" per "),
        "site": pc.if_else(pc.equal(number, ""), market, joined(market, " (", number, ")", by="")),
        "latitude": latitude,
        "longitude": longitude,
    }
