"""Walking the proposed records: one card after the other, one key each; every decision is on disk before the next card."""

import getpass
from collections import Counter, deque
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from muster.cli import card
from muster.cli.correcting import correct
from muster.dossier import load
from muster.errors import MusterError
from muster.ledger import Choice, Entry, Ledger, Reviewer, decide, undo, waiting
from muster.ledger.known import judged
from muster.ledger.passages import Reports
from muster.ledger.plain import plain
from muster.ledger.reviewing import Reviewed, Word, meets, report_of
from muster.records import Decision

KEYS = {
    "a": ("accept", "it counts from now on"),
    "r": ("reject", "it does not count; it stays in the ledger"),
    "c": ("correct", "change fields, then accept what you wrote"),
    "s": ("skip", "decide later: skipped ones come last"),
    "u": ("undo", "take back the last decision of this walk"),
    "n": ("note", "write why; it is kept with the decision on this record"),
    "q": ("quit", "stop; the next walk starts with what is still proposed"),
    "?": ("help", "these lines"),
}
PLAIN_WORDS: dict[str, Word] = {"a": "accepted", "r": "rejected"}


def reviewer(by: str) -> Reviewer:
    """Who decides, today."""
    try:
        name = plain(by) or getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise MusterError("who decides is not known: there is no log-in name", do="give --by NAME") from error
    return Reviewer(name, date.today())


class Walk:
    """One sitting. Skipped records come again once the others are through, and are let go when skipped again."""

    def __init__(self, folder: Path, by: str, note: str, console: Console) -> None:
        dossier = load(folder)
        self._store, self._by, self._console = Ledger(dossier.ledger_path), by, console
        entries = self._store.entries()
        self._reports = Reports(dossier.reports, entries)
        self._queue = deque(record.id for record in waiting(entries))
        self._numbers = {name: number for number, name in enumerate(self._queue, 1)}
        self._skipped: list[str] = []
        self._again: set[str] = set()
        self._made: list[Decision] = []
        self._note = self._standing_note = plain(note)

    def run(self) -> str:
        """Ask until everything is decided, the reviewer quits or the answers end; say what was done."""
        who = reviewer(self._by).name
        try:
            while self._refilled():
                if not self._one(self._queue.popleft()):
                    break
        except (EOFError, KeyboardInterrupt):
            self._console.print()
        words = Counter(decision.decision for decision in self._made)
        told = ", ".join(f"{count} {word}" for word, count in words.items())
        left = len(waiting(self._store.entries()))
        return f"{f'{told} by {who}; ' if told else ''}{len(self._made)} decided, {left} still proposed"

    def _refilled(self) -> bool:
        if not self._queue:
            self._queue.extend(self._skipped)
            self._again.update(self._skipped)
            self._skipped.clear()
        return bool(self._queue)

    def _one(self, name: str) -> bool:
        """One record from its card to its end; whether to go on."""
        entries = self._store.entries()
        was = judged(entries)[name]
        if was.fate != "proposed" or not isinstance(was.record, Reviewed):
            made = was.by
            self._say(f"{name} was {made.decision} by {made.by} on {made.on} meanwhile" if made else f"{name} is decided")
            return True
        self._note = self._standing_note
        self._show(was.record, entries)
        while True:
            key, _, rest = plain(self._ask("> ")).partition(" ")
            key = next((short for short, (long, _) in KEYS.items() if key.casefold() in {short, long}), "")
            if key == "q":
                return False
            if self._has_left(key, rest, was.record):
                return True

    def _has_left(self, key: str, rest: str, record: Reviewed) -> bool:
        """Do what a key says; whether the record is done with for now."""
        if key in PLAIN_WORDS:
            return self._decide(Choice(record.id, PLAIN_WORDS[key], note=rest or self._note))
        if key == "c":
            replacement = correct(record, self._ask, self._console)
            if replacement is not None:
                return self._decide(Choice(record.id, "corrected", replacement, rest or self._note))
        elif key == "s":
            if record.id not in self._again:
                self._skipped.append(record.id)
            return True
        elif key == "u":
            return self._undo(record)
        elif key == "n":
            self._note = rest or plain(self._ask("note > "))
        elif key == "?":
            for short, (long, what) in KEYS.items():
                self._console.print(Text(f"{short}  {long:9}{what}"))
            self._console.print(Text("Words behind a, r or c are kept as a note: a their own site says so"))
        else:
            self._say("One of a, r, c, s, u, n, q; ? explains them.")
        return False

    def _decide(self, choice: Choice) -> bool:
        made, late = decide(self._store, [choice], reviewer(self._by))
        for taken in late:
            self._say(f"{taken} meanwhile; your decision was not added")
        for decision in made:
            self._made.append(decision)
            self._say(f"{decision.decision}: {decision.record}")
        return True

    def _undo(self, record: Reviewed) -> bool:
        """Take back the last decision and show its record again, then this one."""
        if not self._made:
            self._say("Nothing was decided in this walk yet.")
            return False
        last = self._made.pop()
        stands = judged(self._store.entries())[last.record].by
        if stands is None or stands.id != last.id:
            self._say(f"{last.record} was decided or undone by somebody else since, and is left as it is")
            return False
        undo(self._store, [last.record], reviewer(self._by), only=last.id)
        self._say(f"undone: {last.record} is proposed again")
        self._queue.extendleft([record.id, last.record])
        return True

    def _show(self, record: Reviewed, entries: tuple[Entry, ...]) -> None:
        place = f"{self._numbers[record.id]} of {len(self._numbers)}"
        place += " (skipped before)" if record.id in self._again else ""
        report, passage = report_of(record, entries), self._reports.passage(record.citation)
        card.show(record, place, report, passage, meets(record, entries), self._console)
        self._console.print(Text("\n" + "  ".join(f"{short} {long}" for short, (long, _) in KEYS.items()), style="dim"))

    def _ask(self, prompt: str) -> str:
        self._console.file.flush()
        return input(prompt)

    def _say(self, words: str) -> None:
        self._console.print(Text(plain(words), style="bold"))
        self._console.file.flush()
