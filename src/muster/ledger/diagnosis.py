"""What most likely happened to a broken ledger, for whoever has to mend it: which line, what was found, what to do.

Every line names its place (``seq``) and the SHA-256 of the line before it (``prev``), and the head names the last line. So each
line is vouched for by the next. What does not fit is read as the smallest change that explains it: a line was edited,
removed, added or moved, or the end is missing. Lines are compared by the place they name, not by where they stand.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from muster.ledger.chain import ZEROS, Head, digest

Change = Literal["edited", "removed", "end removed", "added", "moved", "cut off", "unfinished", "line ends", "replaced", "head"]
UNREADABLE = 0  # in the place of seq, which counts from 1


@dataclass(frozen=True)
class Damage:
    """One change: at which line (from 1), what was found there, and what stood or should stand there, in words."""

    change: Change
    line: int
    found: str
    expected: str


class Seen(NamedTuple):
    """A line as it stands: ``seq`` is ``UNREADABLE`` where it cannot be read."""

    number: int
    seq: int
    prev: str
    hash: str


class _Link(msgspec.Struct):
    seq: int
    prev: str


@dataclass(frozen=True)
class Bytes:
    """The lines of a file and how it ends: the bytes after the last line end, and whether all lines end as in DOS."""

    lines: tuple[Seen, ...]
    size: int
    piece: int
    dos: bool


@dataclass(frozen=True)
class Diagnosis:
    """Every damage in line order, none where the ledger is as it was written; the first ``sound`` lines are vouched for."""

    damages: tuple[Damage, ...]
    sound: int


def diagnose(path: Path, head: Head | None) -> Diagnosis:
    """What was changed in a ledger since it was written.

    Raises:
        OSError: the file cannot be read.
    """
    seen = _read(path)
    if seen.dos:
        ends = Damage("line ends", 1, "lines that end with a carriage return", "lines that end with a line feed alone")
        return Diagnosis((ends,), 0)
    by_place: defaultdict[int, list[Seen]] = defaultdict(list)
    for line in seen.lines:
        by_place[line.seq].append(line)
    damages = [*_order(seen.lines, by_place), *_links(seen.lines, by_place, head)]
    damages += _end(seen, head, whole=not damages)
    once = {(damage.line, damage.change): damage for damage in reversed(damages)}
    return Diagnosis(tuple(sorted(once.values(), key=lambda damage: damage.line)), _sound(seen.lines, head))


def _sound(lines: Sequence[Seen], head: Head | None) -> int:
    """How many lines from the first on are in the chain and vouched for by a line after them, or by the head."""
    count, before = 0, ZEROS
    for line in lines:
        if (line.seq, line.prev) != (count + 1, before):
            break
        count, before = line.seq, line.hash
    named = {line.prev for line in lines[count:]} | ({head.hash} if head else set())
    is_end = head is None and count == len(lines)
    return count if count == 0 or before in named or is_end else count - 1


def _read(path: Path) -> Bytes:
    """Read a ledger line by line, so that a large one takes little memory."""
    lines, size, piece, dos = [], 0, 0, True
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            size += len(raw)
            if not raw.endswith(b"\n"):
                piece = len(raw)
                break
            dos = dos and raw.endswith(b"\r\n")
            lines.append(_seen(number, raw[:-1]))
    return Bytes(tuple(lines), size, piece, dos and bool(lines))


def _seen(number: int, line: bytes) -> Seen:
    try:
        link = msgspec.json.decode(line, type=_Link)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Seen(number, UNREADABLE, "", digest(line))
    return Seen(number, link.seq, link.prev, digest(line))


def _order(lines: Sequence[Seen], by_place: Mapping[int, list[Seen]]) -> Iterator[Damage]:
    """Lines that cannot be read or do not stand where they say: edited, removed, added or moved ones, each told once."""
    due = 1
    for line, after in zip_longest(lines, lines[1:]):
        if line.seq == UNREADABLE:
            yield Damage("edited", line.number, "not a line of a ledger", "one JSON object with seq, prev and record")
        elif line.seq != due and after and after.seq == due + 1 and due not in by_place:
            yield Damage("edited", line.number, f"entry {line.seq}", f"entry {due}")
        elif line.seq > due:
            missing = [place for place in range(due, line.seq) if place not in by_place]
            if missing:
                yield Damage("removed", line.number, f"entry {line.seq}", _entries(missing[0], missing[-1]))
            else:
                yield Damage("moved", line.number, f"entry {line.seq}", f"entry {due}, which stands further down")
            due = line.seq
        elif line.seq < due:
            first = by_place[line.seq][0]
            if first.number < line.number:
                what = f"a copy of line {first.number}" if first.hash == line.hash else f"a second entry {line.seq}"
                yield Damage("added", line.number, what, f"entry {due}")
            continue
        due += 1


def _links(lines: Sequence[Seen], by_place: Mapping[int, list[Seen]], head: Head | None) -> Iterator[Damage]:
    """Lines that are not what the next line says, and lines whose word on the line before was changed."""
    vouched = {line.prev for line in lines} | ({head.hash} if head else {line.hash for line in lines[-1:]})
    for line in lines:
        before = by_place.get(line.seq - 1, [])
        if line.seq == UNREADABLE or (line.seq > 1 and not before):
            continue
        hashes = [each.hash for each in before] if line.seq > 1 else [ZEROS]
        if line.prev in hashes:
            continue
        if line.seq == 1 or line.hash not in vouched:
            yield Damage("edited", line.number, f"prev {line.prev[:12]}...", f"prev {hashes[0][:12]}...")
        else:
            kept = f"{line.prev[:12]}..., which line {line.number} keeps"
            yield Damage("edited", before[0].number, f"SHA-256 {hashes[0][:12]}...", kept)


def _end(seen: Bytes, head: Head | None, *, whole: bool) -> Iterator[Damage]:
    """What is to be said of the end of the file and of the head beside it; ``whole``: the lines before are sound."""
    last = seen.lines[-1] if seen.lines else Seen(0, 0, "", ZEROS)
    place = max((line.seq for line in seen.lines), default=0)
    if seen.lines and last.seq == UNREADABLE:
        place = max(place + 1, last.number)
    if head and place < head.lines:
        missing = _entries(place + 1, head.lines)
        found = f"{seen.piece} bytes of a line" if seen.piece else "the end of the file"
        yield Damage("cut off" if seen.piece else "end removed", last.number + 1, found, missing)
    elif seen.piece:
        yield Damage("cut off" if head is None else "unfinished", last.number + 1, f"{seen.piece} bytes", "the end of the file")
    elif head and (whole or last.seq == head.lines):
        yield from _against(seen, last, head, whole=whole)


def _against(seen: Bytes, last: Seen, head: Head, *, whole: bool) -> Iterator[Damage]:
    """Whether sound lines, or at least the last one, are those that the head tells of."""
    counted = (seen.lines[head.lines - 1] if head.lines else Seen(0, 0, "", ZEROS)) if whole else last
    if counted.hash != head.hash:
        change: Change = "edited" if counted is last else "replaced"
        yield Damage(change, counted.number, f"SHA-256 {counted.hash[:12]}...", f"{head.hash[:12]}..., which the head keeps")
    elif counted is not last:
        more = last.number - counted.number
        yield Damage("unfinished", counted.number + 1, f"{more} line{'s' * (more > 1)}", "the end of the file")
    elif whole and seen.size != head.bytes:
        yield Damage("head", last.number, f"{seen.size} bytes in the ledger", f"{head.bytes}, which the head keeps")


def _entries(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"
