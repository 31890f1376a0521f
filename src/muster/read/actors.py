"""Who is named in a sentence: countries, organisations and missions under one name each, and the people who speak for them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from msgspec import Struct

from muster.read.names import KINDS, Form, Mission, described, missions, names, pattern
from muster.read.quick import BEGINS, by_letter
from muster.read.vocabulary import word_set

PLACES = (
    "in|into|to|toward|towards|at|across|inside|outside|against|near|around|on|over|for|with|within|throughout|about|of|from|under"
    "|alongside|beside|besides|behind|despite|via"
)
PLACE_ENDS = ("north", "south", "east", "west", "ern", "central", *PLACES.split("|"))
PLACED = re.compile(rf"\b(?:{PLACES})\s(?:the\s)?(?:(?:north|south|east|west)(?:ern)?\s|central\s)?$", re.IGNORECASE)
UNDER = re.compile(r"\bunder\s(?:the\s)?$")  # "Ghana, under the Lakeland Mission (LM), has sent 400 troops"
AGAINST = re.compile(r"\b(?:against|in|into|to|for|inside|across|part\sof)\s(?:the\s|an?\s)?$", re.IGNORECASE)
GROUND = re.compile(r"\s(?:capital|province|city|town|village|border|coast|airport|port|soil|territory|waters|side|region)\b")
BATTALION = re.compile(r"(?:['’]s?)?\s(?:\w+\s)?(?:battalion|contingent|troops|soldiers|company|brigade)\b")
TOLD_ENDS = ("ed", "told", "tell", "gave", "give", "giving", "urging", "asking", "thank", "thanking", "helping", "telling")
TOLD = re.compile(rf"\b(?:[a-z]+{'|'.join(TOLD_ENDS)})\s(?:the\s)?$")
POSSESSIVE = re.compile(r"['’]s?\s")
REPORTED = re.compile(
    r"\s(?:will|would|has|had|have|is|was|are|were|could|may|might|should|must|can|plans?|pledge[sd]?|sent|and|said)\b|,\s"
)
BODY = re.compile(
    r"\b(?:administration|government|parliament|army|police|president|republic|kingdom|cabinet|ministry|court|judges?|lawmakers)"
    r"\s(?:of|in)\s(?:the\s)?$|\b(?:chiefs|officials?|ministers?|leaders|generals)\sfrom\s(?:the\s)?$",
    re.IGNORECASE,
)
JOINT = re.compile(r"(?:,\s|,?\s(?:and|as well as|plus|along with|together with|&)\s)(?:the\s)?", re.IGNORECASE)
CAPITALISED = r"(?:the\s)?[A-Z][\w.’'-]{1,20}(?:\s(?:and\s)?[A-Z][\w.’'-]{1,20}){0,3}"
LIST_GOES_ON = re.compile(rf"{CAPITALISED}(?:,\s{CAPITALISED}){{0,15}},?\s(?:and|as well as)\s(?:the\s)?[A-Z]")
OPENED = re.compile(r"\W{0,3}(?:In|At|For|From|To|On)\s(?:the\s)?")
HYPHENATED = re.compile(
    r"-(?:led|backed|based|funded|born|trained|made|supported|sponsored|brokered|operated|headed)\b", re.IGNORECASE
)
NOT_ADJECTIVE = word_set(
    "and or has have had is are was were will would could may said says to in for of that which who on with as also"
)
DESCRIBED = re.compile(rf"[\s-]{KINDS}s?\s(?:in|to|for)\s(?:the\s)?(?:(?:north|south|east|west)(?:ern)?\s)?")
ACRONYM = re.compile(r"(?:[A-Z]\.?){2,}")
FOLLOWING = re.compile(r"\s([A-Za-z][\w'’-]*)")
TITLES = (
    "President|Prime Minister|Foreign Minister|Defen[cs]e Minister|Interior Minister|Minister|Foreign Secretary|Secretary"
    "|Secretary[ -]General|Inspector General|General|Commander|Ambassador|Commissioner|Envoy|envoy|Spokesman|Spokeswoman"
    "|Spokesperson|spokesman|spokeswoman|spokesperson|Chancellor|King|Premier|Chief|chief"
)
NAME = r"(?:[A-Z][\w’'-]+(?:\s(?:al-|de\s|van\s|von\s|bin\s)?[A-Z][\w’'-]+){1,3})"
PERSON = re.compile(rf"(?:{by_letter(TITLES, BEGINS, any_case=False)})\s(?P<name>{NAME})")
NAMED = re.compile(
    rf"(?P<name>{NAME}),\s(?:who\b|the\b|an?\b|[a-z]*\s?spokes|[a-z]+\s(?:minister|secretary|ambassador|envoy|chief|commander))"
)


class Mention(Struct, frozen=True):
    """A name at ``start:end`` of a sentence. ``placed``: it is where something happens or goes, not who acts."""

    start: int
    end: int
    actor: str
    form: Form
    placed: bool = False


@lru_cache(maxsize=64)  # a phrase is asked several times for who it names
def mentions(sentence: str, also: tuple[Mission, ...] = ()) -> tuple[Mention, ...]:
    """The actors named in a sentence, in order; names inside a compound such as "Kenyan-led" are none.

    Args:
        sentence: the sentence; offsets refer to it.
        also: missions that the report introduced, see :func:`muster.read.names.introduced`.
    """
    found: list[Mention] = []
    for match in _named(sentence, also):
        if HYPHENATED.match(sentence, match.end()) or (found and match.start() < found[-1].end):
            continue
        actor, form = _meaning(match, also)
        if form == "name" and _modifies(sentence, match):
            form = "adjective"
        if found and (mission := _described(sentence, found[-1], match, actor)):
            match_start, (actor, form) = found.pop().start, (mission.name, "mission")
        else:
            match_start = match.start()
        placed = _placed(sentence, match_start, form, found) or _is_object(sentence, match_start, match.end())
        placed = placed or (form == "adjective" and bool(GROUND.match(sentence, match.end())))
        found.append(Mention(match_start, match.end(), actor, form, placed))
    return tuple(found)


def _named(sentence: str, also: tuple[Mission, ...]) -> list[re.Match[str]]:
    found = list(pattern().finditer(sentence))
    if also:
        found += pattern(tuple(name for mission in also for name in mission.names)).finditer(sentence)
    return sorted(found, key=lambda match: (match.start(), -match.end()))


def _meaning(match: re.Match[str], also: tuple[Mission, ...]) -> tuple[str, Form]:
    name = " ".join(match.group().split())
    own = next((mission.name for mission in also if name in mission.names), None) if also else None
    return (own, "mission") if own else names()[name]


def _described(sentence: str, last: Mention, match: re.Match[str], actor: str) -> Mission | None:
    """ "The UN mission in Lebanon" is one name."""
    return described(last.actor, actor) if DESCRIBED.fullmatch(sentence[last.end : match.start()]) else None


def _modifies(sentence: str, match: re.Match[str]) -> bool:
    """Whether a name is used as an adjective: "US President", "Kenya's police", "UN official"."""
    if POSSESSIVE.match(sentence, match.end(), match.end() + 3):
        return True
    following = FOLLOWING.match(sentence, match.end()) if ACRONYM.fullmatch(match.group()) else None
    if not following:
        return False
    word = following[1]
    verb = word.endswith(("ed", "s")) and not word.endswith(("ss", "ops", "cers", "ials", "ers", "rces"))
    return not sentence[: match.start()].endswith("the ") and word.lower() not in NOT_ADJECTIVE and not verb


def _placed(sentence: str, start: int, form: Form, found: list[Mention]) -> bool:
    """Whether a name is where something happens; an adjective, whom it is against."""
    if form == "adjective":
        before = sentence[max(0, start - 30) : start]
        return _led_by(before, PLACE_ENDS) and bool(AGAINST.search(before))
    if found and _is_listed(sentence, found[-1], start):
        return found[-1].placed
    if found and sentence[found[-1].end : start] == " (" and UNDER.search(sentence, 0, found[-1].start):
        return True
    before = sentence[max(0, start - 40) : start]
    return _led_by(before, PLACE_ENDS) and bool(PLACED.search(before)) and not BODY.search(before)


def _led_by(before: str, ends: tuple[str, ...]) -> bool:
    """Whether the last word before a name, an article apart, ends so: a cheap question before a pattern is tried."""
    words = before.lower().split()[-2:]
    return bool(words) and (words[0] if words[-1] in {"the", "a", "an"} else words[-1]).endswith(ends)


def _is_listed(sentence: str, last: Mention, start: int) -> bool:
    """Whether a name goes on with the list of the last: after "and", or after a comma where an "and" is still to come."""
    if not JOINT.fullmatch(sentence, last.end, start) or OPENED.fullmatch(sentence[: last.start][-12:]):
        return False
    return sentence[last.end : start].strip() not in {",", ", the"} or bool(LIST_GOES_ON.match(sentence, start))


def _is_object(sentence: str, start: int, end: int) -> bool:
    """Whether a name is whom a verb is about: "notified Lebanon of", but not "announced Lebanon would"."""
    before = sentence[max(0, start - 30) : start]
    return _led_by(before, TOLD_ENDS) and bool(TOLD.search(before)) and not REPORTED.match(sentence, end)


def acts(sentence: str, mention: Mention) -> bool:
    """Whether who is named may be meant by "it" or "they" in the next sentence; of adjectives, "the Ghanaian battalion"."""
    return not mention.placed and (mention.form != "adjective" or bool(BATTALION.match(sentence, mention.end)))


def groups(sentence: str, found: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions joined by commas and "and" taken together: "the US and Canada" is one group of two."""
    joined: list[list[Mention]] = []
    for mention in found:
        last = joined[-1][-1] if joined else None
        if last and last.placed == mention.placed and _is_listed(sentence, last, mention.start):
            joined[-1].append(mention)
        else:
            joined.append([mention])
    return joined


