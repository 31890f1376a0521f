"""Totals of one matter that differ: two tellings of one strength, need, pledge or payment.

A total at a stage that moves with time (people there, money paid) is set against tellings of the same weeks only, and not
where recorded arrivals or departures explain the difference: growth is no contradiction. A need, a pledge or an approval
stands until it is changed, so that a lower number later, or another one within some months, is told of: somebody prints an
old number, another plan, or another amount. A page that gives several numbers for several days tells a story, not a
contradiction.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from muster.ledger.disagree.links import Link, link
from muster.ledger.disagree.telling import (
    Telling,
    agree,
    apart,
    is_numbered,
    overlap,
    same_purpose,
    same_turn,
    service,
    spans,
)
from muster.ledger.disagree.vocabulary import words
from muster.records import DisagreementKind, Stage

# Days within which two totals of one stage are tellings of one level; and how long a total stands against a lower one.
SAME_TIME: dict[Stage, int] = {
    "required": 120,
    "pledged": 120,
    "approved": 7,
    "deploying": 7,
    "deployed": 35,
    "disbursed": 14,
    "withdrawn": 14,
    "declined": 14,
}
FALLING: dict[Stage, int] = {"required": 400, "pledged": 400, "approved": 45, "disbursed": 400, "withdrawn": 120}
LEAP = 120  # days in which a strength does not double or halve unless somebody tells of arrivals or departures
MOVING = frozenset({"deployed", "disbursed", "withdrawn"})
ANY_BASIS = frozenset({"declined"})  # a part refused is a part of what was given, not of what was refused
SOON = 30
A_FEW_DAYS = 3


def level_links(told: Sequence[Telling]) -> Iterator[Link]:
    """Pairs of totals that cannot both hold."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    moves: defaultdict[tuple[str, str], list[Telling]] = defaultdict(list)
    for one in told:
        if _is_level(one):
            groups[one.record.mission, one.actor, one.record.kind, one.counted, one.record.stage, _role(one)].append(one)
        if one.record.basis in {"increment", "part"} and one.record.stage in {"deployed", "deploying", "withdrawn"}:
            moves[one.record.mission, one.counted].append(one)
    for group in groups.values():
        yield from _pairs(group, moves[group[0].record.mission, group[0].counted])
        yield from _doubled(group)
    yield from _shares(told)


def _is_level(one: Telling) -> bool:
    whole = one.record.basis in {None, "total"} or one.record.stage in ANY_BASIS
    return whole and one.is_sized and "rotation" not in one.record.flags


def _role(one: Telling) -> bool:
    """A plan and a need are two things, both at the stage ``required``."""
    return one.record.stage == "required" and "planned" in one.record.flags


def _pairs(group: Sequence[Telling], moves: Sequence[Telling]) -> Iterator[Link]:
    stage = group[0].record.stage
    reach = max(SAME_TIME[stage], FALLING.get(stage, 0), LEAP)
    for place, one in enumerate(group):
        for other in group[place + 1 :]:
            if other.first - one.last > reach:
                break
            slip = is_slip(one, other) and apart(one, other) <= A_FEW_DAYS  # also "up to 40,000" beside "up to 4,000"
            if (agree(one.amount, other.amount) and not slip) or not _is_comparable(one, other):
                continue
            earlier, later = sorted((one, other), key=lambda each: each.last) if stage in MOVING else (one, other)
            if _is_now(earlier, later, moves):
                yield link(_kind(one, other), one.id, other.id)


def _is_comparable(one: Telling, other: Telling) -> bool:
    """Whether two totals are of one thing. What a mission costs is one thing in whatever words, a year or a month apart."""
    if one.record.stage == "required" and one.is_money:
        return overlap(one, other) and not (one.topic ^ other.topic) & (words("period") | words("outside"))
    both = one.record.stage in {"required", "approved"} and service(one) and service(other)
    return same_purpose(one, other) and not (both and service(one) != service(other))


