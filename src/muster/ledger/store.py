"""The append-only ledger on disk: a batch of records is there whole or not at all.

Four files stand side by side. ``ledger.jsonl`` holds the lines. ``ledger.head`` says how much of it counts and is replaced
in one step: bytes after it belong to an append that was killed, readers skip them and the next append moves them to
``ledger.torn``. ``ledger.lock`` lets one writer in at a time. Keep head and ledger together, in version control too: a head
older than its ledger hides the lines that it does not know of.

A ledger of :data:`LARGE` lines or more has a derived index beside it, ``ledger.index`` (:mod:`muster.ledger.index`), which
:meth:`Ledger.append` and :func:`muster.ledger.overview.overview` read. It may be deleted at any time.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from filelock import FileLock, Timeout

from muster.errors import ChainError, LedgerError
from muster.ledger.chain import Head, Inspection, digest, inspect, told
from muster.ledger.contents import Contents, chained, checked
from muster.ledger.lines import Entry
from muster.records import LedgerRecord, Record, Status

if TYPE_CHECKING:  # it imports Arrow, which a small ledger does not need
    from muster.ledger.diagnosis import Diagnosis

LARGE = 10_000  # lines: decoding so many takes a quarter of a second, and an index begins to pay
PATIENCE = 60.0  # seconds to wait for another writer: its batch takes milliseconds, a slow network disk some seconds


class Verification(Record, frozen=True, kw_only=True):
    """Whether a ledger is sound. ``lines`` and ``head`` are the lines that count and the hash (hex) of the last of them."""

    ok: bool
    lines: int
    head: str
    problems: tuple[str, ...]


class Ledger:
    """The ledger at a path, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_large(self) -> bool:
        """Whether the ledger is read through an index; its head says how many lines it has."""
        head = self._head()
        return head is not None and head.lines >= LARGE

    def entries(self) -> tuple[Entry, ...]:
        """All complete lines; a cut-off last line is left out and told of by :meth:`verify`.

        Raises:
            ChainError: a line was edited, removed or moved.
            LedgerError: a line is not JSON or not a valid entry, or the file cannot be read.
        """
        return _sound(self._inspect()).entries

    def contents(self, *, fresh: bool = False) -> Contents:
        """The lines that count, without decoding again what an index holds (``fresh``: decoding every line all the same).

        Raises:
            ChainError, LedgerError: as :meth:`entries`.
        """
        if large := self._surveyed(fresh):
            return large
        found = _sound(self._inspect())
        return Contents(found.name, found.head, found.piece, found.problems, found.lost, found.entries)

    def verify(self) -> Verification:
        """Check every line, tell everything that is wrong and change nothing.

        Raises:
            LedgerError: the file cannot be read.
        """
        try:
            if large := self._surveyed(fresh=True):
                return Verification(
                    ok=not large.problems, lines=large.head.lines, head=large.head.hash, problems=large.problems
                )
            found = self._inspect()
        except ChainError as error:
            return Verification(ok=False, lines=0, head=Head().hash, problems=(str(error),))
        return Verification(ok=not found.problems, lines=found.head.lines, head=found.head.hash, problems=found.problems)

    def diagnose(self) -> "Diagnosis":
        """What most likely happened to a ledger that :meth:`verify` finds unsound.

        Raises:
            ChainError, LedgerError: the head or the file cannot be read.
        """
        from muster.ledger.diagnosis import diagnose

        head = self._head()
        try:
            return diagnose(self.path, head)
        except OSError as error:
            raise LedgerError(f"cannot be read: {error.strerror}", where=str(self.path)) from error

    def append(self, records: Iterable[LedgerRecord], status: Status = "proposed") -> tuple[Entry, ...]:
        """Add records in one step and return the new entries; a record that is there already, unchanged, is passed over.

        ``status`` is for commitments and statements; the status of one that is there changes with a decision only.

        Raises:
            LedgerError: a record is not valid, its id stands for another record, a decision or preference is on a record
                that is not there, the ledger lost lines, or the folder cannot be written.
            ChainError: the ledger is broken; nothing is added to it.
        """
        batch = checked(records, status)
        with self._alone():
            return self._added(batch, self.contents())

    def append_from(
        self, make: Callable[[tuple[Entry, ...]], Iterable[LedgerRecord]], status: Status = "proposed"
    ) -> tuple[Entry, ...]:
        """Add the records that ``make`` makes of the entries that are there; no other writer comes in between.

        Raises:
            LedgerError, ChainError: as :meth:`append`; whatever ``make`` raises leaves the ledger as it was.
        """
        with self._alone():
            found = self.contents()
            return self._added(checked(make(found.entries or self.entries()), status), found)

    def _added(self, batch: Sequence[Entry], found: Contents) -> tuple[Entry, ...]:
        """Add a checked batch to what is there; the caller holds the lock."""
        if found.lost:
            raise LedgerError(found.problems[0])
        entries, lines = chained(found, batch)
        if entries:
            self._set_aside(found.head, found.piece)
            self._write(found.head, lines)
            if found.survey is not None:
                found.survey.extended(entries, lines)
        return entries

    def repair(self) -> Verification:
        """Move what stands after the last complete line to ``ledger.torn``; every complete line stays.

        Raises:
            ChainError, LedgerError: as :meth:`entries`; a broken chain cannot be repaired.
        """
        with self._alone():
            found = _sound(self._inspect())
            self._set_aside(found.head, found.piece)
        return self.verify()

    def _beside(self, suffix: str) -> Path:
        return self.path.with_suffix(suffix)

    def _inspect(self) -> Inspection:
        try:
            head = self._head()
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise LedgerError(f"cannot be read: {error.strerror}", where=str(self.path)) from error
        if head is None and self._beside(".head").exists():
            return self._inspect()  # the first append of all came in between: what was read may be half of it
        return inspect(str(self.path), data, head)

    def _surveyed(self, fresh: bool) -> Contents | None:
        """A large ledger through its index; None where it is small or where only an inspection can tell what is wrong."""
        head = self._head() if self.is_large else None
        if head is None:
            return None
        from muster.ledger.index import survey

        try:
            found = survey(self.path, head, fresh=fresh)
            with self.path.open("rb") as file:
                file.seek(head.bytes)
                piece = file.read()
        except OSError:
            return None
        if found is None:
            return None
        name = str(self.path)
        return Contents(name, head, piece, told(name, piece, "unfinished", head.lines), survey=found)

    def _head(self) -> Head | None:
        path = self._beside(".head")
        try:
            return msgspec.json.decode(path.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            do = "restore it from a copy, or delete it to accept the ledger as it stands"
            raise ChainError(f"not a head: {error}", where=str(path), expected="lines, bytes, hash", do=do) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the ledger against other writers, and turn the system's refusals into ours."""
        try:
            with FileLock(self._beside(".lock"), timeout=PATIENCE):
                yield
        except Timeout as error:
            do = "wait until it is done and try again"
            raise LedgerError(f"another writer has held the ledger for {PATIENCE:g} s", where=str(self.path), do=do) from error
        except OSError as error:
            found = f"cannot be written: {error.strerror or error}; nothing was added"
            raise LedgerError(found, where=str(self.path), expected="a folder that can be written, with room") from error

    def _set_aside(self, head: Head, piece: bytes) -> None:
        """Move what does not count to ``ledger.torn``, in an order in which a kill at any point loses nothing."""
        if piece:
            with self._beside(".torn").open("ab") as torn:
                torn.write(piece if piece.endswith(b"\n") else piece + b"\n")
                _settle(torn)
        self._commit(head)
        if piece:
            with self.path.open("r+b") as file:
                file.truncate(head.bytes)
                _settle(file)

    def _write(self, before: Head, lines: list[bytes]) -> None:
        """Append lines and then, in one step, let them count."""
        data = b"".join(line + b"\n" for line in lines)
        with self.path.open("ab") as file:
            file.write(data)
            _settle(file)
        self._commit(Head(lines=before.lines + len(lines), bytes=before.bytes + len(data), hash=digest(lines[-1])))

    def _commit(self, head: Head) -> None:
        """Replace the head file: the moment at which an append happens."""
        new = self._beside(".head.new")
        with new.open("wb") as file:
            file.write(msgspec.json.encode(head) + b"\n")
            _settle(file)
        new.replace(self._beside(".head"))
        if os.name == "posix":  # elsewhere a folder cannot be opened, and its entries are written through
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _settle(file: BinaryIO) -> None:
    """Wait until what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def _sound(found: Inspection) -> Inspection:
    if found.faults:
        raise found.faults[0]
    return found
