"""Whether an amount is a total, a part of a larger one, or comes on top."""

import re

from muster.read.clauses import Clause
from muster.read.numbers import Amount
from muster.read.quick import ends_in
from muster.records import Basis

MORE = re.compile(r"\b(?:additional|further|more|extra|another|new|fresh|increase)\b", re.IGNORECASE)
WHOLE = re.compile(r"\bof (?:the|its|a|an|their|all)\b|\bof\s?$", re.IGNORECASE)
FIRST = re.compile(r"\bfirst\s(?:group|batch|wave|lot|part|contingent|tranche)\sof\s$", re.IGNORECASE)
RISE_BY = re.compile(
    r"\b(?:rais|increas|boost|expand|enlarg|grow|grew|rose|ris|lift)\w*\s[^;.]{0,40}"
    r"\bby\s(?:[\d,.]+\s[\w ]{1,20}\sand\s)?$",
    re.IGNORECASE,
)
SHARE = re.compile(r"\s+of (?:whom|which|them|that|those|this)\b", re.IGNORECASE)
COMBINED = re.compile(r"\b(?:of which|combined with|together with|including)\s$", re.IGNORECASE)
OUT_OF = re.compile(r"\bout of\b")
APART = re.compile(r"\b(?:short|shy|fewer|less|ahead|instead)\b")
MORE_AFTER = re.compile(r"\s+(?:more\b|(?:worth )?(?:in|of) (?:\w+ ){0,2}(?:new|additional|further)\b|increase\b)")
PART_ENDS = ("which", "with", "including", "of")
MORE_ENDS = ("of", "worth", "totalling", "at", "additional", "further", "extra", "another", "new")
ORDERED = r"additional|further|more|extra|another|new|fresh|second|third|fourth|fifth|sixth|latest"
FURTHER = re.compile(
    rf"\b(?:{ORDERED})\s(?:[\w-]+\s){{0,4}}(?:of|worth|totalling|valued\sat)\s$|\b(?:additional|further|extra|another|new)\s$",
    re.I,
)


def basis_of(clause: Clause, amount: Amount) -> Basis:
    """What an amount is of, by the words beside it."""
    before, after = clause.text[max(0, amount.start - 25) : amount.start], clause.text[amount.end : amount.end + 30]
    following = next((other for other in clause.amounts if other.start >= amount.end), None)
    between = clause.text[amount.end : following.start] if following else ""
    if (
        SHARE.match(clause.text, amount.end)
        or (ends_in(before, PART_ENDS) and (COMBINED.search(before) or FIRST.search(before)))
        or _is_share(between)
    ):
        return "part"
    words = f"{clause.text[amount.start : amount.number]} {amount.between} "
    hedged = words.lower().replace("more than", "")
    lead = clause.text[max(0, amount.start - 90) : amount.start]
    rising, further = " by " in lead and RISE_BY.search(lead), ends_in(lead, MORE_ENDS) and FURTHER.search(lead[-60:])
    if rising or further or MORE.search(hedged):
        return "increment"
    return "increment" if MORE_AFTER.match(after) else "total"


def _is_share(between: str) -> bool:
    """Whether the words between two amounts make the first a share of the second."""
    far = len(between) < 120 and OUT_OF.search(between)
    apart = APART.search(between)
    return bool(far or (not apart and len(between.split()) <= 6 and WHOLE.search(between)))
