"""Where words said begin and end in a sentence, and how far a claim goes on."""

import re

from muster.read.dates import EXPRESSION
from muster.read.quotes import MARK

LISTENER = re.compile(r"\s+(?:the\s)?[\w’'.-]+(?:\s[\w’'.-]+){0,4}?(?=\s(?:that|of|on|in|at|earlier)\b|,|\s[“\"]|\.?$)")
PLACE = re.compile(
    r"\s(?:in|at|on|during|to|via|through|after)\s(?:an?\s|the\s|its\s|his\s|her\s)?[\w.’'-]+(?:\s[\w.’'-]+){0,3}?(?=\sthat\b|\s(?:on|in)\b|,?\s[“\"]|[:,]|\.?$)"
)
COMMENT = re.compile(
    r",?\s(?:but|while|whereas|although|though)\s|,\s(?:and\s)?(?:particularly|especially|including|calling|adding|saying|warning|noting|which|who|as|after|said|says|told|"
    r"according|(?:far|much|well)?\s?(?:more|less|fewer)\sthan)\b|;",
    re.IGNORECASE,
)
OPENERS = re.compile(r"[\s,:]*(?:that\s)?")
CLOSE = re.compile(r"[”\"]")
ADVERSATIVE = re.compile(r",?\s(?:but|while|whereas|although|though)\s|;")


def content(sentence: str, position: int, *, told: bool) -> int:
    """Where the words said begin behind a verb: after whom it was ``told`` to, where, when, and "that"."""
    if told:
        listener = LISTENER.match(sentence, position)
        position = listener.end() if listener else position
    for _ in range(2):
        dated = EXPRESSION.match(sentence, position + 1) if position < len(sentence) and sentence[position] == " " else None
        position = dated.end() if dated else position
        place = PLACE.match(sentence, position)
        position = place.end() if place else position
    opener = OPENERS.match(sentence, position)
    if opener and (not opener.group().startswith(",") or "that" in opener.group()):
        position = opener.end()
    return min(position, len(sentence))


def ended(sentence: str, start: int) -> int:
    """Where the words said end: with their quotation, or where the sentence goes on to comment."""
    if sentence[start : start + 1] in {"“", '"'} and (close := CLOSE.search(sentence, start + 1)):
        return close.end()
    comment = COMMENT.search(sentence, start)
    return trimmed(sentence, comment.start() if comment else len(sentence))


def reach(sentence: str, since: int) -> int:
    """How far a claim goes on after "he said": to the end of the sentence, or to what is set against it."""
    against = ADVERSATIVE.search(sentence, since)
    return against.start() if against else len(sentence)


def told_before(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The words said before "he said": of a quotation without its marks."""
    opened, ended = _opened(sentence, start), trimmed(sentence, end)
    if not MARK.search(sentence, opened, max(opened, ended - 1)):
        ended = len(sentence[:ended].rstrip(' ,”"'))
    return opened, max(opened, ended)


def trimmed(sentence: str, end: int) -> int:
    """The end without blanks, commas and a full stop; a closing quotation mark stays."""
    return len(sentence[:end].rstrip(" ,;.\n\r\t"))


def _opened(sentence: str, start: int) -> int:
    return start + len(sentence[start:]) - len(sentence[start:].lstrip(' "“'))
