"""The state of commitments as of a day: for each scope, actor, kind, stage and unit the interval that the records allow.

The rule, walking the days of a cell's records upwards:

1. Records with the flag ``rotation`` replace people by people; records with the flag ``doubtful`` are shown to be wrong by
   their own page or by what was published before. Both are left out, with the reason. A record without an amount sets nothing.
2. Tellings of a *total* on one day span a range (see :func:`muster.ledger.intervals.span`), and it replaces the level. A
   record without a basis is read as a total.
3. Tellings of an *increment* on one day are the same event told by several sources: they span a range and are never added
   to each other. That range comes on top of the level before; 0 where there was none. Several increments of one day by one
   voice (same report or page, same attribution) may be one event or several: their sum is then one more telling, so that
   the range reaches from the smallest to the sum.
4. Totals and increments on one day: the totals and "the level before plus the increments" are tellings of the same level.
   Where no level came before, the increments came on top of something unknown, and the totals stand alone.
5. A record dated to a span (a month, say) that reaches back to the day of the level before may be older than that level:
   where no other record of its day is surely later, the level before stays as one more telling.
6. A *part* lies inside a whole and is never added. Once a total is known, parts say nothing more. Before that, the largest
   part is a lower bound: alone it gives "at least", and beside increments that stay below it, it opens their range upwards.

A record's day is ``date_to``, else ``date_from``, else the day from which its publication is surely known. Undated records
come before all dated ones and count only when no day is asked for. Nothing is ever added across missions, scopes, actors,
stages, kinds, units or currencies; people of all services are one unit, ``personnel``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from muster.ledger.intervals import NOTHING, Interval, span, total
from muster.ledger.units import unit_class
from muster.records import Commitment, Kind, Record, Stage, known_from

ASIDE = {
    "rotation": "rotation: it replaces people who were there",
    "doubtful": "doubtful: its own page or what was published before contradicts it",
}
NO_AMOUNT = "no amount"
PART = "a part of a larger whole"
COVERED = "covered by a total of the same or a later day"
LATER = "dated later"
UNDATED = "no date"

Key = tuple[str, str, str, Kind, Stage, str | None, str | None]


class Cell(Record, frozen=True, kw_only=True, gc=False):  # it can be in no cycle, and there may be very many
    """One level, between ``low`` and ``high``.

    Null is unbounded; both null: no amount is known, or the bounds that ``records`` give contradict each other. ``date`` is
    the day of the last record that set the level, null for undated ones. ``records`` are the ids that make it, and
    ``left_out`` gives every other record of the cell with the reason; both are sorted.
    """

    scope: str
    actor: str
    kind: Kind
    stage: Stage
    unit: str | None
    currency: str | None
    low: float | None
    high: float | None
    date: date | None
    records: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    mission: str = ""


@dataclass(frozen=True)
class _Level:
    """Where a walk stands: the level by totals and increments, the largest part before any total, and who made both."""

    day: date | None = None
    amount: Interval | None = None
    makers: tuple[str, ...] = ()
    has_total: bool = False
    floor: float | None = None
    parts: tuple[str, ...] = ()


def state(commitments: Iterable[Commitment], on: date | None = None) -> tuple[Cell, ...]:
    """The cells on a day (None: after the last record), sorted; the order of ``commitments`` does not matter.

    A cell exists from the day of its first record. Take the accepted commitments of :func:`muster.ledger.known.known`.
    """
    cells = []
    for key, records in _by_cell(commitments):
        counted = [record for record in records if is_there(record, on)]
        for_later = [(record.id, LATER if day_of(record) else UNDATED) for record in records if not is_there(record, on)]
        if counted:
            cells.append(last_cell(key, counted, for_later))
    return tuple(cells)


def last_cell(key: Key, records: Sequence[Commitment], left_out: Iterable[tuple[str, str]] = ()) -> Cell:
    """One cell after the last of its records, which are sorted by day and id; one record at least."""
    *_, level = _levels(records)
    return _cell(key, level, records, left_out)


def timeline(commitments: Iterable[Commitment]) -> tuple[Cell, ...]:
    """Each cell after every day that changed its level or the records that make it, sorted by cell and then by day."""
    steps: list[Cell] = []
    for key, records in _by_cell(commitments):
        seen = 0
        for level, (_, today) in zip(_levels(records), _days(records), strict=True):
            seen += len(today)
            cell = _cell(key, level, records[:seen], ())
            if not steps or seen == len(today) or _is_change(steps[-1], cell):
                steps.append(cell)
    return tuple(steps)


def _by_cell(commitments: Iterable[Commitment]) -> list[tuple[Key, list[Commitment]]]:
    """The records of each cell, by day and id."""
    cells: defaultdict[Key, list[Commitment]] = defaultdict(list)
    for record in sorted(commitments, key=lambda record: (day_of(record) or date.min, record.id)):
        cells[key_of(record)].append(record)
    return sorted(cells.items(), key=lambda item: order_of(item[0]))


def key_of(record: Commitment) -> Key:
    """The cell that a record belongs to."""
    return record.mission, record.scope, record.actor, record.kind, record.stage, unit_class(record), record.currency


def order_of(key: Key) -> tuple[str, ...]:
    """How cells are sorted."""
    mission, scope, actor, kind, stage, unit, currency = key
    return mission, scope, actor, kind, stage, unit or "", currency or ""


def day_of(record: Commitment) -> date | None:
    """The day on which a record holds; null where neither it nor its source has a date."""
    if record.date_to or record.date_from:
        return record.date_to or record.date_from
    return known_from(record.citation.published) if record.citation.published else None


def is_there(record: Commitment, on: date | None) -> bool:
    """Whether a record holds by a day; without one, every record does."""
    day = day_of(record)
    return on is None or (day is not None and day <= on)


def _days(records: Sequence[Commitment]) -> Iterator[tuple[date | None, list[Commitment]]]:
    """The records of each day, days ascending."""
    for day, group in groupby(records, key=day_of):
        yield day, list(group)


def _levels(records: Sequence[Commitment]) -> Iterator[_Level]:
    """The level after each day."""
    level = _Level()
    for day, today in _days(records):
        level = _step(level, day, [record for record in today if _is_sized(record)])
        yield level


def _is_sized(record: Commitment) -> bool:
    return not (_aside(record) or (record.amount_low is None and record.amount_high is None))


def _aside(record: Commitment) -> str:
    """Why a record is left out whatever its amount (rule 1); empty where it is not."""
    return next((reason for flag, reason in ASIDE.items() if flag in record.flags), "")


def _step(before: _Level, day: date | None, today: Sequence[Commitment]) -> _Level:
    """The level after a day: rules 2 to 6."""
    totals = [record for record in today if record.basis in {None, "total"}]
    increments = [record for record in today if record.basis == "increment"]
    on_top = increments if before.amount or not totals else []
    told = [*totals, *on_top]
    tellings = [_interval(record) for record in totals]
    if on_top:
        tellings.append(total([before.amount or NOTHING, _event(on_top)]))
    is_news = any(_is_later(record, before.day) for record in told)
    if before.amount and not is_news:
        tellings.append(before.amount)
    after = before
    if told:
        makers = _ids(told) if is_news and not on_top else (*before.makers, *_ids(told))
        after = _Level(day, span(tellings), makers, before.has_total or bool(totals), before.floor, before.parts)
    return after if after.has_total else _with_parts(after, day, [record for record in today if record.basis == "part"])


def _is_later(record: Commitment, day: date | None) -> bool:
    """Whether a record surely tells of a time after ``day``: not when its span of dates reaches back to it (rule 5)."""
    return record.date_from is None or day is None or record.date_from > day


def _with_parts(level: _Level, day: date | None, parts: Sequence[Commitment]) -> _Level:
    """The level with the day's parts as a lower bound where they are the largest so far."""
    low = span([_interval(record) for record in parts]).low if parts else None
    if low is None or (level.floor is not None and low <= level.floor):
        return level
    return replace(level, day=day, floor=low, parts=_ids(parts))


