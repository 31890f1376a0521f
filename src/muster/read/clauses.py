"""A sentence taken apart, and which of its verbs an amount belongs to."""

import re
from bisect import bisect_right
from datetime import date

from msgspec import Struct

from muster.read.actors import Mention
from muster.read.dates import EXPRESSION, Dated, dates
from muster.read.names import Mission
from muster.read.numbers import Amount, amounts
from muster.read.speakers import Person
from muster.read.statements import Said
from muster.read.tense import speaks_ahead
from muster.read.verbs import Verb, stage_words
from muster.read.vocabulary import bodies

BOUNDARY = re.compile(  # begins with a class, so that the engine passes over the letters
    r"[;:—,)\s](?:(?<=[;:—,])\s|(?<=\))|(?<=\s)(?:\(|(?:but|while|whereas|although|though)\s))"
)
LINKED = re.compile(
    r"(?:,?\s?(?:who|that|which|whom|of whom)|has|have|had|will|would|are|is|were|was|could|may|might|can|to(?: be)?$|it|they"
    r"|set|complete|completed|began|begun|started|due|expected|from|of|for|in|at|on|worth|already|now|also|ready"
    r"|[A-Z]\w+ (?:has|have|had|will|would))\b|$",
    re.I,
)
FORCE_NOUN = re.compile(r"^(?:contingents?|force|battalion|brigade|unit|team|mission|detachment|company)\b\s?")
LIST_GOES_ON = re.compile(r"\s?(?:apiece|each)?;\s(?:and\s)?(?:the\s)?[A-Z][^;.]{1,60}\s?")
NUMBERED = re.compile(r"\b(?:resolution|article|flight|decree|chapter|section|page|room|number|no\.)\s$", re.IGNORECASE)
DATELINE = re.compile(
    r"\W{0,3}[A-Z][A-Z’'. -]{2,30}(?:,\s[A-Z][\w.’' -]{1,30}){0,2}(?:\s\([A-Za-z ]{2,20}\))?\s(?:[–—]|-{1,2})\s"
    r"|[A-Z][\w ]{1,30}\s\|\s"
)
AUXILIARY = r"(?:has|have|had|will|would|is|are|was|were)"
NEW_PREDICATE = re.compile(
    rf"\b(?:while|whereas)\b|\b(?:and|but|or|then|after|before|when|while|as)(?:\s(?:{AUXILIARY}|also|later|it|they))*$|\band\s(?:also\s)?{AUXILIARY}\b",
    re.IGNORECASE,
)
NOUN_NEXT = re.compile(r"\b(?:the|a|an|its|his|her|their|our|this|of|for|(?!being\b)[a-z]+ing|[\w]+[’']s?|urgent|total)$")
LISTED = re.compile(r"(?:,|,?\sand|\sas well as|\sor)\s(?:an?\s|some\s)?")
INFINITIVE = re.compile(r"[;:.]\s|\bto\s(?!be\b)\w+\s")
OF_WHOLE = re.compile(
    r"\s(?:out )?of (?:the |its |a |their |all )?(?:[\w-]+[’']s? )?"
    r"(?:(?:planned|promised|proposed|requested|total|authori[sz]ed) )?",
    re.IGNORECASE,
)
STOP = re.compile(r"[;:.]\s")
PART_ENDS = re.compile(r"[.;]\s")
BY = re.compile(r"\sby\b")
DONE = re.compile(r"\b\w{2,}ed\b")
SOUGHT = frozenset({"approved", "required"})
VERB_REACH = 16  # words from a verb to its amount
OWN_REACH = 30  # characters from a whole to the verb that tells of it: "of the 1,000 that Kenya expects to send"
NEAR = 8  # words from an amount to a verb behind it that is surely its own
WIDE = 30  # words from a verb to an amount that has no other
LOOSE = 14  # words from an amount to a verb behind it when nothing else is its verb


class Background(Struct, frozen=True):
    """What a report says beyond the sentence.

    Its day, the mission, people by last name, whether its officers are police, its author, whether it tells of its own day,
    the missions that it introduces, and its voice: who "we" is outside quotations.
    """

    published: date | None
    mission: Mission | None
    people: dict[str, Person]
    police: bool
    author: str | None
    of_the_day: bool = False
    introduced: tuple[Mission, ...] = ()
    voice: str | None = None


