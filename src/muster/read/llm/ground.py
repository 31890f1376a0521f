"""The report that a model's records are held against: what stands in it, where, and under what name."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from muster.read.actors import Mention, mentions, mission_of
from muster.read.names import Mission
from muster.read.numbers import Amount, amounts
from muster.read.sentences import Sentence, sentences
from muster.read.verbs import stage_words
from muster.records import Report, known_from

LONGEST = 2_000  # characters of a quote; evidence is a sentence at most
NEAR = 10  # sentences on each side that may belong to the paragraph of a quote
POLICE = re.compile(r"\bpolice(?:men)?\b", re.IGNORECASE)
WITHIN = re.compile(r"\w\w")
FUND = re.compile(r"(?P<whose>.+?)(?: trust)? fund", re.IGNORECASE)


@dataclass(frozen=True)
class Ground:
    """A report and its text; what is found in it is found once."""

    text: str
    report: Report

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences in order."""
        return list(sentences(self.text))

    @cached_property
    def mission(self) -> Mission | None:
        """The mission it is about."""
        day = known_from(self.report.published) if len(self.report.published) == 10 else None
        return mission_of([sentence.text for sentence in self.sentences], self._named, day)

    def name(self, said: str) -> str | None:
        """The name under which records keep an actor or speaker; ``None`` where the text does not hold it.

        A country, organisation or mission may stand there under another of its names, or as an adjective; of a mission's fund
        the mission and the word "fund" must.
        """
        plain = " ".join(said.split())
        called = _called(plain)
        fund = FUND.fullmatch(plain)
        if called in self._actors:
            return called
        if self._holds(plain) or (fund and self._holds("fund") and _called(fund["whose"]) in self._actors):
            return plain
        return None

    def amounts(self, start: int, end: int) -> list[Amount]:
        """The amounts that lie in a span with what they count; each is read in its sentence, so that none can be cut short."""
        found: list[Amount] = []
        for place in self._within(start, end):
            first = self._starts[place]
            inside = amounts(self.sentences[place].text, police=self._police)
            found += [each for each in inside if start <= first + each.number and first + each.end <= end]
        return found

    def tells_of_acts(self, start: int, end: int) -> bool:
        """Whether a word of the table of stage verbs stands in the paragraph of a span, or in the ten sentences around it."""
        inside = self._within(start, end)
        around = self.sentences[max(0, inside.start - NEAR) : inside.stop + NEAR]
        paragraphs = {self.sentences[place].line for place in inside}
        return any(stage_words(sentence.text) for sentence in around if sentence.line in paragraphs)

    def _within(self, start: int, end: int) -> range:
        """The numbers of the sentences that a span touches."""
        return range(max(0, bisect_right(self._starts, start) - 1), bisect_right(self._starts, end - 1))

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _police(self) -> bool:
        return bool(POLICE.search(self.text))

    @cached_property
    def _named(self) -> list[tuple[Mention, ...]]:
        return [mentions(sentence.text) for sentence in self.sentences]

    @cached_property
    def _actors(self) -> frozenset[str]:
        named = frozenset(mention.actor for mentioned in self._named for mention in mentioned)
        return named | ({self.mission.name} if self.mission else frozenset())

    @cached_property
    def _folded(self) -> str:
        return " ".join(self.text.split()).casefold()

    def _holds(self, words: str) -> bool:
        return _find(words.casefold(), self._folded) >= 0


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands verbatim, any run of white space for any other; whole words only, the first place of several."""
    folded, places = _fold(text)
    words = " ".join(quote.split())
    start = _find(words, folded) if len(words) <= LONGEST else -1
    return None if start < 0 else (places[start], places[start + len(words) - 1] + 1)


@lru_cache(maxsize=4)
def _fold(text: str) -> tuple[str, list[int]]:
    """A text with one blank for every run of white space, and where each of its characters stands in the text."""
    kept = [place for place, sign in enumerate(text) if not (sign.isspace() and text[place - 1 : place].isspace())]
    return "".join(" " if text[place].isspace() else text[place] for place in kept), kept


def _find(words: str, text: str) -> int:
    """Where words stand in a text, not within other words; -1 where they do not."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not WITHIN.fullmatch(text[max(0, start - 1) : start + 1]) and not WITHIN.fullmatch(text[end - 1 : end + 1]):
            return start
        start = text.find(words, start + 1)
    return -1


def _called(name: str) -> str:
    """A name as our table has it; a name that it has not stays as it is."""
    plain = name[4:] if name.lower().startswith("the ") else name
    found = [mention.actor for mention in mentions(plain) if mention.end - mention.start == len(plain)]
    return found[0] if found else name
