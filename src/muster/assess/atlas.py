"""One past mission by the atlas's one design: deaths by country and year, against countries without a mission.

The outcome is log(1 + deaths): wars differ by orders of magnitude, so that an effect is a factor and one war does not drown the
others, and a year without a death counted is a number. The year of arrival is partly without the mission and counts on neither
side.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from muster.assess.atlas_data import World
from muster.assess.comparison import Comparison, checks, compare
from muster.assess.rules import GATES, stopped, verdict
from muster.assess.words import listed, number, percent, probability, things
from muster.estimate import SC, checked_study, standard_error
from muster.panel import PANEL, Arrays, Panel
from muster.records import Check, Outcome, Record, Start, Verdict

OUTCOME = Outcome(
    id="deaths",
    name="Deaths in organised violence",
    domain="security",
    unit="log(1 + deaths)",
    better="lower",
    period="year",
    treated=(),
)
ALONE = "no earlier mission"  # a check of the atlas beside the assessment's
NORMAL = 1.6448536269514722  # 95th percentile: two-sided intervals of 90 percent


class Design(Record, frozen=True, kw_only=True):
    """What is the same for every mission: windows in years, and who may be a donor.

    ``before`` and ``after`` are the years of the two windows, ``active`` how many of those before must have deaths in a donor
    country (one that was never at war follows no war), ``alpha`` the level of each mission's test.
    """

    before: int = 10
    after: int = 5
    active: int = 3
    alpha: float = 0.1


class Entry(Record, frozen=True, kw_only=True):
    """One mission of the atlas.

    ``start`` is the first year in which a source names it in ``country``, where most of it was; ``troops`` whether it ever had
    troops there, ``elsewhere`` the other countries.
    ``effect``, ``low`` and ``high`` (90 percent) and ``error`` are in log(1 + deaths), averaged over the years after; they are
    null where nothing was estimated, and must not be read where ``verdict`` is "cannot tell".
    """

    mission: str
    country: str
    name: str
    start: int
    troops: bool
    elsewhere: tuple[str, ...]
    verdict: Verdict
    stopped_by: tuple[str, ...]
    reason: str
    donors: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    p_value: float | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A mission with all that its entry depends on.

    Attributes:
        earlier: other missions in the country in the window before.
        donors: countries with a figure in every year of both windows, deaths in enough years before, and no mission in either.
        table: (T, N) log(1 + deaths) in the two windows; empty where the data have no series of the country.
    """

    mission: str
    country: str
    name: str
    start: int
    troops: bool
    elsewhere: tuple[str, ...]
    earlier: tuple[str, ...]
    donors: tuple[str, ...]
    table: Arrays | None


def cases(world: World, design: Design) -> tuple[Case, ...]:
    """Every mission of the data, in order of its start and then its name: never of its effect."""
    made = [_case(mission, world, design) for mission in world.missions]
    return tuple(sorted(made, key=lambda case: (case.start, case.mission)))


def _case(mission: str, world: World, design: Design) -> Case:
    country, start, troops = world.main(mission)
    elsewhere = tuple(sorted(world.countries(mission) - {country}))
    window = range(start - design.before, start + design.after + 1)
    before = range(start - design.before, start)
    earlier = tuple(sorted(world.present(country, before) - {mission}))
    said = mission, country, world.names.get(country, country), start, troops, elsewhere, earlier
    if country not in world.deaths.places:
        return Case(*said, (), None)
    rows = [row for row, first in enumerate(world.deaths.periods) if first.year in window]
    values = world.deaths.values[rows]
    old = [place for place, row in enumerate(rows) if world.deaths.periods[row].year < start]
    active = np.count_nonzero(values[old] > 0, axis=0) >= design.active
    whole = np.isfinite(values.sum(axis=0))
    donors = tuple(
        place
        for column, place in enumerate(world.deaths.places)
        if active[column] and whole[column] and place != country and not world.present(place, window)
    )
    first, last = (tuple(days[row] for row in rows) for days in (world.deaths.periods, world.deaths.ends))
    logs = np.log1p(values)
    return Case(*said, donors, Arrays(world.deaths.places, first, last, logs, logs, logs))


