"""Events of any number to few rows, in one pass of an engine: every later step works on these groups."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from muster.panel.engines import Progress, answer
from muster.panel.geography import Geography, placed
from muster.sources import Parsed, Stored
from muster.sources.cells import MOST_DEATHS
from muster.sources.events import FIRST_YEAR, LAST_YEAR, MOST_SOURCES
from muster.sources.shapes import EVENTS

UNITS = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}
# From this precision on, a date is a block of up to a month or a year and not a day.
BLOCK_DATED = 4
DEATHS = ("deaths_best", "deaths_low", "deaths_high")
SOUND = ""

# One row for all events that no later rule can tell apart. ``astray`` is why coordinates give no place, blank where they do.
# ``first`` and ``last`` are the first days of the periods that a block-dated event begins and ends in; for other events both
# are the period of its first day. ``told`` counts the events whose sources were counted, ``sources`` adds these up;
# ``precise``, ``counted`` and ``ranged`` count those with a precision of their date, a number of deaths, a lower bound of it.
GROUPS = pa.schema(
    [
        ("place", pa.string()),
        ("kind", pa.string()),
        ("astray", pa.string()),
        ("fault", pa.string()),
        ("block", pa.bool_()),
        ("first", pa.date32()),
        ("last", pa.date32()),
        ("until", pa.date32()),
        ("events", pa.int64()),
        ("best", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("sources", pa.int64()),
        ("told", pa.int64()),
        ("precise", pa.int64()),
        ("counted", pa.int64()),
        ("ranged", pa.int64()),
    ]
)


def grouped(
    opened: BaseBackend,
    events: Parsed | Stored,
    period: str,
    *,
    kinds: bool,
    geography: Geography | None,
    progress: Progress | None,
) -> pa.Table:
    """The groups of all events, sound or not, as ``GROUPS``; ``kind`` is blank unless ``kinds`` are asked for.

    With a geography ``place`` is where the coordinates lie, else what the file says.

    Events in files are checked in the same pass. That ids are used once takes a second one, over that column alone, unless the
    file vouches for it; only where one is repeated, a third ranks the rows of each id, and the first by place and date stays.
    """
    if isinstance(events, Parsed):
        table = ibis.memtable(events.table)
        sound = table.mutate(fault=ibis.literal(SOUND))
        return _groups(opened, placed(sound, geography), period, kinds=kinds, astray=bool(geography), progress=progress)
    rows = opened.read_parquet(list(events.paths)).select(*EVENTS.names)
    checked = rows.mutate(fault=_fault(rows))
    if not events.unique and _different(opened, rows, progress) < events.rows:
        checked = _ranked(checked)
    return _groups(opened, placed(checked, geography), period, kinds=kinds, astray=bool(geography), progress=progress)


def _different(opened: BaseBackend, rows: ir.Table, progress: Progress | None) -> int:
    """The number of different ids."""
    ids = rows.select("event_id").distinct().aggregate(n=lambda found: found.count())
    return int(answer(opened, ids, "ids", progress)["n"][0].as_py())


def _fault(rows: ir.Table) -> ir.StringValue:
    """The first reason why a row cannot be used, blank for a sound one; the reasons are those of the parsers."""
    keys = ("event_id", "place", "date_from", "date_to", "kind")
    best, low, high = (rows[name] for name in DEATHS)
    span = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return ibis.cases(
        # First, because Spark by way of Ibis takes no number for a missing one.
        (ibis.or_(*(rows[name].isnan() for name in DEATHS)), "bad-number"),
        (ibis.or_(rows.event_id == "", *(rows[name].isnull() for name in keys)), "missing"),
        (~(rows.date_from.between(*span) & rows.date_to.between(*span)), "bad-date"),
        (rows.date_from > rows.date_to, "dates-out-of-order"),
        (~rows.date_precision.between(1, 5), "bad-precision"),
        (ibis.or_(*(rows[name] < 0 for name in DEATHS)), "negative"),
        (ibis.or_(*(~(rows[name] <= MOST_DEATHS) for name in DEATHS)), "bad-number"),
        (ibis.or_(*(rows[name].try_cast("int64") != rows[name] for name in DEATHS)), "bad-number"),
        (~rows.n_sources.between(0, MOST_SOURCES), "bad-number"),
        (~rows.latitude.between(-90, 90) | ~rows.longitude.between(-180, 180), "bad-coordinates"),
        ((low > best) | (best > high), "low-above-high"),
        else_=SOUND,
    )


def _ranked(checked: ir.Table) -> ir.Table:
    """A fault for every sound row whose id an earlier one has: earlier by its cells, so that no order of the file matters."""
    order = [checked[name] for name in ("place", "date_from", "date_to", *EVENTS.names[4:])]
    sound = checked.fault == SOUND
    rank = ibis.row_number().over(ibis.window(group_by=[checked.event_id, sound], order_by=order))
    ranked = checked.mutate(rank=rank)
    again = (ranked.fault == SOUND) & (ranked["rank"] > 0)
    return ranked.mutate(fault=again.ifelse("duplicate-id", ranked.fault)).drop("rank")


def _groups(
    opened: BaseBackend, events: ir.Table, period: str, *, kinds: bool, astray: bool, progress: Progress | None
) -> pa.Table:
    """The sums. What is not sound is one group for each fault, with the fault where the place would be: few keys are fast."""
    sound, unit = events.fault == SOUND, UNITS[period]
    keys = {
        "place": sound.ifelse(events.place, events.fault),
        "first": sound.ifelse(events.date_from.truncate(unit).cast("date"), ibis.null("date")),
        "last": (sound & (events.date_precision >= BLOCK_DATED).fill_null(False)).ifelse(
            events.date_to.truncate(unit).cast("date"), ibis.null("date")
        ),
        **({"kind": events.kind} if kinds else {}),
        **({"astray": sound.ifelse(events.astray, "")} if astray else {}),
    }
    keyed = events.select("date_to", "date_precision", "n_sources", *DEATHS, **keys)
    best = keyed.deaths_best
    sums = keyed.group_by(*keys).aggregate(
        until=keyed.date_to.max(),
        events=keyed.count(),
        best=best.sum(),
        low=keyed.deaths_low.coalesce(best).sum(),
        high=keyed.deaths_high.coalesce(best).sum(),
        sources=keyed.n_sources.sum(),
        told=keyed.n_sources.count(),
        precise=keyed.date_precision.count(),
        counted=best.count(),
        ranged=keyed.deaths_low.count(),
    )
    return _named(answer(opened, sums, "events", progress))


def _named(sums: pa.Table) -> pa.Table:
    """The sums as ``GROUPS``."""
    block, sound, blank = pc.is_valid(sums["last"]), pc.is_valid(sums["first"]), pa.scalar("")
    columns = {
        **{name: sums[name] for name in sums.column_names},
        "place": pc.if_else(sound, sums["place"], blank),
        "fault": pc.if_else(sound, SOUND, sums["place"]),
        "block": block,
        "last": pc.if_else(block, sums["last"], sums["first"]),
    }
    unasked = {name: pa.repeat(blank, sums.num_rows) for name in ("kind", "astray")}
    return pa.table({**unasked, **columns}).select(GROUPS.names).cast(GROUPS)