class Earlier(Struct, frozen=True):
    """What the sentences before leave to be understood: the last amount, and the last actor named by name."""

    amount: Amount | None = None
    actor: str | None = None


class Clause(Struct, frozen=True):
    """A sentence taken apart: its amounts, stage verbs, actors, dates and statements, all with offsets into ``text``.

    ``breaks``: where its segments begin; ``expressions``: its dates as written, before they are resolved in a tense.
    """

    text: str
    amounts: list[Amount]
    verbs: list[Verb]
    mentions: tuple[Mention, ...]
    dates: list[Dated]
    said: list[Said]
    breaks: list[int]
    earlier: Earlier
    expressions: list[re.Match[str]]

    def segment(self, offset: int) -> int:
        """The number of the segment, between commas and conjunctions, in which an offset lies."""
        return bisect_right(self.breaks, offset)


def take_apart(text: str, named: tuple[Mention, ...], spoken: list[Said], background: Background, earlier: Earlier) -> Clause:
    """Everything that the grammar looks at in a sentence; of one without a stage verb only who is named in it."""
    opening = DATELINE.match(text) if named else None
    named = tuple(mention for mention in named if mention.start >= opening.end()) if opening else named
    verbs = stage_words(text)
    expressions = list(EXPRESSION.finditer(text)) if verbs or spoken else []
    if not verbs:
        return Clause(text, [], [], named, [], spoken, [], earlier, expressions)
    days = dates(text, background.published, lambda offset: speaks_ahead(text, offset), expressions)
    counted = amounts(text, police=background.police, before=earlier.amount)
    return Clause(
        text=text,
        amounts=[amount for amount in counted if not _is_number_of(text, amount, days)],
        verbs=[verb for verb in verbs if not _is_noun_within(text, verb, counted)],
        mentions=named,
        dates=days,
        said=spoken,
        breaks=[match.end() for match in BOUNDARY.finditer(text)],
        earlier=earlier,
        expressions=expressions,
    )


def _is_noun_within(text: str, verb: Verb, counted: list[Amount]) -> bool:
    """Whether a word is part of what is counted: "two patrol boats", "four transport planes"."""
    within = any(amount.number < verb.start < amount.end for amount in counted)
    return within and f"{text[verb.start : verb.end].lower()}s" in verb.row.forms


def _is_number_of(text: str, amount: Amount, days: list[Dated]) -> bool:
    """Whether a number is a year's or a paper's: "In December 2030 Kenya sent troops", "resolution 2132"."""
    dated = any(day.start < amount.number < day.end for day in days)
    return not amount.currency and (dated or bool(NUMBERED.search(text[max(0, amount.number - 12) : amount.number])))


def verb_of(clause: Clause, place: int) -> Verb | None:
    """The verb an amount belongs to: one linked to it from behind ("400 officers who will arrive"), else the last before it.

    Where neither is found it is a verb farther behind, and last a word that only hints ("with", "there are").
    """
    amount = clause.amounts[place]
    rest = clause.amounts[place + 1 : place + 3]
    whole = bool(rest) and is_whole(clause, place + 1)
    until = rest[whole].start if len(rest) > whole else len(clause.text)
    ends = rest[0].end if whole else amount.end
    since = clause.amounts[place - 1].end if place else 0
    speaking = [verb for verb in clause.verbs if (verb.row.funds if amount.currency else verb.row.force)]
    inside = [verb for verb in speaking if amount.number < verb.start < amount.end and "weak" not in verb.row.marks]
    if inside:  # "92 promised vehicles"
        return inside[-1]
    earlier = [verb for verb in speaking if since <= verb.start < amount.number]
    before = [verb for verb in earlier if _reaches(clause, verb, amount)]
    plain = [verb for verb in before if "weak" not in verb.row.marks]
    if whole and plain:  # "has sent two of the 50 troops it promised"
        return plain[-1]
    behind = [verb for verb in speaking if "next" not in verb.row.marks and ends <= verb.start < until]
    near = next((verb for verb in behind if _links(clause, ends, verb, whole)), None)
    if near and plain and clause.text[ends : near.start].strip() == "to":  # "needs $90 million to pay them"
        near = None
    if near and plain and near.start == ends + 1 and _outdoes(plain[-1], near):
        near = None
    if near and near.row.forms[0] == "need":  # "3,500 troops are needed to deploy"
        return near
    if near and not ("weak" in near.row.marks and plain):
        return next((other for other in behind if other.led_by == near), near)
    listed = place > 0 and LISTED.fullmatch(clause.text[since : amount.start])
    far = [] if listed else [verb for verb in behind if "noun" not in verb.row.marks and _follows(clause, ends, verb)]
    wide = [verb for verb in earlier if not {"noun", "next"} & set(verb.row.marks) and _is_near(clause, verb, amount)]
    return next(iter([*plain[-1:], *far[:1], *before[-1:], *wide[-1:]]), None)


