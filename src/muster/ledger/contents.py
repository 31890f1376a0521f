"""What a ledger holds when something is to be added: which records are there, and the lines that a batch adds behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from muster.errors import LedgerError
from muster.ledger.chain import Head, digest
from muster.ledger.lines import Entry, canonical, differing
from muster.records import Commitment, Decision, LedgerRecord, Preference, Statement, Status

if TYPE_CHECKING:  # it imports Arrow, which a small ledger does not need
    from muster.ledger.index import Survey


@dataclass(frozen=True)
class Contents:
    """A sound ledger as far as it counts: decoded, or surveyed in columns where it is large; ``piece`` stands after it."""

    name: str
    head: Head
    piece: bytes
    problems: tuple[str, ...]
    lost: bool = False
    entries: tuple[Entry, ...] = ()
    survey: "Survey | None" = None

    @cached_property
    def _records(self) -> dict[str, LedgerRecord]:
        return {entry.record.id: entry.record for entry in self.entries}

    def find(self, batch: Sequence[LedgerRecord]) -> dict[str, LedgerRecord]:
        """The records there that a batch may repeat or decide on, by id."""
        if self.survey is None:
            return dict(self._records)
        return self.survey.find(
            {record.id for record in batch} | {r.record for r in batch if isinstance(r, Decision | Preference)}
        )


def chained(found: Contents, batch: Sequence[LedgerRecord], status: Status) -> tuple[tuple[Entry, ...], list[bytes]]:
    """The entries and lines that a batch adds behind what is there."""
    there = found.find(batch)
    entries: list[Entry] = []
    lines: list[bytes] = []
    for record in batch:
        seq, prev = found.head.lines + len(lines) + 1, digest(lines[-1]) if lines else found.head.hash
        kept = status if isinstance(record, Commitment | Statement) else None
        entry, line = canonical(Entry(seq=seq, prev=prev, status=kept, record=record), f"record {record.id}")
        if _is_new(entry.record, there, found.name):
            there[entry.record.id] = entry.record
            entries.append(entry)
            lines.append(line)
    for entry in entries:
        if isinstance(entry.record, Decision | Preference) and entry.record.record not in there:
            what = f"a {type(entry.record).__name__.lower()} on {entry.record.record!r}, which is not in the ledger"
            raise LedgerError(
                what, where=f"{found.name}, record {entry.record.id}", expected="the id of a record that is there"
            )
        if isinstance(entry.record, Decision) and entry.record.replacement is not None:
            _check_kind(there[entry.record.record], entry.record.replacement, f"{found.name}, record {entry.record.id}")
    return tuple(entries), lines


def _check_kind(was: LedgerRecord, becomes: LedgerRecord, where: str) -> None:
    """A correction changes what a record says, never what it is."""
    if type(was) is not type(becomes):
        found = f"a {type(becomes).__name__.lower()} for a {type(was).__name__.lower()}"
        raise LedgerError(found, where=f"{where}, field replacement", expected=f"a {type(was).__name__.lower()}")


def _is_new(record: LedgerRecord, there: Mapping[str, LedgerRecord], name: str) -> bool:
    """Whether a record is to be added: not when it is there already, and refused when its id is taken."""
    if record.id not in there:
        return True
    if there[record.id] == record:
        return False
    expected = "the same record, or an id of its own"
    do = "correct a record with a decision"
    raise LedgerError(differing(there[record.id], record), where=f"{name}, record {record.id}", expected=expected, do=do)
