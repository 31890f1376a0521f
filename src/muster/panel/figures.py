"""Published figures to one series by place and period: what was not published is missing, never zero."""

from collections.abc import Iterable, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import PanelError
from muster.panel.choosing import of_series
from muster.panel.engines import connection
from muster.panel.periods import grid, period_of
from muster.panel.rules import Rules, distinct, planned_places, span_table
from muster.panel.values import PANEL, Panel
from muster.records import DataFile, Outcome, known_from

PUBLISHED = "as published"
NAMED = 10


def figure_panel(outcome: Outcome, figures: pa.Table, file: DataFile, rules: Rules) -> Panel:
    """A panel of a figures file; see :func:`muster.panel.build`."""
    if rules.covered:
        raise PanelError(
            "a covered span for figures", where=f"outcome {outcome.id}", do="leave it out: figures never become zero"
        )
    series = _series(outcome, figures, rules)
    places = planned_places(outcome, rules.names(distinct(series["place"])))
    planned = series.filter(pc.is_in(series["place"], value_set=pa.array(places, pa.string())))
    known = planned.filter(_mask(rules.knows(day) for day in planned["published"].to_pylist()))
    _check(outcome, known)
    rows, astray = _fitting(known, outcome.period)
    table = _aggregated(rows, outcome.period, rules) if rows.num_rows else PANEL.empty_table()
    recipe = {
        "series": outcome.series,
        "counted as": "; ".join(distinct(known["outcome"])),
        "provider": "; ".join(distinct(known["provider"])),
        "period": outcome.period,
        "places": "; ".join(distinct(rows["place"])),
        "several prints of one figure": "the latest published is the value, all of them the range",
        "counted": f"figures: {rows.num_rows}",
        **({f"set aside, no whole {outcome.period}": _named(astray)} if astray else {}),
    }
    return Panel(outcome, table, recipe, (file,), None)


def _series(outcome: Outcome, figures: pa.Table, rules: Rules) -> pa.Table:
    """The rows of the outcome's series, with the plan's names of places."""
    series = of_series(outcome, figures)
    places = pa.array([rules.places.get(place, place) for place in series["place"].to_pylist()], pa.string())
    return series.set_column(series.schema.get_field_index("place"), "place", places)


def _check(outcome: Outcome, rows: pa.Table) -> None:
    """One unit, one provider and one direction in a series, and those of the plan; a rate has a unit of its own."""
    for column, planned in (("unit", "" if outcome.population else outcome.unit), ("provider", ""), ("better", outcome.better)):
        found = distinct(rows[column])
        if len(found) > 1:
            raise PanelError(
                f"{column} differs inside series {outcome.series!r}: {', '.join(found)}",
                where=f"outcome {outcome.id}",
                expected=f"one {column} in a series",
            )
        if found and planned and found[0] != planned:
            raise PanelError(
                f"{column} {planned!r}",
                where=f"outcome {outcome.id}",
                expected=f"{found[0]!r} as in series {outcome.series!r}",
            )


def _fitting(rows: pa.Table, period: str) -> tuple[pa.Table, list[str]]:
    """The rows that speak of exactly one period of the grid, and the ids of the others."""
    if period == PUBLISHED:
        return rows, []
    spans = zip(rows["period_start"].to_pylist(), rows["period_end"].to_pylist(), strict=True)
    fits = _mask(period_of(start, period) == (start, end) for start, end in spans)
    return rows.filter(fits), rows.filter(pc.invert(fits))["figure_id"].to_pylist()


def _aggregated(rows: pa.Table, period: str, rules: Rules) -> pa.Table:
    ranked = _ranked(rows)
    figures = ibis.memtable(ranked)
    cells = _cells(figures)
    if period != PUBLISHED:
        first, last = pc.min(rows["period_start"]).as_py(), pc.max(rows["period_end"]).as_py()
        spans = ibis.memtable(span_table(grid(first, last, period)))
        cells = _on_grid(cells, figures.select("place").distinct().cross_join(spans))
    with connection(rules.engine) as engine:
        found = engine.to_pyarrow(cells.order_by("place", "period_start", "period_end"))
    found = found.append_column("n_sources", pa.nulls(found.num_rows, pa.int64()))
    return found.append_column("evidence", _evidence(found["ranks"], ranked)).select(PANEL.names).cast(PANEL)


def _evidence(ranks: pa.ChunkedArray, ranked: pa.Table) -> pa.Array:
    """The ids of the figures in each cell, the one that counts first: not every engine gathers in an order."""
    ids = dict(zip(ranked["rank"].to_pylist(), ranked["figure_id"].to_pylist(), strict=True))
    return pa.array(
        [[ids[rank] for rank in sorted(cell or (), reverse=True)] for cell in ranks.to_pylist()], pa.list_(pa.string())
    )


def _ranked(rows: pa.Table) -> pa.Table:
    """Rows with ``rank``, highest for the print that counts: one with a number, published last, of the highest id."""
    keys = [
        (value is not None, known_from(day) if day else date.min, name)
        for value, day, name in zip(*(rows[column].to_pylist() for column in ("value", "published", "figure_id")), strict=True)
    ]
    places = {key: rank for rank, key in enumerate(sorted(keys))}
    return rows.append_column("rank", pa.array([places[key] for key in keys], pa.int64()))


def _cells(figures: ir.Table) -> ir.Table:
    """One row for each place and period: the value that counts, and the hull of all that was printed."""
    at_least, at_most = figures.high.isnull() & figures.low.notnull(), figures.low.isnull() & figures.high.notnull()
    return figures.group_by("place", "period_start", "period_end").aggregate(
        value=figures.value.argmax(figures["rank"]),
        low=at_most.any().ifelse(ibis.null("float64"), figures.low.coalesce(figures.value).min()),
        high=at_least.any().ifelse(ibis.null("float64"), figures.high.coalesce(figures.value).max()),
        n=figures.count().cast("int32"),
        ranks=figures["rank"].collect(),
    )


def _on_grid(cells: ir.Table, spans: ir.Table) -> ir.Table:
    """Every place in every period; where nothing was published the value stays null."""
    joined = spans.left_join(cells, ["place", "period_start", "period_end"])
    return joined.select(
        *("place", "period_start", "period_end", "value", "low", "high", "ranks"),
        n=joined.n.fill_null(0),
    )


def _mask(flags: Iterable[bool]) -> pa.BooleanArray:
    return pa.array(flags, pa.bool_())


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return f"figures: {len(ids)} ({', '.join(sorted(ids)[:NAMED])}{more})"
