"""What a person adds to a ledger: decisions and preferences. Each is a new line, checked against the ledger as it is then."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Literal

from muster.errors import LedgerError
from muster.ledger.known import Judged, judged, known
from muster.ledger.lines import Entry
from muster.ledger.store import Ledger
from muster.records import Commitment, Decision, Preference, Report, Statement, known_from

Word = Literal["accepted", "rejected", "corrected"]
Reviewed = Commitment | Statement


@dataclass(frozen=True)
class Reviewer:
    """Who decides and on which day."""

    name: str
    today: date


@dataclass(frozen=True)
class Choice:
    """A word on one record; ``replacement`` with ``corrected`` only."""

    record: str
    word: Word
    replacement: Reviewed | None = None
    note: str = ""


@dataclass(frozen=True)
class Taken:
    """A choice that came too late: ``by`` is the decision that stands, null for a record that is not there to be decided."""

    choice: Choice
    by: Decision | None

    @property
    def same(self) -> bool:
        """Whether the decision that stands says just what the choice says."""
        made, choice = self.by, self.choice
        return made is not None and (made.decision, made.replacement) == (choice.word, choice.replacement)

    def __str__(self) -> str:
        if self.by is None:
            return f"no record {self.choice.record!r} awaits review"
        return f"{self.choice.record} was {self.by.decision} by {self.by.by} on {self.by.on}"


def waiting(entries: Iterable[Entry]) -> tuple[Reviewed, ...]:
    """The proposed commitments and statements: report after report as they came in, each along its text."""
    chain = list(entries)
    fates = judged(chain)
    found = [record for _, record in _reviewed(fates, "proposed")]
    arrival = {name: place for place, name in enumerate(fates)}
    return tuple(sorted(found, key=lambda record: _place(record, arrival)))


def meets(record: Reviewed, entries: Iterable[Entry]) -> tuple[Reviewed, ...]:
    """Accepted records that speak of the same: those with the same amount or words first, then the nearest in time.

    For a commitment these have its actor, kind, stage and scope; for a statement, its speakers.
    """
    accepted = [other for _, other in _reviewed(judged(entries), "accepted")]
    kin = [other for other in accepted if other.id != record.id and _topic(other) == _topic(record)]
    return tuple(sorted(kin, key=lambda other: (not says_the_same(record, other), abs(_day(other) - _day(record)), other.id)))


def says_the_same(one: Reviewed, other: Reviewed) -> bool:
    """Whether two records of one topic give the same amount, or the same words."""
    return _said(one) == _said(other)


def decide(
    store: Ledger, choices: Sequence[Choice], who: Reviewer, *, strict: bool = False
) -> tuple[tuple[Decision, ...], tuple[Taken, ...]]:
    """Add a decision for every choice whose record is still proposed, in one append; give them and the choices too late.

    With ``strict`` nothing is added unless every choice can be.

    Raises:
        LedgerError: two choices on one record, one too late with ``strict``, or the ledger cannot be written.
    """
    counts = Counter(choice.record for choice in choices)
    if twice := next((name for name, times in counts.items() if times > 1), None):
        raise LedgerError(f"{twice!r} is decided twice", where=str(store.path), expected="one decision a record")
    late: list[Taken] = []

    def lines(entries: tuple[Entry, ...]) -> list[Decision]:
        fates, ids = judged(entries), fresh("D", entries)
        late[:] = [Taken(choice, _by(fates, choice.record)) for choice in choices if not _is_waiting(fates, choice.record)]
        if strict and late:
            do = "nothing was added; `--undo ID` takes a decision back" if late[0].by else "nothing was added"
            raise LedgerError(str(late[0]), where=str(store.path), expected="the id of a proposed record", do=do)
        return [
            Decision(
                id=next(ids),
                record=choice.record,
                decision=choice.word,
                by=who.name,
                on=who.today,
                replacement=choice.replacement,
                note=choice.note,
            )
            for choice in choices
            if _is_waiting(fates, choice.record)
        ]

    added = store.append_from(lines)
    return tuple(entry.record for entry in added if isinstance(entry.record, Decision)), tuple(late)


def undo(store: Ledger, records: Sequence[str], who: Reviewer, *, only: str = "", note: str = "") -> tuple[Decision, ...]:
    """Take back the last decision that stands on each record, with a new line.

    ``only`` is the id of the decision that is meant: another one is left standing.

    Raises:
        LedgerError: no decision stands on a record, another one does, or the ledger cannot be written.
    """

    def lines(entries: tuple[Entry, ...]) -> list[Decision]:
        fates, ids = judged(entries), fresh("D", entries)
        for name in records:
            made = _by(fates, name)
            if made is None:
                expected = "the id of a record that was decided"
                raise LedgerError(f"no decision on {name!r} stands", where=str(store.path), expected=expected)
            if only and made.id != only:
                raise LedgerError(f"{name} was {made.decision} by {made.by} since", where=str(store.path), do="left as it is")
        return [
            Decision(id=next(ids), record=name, decision="undone", by=who.name, on=who.today, note=note)
            for name in dict.fromkeys(records)
        ]

    added = store.append_from(lines)
    return tuple(entry.record for entry in added if isinstance(entry.record, Decision))


def prefer(
    store: Ledger, records: Sequence[str], who: Reviewer, *, stands: bool = True, note: str = ""
) -> tuple[Preference, ...]:
    """Say of records that each is the reading to take in its disagreements, or with ``stands`` false take that back.

    Raises:
        LedgerError: a record is not there or rejected, no preference for it stands, or the ledger cannot be written.
    """

    def lines(entries: tuple[Entry, ...]) -> list[Preference]:
        now = known(entries)
        cited = [record for held in (now.accepted, now.proposed, now.statements, now.precedents) for record in held]
        preferred = [preference.record for preference in now.preferences]
        for name in records:
            if stands and name not in {record.id for record in cited}:
                expected = "the id of a commitment, statement or precedent that is there and not rejected"
                raise LedgerError(f"no record {name!r} to prefer", where=str(store.path), expected=expected)
            if not stands and name not in preferred:
                expected = f"one of {', '.join(preferred)}" if preferred else "none: no preference stands"
                raise LedgerError(f"no preference for {name!r}", where=str(store.path), expected=expected)
        ids = fresh("P", entries)
        return [
            Preference(id=next(ids), record=name, by=who.name, on=who.today, stands=stands, note=note)
            for name in dict.fromkeys(records)
        ]

    added = store.append_from(lines)
    return tuple(entry.record for entry in added if isinstance(entry.record, Preference))


def fresh(letter: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Ids that are not taken: the letter and the number of the line that is to come."""
    taken = {entry.record.id for entry in entries}
    return (name for number in count(len(entries) + 1) if (name := f"{letter}{number:05d}") not in taken)


