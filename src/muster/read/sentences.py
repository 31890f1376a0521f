"""A text -> its sentences, each with the place where it stands. A sentence never crosses a blank line."""

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

LONGEST = 1500  # characters; what is longer is no sentence, and is read in pieces so that work stays bounded
LINE_END = re.compile(r"\r\n?|\n")
END = re.compile(r"[.!?…]['\"”’)\]]{0,3}(?=\s)")
ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Maj|Brig|Sen|Rep|Gov|St|No|Inc|Ltd|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec))$"
)
OPENING = re.compile(r"\s+(?:['\"“‘(\[]{0,2}[A-Z0-9$€£]|[-•*])")


class Sentence(Struct, frozen=True):
    """``text`` stands at ``start`` of the report; ``line`` is the number of the line where it begins, from 0."""

    start: int
    text: str
    line: int

    @property
    def end(self) -> int:
        """Where it ends in the report."""
        return self.start + len(self.text)


def lines(text: str) -> list[tuple[int, str]]:
    """Every line with its offset, without line ends; numbers count as an editor's do, from 0."""
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    if starts[-1] == len(text) and len(starts) > 1:
        starts.pop()
    return [(start, text[start:end].rstrip("\r\n")) for start, end in pairwise([*starts, len(text)])]


def sentences(text: str, skip: frozenset[int] = frozenset()) -> Iterator[Sentence]:
    """The sentences of a text in order, without the lines to ``skip``."""
    for start, end, line in _paragraphs(text, skip):
        for left, right in _split(text, start, end):
            stripped = text[left:right].strip()
            if stripped:
                yield Sentence(text.index(stripped[0], left), stripped, line)


def _paragraphs(text: str, skip: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of lines that belong together: a line that goes on in lower case was broken for its width."""
    start, end, first = 0, 0, 0
    for number, (offset, line) in enumerate(lines(text)):
        goes_on = end > start and number - 1 not in skip and line[:1].islower() and len(text[start:end].rstrip()) > 40
        if number not in skip and goes_on and not END.search(text[max(start, end - 4) : end] + " "):
            end = offset + len(line)
            continue
        if end > start:
            yield start, end, first
        start, end, first = offset, offset if number in skip else offset + len(line), number
    if end > start:
        yield start, end, first


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    for match in END.finditer(text, start, end):
        if match.end() <= left or not OPENING.match(text, match.end(), min(end, match.end() + 50)):
            continue
        if text[match.start()] == "." and ABBREVIATION.search(text[max(left, match.start() - 6) : match.start()]):
            continue
        yield from _pieces(text, left, match.end())
        left = match.end()
    yield from _pieces(text, left, end)


def _pieces(text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    while right - left > LONGEST:
        cut = text.rfind(" ", left, left + LONGEST)
        cut = cut if cut > left else left + LONGEST
        yield left, cut
        left = cut
    yield left, right