def people(sentence: str) -> Iterator[re.Match[str]]:
    """People with their full name (group ``name``): after a title or before a comma and what they are."""
    yield from PERSON.finditer(sentence)
    yield from NAMED.finditer(sentence)


def mission_at(place: str, day: date | None) -> Mission | None:
    """The one mission of the table that was in a place on a day; ``None`` when there were several, or none."""
    there = [
        mission for mission in missions() if mission.place == place and (day is None or mission.since <= day <= mission.until)
    ]
    return there[0] if len(there) == 1 else None


def voice_of(named: Iterable[Sequence[Mention]]) -> str | None:
    """Who speaks in a text that says "we" of itself: the country or organisation that acts most often in its sentences."""
    acting = (one.actor for mentioned in named for one in mentioned if one.form == "name" and not one.placed)
    return _most(acting)


def _most(names: Iterable[str]) -> str | None:
    """The most frequent name, the first of several."""
    return next((name for name, _ in Counter(names).most_common(1)), None)


MISSION_IN = re.compile(r"\b(?:mission|force|operation|initiative)\s(?:in|to|for)\s(?:the\s)?$", re.IGNORECASE)


def mission_of(
    sentences: Sequence[str], named: Sequence[Sequence[Mention]], day: date | None, also: tuple[Mission, ...] = ()
) -> Mission | None:
    """The mission a report is about: the one most named, else what "mission in PLACE" means on that day.

    Args:
        sentences: the sentences of the report.
        named: who is mentioned in each.
        day: when it was published.
        also: missions that the report introduced.
    """
    most = _most(one.actor for mentioned in named for one in mentioned if one.form == "mission")
    if most:
        return next(mission for mission in (*also, *missions()) if mission.name == most)
    place = _most(
        one.actor
        for sentence, mentioned in zip(sentences, named, strict=True)
        for one in mentioned
        if MISSION_IN.search(sentence, max(0, one.start - 40), one.start)
    )
    return mission_at(place, day) if place else None
