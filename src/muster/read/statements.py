"""What somebody said: speaker, verb and the words said, from speech verbs and their place in the sentence."""

import re
from functools import cache
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from muster.read.extent import ADVERSATIVE, content, ended, reach, told_before, trimmed
from muster.read.quick import by_letter
from muster.read.quotes import quoted
from muster.read.speakers import Heard, Person, looks_named, plain_name, speakers
from muster.read.vocabulary import SpeechVerb, speech_verbs, word_set

MOST = 12  # speech verbs read in a sentence; more is no sentence, and work must stay bounded
NEAR_HEAD = 20  # characters before "according to" that are no claim yet
SHORTEST = 8  # characters of something said
BREAK = re.compile(r",?\s(?:but|while|whereas|although|though)\s|,\sand\s|[,;:—–]\s|\s[–-]{1,2}\s|[“”\"(]\s?")
LIST = re.compile(r"(?:(?:^|(?<=\s))(?:the\s)?[A-Z][\w.’'-]*(?:\s(?:of\s)?[A-Z][\w’'-]*){0,3},\s)+$")
APPOSITION = re.compile(r"(?P<subject>[^,;“”\"]{2,120}),\s(?P<beside>[^,;“”\"]{2,160}),?\s?$")
ASIDE = re.compile(r",\s(?:for\s(?:his|her|its|their)\spart|however|meanwhile|too|in\sturn|among\sothers|on\s[A-Z]\w+),\s?$")
AUXILIARIES = re.compile(
    r"(?:\s+(?:has|have|had|also|then|later|earlier|repeatedly|is|are|was|were|been|being|just|officially|long|now|once|again|already|further"
    r"|recently|meanwhile|therefore|in turn|\w+ly))+\s*$",
    re.I,
)
NOUN_BEFORE = word_set(
    "a an the this that its his her their of to will would could should can may might not no first new cannot must"
    " or with for in on at from"
)
ACCORDING = re.compile(
    r"\baccording to (?P<who>(?:the\s)?[^,.;]{2,60}?)(?=[,.;]|\s(?:on|in|who|that|which|familiar|close)\b|$)", re.IGNORECASE
)
FIRST_ACCORDING = re.compile(r"According to (?P<who>[^,;]{2,90}(?:, seen by [^,]{2,40})?),\s")
PAPERS = re.compile(
    r"\b(?:figures|data|documents?|records|reports?|letters?|statements?|polls?|resolution|communiqu[eé]|memo)$", re.IGNORECASE
)
SUBORDINATE = re.compile(r"\b(?:because|since|that|as|when|after|before|if|and|,)\s")
MAIN_VERB = re.compile(r"\s(?:ha(?:s|ve)\s)?[a-z]{3,}(?:ed|s)\s")
RELATIVE = re.compile(r"\b(?:that|which|who),\s$")
ARTICLE = re.compile(r"^(?:a|an|the)\s")
QUOTE_ENDS = re.compile(r"[,.!?][”\"]\s?$")
FOR = re.compile(r"\sfor\s")
NAME_AFTER = re.compile(r"\s(?:Maj\.\s|Gen\.\s|Lt\.\s|Col\.\s|Dr\.\s)*[^,.;“”\"]{2,80}")
WHEN = re.compile(r"\s(?:on|in|at|after|during|as)\s(?=[A-Z]|an?\s|the\s)")
BESIDE = re.compile(r",\s(?P<name>[^,.;]{2,60})")
AFTER_VERB = re.compile(r"\s(?:that|to|for|it|its|the|an?|them|more|up|[\d$€£“\"])")


class Said(Struct, frozen=True):
    """What stands at ``start:end`` of a sentence was said.

    ``claims``: it tells facts, so they are the speaker's word, also up to ``reach``, where the sentence goes on telling.
    ``aside``: a speech whose text is the report itself, which is not taken down as a statement.
    """

    speakers: tuple[str, ...]
    verb: str
    start: int
    end: int
    claims: bool
    reach: int = 0
    aside: bool = False

    def covers(self, offset: int) -> bool:
        """Whether what stands at an offset is told on the speaker's word."""
        return self.claims and self.start <= offset < max(self.end, self.reach)


