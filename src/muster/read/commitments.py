"""Commitments in a sentence: an amount, the verb that tells its stage, who acts, since when, and on whose word."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from muster.read.clauses import Background, Clause, goes_on, verb_of
from muster.read.dates import Dated
from muster.read.numbers import Amount
from muster.read.subjects import actors_of, force_actors
from muster.read.verbs import Verb
from muster.read.vocabulary import units
from muster.records import Basis, Kind, Stage

MORE = re.compile(r"\b(?:additional|further|more|extra|another|new|fresh|increase)\b", re.IGNORECASE)
WHOLE = re.compile(r"\bout of\b|\bof (?:the|its|a|an|their|all)\b|\bof$", re.IGNORECASE)
SHARE = re.compile(r"\s+of (?:whom|which|them)\b", re.IGNORECASE)
COMBINED = re.compile(r"\b(?:of which|combined with|together with|including)\s$", re.IGNORECASE)
EACH = re.compile(r"\beach\b", re.IGNORECASE)
OFFERED: frozenset[Stage] = frozenset({"deployed", "disbursed"})
ACTED: frozenset[Stage] = frozenset({"approved", "deployed", "deploying", "withdrawn", "declined"})
SOON = timedelta(days=7)
PEOPLE = {word: unit.unit for unit in units() for word in unit.words if unit.kind == "personnel"}
PEOPLE_WORD = re.compile(r"\b(?:" + "|".join(PEOPLE) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A commitment in a sentence; the evidence stands at ``start:end`` of it."""

    start: int
    end: int
    actor: str
    kind: Kind
    stage: Stage
    low: float | None
    high: float | None
    unit: str | None
    currency: str | None
    basis: Basis | None
    days: tuple[date | None, date | None]
    attributed_to: str | None
    flags: tuple[str, ...]


def commitments(clause: Clause, background: Background) -> list[Found]:
    """The commitments of a sentence in order: those with an amount, else plain acts of named actors."""
    found: list[Found] = []
    verb: Verb | None = None
    for place, amount in enumerate(clause.amounts):
        own = verb_of(clause, place)
        verb = own or (verb if place and goes_on(clause, place) else None)
        if verb:
            since = 0 if own or not place else clause.amounts[place - 1].end
            found += _with_amount(clause, amount, verb, background, since)
    return found if clause.amounts else _acts(clause, background)


def _with_amount(clause: Clause, amount: Amount, verb: Verb, background: Background, since: int) -> list[Found]:
    kind = amount.kind or "personnel"
    dated = _date_of(clause, amount, verb)
    near = _is_soon(dated, background.published)
    stage = verb.stage(kind, within_days=near)
    if stage is None:
        return []
    actors = actors_of(clause, amount, verb, stage, background)
    if len(actors) > 1 and not EACH.search(clause.text[verb.start - 20 if verb.start > 20 else 0 : amount.end + 20]):
        actors = [";".join(actors)]
    start, end = _evidence(clause, amount, verb, dated, since)
    return [
        Found(
            start=start,
            end=end,
            actor=actor,
            kind=kind,
            stage=stage,
            low=amount.low,
            high=amount.high,
            unit=amount.unit,
            currency=amount.currency,
            basis=_basis(clause, amount),
            days=_days(dated, stage, background.published, verb.now),
            attributed_to=_attributed(clause, amount.number, actor, background),
            flags=("list",) if len(actors) > 1 else (),
        )
        for actor in actors
    ]


def _date_of(clause: Clause, amount: Amount, verb: Verb) -> Dated | None:
    """The date in the amount's or the verb's segment, else the sentence's only one when it has only one amount."""
    segments = {clause.segment(amount.number), clause.segment(verb.start)}
    near = [dated for dated in clause.dates if clause.segment(dated.start) in segments]
    counted = clause.amounts  # an act without an amount takes no date from afar
    if not near and len(clause.dates) == 1 and counted and (len(counted) == 1 or clause.dates[0].end <= counted[0].start):
        near = clause.dates
    return min(near, key=lambda dated: (dated.start < amount.start, abs(dated.start - amount.end)), default=None)


def _is_soon(dated: Dated | None, published: date | None) -> bool:
    return bool(dated and published and dated.low and dated.high and timedelta(0) <= dated.high - published <= SOON)


