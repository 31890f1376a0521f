"""Where two readers of one report differ: what only one of them found, and what both found but told otherwise."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from muster.read.reading import READ, Reading
from muster.records import Commitment, Record

AMOUNT = ("amount_low", "amount_high", "currency")
# What two records must share to be of one fact, the surest first; after the first two they must also rest on the same words.
PAIRED: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("actor", "kind", "stage", *AMOUNT), False),
    (("actor", "kind", *AMOUNT), False),
    (AMOUNT, True),
    (("actor", "kind"), True),
)


class Difference(Record, frozen=True, kw_only=True):
    """A record of one reader alone, or one of both with the ``fields`` in which they differ (none: alike)."""

    found: Literal["only rules", "only model", "both"]
    rules: Commitment | None = None
    model: Commitment | None = None
    fields: tuple[str, ...] = ()


def compare(rules: Reading, model: Reading) -> tuple[Difference, ...]:
    """Every commitment that either reader found, in the order of the text, those alike with no ``fields``."""
    ours, theirs = list(rules.commitments), list(model.commitments)
    found: list[Difference] = []
    for names, overlapping in PAIRED:
        for one, other in _pairs(ours, theirs, names, overlapping):
            fields = tuple(name for name in READ if getattr(one, name) != getattr(other, name))
            found.append(Difference(found="both", rules=one, model=other, fields=fields))
        ours = _without(ours, [each.rules for each in found])
        theirs = _without(theirs, [each.model for each in found])
    found += [Difference(found="only rules", rules=record) for record in ours]
    found += [Difference(found="only model", model=record) for record in theirs]
    return tuple(sorted(found, key=_place))


def _pairs(
    ours: Sequence[Commitment], theirs: Sequence[Commitment], names: tuple[str, ...], overlapping: bool
) -> list[tuple[Commitment, Commitment]]:
    """Records that share some fields, each in one pair at most."""
    waiting: dict[bytes, list[Commitment]] = {}
    for record in theirs:
        waiting.setdefault(_key(record, names), []).append(record)
    pairs: list[tuple[Commitment, Commitment]] = []
    for record in ours:
        candidates = waiting.get(_key(record, names), [])
        mate = next((other for other in candidates if not overlapping or _overlap(record, other)), None)
        if mate:
            candidates.remove(mate)
            pairs.append((record, mate))
    return pairs


def _key(record: Commitment, names: tuple[str, ...]) -> bytes:
    return msgspec.json.encode([getattr(record, name) for name in names])


def _overlap(one: Commitment, other: Commitment) -> bool:
    first, second = one.citation, other.citation
    return (first.start or 0) < (second.end or 0) and (second.start or 0) < (first.end or 0)


def _without(records: list[Commitment], taken: Sequence[Commitment | None]) -> list[Commitment]:
    ids = {record.id for record in taken if record}
    return [record for record in records if record.id not in ids]


def _place(one: Difference) -> tuple[int, int, str]:
    record = one.rules or one.model
    return (record.citation.start or 0, record.citation.end or 0, one.found) if record else (0, 0, one.found)