def _outdoes(verb: Verb, participle: Verb) -> bool:
    """ "Promised the 400 officers requested by", "rejected the 400 officers offered by"."""
    done, told = verb.row.force, participle.row.force
    return done == "declined" or (done == "pledged" and told in SOUGHT)


def is_whole(clause: Clause, place: int) -> bool:
    """Whether an amount is what the one before it is a part of: "400 of the 2,500 officers"."""
    between = clause.text[clause.amounts[place - 1].end : clause.amounts[place].start]
    return bool(OF_WHOLE.fullmatch(between))


def is_unsaid(clause: Clause, place: int, verb: Verb | None) -> bool:
    """Whether nothing is told of a whole but its part: "400 of the 2,500 have left", not "of the 2,500 it promised"."""
    if not place or not is_whole(clause, place) or clause.amounts[place - 1].unit in bodies():
        return False
    amount = clause.amounts[place]
    if verb is None or verb == verb_of(clause, place - 1):
        return True
    return verb.start > amount.end + OWN_REACH or "," in clause.text[amount.end : verb.start]


def is_body(clause: Clause, place: int) -> bool:
    """Whether a body of people is counted right after: "a battalion of 850 soldiers"."""
    amount, following = clause.amounts[place], clause.amounts[place + 1 : place + 2]
    if amount.unit not in bodies() or amount.low != 1 or not following:
        return False
    return is_whole(clause, place + 1) or clause.text[amount.end : following[0].start] == " ("


def _is_near(clause: Clause, verb: Verb, amount: Amount) -> bool:
    between = clause.text[verb.end : amount.start]
    return len(between.split()) <= WIDE and not STOP.search(between)


def _follows(clause: Clause, end: int, verb: Verb) -> bool:
    """Whether an amount may be the subject of a verb farther behind it."""
    between = clause.text[end : verb.start]
    return (
        len(between.split()) <= LOOSE
        and not NOUN_NEXT.search(between.strip())
        and not INFINITIVE.search(between)
        and not NEW_PREDICATE.search(between.strip())
    )


def _links(clause: Clause, end: int, verb: Verb, whole: bool) -> bool:
    """Whether a verb behind an amount speaks of it; in "400 of the 2,500 planned are there" the participle is the whole's."""
    between = FORCE_NOUN.sub("", clause.text[end : verb.start].strip())
    if (whole and "noun" in verb.row.marks) or clause.segment(verb.start) != clause.segment(max(end - 1, 0)):
        return False
    by = BY.match(clause.text, verb.end) and between.startswith(("in ", "of ", "worth "))
    if (
        len(between.split()) > NEAR
        or NEW_PREDICATE.search(between)
        or (NOUN_NEXT.search(between) and "noun" not in verb.row.marks)
    ):
        return False
    return bool(not between or by or LINKED.match(between) or (whole and len(between.split()) <= 4))


def _reaches(clause: Clause, verb: Verb, amount: Amount) -> bool:
    between = clause.text[verb.end : amount.start]
    if "behind" in verb.row.marks:
        return False
    if "next" in verb.row.marks:
        done = verb.row.forms[0] == "have" and DONE.search(between)  # "has trained 300 soldiers"
        return len(between.split()) <= 3 and not done and not ("," in between or ";" in between)
    return clause.segment(amount.start) - clause.segment(verb.start) <= 2 and len(between.split()) <= VERB_REACH


def goes_on(clause: Clause, place: int) -> bool:
    """Whether an amount goes on with the list of the one before: "Uganda will send 4,500 troops, Kenya 1,410"."""
    between = clause.text[clause.amounts[place - 1].end : clause.amounts[place].start]
    near = 140 if between.rstrip().endswith((" and", "as well as")) else 60
    return len(between) < near and (not PART_ENDS.search(between) or bool(LIST_GOES_ON.fullmatch(between)))
