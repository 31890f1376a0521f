"""The ledger to a dose: how many of a contributor, or of the whole force, were there as far as the records tell."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from muster.errors import PanelError
from muster.ledger import Known, standings
from muster.ledger.standing import PEOPLE, Standing
from muster.ledger.state import day_of
from muster.ledger.units import unit_class
from muster.panel.averages import averaged
from muster.panel.doses import MEASURE
from muster.panel.engines import Engine
from muster.panel.periods import grid
from muster.panel.values import PANEL, DosePanel
from muster.records import Commitment, Dose, Mission, known_from

STAGES = ("deployed", "withdrawn")


class Step(NamedTuple):
    """A level from a day to a day; ``low`` null: nobody says at least how many, ``high`` null: at most."""

    first: date
    last: date
    low: float | None
    high: float | None
    records: tuple[str, ...]


def ledger_dose(plan: Dose, mission: Mission, known: Known, *, engine: Engine | str = "duckdb") -> DosePanel:
    """The dose of one strength in the ledger, at the mission's place.

    The level of a day is what ``muster ledger --on`` shows: the deployed less the withdrawn, widened where sources differ. It
    holds from the day of its records to that of the next ones, the last to the day that the ledger knows of. Before the first
    record nothing is known, and the dose is missing; it is never made zero.

    Args:
        known: what is known on the as-of date; its disagreements widen the levels.
        engine: one of ``muster.panel.ENGINES``.

    Raises:
        PanelError: no strength in the ledger, or more than one, is what the plan names.
    """
    actors = plan.actors or mission.force
    records = [record for record in known.accepted if _is_of(record, plan, actors)]
    recipe = {
        "measure": MEASURE,
        "strength": "deployed less withdrawn, as known on the day",
        "actors": "; ".join(actors),
        "period": plan.period,
        **({"as of": str(known.as_of)} if known.as_of else {}),
    }
    steps = _steps(records, known, f"dose {plan.id}")
    if not steps:
        return DosePanel(plan, PANEL.empty_table(), recipe | {"counted": "records: 0"}, ())
    span = steps[0].first, steps[-1].last
    evidence = [(step.first, step.last, name) for step in steps for name in step.records]
    strengths = _table(mission.place, steps)
    table = averaged(strengths, [span], evidence, ([mission.place], grid(*span, plan.period)), engine)
    told = {"covered": f"{span[0]} to {span[1]}", "counted": f"records: {len({name for *_, name in evidence})}"}
    return DosePanel(plan, table, recipe | told | {"last record": str(steps[-1].first)}, ())


def _is_of(record: Commitment, plan: Dose, actors: Sequence[str]) -> bool:
    return (
        record.stage in STAGES
        and record.kind == "personnel"
        and unit_class(record) == PEOPLE
        and record.actor in actors
        and plan.scope in {"", record.scope}
    )


def _steps(records: Sequence[Commitment], known: Known, where: str) -> list[Step]:
    """The levels, each from the day on which a record changes it."""
    days = sorted({day for record in records if (day := day_of(record))})
    found = [(day, _there(standings(records, day, known.disagreements), where)) for day in days]
    told = [(day, one) for day, one in found if one is not None]
    if not told:
        return []
    latest = known.as_of or (known_from(known.latest) if known.latest else told[-1][0])
    ends = [*(after[0] - timedelta(days=1) for _, after in pairwise(told)), max(latest, told[-1][0])]
    return [
        Step(day, end, one.level.low, one.level.high, one.level.records) for (day, one), end in zip(told, ends, strict=True)
    ]


def _there(standing: Iterable[Standing], where: str) -> Standing | None:
    """The one strength of the deployed; none before its first record."""
    found = [one for one in standing if one.cell.stage == "deployed"]
    if len(found) > 1:
        names = ", ".join(f"{one.cell.actor} in {one.cell.scope}" for one in found)
        raise PanelError(
            f"{len(found)} strengths: {names}",
            where=where,
            expected="one, because strengths of two actors or scopes are never added",
            do="name its actor (and its scope) in the dose",
        )
    return found[0] if found else None


def _table(place: str, steps: Sequence[Step]) -> pa.Table:
    """The steps as strengths; nobody can be there less than not at all."""
    return pa.table(
        {
            "place": pa.array([place] * len(steps), pa.string()),
            "date_from": pa.array([step.first for step in steps], pa.date32()),
            "date_to": pa.array([step.last for step in steps], pa.date32()),
            "low": pa.array([step.low or 0.0 for step in steps], pa.float64()),
            "high": pa.array([step.high for step in steps], pa.float64()),
        }
    )
