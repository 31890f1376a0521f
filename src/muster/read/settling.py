"""The stage of an amount after what the tables cannot see: who decides, what is under way, and what became of a plan."""

import re

from muster.read.clauses import Clause
from muster.read.numbers import Amount
from muster.read.verbs import Verb
from muster.records import Kind, Stage

BODY = re.compile(
    r"\b(?:Council|parliament|Senate|[Cc]abinet|[Ll]awmakers|Congress|Bundestag|National Assembly|MPs)\b[^;.]{0,30}$"
)
PASSING = re.compile(r"\b(?:is|are|was|were)\s(?:\w+ly\s)?being\s(?:\w+ly\s)?$")  # "are being sent"
NEXT = re.compile(r"(?:\s\w+){0,2}\s")
PASSIVE = re.compile(r"[^,;.]{0,60}\s(?:was|were|been|is|are|be|being)\s(?:\w+ly\s)?")
LATER = re.compile(
    r"[^,;.]{0,60}?\s(?:will|would|may|might|could|(?:is|are|was|were)\s(?:due|expected|set|planned|scheduled|likely)"
    r"|(?:has|have|had|was|were)\s(?:been\s)?(?:delayed|postponed))\b"
)


def settled(clause: Clause, verb: Verb, stage: Stage, kind: Kind, amount: Amount) -> Stage:
    """The stage after what the tables cannot see: a council that agrees approves; who "are being sent" are on the way."""
    if stage == "deployed" and "noun" in verb.row.marks and verb.end <= amount.start:
        return _fate(clause, verb, kind, amount)
    if verb.row.forms[0] == "join" and NEXT.fullmatch(clause.text, verb.end, amount.start):  # who is joined is there
        return "deployed"
    if stage == "pledged" and _decides(clause, verb):
        return "approved"
    if kind != "funds" and stage == "deployed" and "moving" in verb.row.marks:
        return "deploying" if PASSING.search(clause.text[max(0, verb.start - 40) : verb.start]) else stage
    return stage


def _fate(clause: Clause, verb: Verb, kind: Kind, amount: Amount) -> Stage:
    """What became of an act told by a noun: "the deployment of 300 troops was approved", "will begin"."""
    for other in clause.verbs:
        between = clause.text[amount.end : other.start]
        if other.start > amount.end and "governs" in other.row.marks and PASSIVE.fullmatch(between):
            decided = other.stage(kind, within_days=False)
            if decided in {"approved", "declined"}:
                return decided
    return verb.row.ahead if LATER.match(clause.text, amount.end) else "deployed"


def _decides(clause: Clause, verb: Verb) -> bool:
    """Whether a body that can approve agrees or decides: "the Security Council agreed to send"."""
    first = verb
    while first.led_by:
        first = first.led_by
    return first.row.forms[0] == "agree" and bool(BODY.search(clause.text[max(0, first.start - 60) : first.start]))
