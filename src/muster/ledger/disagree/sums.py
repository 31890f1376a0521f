"""Parts and wholes that do not add up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from muster.ledger.disagree.events import ONE_EVENT, is_relief
from muster.ledger.disagree.levels import SAME_TIME
from muster.ledger.disagree.links import Link, link
from muster.ledger.disagree.telling import Telling, agree, apart, same_purpose
from muster.ledger.intervals import Interval, total

MEMORY = 150  # days over which a total and the arrivals after it are held against the next total
A_YEAR = 400
UNSEEN = 31  # days in which arrivals that nobody reports are not to be expected


def sum_links(told: Sequence[Telling]) -> Iterator[Link]:
    """Every set of this kind."""
    yield from _shares(told)
    yield from _remainders(told)
    yield from _arrivals_against_totals(told)
    yield from _departures_against_totals(told)
    yield from _raised(told)


def _shares(told: Iterable[Telling]) -> Iterator[Link]:
    """Shares of several givers that one page lists, against the totals of the whole that they are shares of."""
    lists: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    wholes: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        key: tuple[object, ...] = (one.record.mission, one.record.stage, one.counted)
        if one.record.basis == "part" and one.is_sized:
            lists[(*key, one.page, one.first, one.last, one.topic)].append(one)
        elif one.record.basis in {None, "total"} and one.is_sized:
            wholes[key].append(one)
    for key, parts in lists.items():
        actors = {one.actor for one in parts}
        if len(actors) == len(parts) > 1:
            against = [one for one in wholes[key[:3]] if one.actor not in actors and _is_whole_of(one, parts[0])]
            yield from _unequal(parts, against)


def _is_whole_of(whole: Telling, part: Telling) -> bool:
    return same_purpose(whole, part) and apart(whole, part) <= SAME_TIME[part.record.stage]


def _unequal(parts: Sequence[Telling], wholes: Sequence[Telling]) -> Iterator[Link]:
    """More than a whole holds; or, where the list makes one whole up, every other whole of the same days."""
    summed = total(one.amount for one in parts)
    complete = any(agree(summed, one.amount) for one in wholes)
    for one in wholes:
        over = summed.low is not None and one.amount.high is not None and summed.low > one.amount.high
        same_day = apart(one, parts[0]) <= ONE_EVENT
        if not agree(summed, one.amount) and (over or complete) and same_day:
            yield link("sum-of-parts", one.id, *(part.id for part in parts))


def _remainders(told: Iterable[Telling]) -> Iterator[Link]:
    """A part as large as its whole, although something of the whole has come: "150 remain" of 150 when 6 are there."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        groups[one.record.mission, one.actor, one.counted].append(one)
    for group in groups.values():
        for part in (one for one in group if one.record.basis == "part" and one.is_sized):
            wholes = [one for one in group if _is_equal_whole(one, part)]
            come = [
                one
                for one in group
                if one.record.stage == "deployed" and 0 < one.headline < part.headline and one.first <= part.last
            ]
            if wholes and come and part.record.stage != "deployed":
                yield link("sum-of-parts", part.id, *(one.id for one in wholes), come[-1].id)


def _is_equal_whole(one: Telling, part: Telling) -> bool:
    same = one.record.stage == part.record.stage and one.record.basis in {None, "total"} and same_purpose(one, part)
    return same and one.amount == part.amount and one.first <= part.last


