"""The names of those who can act: countries (``countries.csv``), organisations and missions (``actors.toml``), and missions
that a report introduces by name and abbreviation."""

import csv
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from muster.records import Record

Form = Literal["name", "adjective", "mission"]
INVARIABLE = (
    "ese",
    "sh",
    "ch",
    "s",
    "x",
    "z",
)  # endings of demonyms without a plural: Congolese, French, Swiss
SHORT = r"\((?:the\s)?(?P<short>[A-Z]{3,8}[ -][A-Z][a-z]{2,15}|[A-Z][A-Za-z0-9-]{2,11})\)"
BRACKETED = re.compile(SHORT)
INTRODUCED = re.compile(
    r"\b(?P<name>(?:[A-Z][\w’'-]{0,30}\s(?:(?:and|of|for|the|in|to)\s){0,2}){1,7}(?:Mission|Force|Operation)"
    r"(?:\s(?:in|to|for|of)\s(?:the\s)?(?:[A-Z][\w’'-]{0,30}\s?){1,4})?)"
    rf",?\s?{SHORT}"
)
NO_MISSION = re.compile(
    r"\b(?:Air|Police|Armed|Defen[cs]e|Task|Rapid Support|Ground|Land)\s(?:Force|Operation)|\bDiplomatic Mission"
)
KINDS = r"(?:(?:peace[ -]?keeping|stabili[sz]ation|police|military|training|regional)\s)?(?:mission|force|peacekeepers)"


class Mission(Record, frozen=True, kw_only=True):
    """A mission: ``name`` acts, ``title`` is what records call the mission they belong to, ``by`` is whose it is."""

    name: str
    title: str
    place: str
    since: date
    until: date
    names: tuple[str, ...]
    by: str = ""


class Country(Record, frozen=True, kw_only=True):
    """A row of ``countries.csv``.

    ``code`` is ISO 3166 (XK: Kosovo, which has none), ``actor`` the name that records use; ``demonyms`` are adjectives and
    people in the singular, ``seats`` the capital and other seats of government that stand for the country.
    """

    code: str
    actor: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    seats: tuple[str, ...]


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    text = (files(__package__) / "tables" / "actors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def countries() -> tuple[Country, ...]:
    """The table ``countries.csv``."""
    with (files(__package__) / "tables" / "countries.csv").open(encoding="utf-8") as lines:
        return tuple(
            Country(
                code=row["code"],
                actor=row["actor"],
                names=_split(row["names"]),
                demonyms=_split(row["demonyms"]),
                seats=_split(row["seats"]),
            )
            for row in csv.DictReader(lines)
        )


@cache
def country_names() -> frozenset[str]:
    """The names by which records call countries."""
    return frozenset(country.actor for country in countries())


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


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
            by=str(row.get("by", "")),
        )
        for row in rows
    )


def introduced(text: str) -> tuple[Mission, ...]:
    """Missions that a text introduces as "the Lakeland Stabilisation Force (LSF)" and the table does not know."""
    known = names()
    if all(match["short"] in known for match in BRACKETED.finditer(text)):
        return ()
    found = {match["short"]: " ".join(match["name"].split()).removeprefix("The ") for match in INTRODUCED.finditer(text)}
    return tuple(
        Mission(name=short, title=short, place="", since=date.min, until=date.max, names=(name, short))
        for short, name in found.items()
        if short not in known and name not in known and not NO_MISSION.search(name)
    )


@cache
def names() -> dict[str, tuple[str, Form]]:
    """Every written form -> the actor and the kind of form."""
    import pycountry

    actors = {country.code: country.actor for country in countries()}
    found: dict[str, tuple[str, Form]] = {}
    for known in pycountry.countries:
        for name in ("name", "common_name", "official_name"):
            found[str(getattr(known, name, known.name))] = (actors[known.alpha_2], "name")
    for country in countries():
        found |= {name: (country.actor, "adjective") for demonym in country.demonyms for name in plurals(demonym)}
    for country in countries():
        upper = (country.actor.upper(),) if len(country.actor) > 3 else ()
        plural = {name: (country.actor, "adjective") for demonym in country.demonyms for name in plurals(demonym)}
        found |= plural  # type: ignore[arg-type]
        found |= dict.fromkeys((country.actor, *country.names, *country.seats, *upper), (country.actor, "name"))
    for section, form in (("organisations", "name"), ("adjectives", "adjective")):
        found |= {name: (actor, form) for actor, forms in _tables()[section].items() for name in forms}  # type: ignore[misc]
    for mission in missions():
        title = (mission.name.capitalize(),) if mission.name.isupper() and len(mission.name) > 4 else ()
        found |= dict.fromkeys((*mission.names, *title), (mission.name, "mission"))
    return found


def plurals(demonym: str) -> tuple[str, ...]:
    """A demonym and its plural where it has one: Kenyan, Kenyans."""
    return (demonym,) if demonym.endswith(INVARIABLE) else (demonym, f"{demonym}s")


def office(byline: str) -> str | None:
    """Whose office a byline such as "NAME, Secretary of State" names."""
    offices = ((actor, title) for actor, titles in _tables()["offices"].items() for title in titles)
    return next((actor for actor, title in offices if byline.rstrip().endswith(title)), None)


@cache
def people_names() -> frozenset[str]:
    """The plural demonyms: "150 Guatemalans" are people."""
    return frozenset(
        plurals(demonym)[-1] for country in countries() for demonym in country.demonyms if len(plurals(demonym)) > 1
    )


def described(by: str, place: str) -> Mission | None:
    """The mission that "the UN mission in Lebanon" means: the latest of that organisation there."""
    there = [mission for mission in missions() if (mission.by, mission.place) == (by, place)]
    return max(there, key=lambda mission: mission.since, default=None)


@cache
def pattern(written: tuple[str, ...] | None = None) -> re.Pattern[str]:
    """Names, all of them or those given, grouped by their first letter so that few are tried at a place, see ``quick``."""
    grouped: dict[str, list[str]] = {}
    for name in sorted(written or names(), key=len, reverse=True):
        grouped.setdefault(name[0], []).append(re.escape(name[1:]).replace(r"\ ", r"\s"))
    apart = r"(?<![\w-].)(?<!New\s.)"
    return re.compile(
        "(?:" + "|".join(f"{re.escape(first)}{apart}(?:{'|'.join(rest)})" for first, rest in grouped.items()) + r")(?!\w)"
    )