def _event(increments: Sequence[Commitment]) -> Interval:
    """What the increments of one day tell of: one event, or as many as one voice tells of (rule 3)."""
    voices: defaultdict[tuple[str, str | None], list[Interval]] = defaultdict(list)
    for record in increments:
        voices[voice_of(record)].append(_interval(record))
    return span([*map(_interval, increments), *map(total, voices.values())])


def voice_of(record: Commitment) -> tuple[str, str | None]:
    """Who tells: the report or page, and to whom it attributes what it tells."""
    return record.citation.report or record.citation.address or record.id, record.attributed_to


def _interval(record: Commitment) -> Interval:
    return Interval(record.amount_low, record.amount_high)


def _ids(records: Sequence[Commitment]) -> tuple[str, ...]:
    return tuple(record.id for record in records)


def _cell(key: Key, level: _Level, records: Sequence[Commitment], left_out: Iterable[tuple[str, str]]) -> Cell:
    """A level in the words of a cell, with an account of every record."""
    mission, scope, actor, kind, stage, unit, currency = key
    amount, makers = _with_floor(level)
    unsized = [record for record in records if not _is_sized(record)]
    if not makers:
        makers = _ids([record for record in unsized if not _aside(record)])
    made = frozenset(makers)
    others = [(record.id, _reason(record)) for record in records if record.id not in made]
    return Cell(
        mission=mission,
        scope=scope,
        actor=actor,
        kind=kind,
        stage=stage,
        unit=unit,
        currency=currency,
        low=amount.low,
        high=amount.high,
        date=level.day or max((day for record in unsized if record.id in made and (day := day_of(record))), default=None),
        records=tuple(sorted(makers)),
        left_out=tuple(sorted([*others, *left_out])),
    )


def _with_floor(level: _Level) -> tuple[Interval, tuple[str, ...]]:
    """Rule 6: the level and its makers, parts included where they bound it."""
    if level.floor is None or level.has_total:
        return level.amount or Interval(None, None), level.makers
    if level.amount is None:
        return Interval(level.floor, None), level.parts
    if level.amount.high is None or level.floor <= level.amount.high:
        return level.amount, level.makers
    return Interval(level.amount.low, None), (*level.makers, *level.parts)


def _reason(record: Commitment) -> str:
    """Why a record of a cell does not make its level."""
    if reason := _aside(record):
        return reason
    if not _is_sized(record):
        return NO_AMOUNT
    return PART if record.basis == "part" else COVERED


def _is_change(before: Cell, after: Cell) -> bool:
    return (before.low, before.high, before.records) != (after.low, after.high, after.records)
