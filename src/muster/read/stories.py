"""Which reports print one story: a wire report republished, shortened, lightly edited, reordered, under another headline.

Reports are compared sentence by sentence. Two sentences are one where most of their letters stand in one order in both, and
where neither gives a number that the other does not bear out: "sent 200 officers" and "sent 400 officers" tell two things.
What an outlet wrote in its own words therefore never counts, and a monthly release with new figures is a new story.

Only sentences that share one of their few fingerprints are compared at all, and of a phrase that stands everywhere only the
first :data:`MOST` sentences, so that the work grows with the number of sentences.
"""

import heapq
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from rapidfuzz import fuzz

from muster.read.clutter import clutter_lines
from muster.read.sentences import sentences

ALIKE = 75.0  # of 100: insertions and deletions of letters over the length of both sentences; unrelated ones reach 60
HALF, LEAST = 0.5, 0.15  # of the one text and of the other: a story cut to a sixth is still that story
SHORTEST = 100  # letters that two reports must share, whatever their length: some twenty words
PASSAGE = 200  # letters of neighbouring sentences from which a report quotes another; less is a phrase that many use
FINGERPRINTS, PHRASE = 6, 3  # fingerprints of a sentence, and the words that each is made of
MOST = 20  # sentences that are kept for one fingerprint
WORD = re.compile(r"\w+(?:[.,'’]\w+)*")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence for comparison: its words in lower case, its numbers, and its fingerprints."""

    words: str
    numbers: frozenset[str]
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A sentence and the one it is a copy of, each by its place in its report, counted from 0."""

    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Match:
    """What a report has in common with another one.

    ``share`` is the part of its own text that stands in the other one (letters, 0 to 1), ``other_share`` the part of the
    other one that stands in it. ``shared`` are the sentences, ``passages`` those of them that are no mere phrase.
    """

    report: str
    share: float
    other_share: float
    letters: int
    shared: tuple[Shared, ...]
    passages: tuple[Shared, ...]

    @property
    def mutual(self) -> float:
        """The lesser share: 1 for a reprint, little where a short text stands in a long one."""
        return min(self.share, self.other_share)

    @property
    def is_story(self) -> bool:
        """Whether both may print one story: half of one of them stands in the other, and is not lost there."""
        return max(self.share, self.other_share) >= HALF and self.mutual >= LEAST


class Told:
    """A report's sentences, clutter left out."""

    def __init__(self, text: str) -> None:
        found = sentences(text, frozenset(clutter_lines(text)))
        made = [(one.start, compared_by) for one in found if (compared_by := line(one.text)).words]
        self.lines = tuple(each for _, each in made)
        self.letters = sum(len(one.words) for one in self.lines)
        self._starts = [start for start, _ in made]

    def at(self, offset: int) -> int:
        """The place of the sentence at an offset of the text; -1 where none begins before it."""
        return bisect_right(self._starts, offset) - 1


def line(text: str) -> Line:
    """A sentence as it is compared."""
    words = WORD.findall(text.casefold())
    joined = " ".join(words)
    return Line(joined, frozenset(NUMBER.findall(joined)), fingerprints(words))


