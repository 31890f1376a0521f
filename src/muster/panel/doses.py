"""Deployments to doses: how many of a mission were where, on average over the days of a period.

The average, and not the number at the end: what an outcome of a month can answer to is how many were there on how many of its
days, and a strength counted at the end takes those who came on the last day for the whole month.
"""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import PanelError
from muster.panel.averages import averaged, islands
from muster.panel.building import rejected_in_words
from muster.panel.engines import Engine, as_engine
from muster.panel.rules import Rules, distinct, resolved
from muster.panel.values import PANEL, DosePanel
from muster.records import DataFile, Dose
from muster.sources import DEPLOYMENTS, Parsed

MEASURE = "average strength over the days of the period"
TOTAL = "all"
LEVELS = ("", "country", "mission")


def dose(
    plan: Dose, parsed: Parsed, file: DataFile, *, as_of: date | None = None, engine: Engine | str = "duckdb"
) -> DosePanel:
    """The dose of one mission from a file of deployments.

    A place has a zero where the mission is covered on every day of a period and nobody is named there. Days that no row of the
    mission speaks of, and strengths that are not told, leave the value missing; ``low`` and ``high`` hold what is known.

    Args:
        plan: ``mission`` may be empty where the file has one only. Without ``kinds``, rows that give the total of all kinds
            are taken where there are any, else every kind is added.
        parsed: the file as its source read it.
        file: names of ``places`` are changed as it says; with ``covered``, only whole periods inside it are made.
        as_of: only a file whose vintage was surely known by then.
        engine: one of ``muster.panel.ENGINES``. The table is the same on each.

    Raises:
        PanelError: the file holds no deployments, or the plan does not fit it.
    """
    where = f"dose {plan.id}"
    if not parsed.table.schema.equals(DEPLOYMENTS):
        raise PanelError("a file that holds no deployments", where=f"{where}, {file.name}", expected="deployments of a mission")
    if plan.geography not in LEVELS:
        raise PanelError(f"geography {plan.geography!r}", where=where, expected="country, mission or none")
    rules = Rules(as_of, file.places, file.covered, file.blocks, as_engine(engine))
    recipe = {"measure": MEASURE, **rejected_in_words(parsed), **({"as of": str(as_of)} if as_of else {})}
    if not rules.knows(file.vintage):
        known = {"known then": "nothing: the file's vintage is later or no date"}
        return DosePanel(plan, PANEL.empty_table(), recipe | known, (file,))
    rows = _placed(_of_mission(plan, parsed.table, where), plan, rules)
    chosen = _chosen(plan, rows, where)
    covered = islands(_spans(rows))
    periods = rules.periods(covered[0][0], covered[-1][1], plan.period)
    told = [(first, last, file.name) for first, last in covered]
    places = [place for place in distinct(rows["place"]) if place]
    table = averaged(_strengths(chosen), covered, told, (places, periods), engine)
    return DosePanel(plan, table, recipe | _in_words(plan, rows, chosen, covered), (file,))


def _of_mission(plan: Dose, deployments: pa.Table, where: str) -> pa.Table:
    """The rows of the plan's mission."""
    names = distinct(deployments["mission"])
    mission = plan.mission or (names[0] if len(names) == 1 else "")
    if mission not in names:
        found = f"no row of mission {mission!r}" if mission else f"{len(names)} missions in the file"
        likely = get_close_matches(mission, names, n=5, cutoff=0.4) or names[:12]
        expected = f"one of {', '.join(likely) or '(the file names none)'}"
        raise PanelError(found, where=where, expected=expected, do="name one mission in the dose")
    return deployments.filter(pc.equal(deployments["mission"], mission))


def _placed(rows: pa.Table, plan: Dose, rules: Rules) -> pa.Table:
    """The rows with the plan's names of places; what speaks of no place speaks of the whole mission."""
    column = plan.geography or "place"
    names = [place or mission for place, mission in zip(*(rows[name].to_pylist() for name in (column, "mission")), strict=True)]
    planned = resolved(rules.places, pa.chunked_array([pa.array(names, pa.string())]))
    places = pa.array([planned.get(name, name) for name in names], pa.string())
    return rows.set_column(rows.schema.get_field_index("place"), "place", places)


def _chosen(plan: Dose, rows: pa.Table, where: str) -> pa.Table:
    """The rows whose strengths are added."""
    kinds = plan.kinds or ((TOTAL,) if TOTAL in distinct(rows["kind"]) else ())
    for column, wanted in (("kind", kinds), ("contributor", plan.actors)):
        there = distinct(rows[column])
        unknown = sorted({*wanted} - {*there})
        if unknown:
            raise PanelError(f"no row of {column} {unknown[0]!r}", where=where, expected=f"one of {', '.join(there[:20])}")
        if wanted:
            rows = rows.filter(pc.is_in(rows[column], value_set=pa.array(wanted)))
    return rows


def _spans(rows: pa.Table) -> Sequence[tuple[date, date]]:
    spans = rows.group_by(["date_from", "date_to"]).aggregate([])
    return list(zip(spans["date_from"].to_pylist(), spans["date_to"].to_pylist(), strict=True))


def _strengths(rows: pa.Table) -> pa.Table:
    """What is added: a strength that is not told is at least nobody and open above."""
    spans, value = rows.select(["place", "date_from", "date_to"]), rows["value"]
    return spans.append_column("low", pc.fill_null(value, 0.0)).append_column("high", value)


def _in_words(plan: Dose, rows: pa.Table, chosen: pa.Table, covered: Sequence[tuple[date, date]]) -> dict[str, str]:
    held = rows.filter(rows["held"])
    longest = pc.max(pc.days_between(held["date_from"], held["date_to"])).as_py()
    return {
        "mission": rows["mission"][0].as_py(),
        "kinds": "; ".join(distinct(chosen["kind"])),
        **({"contributors": "; ".join(plan.actors)} if plan.actors else {}),
        "period": plan.period,
        "places": "; ".join(distinct(rows["place"])),
        "covered": "; ".join(f"{first} to {last}" for first, last in covered),
        "counted": f"strengths: {chosen.num_rows}, of which not told how many: {chosen['value'].null_count}",
        **({"held until the next observation": f"at most {longest + 1} days"} if longest is not None else {}),
    }
