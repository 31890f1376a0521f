"""FEWS NET Data Warehouse: market prices of a country as one CSV file.

The address is the one behind the downloads of https://fews.net/data and of FEWS NET's data sets on HDX:
``marketpricefacts/?dataset=FEWS_NET_Staple_Food_Price_Data&country=&start_date=&end_date=&format=csv``, the country in two
letters.
"""

import pycountry

from muster.errors import FetchError
from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Provider, of_the_day

DATASET = "FEWS_NET_Staple_Food_Price_Data"


def follow(ask: Ask, page: Page | None, count: int) -> Request | None:  # noqa: ARG001  one shape for all providers
    """One request."""
    if page is not None:
        return None
    found = pycountry.countries.get(alpha_3=ask.country)
    if found is None:
        raise FetchError(repr(ask.country), where="--country", expected="ISO 3166-1 alpha-3")
    return ask.request(
        "csv",
        dataset=ask.dataset or DATASET,
        country=found.alpha_2,
        start_date=ask.first,
        end_date=ask.last,
        format="csv",
    )


FEWSNET = Provider(
    name="fewsnet-prices",
    source="fewsnet-markets",
    endpoint="https://fdw.fews.net/api/marketpricefacts/",
    follow=follow,
    vintage=of_the_day,
    must=frozenset({"country"}),
)
