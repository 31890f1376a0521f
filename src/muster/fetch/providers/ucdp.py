"""UCDP: events of the GED, yearly and candidate releases, page by page.

Documented at https://ucdp.uu.se/apidocs/: ``/gedevents/RELEASE?pagesize=&Country=&StartDate=&EndDate=`` with the country by its
Gleditsch-Ward number and both dates held against the end of an event; ``Result`` with ``TotalCount`` and ``NextPageUrl``; the
token in the header ``x-ucdp-access-token``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from muster.errors import FetchError
from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Provider, Row, words
from muster.fetch.providers.pages import linked, listed
from muster.sources.gleditsch_ward import CODES

PAGE = 1000  # the most that the interface gives
COLUMNS = words(
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id "
    "dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources "
    "source_article source_office source_date source_headline source_original where_prec where_coordinates where_description "
    "adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity date_prec date_start "
    "date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob"
)


NUMBERS: Mapping[str, str] = MappingProxyType({code: number for number, code in CODES.items()})


def follow(ask: Ask, page: Page | None, count: int) -> Request | None:  # noqa: ARG001  one shape for all providers
    """The first page, then whichever the last one names."""
    if page is not None:
        return linked(ask, page, page.said.get("NextPageUrl"))
    if ask.country and ask.country not in NUMBERS:
        raise FetchError(f"no Gleditsch-Ward number for {ask.country!r}", where="--country", expected="ISO 3166-1 alpha-3")
    return ask.request(
        "json",
        f"/{ask.release}",
        pagesize=PAGE,
        Country=NUMBERS.get(ask.country),
        StartDate=ask.first,
        EndDate=ask.last,
    )


def rows(said: Any) -> Sequence[Row]:
    """The events of a page."""
    return listed(said, "Result")


def total(said: Any) -> int | None:
    """How many events there are on all pages."""
    count = said.get("TotalCount")
    return count if isinstance(count, int) else None


def vintage(ask: Ask, first: Page, today: date) -> str:  # noqa: ARG001
    """The release."""
    return ask.release


UCDP = Provider(
    name="ucdp",
    source="ucdp-ged",
    endpoint="https://ucdpapi.pcr.uu.se/api/gedevents",
    follow=follow,
    vintage=vintage,
    rows=rows,
    columns=COLUMNS,
    total=total,
    token="UCDP_TOKEN",
    header="x-ucdp-access-token",
    takes=frozenset({"country", "dates", "release"}),
    must=frozenset({"token"}),
    fixed=True,
    release="26.1",
)
