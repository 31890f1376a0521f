"""A sentence taken apart, and which of its verbs an amount belongs to."""

import re
from dataclasses import dataclass
from datetime import date

from muster.read.actors import Mention, Mission, mentions
from muster.read.dates import Dated, dates
from muster.read.numbers import Amount, amounts
from muster.read.speakers import Person
from muster.read.statements import Said
from muster.read.tense import speaks_ahead
from muster.read.verbs import Verb, stage_words

BOUNDARY = re.compile(r"[;:—]\s|,\s|\s\(|\)|\s(?:but|while|whereas|although|though)\s")
LINKED = re.compile(
    r"(?:,?\s?(?:who|that|which|of whom)|has|have|had|will|would|are|is|were|was|could|to|it|set|due|expected|from)\b|$", re.I
)
OF_WHOLE = re.compile(r"\s(?:out )?of (?:the |its |a |their |all )?(?:planned |promised )?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Background:
    """What a report says beyond the sentence: its day, the mission, people by last name, whether its officers are police, who
    wrote it, and whether it tells of its own day."""

    published: date | None
    mission: Mission | None
    people: dict[str, Person]
    police: bool
    author: str | None
    of_the_day: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the sentences before leave to be understood: the last amount, and the last actor named by name."""

    amount: Amount | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence taken apart: its amounts, stage verbs, actors, dates and statements, all with offsets into ``text``."""

    text: str
    amounts: list[Amount]
    verbs: list[Verb]
    mentions: list[Mention]
    dates: list[Dated]
    said: list[Said]
    breaks: list[int]
    earlier: Earlier

    def segment(self, offset: int) -> int:
        """The number of the segment, between commas and conjunctions, in which an offset lies."""
        return sum(place <= offset for place in self.breaks)


def take_apart(text: str, spoken: list[Said], background: Background, earlier: Earlier) -> Clause:
    """Everything that the grammar looks at in a sentence."""
    verbs = stage_words(text)
    return Clause(
        text=text,
        amounts=amounts(text, police=background.police, before=earlier.amount) if verbs else [],
        verbs=verbs,
        mentions=mentions(text),
        dates=dates(text, background.published, lambda offset: speaks_ahead(text, offset)) if verbs else [],
        said=spoken,
        breaks=[match.end() for match in BOUNDARY.finditer(text)],
        earlier=earlier,
    )


def verb_of(clause: Clause, place: int) -> Verb | None:
    """The verb an amount belongs to: one linked to it from behind ("400 officers who will arrive"), else the last before it."""
    amount = clause.amounts[place]
    rest = clause.amounts[place + 1 :]
    whole = bool(rest) and bool(OF_WHOLE.fullmatch(clause.text[amount.end : rest[0].start]))
    until = rest[whole].start if len(rest) > whole else len(clause.text)
    ends = rest[0].end if whole else amount.end
    since = clause.amounts[place - 1].end if place else 0
    segment = clause.segment(amount.end - 1)
    before = [verb for verb in clause.verbs if since <= verb.start < amount.start and _reaches(clause, verb, amount)]
    if whole and before:  # "has sent two of the 50 troops it promised"
        return before[-1]
    behind = [verb for verb in clause.verbs if "next" not in verb.row.marks]
    for verb in behind:
        if ends <= verb.start < until and clause.segment(verb.start) == segment and _links(clause, ends, verb, whole):
            chained = [other for other in behind if other.led_by == verb and other.start < until]
            return chained[0] if chained else verb
    return before[-1] if before else None


def _links(clause: Clause, end: int, verb: Verb, whole: bool) -> bool:
    """Whether a verb behind an amount speaks of it; in "400 of the 2,500 planned are there" the participle is the whole's."""
    between = clause.text[end : verb.start].strip()
    if whole and "noun" in verb.row.marks:
        return False
    by = re.match(r"\sby\b", clause.text[verb.end : verb.end + 4]) and between.startswith(("in ", "of ", "worth "))
    return len(between.split()) <= 8 and bool(
        not between or by or LINKED.match(between) or (whole and len(between.split()) <= 4)
    )


def _reaches(clause: Clause, verb: Verb, amount: Amount) -> bool:
    between = clause.text[verb.end : amount.start]
    if "next" in verb.row.marks:
        return len(between.split()) <= 2 and not re.search(r"[,;]", between)
    return clause.segment(amount.start) - clause.segment(verb.start) <= 2 and len(between.split()) <= 12


def goes_on(clause: Clause, place: int) -> bool:
    """Whether an amount goes on with the list of the one before: "Uganda will send 4,500 troops, Kenya 1,410"."""
    between = clause.text[clause.amounts[place - 1].end : clause.amounts[place].start]
    return len(between) < 60 and not re.search(r"[.;]\s", between)
