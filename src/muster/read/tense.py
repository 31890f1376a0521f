"""Whether the verb at a date speaks of what is over or of what is still to come."""

import re
from functools import cache

from muster.read.vocabulary import speech_verbs, stage_verbs, word_set

WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
COMING = word_set(
    "will would shall should may might can could must ll plan plans planning expects intends due set expected scheduled"
)
OVER = word_set("was were had did has have said told been began went took made met held won saw got ran kept")
BEGUN = word_set("began started continued managed helped failed went came")  # "began to arrive" is over
PRESENT = word_set("is are am")
APART = re.compile(r"[;:—()]|,\s|\b(?:but|while|whereas|although|though|and|who|which|that)\b")
FEW = 12  # words searched on either side of a date


def speaks_ahead(sentence: str, start: int) -> bool | None:
    """Whether a date that begins at ``start`` lies ahead: its clause is in the future tense; ``None``: without a verb.

    A date at the head of its clause goes with the verb after it, any other with the one before. "Was due to leave" is told of
    a day that may be over, so it does not look ahead.
    """
    left = max((part.end() for part in APART.finditer(sentence, max(0, start - 150), start)), default=max(0, start - 150))
    told = _tense(_words(sentence, left, start)[: -FEW - 1 : -1])
    if told is not None:
        return told
    close = APART.search(sentence, min(len(sentence), start + 12), start + 150)
    return _tense(_words(sentence, start, close.start() if close else start + 150)[:FEW])


def _words(sentence: str, start: int, end: int) -> list[str]:
    return [word.lower() for word in WORD.findall(sentence, start, end) if word != "May"]


def _tense(words: list[str]) -> bool | None:
    """The tense of the first word that has one: ahead, over, or none at all."""
    for place, word in enumerate(words):
        if word in COMING:
            near = words[max(0, place - 2) : place + 3]
            return not {"was", "were"} & set(near)
        if word in PRESENT:
            return any(other.endswith("ing") for other in words[max(0, place - 3) : place + 4])
        if word == "to" and _base_forms() & set(words[max(0, place - 1) : place + 2]):
            return not ({"was", "were"} | BEGUN) & set(words[max(0, place - 3) : place + 4])
        past = word in _past_forms() or (len(word) > 4 and word.endswith("ed"))
        if word in OVER or (past and "be" not in words[place + 1 : place + 3]):
            return False
    return None


@cache
def _base_forms() -> frozenset[str]:
    return frozenset(row.forms[0] for row in stage_verbs())


@cache
def _past_forms() -> frozenset[str]:
    """Past forms of the verbs of the tables: those that are neither the base, the -s nor the -ing form."""
    rows = [row.forms for row in stage_verbs()] + [row.forms for row in speech_verbs()]
    return frozenset(form for forms in rows for form in forms[2:] if not form.endswith("ing"))
