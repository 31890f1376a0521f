"""Events to counts or deaths by place and period, with a zero row wherever the source covered and nothing happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from muster.errors import PanelError
from muster.panel.engines import connection
from muster.panel.geography import Areas
from muster.panel.grouping import SOUND, UNITS, grouped
from muster.panel.periods import Period
from muster.panel.rules import Rules, distinct, planned_places
from muster.panel.values import PANEL, Panel
from muster.records import DataFile, Outcome
from muster.sources import Parsed, Stored

MEASURES = {
    "events": "number of events",
    "deaths": "best estimate of deaths, with the low and the high one as its bounds",
}
COUNTED = "counted"
OTHER_KINDS = "set aside, other kinds"
OUTSIDE_SPAN = "set aside, outside the covered span"
BLOCK = "set aside, block-dated"
NO_PLACE = "set aside, without a place"
OTHER_PLACES = "set aside, places outside the plan"


def event_panel(outcome: Outcome, events: Parsed | Stored, file: DataFile, rules: Rules) -> Panel:
    """A panel of an events file; see :func:`muster.panel.build`."""
    _check(outcome)
    if not rules.knows(file.vintage):
        recipe = {"measure": MEASURES[outcome.measure], "known then": "nothing: the file's vintage is later or no date"}
        return Panel(outcome, PANEL.empty_table(), recipe, (file,), None)
    with connection(rules.engine) as opened:
        groups = grouped(
            opened,
            events,
            outcome.period,
            kinds=bool(outcome.kinds),
            geography=rules.geography,
            progress=rules.engine.progress,
        )
    sound = groups.filter(pc.equal(groups["fault"], SOUND))
    sound = _renamed(sound, rules.resolving(sound["place"]))
    _check_told(outcome, sound)
    names = tuple(name for name in distinct(sound["place"]) if name)
    if isinstance(rules.geography, Areas):
        names = rules.geography.polygons.places
    grid = _grid(outcome, sound, planned_places(outcome, names), rules)
    fates = _fates(sound, outcome, grid, rules)
    recipe = {
        "measure": MEASURES[outcome.measure],
        **({"kinds": "; ".join(outcome.kinds)} if outcome.kinds else {}),
        "period": f"{outcome.period}; an event counts on its first day",
        **({"geography": rules.geography.words} if rules.geography else {}),
        "places": "; ".join(grid.places),
        **_silent(grid.places, names),
        "covered": f"{grid.start} to {grid.end}, {'as declared' if rules.covered else 'from the first to the last event'}",
        "block-dated events": rules.blocks + (" evenly over the periods they cover" if rules.blocks == "spread" else ""),
        **_told_in_words(sound, fates),
        **_unsaid(sound, outcome),
        **_set_aside(groups),
    }
    counted = sound.filter(pa.array(fates == COUNTED))
    inputs = (file, *(rules.geography.inputs if rules.geography else ()))
    return Panel(outcome, _table(counted, outcome, grid, file), recipe, inputs, (grid.start, grid.end))


@dataclass(frozen=True, slots=True)
class Grid:
    """The places and the periods of a panel, both sorted."""

    places: tuple[str, ...]
    periods: tuple[Period, ...]

    @property
    def start(self) -> date:
        """The first day."""
        return self.periods[0][0]

    @property
    def end(self) -> date:
        """The last day."""
        return self.periods[-1][1]

    def rows(self, groups: pa.Table) -> NDArray[np.int64]:
        """The number of each group's place among the places."""
        numbers: NDArray[np.int64] = pc.index_in(groups["place"], pa.array(self.places, pa.string())).to_numpy()
        return numbers

    def columns(self, days: pa.ChunkedArray) -> NDArray[np.intp]:
        """The number of the period that begins on each day."""
        starts = np.array([start for start, _ in self.periods], dtype="datetime64[D]")
        firsts: NDArray[np.datetime64] = days.to_numpy().astype("datetime64[D]")
        return np.searchsorted(starts, firsts)


def _check(outcome: Outcome) -> None:
    where = f"outcome {outcome.id}"
    if outcome.measure not in MEASURES:
        raise PanelError(
            f"measure {outcome.measure!r} of an events file", where=where, expected=f"one of {', '.join(MEASURES)}"
        )
    if outcome.period not in UNITS:
        raise PanelError(f"period {outcome.period!r} of an events file", where=where, expected=f"one of {', '.join(UNITS)}")


def _check_told(outcome: Outcome, sound: pa.Table) -> None:
    """The file must hold the kinds that the plan names and, where deaths are asked for, a number of them."""
    if outcome.measure == "deaths" and sound.num_rows and not pc.sum(sound["counted"]).as_py():
        do = 'plan measure = "events", or say in the sidecar which column holds deaths'
        raise PanelError("no event of the file tells how many died", where=f"outcome {outcome.id}", do=do)
    there = distinct(sound["kind"])
    unknown = [kind for kind in outcome.kinds if kind not in there]
    if unknown:
        more = f" and {len(there) - 12} more" if len(there) > 12 else ""
        raise PanelError(
            f"no event of kind {', '.join(map(repr, unknown))}",
            where=f"outcome {outcome.id}",
            expected=f"kinds such as {', '.join(there[:12])}{more}",
        )


def _renamed(groups: pa.Table, rules: Rules) -> pa.Table:
    """The groups with the plan's names of places."""
    coded = groups["place"].combine_chunks().dictionary_encode()
    names = pa.array([rules.places.get(name, name) for name in coded.dictionary.to_pylist()], pa.string())
    return groups.set_column(groups.schema.get_field_index("place"), "place", names.take(coded.indices))


