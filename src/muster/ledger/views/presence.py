"""Who is there: those who were deployed, less those who were withdrawn."""

from collections.abc import Mapping
from datetime import date

from muster.ledger.standing import Level, Standing
from muster.ledger.state import Cell, day_of
from muster.records import Commitment


def presence(deployed: Standing, withdrawn: Standing | None, records: Mapping[str, Commitment]) -> Level:
    """The level that is there, with the records of both cells; rotations replace people and are in neither.

    A total counted after the last withdrawal counts those who are left, and stands. Where every withdrawal came after the
    last record of the deployed, all of it is subtracted. In between (arrivals and withdrawals by turns, or both on one day)
    only the lower end is lowered: which people a number counts cannot be told. Nobody can be there less than not at all.
    """
    there = deployed.level
    if withdrawn is None or _is_newer(deployed.cell, withdrawn.cell, records):
        return there
    gone = withdrawn.level
    days = [day_of(records[name]) for name in gone.records]
    is_after = there.date is not None and all(day is not None and day > there.date for day in days)
    return Level(
        low=_less(there.low, gone.high),
        high=_less(there.high, gone.low or 0.0) if is_after else there.high,
        date=max((day for day in (there.date, gone.date) if day), default=None),
        records=tuple(sorted((*there.records, *gone.records))),
        differ=there.differ or gone.differ,
    )


def _is_newer(deployed: Cell, withdrawn: Cell, records: Mapping[str, Commitment]) -> bool:
    """Whether the deployed were counted, in all, after the last withdrawal."""
    is_count = all(records[name].basis in {None, "total"} for name in deployed.records)
    return is_count and (deployed.date or date.min) > (withdrawn.date or date.max)


def _less(end: float | None, gone: float | None) -> float | None:
    return None if end is None or gone is None else max(0.0, end - gone)
