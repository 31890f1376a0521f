"""A running mission watched at declared looks: no alarm, or an alarm for better or for worse, or why nothing can be watched.

A pure function of plan, panels and date. Harm by perpetrator (outcomes of domain conduct), displacement (domain access) and
the neighbours of a treated place are always watched: what of it cannot be is a gap, and said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date
from itertools import takewhile
from typing import Literal

from msgspec.structs import replace

from muster.assess.rules import toward
from muster.assess.studying import Study, study
from muster.assess.words import count, day, listed, named, things
from muster.estimate import WatchPlan, plan_watch, watch
from muster.panel import Arrays, Panel, arrays
from muster.panel.periods import grid
from muster.records import Mission, Outcome, Start, Watch

Status = Literal["no alarm", "alarm: better", "alarm: worse", "no look yet", "cannot be watched"]
About = Literal["treated place", "neighbour"]
Rings = Mapping[str, Mapping[str, int]]

EVERY = {"week": 13, "month": 3, "quarter": 1, "year": 1}  # periods from look to look where the plan says nothing


@dataclass(frozen=True, slots=True)
class Seen:
    """A look that took place: the last day that it saw, the share of false alarms spent by then, and what it said."""

    periods: int
    until: date
    spent: float
    status: Status


@dataclass(frozen=True, slots=True)
class Watched:
    """One outcome at one place.

    Attributes:
        about: the place is treated, or borders a treated one (displacement).
        reason: what the status rests on, in a sentence.
        alpha: the share of false alarms over all looks; None where nothing can be watched.
        used, left: the looks that took place, and those to come in periods since the start.
        incomplete: donors that lack a figure and are left out.
    """

    outcome: str
    name: str
    place: str
    about: About
    status: Status
    reason: str
    alpha: float | None = None
    used: tuple[Seen, ...] = ()
    left: tuple[int, ...] = ()
    incomplete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissionWatch:
    """Every series of a mission; ``gaps`` say what of the harm that must be watched is not."""

    title: str
    as_of: date | None
    start: Start | None
    watched: tuple[Watched, ...]
    gaps: tuple[str, ...]

    @property
    def ceiling(self) -> float:
        """The chance of any false alarm at all is at most this: the sum over the series that are watched."""
        return min(1.0, sum(one.alpha or 0.0 for one in self.watched))


def watching(mission: Mission, panels: Mapping[str, Panel], rings: Rings, as_of: date | None) -> MissionWatch:
    """The state of the watch on a date: the same for the same dossier and date, whenever it is asked for.

    Args:
        panels: by outcome id, already cut to what was published by ``as_of``.
        rings: for outcomes with a geography, by id, how many borders lie between each place and the nearest treated one.
    """
    known = [start for start in mission.starts if as_of is None or start.date <= as_of]
    start = max(known, key=lambda one: one.date, default=None)
    watched = []
    for outcome in mission.outcomes:
        panel = panels.get(outcome.id)
        table = _until(arrays(panel), as_of) if panel else None
        watched.append(_watched(outcome, table, start, mission, mission.alpha))
        watched += _neighbours(outcome, table, start, mission, rings.get(outcome.id, {}))
    return MissionWatch(mission.title, as_of, start, tuple(watched), tuple(_gaps(mission, watched)))


def _until(table: Arrays, as_of: date | None) -> Arrays:
    """Only periods that were over on the date."""
    rows = [row for row, end in enumerate(table.ends) if as_of is None or end <= as_of]
    spans = tuple(table.periods[row] for row in rows), tuple(table.ends[row] for row in rows)
    return Arrays(table.places, *spans, table.values[rows], table.low[rows], table.high[rows])


def _neighbours(
    outcome: Outcome, table: Arrays | None, start: Start | None, mission: Mission, rings: Mapping[str, int]
) -> Iterator[Watched]:
    """Each place that borders a treated one as if it were treated, against donors that border none.

    The share of false alarms of one series is shared out over them, so that all neighbours together have it.
    """
    near = sorted(place for place, ring in rings.items() if ring == 1 and place in outcome.donors)
    far = tuple(place for place in outcome.donors if place not in near)
    for place in near:
        beside = replace(outcome, treated=(place,), donors=far)
        yield _watched(beside, table, start, mission, mission.alpha / len(near), "neighbour")


def _watched(
    outcome: Outcome, table: Arrays | None, start: Start | None, mission: Mission, alpha: float, about: About = "treated place"
) -> Watched:
    place = listed(outcome.treated)
    refusal = _refusal(outcome, table, start)
    if refusal or start is None or table is None:
        return Watched(outcome.id, outcome.name, place, about, "cannot be watched", refusal)
    settings = mission.watch or Watch()
    made, looks = study(outcome, table, start), looks_of(settings, outcome, start)
    here = Watched(outcome.id, outcome.name, place, about, "cannot be watched", "", incomplete=made.incomplete)
    if fault := _too_little(made, looks):
        return changed(here, reason=fault)
    plan = plan_watch(units=1 + len(made.donors), looks=looks, alpha=alpha, spending=settings.spending, sides="together")
    if not plan.possible:
        return changed(here, reason=_too_few(plan, alpha))
    return _looked(here, outcome, table, made, plan, (alpha, settings))


def _refusal(  # noqa: PLR0911 - a reason each
    outcome: Outcome, table: Arrays | None, start: Start | None
) -> str:
    """Why an outcome cannot be watched whatever its figures are; empty where it can."""
    if not outcome.file:
        return outcome.missing
    if not outcome.donors:
        return "No comparison: the plan names no donor places, and one series alone raises no alarm."
    if table is None or not table.periods:
        return "No data are known."
    if len(outcome.treated) != 1:
        return f"The plan treats {things(len(outcome.treated), 'place')} together; a watch is of a single one."
    if outcome.period not in EVERY:
        return f"Figures come {outcome.period}: looks need a fixed period."
    if outcome.treated[0] not in table.places:
        return f"The data hold no figure of {outcome.treated[0]}."
    return "" if start else "No start of the mission is known."


def _too_little(made: Study, looks: tuple[int, ...]) -> str:
    if not looks:
        return "None of the declared looks comes after the start."
    if len(made.donors) < 2:
        return f"No comparison: {things(len(made.donors), 'donor place')} with complete figures; two are needed."
    return "" if made.pre >= 2 else f"Periods before {named(made.start)}: {made.pre}; two are needed."


def _too_few(plan: WatchPlan, alpha: float) -> str:
    return (
        f"Too few places: with {plan.units} of them no look can ever raise an alarm at {alpha:.2g}; "
        f"the smallest share of false alarms that they can hold is {plan.smallest_alpha:.2g}."
    )


def looks_of(settings: Watch, outcome: Outcome, start: Start) -> tuple[int, ...]:
    """The declared looks as whole periods since the start, from the calendar alone and never from the data."""
    if not settings.looks:
        every = settings.every or EVERY[outcome.period]
        return tuple(every * (look + 1) for look in range(settings.number))
    over = [span for span in grid(start.date, max(settings.looks), outcome.period) if span[0] >= start.date]
    return tuple(sorted({sum(last <= look for _, last in over) for look in settings.looks} - {0}))


def _looked(here: Watched, outcome: Outcome, table: Arrays, made: Study, plan: WatchPlan, said: tuple[float, Watch]) -> Watched:
    """The looks that have come; ``said`` is the share of false alarms and the settings of the plan."""
    alpha, settings = said
    after = len(made.outcomes) - made.pre
    left = tuple(look for look in plan.looks if look > after)
    here = changed(here, alpha=alpha, left=left)
    if after < plan.looks[0]:
        reason = f"{things(after, outcome.period)} since {named(made.start)}; the first look comes after {plan.looks[0]}."
        return changed(here, status="no look yet", reason=reason)
    found = watch(
        outcomes=made.outcomes,
        treated=0,
        pre=made.pre,
        looks=plan.looks,
        alpha=alpha,
        spending=settings.spending,
        sides="together",
    )
    words = _words(outcome)
    used = tuple(
        Seen(look.periods, table.ends[made.rows[made.pre + look.periods - 1]], look.spent, words[look.status])
        for look in found.looks
    )
    return changed(here, status=words[found.status], used=used, reason=_reason(used, plan, outcome))


def _words(outcome: Outcome) -> dict[str, Status]:
    """What an alarm above or below means for an outcome."""
    up: Status = "alarm: better" if toward(1.0, outcome.better) == "better" else "alarm: worse"
    down: Status = "alarm: worse" if up == "alarm: better" else "alarm: better"
    return {"none": "no alarm", "higher": up, "lower": down}


def _reason(used: tuple[Seen, ...], plan: WatchPlan, outcome: Outcome) -> str:
    """What the looks so far said."""
    quiet = len(list(takewhile(lambda look: look.status == "no alarm", used)))
    if quiet < len(used):
        first = used[quiet]
        return (
            f"Raised at look {quiet + 1} of {len(plan.looks)}, on figures to {day(first.until)}: among the "
            f"{plan.units} places, each set against its own mix of the others, this one parts from its mix too far to be usual."
        )
    able = [look for look in plan.possible if look <= used[-1].periods]
    if not able:
        return f"With {plan.units} places an alarm is possible from {things(plan.possible[0], outcome.period)} on only."
    looked = f"{count(len(used)).capitalize()} of {things(len(plan.looks), 'look')}"
    return f"{looked}: nothing out of the usual among {plan.units} places."


def _gaps(mission: Mission, watched: list[Watched]) -> Iterator[str]:
    """What must be watched and is not."""
    seen = {one.outcome for one in watched if one.status != "cannot be watched" and one.about == "treated place"}
    for domain, harm in (("conduct", "Harm by perpetrator (security forces included)"), ("access", "Displacement")):
        planned = [outcome for outcome in mission.outcomes if outcome.domain == domain]
        lost = [outcome.id for outcome in planned if outcome.id not in seen]
        if not planned:
            yield f"{harm} is not watched: the plan names no outcome of domain {domain}."
        elif lost:
            yield f"{harm}: {listed(lost)} cannot be watched."
    for outcome in mission.outcomes:
        if outcome.measure and not any(one.about == "neighbour" and one.outcome == outcome.id for one in watched):
            why = "no donor place borders the treated one" if outcome.geography else "the plan names no geography"
            yield f"Displacement to neighbours: {outcome.id} is not watched around the treated place: {why}."
    near = {one.outcome for one in watched if one.about == "neighbour" and one.status == "cannot be watched"}
    for name in sorted(near):
        yield f"Displacement to neighbours: {name} cannot be watched at every neighbour, see its rows."
    if not any(outcome.measure for outcome in mission.outcomes):
        yield "Displacement to neighbours is not watched: the plan has no outcome made of events."
