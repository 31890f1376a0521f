"""HDX HAPI, version 2: conflict events, displaced persons, food prices and population of a country, in pages of ten thousand.

Documented at https://hdx-hapi.readthedocs.io and in the source of the interface itself: ``location_code`` (ISO3),
``start_date``, ``end_date``, ``limit`` (at most 10,000), ``offset``, ``output_format``; ``data`` holds the rows; the
application's name and mail address, encoded, go into the header ``X-HDX-HAPI-APP-IDENTIFIER``.
"""

from collections.abc import Sequence
from typing import Any

from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Provider, Row, of_the_day, words
from muster.fetch.providers.pages import listed

ENDPOINT = "https://hapi.humdata.org/api/v2"
PAGE = 10_000
PLACE = words(
    "location_code has_hrp in_gho provider_admin1_name provider_admin2_name admin1_code admin1_name admin2_code admin2_name "
    "admin_level"
)
TIME = ("reference_period_start", "reference_period_end", "dataset_hdx_id", "resource_hdx_id", "warning", "error")


def follow(ask: Ask, page: Page | None, count: int) -> Request | None:
    """Page after page, until one is not full."""
    if page is not None and len(listed(page.said, "data")) < PAGE:
        return None
    return ask.request(
        "json",
        location_code=ask.country,
        start_date=ask.first,
        end_date=ask.last,
        output_format="json",
        limit=PAGE,
        offset=count * PAGE,
    )


def rows(said: Any) -> Sequence[Row]:
    """The rows of a page, with the administrative level where the answer leaves it to the codes."""
    return [{"admin_level": _level(row), **row} for row in listed(said, "data")]


def _level(row: Row) -> int:
    return 2 if row.get("admin2_code") else 1 if row.get("admin1_code") else 0


def _theme(name: str, path: str, columns: str) -> Provider:
    return Provider(
        name=name,
        source=name,
        endpoint=f"{ENDPOINT}/{path}",
        follow=follow,
        vintage=of_the_day,
        rows=rows,
        columns=(*PLACE, *words(columns), *TIME),
        token="HAPI_APP_IDENTIFIER",
        header="X-HDX-HAPI-APP-IDENTIFIER",
        must=frozenset({"token"}),
    )


CONFLICT = _theme("hapi-conflict", "coordination-context/conflict-events", "event_type events fatalities")
IDPS = _theme("hapi-idps", "affected-people/idps", "operation assessment_type reporting_round population")
PRICES = _theme(
    "hapi-food-prices",
    "food-security-nutrition-poverty/food-prices-market-monitor",
    "market_name market_code lat lon commodity_category commodity_name commodity_code unit price_flag price_type currency_code "
    "price usd_price",
)
POPULATION = _theme(
    "hapi-population", "geography-infrastructure/baseline-population", "gender age_range min_age max_age population"
)
