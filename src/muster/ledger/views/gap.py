"""Requirement against pledge against presence, for each scope and unit of people and things.

Which number stands for the whole force:

1. A record on the force itself that gives a total (its actor is one of the plan's forces, or is the scope's own name) is the
   whole, whatever its contributors add up to: it counts them already, and a contributor's number is never added to it.
2. Without one, a lower bound: the largest of (a) what the force itself tells in increments or parts only, (b) what joint or
   unnamed givers tell together, and (c) the sum over single contributors. (c) may be formed because all of it is one stage,
   one scope and one unit, and the people of two contributors are never the same people; it is a lower bound because a
   contributor of whom no record tells may be there too. Into the sum goes each contributor's lower end, and only where the
   records allow it: not of joint, unnamed or collective givers (their members may stand in the sum by themselves), and not
   where every record of the level is conditional, rounded or only claimed. What is left out only makes the bound weaker,
   never wrong. A presence is first lessened by what was withdrawn (:mod:`muster.ledger.presence`); a
   contributor's count stands until a later record changes it, as everywhere in the state.
3. Where no record tells of a side, or the two sides leave both ends open, the gap cannot be told. No record is not zero.

The gap is wanted minus held by interval arithmetic, so bounds stay bounds; below zero means more than wanted. Beside the whole
stands each contributor by itself: what was asked of it, what it pledged, what it has there.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec.structs import replace

from muster.ledger.intervals import Interval, span, total
from muster.ledger.standing import CLAIMED, PEOPLE, Level, Role, Standing, givers, is_whole, standings
from muster.ledger.state import is_there
from muster.records import Commitment, Disagreement, Kind, Record, known_from

How = Literal["counted", "increments or parts", "joint givers", "one contributor", "sum over contributors"]
Wanted = Literal["needed", "planned", "pledged"]
Held = Literal["pledged", "deployed"]
HOW: Mapping[How, str] = {
    "increments or parts": "its own increments or parts",
    "joint givers": "joint givers",
    "one contributor": "one contributor",
    "sum over contributors": "the sum over contributors",
}
WEAK = frozenset({"conditional", "approximate", CLAIMED})  # flags of a record whose number is no lower bound
COLLECTIVE = re.compile(
    r";|\b(multiple|several|various|many|other|others|unnamed|countries|contributors|donors|partners|members|member states"
    r"|union|community|organi[sz]ation|nations|coalition|alliance|league|CARICOM|ECOWAS|SADC|EU|AU|UN|NATO)\b",
    re.IGNORECASE,
)
Group = tuple[str, str, Kind, str]


class Side(Level, frozen=True, kw_only=True):
    """One side of a gap: its interval, its records, how it was come by, and what speaks against it."""

    how: How = "counted"
    note: str = ""


class Gap(Record, frozen=True, kw_only=True):
    """What is missing of what was wanted: ``low`` to ``high``; negative is more than wanted, null is unbounded.

    ``actor`` is the whole force or one contributor; ``wanted_by`` who stated what is wanted. A null side has no number.
    ``words`` says the gap, ``note`` what speaks against a count of the whole.
    """

    mission: str
    scope: str
    actor: str
    kind: Kind
    unit: str | None
    wanted_as: Wanted
    wanted_by: str
    held_as: Held
    wanted: Side | None
    held: Side | None
    low: float | None
    high: float | None
    words: str
    note: str = ""


def gaps(
    commitments: Iterable[Commitment],
    on: date | None = None,
    disputes: Iterable[Disagreement] = (),
    *,
    forces: Collection[str] = (),
) -> tuple[Gap, ...]:
    """Every gap on a day (None: after the last record), by scope; the whole before its contributors.

    What is required by a later day is required from the day that it was published, and a requirement is the latest word:
    what was said before is not set against it. Order of arrival does not matter.

    Args:
        commitments: accepted commitments.
        on: the valid day.
        disputes: sets of records that cannot all be true; a pledge or a presence spans what they give.
        forces: the actors under which the ledger keeps whole-mission strengths.
    """
    records = {record.id: record for record in commitments}
    wanted = [record for record in records.values() if record.stage == "required" and _is_stated(record, on)]
    rest = [record for record in records.values() if record.stage != "required"]
    groups: defaultdict[Group, list[Standing]] = defaultdict(list)
    for one in (*standings(wanted), *standings(rest, on, disputes)):
        cell = one.cell
        if cell.unit == PEOPLE if cell.kind == "personnel" else cell.kind == "equipment" and cell.unit:
            groups[cell.mission, cell.scope, cell.kind, cell.unit or ""].append(one)
    return tuple(gap for group, held in sorted(groups.items()) for gap in _of_group(group, held, records, forces))


def _is_stated(record: Commitment, on: date | None) -> bool:
    return is_there(record, on) or (on is not None and known_from(record.citation.published) <= on)


def _of_group(
    group: Group, held: Sequence[Standing], records: Mapping[str, Commitment], forces: Collection[str]
) -> Iterable[Gap]:
    """The whole's gaps, then each contributor's."""
    contributors = givers((one.cell for one in held), forces)
    asked = [one for one in held if one.cell.stage == "required"]
    wholes = sorted({one.cell.actor for one in held if is_whole(one.cell, forces)})
    sides = _sides(held)
    whole = {stage: _whole(by_actor, wholes, records) for stage, by_actor in sides.items()}
    of_all = [one for one in asked if one.cell.actor not in contributors]
    if wholes or of_all or whole["pledged"]:
        yield from _pairs(group, " and ".join(wholes) or group[1], of_all, whole)
    for actor in sorted(contributors):
        if not COLLECTIVE.search(actor):
            own = {stage: by_actor.get(actor) for stage, by_actor in sides.items()}
            yield from _pairs(group, actor, [one for one in asked if one.cell.actor == actor], own)


def _pairs(group: Group, actor: str, asked: Iterable[Standing], sides: Mapping[str, Side | None]) -> Iterable[Gap]:
    """What is asked against pledge and presence, and pledge against presence."""
    pledged, there = sides.get("pledged"), sides.get("deployed")
    wants = [(one.role, one.cell.actor, _side(one.level)) for one in asked]
    for role, by, wanted in wants:
        yield _gap(group, actor, (_role(role), by, wanted), ("pledged", pledged))
        yield _gap(group, actor, (_role(role), by, wanted), ("deployed", there))
    if pledged or (there and not wants):
        yield _gap(group, actor, ("pledged", actor, pledged), ("deployed", there))


def _gap(group: Group, actor: str, wanted: tuple[Wanted, str, Side | None], held: tuple[Held, Side | None]) -> Gap:
    """One gap."""
    mission, scope, kind, unit = group
    (wanted_as, by, want), (held_as, have) = wanted, held
    low, high = difference(want, have) if want and have else (None, None)
    return Gap(
        mission=mission,
        scope=scope,
        actor=actor,
        kind=kind,
        unit=unit,
        wanted_as=wanted_as,
        wanted_by=by,
        held_as=held_as,
        wanted=want,
        held=have,
        low=low,
        high=high,
        words=said(low, high),
        note=_note([(wanted_as, want), (held_as, have)]),
    )


def difference(wanted: Level, held: Level) -> Interval:
    """Wanted minus held: the least that may be missing and the most."""
    low = None if wanted.low is None or held.high is None else wanted.low - held.high
    high = None if wanted.high is None or held.low is None else wanted.high - held.low
    return Interval(low, high)


def said(low: float | None, high: float | None) -> str:
    """A gap in words: ``at least 4,000 short``, ``between 1,500 and 4,600 short``, ``100 over``, ``cannot tell``."""
    if low is None or high is None:
        return _said_bound(low, high)
    if low == high:
        return "none short" if low == 0 else f"{abs(low):,g} {'short' if low > 0 else 'over'}"
    if low >= 0:
        return f"between {low:,g} and {high:,g} short" if low else f"at most {high:,g} short"
    if high <= 0:
        return f"between {-high:,g} and {-low:,g} over" if high else f"none short, at most {-low:,g} over"
    return f"between {-low:,g} over and {high:,g} short"


def _said_bound(low: float | None, high: float | None) -> str:
    """A gap with an open end. An end beyond which it may be short or over says little, and says that."""
    if low is not None:
        return f"at least {low:,g} short" if low > 0 else "short, or over by at most " + f"{-low:,g}"
    if high is not None:
        return f"at most {high:,g} short" if high > 0 else f"none short, at least {-high:,g} over"
    return "cannot tell"


def _role(role: Role) -> Wanted:
    return "planned" if role == "planned" else "needed"


def _sides(held: Iterable[Standing]) -> dict[str, dict[str, Side]]:
    """By stage and actor, the levels that have a number: what is pledged, and what is there."""
    levels = {(one.cell.stage, one.cell.actor): one for one in held}
    sides: dict[str, dict[str, Side]] = {"pledged": {}, "deployed": {}}
    for (stage, actor), one in sorted(levels.items(), key=lambda item: item[0]):
        if stage in sides:
            side = _side(one.level)
            sides[stage] |= {actor: side} if side else {}
    return sides


def _side(level: Level, how: How = "counted") -> Side | None:
    """A level as a side of a gap; None where it has no amount."""
    if level.low is None and level.high is None:
        return None
    return Side(low=level.low, high=level.high, date=level.date, records=level.records, how=how)


def _whole(sides: Mapping[str, Side], wholes: Collection[str], records: Mapping[str, Commitment]) -> Side | None:
    """The whole at a stage by rules 1 and 2; None where no record tells of it."""
    own = [side for actor, side in sides.items() if actor in wholes]
    counted = [side for side in own if any(records[name].basis in {None, "total"} for name in side.records)]
    firm = {actor: side for actor, side in sides.items() if actor not in wholes and not _is_weak(side, records)}
    if not counted:
        return _largest([*(_bound([side], "increments or parts") for side in own), *_from_givers(firm)])
    whole = _made(counted, span([Interval(side.low, side.high) for side in counted]), "counted")
    most = _largest(_from_givers(firm))
    if most is None or whole.high is None or (most.low or 0.0) <= whole.high:
        return whole
    return replace(whole, note=f"but at least {most.low:,g} by {HOW[most.how]} ({' '.join(most.records)})")


def _from_givers(firm: Mapping[str, Side]) -> Iterator[Side | None]:
    """Lower bounds of the whole from those who give."""
    joint = [side for actor, side in firm.items() if COLLECTIVE.search(actor)]
    single = [side for actor, side in firm.items() if not COLLECTIVE.search(actor) and side.low is not None]
    yield from (_bound([side], "joint givers") for side in joint)
    if single:
        yield _bound(single, "sum over contributors" if len(single) > 1 else "one contributor")


def _largest(bounds: Iterable[Side | None]) -> Side | None:
    return max(filter(None, bounds), key=lambda bound: (bound.low or 0.0, bound.records), default=None)


def _is_weak(side: Side, records: Mapping[str, Commitment]) -> bool:
    return all(WEAK & set(records[name].flags) for name in side.records)


def _bound(each: Sequence[Side], how: How) -> Side | None:
    """A lower bound from levels that exclude each other; None where they give none."""
    amount = total([Interval(side.low, None) for side in each])
    return None if amount.low is None else _made(each, amount, how)


def _made(each: Sequence[Side], amount: Interval, how: How) -> Side:
    """A side from several, with all their records and the newest day."""
    days = [side.date for side in each if side.date]
    names = sorted({name for side in each for name in side.records})
    return Side(low=amount.low, high=amount.high, date=max(days, default=None), records=tuple(names), how=how)


def _note(sides: Iterable[tuple[str, Side | None]]) -> str:
    """What speaks against a count of the whole."""
    return "; ".join(f"{name}: {side.note}" for name, side in sides if side and side.note)
