"""The report that a model's records are held against: what stands in it, where, and under what name."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from muster.read.actors import Mission, mentions, mission_of
from muster.read.numbers import Amount, amounts
from muster.read.sentences import Sentence, sentences
from muster.records import Report, known_from

LONGEST = 2_000  # characters of a quote; evidence is a sentence at most
POLICE = re.compile(r"\bpolice(?:men)?\b", re.IGNORECASE)
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
        return mission_of((sentence.text for sentence in self.sentences), day)

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
        for place in range(max(0, bisect_right(self._starts, start) - 1), bisect_right(self._starts, end - 1)):
            first = self._starts[place]
            inside = amounts(self.sentences[place].text, police=self._police)
            found += [each for each in inside if start <= first + each.number and first + each.end <= end]
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _police(self) -> bool:
        return bool(POLICE.search(self.text))

    @cached_property
    def _actors(self) -> frozenset[str]:
        named = frozenset(mention.actor for sentence in self.sentences for mention in mentions(sentence.text))
        return named | ({self.mission.name} if self.mission else frozenset())

    @cached_property
    def _folded(self) -> str:
        return " ".join(self.text.split()).casefold()

    def _holds(self, words: str) -> bool:
        return bool(words) and bool(re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", self._folded))


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands verbatim, any run of white space for any other; whole words only, the first place of several."""
    words = quote.split() if len(quote) <= LONGEST else []
    pattern = r"\s+".join(map(re.escape, words))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text) if words else None
    return found.span() if found else None


def _called(name: str) -> str:
    """A name as our table has it; a name that it has not stays as it is."""
    plain = name[4:] if name.lower().startswith("the ") else name
    found = [mention.actor for mention in mentions(plain) if mention.end - mention.start == len(plain)]
    return found[0] if found else name