def report_of(record: Reviewed, entries: Iterable[Entry]) -> Report | None:
    """The report that a record cites, as it was when it was added."""
    cited = record.citation.report
    reports = (entry.record for entry in entries if isinstance(entry.record, Report))
    return next((report for report in reports if report.id == cited), None)


def _reviewed(fates: dict[str, Judged], fate: str) -> list[tuple[str, Reviewed]]:
    return [(name, was.record) for name, was in fates.items() if was.fate == fate and isinstance(was.record, Reviewed)]


def _is_waiting(fates: dict[str, Judged], name: str) -> bool:
    return name in fates and fates[name].fate == "proposed" and isinstance(fates[name].record, Reviewed)


def _by(fates: dict[str, Judged], name: str) -> Decision | None:
    return fates[name].by if name in fates else None


def _place(record: Reviewed, arrival: dict[str, int]) -> tuple[int, int, int]:
    own = arrival[record.id]
    return arrival.get(record.citation.report or "", own), record.citation.start or 0, own


def _topic(record: Reviewed) -> tuple[str, ...]:
    if isinstance(record, Statement):
        return ("", *sorted(name.casefold() for name in record.speakers))
    return (record.actor.casefold(), record.kind, record.stage, record.scope.casefold())


def _said(record: Reviewed) -> object:
    if isinstance(record, Statement):
        return record.content.casefold().split()
    return (record.amount_low, record.amount_high, record.currency)


def _day(record: Reviewed) -> date:
    return record.date_to or record.date_from or known_from(record.citation.published)
