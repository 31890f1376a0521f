"""Money as flow rows in the columns of the Financial Tracking Service, with our own columns behind them.

A row is a record, not a payment: several sources may tell of one payment, so rows are not to be added up. A bound or a
range has no place in a flow's amount; the columns behind hold it.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from muster.errors import LedgerError
from muster.ledger.exports.cells import safe_cell, written
from muster.ledger.exports.columns import COLUMNS, COMMITMENTS
from muster.ledger.exports.csvfile import separated
from muster.ledger.exports.rows import cells, extra_names, judged, values
from muster.ledger.known import Known
from muster.records import Commitment, Stage

FLOW = (
    *("date", "budgetYear", "description", "amountUSD", "srcOrganization", "srcOrganizationTypes", "srcLocations"),
    *("srcUsageYearStart", "srcUsageYearEnd", "destPlan", "destPlanCode", "destPlanId", "destOrganization"),
    *("destOrganizationTypes", "destGlobalClusters", "destLocations", "destProject", "destProjectCode", "destEmergency"),
    *("destUsageYearStart", "destUsageYearEnd", "contributionType", "flowType", "method", "boundary", "onBoundary", "status"),
    *("firstReportedDate", "decisionDate", "keywords", "originalAmount", "originalCurrency", "exchangeRate", "id", "refCode"),
    *("createdAt", "updatedAt"),
)
FLOW_STATUS = "record_status"  # our column ``status``: flows have one of their own
STATUSES: dict[Stage, str] = {"pledged": "pledge", "approved": "commitment", "disbursed": "paid"}
NO_MONEY = "no commitment of funds is known"


def fts_text(known: Known) -> str:
    """Every known commitment of funds as a flow row; CSV, UTF-8.

    Raises:
        LedgerError: there is no commitment of funds.
    """
    pairs = [(record, fate) for record, fate in judged(known) if record.kind == "funds"]
    if not pairs:
        raise LedgerError(NO_MONEY, expected="funds, which flow rows are for", do="use --format csv or json")
    extras = extra_names(COMMITMENTS, (record for record, _ in pairs), FLOW)
    ours = [FLOW_STATUS if name == "status" else name for name in (*COLUMNS, *extras)]
    rows = (
        flow(record) | dict(zip(ours, cells(values(COMMITMENTS, extras, record, fate)).values(), strict=True))
        for record, fate in pairs
    )
    return separated((*FLOW, *ours), rows)


def flow(record: Commitment) -> dict[str, str]:
    """A commitment in the columns of a flow; blank where it has nothing to say."""
    amount = record.amount_low if record.amount_low == record.amount_high else None
    is_received = receives(record)
    day = record.date_to or record.date_from
    known = {
        "date": day,
        "budgetYear": day and day.year,
        "description": record.citation.quote or record.citation.title,
        "amountUSD": amount if record.currency == "USD" else None,
        "srcOrganization": None if is_received else record.actor,
        "srcLocations": None if is_received else country(record.actor),
        "destOrganization": record.actor if is_received else record.scope,
        "contributionType": "financial",
        "flowType": "Standard",
        "boundary": "incoming",
        "onBoundary": "single",
        "status": STATUSES.get(record.stage),
        "firstReportedDate": record.citation.published if len(record.citation.published) == 10 else None,
        "originalAmount": amount,
        "originalCurrency": record.currency,
        "id": record.id,
    }
    return {name: _cell(known.get(name)) for name in FLOW}


def receives(record: Commitment) -> bool:
    """Whether the actor is the fund that gets the money: it stands in a scope of its own name."""
    return record.actor == record.scope


def differing_flow(record: Commitment, came: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The columns of a flow that say other than the record: name, what came, what the record says."""
    ours = flow(record)
    weighty = ("date", "srcOrganization", "destOrganization", "status", "originalAmount", "originalCurrency")
    pairs = [(name, came[name], ours[name]) for name in weighty if name in came]
    return tuple(pair for pair in pairs if not _same(pair[1], pair[2]))


@cache
def country(name: str) -> str | None:
    """The country of an actor that is one, under its ISO 3166 name."""
    import pycountry

    try:
        return str(pycountry.countries.lookup(name).name)
    except LookupError:
        return None


def _cell(value: str | float | int | date | None) -> str:
    return written(value) if isinstance(value, str) else safe_cell(value)


def _same(came: str, ours: str) -> bool:
    if came.replace("\r\n", "\n").strip() == ours.strip():
        return True
    try:
        return float(came.replace(",", "")) == float(ours)
    except ValueError:
        return False
