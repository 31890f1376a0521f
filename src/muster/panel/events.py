"""Events to counts or deaths by place and period, with a zero row wherever the source covered and nothing happened."""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import PanelError
from muster.panel.engines import connection
from muster.panel.geography import placed, places_of
from muster.panel.periods import Period
from muster.panel.rules import Rules, distinct, planned_places, span_table
from muster.panel.values import PANEL, Panel
from muster.records import DataFile, Outcome

MEASURES = {
    "events": "number of events",
    "deaths": "best estimate of deaths, with the low and the high one as its bounds",
}
UNITS = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
# From this precision on, a date is a block of up to a month or a year and not a day.
BLOCK_DATED = 4
COUNTED = "counted"
# Parts of an event are added as decimals: then their sum is the same in whatever order an engine adds them.
PART = "decimal(38, 12)"


def event_panel(outcome: Outcome, events: pa.Table, file: DataFile, rules: Rules) -> Panel:
    """A panel of an events file; see :func:`muster.panel.build`."""
    _check(outcome)
    table = ibis.memtable(events)
    there = places_of(table, rules.geography, rules.engine) if rules.geography else distinct(events["place"])
    names = rules.names(there)
    places = planned_places(outcome, names)
    if not rules.knows(file.vintage):
        recipe = {"measure": MEASURES[outcome.measure], "known then": "nothing: the file's vintage is later or no date"}
        return Panel(outcome, PANEL.empty_table(), recipe, (file,), None)
    first, last = pc.min(events["date_from"]).as_py(), pc.max(events["date_to"]).as_py()
    periods = rules.periods(first, last, outcome.period)
    covered = periods[0][0], periods[-1][1]
    told = _told(placed(table, rules.geography), places, covered, rules)
    with connection(rules.engine) as engine:
        fates = engine.to_pyarrow(_fates(told)).to_pylist()
        cells = engine.to_pyarrow(_on_grid(_cells(told, outcome, periods, rules), places, periods))
    evidence = pa.array([[file.name]] * cells.num_rows, pa.list_(pa.string()))
    silent = [place for place in places if place not in names]
    recipe = {
        "measure": MEASURES[outcome.measure],
        "period": f"{outcome.period}; an event counts on its first day",
        **({"geography": rules.geography.words} if rules.geography else {}),
        "places": "; ".join(places),
        **({"places without an event in the file": "; ".join(silent)} if silent else {}),
        "covered": f"{covered[0]} to {covered[1]}, {'as declared' if rules.covered else 'from the first to the last event'}",
        "block-dated events": rules.blocks + (" evenly over the periods they cover" if rules.blocks == "spread" else ""),
        **_told_in_words(fates),
        **_unsaid(events, outcome),
    }
    filled = cells.append_column("evidence", evidence).select(PANEL.names).cast(PANEL)
    return Panel(outcome, filled, recipe, (file, *(rules.geography.inputs if rules.geography else ())), covered)


def _check(outcome: Outcome) -> None:
    where = f"outcome {outcome.id}"
    if outcome.measure not in MEASURES:
        raise PanelError(
            f"measure {outcome.measure!r} of an events file", where=where, expected=f"one of {', '.join(MEASURES)}"
        )
    if outcome.period not in UNITS:
        raise PanelError(f"period {outcome.period!r} of an events file", where=where, expected=f"one of {', '.join(UNITS)}")


def _told(events: ir.Table, places: Sequence[str], covered: tuple[date, date], rules: Rules) -> ir.Table:
    """The events with the plan's names of places, whether each is a block, and what becomes of it (``fate``)."""
    events = events.mutate(
        place=events.place.substitute(dict(rules.places)) if rules.places else events.place,
        block=(events.date_precision >= BLOCK_DATED).fill_null(False),
    )
    spread = rules.blocks == "spread"
    last = events.block.ifelse(events.date_to, events.date_from) if spread else events.date_from
    fate = ibis.cases(
        ((events.date_from < covered[0]) | (last > covered[1]), "set aside, outside the covered span"),
        (events.block & (not spread), "set aside, block-dated"),
        (events.astray != "", events.astray),
        (events.place == "", "set aside, without a place"),
        (~events.place.isin(places), "set aside, places outside the plan"),
        else_=COUNTED,
    )
    return events.mutate(fate=fate)


