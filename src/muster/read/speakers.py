"""Who speaks: people, bodies and roles that a phrase names, and whom "he", "the minister" or "a UN spokesman" stand for."""

import re
from collections.abc import Iterable

from msgspec import Struct

from muster.read.actors import groups, mentions, people
from muster.read.dates import EXPRESSION
from muster.read.vocabulary import word_set

ARTICLE = re.compile(
    r"(?:a|an|the|its?|his|her|their|our|countries|nations|states|donors|but|and|so|yet|however|meanwhile|later|also)\s+(?:including\s+)?",
    re.IGNORECASE,
)
HEAD_NOUN = (
    r"officials?|spokes(?:man|men|woman|women|persons?|people)|sources?|diplomats?|ministers?|ministry|ministries|presidents?|presidency"
    r"|police|commanders?|experts?|analysts?|residents?|envoys?|agency|agencies|council|parliament|army|military|mission|force|authorit(?:y|ies)"
    r"|groups?|organi[sz]ations?|representatives?|lawmakers?|leaders?|generals?|secretary|secretariat|ambassadors?|senators?|chief|head|"
    r"government|department|administration|office|embassy|commission|union|alliance|bloc|junta|opposition|party|statement|chair(?:man|woman)?"
    r"|advis[eo]rs?|aides?|observers?|figures|data|documents?|letter|report|radio|television|media|bank|fund|court|witness(?:es)?|campaigners?"
)
ROLE = re.compile(
    rf"\b(?:{HEAD_NOUN})(?:\s(?:for|of|at|in|from|with|to|on|who|familiar|speaking|briefed|close)\b[^,]{{0,80}})?$",
    re.IGNORECASE,
)
FOR_ITS_BODY = re.compile(
    r"\b(?:figures|data|documents?|records|statements?|letters?|governments?(?:\sin\s[\w ]+)?)$", re.IGNORECASE
)
OF_PERSON = re.compile(
    r"(?:administration|government|office|presidency|spokes\w+|aide|lawyers?)\s(?:of|for|to)\s", re.IGNORECASE
)
WHOLE_NAME = r"[A-Z][\w’'-]+(?:\s(?:al-|de\s|van\s|von\s|bin\s|[A-Z]\.\s)?[A-Z][\w’'-]+){0,3}"
UNKNOWN = re.compile(rf"(?:^|\s)(?P<name>{WHOLE_NAME})$")
POSSESSOR = re.compile(r"^[^,]{1,60}['’]s\s(?=[A-Z])")
RANK = re.compile(
    r"^(?:(?:Maj|Brig|Lt|Gen|Col|Capt|Sgt|Dr|Mr|Mrs|Ms|Sir|Dame|Lord|Lady|Baroness|Baron|Prince|Sheikh|Major|General|Lieutenant|Colonel|Captain"
    r"|Admiral|Brigadier|Ambassador|Minister|President|Secretary|Senator|Commissioner|Chief|Prime|Foreign|Deputy|Vice)\.?\s)+"
)
ONE = re.compile(r"(?:official|spokes\w+|source|diplomat|minister|president|commander|envoy|chief)$")
BESIDE = re.compile(r",\s[^,.;]{0,80}")
CAPITALISED = re.compile(r"[A-Z][\w’'-]+")
OWN = re.compile(r"(?:the|its|their)\s", re.IGNORECASE)
BY_THE_WAY = re.compile(r"\s(?:speaking|familiar|briefed|close to|who)\b.*")
SPOKES = re.compile(r"\bspokes(?:man|woman|person)\b", re.IGNORECASE)
OFFICES = word_set("spokesperson president minister secretary premier chancellor")
HE, IT = frozenset({"he", "she", "him", "her"}), frozenset({"it", "they"})
NO_NAME = word_set(
    "The A An This That These Those There Here It He She They We I You In On At By As If But And So Yet Also When While"
    " After Before What Who One Two Three Some Many Most Several Others Another Earlier Later However Meanwhile Today Yesterday"
)


class Person(Struct, frozen=True):
    """Somebody named in the report, the country or organisation they are named with, and what they are."""

    name: str
    actor: str | None
    role: str = ""


class Heard(Struct, frozen=True):
    """Who was last heard: a person for "he said", a body or group for "it said", and either for a quote that goes on."""

    person: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    def after(self, speakers: tuple[str, ...], known: dict[str, Person]) -> "Heard":
        """With these speakers as the last."""
        is_person = len(speakers) == 1 and _is_person(speakers[0], known)
        return Heard(speakers, self.body, speakers) if is_person else Heard(self.person, speakers, speakers)


def _is_person(speaker: str, known: dict[str, Person]) -> bool:
    singular = ONE.search(speaker)
    return bool(singular) or any(person.name == speaker for person in known.values()) or looks_named(speaker)


def looks_named(text: str) -> bool:
    """Whether a text is a name in full that is no country's, body's or role's."""
    return " " in text and bool(UNKNOWN.fullmatch(text)) and not mentions(text) and not ROLE.search(text)


