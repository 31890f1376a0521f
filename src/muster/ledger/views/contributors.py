"""Who promised and sent whom: a row for each scope and actor, a column for each stage. Nothing is added across rows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from muster.ledger.standing import Level, standings
from muster.ledger.state import Cell
from muster.records import Commitment, Disagreement, Kind, Record

STAGES = ("pledged", "approved", "deploying", "deployed", "withdrawn", "declined")


class Contribution(Record, frozen=True, kw_only=True):
    """What one actor has at each stage for one scope, in one unit; null where no record tells of it.

    ``deployed`` are those who are there: withdrawals are subtracted, see :mod:`muster.ledger.presence`.
    One person may be counted at several stages (pledged, then deployed), and an actor that is a whole force counts its
    contributors: neither columns nor rows may be added.
    """

    mission: str
    scope: str
    actor: str
    kind: Kind
    unit: str | None
    pledged: Level | None = None
    approved: Level | None = None
    deploying: Level | None = None
    deployed: Level | None = None
    withdrawn: Level | None = None
    declined: Level | None = None


def contributors(
    commitments: Iterable[Commitment], on: date | None = None, disputes: Iterable[Disagreement] = ()
) -> tuple[Contribution, ...]:
    """Personnel and counted equipment on a day (None: after the last record), sorted; order of arrival does not matter.

    Where ``disputes`` set records against each other, the interval spans what they give.
    """
    rows: defaultdict[tuple[str, str, str, Kind, str], dict[str, Level]] = defaultdict(dict)
    for one in standings(commitments, on, disputes):
        if is_counted(one.cell) and one.cell.stage in STAGES:
            cell = one.cell
            rows[cell.mission, cell.scope, cell.actor, cell.kind, cell.unit or ""][cell.stage] = one.level
    return tuple(
        Contribution(mission=mission, scope=scope, actor=actor, kind=kind, unit=unit, **levels)
        for (mission, scope, actor, kind, unit), levels in sorted(rows.items())
    )


def is_counted(cell: Cell) -> bool:
    """Whether a cell counts people or things; equipment that is told in money stands with the money."""
    return cell.kind != "funds" and cell.currency is None
