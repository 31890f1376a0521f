"""OCHA Financial Tracking Service: humanitarian money as flows, one a row, in the layout of its exports of flows by place.

Not every flow is new money. Those whose ``boundary`` is internal or outgoing only move or leave what came in, those that are
``shared`` with other places are whole in each of their files, and a ``pass through`` hands on what another flow brought.
"""

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import FLOWS

COLUMNS = {
    "id": Column("code", "number of the flow, used once"),
    "date": Column("day", "the day of the flow, YYYY-MM-DD"),
    "description": Column("text", "what it is for"),
    "amountUSD": Column("number", "amount in US dollars"),
    "srcOrganization": Column("text", "who gives"),
    "destPlan": Column("text", "the plan that it belongs to, or blank"),
    "destOrganization": Column("text", "who gets it, blank where that is not settled"),
    "destLocations": Column("text", "where it is for"),
    "contributionType": Column("code", "financial or in kind"),
    "flowType": Column("code", "Standard, Parked, Pass through or Carryover"),
    "boundary": Column("code", "incoming, outgoing or internal, as seen from the place"),
    "status": Column("code", "pledge, commitment or paid"),
    "firstReportedDate": Column("day", "the day on which it was first reported, YYYY-MM-DD, or blank"),
    "decisionDate": Column("day", "the day on which it was decided, YYYY-MM-DD, or blank"),
    "originalAmount": Column("number", "amount in the giver's currency; blank where that is the US dollar"),
    "originalCurrency": Column("code", "that currency (ISO 4217)"),
    "updatedAt": Column("day", "the day from which the row reads as it does, YYYY-MM-DD"),
}
OPTIONAL = {"onBoundary": Column("code", "single, or shared with other places; older files do not say")}
STATUSES = ("pledge", "commitment", "paid")
TYPES = {word: word.casefold() for word in ("Standard", "Parked", "Pass through", "Carryover")}
IN_KIND = {"financial": "financial", "in kind": "in kind", "in-kind": "in kind"}


def parse(table: pa.Table) -> Parsed:
    """Flows with their own currency; where none is given, the amount is that in US dollars."""
    cells = Cells(table)
    usd = cells.number("amountUSD", least=0, outside="negative")
    own, currency = cells.number("originalAmount", blank=True, least=0, outside="negative"), _currency(cells)
    is_own = pc.and_(pc.is_valid(own), pc.not_equal(currency, ""))
    columns = {
        "flow_id": cells.text("id"),
        "date": cells.day("date"),
        "decided": cells.day("decisionDate", blank=True),
        "reported": cells.day("firstReportedDate", blank=True),
        "updated": cells.day("updatedAt"),
        "giver": cells.text("srcOrganization"),
        "receiver": cells.text("destOrganization", blank=True),
        "plan": cells.text("destPlan", blank=True),
        "place": cells.text("destLocations", blank=True),
        "status": cells.choice("status", {word: word for word in STATUSES}, "unknown-kind"),
        "in_kind": pc.equal(cells.choice("contributionType", IN_KIND, "unknown-kind"), "in kind"),
        "shared": pc.equal(_sharing(cells), "shared"),
        "boundary": cells.choice("boundary", {word: word for word in ("incoming", "outgoing", "internal")}, "unknown-kind"),
        "flow_type": cells.choice("flowType", TYPES, "unknown-kind"),
        "usd": usd,
        "amount": pc.if_else(is_own, own, usd),
        "currency": pc.if_else(is_own, currency, "USD"),
        "description": cells.text("description", blank=True),
    }
    return cells.parsed(columns, FLOWS, key=("flow_id", ("id",)))


def _currency(cells: Cells) -> pa.StringArray:
    currency = cells.text("originalCurrency", blank=True)
    cells.fault("unknown-unit", ("originalCurrency",), pc.invert(pc.match_substring_regex(currency, "^([A-Z]{3})?$")))
    return currency


def _sharing(cells: Cells) -> pa.StringArray:
    """``single`` where the file does not say."""
    words = {"single": "single", "shared": "shared"}
    return pc.fill_null(cells.choice("onBoundary", words, "unknown-kind", blank=True), "single")


SOURCE = Source(
    name="fts",
    title="Financial Tracking Service, flows",
    provider="United Nations Office for the Coordination of Humanitarian Affairs (OCHA)",
    licence="CC BY-IGO 3.0",
    citation="OCHA Financial Tracking Service, https://fts.unocha.org/",
    redistribute=True,
    shape="flows",
    columns=COLUMNS,
    keys=("id",),
    vintage="each flow by the day on which it was last updated",
    parse=parse,
    optional=OPTIONAL,
)
