"""What somebody said: speaker, verb and the words said, from speech verbs and their place in the sentence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from muster.read.actors import groups, mentions, people
from muster.read.dates import EXPRESSION
from muster.read.vocabulary import SpeechVerb, speech_verbs, word_set

WORD = re.compile(r"[^\W\d_]+")
MOST = 12  # speech verbs read in a sentence; more is no sentence, and work must stay bounded
BREAK = re.compile(r",?\s(?:but|while|whereas|although|though)\s|[,;:—]\s|[“”\"]\s?")
AUXILIARIES = re.compile(
    r"(?:\s+(?:has|have|had|also|then|later|earlier|repeatedly|is|are|was|were|been|being|just|officially))+\s*$", re.I
)
NOUN_BEFORE = word_set("a an the this that its his her their of to will would could should can may might not no first new")
ARTICLE = re.compile(
    r"^(?:a|an|the|countries|nations|states|donors|but|and|however|meanwhile)\s+(?:including\s+)?", re.IGNORECASE
)
PRONOUN = re.compile(r"(?:he|she|it|they|i|we)$", re.IGNORECASE)
BODY = re.compile(r"(?:administration|government|ministry|office|parliament|department)\sof\s", re.IGNORECASE)
ROLE = re.compile(
    r"\b(?:official|spokes(?:man|woman|person)|source|diplomat|minister|ministry|police|commander|expert|analyst|resident|envoy|agency"
    r"|government|council|parliament|army|military|mission|force|authorities|group|organi[sz]ation)s?$",
    re.IGNORECASE,
)
LISTENER = re.compile(r"\s+(?:the\s)?[\w’'.-]+(?:\s[\w’'.-]+){0,3}?(?=\s(?:that|on|in)\b|,|\s[“\"])")
COMMENT = re.compile(
    r",?\s(?:but|while|whereas|although|though)\s|,\s(?:and\s)?(?:particularly|especially|including|calling|adding|saying|warning|noting|which|who|as|after|"
    r"according|(?:far|much|well)?\s?(?:more|less|fewer)\sthan)\b|;",
    re.IGNORECASE,
)
ACCORDING = re.compile(
    r"\baccording to (?P<who>(?:the\s)?[^,.;]{2,60}?)(?=[,.;]|\s(?:on|in|who|that|which)\b|$)", re.IGNORECASE
)
OPENERS = re.compile(r"[\s,]*(?:that\s)?")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the report and the country or organisation they are named with, if any."""

    name: str
    actor: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What stands at ``start:end`` of a sentence was said; ``claims``: it tells facts, so they are the speaker's word."""

    speakers: tuple[str, ...]
    verb: str
    start: int
    end: int
    claims: bool


def persons(sentences: Iterable[str]) -> dict[str, Person]:
    """The people a report names in full, by last name, each with the country or organisation named just before."""
    found: dict[str, Person] = {}
    for sentence in sentences:
        named = mentions(sentence)
        for match in people(sentence):
            before = [mention for mention in named if match.start() - 60 < mention.start < match.start("name")]
            name = " ".join(match["name"].split())
            found.setdefault(name.split()[-1], Person(name, before[-1].actor if before else None))
    return found


def said(sentence: str, known: dict[str, Person], last: tuple[str, ...] = ()) -> list[Said]:
    """The statements of a sentence in order.

    Args:
        sentence: the sentence; offsets refer to it.
        known: people by last name, see :func:`persons`.
        last: who spoke last before, for "he said".
    """
    found: list[Said] = []
    words = [word for word in WORD.finditer(sentence) if word.group() in _forms()]  # in lower case only: "the United States"
    for word in words[:MOST]:
        speech = _speech(sentence, word, known, found[-1].speakers if found else last, bool(found))
        if speech:
            found.append(speech)
    for match in ACCORDING.finditer(sentence):
        who = _speakers(match["who"], known, last)
        found += [Said(who, "according to", 0, match.start(), True)] if who and match.start() > 20 else []
    return found


def reported_at(sentence: str, offset: int) -> bool:
    """Whether a date at this place tells when something was said: "said in March", "told reporters on Monday"."""
    before = WORD.findall(sentence[max(0, offset - 40) : offset])[-2:]
    return any((word in _forms() and word.endswith("ed")) or word in {"said", "told"} for word in before)


@cache
def _forms() -> dict[str, SpeechVerb]:
    return {form: row for row in speech_verbs() for form in row.forms}


