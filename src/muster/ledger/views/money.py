"""Money by stage: a row for each scope, actor, form and currency. Nothing is added across rows or columns."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

from muster.ledger.standing import CLAIMED, Level, Standing, standings
from muster.ledger.views.rates import Converted, Rates
from muster.records import Commitment, Disagreement, Kind, Record

Form = Literal["cash", "kind", "mixed"]
MIXED, IN_KIND = re.compile(r"\bmixed\b", re.IGNORECASE), re.compile(r"\bin[ -]kind\b", re.IGNORECASE)
TAKEN_IN = frozenset({"received", "deposited", "available"})  # a source's own words for money that a fund took in
COLUMNS: Mapping[str, str] = {
    "needed": "needed",
    "planned": "planned",
    "pledged": "pledged",
    "approved": "committed",
    "deploying": "on_the_way",
    "deployed": "delivered",
    "withdrawn": "withdrawn",
    "declined": "frozen",
}


class Sum(Level, frozen=True, kw_only=True):
    """An interval of money with its records.

    ``claimed``: somebody says to have paid it, without an account. ``converted`` stands only where the user gave a rate of
    its newest record's day or before.
    """

    claimed: bool = False
    converted: Converted | None = None


class Money(Record, frozen=True, kw_only=True):
    """What one actor has at each stage for one scope, in one currency; null where no record tells of it.

    ``form`` parts cash from kind; ``unit`` names the money where no currency is known; ``per`` is the period of a rate.
    ``received`` is what reached a common fund, ``disbursed`` what was paid out; ``committed`` is stage approved, ``frozen``
    stage declined, ``delivered`` goods by their value.
    """

    mission: str
    scope: str
    actor: str
    kind: Kind
    form: Form
    currency: str | None
    unit: str | None
    per: str
    needed: Sum | None = None
    planned: Sum | None = None
    pledged: Sum | None = None
    committed: Sum | None = None
    received: Sum | None = None
    disbursed: Sum | None = None
    on_the_way: Sum | None = None
    delivered: Sum | None = None
    withdrawn: Sum | None = None
    frozen: Sum | None = None


def money(
    commitments: Iterable[Commitment],
    on: date | None = None,
    disputes: Iterable[Disagreement] = (),
    *,
    funds: Collection[str] = (),
    rates: Rates | None = None,
) -> tuple[Money, ...]:
    """Money by stage on a day (None: after the last record), sorted; order of arrival does not matter.

    Args:
        commitments: accepted commitments; funds, and equipment told in money.
        on: the valid day.
        disputes: sets of records that cannot all be true; an interval spans what they give.
        funds: the mission's common funds, by which money received is told from money paid out.
        rates: the user's exchange rates; a sum is converted at the rate of the day of its newest record.
    """
    records = {record.id: record for record in commitments}
    rows: defaultdict[tuple[str, str, str, Kind, Form, str, str, str], dict[str, Sum]] = defaultdict(dict)
    for one in standings(records.values(), on, disputes):
        cell = one.cell
        if cell.kind == "funds" or cell.currency:
            where = cell.mission, cell.scope, cell.actor, cell.kind, form_of(one), cell.currency or "", cell.unit or ""
            rows[*where, one.per][_column(one, records, funds)] = _sum(one, records, rates)
    return tuple(
        Money(
            mission=mission,
            scope=scope,
            actor=actor,
            kind=kind,
            form=form,
            currency=currency or None,
            unit=unit or None,
            per=per,
            **sums,
        )
        for (mission, scope, actor, kind, form, currency, unit, per), sums in sorted(rows.items())
    )


def form_of(one: Standing) -> Form:
    """Cash, kind or both mixed: equipment is kind whatever it is told in; else the scope says so."""
    if MIXED.search(one.cell.scope):
        return "mixed"
    return "kind" if one.cell.kind == "equipment" or IN_KIND.search(one.cell.scope) else "cash"


def _column(one: Standing, records: Mapping[str, Commitment], funds: Collection[str]) -> str:
    """The column of a cell; no two cells of a row share one."""
    if one.cell.stage != "disbursed":
        return COLUMNS[one.role or one.cell.stage]
    words = {records[name].original.get("stage", "") for name in one.cell.records}
    is_fund = one.cell.scope in funds or one.cell.actor == one.cell.scope
    return "received" if is_fund or words & TAKEN_IN else "disbursed"


def _sum(one: Standing, records: Mapping[str, Commitment], rates: Rates | None) -> Sum:
    level = one.level
    return Sum(
        low=level.low,
        high=level.high,
        date=level.date,
        records=level.records,
        differ=level.differ,
        claimed=any(CLAIMED in records[name].flags for name in one.cell.records),
        converted=rates.convert(level.low, level.high, one.cell.currency, level.date) if rates else None,
    )
