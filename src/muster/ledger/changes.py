"""What changed in what was known between two publication dates: added, revised, contradicted, settled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from muster.errors import LedgerError
from muster.ledger.known import Known
from muster.ledger.standing import Level, Role, Standing, standings
from muster.ledger.words import Member, dates, told
from muster.records import Commitment, Disagreement, DisagreementKind, Kind, Record, Stage

Key = tuple[str, str, str, Kind, Stage, str, str, Role, str]


class Added(Record, frozen=True, kw_only=True):
    """A record that was published in this time, in words; ``what`` is commitment, statement or precedent."""

    record: str
    what: str
    status: str
    words: str
    dated: str
    scope: str
    published: str


class Revised(Record, frozen=True, kw_only=True):
    """A level that was known before and moved; ``by`` names the records that moved it."""

    mission: str
    scope: str
    actor: str
    kind: Kind
    stage: Stage
    unit: str | None
    currency: str | None
    role: Role
    per: str
    before: Level
    after: Level
    by: tuple[str, ...]


class Contradicted(Record, frozen=True, kw_only=True):
    """A disagreement that is new (``joined`` names all its records), or that these records joined in this time."""

    kind: DisagreementKind
    sentence: str
    is_new: bool
    records: tuple[str, ...]
    joined: tuple[str, ...]


class Settled(Record, frozen=True, kw_only=True):
    """A disagreement that was open before and is no longer; ``by`` names the records that settled it."""

    kind: DisagreementKind
    sentence: str
    reason: str
    records: tuple[str, ...]
    by: tuple[str, ...]


class Changes(Record, frozen=True, kw_only=True):
    """The four lists; ``after`` is excluded and ``until`` included, both publication dates."""

    after: date | None
    until: date | None
    added: tuple[Added, ...]
    revised: tuple[Revised, ...]
    contradicted: tuple[Contradicted, ...]
    settled: tuple[Settled, ...]


def changes(
    before: Known,
    after: Known,
    found_before: Sequence[Disagreement],
    found_after: Sequence[Disagreement],
    on: date | None = None,
) -> Changes:
    """What one state of knowledge has that an earlier one had not, each list sorted.

    Args:
        before: what was known by the earlier date.
        after: what was known by the later date.
        found_before: the disagreements between the records of ``before``.
        found_after: the same of ``after``.
        on: the valid day of the levels, for both (None: after the last record).

    Raises:
        LedgerError: the later date is not later.
    """
    if before.as_of and after.as_of and before.as_of >= after.as_of:
        raise LedgerError(f"from {before.as_of} to {after.as_of}", expected="an earlier date and then a later one")
    old, new = _levels(before, found_before, on), _levels(after, found_after, on)
    return Changes(
        after=before.as_of,
        until=after.as_of,
        added=tuple(_added(before, after)),
        revised=tuple(_revised(old, new)),
        contradicted=tuple(_contradicted(found_before, found_after)),
        settled=tuple(_settled(found_before, found_after, (old, new), after)),
    )


def _added(before: Known, after: Known) -> Iterable[Added]:
    """Every record that is known now only, by id."""
    old = {record.id for _, record in _records(before)}
    for status, record in sorted(_records(after), key=lambda each: each[1].id):
        if record.id not in old:
            yield Added(
                record=record.id,
                what=type(record).__name__.lower(),
                status=status,
                words=told(record),
                dated=dates(record.date_from, record.date_to),
                scope=record.scope if isinstance(record, Commitment) else "",
                published=record.citation.published,
            )


def _records(known: Known) -> list[tuple[str, Member]]:
    """What stands, and whether it is accepted; of statements and precedents none is rejected."""
    commitments = [("accepted", known.accepted), ("proposed", known.proposed)]
    pairs: list[tuple[str, Member]] = [(status, record) for status, records in commitments for record in records]
    unreviewed: tuple[Member, ...] = (*known.statements, *known.precedents)
    return [*pairs, *(("", record) for record in unreviewed)]


def _levels(known: Known, found: Iterable[Disagreement], on: date | None) -> dict[Key, Standing]:
    return {_key(one): one for one in standings(known.accepted, on, found)}


def _key(one: Standing) -> Key:
    cell = one.cell
    where = cell.mission, cell.scope, cell.actor, cell.kind, cell.stage, cell.unit or "", cell.currency or ""
    return *where, one.role, one.per


def _revised(old: Mapping[Key, Standing], new: Mapping[Key, Standing]) -> Iterable[Revised]:
    """The levels in both whose interval moved."""
    for key in sorted(old.keys() & new.keys()):
        cell, was, now = new[key].cell, old[key].level, new[key].level
        if (was.low, was.high) == (now.low, now.high):
            continue
        came = [name for name in now.records if name not in was.records]
        gone = [name for name in was.records if name not in now.records]
        yield Revised(
            mission=cell.mission,
            scope=cell.scope,
            actor=cell.actor,
            kind=cell.kind,
            stage=cell.stage,
            unit=cell.unit,
            currency=cell.currency,
            role=new[key].role,
            per=new[key].per,
            before=was,
            after=now,
            by=tuple(came or gone),
        )


def _contradicted(before: Iterable[Disagreement], after: Iterable[Disagreement]) -> Iterable[Contradicted]:
    """Sets that are new, or that records joined."""
    old = list(before)
    for found in sorted(after, key=lambda each: (each.records, each.kind, each.id)):
        was = [each for each in old if _is_same(each, found)]
        known = set[str]().union(*(each.records for each in was))
        joined = tuple(name for name in found.records if name not in known)
        if joined:
            yield Contradicted(kind=found.kind, sentence=found.sentence, is_new=not was, records=found.records, joined=joined)


def _is_same(one: Disagreement, other: Disagreement) -> bool:
    """Whether two finds are one disagreement at two times: one name, or the members of one inside the other's."""
    return one.id == other.id or set(one.records) <= set(other.records) or set(other.records) <= set(one.records)


def _settled(
    before: Iterable[Disagreement],
    after: Sequence[Disagreement],
    levels: tuple[Mapping[Key, Standing], Mapping[Key, Standing]],
    known: Known,
) -> Iterable[Settled]:
    """Sets that are found no more (a decision on a record, say), or none of whose records makes a level any more.

    A set that records have joined since is settled only when these make no level either.
    """
    old, new = levels
    rejected = {record.id for record in known.rejected}
    for found in sorted(before, key=lambda each: (each.records, each.kind, each.id)):
        members = set(found.records)
        places = [key for key, one in old.items() if members & set(one.cell.records)]
        now = [other for other in after if _is_same(found, other)]
        still = members.union(*(other.records for other in now))
        is_made = any(still & set(one.cell.records) for one in new.values())
        if not now:
            thrown = tuple(sorted(members & rejected))
            reason = "rejected by a decision" if thrown else "its records no longer stand against each other"
            yield _settle(found, reason, thrown)
        elif places and not is_made:
            by = sorted({name for key in places if key in new for name in new[key].cell.records})
            yield _settle(found, "overtaken: later records make the level that these had made", tuple(by))


def _settle(found: Disagreement, reason: str, by: tuple[str, ...]) -> Settled:
    return Settled(kind=found.kind, sentence=found.sentence, reason=reason, records=found.records, by=by)
