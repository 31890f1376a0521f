"""A commitment as the finder compares it: who, what is counted, for which purpose, when, and how much."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from muster.ledger.disagree.vocabulary import ordered, same, words
from muster.ledger.intervals import Interval
from muster.ledger.printings import EACH_ITS_OWN, voice
from muster.ledger.units import is_people, spoken
from muster.records import Commitment, known_from

TURN = re.compile(rf"\b(?:{'|'.join(ordered('ordinals'))}|\d{{1,2}}(?:st|nd|rd|th))\b")
WORD = re.compile(r"[^\W\d_]{2,}[\w'’]*")
MONEY_UNKNOWN = "money, currency not stated"


@dataclass(frozen=True, slots=True)
class Telling:
    """One record with what it is compared by.

    ``counted`` is the currency, ``people`` or another unit; ``first`` and ``last`` are the days (ordinals) it speaks of;
    ``topic`` the words of its scope that tell one purpose from another; ``page`` where it was read: one page is one
    voice, and so are those of all reports that print one story.
    """

    record: Commitment
    actor: str
    counted: str
    amount: Interval
    first: int
    last: int
    topic: frozenset[str]
    page: str

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def is_money(self) -> bool:
        """Whether it tells of money, also where the currency is not said."""
        return self.record.currency is not None or self.counted == MONEY_UNKNOWN

    @property
    def is_sized(self) -> bool:
        """Whether it gives any amount."""
        return self.amount != Interval(None, None)

    @property
    def headline(self) -> float:
        """The number as a headline prints it: the middle of a range, the one end of a bound, 0 for none."""
        ends = [end for end in self.amount if end is not None]
        return sum(ends) / len(ends) if ends else 0.0


def tellings(records: Iterable[Commitment], voices: Mapping[str, str] = EACH_ITS_OWN) -> tuple[Telling, ...]:
    """The records as tellings, by the day they speak of and by id; see :func:`muster.ledger.printings.voices`."""
    made = [telling(record, voices) for record in records]
    return tuple(sorted(made, key=lambda one: (one.first, one.last, one.id)))


def telling(record: Commitment, voices: Mapping[str, str] = EACH_ITS_OWN) -> Telling:
    """One record; without any date it speaks of the day from which its publication is known."""
    told = [day for day in (record.date_from, record.date_to) if day] or [known_from(record.citation.published)]
    return Telling(
        record=record,
        actor=actor_key(record.actor),
        counted=counted(record),
        amount=Interval(record.amount_low, record.amount_high),
        first=told[0].toordinal(),
        last=told[-1].toordinal(),
        topic=topic(record.scope, record.actor, record.unit or "", record.kind == "personnel"),
        page=voice(record.citation, voices) or record.id,
    )


@cache
def actor_key(actor: str) -> str:
    """An actor's name for comparison: joint givers in one order, case and articles aside."""
    names = (re.sub(r"^the\s+", "", name.strip().casefold()) for name in actor.split(";"))
    return ";".join(sorted(name for name in names if name))


def counted(record: Commitment) -> str:
    """What a record counts: a currency, ``people``, or another unit by its own name."""
    if record.currency:
        return record.currency
    unit = spoken(record.unit or "").casefold()
    if is_people(unit) or (record.kind == "personnel" and not unit):
        return "people"
    if record.kind == "funds" and (not unit or "currency" in unit or unit in {"dollars", "francs", "shillings"}):
        return MONEY_UNKNOWN
    return unit


@cache
def topic(scope: str, actor: str, unit: str, people: bool) -> frozenset[str]:
    """The words of a scope that tell one purpose from another.

    For people only names and the words of `apart` in the word list do: "600 more", "by January" and "on the ground" speak
    of one contingent. For money what stands before the first comma does, and behind it the words of `purpose`. An actor's
    own name and its adjectives tell nothing, unless the actor is a fund, its own purpose.
    """
    flows = re.sub(r"\bpaid out\b", "payout", re.sub(r"\bpaid back\b", "repaid", scope))
    head, *tail = re.split(r"[,;(:]", flows, maxsplit=1)
    if people:
        found = [word for word in WORD.findall(scope) if word[0].isupper() or word.casefold() in words("apart")]
        found += [word for word in WORD.findall(unit) if word.casefold() in words("apart") | words("service")]
    else:
        found = WORD.findall(head) + [word for word in WORD.findall(" ".join(tail)) if word.casefold() in words("purpose")]
    telling = {same().get(word.casefold(), word.casefold()) for word in found} - words("plain") - words("ordinals")
    names = [name.casefold() for name in WORD.findall(actor)]
    own = telling if "fund" in names else {word for word in telling if not _is_own(word, names)}
    return frozenset(word if word in words("outside") else word.removesuffix("s") for word in own)


