"""What a ledger holds when something is to be added: which records are there, and the lines that a batch adds behind them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from muster.errors import LedgerError
from muster.ledger.chain import Head, digest
from muster.ledger.lines import Entry, as_read, differing, encode
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


def checked(batch: Iterable[LedgerRecord], status: Status) -> list[Entry]:
    """A batch as entries with no place in a ledger yet, each as it will be read back.

    Raises:
        LedgerError: a record would not be valid.
    """
    return [_checked(record, status if isinstance(record, Commitment | Statement) else None) for record in batch]


def _checked(record: LedgerRecord, status: Status | None) -> Entry:
    return as_read(Entry(seq=0, prev="", status=status, record=record), f"record {record.id}")


def chained(found: Contents, batch: Sequence[Entry]) -> tuple[tuple[Entry, ...], list[bytes]]:
    """The entries and lines that a checked batch adds behind what is there."""
    there = found.find([entry.record for entry in batch])
    entries: list[Entry] = []
    lines: list[bytes] = []
    for one in batch:
        if _is_new(one.record, there, found.name):
            there[one.record.id] = one.record
            prev = digest(lines[-1]) if lines else found.head.hash
            entries.append(replace(one, seq=found.head.lines + len(lines) + 1, prev=prev))
            lines.append(encode(entries[-1]))
    for entry in entries:
        _check_target(entry.record, there, found.name)
    return tuple(entries), lines


def _check_target(record: LedgerRecord, there: Mapping[str, LedgerRecord], name: str) -> None:
    """A decision or preference is on a record that is there, and a correction on one of its own kind."""
    where = f"{name}, record {record.id}"
    if isinstance(record, Decision | Preference) and record.record not in there:
        what = f"a {type(record).__name__.lower()} on {record.record!r}, which is not in the ledger"
        raise LedgerError(what, where=where, expected="the id of a record that is there")
    if isinstance(record, Decision) and record.replacement is not None:
        _check_kind(there[record.record], record.replacement, where)


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
