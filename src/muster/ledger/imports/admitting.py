"""Records from a file into the ledger: every fault told, one append, and nothing of a file that is at fault unless asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from muster.ledger.imports.opening import open_source
from muster.ledger.imports.records import Parsed, Problem, shown
from muster.ledger.known import Fate, known
from muster.ledger.lines import Entry
from muster.ledger.store import Ledger
from muster.records import Commitment, Decision, LedgerRecord, Statement

Watch = Callable[[Iterable[Parsed], int | None], Iterable[Parsed]]


@dataclass(frozen=True)
class Imported:
    """What an import did: how many records it added, passed over as already there and decided on; and every bad row.

    ``refused`` is true where bad rows kept the whole file out.
    """

    kind: str
    added: int
    already: int
    decided: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    refused: bool


@dataclass(frozen=True)
class Judge:
    """Who takes the records in, when, and whether all of them are to await review; ``mission`` fills an empty mission."""

    by: str
    on: date
    mission: str = ""
    as_proposed: bool = False


def import_file(
    ledger: Ledger,
    path: Path,
    judge: Judge,
    *,
    partial: bool = False,
    watch: Watch | None = None,
) -> Imported:
    """Take a file of any of our formats into the ledger.

    A record that is there already is passed over. Rows that do not say their status are accepted: who imports a table has
    read it. With ``partial`` good rows enter although others are bad. ``watch`` sees the rows go by, for a progress bar.

    Raises:
        LedgerError: the file cannot be read at all, or the append is refused; nothing was added.
    """
    source = open_source(path)
    intake = _Intake(ledger.entries(), judge)
    for parsed in watch(source.rows, source.total) if watch else source.rows:
        intake.take(parsed)
    refused = bool(intake.problems) and not partial
    records = [] if refused else intake.batch()
    if records:
        ledger.append(records, intake.base)
    return Imported(
        kind=source.kind,
        added=0 if refused else len(intake.new),
        already=intake.already,
        decided=0 if refused else len(records) - len(intake.new),
        problems=tuple(intake.problems),
        notes=source.notes,
        refused=refused,
    )


class _Intake:
    """Rows taken one by one against what the ledger holds."""

    def __init__(self, entries: Sequence[Entry], judge: Judge) -> None:
        self.judge = judge
        self.there, self.fates = _standing(entries)
        self.count = len(entries)
        self.rows: dict[str, str] = {}
        self.new: list[tuple[LedgerRecord, Fate | None]] = []
        self.changed: list[tuple[str, Fate]] = []
        self.already = 0
        self.problems: list[Problem] = []

    @property
    def base(self) -> Literal["accepted", "proposed"]:
        """The status with which the batch comes in; decisions in it do the rest."""
        return "proposed" if any(fate == "proposed" for _, fate in self.new) else "accepted"

    def take(self, parsed: Parsed) -> None:
        """Sort one row: new, already there, or bad."""
        record = parsed.record
        if record is None:
            self.problems.extend(parsed.problems)
        elif record.id in self.rows:
            found = f"{shown(record.id)} a second time"
            self.problems.append(
                Problem(parsed.row, "record_id", found, f"one row a record; row {self.rows[record.id]} has it")
            )
        else:
            self.rows[record.id] = parsed.row
            self._place(parsed, record)

    def batch(self) -> list[LedgerRecord]:
        """The new records and the decisions that give them, and those there already, the fate that the file says."""
        settled = {None, self.base}
        judged = [(record.id, fate) for record, fate in self.new if fate not in settled]
        records = [record for record, _ in self.new]
        return [*records, *self._decisions([*judged, *self.changed])]

    def _place(self, parsed: Parsed, record: LedgerRecord) -> None:
        there = self.there.get(record.id)
        filed = _filed(record, self.judge.mission)
        if there is None:
            self.new.append((filed, self._fate(record, parsed.fate)))
        elif there in (record, filed):
            self.already += 1
            if parsed.fate not in {None, "proposed", self.fates.get(record.id)} and not self.judge.as_proposed:
                self.changed.append((record.id, parsed.fate or "accepted"))
        else:
            self.problems.append(_taken(parsed.row, there, filed))

    def _fate(self, record: LedgerRecord, said: Fate | None) -> Fate | None:
        """How a new record comes in; null for records that nobody reviews."""
        if not isinstance(record, Commitment | Statement):
            return None
        return "proposed" if self.judge.as_proposed else said or "accepted"

    def _decisions(self, judged: Sequence[tuple[str, Fate | None]]) -> Iterator[Decision]:
        taken = self.there.keys() | self.rows.keys()
        number = self.count + len(self.new)
        for name, fate in judged:
            number += 1
            while f"D{number:05d}" in taken:
                number += 1
            word: Literal["accepted", "rejected"] = "rejected" if fate == "rejected" else "accepted"
            yield Decision(id=f"D{number:05d}", record=name, decision=word, by=self.judge.by, on=self.judge.on, note="imported")


def _standing(entries: Sequence[Entry]) -> tuple[dict[str, LedgerRecord], dict[str, Fate]]:
    """The record that stands under each id, corrections made, and the fates of commitments."""
    now = known(entries)
    fates: list[tuple[Fate, tuple[Commitment, ...]]] = [
        ("accepted", now.accepted),
        ("proposed", now.proposed),
        ("rejected", now.rejected),
    ]
    there: dict[str, LedgerRecord] = {entry.record.id: entry.record for entry in entries}
    there |= {record.id: record for record in now.disagreements}
    there |= {record.id: record for record in now.statements}
    there |= {record.id: record for _, records in fates for record in records}
    return there, {record.id: fate for fate, records in fates for record in records}


def _filed(record: LedgerRecord, mission: str) -> LedgerRecord:
    """The record under the dossier's mission where it names none."""
    if isinstance(record, Commitment | Statement) and not record.mission and mission:
        return replace(record, mission=mission)
    return record


def _taken(row: str, there: LedgerRecord, record: LedgerRecord) -> Problem:
    """An id that stands for another record: the first field in which the two differ."""
    first: dict[str, Any] = msgspec.to_builtins(there)
    second: dict[str, Any] = msgspec.to_builtins(record)
    name = next(name for name in [*first, *second] if first.get(name) != second.get(name))
    expected = f"{_told(first.get(name))}, as the ledger has under {shown(record.id)}; or an id of its own"
    return Problem(row, name, _told(second.get(name)), expected)


def _told(value: Any) -> str:
    return shown(value if isinstance(value, str | float | int | None) else msgspec.json.encode(value).decode())
