"""The hash chain: which bytes of a ledger count, and what is wrong with them. Pure: bytes in, an inspection out."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

from msgspec import Meta

from muster.errors import ChainError, LedgerError
from muster.ledger.lines import Entry, decode, is_json
from muster.records import Record

ZEROS = "0" * 64
FROM_COPY = "restore the file from a copy"
ACCEPT = f"{FROM_COPY}, or delete the .head file beside it to accept the ledger as it stands"

Fate = Literal["unfinished", "cut", "lost"]
TOLD: dict[Fate, str] = {
    "unfinished": "{name}: {size} bytes after line {lines} are an append that did not finish (or is being written now); "
    "they do not count, and the next append sets them aside",
    "cut": "{name}: the last line is cut off after {size} bytes; the {lines} complete lines before it are intact, "
    "and the next append sets the piece aside",
    "lost": "{name}: cut off {size} bytes after line {lines}, and more had been written; those {lines} lines are intact; "
    "restore the file from a copy, or repair the ledger to keep them and set the piece aside",
}
Count = Annotated[int, Meta(ge=0)]


class Head(Record, frozen=True, kw_only=True):
    """The commit point: how many lines and bytes of the ledger count, and the SHA-256 (hex) of the last line."""

    lines: Count = 0
    bytes: Count = 0
    hash: str = ZEROS


@dataclass(frozen=True)
class Inspection:
    """What a ledger's bytes hold.

    ``head`` describes the complete lines that count; ``piece`` is what stands after them, and ``fate`` says how it came
    there: an append that did not finish, a last line cut off, or the rest of lines that had been committed and are lost.
    ``faults`` are breaks that nothing may be read across, in line order.
    """

    name: str
    entries: tuple[Entry, ...]
    head: Head
    piece: bytes
    fate: Fate
    faults: tuple[LedgerError, ...]

    @property
    def lost(self) -> bool:
        """Whether lines that had been committed are gone."""
        return self.fate == "lost" and bool(self.piece)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is to be said of the ledger, breaks first."""
        return (*map(str, self.faults), *told(self.name, self.piece, self.fate, self.head.lines))


def told(name: str, piece: bytes, fate: Fate, lines: int) -> tuple[str, ...]:
    """What is to be said of a piece after the lines that count, if there is one."""
    return (TOLD[fate].format(name=name, size=len(piece), lines=lines),) if piece else ()


def digest(line: bytes) -> str:
    """SHA-256 (hex) of a line without its line end."""
    return sha256(line).hexdigest()


def inspect(name: str, data: bytes, head: Head | None) -> Inspection:
    """Split a ledger into the lines that count and the piece that does not, and check the chain.

    With a head, bytes after it are an append that did not finish. Without one, or where the file is shorter than the head
    says, the chain alone decides, and only the last line can be cut off.
    """
    lines, piece, fate = _split(data, head)
    hashes = [digest(line) for line in lines]
    seen = Head(lines=len(lines), bytes=sum(map(len, lines)) + len(lines), hash=hashes[-1] if hashes else ZEROS)
    parsed = [_parse(line, f"{name}, line {number}") for number, line in enumerate(lines, 1)]
    last = head.hash if head and fate == "unfinished" else ""
    faults = _breaks(name, parsed, hashes, last)
    if head and not faults and not (fate == "lost" and piece):
        faults = _against_head(name, seen, head)
    entries = tuple(entry for entry in parsed if isinstance(entry, Entry))
    return Inspection(name, entries, seen, piece, fate, tuple(faults))


def _split(data: bytes, head: Head | None) -> tuple[list[bytes], bytes, Fate]:
    """Complete lines, the piece behind them and how it came there."""
    if head and len(data) >= head.bytes:
        counted = data[: head.bytes]
        return counted.removesuffix(b"\n").split(b"\n") if counted else [], data[head.bytes :], "unfinished"
    *lines, piece = data.split(b"\n")
    if head:
        return lines, piece, "lost"
    if lines and not piece and not is_json(lines[-1]):
        return lines[:-1], lines[-1] + b"\n", "cut"
    return lines, piece, "cut"


def _parse(line: bytes, where: str) -> Entry | LedgerError:
    try:
        return decode(line, where)
    except LedgerError as error:
        return error


def _breaks(name: str, parsed: Sequence[Entry | LedgerError], hashes: Sequence[str], last: str) -> list[LedgerError]:
    """Every break of the chain, each told once: after a break the count goes on from what was found."""
    faults: list[LedgerError] = []
    expected = 1
    for number, entry in enumerate(parsed, 1):
        if isinstance(entry, LedgerError):
            faults.append(entry)
            expected += 1
            continue
        if entry.seq != expected:
            faults.append(_moved(name, number, entry.seq, expected))
        elif entry.prev != (hashes[number - 2] if number > 1 else ZEROS):
            faults.append(_edited(name, number, entry.prev, hashes, _witness(parsed, number, last)))
        expected = entry.seq + 1
    return faults


def _witness(parsed: Sequence[Entry | LedgerError], number: int, last: str) -> str:
    """The hash of a line as its successor, or the head, keeps it; empty where nothing does."""
    if number == len(parsed):
        return last
    after = parsed[number]
    return after.prev if isinstance(after, Entry) else ""


def _moved(name: str, number: int, found: int, expected: int) -> ChainError:
    told = f"entry {found} stands here: a line was removed, added or moved"
    return ChainError(told, where=f"{name}, line {number}", expected=f"entry {expected}", do=FROM_COPY)


def _edited(name: str, number: int, prev: str, hashes: Sequence[str], witness: str) -> ChainError:
    """A line and the ``prev`` of the next do not fit: the one that nothing confirms was edited."""
    if number == 1:
        return ChainError(f"prev is {prev[:12]}", where=f"{name}, line 1", expected="64 zeros", do=FROM_COPY)
    before = hashes[number - 2]
    if witness in {"", hashes[number - 1]}:
        found, kept = f"its SHA-256 is {before[:12]}..., so it was edited", f"{prev[:12]}..., kept in line {number}"
        return ChainError(found, where=f"{name}, line {number - 1}", expected=kept, do=FROM_COPY)
    found, kept = f"prev is {prev[:12]}..., so it was edited", f"{before[:12]}..., the SHA-256 of line {number - 1}"
    return ChainError(found, where=f"{name}, line {number}", expected=kept, do=FROM_COPY)


def _against_head(name: str, seen: Head, head: Head) -> list[LedgerError]:
    """Whether a sound chain is the one that the head tells of."""
    if seen == head:
        return []
    if seen.lines < head.lines:
        found, expected, line = (
            f"the file ends: {head.lines - seen.lines} lines were removed",
            f"{head.lines} lines",
            seen.lines + 1,
        )
    else:
        found, line = f"its SHA-256 is {seen.hash[:12]}..., so it was edited", seen.lines
        expected = f"{head.hash[:12]}..., kept in the head"
    return [ChainError(found, where=f"{name}, line {line}", expected=expected, do=ACCEPT)]
