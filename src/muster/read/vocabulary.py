"""The words the reader knows, kept as tables in ``tables/``: one row a word, with an example that is also its test.

To teach it a stage verb, a way of speaking, a hedge, a unit or a currency, add one row to the table of that name. The example
of a stage verb is a sentence that must give one record at the row's ``stage``; the others are phrases that must be understood.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

import msgspec

from muster.records import Kind, Record, Stage

Bound = Literal["min", "max", "exact"]


class StageVerb(Record, frozen=True, kw_only=True):
    """A verb or noun that tells at which stage an amount stands.

    Attributes:
        forms: its inflected forms, the base form first.
        force: the stage once it is done, for people and equipment; ``None`` when the word says nothing about them.
        funds: the same for money.
        ahead: the stage while it is still to come ("will send", "promised to send").
        then: words of which one must follow soon after ("leave for", "pull out").
        marks: ``moving``: a movement, ``deploying`` while under way or dated within days; ``governs``: decides over the verb it
            leads ("refused to send"); ``over``: also over whom stands between ("asked Ghana to send"); ``adjective``: only over
            a noun ("a planned deployment", not "planned to send"); ``noun``: has no tense; ``next``: counts only right before
            the amount ("KFOR has 4,500"); ``behind``: counts only after it ("400 troops are on the ground"); ``weak``: only
            where no other verb is found;
            ``state``: what is under way is as good as done ("are serving").
    """

    forms: tuple[str, ...]
    force: Stage | None
    funds: Stage | None
    ahead: Stage
    then: tuple[str, ...]
    marks: tuple[str, ...]
    example: str
    stage: Stage


class SpeechVerb(Record, frozen=True, kw_only=True):
    """A verb that reports what somebody said; marked ``claims`` when an amount in what follows is attributed to the speaker."""

    forms: tuple[str, ...]
    marks: tuple[str, ...]
    example: str


class Hedge(Record, frozen=True, kw_only=True):
    """Words before a number that bound it: ``min`` opens it upwards, ``max`` downwards, ``exact`` leaves it as it is."""

    words: str
    bound: Bound
    example: str


class Unit(Record, frozen=True, kw_only=True):
    """A noun that is counted and what records call it.

    Marked ``member`` when police and army share the word, ``single`` when "a" before its last word counts it ("a battalion").
    """

    words: tuple[str, ...]
    unit: str
    kind: Kind
    marks: tuple[str, ...]
    example: str


class Decoy(Record, frozen=True, kw_only=True):
    """Words (parted by ``|``) that make a count beside them none of a mission's, standing ``before`` or ``after`` it."""

    words: tuple[str, ...]
    place: Literal["before", "after"]
    example: str


class Caveat(Record, frozen=True, kw_only=True):
    """Words (patterns that begin with a plain letter, parted by `` / ``) that make a commitment conditional, or hearsay.

    ``place``: ``clause``: they open a condition; ``before``: said of the verb or number that follows; ``anywhere``: of all that
    the sentence tells, up to a "but". Rows without a flag only look alike ("even if").
    """

    words: tuple[str, ...]
    flag: Literal["conditional", "hearsay"] | None
    place: Literal["clause", "before", "anywhere"] | None
    example: str


class Currency(Record, frozen=True, kw_only=True):
    """An ISO 4217 code, the marks that may stand before a number (parted by ``|``) and the words that may follow it."""

    code: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    example: str


class ClutterWords(Record, frozen=True, kw_only=True):
    """Words of lines that are not the report: the ``whole`` line, or how it ``begins``; ``links``: headlines follow."""

    place: Literal["whole", "begins"]
    words: tuple[str, ...]
    links: str | None
    example: str


def word_set(words: str) -> frozenset[str]:
    """The words of a string that are parted by blanks."""
    return frozenset(words.split())


Row = TypeVar("Row", bound=Record)
SPLIT_AT = {"forms": None, "marks": None, "then": None, "before": "|", "after": "|"}


@cache
def stage_verbs() -> tuple[StageVerb, ...]:
    """The table ``stage_verbs.csv``."""
    return tuple(_rows("stage_verbs", StageVerb))


@cache
def speech_verbs() -> tuple[SpeechVerb, ...]:
    """The table ``speech_verbs.csv``."""
    return tuple(_rows("speech_verbs", SpeechVerb))


@cache
def hedges() -> tuple[Hedge, ...]:
    """The table ``hedges.csv``."""
    return tuple(_rows("hedges", Hedge))


@cache
def units() -> tuple[Unit, ...]:
    """The table ``units.csv``."""
    return tuple(_rows("units", Unit, {"words": None}))


@cache
def bodies() -> frozenset[str]:
    """The units that are bodies of people: battalions, brigades."""
    return frozenset(row.unit for row in units() if row.kind == "personnel" and "single" in row.marks)


@cache
def decoys() -> tuple[Decoy, ...]:
    """The table ``decoys.csv``."""
    return tuple(_rows("decoys", Decoy, {"words": "|"}))


@cache
def caveats() -> tuple[Caveat, ...]:
    """The table ``caveats.csv``."""
    return tuple(_rows("caveats", Caveat, {"words": " / "}))


@cache
def currencies() -> tuple[Currency, ...]:
    """The table ``currencies.csv``."""
    return tuple(_rows("currencies", Currency))


@cache
def clutter_words() -> tuple[ClutterWords, ...]:
    """The table ``clutter.csv``."""
    return tuple(_rows("clutter", ClutterWords, {"words": "|"}))


def _rows(name: str, row_type: type[Row], split_at: dict[str, str | None] | None = None) -> Iterator[Row]:
    separators = SPLIT_AT | (split_at or {})
    with (files(__package__) / "tables" / f"{name}.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            cells = {column: _cell(column, cell, separators) for column, cell in row.items()}
            yield msgspec.convert(cells, row_type)


def _cell(column: str, cell: str, separators: dict[str, str | None]) -> Any:
    if column in separators:
        return tuple(cell.split(separators[column]))
    return cell or None