def _speech(sentence: str, word: re.Match[str], known: dict[str, Person], last: tuple[str, ...], same: bool) -> Said | None:
    row = _forms()[word.group()]
    before = sentence[: word.start()]
    left = max((match.end() for match in BREAK.finditer(before)), default=0)
    phrase = AUXILIARIES.sub("", " " + before[left:]).strip()
    if phrase and phrase.split()[-1].lower() in NOUN_BEFORE:
        return None
    if not phrase:
        return _participle(sentence, word, row, last, same) or _inverted(sentence, word, row, known, left)
    speakers = _speakers(phrase, known, last)
    if not speakers:
        return None
    start = _content(sentence, word)
    if (
        left > 20
        and row.marks
        and (start >= len(sentence.rstrip(" .")) or sentence[start - 1] == "," or sentence[start] in ",.")
    ):
        return Said(speakers, word.group(), _opened(sentence, 0), _trimmed(sentence, left), "claims" in row.marks)
    verb = word.group()
    if row.forms[0] == "call" and re.match(r"\sfor\s", sentence[word.end() : word.end() + 5]):
        verb = f"{verb} for"
    end = _ended(sentence, start)
    return Said(speakers, verb, start, end, "claims" in row.marks) if end - start > 8 else None


def _participle(sentence: str, word: re.Match[str], row: SpeechVerb, last: tuple[str, ...], same: bool) -> Said | None:
    """ ", calling it ..." and "..., but said that ...": the speaker is the one who spoke before in the sentence."""
    if not same or word.start() < 3 or sentence[word.end() :].lstrip()[:1].isupper():
        return None
    ing = word.group().endswith("ing")
    start = word.start() if ing and row.forms[0] == "call" else _content(sentence, word)
    end = _ended(sentence, start)
    return Said(last, word.group(), start, end, "claims" in row.marks) if end - start > 8 else None


def _inverted(sentence: str, word: re.Match[str], row: SpeechVerb, known: dict[str, Person], left: int) -> Said | None:
    """ "...," said NAME."""
    name = re.match(r"\s(?:[^,.;]{2,80})", sentence[word.end() :])
    speakers = _speakers(name.group().strip(), known, ()) if name else ()
    if not speakers or left < 10 or "claims" not in row.marks:
        return None
    return Said(speakers, word.group(), _opened(sentence, 0), _trimmed(sentence, left), True)


def _speakers(phrase: str, known: dict[str, Person], last: tuple[str, ...]) -> tuple[str, ...]:
    """Who a subject names: people in full, else a body or role in its own words, else countries and organisations."""
    plain = ARTICLE.sub("", ARTICLE.sub("", phrase.strip(" \"“”'")))
    if PRONOUN.fullmatch(plain):
        return last
    body = BODY.match(plain)
    if body or (ROLE.search(plain) and len(plain.split()) <= 8):
        return (plain,)
    spoken: list[tuple[int, str]] = [
        (match.start(), known[match.group()].name) for match in re.finditer(r"[A-Z][\w’'-]+", plain) if match.group() in known
    ]
    named = [mention for mention in mentions(plain) if not mention.placed]
    if spoken:
        people_end = spoken[-1][0]
        named = [mention for mention in named if mention.form != "adjective" and mention.start > people_end]
        return tuple(dict.fromkeys([name for _, name in spoken] + [mention.actor for mention in named]))
    joined = groups(plain, named)
    return tuple(dict.fromkeys(mention.actor for mention in joined[-1])) if joined and len(plain.split()) <= 15 else ()


def _content(sentence: str, word: re.Match[str]) -> int:
    """Where the words said begin: after whom it was told to, when, and "that"."""
    position = word.end()
    if word.group().lower() in {"told", "tell", "tells", "telling"}:
        listener = LISTENER.match(sentence, position)
        position = listener.end() if listener else position
    dated = EXPRESSION.match(sentence, position + 1) if position < len(sentence) and sentence[position] == " " else None
    position = dated.end() if dated else position
    opener = OPENERS.match(sentence, position)
    if opener and (not opener.group().startswith(",") or "that" in opener.group()):
        position = opener.end()
    return min(position, len(sentence))


def _ended(sentence: str, start: int) -> int:
    comment = COMMENT.search(sentence, start)
    if sentence[start : start + 1] in '“"' and (close := re.compile(r"[”\"]").search(sentence, start + 1)):
        return close.end()
    end = comment.start() if comment else len(sentence)
    return _trimmed(sentence, end)


def _trimmed(sentence: str, end: int) -> int:
    """The end without blanks, commas and a full stop; a closing quotation mark stays."""
    return len(sentence[:end].rstrip(" ,;.\n\r\t"))


def _opened(sentence: str, start: int) -> int:
    return start + len(sentence[start:]) - len(sentence[start:].lstrip(' "“'))


def speaking(sentences: Iterable[str], known: dict[str, Person]) -> Iterator[tuple[int, list[Said]]]:
    """The statements of every sentence, with the number of the sentence; "he said" is the last speaker."""
    last: tuple[str, ...] = ()
    for number, sentence in enumerate(sentences):
        found = said(sentence, known, last)
        last = found[-1].speakers if found else last
        yield number, found