def _days(dated: Dated | None, stage: Stage, published: date | None, now: bool = False) -> tuple[date | None, date | None]:
    """What is done was done by the day of the report; an interval that runs backwards is kept to its end."""
    if dated is None and now:
        return published, published
    if dated is None:
        return (None, published) if stage in OFFERED else (None, None)
    return (dated.low, dated.high) if not (dated.low and dated.high and dated.low > dated.high) else (None, dated.high)


def _evidence(clause: Clause, amount: Amount, verb: Verb, dated: Dated | None, since: int) -> tuple[int, int]:
    """The shortest span with the amount, its verb, and its date where that follows; in a list from the amount before on."""
    if since:
        named = [mention.start for mention in clause.mentions if since <= mention.start < amount.start]
        return min([amount.start, *named]), amount.end
    start, end = min(amount.start, verb.start), max(amount.end, verb.end)
    if dated and dated.end > end and clause.segment(dated.start) == clause.segment(end - 1):
        end = dated.end
    return start, end


def _basis(clause: Clause, amount: Amount) -> Basis:
    before, after = clause.text[max(0, amount.start - 25) : amount.start], clause.text[amount.end : amount.end + 30]
    following = next((other for other in clause.amounts if other.start >= amount.end), None)
    between = clause.text[amount.end : following.start] if following else ""
    if SHARE.match(clause.text, amount.end) or COMBINED.search(before) or (len(between) < 120 and WHOLE.search(between)):
        return "part"
    words = f"{clause.text[amount.start : amount.number]} {amount.between} "
    hedged = words.lower().replace("more than", "")
    if MORE.search(hedged) or re.search(r"(?:\b(?:additional|further|extra|another|new))\s$", before.lower()):
        return "increment"
    return "increment" if re.match(r"\s+(?:more\b|in (?:new|additional|further)\b|increase\b)", after) else "total"


def _attributed(clause: Clause, offset: int, actor: str, background: Background) -> str | None:
    """The source a claim is given for; who announces a gift of their own is its actor, not its source."""
    for spoken in clause.said:
        if spoken.speakers == (actor,) and spoken.verb.startswith("announc"):
            continue
        if spoken.claims and spoken.start <= offset < spoken.end:
            return ", ".join(spoken.speakers)
    return background.author


def _acts(clause: Clause, background: Background) -> list[Found]:
    """An act without an amount: "Canada has been hesitant to commit its own troops", "Botswana's forces pulled out"."""
    for verb in clause.verbs:
        stage = verb.stage("personnel", within_days=False)
        noun = _force_near(clause, verb)
        if stage in ACTED and noun and _is_act(verb) and (actors := force_actors(clause, noun, verb, background)):
            return [_act(clause, verb, stage, noun, actor, actors, background) for actor in actors]
    return []


def _is_act(verb: Verb) -> bool:
    """Without an amount only a movement, a decision or a refusal says enough: "provided support to the police" does not."""
    marks = set(verb.row.marks)
    return "governs" in marks or ("noun" not in marks and "next" not in marks and ("moving" in marks or verb.row.funds is None))


def _act(
    clause: Clause, verb: Verb, stage: Stage, noun: tuple[int, int, str], actor: str, actors: list[str], background: Background
) -> Found:
    dated = _date_of(clause, Amount(noun[0], noun[0], noun[1], None, None), verb)
    named = [mention.start for mention in clause.mentions if mention.actor in actors and mention.start < verb.start]
    return Found(
        start=min([verb.start, noun[0], *named[-len(actors) :]]),
        end=max(verb.end, noun[1]),
        actor=actor,
        kind="personnel",
        stage=stage,
        low=None,
        high=None,
        unit=noun[2],
        currency=None,
        basis=None,
        days=_days(dated, stage, background.published),
        attributed_to=_attributed(clause, verb.start, actor, background),
        flags=("list",) if len(actors) > 1 else (),
    )


def _force_near(clause: Clause, verb: Verb) -> tuple[int, int, str] | None:
    """The force that a verb is about, in its own segment: the nearest noun after it, else the nearest before."""
    nouns = [
        match for match in PEOPLE_WORD.finditer(clause.text) if clause.segment(match.start()) == clause.segment(verb.start)
    ]
    after = [match for match in nouns if verb.end <= match.start() < verb.end + 60]
    before = [match for match in nouns if verb.start - 60 < match.start() < verb.start]
    match = after[0] if after else before[-1] if before else None
    return (match.start(), match.end(), PEOPLE[match.group().lower()]) if match else None
