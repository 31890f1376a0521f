"""One number under two stages, currencies or purposes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from muster.ledger.disagree.links import Link, link
from muster.ledger.disagree.telling import MONEY_UNKNOWN, Telling, apart, overlap, same_purpose

HELD = 100  # days within which money that is held back stands against money of the same purpose that moves
SAME_WEEK, SAME_STORY, SAME_YEAR = 3, 100, 400
PAIRS = ({"pledged", "disbursed"}, {"pledged", "deployed"})
ORDER = ("required", "pledged", "approved", "disbursed")


def label_links(told: Iterable[Telling]) -> Iterator[list[Link]]:
    """The links of each kind, apart: what a stage and a currency dispute share is no reason to make one set of them."""
    actors: defaultdict[tuple[str, str], list[Telling]] = defaultdict(list)
    for one in told:
        if one.is_sized:
            actors[one.record.mission, one.actor].append(one)
    stages, currencies, purposes = [], [], []
    for group in actors.values():
        money = [one for one in group if one.is_money]
        stages += [*_stages(group)]
        currencies += [*_currencies(money)]
        purposes += [*_purposes(money)]
    yield from (stages, currencies, purposes)


def _pairs(group: Sequence[Telling], days: int) -> Iterator[tuple[Telling, Telling]]:
    for place, one in enumerate(group):
        for other in group[place + 1 :]:
            if other.first - one.last > days:
                break
            yield one, other


def _stages(group: Sequence[Telling]) -> Iterator[Link]:
    """Money held back beside money that moves; one sum paid before it was approved; one sum promised and paid at once."""
    for one, other in _pairs(group, SAME_YEAR):
        alike = one.counted == other.counted and one.record.kind == other.record.kind and same_purpose(one, other)
        if alike and any(rule(one, other) for rule in (_is_held, _is_reversed, _is_both, _is_over, _is_empty)):
            yield link("stage", one.id, other.id)


def _is_held(one: Telling, other: Telling) -> bool:
    """Money or people withheld beside such as move, or the same number withheld and given."""
    stages = {one.record.stage, other.record.stage}
    moves = (one.is_money and bool(stages & {"approved", "disbursed"})) or one.headline == other.headline
    return "declined" in stages and moves and apart(one, other) <= HELD


def _is_reversed(earlier: Telling, later: Telling) -> bool:
    stages = (earlier.record.stage, later.record.stage)
    same = earlier.is_money and earlier.amount == later.amount and earlier.headline > 0 and later.first > earlier.last
    return same and all(stage in ORDER for stage in stages) and ORDER.index(stages[0]) > ORDER.index(stages[1]) > 0


def _is_both(one: Telling, other: Telling) -> bool:
    """One number of one week as promised and as done, or as gone and as there."""
    stages = {one.record.stage, other.record.stage}
    same = one.headline == other.headline > 0 and one.page != other.page and apart(one, other) <= SAME_WEEK
    gone, there = sorted((one, other), key=lambda each: each.record.stage, reverse=True)
    still = stages == {"withdrawn", "deployed"} and one.record.basis == other.record.basis and gone.last <= there.last
    return same and (stages in PAIRS or still)


def _is_empty(one: Telling, other: Telling) -> bool:
    """Something promised or approved, and later nothing of it paid or sent."""
    none, given = sorted((one, other), key=lambda each: each.headline)
    done = none.amount == (0.0, 0.0) and none.record.stage in {"disbursed", "deployed"} and none.record.basis != "part"
    return done and given.headline > 0 and given.record.stage in {"pledged", "approved"} and given.first <= none.last


def _is_over(one: Telling, other: Telling) -> bool:
    """More people of one actor there than were approved for it."""
    approved, there = sorted((one, other), key=lambda each: each.record.stage)
    people = one.counted == "people" and (approved.record.stage, there.record.stage) == ("approved", "deployed")
    levels = "increment" not in {one.record.basis, other.record.basis}
    most, least = approved.amount.high, there.amount.low
    return people and levels and most is not None and least is not None and least > 1.1 * most and approved.first <= there.last


def _currencies(group: Sequence[Telling]) -> Iterator[Link]:
    """The same digits in two currencies, or once without one; or one total of one day in two currencies and by two pages."""
    for one, other in _pairs(group, SAME_YEAR):
        same = one.headline == other.headline > 0 and _is_one_story(one, other)
        if one.counted != other.counted and (same or _are_not_comparable(one, other)):
            yield link("currency", one.id, other.id)


def _are_not_comparable(one: Telling, other: Telling) -> bool:
    """One total of one day in two currencies: whether they agree hangs on a rate that nobody gives."""
    same = one.record.stage == other.record.stage and one.record.kind == other.record.kind and one.topic == other.topic
    whole = {one.record.basis, other.record.basis} <= {None, "total"} and one.page != other.page
    return same and whole and apart(one, other) <= SAME_WEEK


def _is_one_story(one: Telling, other: Telling) -> bool:
    gap = apart(one, other)
    telling_digits = len(f"{one.headline:.0f}".rstrip("0")) > 2 or MONEY_UNKNOWN in {one.counted, other.counted}
    return gap <= SAME_WEEK or (telling_digits and gap <= SAME_STORY) or overlap(one, other)


def _purposes(group: Sequence[Telling]) -> Iterator[Link]:
    """One sum for two purposes: on one day, or for a purpose and for that and more."""
    for one, other in _pairs(group, SAME_STORY):
        if one.headline != other.headline or one.headline == 0 or one.counted != other.counted or same_purpose(one, other):
            continue
        nested = bool(one.topic and other.topic) and (one.topic < other.topic or other.topic < one.topic)
        days = apart(one, other)
        if one.record.stage == other.record.stage:
            if nested or (days <= SAME_WEEK and one.page != other.page):
                yield link("scope", one.id, other.id)
        elif days <= 1 and one.page != other.page:
            yield link("stage", one.id, other.id)
