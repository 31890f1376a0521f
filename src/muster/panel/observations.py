"""Counts, stocks and prices to one series by place and period: what was not observed is missing, never zero."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from muster.errors import PanelError
from muster.panel.choosing import check_alike, of_measure, of_series
from muster.panel.engines import connection
from muster.panel.events import COUNTED
from muster.panel.grouping import UNITS
from muster.panel.periods import Period, named_period
from muster.panel.prices import NUMBERS, based, index, mean_price, priced
from muster.panel.rules import Rules, distinct, planned_places, span_table
from muster.panel.values import PANEL, PART, Panel
from muster.records import DataFile, Outcome

DAYS = 12  # so many are listed
PRICE = "price"


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be done with the rows of one measure.

    Args:
        words: the measure, as the recipe tells it.
        day: the column whose day says to which period a row belongs.
        cells: the rows that count to place, period_start, value, low, high, n, n_sources.
        told: sets aside rows that must not count although they belong to a place and a period.
        within: whether a row must lie within one period.
    """

    words: str
    day: str
    cells: Callable[[ir.Table], ir.Table]
    told: Callable[[ir.Table], ir.Table] = lambda rows: rows
    within: bool = False


def observation_panel(outcome: Outcome, observations: pa.Table, file: DataFile, rules: Rules) -> Panel:
    """A panel of a file of observations; see :func:`muster.panel.build`."""
    rows = of_measure(outcome, of_series(outcome, observations))
    check_alike(outcome, rows)
    kind, base = _kind(outcome, rows["measure"][0].as_py())
    names = rules.names(distinct(rows["place"]))
    places = planned_places(outcome, names)
    recipe = {"measure": kind.words, "series": distinct(rows["series"])[0], "unit": distinct(rows["unit"])[0]}
    if not rules.knows(file.vintage):
        recipe |= {"known then": "nothing: the file's vintage is later or no date"}
        return Panel(outcome, PANEL.empty_table(), recipe, (file,), None)
    told = kind.told(_told(_dated(rows, kind, outcome, rules, base), places, kind, outcome, rules))
    counted = told.filter(told.fate == COUNTED)
    with connection(rules.engine) as engine:
        fates = engine.to_pyarrow(told.group_by("fate").aggregate(rows=told.count()).order_by("fate")).to_pylist()
        seen = engine.to_pyarrow(counted.select("period_start", "day", "named", "site").distinct())
        _check_base(outcome, base, seen)
        if kind.within:
            _refuse_overlaps(counted, engine, outcome)
        table = engine.to_pyarrow(_on_grid(kind.cells(counted), places, _periods(seen, outcome, rules)))
    silent = [place for place in places if place not in names]
    recipe |= {
        **({"base": f"{base[0]} to {base[1]}"} if base else {}),
        "period": f"{outcome.period}; one without an observation is missing, never zero",
        "places": "; ".join(places),
        **({"places without an observation in the file": "; ".join(silent)} if silent else {}),
        **_coverage(seen, kind),
        **{COUNTED: "observations: 0", **{row["fate"]: f"observations: {row['rows']}" for row in fates}},
    }
    return Panel(outcome, _with_evidence(table, file), recipe, (file,), None)


def _kind(outcome: Outcome, measure: str) -> tuple[Kind, Period | None]:
    """What to do with the rows, and the days of the base of an index."""
    where = f"outcome {outcome.id}"
    if outcome.period not in UNITS:
        raise PanelError(f"period {outcome.period!r} of observations", where=where, expected=f"one of {', '.join(UNITS)}")
    if measure == PRICE and outcome.population:
        raise PanelError("a population for a price", where=where, do="leave it out: a price is no count")
    if not outcome.base:
        return KINDS[measure], None
    if measure != PRICE:
        raise PanelError(
            f"base {outcome.base!r} for a {measure}", where=where, expected="a base for prices only", do="leave it out"
        )
    return INDEX, named_period(outcome.base, where)


def _check_base(outcome: Outcome, base: Period | None, seen: pa.Table) -> None:
    if base and not seen.num_rows:
        raise PanelError(
            f"no price of the planned places from {base[0]} to {base[1]}",
            where=f"outcome {outcome.id}",
            expected="a base in which there are prices",
        )


def _dated(rows: pa.Table, kind: Kind, outcome: Outcome, rules: Rules, base: Period | None) -> ir.Table:
    """The rows with the plan's names of places, the day and period of each, and decimals for numbers."""
    table = ibis.memtable(rows)
    table = table.mutate(
        named=table.place,
        place=table.place.substitute(dict(rules.places)) if rules.places else table.place,
        site=table.site.fill_null(""),
        day=table[kind.day],
        **{name: table[name].coalesce(table.value).cast(PART) for name in NUMBERS},
    )
    return table.mutate(
        period_start=table.day.truncate(UNITS[outcome.period]).cast("date"),
        last_start=table.date_to.truncate(UNITS[outcome.period]).cast("date"),
        in_base=table.day.between(*base) if base else ibis.literal(False),
    )