def plain_name(name: str) -> str:
    """A name without rank and blanks: "Maj. Gen. Jasper Jeffers" is Jasper Jeffers; a rank with a last name stays."""
    words = " ".join(name.split())
    stripped = RANK.sub("", words)
    return stripped if " " in stripped else words


def persons(sentences: Iterable[str]) -> dict[str, Person]:
    """The people a report names in full, by last name, each with what they are and whom they are named with."""
    found: dict[str, Person] = {}
    for sentence in sentences:
        for match in people(sentence):
            name = plain_name(match["name"])
            before = sentence[max(0, match.start() - 40) : match.start("name")]
            after = BESIDE.match(sentence, match.end("name"))
            actors = [
                mention.actor for mention in mentions(sentence) if match.start() - 60 < mention.start < match.start("name")
            ]
            role = SPOKES.sub("spokesperson", f"{before} {after.group() if after else ''}")
            found.setdefault(name.split()[-1], Person(name, actors[-1] if actors else None, role))
    return found


def speakers(phrase: str, known: dict[str, Person], heard: Heard) -> tuple[str, ...]:
    """Who a subject names: people in full, else a body or role in its own words, else countries and organisations."""
    plain = _plain(phrase)
    pronoun = plain.split()[-1].lower() if plain else ""  # "in a letter they"
    if pronoun in HE:
        return heard.person or heard.last
    if pronoun in IT:
        return heard.body or heard.last
    if not plain or plain.split()[0].lower() in {"i", "we", "you", "who", "whom", "which", "that"}:
        return ()
    role, named = ROLE.search(plain), _named(plain, known)
    if role and not (named and role.start() < named[0] and not OF_PERSON.search(plain)):
        return _by_role(phrase, plain, known, heard)
    found = [mention for mention in mentions(plain) if not mention.placed]
    if named:
        others = [mention.actor for mention in found if mention.form != "adjective" and mention.start > named[0]]
        return tuple(dict.fromkeys((*named[1], *others)))
    joined = groups(plain, found)
    return tuple(dict.fromkeys(mention.actor for mention in joined[-1])) if joined and len(plain.split()) <= 15 else ()


def _plain(phrase: str) -> str:
    """A phrase without quotation marks, dates and articles."""
    plain = phrase.strip(" \"“”'(")
    plain = " ".join(EXPRESSION.sub(" ", plain).split()).lstrip(" ,")
    for _ in range(3):
        article = ARTICLE.match(plain)
        plain = plain[article.end() :] if article else plain
    return plain.strip()


def _named(plain: str, known: dict[str, Person]) -> tuple[int, tuple[str, ...]] | None:
    """The people named in a phrase and where: known ones by last name, else a name at its end that is nobody else's."""
    spoken = [(word.start(), known[word.group()].name) for word in CAPITALISED.finditer(plain) if word.group() in known]
    if spoken:
        return spoken[-1][0], tuple(dict.fromkeys(name for _, name in spoken))
    name = UNKNOWN.search(POSSESSOR.sub("", plain))
    if (
        not name
        or name["name"].split()[0] in NO_NAME
        or (" " not in name["name"] and name.start("name") == 0 and len(plain) < 3)
    ):
        return None
    place = len(plain) - len(name["name"])
    if any(mention.end > place for mention in mentions(plain)) or ROLE.search(name["name"]):
        return None
    return place, (plain_name(name["name"]),)


def _by_role(phrase: str, plain: str, known: dict[str, Person], heard: Heard) -> tuple[str, ...]:
    """The person whom a role means where the report names one, whom was heard before in it, else the role's own words."""
    if len(plain.split()) > 14:
        return ()
    if plain.lower() in {"statement", "letter", "document", "report"} and heard.last:
        return heard.last
    words = plain.lower().split()
    actors = [mention.actor for mention in mentions(plain)]
    if actors and FOR_ITS_BODY.search(plain):
        return (actors[0],)
    matching = [person for person in known.values() if _fits(words, plain, person)]
    if len(matching) == 1:
        return (matching[0].name,)
    again = heard.body or heard.last
    if len(words) == 1 and OWN.match(phrase.strip()) and again and again[0].split()[-1].lower() == words[0]:
        return again
    return (BY_THE_WAY.sub("", plain),)


def _fits(words: list[str], plain: str, person: Person) -> bool:
    """Whether a role is this person's: its last noun is theirs, and who it is of too."""
    office = SPOKES.sub("spokesperson", words[-1])
    if office not in OFFICES:
        return False
    actors = {mention.actor for mention in mentions(plain)}
    theirs = {mention.actor for mention in mentions(person.role)} | {person.actor}
    of_them = not actors or bool(actors & theirs)
    title = " ".join([*words[-2:-1], office]) if office == "minister" else office
    return of_them and bool(re.search(rf"\b{re.escape(title)}\b", person.role, re.IGNORECASE))