def _grid(outcome: Outcome, sound: pa.Table, places: tuple[str, ...], rules: Rules) -> Grid:
    if not sound.num_rows:
        raise PanelError("no row of the file can be used", where=f"outcome {outcome.id}", expected="at least one sound row")
    return Grid(places, rules.periods(pc.min(sound["first"]).as_py(), pc.max(sound["until"]).as_py(), outcome.period))


def _fates(sound: pa.Table, outcome: Outcome, grid: Grid, rules: Rules) -> NDArray[np.str_]:
    """What becomes of each group; of several reasons to set it aside the first one tells."""
    block = sound["block"].to_numpy()
    last = sound["last" if rules.blocks == "spread" else "first"]
    nowhere = [
        (OTHER_KINDS, pc.invert(pc.is_in(sound["kind"], pa.array(outcome.kinds or [""], pa.string())))),
        (OUTSIDE_SPAN, pc.or_(pc.less(sound["first"], grid.start), pc.greater(last, grid.end))),
        (BLOCK, pa.array(block & (rules.blocks != "spread"))),
        *_astray(sound),
        (NO_PLACE, pc.equal(sound["place"], "")),
        (OTHER_PLACES, pc.invert(pc.is_in(sound["place"], pa.array(grid.places, pa.string())))),
    ]
    return np.select([np.asarray(mask) for _, mask in nowhere], [fate for fate, _ in nowhere], COUNTED)


def _astray(sound: pa.Table) -> list[tuple[str, pa.BooleanArray]]:
    """The reasons why coordinates give no place."""
    return [(reason, pc.equal(sound["astray"], reason)) for reason in distinct(sound["astray"]) if reason]


def _unsaid(sound: pa.Table, outcome: Outcome) -> dict[str, str]:
    """What the file does not say of its events, and how they were taken all the same."""
    events, precise, counted, ranged = (pc.sum(sound[name]).as_py() or 0 for name in ("events", "precise", "counted", "ranged"))
    words = (
        {"events without a precision of their date": f"{events - precise}, taken as known to the day"}
        if events > precise
        else {}
    )
    if outcome.measure == "deaths" and events > counted:
        words["events without a number of deaths"] = f"{events - counted}, which add none"
    if outcome.measure == "deaths" and counted > ranged:
        words["events without a range of deaths"] = f"{counted - ranged}, their one number stands for both bounds"
    return words


def _told_in_words(sound: pa.Table, fates: NDArray[np.str_]) -> dict[str, str]:
    events, deaths = sound["events"].to_numpy(), sound["best"].to_numpy()
    told = [COUNTED, *sorted({*fates.tolist()} - {COUNTED})]
    return {fate: f"events: {events[fates == fate].sum()}, deaths: {deaths[fates == fate].sum():.0f}" for fate in told}


def _set_aside(groups: pa.Table) -> dict[str, str]:
    faulty = groups.filter(pc.not_equal(groups["fault"], SOUND)).group_by("fault").aggregate([("events", "sum")])
    rows: Sequence[Mapping[str, object]] = sorted(faulty.to_pylist(), key=lambda row: str(row["fault"]))
    return {f"rows of the file set aside, {row['fault']}": str(row["events_sum"]) for row in rows}


def _silent(places: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    silent = [place for place in places if place not in {*names}]
    return {"places without an event in the file": "; ".join(silent)} if silent else {}


def _table(counted: pa.Table, outcome: Outcome, grid: Grid, file: DataFile) -> pa.Table:
    """Every place in every period, zero where no event was counted."""
    measured = ("events",) * 3 if outcome.measure == "events" else ("best", "low", "high")
    first, last = grid.columns(counted["first"]), grid.columns(counted["last"])
    cells, touched = grid.rows(counted) * len(grid.periods) + first, last - first + 1

    def summed(column: str, *, shared: bool) -> NDArray[np.float64]:
        amounts = counted[column].fill_null(0).to_numpy().astype(np.float64)
        return _sums(amounts, cells, touched, len(grid.places) * len(grid.periods), shared=shared)

    value, low, high = (summed(name, shared=True) for name in measured)
    n, sources, told = (summed(name, shared=False) for name in ("events", "sources", "told"))
    starts, ends = (np.array(days, dtype="datetime64[D]") for days in zip(*grid.periods, strict=True))
    columns = {
        "place": pa.array(grid.places, pa.string()).take(np.repeat(np.arange(len(grid.places)), starts.size)),
        "period_start": np.tile(starts, len(grid.places)),
        "period_end": np.tile(ends, len(grid.places)),
        **{"value": value, "low": low, "high": high, "n": n.astype(np.int32)},
        "n_sources": pa.array(sources.astype(np.int64), mask=(n > 0) & (told == 0)),
        "evidence": pa.ListArray.from_arrays(np.arange(n.size + 1, dtype=np.int32), pa.repeat(file.name, n.size)),
    }
    return pa.table(columns, schema=PANEL)


def _sums(
    amounts: NDArray[np.float64], cells: NDArray[np.int64], touched: NDArray[np.int64], size: int, *, shared: bool
) -> NDArray[np.float64]:
    """The amounts of groups summed over ``size`` cells, place by place and period by period.

    A block counts in every period it touches, with an equal part of it where ``shared``. Groups that touch as many periods
    are added first, as whole numbers, then divided: so the sum is the same in whatever order the groups come.
    """
    total = np.zeros(size)
    for periods in np.unique(touched):
        some = touched == periods
        spread = (cells[some][:, None] + np.arange(periods)).ravel()
        whole = np.bincount(spread, weights=np.repeat(amounts[some], periods), minlength=size)
        total += whole / periods if shared else whole
    return total
