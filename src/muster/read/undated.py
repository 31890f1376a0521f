"""When an act took place whose sentence names no day: what its tense and the kind of report tell."""

import re
from datetime import date

from muster.read.verbs import Verb
from muster.records import Stage

Days = tuple[date | None, date | None]
DONE: frozenset[Stage] = frozenset({"deployed", "disbursed"})
DECIDED: frozenset[Stage] = frozenset({"pledged", "approved", "declined"})
REACH = 60  # characters before a verb in which what leads it stands
PERFECT = re.compile(r"\b(?:has|have|had|having)\b(?:\s[\w’']+){0,4}\s$", re.IGNORECASE)
STANDING = re.compile(  # a sum of what was given before, and a pledge that others welcome or recall
    r"\b(?:(?<!a )total|overall|cumulative|so far|to date|until now|already|brings?|bringing)\b"
    r"|\b(?:takes?|taking|raises?|raising|lifts?|lifting)\b[^.;]{0,60}\bto\b"
    r"|\b(?:welcom|applaud|thank|commend|recall|appreciat|prais)\w*\b[^.;]{0,100}\b(?:pledges?|commitments?|promises?|offers?|contributions?|decision)\b",
    re.IGNORECASE,
)
WILL = re.compile(r"\b(?:will|shall)\b[^,;]{0,30}$")
SPEAKER = re.compile(r"\b(?:I|[Ww]e|[Tt]hey|[A-Z]\w+)\s(?:\w+ly\s)?$")
INFINITIVE = re.compile(r"\b(?:to|not|will|would|should|could|can|may|might|must)\s(?:\w+ly\s)?$", re.IGNORECASE)
BULLET = re.compile(r"^[ \t]{0,20}[*•-]\s[^\n]{0,3000}\)[ \t]{0,9}$", re.MULTILINE)
ISSUED = re.compile(
    r"^(?:Office of the \w+|Media Note|Press (?:Release|Statement)|(?:For )?Immediate Release|Fact Sheet)\b", re.IGNORECASE
)
ITEMS = 5  # bulleted items that end in their source make a digest of the day


def tells_its_day(text: str, author: str | None) -> bool:
    """Whether a report tells of the day it was issued: a press release, or a digest whose items each end in a source."""
    return bool(author or ISSUED.match(text.lstrip()[:60]) or len(BULLET.findall(text)) >= ITEMS)


def undated(sentence: str, verb: Verb, at: int, stage: Stage, published: date | None, *, of_the_day: bool) -> Days:
    """The days of an act that names none; ``at`` is where its amount stands, ``of_the_day``: see :func:`tells_its_day`."""
    if published is None:
        return None, None
    lead = sentence[max(0, verb.start - REACH) : verb.start]
    perfect = bool(PERFECT.search(lead))
    if stage not in DECIDED | DONE:
        return (published, published) if verb.now else (None, None)
    if verb.now or (_performed(sentence, verb, lead) and not _stands(sentence, verb, at)):
        return published, published
    if stage in DONE or _stands(sentence, verb, at):
        return None, published
    if of_the_day:
        return None if perfect else published, published
    deciding = stage in (verb.row.force, verb.row.funds)
    promised = verb.ahead and deciding and not verb.led_by and WILL.search(lead)
    return (published, None) if promised else (None, None)


def _stands(sentence: str, verb: Verb, at: int) -> bool:
    """Whether what is told had been decided before: it is a running total, or is welcomed."""
    start = max(0, min(verb.start, at) - 2 * REACH)
    return bool(STANDING.search(sentence, start, max(verb.end, at)))


def _performed(sentence: str, verb: Verb, lead: str) -> bool:
    """Whether the verb does what it says by saying it: "Canada announces", "I authorize"."""
    form = sentence[verb.start : verb.end].lower()
    if "noun" in verb.row.marks or verb.ahead or verb.negated or INFINITIVE.search(lead):
        return False
    third, base = verb.row.forms[1] if len(verb.row.forms) > 2 else "", verb.row.forms[0]
    return form == third or (form == base and bool(SPEAKER.search(lead)))
