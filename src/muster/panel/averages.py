"""Strengths that hold from a day to a day -> the average strength over the days of each period."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from muster.panel.engines import Engine, connection
from muster.panel.periods import Period
from muster.panel.values import PANEL

# Strengths times days are added as decimals: then their sum is the same in whatever order an engine adds them.
SUM = "decimal(38, 6)"


def averaged(
    strengths: pa.Table,
    covered: Sequence[Period],
    evidence: Sequence[tuple[date, date, str]],
    grid: tuple[Sequence[str], Sequence[Period]],
    engine: Engine | str,
) -> pa.Table:
    """The average by place and period: persons present times days, over all days of the period.

    Args:
        strengths: place, date_from, date_to, low, high; a null high is open. Rows of one place and day are added.
        covered: spans without overlap in which a place that ``strengths`` does not name had nobody.
        evidence: what a span of days rests on.
        grid: places and periods.
        engine: one of ``muster.panel.ENGINES``.

    Returns:
        Rows under ``PANEL``. Where a day of the period is not covered, ``low`` takes that day as if nobody had been there
        and ``high`` is open; where no day is covered both are null.
    """
    places, periods = grid
    spans = ibis.memtable(_numbered([(first, last) for first, last in periods], ("period_start", "period_end")))
    days = spans.last - spans.first + 1
    spans = spans.mutate(length=days)
    cells = _cells(_overlapping(ibis.memtable(_with_days(strengths)), spans))
    told = _overlapping(ibis.memtable(_numbered(covered, ("date_from", "date_to"))), spans)
    cover = told.group_by("period_start").aggregate(covered=told.days.sum())
    named = _named(evidence, spans)
    rows = _rows(ibis.memtable(pa.table({"place": pa.array(places, pa.string())})).cross_join(spans), cells, cover, named)
    with connection(engine) as opened:
        found = opened.to_pyarrow(rows.order_by("place", "period_start"))
    return found.append_column("n_sources", pa.nulls(found.num_rows, pa.int64())).select(PANEL.names).cast(PANEL)


def islands(spans: Iterable[Period]) -> tuple[Period, ...]:
    """Spans of days joined where they touch or overlap."""
    joined: list[Period] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def _numbered(spans: Sequence[Period], names: tuple[str, str]) -> pa.Table:
    """Spans with their days as numbers, on which every engine reckons alike: the two names, first, last."""
    columns = {name: pa.array([span[side] for span in spans], pa.date32()) for side, name in enumerate(names)}
    return _with_days(pa.table(columns), names)


def _with_days(table: pa.Table, names: tuple[str, str] = ("date_from", "date_to")) -> pa.Table:
    for name, number in zip(names, ("first", "last"), strict=True):
        table = table.append_column(number, table[name].cast(pa.int32()).cast(pa.int64()))
    return table


def _overlapping(spans: ir.Table, periods: ir.Table) -> ir.Table:
    """Each span with each period that it touches, and on how many days (``days``)."""
    touch = [spans["first"] <= periods["last"], spans["last"] >= periods["first"]]
    joined = spans.join(periods, touch, rname="{name}_of_period")
    first = ibis.greatest(joined["first"], joined["first_of_period"])
    return joined.mutate(days=ibis.least(joined["last"], joined["last_of_period"]) - first + 1)


def _cells(parts: ir.Table) -> ir.Table:
    """Persons times days by place and period; ``bounded`` where no strength in it is open."""
    return parts.group_by("place", "period_start").aggregate(
        low=(parts.low * parts.days).cast(SUM).sum(),
        high=(parts.high.fill_null(0) * parts.days).cast(SUM).sum(),
        bounded=parts.high.notnull().all(),
        n=parts.count(),
    )


def _named(evidence: Sequence[tuple[date, date, str]], periods: ir.Table) -> ir.Table:
    """What each period rests on, every name once."""
    spans = _numbered([(first, last) for first, last, _ in evidence], ("date_from", "date_to"))
    names = pa.array([name for *_, name in evidence], pa.string())
    parts = _overlapping(ibis.memtable(spans.append_column("name", names)), periods)
    once = parts.select("period_start", "name").distinct()
    return once.group_by("period_start").aggregate(evidence=once.name.collect().sort())


def _rows(grid: ir.Table, cells: ir.Table, cover: ir.Table, evidence: ir.Table) -> ir.Table:
    """Every place in every period."""
    rows = grid.left_join(cells, ["place", "period_start"]).drop("place_right", "period_start_right")
    rows = rows.left_join(cover, ["period_start"]).drop("period_start_right")
    rows = rows.left_join(evidence, ["period_start"]).drop("period_start_right")
    whole = (rows.covered == rows.length) & rows.bounded.fill_null(True)
    low = rows.covered.notnull().ifelse(rows.low.fill_null(0).cast("float64") / rows.length, ibis.null("float64"))
    high = whole.fill_null(False).ifelse(rows.high.fill_null(0).cast("float64") / rows.length, ibis.null("float64"))
    return rows.select(
        "place",
        "period_start",
        "period_end",
        value=(low == high).ifelse(low, ibis.null("float64")),
        low=low,
        high=high,
        n=rows.n.fill_null(0),
        evidence=rows.evidence.fill_null(ibis.literal([], type="array<string>")),
    )
