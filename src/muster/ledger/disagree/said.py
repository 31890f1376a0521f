"""Statements that contradict each other: one event with two numbers or two dates, and a denial."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from muster.ledger.disagree.links import Link, link
from muster.ledger.disagree.vocabulary import ordered, words
from muster.records import Statement, known_from

ALIKE = 0.55  # share of words that two tellings of one event have in common
ONE_EVENT = 10  # days between the dates that two tellings of one event give
STEM = 5  # letters by which a word is known in all its forms
WORD = re.compile(r"[^\W\d_]{3,}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def said_links(statements: Sequence[Statement]) -> Iterator[Link]:
    """Pairs of statements that cannot both be right."""
    for one, other in combinations(sorted(statements, key=lambda each: each.id), 2):
        if one.mission != other.mission or not _alike(one, other) or _days(one, other) > ONE_EVENT:
            continue
        if (one.verb in words("denials")) != (other.verb in words("denials")):
            yield link("unsorted", one.id, other.id)
        elif _numbers(one) and _told(one) != _told(other):
            yield link("double printing", one.id, other.id)


def _alike(one: Statement, other: Statement) -> bool:
    stems, others = _stems(one), _stems(other)
    return bool(stems) and len(stems & others) >= ALIKE * len(stems | others)


def _stems(statement: Statement) -> frozenset[str]:
    told = {word.casefold() for word in WORD.findall(statement.content)} - words("empty") - words("numbers")
    return frozenset(word[:STEM] for word in told)


def _numbers(statement: Statement) -> tuple[str, ...]:
    """The numbers of a statement as digits."""
    places = {word: str(place) for place, word in enumerate(ordered("numbers"), 1)}
    text = WORD.sub(lambda match: places.get(match[0].casefold(), match[0]), statement.content)
    return tuple(sorted(NUMBER.findall(text)))


def _told(statement: Statement) -> tuple[object, ...]:
    """What two tellings of one event must share: the numbers and the dates."""
    return _numbers(statement), statement.date_from, statement.date_to


def _days(one: Statement, other: Statement) -> int:
    first, second = (
        (each.date_from or known_from(each.citation.published), each.date_to or known_from(each.citation.published))
        for each in (one, other)
    )
    return max(0, (second[0] - first[1]).days, (first[0] - second[1]).days)