def _told(rows: ir.Table, places: Sequence[str], kind: Kind, outcome: Outcome, rules: Rules) -> ir.Table:
    """The rows with what becomes of each (``fate``)."""
    fates = [
        (rows.value.isnull(), "set aside, without a value"),
        (rows.place == "", "set aside, without a place"),
        (~rows.place.isin(places), "set aside, places outside the plan"),
    ]
    if kind.within:
        fates.append((rows.last_start != rows.period_start, f"set aside, not within one {outcome.period}"))
    if rules.covered:
        spans = rules.periods(*rules.covered, outcome.period)
        fates.append((~rows.day.between(spans[0][0], spans[-1][1]), "set aside, outside the covered span"))
    return rows.mutate(fate=ibis.cases(*fates, else_=COUNTED))


def _latest(rows: ir.Table) -> ir.Table:
    """Rows of a stock with those set aside that a later day of their area and period overtakes.

    Areas that the plan joins into one place are each taken on their own last day: none of them is lost for being visited first.
    """
    day = (rows.fate == COUNTED).ifelse(rows.day, ibis.null("date"))
    rows = rows.mutate(latest=day.max().over(ibis.window(group_by=["named", "period_start"])))
    early = (rows.fate == COUNTED) & (rows.day < rows.latest)
    return rows.mutate(fate=early.ifelse("set aside, an earlier day of their period", rows.fate))


def _refuse_overlaps(rows: ir.Table, engine: BaseBackend, outcome: Outcome) -> None:
    """A month and the quarter around it would count the same things twice; rows of the very same days are parts that add.

    Raises:
        PanelError: the days of two counts of one area and site overlap without being the same.
    """
    spans = rows.select("named", "site", "date_from", "date_to").distinct()
    before = ibis.window(group_by=["named", "site"], order_by=["date_from", "date_to"], preceding=(None, 1))
    spans = spans.mutate(reached=spans.date_to.max().over(before))
    for found in engine.to_pyarrow(spans.filter(spans.date_from <= spans.reached).limit(1)).to_pylist():
        raise PanelError(
            f"a count from {found['date_from']} to {found['date_to']} and another that reaches to {found['reached']}, "
            f"both of {found['named']}{' / ' * bool(found['site'])}{found['site']}",
            where=f"outcome {outcome.id}",
            expected="counts whose days do not overlap",
            do="take one kind of period out of the file, or give it a series of its own",
        )


def _sums(rows: ir.Table) -> ir.Table:
    return rows.group_by("place", "period_start").aggregate(
        **{name: rows[name].sum().cast("float64") for name in NUMBERS}, n=rows.count(), n_sources=rows.n_sources.sum()
    )


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "count": Kind("sum of the counts", "date_from", _sums, within=True),
        "deaths": Kind("sum of the deaths, with the low and the high count as its bounds", "date_from", _sums, within=True),
        "stock": Kind("what there was on the last day with observations in the period", "date_to", _sums, _latest),
        PRICE: Kind("mean price over the sites with one; their mix may change", "date_from", mean_price, priced),
    }
)
INDEX = Kind("geometric mean over sites of price by the site's mean price in the base, times 100", "date_from", index, based)


def _periods(seen: pa.Table, outcome: Outcome, rules: Rules) -> Sequence[Period]:
    if not seen.num_rows:
        return ()
    return rules.periods(pc.min(seen["day"]).as_py(), pc.max(seen["day"]).as_py(), outcome.period)


def _on_grid(cells: ir.Table, places: Sequence[str], periods: Sequence[Period]) -> ir.Table:
    """Every place in every period, null where nothing was observed."""
    grid = ibis.memtable(pa.table({"place": pa.array(places, pa.string())})).cross_join(ibis.memtable(span_table(periods)))
    joined = grid.left_join(cells, ["place", "period_start"])
    kept = ("place", "period_start", "period_end", *NUMBERS, "n_sources")
    return joined.select(*kept, n=joined.n.fill_null(0)).order_by("place", "period_start")


def _with_evidence(table: pa.Table, file: DataFile) -> pa.Table:
    evidence = [[file.name] if n else [] for n in table["n"].to_pylist()]
    return table.append_column("evidence", pa.array(evidence, pa.list_(pa.string()))).select(PANEL.names).cast(PANEL)


def _coverage(seen: pa.Table, kind: Kind) -> dict[str, str]:
    """How many sites were counted at first and at last, and where most came and went: a jump there may be coverage."""
    sites: dict[str, set[tuple[str, str]]] = {}
    for row in sorted(seen.to_pylist(), key=lambda row: row["period_start"]):
        sites.setdefault(str(row["period_start"]), set()).add((row["named"], row["site"]))
    if not sites:
        return {}
    (first, before), (last, after) = next(iter(sites.items())), list(sites.items())[-1]
    words = {"sites": f"{len(before)} in the period from {first}, {len(after)} in that from {last}"}
    steps = [(start, len(new - old), len(old - new)) for (_, old), (start, new) in pairwise(sites.items())]
    for word, side in (("added", 1), ("lost", 2)):
        most = max(steps, key=lambda step: step[side], default=None)
        if most and most[side]:
            words["sites"] += f"; most {word}: {most[side]} in that from {most[0]}"
    if kind is KINDS["stock"]:
        days = distinct(seen["day"])
        shown = ", ".join(map(str, days)) if len(days) <= DAYS else f"{len(days)} from {days[0]} to {days[-1]}"
        words["days that count"] = shown
    return words