def _arrivals_against_totals(told: Iterable[Telling]) -> Iterator[Link]:
    """A strength, what arrived after it, and the next strength."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        if one.record.stage in {"deployed", "withdrawn"} and one.is_sized and not is_relief(one.record):
            groups[one.record.mission, one.actor, one.record.kind, one.counted].append(one)
    for group in groups.values():
        there = [one for one in group if one.record.stage == "deployed"]
        totals = [one for one in there if one.record.basis in {None, "total"}]
        for after in totals:
            yield from _against(after, totals, there, group)


def _against(after: Telling, totals: Sequence[Telling], there: Sequence[Telling], group: Sequence[Telling]) -> Iterator[Link]:
    """One total against the newest total before it and every arrival since."""
    before = [one for one in totals if one.last < after.last and after.last - one.last <= MEMORY and same_purpose(one, after)]
    base = before[-1] if before else None
    since = base.last if base else after.last - MEMORY
    added = [
        one for one in there if one.record.basis == "increment" and since < one.last <= after.last and same_purpose(one, after)
    ]
    left = any(one.record.stage == "withdrawn" and since < one.last <= after.last for one in group)
    earlier = any(one.last <= since for one in there)
    if not added or (base is None and earlier):
        return
    smallest = [min(event, key=lambda one: (one.headline, one.id)) for event in _events(added)]
    start = base.amount if base else Interval(0.0, 0.0)
    least = total([start, *(one.amount for one in smallest)])
    low, high = least.low or 0.0, after.amount.high
    before_it = base is None and added[-1].last == after.last  # what was there on the day may have been counted before it came
    short = high is not None and high < low and not left and not before_it
    over = _is_over(after, added, start) and (base is None or after.last - base.last <= UNSEEN or added[-1].last == after.last)
    if (short or over) and not agree(least, after.amount):
        equal = [
            one.id for one in added if any(one.amount == each.amount and apart(one, each) <= ONE_EVENT for each in smallest)
        ]
        yield link("sum-of-parts", after.id, *equal, *([base.id] if base else []))


def _raised(told: Iterable[Telling]) -> Iterator[Link]:
    """A sum or ceiling, by how much it was raised, and a later one below both together."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        if one.record.stage in {"approved", "pledged", "disbursed"} and one.is_sized:
            groups[one.record.mission, one.actor, one.record.kind, one.counted, one.record.stage].append(one)
    for group in groups.values():
        totals = [one for one in group if one.record.basis in {None, "total"}]
        for rise in (one for one in group if one.record.basis == "increment"):
            fitting = [one for one in totals if same_purpose(one, rise)]
            before = [one for one in fitting if one.last <= rise.first]
            after = [one for one in fitting if rise.last < one.first <= rise.last + A_YEAR]
            for one in after if before else []:
                both = total([before[-1].amount, rise.amount])
                if (
                    both.low is not None
                    and one.amount.high is not None
                    and one.amount.high < both.low
                    and not agree(both, one.amount)
                ):
                    yield link("sum-of-parts", before[-1].id, rise.id, one.id)


def _departures_against_totals(told: Iterable[Telling]) -> Iterator[Link]:
    """A strength, how many had left since, and a later strength above what then remained."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        if one.record.stage in {"deployed", "withdrawn"} and one.record.kind == "personnel" and one.is_sized:
            groups[one.record.mission, one.actor, one.counted].append(one)
    for group in groups.values():
        totals = [one for one in group if one.record.stage == "deployed" and one.record.basis in {None, "total"}]
        for left in (one for one in group if one.record.stage == "withdrawn" and not is_relief(one.record)):
            yield from _not_gone(left, totals)


def _not_gone(left: Telling, totals: Sequence[Telling]) -> Iterator[Link]:
    """The newest strength before a tenth or more left, and strengths after it from which less than half of them are gone."""
    fitting = [one for one in totals if same_purpose(one, left)]
    before = [one for one in fitting if one.last <= left.first and left.first - one.last <= UNSEEN]
    after = [one for one in fitting if left.last <= one.first and one.first - left.last <= UNSEEN]
    for one in after:
        base = before[-1] if before else None
        if base and left.headline >= 0.1 * base.headline and one.headline > base.headline - 0.5 * left.headline:
            yield link("stale", base.id, left.id, one.id)


def _is_over(after: Telling, added: Sequence[Telling], start: Interval) -> bool:
    """Whether a total is above what the smallest tellings of every arrival give."""
    least = total([start, *(min(event, key=lambda one: (one.headline, one.id)).amount for event in _events(added))])
    return least.high is not None and after.amount.low is not None and after.amount.low > least.high


def _events(added: Sequence[Telling]) -> list[list[Telling]]:
    """Arrivals within days of each other are tellings of one event."""
    events: list[list[Telling]] = []
    for one in added:
        if events and one.first - events[-1][0].last <= ONE_EVENT:
            events[-1].append(one)
        else:
            events.append([one])
    return events
