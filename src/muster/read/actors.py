"""Who is named in a sentence: countries, organisations and missions under one name each, and the people who speak for them."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from muster.read.vocabulary import word_set
from muster.records import Record

Form = Literal["name", "adjective", "mission"]
PLACES = "in|into|to|towards?|at|across|inside|outside|against|near|around|on|over|for|with|within|throughout|about|of|from"
PLACED = re.compile(rf"\b(?:{PLACES})\s(?:the\s)?(?:(?:north|south|east|west)(?:ern)?\s|central\s)?$", re.IGNORECASE)
BODY = re.compile(
    r"\b(?:administration|government|parliament|army|police|president|republic|kingdom|cabinet|ministry)\sof\s(?:the\s)?$",
    re.IGNORECASE,
)
JOINT = re.compile(r"(?:,\s|,?\s(?:and|as well as|&)\s)(?:the\s)?", re.IGNORECASE)
HYPHENATED = re.compile(
    r"-(?:led|backed|based|funded|born|trained|made|supported|sponsored|brokered|operated|headed)\b", re.IGNORECASE
)
NOT_ADJECTIVE = word_set(
    "and or has have had is are was were will would could may said says to in for of that which who on with as also"
)
ACRONYM = re.compile(r"(?:[A-Z]\.?){2,}")
FOLLOWING = re.compile(r"\s([A-Za-z][\w'’-]*)")
TITLES = (
    r"President|(?:Prime |Foreign |Defen[cs]e |Interior )?Minister|(?:Foreign )?Secretary|Secretary[ -]General"
    r"|(?:Inspector )?General|Commander|Ambassador|Commissioner|[Ee]nvoy|[Ss]pokes(?:man|woman|person)"
    r"|Chancellor|King|Premier|[Cc]hief"
)
NAME = r"(?:[A-Z][\w’'-]+(?:\s(?:al-|de\s|van\s|von\s|bin\s)?[A-Z][\w’'-]+){1,3})"
PERSON = re.compile(rf"\b(?:{TITLES})\s(?P<name>{NAME})")
NAMED = re.compile(
    rf"(?P<name>{NAME}),\s(?:who\b|the\b|an?\b|[a-z]*\s?spokes|[a-z]+\s(?:minister|secretary|ambassador|envoy|chief|commander))"
)


class Mission(Record, frozen=True, kw_only=True):
    """A mission of the table: ``name`` acts, ``title`` is what records call the mission they belong to."""

    name: str
    title: str
    place: str
    since: date
    until: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at ``start:end`` of a sentence. ``placed``: it is where something happens or goes, not who acts."""

    start: int
    end: int
    actor: str
    form: Form
    placed: bool = False


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    text = (files(__package__) / "tables" / "actors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def missions() -> tuple[Mission, ...]:
    """The missions of the table ``actors.toml``."""
    rows: Iterable[dict[str, object]] = _tables()["missions"]  # type: ignore[assignment]
    return tuple(
        Mission(
            name=str(row["name"]),
            title=str(row["title"]),
            place=str(row["place"]),
            since=date.fromisoformat(str(row["from"])),
            until=date.fromisoformat(str(row.get("to", date.max))),
            names=tuple(row["names"]),  # type: ignore[arg-type]
        )
        for row in rows
    )


@cache
def _names() -> dict[str, tuple[str, Form]]:
    """Every written form -> the actor and the kind of form."""
    import pycountry

    tables, display = _tables(), dict[str, str](_tables()["display"])  # type: ignore[arg-type]
    found: dict[str, tuple[str, Form]] = {}
    for country in pycountry.countries:
        actor = display.get(country.alpha_2, getattr(country, "common_name", country.name))
        for name in {actor, country.name, getattr(country, "common_name", actor)}:
            found[name] = (actor, "name")
    for section, form in (("names", "name"), ("capitals", "name"), ("organisations", "name"), ("demonyms", "adjective")):
        found |= {name: (actor, form) for actor, names in tables[section].items() for name in names}  # type: ignore[misc]
    return found | {name: (mission.name, "mission") for mission in missions() for name in mission.names}


@cache
def _pattern() -> re.Pattern[str]:
    """All names, grouped by their first letter so that few are tried at a place."""
    grouped: dict[str, list[str]] = {}
    for name in sorted(_names(), key=len, reverse=True):
        grouped.setdefault(name[0], []).append(re.escape(name[1:]).replace(r"\ ", r"\s"))
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in grouped.items()) + r")(?!\w)"
    )


def mentions(sentence: str) -> list[Mention]:
    """The actors named in a sentence, in order; names inside a compound such as "Kenyan-led" are none."""
    found: list[Mention] = []
    for match in _pattern().finditer(sentence):
        if HYPHENATED.match(sentence, match.end()):
            continue
        actor, form = _names()[" ".join(match.group().split())]
        if form == "name" and _modifies(sentence, match):
            form = "adjective"
        placed = form != "adjective" and _placed(sentence, match.start(), found)
        found.append(Mention(match.start(), match.end(), actor, form, placed))
    return found


def _modifies(sentence: str, match: re.Match[str]) -> bool:
    """Whether a name is used as an adjective: "US President", "Kenya's police", "UN official"."""
    if re.match(r"['’]s?\s", sentence[match.end() : match.end() + 3]):
        return True
    following = FOLLOWING.match(sentence, match.end())
    if not following or not ACRONYM.fullmatch(match.group()):
        return False
    word = following[1]
    verb = word.endswith(("ed", "s")) and not word.endswith(("ss", "ops", "cers", "ials", "ers", "rces"))
    return not sentence[: match.start()].endswith("the ") and word.lower() not in NOT_ADJECTIVE and not verb


def _placed(sentence: str, start: int, found: list[Mention]) -> bool:
    before = sentence[max(0, start - 40) : start]
    if found and JOINT.fullmatch(sentence[found[-1].end : start]):
        return found[-1].placed
    return bool(PLACED.search(before)) and not BODY.search(before)


def groups(sentence: str, found: list[Mention]) -> list[list[Mention]]:
    """Mentions joined by commas and "and" taken together: "the US and Canada" is one group of two."""
    joined: list[list[Mention]] = []
    for mention in found:
        if joined and JOINT.fullmatch(sentence[joined[-1][-1].end : mention.start]):
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


MISSION_IN = re.compile(r"\b(?:mission|force|operation|initiative)\s(?:in|to|for)\s(?:the\s)?$", re.IGNORECASE)


def mission_of(sentences: Iterable[str], day: date | None) -> Mission | None:
    """The mission a report is about: the one most named, else what "mission in PLACE" means on that day."""
    named: dict[str, int] = {}
    places: dict[str, int] = {}
    for sentence in sentences:
        for mention in mentions(sentence):
            if mention.form == "mission":
                named[mention.actor] = named.get(mention.actor, 0) + 1
            elif MISSION_IN.search(sentence[max(0, mention.start - 40) : mention.start]):
                places[mention.actor] = places.get(mention.actor, 0) + 1
    if named:
        most = max(named, key=lambda name: named[name])
        return next(mission for mission in missions() if mission.name == most)
    return mission_at(max(places, key=lambda place: places[place]), day) if places else None
