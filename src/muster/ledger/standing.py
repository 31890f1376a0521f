"""The state with what shares a stage but means two things kept apart: a need and a plan, a sum and a rate.

``state`` walks the records of one cell. Somebody's word on how many are *needed* and the mission's *plan* are both stage
``required``, and a plan that follows a need does not replace it. A cost a year and a plain sum are one currency, and neither
replaces the other. The views walk them apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Literal

from msgspec.structs import replace

from muster.ledger.known import Known
from muster.ledger.presence import strengths
from muster.ledger.ranges import against, rivals_of, widened
from muster.ledger.state import Cell, day_of
from muster.records import Commitment, Disagreement, Record

Role = Literal["", "needed", "planned"]
DOUBTFUL, PLANNED, CLAIMED = "doubtful", "planned", "claimed"  # flags of a commitment
GIVING = frozenset({"pledged", "deploying", "deployed"})
PEOPLE = "personnel"  # the one unit for people of all services
PERIODS = {"per_year": "a year", "per_month": "a month", "per_2_years": "over two years"}


class Level(Record, frozen=True, kw_only=True):
    """An interval (null: unbounded; both null: no amount is known), the day of its newest record, and its records.

    ``differ``: sources differ about it, and the interval spans what they give.
    """

    low: float | None
    high: float | None
    date: date | None
    records: tuple[str, ...]
    differ: bool = False


class Standing(Record, frozen=True, kw_only=True):
    """A cell of the state, with the role of a requirement (empty for other stages) and the period of a rate.

    ``level`` is the cell's, widened by the records that a disagreement sets against it (``against``).
    """

    cell: Cell
    level: Level
    role: Role = ""
    per: str = ""
    against: tuple[str, ...] = ()


def role_of(record: Commitment) -> Role:
    """Whether a requirement is what somebody says is needed, or what the mission plans to have; empty for other stages."""
    if record.stage != "required":
        return ""
    return "planned" if PLANNED in record.flags else "needed"


def per_of(record: Commitment) -> str:
    """The period of a rate, from the source's own unit: ``USD_per_year`` -> ``a year``; empty for a plain sum."""
    unit = record.original.get("unit", "")
    return next((words for ending, words in PERIODS.items() if unit.endswith(ending)), "")


def kept_apart(commitments: Iterable[Commitment]) -> Iterator[tuple[Role, str, list[Commitment]]]:
    """The records of each role and period, sorted by both."""

    def key(record: Commitment) -> tuple[Role, str]:
        return role_of(record), per_of(record)

    for (role, per), group in groupby(sorted(commitments, key=key), key=key):
        yield role, per, list(group)


def standings(
    commitments: Iterable[Commitment], on: date | None = None, disputes: Iterable[Disagreement] = ()
) -> tuple[Standing, ...]:
    """The state on a day (None: after the last record), role by role and period by period; order of arrival is no matter.

    Records that ``disputes`` set against those of a cell widen its level. A cell that rests on no record (rotations only,
    say) is left out.
    """
    rivals = rivals_of(disputes)
    return tuple(
        _standing(cell, {record.id: record for record in records}, rivals, role, per)
        for role, per, records in kept_apart(commitments)
        for cell in strengths(records, on)
        if cell.records
    )


def _standing(
    cell: Cell, records: Mapping[str, Commitment], rivals: Mapping[str, frozenset[str]], role: Role, per: str
) -> Standing:
    others = against(cell, records, rivals)
    low, high = widened(cell, [records[name] for name in others]) if others else (cell.low, cell.high)
    named = {name for maker in cell.records for name in rivals.get(maker, ())}
    differ = (low, high) != (cell.low, cell.high) or (low != high and len(named & set(cell.records)) > 1)
    names = tuple(sorted((*cell.records, *others)))
    level = Level(low=low, high=high, date=cell.date, records=names, differ=differ)
    return Standing(cell=cell, level=level, role=role, per=per, against=others)


def since(record: Commitment) -> date:
    """The first day a record speaks of: a need said of March stands before one said on the 28th."""
    return record.date_from or day_of(record) or date.max


def givers(cells: Iterable[Cell], forces: Iterable[str] = ()) -> frozenset[str]:
    """Actors who offered or sent people or things themselves, the whole forces left out."""
    wholes = set(forces)
    return frozenset(cell.actor for cell in cells if cell.stage in GIVING and not is_whole(cell, wholes))


def is_whole(cell: Cell, forces: Iterable[str] = ()) -> bool:
    """Whether a cell tells of a whole, not of one contributor: its actor is one of ``forces``, or is the scope itself."""
    return cell.actor == cell.scope or cell.actor in forces


def is_like(pattern: str, *texts: str) -> bool:
    """Whether one of the texts is the pattern: case apart, ``*`` for any letters; an empty pattern is like everything."""
    plain = re.sub(r"\[", "[[]", pattern.lower())
    return not pattern or any(fnmatchcase(text.lower().strip(), plain) for text in texts)


def chosen(commitments: Iterable[Commitment], *, scope: str = "", actor: str = "", kind: str = "") -> tuple[Commitment, ...]:
    """The records of a scope, an actor (alone or among joint givers) and a kind; see :func:`is_like`."""
    return tuple(
        record
        for record in commitments
        if kind in {"", record.kind} and is_like(scope, record.scope) and is_like(actor, record.actor, *record.actor.split(";"))
    )


def narrowed(known: Known, *, scope: str = "", actor: str = "", kind: str = "") -> Known:
    """What is known, cut down to chosen commitments and the disagreements that they are part of; all of it for no choice."""
    if not (scope or actor or kind):
        return known
    fates = {
        "accepted": chosen(known.accepted, scope=scope, actor=actor, kind=kind),
        "proposed": chosen(known.proposed, scope=scope, actor=actor, kind=kind),
        "rejected": chosen(known.rejected, scope=scope, actor=actor, kind=kind),
    }
    kept = {record.id for records in fates.values() for record in records}
    disputes = tuple(found for found in known.disagreements if kept & set(found.records))
    return replace(known, **fates, statements=(), precedents=(), disagreements=disputes)
