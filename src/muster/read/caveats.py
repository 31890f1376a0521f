"""What a commitment hangs on, and what is only heard: the flags ``conditional`` and ``hearsay``.

A condition holds for the clause that it is joined to: the one before it, or where it opens the sentence or a clause, the one
behind its comma. What is done hangs on nothing any more, so only what is wanted, promised, decided or under way is conditional.
Hearsay is what nobody stands for; what a named official says is attributed to them instead.
"""

import re
from functools import cache, lru_cache

from muster.read.clauses import Clause
from muster.read.quick import BEGINS, by_letter
from muster.read.verbs import Verb
from muster.read.vocabulary import caveats as rows
from muster.records import Stage

OPEN: frozenset[Stage] = frozenset({"required", "pledged", "approved", "deploying"})
AUXILIARY = r"(?:has|have|had|will|would|is|are|was|were|could|may|might|said|says|told|warned|added)"
APART = re.compile(  # between a condition or an adverb and what it is not about
    r"[;:]|\b(?:but|while|whereas|although|though|who|which|that|where|because|after|before|when)\b"
    rf"|\band\s(?:\w+\s){{0,2}}{AUXILIARY}\b|\b(?:and|or)(?:\s\w+ed\b|[\s,]*$)",
    re.IGNORECASE,
)
OPPOSED = re.compile(r"\b(?:but|while|whereas|although|though)\b|;", re.IGNORECASE)
OPENS = re.compile(r"(?:^|[;:,“\"]|\b(?:that|and|but|or|said))[\s“\"]*$", re.IGNORECASE)
COMMA = re.compile(r",\s")
ASIDE = re.compile(r"\w,\s")  # "Kenya, reportedly angry, sent 400 officers"
LOOSE = re.compile(
    r"\((?:[^()]|\([^()]*\))*\)(?:\?|\{[\d,]+\})?|.\?|\\.|[{}\[\]+*,]"
)  # what a pattern leaves open: "(?:s|ed)?"
REACH = 100  # characters from hearsay to the verb or the number that it is about


@cache
def _pattern(flag: str, place: str) -> re.Pattern[str]:
    words = [word for row in rows() if (row.flag or "", row.place or "") == (flag, place) for word in row.words]
    return re.compile(rf"(?:{by_letter(words, BEGINS)})\b")


@cache
def _keys() -> tuple[str, ...]:
    """The longest words that each pattern of a flag cannot do without: sought first, for most sentences hold none."""
    words = (word for row in rows() if row.flag for word in row.words)
    longest = {max((part.strip() for part in LOOSE.split(word)), key=len) for word in words}
    return tuple(sorted(key if len(key) > 2 else f"{key} " for key in longest))  # "if ", which is in "difficult" too


@lru_cache(maxsize=8)  # asked for every amount of a sentence
def _has_any(text: str) -> bool:
    lower = text.lower()
    return any(key in lower for key in _keys())


def flags_of(clause: Clause, verb: Verb, stage: Stage, start: int, end: int) -> tuple[str, ...]:
    """The flags of a commitment of which ``start:end`` is the amount, or the force of an act without one."""
    text = clause.text
    if not _has_any(text):  # as most
        return ()
    spared = [match.span() for match in _pattern("", "").finditer(text)]
    conditions = [found for found in _pattern("conditional", "clause").finditer(text) if not _within(found, spared)]
    is_open = stage in OPEN or verb.ahead or "noun" in verb.row.marks
    around = min(start, verb.start), max(end, verb.end)
    is_conditional = is_open and any(_holds(text, found, *around) for found in conditions)
    return ("conditional",) * is_conditional + ("hearsay",) * _is_hearsay(clause, verb, start)


def _within(found: re.Match[str], spared: list[tuple[int, int]]) -> bool:
    return any(start <= found.start() < end for start, end in spared)


def _holds(text: str, found: re.Match[str], start: int, end: int) -> bool:
    """Whether a condition is one of the commitment at ``start:end``."""
    if found.start() >= end:
        return not APART.search(text[end : found.start()])
    if found.end() > start:
        return True
    comma = COMMA.search(text, found.end(), start)
    if comma is None:  # the commitment stands in the condition: "if Kenya sends 600 officers"
        return not APART.search(text, found.end(), start)
    return bool(OPENS.search(text[: found.start()])) and not OPPOSED.search(text, comma.end(), start)


def _is_hearsay(clause: Clause, verb: Verb, start: int) -> bool:
    first = verb
    while first.led_by:
        first = first.led_by
    return any(_is_about(clause, found, {first.start, verb.start, start}) for found in _heard(clause.text, "before")) or any(
        not OPPOSED.search(clause.text, *sorted((found.start(), start))) for found in _heard(clause.text, "anywhere")
    )


def _heard(text: str, place: str) -> list[re.Match[str]]:
    return list(_pattern("hearsay", place).finditer(text))


def _is_about(clause: Clause, found: re.Match[str], places: set[int]) -> bool:
    """Whether what comes first after an adverb, of all verbs of the sentence, is the commitment's verb or its number."""
    after = min((place for place in places if found.end() <= place < found.end() + REACH), default=found.end())
    others = (verb for verb in clause.verbs if "weak" not in verb.row.marks and found.end() <= verb.start < after)
    between = clause.text[found.end() : after]
    return bool(between) and not any(others) and not APART.search(between) and not ASIDE.search(between)
