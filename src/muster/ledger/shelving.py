"""What a new report has in common with those of a dossier: the story that it prints, and what was proposed from it before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from msgspec.structs import replace

from muster.ledger.lines import Entry
from muster.ledger.passages import Reports
from muster.ledger.plain import plain
from muster.read.stories import Match, Shelf, Told
from muster.records import Commitment, LedgerRecord, Report, Statement

Proposal = Commitment | Statement


@dataclass(frozen=True)
class Placed:
    """A report with its story and what it prints of others, its sentences, its proposals that are new, and words on it."""

    report: Report
    told: Told
    proposals: tuple[Proposal, ...]
    remarks: tuple[str, ...]


class Shelves:
    """The stored reports of a dossier with what was proposed from each, in the order of the ledger.

    A proposal is compared with what was proposed, not with what a reviewer made of it: a copy of a rejected record is not
    proposed again, nor is one of a corrected record.
    """

    def __init__(self, folder: Path, entries: Iterable[Entry]) -> None:
        chain = list(entries)
        self._shelf = Shelf()
        self._reports: dict[str, Report] = {}
        self._names: dict[str, str] = {}
        self._records: defaultdict[str, list[Proposal]] = defaultdict(list)
        stored = Reports(folder, chain)
        for record in (entry.record for entry in chain):
            if isinstance(record, Report):
                self._keep(record, Told(stored.text(record.id)), stored.name(record.id))
            self._note(record)

    def place(self, report: Report, text: str, proposals: Sequence[Proposal]) -> Placed:
        """Hold a report against those that came before it; one that is there already keeps its story."""
        told, there = Told(text), self._reports.get(report.id)
        before = set(takewhile(lambda name: name != report.id, self._reports))
        matches = [found for found in self._shelf.matches(told) if found.report in before]
        story = self._shelf.story(matches, told)
        copied = self._copied(told, proposals, matches, story.report if story else "")
        new = tuple(one for one in proposals if one.id not in copied)
        if there is not None:
            return Placed(replace(report, story=there.story, prints=there.prints), told, new, ())
        placed = replace(report, story=story.report if story else "", prints=tuple(dict.fromkeys(copied.values())))
        return Placed(placed, told, new, tuple(self._remarks(matches, story, len(copied))))

    def keep(self, placed: Placed, name: str) -> None:
        """Put a report, stored under a name, and its proposals beside those that are there."""
        if placed.report.id not in self._reports:
            self._keep(placed.report, placed.told, name)
            for record in placed.proposals:
                self._note(record)

    def _keep(self, report: Report, told: Told, name: str) -> None:
        self._reports[report.id], self._names[report.id] = report, name
        self._shelf.add(report.id, told, report.story or report.id)

    def _note(self, record: LedgerRecord) -> None:
        if isinstance(record, Proposal) and record.citation.report is not None:
            self._records[record.citation.report].append(record)

    def _copied(self, told: Told, proposals: Sequence[Proposal], matches: Iterable[Match], story: str) -> dict[str, str]:
        """The proposals that say what an earlier report's record says in the same sentence, with that record's id."""
        copied: dict[str, str] = {}
        for found in matches:
            report = self._reports[found.report]
            pairs = found.shared if story and (report.story or report.id) == story else found.passages
            there = {pair.here: pair.there for pair in pairs}
            other = self._shelf.told(found.report)
            for one in proposals:
                place = there.get(told.at(one.citation.start or 0), -1)
                own = (each for each in self._records[found.report] if other.at(each.citation.start or 0) == place)
                same = next((each for each in own if place >= 0 and _same(one, each)), None)
                if same is not None:
                    copied.setdefault(one.id, same.id)
        return copied

    def _remarks(self, matches: Sequence[Match], story: Match | None, copied: int) -> Iterable[str]:
        """What to tell of a report that is not all news."""
        quoted = next((found for found in matches if found.passages), None)
        if story is not None:
            yield f"prints the same story as {self._named(story)}"
        elif quoted is not None:
            yield f"prints passages of {self._named(quoted)}"
        if copied:
            records, are = ("record", "is") if copied == 1 else ("records", "are")
            yield f"repeats {copied} {records} of the dossier, which {are} not proposed again"

    def _named(self, found: Match) -> str:
        return f"reports/{plain(self._names[found.report])}: {100 * found.share:.0f} percent of its text"


def _same(one: Proposal, other: Proposal) -> bool:
    """Whether two records of one sentence say the same."""
    if isinstance(one, Statement) or isinstance(other, Statement):
        return isinstance(one, Statement) and isinstance(other, Statement) and one.speakers == other.speakers
    return _act(one) == _act(other)


def _act(record: Commitment) -> tuple[object, ...]:
    """Who does what with how much of what."""
    act = (record.mission, record.actor, record.kind, record.stage)
    return (*act, record.amount_low, record.amount_high, record.unit, record.currency)
