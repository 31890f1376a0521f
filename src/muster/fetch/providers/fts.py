"""OCHA Financial Tracking Service: the flows to and from a country, page by page, in the columns of its files on HDX.

Documented at https://api.hpc.tools/docs/v1/ and seen in public clients: ``/v1/public/fts/flow?countryISO3=&year=&limit=`` gives
``data.flows`` and the address of the next page in ``meta.nextLink``; years are those in which money is used.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pycountry

from muster.fetch.download import Request
from muster.fetch.provider import Ask, Page, Provider, Row, of_the_day, words
from muster.fetch.providers.pages import linked, listed

PAGE = 1000
PLAIN = words(
    "budgetYear description amountUSD contributionType flowType method boundary onBoundary status originalAmount "
    "originalCurrency exchangeRate id refCode"
)
DAYS = ("date", "firstReportedDate", "decisionDate", "createdAt", "updatedAt")
ENDS = {"src": "sourceObjects", "dest": "destinationObjects"}
COLUMNS = words(
    "date budgetYear description amountUSD srcOrganization srcOrganizationTypes srcLocations srcUsageYearStart srcUsageYearEnd "
    "destPlan destPlanCode destPlanId destOrganization destOrganizationTypes destGlobalClusters destLocations destProject "
    "destProjectCode destEmergency destUsageYearStart destUsageYearEnd contributionType flowType method boundary onBoundary "
    "status firstReportedDate decisionDate keywords originalAmount originalCurrency exchangeRate id refCode createdAt "
    "updatedAt"
)


def follow(ask: Ask, page: Page | None, count: int) -> Request | None:  # noqa: ARG001  one shape for all providers
    """The first page, then whichever the last one names."""
    if page is not None:
        meta = page.said.get("meta") if isinstance(page.said, dict) else None
        return linked(ask, page, meta.get("nextLink") if isinstance(meta, dict) else None)
    return ask.request("json", countryISO3=ask.country, year=_years(ask), limit=PAGE)


def _years(ask: Ask) -> str:
    if not ask.first and not ask.last:
        return ""
    first, last = ask.first or ask.last, ask.last or ask.first
    assert first is not None
    assert last is not None
    return ",".join(str(year) for year in range(first.year, last.year + 1))


def rows(said: Any) -> Sequence[Row]:
    """The flows of a page: one row each, what stands at either end joined."""
    return [_flat(flow) for flow in listed(said, "data", "flows")]


def _flat(flow: Row) -> Row:
    flat: dict[str, Any] = {name: flow.get(name) for name in PLAIN}
    flat |= {name: str(flow.get(name) or "")[:10] for name in DAYS}
    flat["keywords"] = ", ".join(str(word) for word in _list(flow.get("keywords")))
    for end, name in ENDS.items():
        flat |= _end(end, [thing for thing in _list(flow.get(name)) if isinstance(thing, dict)])
    return flat


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _end(end: str, things: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The columns of one end of a flow. Organisations have commas in their names, so that semicolons part them."""

    def named(kind: str, field: str = "name") -> list[str]:
        return [str(thing[field]) for thing in things if thing.get("type") == kind and thing.get(field)]

    years = sorted(named("UsageYear"))
    types = [str(word) for thing in things for word in _list(thing.get("organizationTypes"))]
    return {
        f"{end}Organization": "; ".join(named("Organization")),
        f"{end}OrganizationTypes": ",".join(sorted(types)),
        f"{end}Locations": ",".join(sorted(_code(name) for name in named("Location"))),
        f"{end}UsageYearStart": years[0] if years else "",
        f"{end}UsageYearEnd": years[-1] if years else "",
        f"{end}GlobalClusters": ",".join(sorted(named("GlobalCluster"))),
        f"{end}Plan": "; ".join(named("Plan")),
        f"{end}PlanCode": "; ".join(named("Plan", "code")),
        f"{end}PlanId": "; ".join(named("Plan", "id")),
        f"{end}Project": "; ".join(named("Project")),
        f"{end}ProjectCode": "; ".join(named("Project", "code")),
        f"{end}Emergency": "; ".join(named("Emergency")),
    }


def _code(name: str) -> str:
    """The ISO 3166-1 alpha-3 code of a country, or its name where the standard has another."""
    try:
        return str(pycountry.countries.lookup(name).alpha_3)
    except LookupError:
        return name


FTS = Provider(
    name="fts",
    source="fts",
    endpoint="https://api.hpc.tools/v1/public/fts/flow",
    follow=follow,
    vintage=of_the_day,
    rows=rows,
    columns=COLUMNS,
    must=frozenset({"country"}),
)
