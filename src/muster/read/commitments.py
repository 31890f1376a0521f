"""Commitments in a sentence: an amount, the verb that tells its stage, who acts, since when, and on whose word."""

import re
from datetime import date, timedelta

from msgspec import Struct

from muster.read.basis import basis_of
from muster.read.caveats import flags_of
from muster.read.clauses import Background, Clause, goes_on, is_body, is_unsaid, verb_of
from muster.read.dates import Dated
from muster.read.numbers import Amount, is_decoy
from muster.read.quick import BEGINS, by_letter
from muster.read.settling import settled
from muster.read.subjects import actors_of, force_actors, is_sourced
from muster.read.undated import undated
from muster.read.verbs import Verb
from muster.read.vocabulary import units
from muster.records import Basis, Kind, Stage

THEY = re.compile(r"(?:They|These)\b")  # "They will be drawn from Ghana and Togo"
PEAKS = (r"at (?:its|the|their) (?:peak|height)\b", r"once (?:had|numbered)\b", r"formerly (?:had|numbered)\b")
PEAK = re.compile(by_letter(PEAKS, BEGINS))
OWN = ("announc", "pledg", "promis", "vow")  # how a giver speaks of a gift of their own
AGAINST = re.compile(r"\b(?:but|while|whereas|although|though)\b")
OPPOSED = re.compile(r"\b(?:but|while|whereas|although|though)\b|;")
EACH = re.compile(r"\b(?:each|apiece)\b", re.IGNORECASE)
DIRECT = re.compile(r"\s(?:(?!(?:to|for|from|with|by|of|that|in)\b)[\w’'-]+\s){0,3}", re.IGNORECASE)
ACTED: frozenset[Stage] = frozenset({"pledged", "approved", "deployed", "deploying", "withdrawn", "declined"})
SOON = timedelta(days=7)
HISTORY = timedelta(days=3653)
PEOPLE = {word: unit.unit for unit in units() for word in unit.words if unit.kind == "personnel"} | {"boots": "troops"}
PLURAL = [word for word in PEOPLE if word.endswith("s") or word in {"police", "personnel", "infantry"}]
NO_FORCE = r"(?!\s(?:officer|chief|commissioner|station|minister|carriers?|spokes\w+|commander|unit)\b)"
PEOPLE_WORD = re.compile(rf"(?:{by_letter(PLURAL, BEGINS)})(?i:{NO_FORCE})\b")
OWNER = re.compile(
    r"\b(?:army|military|armed forces|gangs?|militias?|rebels|insurgents|air force|navy|group)\b[^;.]{0,60}$", re.I
)
HEAD = 12  # characters before a date that still opens its sentence: "But in June"


class Found(Struct, frozen=True):
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
    verbs = [verb_of(clause, place) for place in range(len(clause.amounts))]
    last: Verb | None = None
    for place, amount in enumerate(clause.amounts):
        own = verbs[place]
        if is_unsaid(clause, place, own) or is_body(clause, place):
            last = own or last
            continue
        if place and last and goes_on(clause, place) and (own is None or _is_hint(clause, place, own)):
            own, since = last, clause.amounts[place - 1].end
        else:
            since = 0
        if own is None and place + 1 < len(verbs) and goes_on(clause, place + 1):  # "of 3,500 personnel, 600 are there"
            own = verbs[place + 1]
        last = own
        if own:
            found += _with_amount(clause, amount, own, background, since)
    return found if clause.amounts else _acts(clause, background)


def _is_hint(clause: Clause, place: int, verb: Verb) -> bool:
    """Whether a verb only hints, so that a list's verb goes on; not where a "but" parts them."""
    between = clause.text[clause.amounts[place - 1].end : clause.amounts[place].start]
    return "weak" in verb.row.marks and not AGAINST.search(between)


def _with_amount(clause: Clause, amount: Amount, verb: Verb, background: Background, since: int) -> list[Found]:
    kind = amount.kind or "personnel"
    dated = _date_of(clause, amount, verb)
    if _is_history(dated, background.published) or PEAK.search(clause.text):
        return []
    near = _is_soon(dated, background.published)
    stage = verb.stage(kind, within_days=near)
    if stage is None or _is_own_army(clause, verb):
        return []
    stage = settled(clause, verb, stage, kind, amount)
    actors = actors_of(clause, amount, verb, stage, background)
    if "respectively" in clause.text:
        told = [other for other in clause.amounts if other.start > verb.start] or clause.amounts
        actors = [actors[told.index(amount)]] if len(actors) == len(told) and amount in told else actors
    if stage == "withdrawn" and _leaves_home(clause, verb, actors):
        stage = "deploying"
    if len(actors) > 1 and not EACH.search(clause.text[verb.start - 20 if verb.start > 20 else 0 : amount.end + 20]):
        actors = [";".join(actors)]
    start, end = _evidence(clause, amount, verb, dated, since)
    flags = ("list",) * (len(actors) > 1) + flags_of(clause, verb, stage, amount.number, amount.end)
    if "conditional" in flags and stage == "deployed":  # "the deployment of 600 officers depends on a ruling"
        stage = verb.row.ahead
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
            basis=basis_of(clause, amount),
            days=_days(clause, verb, amount.start, dated, stage, background),
            attributed_to=_attributed(clause, amount.number, actor, background),
            flags=flags,
        )
        for actor in actors
    ]


def _is_history(dated: Dated | None, published: date | None) -> bool:
    """Whether it was over long before the report: "in 1994", "from 1915 to 1934"."""
    return bool(dated and dated.high and published and published - dated.high > HISTORY)