def _is_now(earlier: Telling, later: Telling, moves: Sequence[Telling]) -> bool:
    """Whether two totals speak of one time, or the later one falls back behind the earlier."""
    stage, gap = earlier.record.stage, _gap(earlier, later)
    if earlier.page == later.page and (gap > 0 or earlier.record.unit != later.record.unit):
        return False
    if stage == "approved" and (spans(earlier) or spans(later)):
        return gap == 0
    if stage == "deployed" and (spans(earlier) or spans(later)):
        return (earlier.first, earlier.last) == (later.first, later.last)
    falls = later.headline < earlier.headline
    if stage == "deployed" and gap > A_FEW_DAYS:
        small, large = sorted((earlier.headline, later.headline))
        near = gap <= SAME_TIME[stage] or (gap <= LEAP and large >= 2 * small > 0)
        return near and not _explained(earlier, later, moves)
    return gap <= SAME_TIME[stage] or (falls and gap <= FALLING.get(stage, 0))


def _gap(one: Telling, other: Telling) -> int:
    """Days between two tellings; a count over a long time, such as "since July", holds at its end."""
    if one.record.stage in MOVING and (spans(one) or spans(other)):
        return abs(one.last - other.last)
    return apart(one, other)


def _explained(earlier: Telling, later: Telling, moves: Sequence[Telling]) -> bool:
    """Whether people who are recorded to have come or gone in between make up most of the difference."""
    stages = {"withdrawn"} if later.headline < earlier.headline else {"deployed", "deploying"}
    between = (one for one in moves if one.record.stage in stages and earlier.last - A_FEW_DAYS <= one.last <= later.last)
    return sum(one.headline for one in between) >= 0.8 * abs(later.headline - earlier.headline)


def _shares(told: Sequence[Telling]) -> Iterator[Link]:
    """Two shares of one actor in one whole, told within days; or a share that is not what the actor has or gives in all.

    A contingent is a part of the force and all that its country promises, unless it is called the first or second batch.
    """
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        if one.is_sized and one.record.basis != "increment" and not spans(one):
            groups[one.record.mission, one.actor, one.record.kind, one.counted, one.record.stage].append(one)
    for group in groups.values():
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if other.first - one.last > SOON:
                    break
                if one.page != other.page and same_purpose(one, other) and same_turn(one, other) and _is_share(one, other):
                    yield link(_kind(one, other), one.id, other.id)


def _is_share(one: Telling, other: Telling) -> bool:
    parts = [each for each in (one, other) if each.record.basis == "part"]
    if len(parts) == 2:
        days = SOON if one.record.stage in {"pledged", "approved"} else A_FEW_DAYS
        return apart(one, other) <= days and not agree(one.amount, other.amount)
    if len(parts) == 1:
        whole = other if parts[0] is one else one
        least, most = parts[0].amount.low, whole.amount.high
        above = least is not None and most is not None and least > most
        is_all = one.record.stage == "pledged" and one.record.kind == "personnel" and not is_numbered(parts[0])
        return (above or is_all) and not agree(one.amount, other.amount)
    return False


def _kind(one: Telling, other: Telling) -> DisagreementKind:
    if is_slip(one, other):
        return "order-of-magnitude"
    if one.topic != other.topic:
        return "scope"
    same_voice = one.record.attributed_to is not None and one.record.attributed_to == other.record.attributed_to
    stands = one.record.stage in {"required", "pledged", "approved"}
    return "stale" if stands and (same_voice or apart(one, other) > SOON) else "double printing"


def is_slip(one: Telling, other: Telling) -> bool:
    """Whether two numbers are one with a digit lost or added (within 1 %)."""
    low, high = sorted((one.headline, other.headline))
    return low > 0 and any(abs(high - low * factor) <= 0.01 * high for factor in (10, 100, 1000))


def _doubled(group: Sequence[Telling]) -> Iterator[Link]:
    """A pledge soon followed by one that is it and another as large: the new total, or as much again on top?"""
    if group[0].record.stage not in {"pledged", "approved"}:
        return
    for one, other in combinations(group, 2):
        sizes = sorted((one.headline, other.headline))
        if sizes[0] > 0 and sizes[1] == 2 * sizes[0] and apart(one, other) <= SOON and same_purpose(one, other):
            yield link("increment-vs-total", one.id, other.id)
