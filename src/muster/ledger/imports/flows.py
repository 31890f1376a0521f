"""Flows of the Financial Tracking Service -> commitments of money. What would be counted twice is left out, and said to be."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from muster.errors import LedgerError
from muster.ledger.exports.fts import STATUSES
from muster.ledger.imports.records import Parsed, Problem
from muster.ledger.imports.source import Source
from muster.ledger.imports.tablefile import Table
from muster.read.names import countries
from muster.records import Citation, Commitment, Stage
from muster.sources import SOURCES, Rejected

FTS = SOURCES["fts"]
# One address for all flows: what it tells of one day by one giver may then be added, as by one voice.
ADDRESS = "https://fts.unocha.org/"
STAGES: Mapping[str, Stage] = {status: stage for stage, status in STATUSES.items()}
GOVERNMENT = ", Government of"
# Columns whose words stay with the record as they came.
KEPT = (
    *("amountUSD", "description", "srcOrganization", "destOrganization", "destPlan", "destPlanCode", "destLocations"),
    *("budgetYear", "contributionType", "flowType", "firstReportedDate", "decisionDate", "refCode"),
)
INSIDE = "boundary internal: the money was counted when it came in"
LEAVES = "boundary outgoing: the money leaves the place that the file is about"
SHARED = "shared: the whole amount stands in the file of every place that shares it"
PASSED = "pass through: hands on what another flow brought"
NAMED = 5


def read_flows(found: Table, heads: Sequence[str], name: str) -> Source:
    """The flows of a file as records; which were left out and why stands in the notes.

    Raises:
        LedgerError: a column of the service's files is missing or there twice.
    """
    _check(heads, name)
    numbered = [(number, row) for number, row in enumerate(found.rows, 2) if any(row) and not _is_tags(row)]
    texts = [dict(zip(heads, row, strict=False)) for _, row in numbered]
    names = (*FTS.columns, *FTS.optional)
    flows = FTS.parse(pa.table({name: pa.array([row.get(name, "") for row in texts], pa.string()) for name in names}))
    bad = {rejected.row - 1: rejected for rejected in flows.rejected}
    good = dict(zip([row for row in range(len(texts)) if row not in bad], flows.table.to_pylist(), strict=True))
    aside = {row: reason for row, flow in good.items() if (reason := _aside(flow))}
    parsed = (
        _problem(str(number), bad[row]) if row in bad else Parsed(str(number), commitment(good[row], texts[row]))
        for row, (number, _) in enumerate(numbered)
        if row not in aside
    )
    return Source("fts", parsed, len(texts) - len(aside), (*found.notes, *_notes(good, aside, heads)))


def _check(heads: Sequence[str], name: str) -> None:
    missing = [column for column in FTS.columns if column not in heads]
    if missing:
        do = "or add record_id, actor, kind and stage to each row to import it as a commitment"
        found = f"flow rows without {', '.join(missing)}"
        raise LedgerError(found, where=name, expected="the columns of the Financial Tracking Service's own files", do=do)
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise LedgerError(f"the column {twice[0]!r} twice", where=name, expected="each column once")


def _is_tags(row: Sequence[str]) -> bool:
    """The row of tags that files of one data exchange carry below the names."""
    return all(cell.startswith("#") for cell in row if cell)


def _aside(flow: Mapping[str, Any]) -> str:
    """Why a flow is not counted; empty where it is."""
    reasons = {
        INSIDE: flow["boundary"] == "internal",
        LEAVES: flow["boundary"] == "outgoing",
        SHARED: flow["shared"],
        PASSED: flow["flow_type"] == "pass through",
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _notes(good: Mapping[int, Mapping[str, Any]], aside: Mapping[int, str], heads: Sequence[str]) -> Iterator[str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row, reason in aside.items():
        found[reason].append(record_id(good[row]))
    for reason, ids in sorted(found.items()):
        more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        yield f"{len(ids)} flow(s) left out, {reason} ({', '.join(ids[:NAMED])}{more})"
    if "onBoundary" not in heads:
        yield "no column onBoundary: which flows are shared with other places, and counted there too, is not known"


def _problem(row: str, rejected: Rejected) -> Parsed:
    """A row that cannot be a record; what its column holds says what was expected."""
    column, _, found = rejected.detail.partition(" ")
    about = {**FTS.columns, **FTS.optional}[column].about
    return Parsed(row, None, None, (Problem(row, column, found, f"{about} ({rejected.reason})"),))


def record_id(flow: Mapping[str, Any]) -> str:
    """The name of a flow's record in every ledger."""
    return f"FTS-{flow['flow_id']}"


def commitment(flow: Mapping[str, Any], texts: Mapping[str, str]) -> Commitment:
    """A flow as a commitment: money, or equipment and services that are told in money where it is in kind."""
    return Commitment(
        id=record_id(flow),
        actor=_actor(flow["giver"]),
        kind="equipment" if flow["in_kind"] else "funds",
        stage=STAGES[flow["status"]],
        amount_low=flow["amount"],
        amount_high=flow["amount"],
        currency=flow["currency"],
        basis="increment",
        scope=flow["plan"] or flow["receiver"],
        date_from=flow["date"],
        date_to=flow["date"],
        citation=Citation(
            address=ADDRESS,
            title=f"OCHA Financial Tracking Service, flow {flow['flow_id']} of {flow['date']}",
            published=str(flow["updated"]),
            source_class="tracking service",
        ),
        original={"stage": flow["status"], **{name: texts[name] for name in KEPT if texts.get(name)}},
    )


def _actor(giver: str) -> str:
    """A government under the name that records use of its country; others as they are."""
    country = giver.removesuffix(GOVERNMENT)
    return _actors().get(country.casefold(), country) if giver.endswith(GOVERNMENT) else giver


@cache
def _actors() -> Mapping[str, str]:
    return {name.casefold(): country.actor for country in countries() for name in (country.actor, *country.names)}