class Shelf:
    """Reports against which others are held, each in one story: that of the first report that printed it."""

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}
        self._places: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        self._shortest: dict[str, str] = {}

    def add(self, report: str, told: Told, story: str) -> None:
        """Put a report on the shelf. ``story`` is the first report that printed its story: itself where there is none."""
        self._told[report] = told
        shortest = self._shortest.setdefault(story, report)
        if told.letters < self._told[shortest].letters:
            self._shortest[story] = report
        for number, one in enumerate(told.lines):
            for mark in one.marks:
                if len(self._places[mark]) < MOST:
                    self._places[mark].append((report, number))

    def __contains__(self, report: str) -> bool:
        return report in self._told

    def told(self, report: str) -> Told:
        """The sentences of a report on the shelf."""
        return self._told[report]

    def story(self, matches: Iterable[Match], told: Told) -> Match | None:
        """The story that a text prints, by its match with the first report that printed it; None for a story of its own.

        Where one of the two is much shorter, the shortest print of the story must match too: a round-up that holds two short
        stories whole does not make them one.
        """
        near = [found for found in matches if found.is_story and found.report in self._shortest]
        sure = [found for found in near if found.mutual >= HALF or self._is_in_shortest(found.report, told)]
        return max(sure, key=lambda found: found.mutual, default=None)

    def _is_in_shortest(self, story: str, told: Told) -> bool:
        found = compared(told, self._told[self._shortest[story]])
        return found is not None and found.is_story

    def matches(self, told: Told) -> tuple[Match, ...]:
        """The reports that have more than a phrase in common with a text, the one that holds most of it first."""
        shared: defaultdict[str, list[Shared]] = defaultdict(list)
        for here, one in enumerate(told.lines):
            for report, there in self._copies(one).items():
                shared[report].append(Shared(here, there))
        found = [match(report, told, self._told[report], pairs) for report, pairs in shared.items()]
        return tuple(sorted((each for each in found if each.letters >= SHORTEST), key=lambda each: (-each.share, each.report)))

    def _copies(self, one: Line) -> dict[str, int]:
        """The most like sentence of each report that has one like this."""
        candidates = {place for mark in one.marks for place in self._places.get(mark, ())}
        best: dict[str, tuple[float, int]] = {}
        for report, number in sorted(candidates):
            degree = likeness(one, self._told[report].lines[number])
            if degree > best.get(report, (0.0, 0))[0]:
                best[report] = (degree, number)
        return {report: number for report, (_, number) in best.items()}


def compared(told: Told, other: Told) -> Match | None:
    """What two reports have in common; None for nothing."""
    alone = Shelf()
    alone.add("", other, "")
    return next(iter(alone.matches(told)), None)


def likeness(one: Line, other: Line) -> float:
    """How like two sentences are, from :data:`ALIKE` to 100; 0 where they are two."""
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return 0.0
    return fuzz.ratio(one.words, other.words, score_cutoff=ALIKE)


def fingerprints(words: Sequence[str]) -> tuple[int, ...]:
    """The smallest hashes of the phrases of a sentence: two sentences that share most phrases share one of these."""
    phrases = {" ".join(words[place : place + PHRASE]) for place in range(max(1, len(words) - PHRASE + 1))}
    return tuple(heapq.nsmallest(FINGERPRINTS, (crc32(phrase.encode()) for phrase in phrases)))


def match(report: str, told: Told, other: Told, shared: Sequence[Shared]) -> Match:
    """The pairs of sentences that two reports share, weighed by letters."""
    here = run_letters(shared, told)
    there = sum(len(other.lines[number].words) for number in {one.there for one in shared})
    passages = tuple(one for run in runs(shared) if run_letters(run, told) >= PASSAGE for one in run) if here >= PASSAGE else ()
    return Match(report, here / told.letters, there / other.letters, min(here, there), tuple(shared), passages)


def runs(shared: Iterable[Shared]) -> Iterator[list[Shared]]:
    """Stretches of sentences that follow each other in both reports."""
    run: list[Shared] = []
    for one in shared:
        if run and (one.here, one.there) != (run[-1].here + 1, run[-1].there + 1):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def run_letters(run: Iterable[Shared], told: Told) -> int:
    """The length of a stretch."""
    return sum(len(told.lines[one.here].words) for one in run)


def stories(texts: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The reports by story, each report in one, sorted by id whatever the order of ``texts``.

    Args:
        texts: each report's text by its id.
    """
    shelf, groups = Shelf(), dict[str, list[str]]()
    for report in sorted(texts):
        told = Told(texts[report])
        found = shelf.story(shelf.matches(told), told)
        first = found.report if found else report
        shelf.add(report, told, first)
        groups.setdefault(first, []).append(report)
    return tuple(tuple(group) for group in groups.values())
