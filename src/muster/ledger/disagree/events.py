"""One event told with several numbers or dates, people who replace people, and one gift credited to two givers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from muster.ledger.disagree.levels import is_slip
from muster.ledger.disagree.links import Link, link
from muster.ledger.disagree.telling import Telling, agree, apart, overlap, published, same_purpose, same_turn
from muster.ledger.disagree.vocabulary import words
from muster.records import Commitment

ONE_EVENT = 3  # days within which two outlets date one event
RELIEF = 60  # days within which a relief and those it relieves are one rotation
ONE_DELIVERY = 31
A_YEAR = 400
ARRIVAL = frozenset({"deploying", "deployed"})
STANDING = frozenset({"pledged", "approved", "required"})


def event_links(told: Sequence[Telling]) -> Iterator[list[Link]]:
    """The links of each kind, apart."""
    yield [*_one_event(told), *_dated_twice(told), *_on_the_way(told)]
    yield list(_rotations(told))
    yield list(_credited_twice(told))
    yield list(_moved(told))
    yield list(_more_or_in_all(told))


def is_relief(record: Commitment) -> bool:
    """Whether people of a record replace others: by its flag, or by the words of its scope."""
    return "rotation" in record.flags or any(part in record.scope.casefold() for part in words("turnover"))


def _by(told: Iterable[Telling], *names: str) -> Iterable[list[Telling]]:
    """Tellings that share what is named, of mission, actor, counted, move and stage."""
    groups: defaultdict[tuple[object, ...], list[Telling]] = defaultdict(list)
    for one in told:
        stage = one.record.stage
        values = {
            "mission": one.record.mission,
            "actor": one.actor,
            "counted": one.counted,
            "stage": stage,
            "move": "arrival" if stage in ARRIVAL else stage,
        }
        groups[tuple(values[name] for name in names)].append(one)
    return groups.values()


def _near(group: Sequence[Telling], days: int) -> Iterator[tuple[Telling, Telling]]:
    """Pairs of a group, which runs by day, that are at most ``days`` apart."""
    for place, one in enumerate(group):
        for other in group[place + 1 :]:
            if other.first - one.last > days:
                break
            yield one, other


def _one_event(told: Iterable[Telling]) -> Iterator[Link]:
    """Increments of one actor within days, by different pages, with different numbers."""
    added = [one for one in told if one.is_sized and not is_relief(one.record) and _is_event(one)]
    for group in _by(added, "mission", "actor", "counted", "move"):
        for one, other in _near(group, ONE_EVENT):
            same = one.topic == other.topic if one.is_money else same_purpose(one, other)
            if one.page != other.page and same and same_turn(one, other) and not agree(one.amount, other.amount):
                yield link("stage" if one.record.stage != other.record.stage else "double printing", one.id, other.id)


def _is_event(one: Telling) -> bool:
    """Whether a record adds something within days: people who come or go, or a gift on top of others."""
    moves = one.record.stage in {"deploying", "deployed", "withdrawn"}
    bases = {"increment", "part"} if moves else {"increment"}
    return one.record.basis in bases and one.last - one.first <= RELIEF


def _on_the_way(told: Iterable[Telling]) -> Iterator[Link]:
    """People on the way and people there, both in all and of one day, in different numbers; or there before they left."""
    wholes = [one for one in told if one.is_sized and one.record.basis in {None, "total"} and one.last - one.first <= ONE_EVENT]
    for group in _by([one for one in wholes if one.record.stage in ARRIVAL], "mission", "actor", "counted"):
        for one, other in _near(group, ONE_EVENT):
            differs = one.last == other.last and not agree(one.amount, other.amount)
            early = one.record.stage == "deployed" and one.last < other.first and one.amount == other.amount
            if (
                one.record.stage != other.record.stage
                and one.page != other.page
                and same_purpose(one, other)
                and (differs or early)
            ):
                yield link("stage", one.id, other.id)


def _dated_twice(told: Iterable[Telling]) -> Iterator[Link]:
    """An arrival or departure of the same odd number at two times within about a year: one event, dated twice."""
    moves = [one for one in told if one.record.kind == "personnel" and _is_event(one) and not is_relief(one.record)]
    for group in _by(moves, "mission", "actor", "counted", "move"):
        for one, other in _near(group, A_YEAR):
            odd = one.amount == other.amount and len(f"{one.headline:g}".rstrip("0")) >= 3
            if odd and apart(one, other) > ONE_DELIVERY and one.page != other.page and same_purpose(one, other):
                yield link("double printing", one.id, other.id)


def _rotations(told: Iterable[Telling]) -> Iterator[Link]:
    """People who come and people who go home in their stead: neither adds to the strength."""
    moving = [one for one in told if one.record.kind == "personnel"]
    for group in _by(moving, "mission", "actor"):
        for one, other in _near(group, RELIEF):
            if one.record.stage == other.record.stage and one.amount == other.amount and apart(one, other) <= ONE_EVENT:
                continue  # two tellings of one relief
            relief = is_relief(one.record), is_relief(other.record)
            if all(relief) or (any(relief) and _are_opposite(one, other)) or _are_exchanged(one, other):
                yield link("rotation", one.id, other.id)


def _are_opposite(one: Telling, other: Telling) -> bool:
    """Whether people come in one record and go in the other."""
    stages = {one.record.stage, other.record.stage}
    return "withdrawn" in stages and bool(stages & ARRIVAL) and same_purpose(one, other)


def _are_exchanged(one: Telling, other: Telling) -> bool:
    """Whether about as many come as go: arrivals and departures, neither of them a strength."""
    alike = 0 < one.headline <= 2 * other.headline and other.headline <= 2 * one.headline
    moved = "total" not in {one.record.basis, other.record.basis} and None not in {one.record.basis, other.record.basis}
    return alike and moved and _are_opposite(one, other)


def _credited_twice(told: Iterable[Telling]) -> Iterator[Link]:
    """As many of one thing in one month by two actors, each in its own page: one delivery or two, a part or the whole."""
    moved = [one for one in told if one.headline > 1 and one.record.stage in {"deployed", "withdrawn"}]
    things = [one for one in moved if one.record.kind == "equipment" and not one.is_money and one.record.stage == "deployed"]
    for group in _by(things, "mission", "counted"):
        for one, other in _near(group, ONE_DELIVERY):
            if one.actor != other.actor and one.page != other.page and one.amount == other.amount and overlap(one, other):
                yield link("double printing", one.id, other.id)
    people = [one for one in moved if one.record.kind == "personnel" and one.record.basis != "increment"]
    for group in _by(people, "mission", "counted", "stage"):
        for one, other in _near(group, ONE_EVENT):
            wholes = {one.actor, other.actor} & {one.record.mission.casefold()}
            if one.actor != other.actor and one.page != other.page and one.amount == other.amount and wholes:
                yield link("scope", one.id, other.id)


def _moved(told: Sequence[Telling]) -> Iterator[Link]:
    """An arrival promised for one date and, when that date came near, for a later one: the first date is stale."""
    planned = [one for one in told if one.record.kind == "personnel" and _is_ahead(one)]
    for group in _by(planned, "mission", "actor", "counted", "stage"):
        for one, other in combinations(group, 2):
            later_word = published(other.record) > published(one.record)
            same = not one.is_sized or not other.is_sized or one.amount == other.amount
            if later_word and same and other.first > one.last and same_purpose(one, other) and not _came(told, one, other):
                yield link("stale", one.id, other.id)


def _is_ahead(one: Telling) -> bool:
    """Whether a record speaks of what was still to come when it was published."""
    return one.record.stage in {"pledged", "deploying", "withdrawn"} and one.first > published(one.record).toordinal()


def _came(told: Iterable[Telling], one: Telling, other: Telling) -> bool:
    """Whether people of the actor are recorded to have arrived between two promised dates."""
    return any(
        each.record.stage == "deployed" and each.record.basis == "increment" and each.actor == one.actor
        for each in told
        if one.first - RELIEF <= each.first <= other.first
    )


def _more_or_in_all(told: Iterable[Telling]) -> Iterator[Link]:
    """One number as what is added and as what there is in all; and a share and a share of the same with a digit lost."""
    standing = [one for one in told if one.is_sized and one.headline > 0 and one.record.stage in STANDING]
    for group in _by(standing, "mission", "actor", "counted", "stage"):
        for one, other in _near(group, A_YEAR):
            bases = {one.record.basis or "total", other.record.basis or "total"}
            if not same_purpose(one, other) or one.page == other.page:
                continue
            if bases == {"total", "increment"} and one.headline == other.headline and _is_on_top(one, other, group):
                yield link("increment-vs-total", one.id, other.id)
            elif bases == {"part"} and is_slip(one, other):
                yield link("order-of-magnitude", one.id, other.id)


def _is_on_top(one: Telling, other: Telling, group: Sequence[Telling]) -> bool:
    """Whether the number cannot be the first gift of all: told within days, or something had been there before."""
    before = any(each.last < one.first and same_purpose(each, one) for each in group)
    return apart(one, other) <= 10 or before