def _fates(told: ir.Table) -> ir.Table:
    return told.group_by("fate").aggregate(events=told.count(), deaths=told.deaths_best.sum()).order_by("fate")


def _told_in_words(fates: Sequence[Mapping[str, object]]) -> dict[str, str]:
    words = {str(row["fate"]): f"events: {row['events']}, deaths: {row['deaths']:.0f}" for row in fates}
    return {COUNTED: "events: 0, deaths: 0", **words}


def _unsaid(events: pa.Table, outcome: Outcome) -> dict[str, str]:
    """What the file does not say of its events, and how they were taken all the same."""
    undated = events["date_precision"].null_count
    bare = events.filter(pc.is_valid(events["deaths_best"]))["deaths_low"].null_count
    return {
        **({"events without a precision of their date": f"{undated}, taken as known to the day"} if undated else {}),
        **(
            {"events without a range of deaths": f"{bare}, their one number stands for both bounds"}
            if bare and outcome.measure == "deaths"
            else {}
        ),
    }


def _cells(told: ir.Table, outcome: Outcome, periods: Sequence[Period], rules: Rules) -> ir.Table:
    """Counted events summed: place, period_start, value, low, high, n, n_sources."""
    counted = told.filter(told.fate == COUNTED)
    if outcome.measure == "events":
        weighed = counted.mutate(value=1.0, low=1.0, high=1.0)
    else:
        best = counted.deaths_best
        weighed = counted.mutate(value=best, low=counted.deaths_low.coalesce(best), high=counted.deaths_high.coalesce(best))
    dated = weighed.mutate(period_start=weighed.date_from.truncate(UNITS[outcome.period]).cast("date"))
    if rules.blocks == "spread":
        dated = _spread(dated, periods)
    return dated.group_by("place", "period_start").aggregate(
        value=dated.value.sum().cast("float64"),
        low=dated.low.sum().cast("float64"),
        high=dated.high.sum().cast("float64"),
        n=dated.count(),
        n_sources=dated.n_sources.sum(),
    )


def _spread(dated: ir.Table, periods: Sequence[Period]) -> ir.Table:
    """Block-dated events in equal parts, one for each period they touch; the others as they are."""
    names = ("place", "period_start", "n_sources", "value", "low", "high")
    spans = ibis.memtable(span_table(periods))
    blocks = dated.filter(dated.block).drop("period_start")
    parts = blocks.join(spans, [blocks.date_from <= spans.period_end, blocks.date_to >= spans.period_start])
    parts = parts.mutate(touched=parts.count().over(ibis.window(group_by="event_id")))
    shares = parts.mutate(**{name: (parts[name] / parts.touched).cast(PART) for name in names[3:]})
    whole = dated.filter(~dated.block)
    whole = whole.mutate(**{name: whole[name].cast(PART) for name in names[3:]})
    return ibis.union(whole.select(*names), shares.select(*names))


def _on_grid(cells: ir.Table, places: Sequence[str], periods: Sequence[Period]) -> ir.Table:
    """Every place in every period, zero where no event was counted."""
    grid = ibis.memtable(pa.table({"place": pa.array(places, pa.string())})).cross_join(ibis.memtable(span_table(periods)))
    joined = grid.left_join(cells, ["place", "period_start"])
    return joined.select(
        "place",
        "period_start",
        "period_end",
        **{name: joined[name].fill_null(0) for name in ("value", "low", "high", "n")},
        n_sources=joined.n.isnull().ifelse(0, joined.n_sources),
    ).order_by("place", "period_start")