def _is_own(word: str, names: Sequence[str]) -> bool:
    """Whether a word is an actor's name or made from it: Kenyan from Kenya."""
    return any(len(name) > 3 and word[: max(4, len(name) - 2)] == name[: max(4, len(name) - 2)] for name in names)


def same_purpose(one: Telling, other: Telling) -> bool:
    """Whether two amounts may be held against each other.

    A contingent is its country's whatever part of the mission the words name, unless both name parts and these differ.
    Money for a fund and money for the mission are two things: most of the words must be the same.
    """
    if (one.topic ^ other.topic) & _parting():
        return False
    if one.is_money or other.is_money:
        return one.topic == other.topic or _share(one.topic, other.topic) >= 0.6
    return one.topic <= other.topic or other.topic <= one.topic


def overlap(one: Telling, other: Telling) -> bool:
    """Whether two scopes have a word in common, or one of them says nothing particular."""
    return not one.topic or not other.topic or bool(one.topic & other.topic)


@cache
def _parting() -> frozenset[str]:
    """Words that must stand in both scopes or in neither, as topics hold them."""
    return frozenset(word.removesuffix("s") for word in words("apart") | words("service")) | words("outside")


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def apart(one: Telling, other: Telling) -> int:
    """Days between the times that two tellings speak of; 0 where they touch."""
    return max(0, other.first - one.last, one.first - other.last)


def same_turn(one: Telling, other: Telling) -> bool:
    """Whether two tellings may be of one event: not where the sources number them differently, as first and second flight."""
    turns, others = _turns(one.record), _turns(other.record)
    return not turns or not others or bool(turns & others)


def is_numbered(one: Telling) -> bool:
    """Whether a source calls it the first, second ... of several."""
    return bool(_turns(one.record))


def service(one: Telling) -> str:
    """``police`` or ``military`` where the unit says which; empty for people of any service."""
    unit = set((one.record.unit or "").casefold().split())
    police, military = bool(unit & words("police")), bool(unit & words("military"))
    return "" if police == military else "police" if police else "military"


def _turns(record: Commitment) -> frozenset[str]:
    text = f"{record.scope} {record.original.get('scope', '')}".casefold()
    places = {word: str(place) for place, word in enumerate(ordered("ordinals"), 1)}
    return frozenset(places.get(word, word[:-2]) for word in TURN.findall(text))


def spans(one: Telling) -> bool:
    """Whether a telling speaks of more than a month."""
    return one.last - one.first > 31


def published(record: Commitment) -> date:
    """The day from which a record's publication is surely known."""
    return known_from(record.citation.published)


def agree(one: Interval, other: Interval) -> bool:
    """Whether two tellings of one amount can both hold: they overlap, or one is the other in rounder digits (within 5 %)."""
    low, high = _ends(one)
    other_low, other_high = _ends(other)
    if low <= other_high and other_low <= high:
        return True
    near, far = (high, other_low) if high < other_low else (other_high, low)
    exact = one.low == one.high and other.low == other.high
    return exact and (_rounded(near, far) or _rounded(far, near))


def _ends(amount: Interval) -> tuple[float, float]:
    return (
        0.0 if amount.low is None else amount.low,
        float("inf") if amount.high is None else amount.high,
    )


def _rounded(exact: float, rough: float) -> bool:
    """Whether ``rough`` may stand for ``exact``: rounded at its last digit that is not zero, or the next number of its grain.

    The grain of 450 is 50 and that of 315 is 5: "some 450" may be 444 (within 2.5 %).
    """
    unit = 1.0
    while unit < rough and rough % (unit * 10) == 0:
        unit *= 10
    apart = abs(exact - rough)
    grain = unit * 5 if rough % (unit * 5) == 0 else unit
    by_digits = unit > 1 and apart <= 0.05 * rough and round(exact / unit) * unit == rough
    return by_digits or (grain > 1 and apart <= min(grain, 0.025 * rough))
