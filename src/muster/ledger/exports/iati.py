"""Money as IATI 2.03 activities: one for each mission and scope, reported second-hand.

IATI transactions are flows that readers add up; our records are tellings, of which several may be of the same money. So a
transaction is a step of the level that the accepted records make (see :mod:`muster.ledger.state`): what was new, once,
whoever told of it. Only levels that are one amount have a transaction, since IATI has no form for a bound. Every record
stands beside them in an element of our own namespace, as our JSON has it; that is what an import reads: nothing is lost.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple
from xml.etree import ElementTree as ET

import msgspec

from muster.errors import LedgerError
from muster.ledger.exports.cells import escaped
from muster.ledger.exports.fts import NO_MONEY
from muster.ledger.exports.rows import judged
from muster.ledger.known import Fate, Known
from muster.ledger.state import Cell, timeline
from muster.records import Commitment, Stage, known_from

NAMESPACE = "urn:muster:ledger:1"
RECORD = f"{{{NAMESPACE}}}record"
REPORTER = "MUSTER"  # not a registered identifier: whoever publishes the file puts their own
TOLD = "Compiled from published sources with Muster. Not reported by the organisations named; a secondary reporter."
DATED = "The earliest date of a record held here, not an official start."
UNDATED = "No record held here has a date; the standard asks for one."
STATUS = "The standard asks for a status; 2 says nothing about the activity."
OUTGOING: dict[Stage, str] = {"pledged": "12", "approved": "2", "disbursed": "3"}
INCOMING: dict[Stage, str] = {"pledged": "13", "approved": "11", "disbursed": "1"}
STOCKS = frozenset({"available"})  # the source's words for a balance, which is no flow
UNWRITABLE = re.compile("[\x7f-\x9f\ufffe\uffff]")


class Activity(NamedTuple):
    """The records of one mission and scope, and the steps of their levels that are exact."""

    mission: str
    scope: str
    records: tuple[tuple[Commitment, Fate], ...]
    steps: tuple[tuple[Cell, float], ...]


def iati_text(known: Known) -> str:
    """Every known commitment of funds as IATI activities; XML, UTF-8.

    Raises:
        LedgerError: there is no commitment of funds.
    """
    root = ET.Element("iati-activities", {"version": "2.03"})
    for activity in activities(known):
        root.append(_activity(activity))
    if not len(root):
        raise LedgerError(NO_MONEY, expected="funds, which IATI is for", do="use --format csv or json")
    ET.register_namespace("muster", NAMESPACE)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def activities(known: Known) -> tuple[Activity, ...]:
    """The known money by mission and scope, sorted."""
    groups: defaultdict[tuple[str, str], list[tuple[Commitment, Fate]]] = defaultdict(list)
    for record, fate in judged(known):
        if record.kind == "funds":
            groups[record.mission, record.scope].append((record, fate))
    return tuple(
        Activity(mission, scope, tuple(records), _steps([record for record, fate in records if fate == "accepted"]))
        for (mission, scope), records in sorted(groups.items())
    )


def _steps(records: Sequence[Commitment]) -> tuple[tuple[Cell, float], ...]:
    """What each exact level added to the exact one before, by cell."""
    flows = [record for record in records if record.original.get("stage") not in STOCKS and record.stage in OUTGOING]
    steps, before = [], defaultdict[tuple[str | None, ...], float](float)
    for cell in timeline(flows):
        key = (cell.actor, cell.stage, cell.currency, cell.unit)
        if cell.low is None or cell.low != cell.high or cell.date is None or cell.currency is None:
            continue
        if added := cell.low - before[key]:
            steps.append((cell, added))
        before[key] = cell.low
    return tuple(steps)


def _activity(activity: Activity) -> ET.Element:
    """One activity, its elements in the order that the standard gives them."""
    title = ": ".join(part for part in (activity.mission, activity.scope) if part) or "no mission, no scope"
    element = ET.Element("iati-activity", {"xml:lang": "en"})
    ET.SubElement(element, "iati-identifier").text = identifier(activity.mission, activity.scope)
    reporter = ET.SubElement(element, "reporting-org", {"ref": REPORTER, "type": "90", "secondary-reporter": "1"})
    _narrative(reporter, "Muster ledger")
    _narrative(ET.SubElement(element, "title"), title)
    _narrative(ET.SubElement(element, "description"), TOLD)
    _narrative(ET.SubElement(element, "description"), STATUS)
    for name, role in _parties(activity.records, title):
        _narrative(ET.SubElement(element, "participating-org", {"role": role}), name)
    ET.SubElement(element, "activity-status", {"code": "2"})
    first = min(_days(record for record, _ in activity.records))
    told = DATED if first < date.max else UNDATED
    _narrative(ET.SubElement(element, "activity-date", {"type": "1", "iso-date": first.isoformat()}), told)
    for cell, added in activity.steps:
        element.append(_transaction(cell, added))
    for record, fate in activity.records:
        ET.SubElement(element, RECORD, {"status": fate}).text = _json(record)
    return element


def identifier(mission: str, scope: str) -> str:
    """The activity's identifier: readable where the names allow it, its own for every mission and scope."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", f"{mission} {scope}").strip("-")[:40].strip("-")
    code = sha256(f"{mission}\n{scope}".encode()).hexdigest()[:8]
    return "-".join(part for part in (REPORTER, readable, code) if part)


def _parties(records: Iterable[tuple[Commitment, Fate]], title: str) -> list[tuple[str, str]]:
    """Who takes part, by name and role: 1 funds, 3 is the fund that passes the money on; 4 stands in where nobody gives."""
    given = [record for record, fate in records if fate == "accepted" and record.stage in OUTGOING]
    parties = {(record.actor, "3" if record.actor == record.scope else "1") for record in given if record.actor.strip()}
    return sorted(parties) or [(title, "4")]


def _days(records: Iterable[Commitment]) -> list[date]:
    """A day for every record: its own, or that of its publication; the last of all days where there is neither."""
    return [record.date_from or record.date_to or known_from(record.citation.published) for record in records]


def _transaction(cell: Cell, added: float) -> ET.Element:
    """One step as a transaction."""
    receives = cell.actor == cell.scope
    day = cell.date.isoformat() if cell.date else ""
    element = ET.Element("transaction", {"ref": escaped(" ".join(cell.records))})
    ET.SubElement(element, "transaction-type", {"code": (INCOMING if receives else OUTGOING)[cell.stage]})
    ET.SubElement(element, "transaction-date", {"iso-date": day})
    value = ET.SubElement(element, "value", {"currency": cell.currency or "", "value-date": day})
    value.text = format(Decimal(repr(added)).normalize(), "f")
    _narrative(ET.SubElement(element, "description"), f"{cell.actor}: {cell.stage}; records {', '.join(cell.records)}")
    if not receives:
        _narrative(ET.SubElement(element, "provider-org"), cell.actor)
    _narrative(ET.SubElement(element, "receiver-org"), cell.scope or cell.mission)
    return element


def _narrative(element: ET.Element, text: str) -> None:
    ET.SubElement(element, "narrative").text = escaped(text) if text.strip() else "not named"


def _json(record: Commitment) -> str:
    """The record as in our JSON; what XML cannot hold as JSON escapes."""
    text = msgspec.json.encode(record, order="deterministic").decode()
    return UNWRITABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
