"""Who promised and sent whom: a row for each scope and actor, a column for each stage. Nothing is added across rows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from muster.ledger.standing import Level, Standing, standings
from muster.ledger.state import Cell
from muster.ledger.views.presence import presence
from muster.records import Commitment, Disagreement, Kind, Record

STAGES = ("pledged", "approved", "deploying", "deployed", "withdrawn", "declined")
COLUMNS = (*STAGES[:-1], "there", STAGES[-1])


class Contribution(Record, frozen=True, kw_only=True):
    """What one actor has at each stage for one scope, in one unit; null where no record tells of it.

    ``there`` are those who were deployed less those who were withdrawn since, see :func:`presence`.
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
    there: Level | None = None
    declined: Level | None = None


def contributors(
    commitments: Iterable[Commitment], on: date | None = None, disputes: Iterable[Disagreement] = ()
) -> tuple[Contribution, ...]:
    """Personnel and counted equipment on a day (None: after the last record), sorted; order of arrival does not matter.

    Where ``disputes`` set records against each other, the interval spans what they give.
    """
    records = {record.id: record for record in commitments}
    rows: defaultdict[tuple[str, str, str, Kind, str], dict[str, Standing]] = defaultdict(dict)
    for one in standings(records.values(), on, disputes):
        if is_counted(one.cell) and one.cell.stage in STAGES:
            cell = one.cell
            rows[cell.mission, cell.scope, cell.actor, cell.kind, cell.unit or ""][cell.stage] = one
    return tuple(
        Contribution(
            mission=mission,
            scope=scope,
            actor=actor,
            kind=kind,
            unit=unit,
            there=presence(held["deployed"], held.get("withdrawn"), records) if "deployed" in held else None,
            **{stage: one.level for stage, one in held.items()},
        )
        for (mission, scope, actor, kind, unit), held in sorted(rows.items())
    )


def is_counted(cell: Cell) -> bool:
    """Whether a cell counts people or things; equipment that is told in money stands with the money."""
    return cell.kind != "funds" and cell.currency is None