def _leaves_home(clause: Clause, verb: Verb, actors: list[str]) -> bool:
    """ "Kenyan officers left Nairobi": who leaves their own country is on the way."""
    after = (mention for mention in clause.mentions if verb.end <= mention.start <= verb.end + 5)
    return verb.row.forms[0] == "leave" and any([mention.actor] == actors for mention in after)


def _is_own_army(clause: Clause, verb: Verb) -> bool:
    """ "Its army has 22,500 soldiers" tells of no mission."""
    return "next" in verb.row.marks and bool(OWNER.search(clause.text[max(0, verb.start - 80) : verb.start]))


def _date_of(clause: Clause, amount: Amount, verb: Verb) -> Dated | None:
    """The date in the amount's or the verb's segment, else the sentence's only one when it has only one amount."""
    segments = {clause.segment(amount.number), clause.segment(verb.start)}
    near = [dated for dated in clause.dates if clause.segment(dated.start) in segments]
    if not near and "noun" in verb.row.marks and verb.row.ahead == "required":  # "the 2,500 planned" was planned whenever
        return None
    counted = clause.amounts  # an act without an amount takes no date from afar
    if not near and len(clause.dates) == 1 and counted and not _opposed(clause, amount, clause.dates[0]):
        near = clause.dates if len(counted) == 1 or clause.dates[0].end <= counted[0].start else []
    near = near or [dated for dated in clause.dates if dated.start <= HEAD] or _told_on(clause, amount)
    return min(near, key=lambda dated: (dated.start < amount.start, abs(dated.start - amount.end)), default=None)


def _opposed(clause: Clause, amount: Amount, dated: Dated) -> bool:
    """Whether a "but" parts a date from an amount."""
    left, right = sorted([(amount.start, amount.end), (dated.start, dated.end)])
    return bool(OPPOSED.search(clause.text, left[1], max(left[1], right[0])))


def _told_on(clause: Clause, amount: Amount) -> list[Dated]:
    """The day on which the amount was told of: "..., the minister said on Friday"."""
    telling = [spoken for spoken in clause.said if spoken.covers(amount.number)]
    after = [dated for dated in clause.dates if any(dated.start >= spoken.end for spoken in telling)]
    return [dated for dated in after if not _opposed(clause, amount, dated)]


def _is_soon(dated: Dated | None, published: date | None) -> bool:
    return bool(dated and published and dated.low and dated.high and timedelta(0) <= dated.high - published <= SOON)


def _days(
    clause: Clause, verb: Verb, at: int, dated: Dated | None, stage: Stage, background: Background
) -> tuple[date | None, date | None]:
    """The days of the date, else what the tense tells; an interval that runs backwards is kept to its end."""
    if dated is None:
        return undated(clause.text, verb, at, stage, background.published, of_the_day=background.of_the_day)
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


def _attributed(clause: Clause, offset: int, actor: str, background: Background) -> str | None:
    """The source a claim is given for; who announces a gift of their own is its actor, not its source."""
    for spoken in clause.said:
        if spoken.verb.startswith(OWN) and set(spoken.speakers) & {actor, *actor.split(";")}:
            continue
        if spoken.covers(offset):
            return ", ".join(spoken.speakers)
    return background.author


def _acts(clause: Clause, background: Background) -> list[Found]:
    """An act without an amount: "Canada has been hesitant to commit its own troops", "Botswana's forces pulled out"."""
    for verb in clause.verbs:
        stage = verb.stage("personnel", within_days=False)
        noun = _force_near(clause, verb) if stage in ACTED else None
        if not noun or not stage or is_decoy(clause.text, Amount(noun[0], noun[0], noun[1], None, None)):
            continue
        if _is_act(clause, verb, noun) and (actors := force_actors(clause, noun, verb, background)):
            return [_act(clause, verb, stage, noun, actor, actors, background) for actor in actors]
    return []


def _is_act(clause: Clause, verb: Verb, noun: tuple[int, int, str]) -> bool:
    """Without an amount only a movement, a decision or a gift of a force says enough, not "provided aid to the police"."""
    marks = set(verb.row.marks)
    if "behind" in marks:  # "Tanzanian soldiers are in the province"
        return any(noun[0] - 30 < mention.start < noun[0] for mention in clause.mentions) and noun[1] < verb.start
    given = bool(noun[0] > verb.end and DIRECT.fullmatch(clause.text[verb.end : noun[0]])) or is_sourced(clause, noun)
    if verb.stage("personnel", within_days=False) == "pledged" and not given:
        return False
    return "governs" in marks or (not {"noun", "next"} & marks and bool("moving" in marks or verb.row.funds is None or given))


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
        days=_days(clause, verb, noun[0], dated, stage, background),
        attributed_to=_attributed(clause, verb.start, actor, background),
        flags=("list",) * (len(actors) > 1) + flags_of(clause, verb, stage, *noun[:2]),
    )


def _force_near(clause: Clause, verb: Verb) -> tuple[int, int, str] | None:
    """The force that a verb is about, in its own segment: the nearest noun after it, else the nearest before."""
    window = PEOPLE_WORD.finditer(clause.text, max(0, verb.start - 80), verb.end + 80)
    nouns = [match for match in window if clause.segment(match.start()) == clause.segment(verb.start)]
    after = [match for match in nouns if verb.end <= match.start() < verb.end + 60]
    before = [match for match in nouns if verb.start - 60 < match.start() < verb.start]
    match = after[0] if after else before[-1] if before else None
    told = clause.earlier.amount
    stands = THEY.match(clause.text) if not match and "from" in verb.row.then else None
    if stands and told and told.unit:
        return (stands.start(), stands.end(), told.unit)
    return (match.start(), match.end(), PEOPLE[match.group().lower()]) if match else None
