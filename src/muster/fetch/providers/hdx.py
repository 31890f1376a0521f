"""Files on the Humanitarian Data Exchange: what a data set holds is asked of its catalogue (CKAN), then the file is fetched.

Documented at https://docs.ckan.org/en/2.11/api/: ``package_show?id=NAME`` gives ``result.resources``, each with ``name``,
``url`` and ``last_modified``, and ``hash`` where the catalogue knows one.
"""

import re
from collections.abc import Callable
from datetime import date

import pycountry

from muster.errors import FetchError
from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Provider, Row
from muster.fetch.providers.pages import listed

ENDPOINT = "https://data.humdata.org/api/3/action/package_show"


def wfp_dataset(country: str) -> str:
    """The name of the data set of a country's food prices: the country's name in ISO 3166 with dashes."""
    found = pycountry.countries.get(alpha_3=country)
    return "wfp-food-prices-for-" + re.sub(r"[^a-z]+", "-", found.name.lower()).strip("-") if found else country


def _resource(page: Page, pattern: str) -> Row:
    """The one CSV file of a data set whose address ends as it should."""
    resources = listed(page.said, "result", "resources")
    fitting = [row for row in resources if re.search(pattern, str(row.get("url", "")))]
    if not fitting:
        names = ", ".join(str(row.get("name", ""))[:60] for row in resources[:10]) or "none"
        raise FetchError(f"no file of the expected name among {names}", expected=pattern, do="name another with --dataset")
    return fitting[0]


def _follow(dataset: Callable[[str], str], pattern: str) -> Callable[[Ask, Page | None, int], Request | None]:
    def follow(ask: Ask, page: Page | None, count: int) -> Request | None:
        if page is None:
            return ask.request("json", id=ask.dataset or dataset(ask.country))
        if count > 1:
            return None
        found = _resource(page, pattern)
        stated = str(found.get("hash") or "").lower()
        return Request(str(found["url"]), "csv", sha256=stated if re.fullmatch("[0-9a-f]{64}", stated) else "")

    return follow


def _vintage(pattern: str) -> Callable[[Ask, Page, date], str]:
    def vintage(ask: Ask, first: Page, today: date) -> str:  # noqa: ARG001
        changed = str(_resource(first, pattern).get("last_modified") or "")[:10]
        return changed if re.fullmatch(r"\d{4}-\d\d-\d\d", changed) else today.isoformat()

    return vintage


WFP_FILE = r"wfp_food_prices_[a-z]{3}\.csv$"
DTM_FILE = r"dtm[^/]*admin-?0-to-2\.csv$"

WFP = Provider(
    name="wfp-prices",
    source="wfp-prices",
    endpoint=ENDPOINT,
    follow=_follow(wfp_dataset, WFP_FILE),
    vintage=_vintage(WFP_FILE),
    takes=frozenset({"country", "dataset"}),
    must=frozenset({"country"}),
)
DTM = Provider(
    name="dtm",
    source="dtm",
    endpoint=ENDPOINT,
    follow=_follow(lambda country: "global-iom-dtm-from-api", DTM_FILE),  # noqa: ARG005  one file for all countries
    vintage=_vintage(DTM_FILE),
    takes=frozenset({"country", "dataset"}),
    country_column="admin0Pcode",
)
