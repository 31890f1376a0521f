"""Values for so many persons: a panel divided by what each place's population was known to be."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import PanelError
from muster.panel.engines import connection
from muster.panel.rules import Rules, distinct, resolved
from muster.panel.values import PART, Panel
from muster.records import DataFile, Outcome
from muster.sources import OBSERVATIONS, Parsed

PER = 100_000.0
SERIES = "population"
NAMED = 12

Steps = Mapping[str, Sequence[tuple[date, float]]]


def rated(panel: Panel, population: tuple[Parsed, DataFile], rules: Rules) -> Panel:
    """The panel for ``Outcome.per`` persons; the population file's own sidecar maps its names of places to the plan's.

    A population holds from the first of its days on. The latest that does at a period's end divides the period, the first one
    any period before it, and none from after the as-of date; without one the place is missing.

    Raises:
        PanelError: the file is no population, or holds several series of which none is called ``population``.
    """
    parsed, file = population
    per = panel.outcome.per or PER
    steps = _steps(_persons(panel.outcome, parsed, file), file, rules) if rules.knows(file.vintage) else {}
    places, ends = panel.table["place"].to_pylist(), panel.table["period_end"].to_pylist()
    persons = pa.array([_at(steps.get(place, ()), end) for place, end in zip(places, ends, strict=True)], pa.float64())
    table = panel.table
    for name in ("value", "low", "high"):
        rate = pc.divide(pc.multiply(table[name], per), persons)
        table = table.set_column(table.schema.get_field_index(name), name, rate)
    early = sorted({place for place, end in zip(places, ends, strict=True) if place in steps and end < steps[place][0][0]})
    without = sorted({*places} - {*steps})
    recipe = {
        "rate": f"for {per:,.15g} persons of {file.name}, the latest population that holds at the end of the period",
        **({"periods before the first population, divided by that": _listed(early)} if early else {}),
        **({"places without a population, missing": _listed(without)} if without else {}),
    }
    inputs = panel.inputs if file in panel.inputs else (*panel.inputs, file)
    return replace(panel, table=table, recipe={**panel.recipe, **recipe}, inputs=inputs)


def _persons(outcome: Outcome, parsed: Parsed, file: DataFile) -> pa.Table:
    """The rows of the population file that count persons."""
    where = f"outcome {outcome.id}, population {file.name}"
    if not parsed.table.schema.equals(OBSERVATIONS) or "stock" not in distinct(parsed.table["measure"]):
        raise PanelError("no row is a population", where=where, expected="a data set of persons by place")
    rows = parsed.table.filter(pc.equal(parsed.table["measure"], "stock"))
    series = distinct(rows["series"])
    if len(series) > 1 and SERIES not in series:
        raise PanelError(f"series {', '.join(series[:NAMED])}", where=where, expected=f"one, or one called {SERIES!r}")
    return rows.filter(pc.equal(rows["series"], SERIES)) if len(series) > 1 else rows


def _steps(rows: pa.Table, file: DataFile, rules: Rules) -> Steps:
    """By place the first day of each population known on the as-of date, in order, and the persons."""
    table, places = ibis.memtable(rows), resolved(file.places, rows["place"])
    table = table.mutate(place=table.place.substitute(dict(places)) if places else table.place)
    if rules.as_of:
        table = table.filter(table.date_from <= rules.as_of)
    summed = table.group_by("place", "date_from").aggregate(persons=table.value.cast(PART).sum().cast("float64"))
    with connection(rules.engine) as engine:
        found = engine.to_pyarrow(summed.filter(summed.persons > 0).order_by("place", "date_from")).to_pylist()
    steps: dict[str, list[tuple[date, float]]] = {}
    for row in found:
        steps.setdefault(row["place"], []).append((row["date_from"], row["persons"]))
    return steps


def _at(steps: Sequence[tuple[date, float]], day: date) -> float | None:
    """The persons of the latest step at or before a day, or of the first."""
    return steps[max(bisect_right(steps, day, key=lambda step: step[0]) - 1, 0)][1] if steps else None


def _listed(places: Sequence[str]) -> str:
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return "; ".join(places[:NAMED]) + more