def said(sentence: str, known: dict[str, Person], heard: Heard, *, within: bool = False) -> list[Said]:
    """The statements of a sentence in order.

    Args:
        sentence: the sentence; offsets refer to it.
        known: people by last name, see :func:`persons`.
        heard: who spoke before, for "he said".
        within: whether the sentence begins inside a quotation.
    """
    found: list[Said] = []
    words = list(islice(_spoken().finditer(sentence), MOST))
    inside = quoted(sentence, within=within) if words else None
    for word in words:
        if inside and not inside(word.start()):
            now = heard.after(found[-1].speakers, known) if found else heard
            speech = _speech(sentence, word, known, now, found)
            found = [*_cut(found, speech), speech] if speech and not _within(speech, found) else found
    return found + _according(sentence, known, heard)


def _cut(found: list[Said], speech: Said) -> list[Said]:
    """What an earlier verb tells ends where "..., he said" begins."""
    return [replace(one, end=speech.end) if speech.start < one.start < speech.end < one.end else one for one in found]


def _within(speech: Said, found: list[Said]) -> bool:
    """A statement of the same words by another verb is read once."""
    return any(other.start == speech.start and other.end == speech.end for other in found)


def _according(sentence: str, known: dict[str, Person], heard: Heard) -> list[Said]:
    if "ccord" not in sentence.lower():
        return []
    first = FIRST_ACCORDING.match(sentence)
    if first:
        who = speakers(ARTICLE.sub("", first["who"]), known, heard)
        return [Said(who, "according to", first.end(), trimmed(sentence, len(sentence)), True)] if who else []
    found = []
    for match in ACCORDING.finditer(sentence):
        who = speakers(match["who"], known, heard)
        if match.start() <= NEAR_HEAD:  # "Chad, according to diplomats, offered"
            found += (
                [Said(who, "according to", match.end() + 2, trimmed(sentence, len(sentence)), True)]
                if who and match.start()
                else []
            )
            continue
        found += (
            [Said(who, "according to", 0, trimmed(sentence, match.start()), True, reach(sentence, match.end()))] if who else []
        )
    return found


@cache
def _forms() -> dict[str, SpeechVerb]:
    return {form: row for row in speech_verbs() for form in row.forms}


@cache
def _spoken() -> re.Pattern[str]:
    """Any of the forms as a word, as it is written: not "the United States"."""
    letter = r"[^\W\d_]"
    return re.compile(f"(?:{by_letter(_forms(), f'(?<!{letter}.)', any_case=False)})(?!{letter})")


def _speech(sentence: str, word: re.Match[str], known: dict[str, Person], heard: Heard, found: list[Said]) -> Said | None:
    """The statement of a speech verb: by a subject before it, or by one that stands elsewhere."""
    row, before = _forms()[word.group()], sentence[: word.start()]
    left = max((match.end() for match in BREAK.finditer(before)), default=0)
    phrase = AUXILIARIES.sub("", " " + before[left:]).strip()
    by = phrase.lower().endswith(" by") and word.group().endswith("ing")
    if (word.group() in _plurals() and not AFTER_VERB.match(sentence, word.end())) or _is_other(row, phrase):
        return None
    if not phrase or by or phrase.lower() in {"who", "which"}:
        return (
            (_participle(sentence, word, row, known, heard, found) if not phrase or by else None)
            or (_inverted(sentence, word, row, known, left, heard) if not phrase else None)
            or (_appositive(sentence, word, row, known, heard) if not by else None)
        )
    return _with_subject(sentence, word, row, known, heard, found, left, phrase)


def _is_other(row: SpeechVerb, phrase: str) -> bool:
    """Whether what stands before makes it no verb of a speaker: "to say", "the report"; papers show, people do not."""
    last = phrase.rsplit(maxsplit=1)[-1].lower() if phrase else ""
    relative = last in {"who", "which", "whom"} and last != phrase.lower()
    return relative or last in NOUN_BEFORE or bool(phrase and "papers" in row.marks and not PAPERS.search(phrase))


def _with_subject(
    sentence: str,
    word: re.Match[str],
    row: SpeechVerb,
    known: dict[str, Person],
    heard: Heard,
    found: list[Said],
    left: int,
    phrase: str,
) -> Said | None:
    if phrase.rsplit(maxsplit=1)[-1].lower() == "and":  # "Ruto said it was so and described ..."
        if not found or word.group() in _plurals():
            return None
        end = len(sentence[: word.start()].rstrip()) - len(" and")
        found[-1] = replace(found[-1], end=max(found[-1].start, min(found[-1].end, trimmed(sentence, end))))
        return _told(sentence, word, row, found[-1].speakers, 0)
    listed = LIST.search(sentence, max(0, left - 120), left)
    if listed and " and " in phrase:
        phrase, left = listed.group() + phrase, listed.start()
    who = speakers(phrase, known, heard) or (found[-1].speakers if found and phrase.lower() in {"but", "but also"} else ())
    return _told(sentence, word, row, who, left) if who else None