def entry(case: Case, design: Design) -> Entry:
    """Estimate, checks and verdict of a mission; the checks are the assessment's and two of the atlas."""
    bare = Entry(
        mission=case.mission,
        country=case.country,
        name=case.name,
        start=case.start,
        troops=case.troops,
        elsewhere=case.elsewhere,
        verdict="cannot tell",
        stopped_by=("series",),
        reason=f"The deaths hold no series of {case.name}.",
        donors=len(case.donors),
    )
    if case.table is None or not len(case.table.periods):
        return bare
    outcome = replace(OUTCOME, treated=(case.country,), donors=case.donors)
    main, other = _start(case.start), _start(case.start - 1)
    found = compare(outcome, _panel(outcome, case.table), main, (other,), design.alpha)
    made, said, alone = checks(found, design.alpha), found.answer(design.alpha), _alone(case, design)
    barred = [one.name for one in (alone, *made) if _stops(one, clear=said.clear)]
    told = verdict(made, significant=said.clear, toward=said.way) if not barred else "cannot tell"
    reasons = ((alone.reason,) if alone.verdict == "fail" else ()) + stopped(made, significant=said.clear)
    checked = replace(bare, verdict=told, stopped_by=tuple(barred), reason=" ".join(reasons), checks=(alone, *made))
    return _estimated(checked, found)


def _panel(outcome: Outcome, table: Arrays) -> Panel:
    """The window of a mission as the panel that the assessment asks its questions of: one release, nobody counted sources."""
    shape = table.values.shape
    rows = {
        "place": np.tile(np.array(table.places), shape[0]),
        "period_start": np.repeat(np.array(table.periods, dtype="datetime64[D]"), shape[1]),
        "period_end": np.repeat(np.array(table.ends, dtype="datetime64[D]"), shape[1]),
        **{name: getattr(table, f"{name}s" if name == "value" else name).ravel() for name in ("value", "low", "high")},
        "n": np.ones(shape[0] * shape[1], dtype=np.int32),
        "n_sources": pa.nulls(shape[0] * shape[1], pa.int64()),
        "evidence": pa.nulls(shape[0] * shape[1], pa.list_(pa.string())),
    }
    return Panel(outcome, pa.table(rows, schema=PANEL), {}, (), None)


def _stops(check: Check, *, clear: bool) -> bool:
    """Whether a check forbids to speak of an effect (``clear``) or to say that none was detected."""
    if check.name == ALONE:
        return check.verdict == "fail"
    gate = GATES.get(check.name)
    return gate is not None and check.verdict in (gate.effect if clear else gate.none)


def _start(year: int) -> Start:
    """The middle of a year, so that the year counts on neither side: the data tell the year of an arrival only."""
    return Start(name="arrival (known to the year, taken as its middle)", date=date(year, 7, 1))


def _alone(case: Case, design: Design) -> Check:
    """Whether the years before were without a mission: else they are no picture of what comes without one."""
    if not case.earlier:
        reason = f"No other mission was in {case.name} in the {design.before} years before."
        return Check(name=ALONE, verdict="pass", reason=reason)
    reason = f"In the {design.before} years before {case.name} had {listed(case.earlier)}."
    return Check(name=ALONE, verdict="fail", reason=reason)


def _estimated(bare: Entry, found: Comparison) -> Entry:
    """The numbers, where the windows are long enough for them to mean anything."""
    if found.study is None or found.placebo is None or "periods" in bare.stopped_by:
        return bare
    chosen = checked_study(outcomes=found.study.outcomes, treated=0, pre=found.study.pre)
    error, effect = standard_error(chosen, SC).value, found.placebo.fit.att
    made = replace(
        bare,
        effect=effect,
        low=effect - NORMAL * error,
        high=effect + NORMAL * error,
        error=error,
        p_value=found.placebo.p_ratio,
    )
    return (
        made
        if bare.verdict == "cannot tell"
        else replace(made, reason=_in_words(made, len(found.study.outcomes) - found.study.pre))
    )


def _in_words(made: Entry, after: int) -> str:
    effect = made.effect or 0.0
    return (
        f"In the {things(after, 'year')} after {made.start}, 1 + deaths were on average {factor(effect)} those of the mix of "
        f"countries that followed {made.name} before (p {probability(made.p_value or 0.0)}; {percent(made.p_value or 0.0)} of "
        f"{made.donors + 1} countries part from theirs as far)."
    )


def factor(effect: float) -> str:
    """An effect in logs as a factor: ``2.3 times``, ``0.4 times``."""
    times = float(np.exp(effect))
    return f"{number(times) if times >= 1 else f'{times:.2g}'} times"
