"""What was known on a date, by publication date."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeVar

from msgspec.structs import replace

from muster.ledger.lines import Entry
from muster.ledger.printings import Printing, printings
from muster.ledger.words import Member, all_the_same, sentence
from muster.records import (
    Commitment,
    Decision,
    Disagreement,
    LedgerRecord,
    Precedent,
    Preference,
    Record,
    Report,
    Statement,
    known_from,
)

AFTERTHOUGHTS = frozenset({"note", "quality_note"})
Fate = Literal["accepted", "proposed", "rejected"]
Noted = TypeVar("Noted", Commitment, Statement)


class Judged(NamedTuple):
    """The fate of a record, the record that stands for it, and the decision that made it so; none where nobody decided."""

    fate: Fate
    record: LedgerRecord
    by: Decision | None


class Known(Record, frozen=True, kw_only=True):
    """What a ledger tells by a date, each tuple sorted by id; only ``preferences``, those that stand, are in ledger order.

    ``disagreements`` name only the members that are known by then. ``latest`` is the last publication date seen, as precise
    as it came, and empty where nothing is dated. ``printings`` name the records that several outlets printed, and these.
    """

    as_of: date | None
    accepted: tuple[Commitment, ...]
    proposed: tuple[Commitment, ...]
    rejected: tuple[Commitment, ...]
    statements: tuple[Statement, ...]
    precedents: tuple[Precedent, ...]
    disagreements: tuple[Disagreement, ...]
    reports: tuple[Report, ...]
    latest: str
    preferences: tuple[Preference, ...] = ()
    printings: tuple[Printing, ...] = ()


def known(entries: Iterable[Entry], as_of: date | None = None) -> Known:
    """What had been published by ``as_of`` (None: everything); the order in which entries arrive does not matter.

    A decision is our own reading, not news: it holds for every date, and the last one on a record wins, by its place in the
    ledger whatever its date. One that undoes gives the record back what it was before the last decision that still stood. A
    correction shows the replacement, by the replacement's publication date. A rejected statement is left out. For a date, our
    own later notes (``original`` note and quality_note, a preference's note) are left out too, because they may tell of what
    came after. A preference holds for every date too, once its record is known and not rejected.
    """
    chain = sorted(entries, key=lambda entry: entry.seq)
    fates = judged(chain)
    seen = [(fate, record) for _, (fate, record, _) in sorted(fates.items()) if _is_visible(record, as_of)]
    commitments = [(fate, _as_known(record, as_of)) for fate, record in seen if isinstance(record, Commitment)]
    statements = [_as_known(record, as_of) for fate, record in seen if isinstance(record, Statement) and fate != "rejected"]
    precedents = [record for fate, record in seen if isinstance(record, Precedent) and fate != "rejected"]
    standing = [record for fate, record in commitments if fate != "rejected"]
    cited: list[Member] = [*standing, *statements, *precedents]
    members = {record.id: record for record in cited}
    sets = [record for _, record in seen if isinstance(record, Disagreement)]
    reports = tuple(record for _, record in seen if isinstance(record, Report))
    return Known(
        as_of=as_of,
        accepted=tuple(record for fate, record in commitments if fate == "accepted"),
        proposed=tuple(record for fate, record in commitments if fate == "proposed"),
        rejected=tuple(record for fate, record in commitments if fate == "rejected"),
        statements=tuple(statements),
        precedents=tuple(precedents),
        disagreements=tuple(found for record in sets if (found := _among(record, members)) is not None),
        reports=reports,
        latest=_latest(record for _, record in seen),
        preferences=_preferred(chain, members, as_of),
        printings=printings(reports, [*standing, *statements]),
    )


def judged(entries: Iterable[Entry]) -> dict[str, Judged]:
    """What has become of every record, by id, in ledger order."""
    chain = sorted(entries, key=lambda entry: entry.seq)
    standing: dict[str, list[Decision]] = {}
    for entry in chain:
        if isinstance(entry.record, Decision):
            made = standing.setdefault(entry.record.record, [])
            if entry.record.decision != "undone":
                made.append(entry.record)
            elif made:
                made.pop()
    return {entry.record.id: _judged(entry, standing.get(entry.record.id)) for entry in chain}


def _judged(entry: Entry, standing: Sequence[Decision] | None) -> Judged:
    if not standing:
        return Judged(entry.status or "proposed", entry.record, None)
    last = standing[-1]
    if last.replacement is not None:
        return Judged("accepted", last.replacement, last)
    return Judged("rejected" if last.decision == "rejected" else "accepted", entry.record, last)


def _preferred(chain: Iterable[Entry], members: Collection[str], as_of: date | None) -> tuple[Preference, ...]:
    """The preferences that stand, the last one given last."""
    standing: dict[str, Preference] = {}
    for entry in chain:
        if isinstance(entry.record, Preference):
            standing.pop(entry.record.record, None)
            if entry.record.stands:
                standing[entry.record.record] = entry.record
    found = [record for name, record in standing.items() if name in members]
    return tuple(record if as_of is None else replace(record, note="") for record in found)


def _published(record: object) -> str:
    """When a record's source was published; empty for what has no source of its own."""
    if isinstance(record, Report):
        return record.published
    return record.citation.published if isinstance(record, Commitment | Statement | Precedent) else ""


def _is_visible(record: object, as_of: date | None) -> bool:
    """Whether a record had been published; a disagreement is as visible as its members, which are asked later."""
    return as_of is None or isinstance(record, Disagreement) or known_from(_published(record)) <= as_of


def _as_known(record: Noted, as_of: date | None) -> Noted:
    """The record without what we wrote about it later."""
    if as_of is None or not AFTERTHOUGHTS & record.original.keys():
        return record
    return replace(record, original={name: text for name, text in record.original.items() if name not in AFTERTHOUGHTS})


def _among(record: Disagreement, members: dict[str, Member]) -> Disagreement | None:
    """The disagreement as far as its known members go; none while fewer than two are known or all known ones agree."""
    visible = [members[name] for name in sorted(set(record.records)) if name in members]
    partial = len(visible) < len(set(record.records))
    if len(visible) < 2 or (partial and all_the_same(visible)):
        return None
    return replace(record, records=tuple(member.id for member in visible), sentence=sentence(visible))


def _latest(records: Iterable[object]) -> str:
    """The last publication date, as it came; of 2026 and 2026-03-21 the latter."""
    return max(filter(None, map(_published, records)), default="")