@cache
def _plurals() -> frozenset[str]:
    """Forms that may be nouns too, as in "they made pledges"."""
    return frozenset(row.forms[1] for row in speech_verbs() if "noun" in row.marks)


def _told(sentence: str, word: re.Match[str], row: SpeechVerb, who: tuple[str, ...], left: int) -> Said | None:
    """The statement of a verb and its speaker: what follows, or what stands before "..., he said." """
    claims, start, verb = "claims" in row.marks, content(sentence, word.end(), told="listener" in row.marks), word.group()
    quote_before = QUOTE_ENDS.search(sentence, max(0, left - 4), left)
    over = quote_before or start >= len(sentence.rstrip(' .”"')) or sentence[start - 1] == "," or sentence[start] in ",."
    if over and RELATIVE.search(sentence, max(0, left - 8), left):  # "a mission that, it said, needs money"
        return Said(who, verb, min(start + 2, len(sentence)), ended(sentence, start + 2), claims)
    if left > 12 and row.marks and over:
        first = ADVERSATIVE.search(sentence, 0, max(0, left - 25))
        return Said(who, verb, *told_before(sentence, first.end() if first else 0, left), claims, reach(sentence, start))
    if row.forms[0] == "call" and FOR.match(sentence, word.end()):
        verb = f"{verb} for"
    end = ended(sentence, start)
    return Said(who, verb, start, end, claims) if end - start > SHORTEST else None


def _participle(
    sentence: str, word: re.Match[str], row: SpeechVerb, known: dict[str, Person], heard: Heard, found: list[Said]
) -> Said | None:
    """ ", calling it ..." and "..., but said that ...": the speaker is the one who spoke before in the sentence."""
    if not found and sentence[: word.start()].endswith(" by ") and (main := MAIN_VERB.search(sentence, 0, word.start())):
        who = speakers(sentence[: main.start()], known, heard)  # "Canada renewed its support by announcing ..."
        return _told(sentence, word, row, who, 0) if who else None
    if not found or word.start() < 3 or sentence[word.end() :].lstrip()[:1].isupper():
        return None
    ing = word.group().endswith("ing")
    start = word.start() if ing and row.forms[0] == "call" else content(sentence, word.end(), told="listener" in row.marks)
    end = ended(sentence, start)
    return Said(found[-1].speakers, word.group(), start, end, "claims" in row.marks) if end - start > SHORTEST else None


def _inverted(
    sentence: str, word: re.Match[str], row: SpeechVerb, known: dict[str, Person], left: int, heard: Heard
) -> Said | None:
    """ "...," said NAME."""
    name = NAME_AFTER.match(sentence, word.end())
    phrase = WHEN.split(name.group().strip())[0] if name else ""
    who = speakers(phrase, known, heard) if phrase else ()
    if phrase.lower() in {"he", "she", "they", "it"}:
        return None
    if left < 10 or "claims" not in row.marks or "listener" in row.marks:
        return None
    appositive = BESIDE.match(sentence, name.end()) if name else None
    named = speakers(appositive["name"], known, heard) if appositive else ()
    if named and who and named[0] not in who and looks_named(named[0]) and not looks_named(who[0]):
        who = named  # "said the ambassador, Zhao Bin"
    return Said(who, word.group(), *told_before(sentence, 0, left), True, reach(sentence, word.end())) if who else None


def _appositive(sentence: str, word: re.Match[str], row: SpeechVerb, known: dict[str, Person], heard: Heard) -> Said | None:
    """ "NAME, who speaks for the force, told": the subject stands before the words set off by commas."""
    before = sentence[max(0, word.start() - 320) : word.start()]
    apposition = APPOSITION.search(AUXILIARIES.sub(" ", before))
    if not apposition or ASIDE.match(before):
        return None
    who = speakers(SUBORDINATE.split(apposition["subject"])[-1], known, heard)
    if looks_named(apposition["beside"]):  # "the army's spokesman, NAME, told"
        who = (plain_name(apposition["beside"]),)
    left = sentence.find(apposition["subject"], max(0, word.start() - 330))
    return _told(sentence, word, row, who, max(0, left)) if who else None
