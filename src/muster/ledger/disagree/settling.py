"""What kind of disagreement a set is and what would settle it, in the one sentence that tells of it."""

from collections.abc import Sequence

from muster.ledger.words import Member, givers, sentence
from muster.records import Commitment, DisagreementKind

KINDS: dict[DisagreementKind, str] = {
    "increment-vs-total": "the later number is either a new total or as much again on top",
    "sum-of-parts": "the parts do not add up to the whole",
    "stage": "one amount is told of as promised, approved, there, gone or held back",
    "currency": "the same digits stand with different currencies",
    "scope": "different purposes are given for what may be one amount",
    "order-of-magnitude": "a digit was lost or added",
    "stale": "a number or date that a newer one replaced goes on being printed",
    "rotation": "people who replace others may be counted as if they came on top",
    "double printing": "one event or amount is printed in several versions",
    "unsorted": "one denies what the other says",
}
SETTLES: dict[DisagreementKind, str] = {
    "increment-vs-total": "a statement by {owner} of all that was promised by then",
    "sum-of-parts": "a dated list by {owner} of every part",
    "stage": "a record by {owner} of each stage with its date",
    "currency": "the currency in the release by {owner} or in the receiver's account",
    "scope": "the document by {owner} that states the purpose",
    "order-of-magnitude": "a second source on the number that {owner} gave",
    "stale": "the newest statement by {owner} with its date",
    "rotation": "a count by {owner} of arrivals and departures on the same days",
    "double printing": "a dated count by {owner}",
    "unsorted": "a document that either side can show",
}
SEVERAL = "those who act"


def in_words(kind: DisagreementKind, members: Sequence[Member]) -> tuple[str, str]:
    """The sentence that tells of a set, and the part of it that says what would settle it."""
    settles = SETTLES[kind].format(owner=_owner(members))
    return f"{sentence(members).rstrip('.')}; {KINDS[kind]}; to settle it: {settles}.", settles


def _owner(members: Sequence[Member]) -> str:
    """Who could settle it: the one actor or speaker, or those who act where there are several."""
    names = {member.actor for member in members if isinstance(member, Commitment)}
    names |= {name for member in members if not isinstance(member, Commitment) for name in getattr(member, "speakers", ())}
    return givers(names.pop()) if len(names) == 1 else SEVERAL
