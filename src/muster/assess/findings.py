"""One finding for each outcome of the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from muster.assess.checks import ALONE, single_checks
from muster.assess.comparison import Comparison, checks, compare, in_words, interval
from muster.assess.description import Description, describe, one_sided, sentence
from muster.assess.paths import Pictures
from muster.assess.picturing import pictures
from muster.assess.rules import levels, stopped, verdict
from muster.assess.series import evidence, evidence_by_period, treated_series
from muster.assess.words import day
from muster.panel import Panel, arrays
from muster.records import Check, Finding, Mission, Outcome, Start

Rings = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What every outcome of a mission shares.

    Attributes:
        starts: the candidate starts known on the date, oldest first; the last is the main one.
        alpha: the level of the plan, which Holm's steps share out over the outcomes that have donors.
    """

    starts: tuple[Start, ...]
    alpha: float
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is found, and what can be drawn of it by outcome id."""

    findings: tuple[Finding, ...]
    pictures: Mapping[str, Pictures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """An outcome before the level of its test is known: its description, and the comparison where the plan has donors."""

    finding: Finding
    found: Comparison | None = None


def assess(
    mission: Mission, panels: Mapping[str, Panel], as_of: date | None, *, rings: Rings | None = None
) -> tuple[Finding, ...]:
    """What happened to each outcome and, apart from it, what the mission did to it as far as can be told.

    The change is read at the last candidate start known on the date (for a mission, the first arrival). A period in which the
    start falls counts on neither side. Outcomes without donor places get a description and always the verdict "cannot tell".

    Args:
        mission: the plan.
        panels: by outcome id, already cut to what was published by ``as_of``; outcomes without one have no data.
        as_of: the date on which things are known; None for all there is.
        rings: by outcome id, how many borders lie between each place and the treated one, where a geography tells.

    Raises:
        EstimateError: an outcome treats several places whose published figures cannot be added.
    """
    return tuple(finding for finding, _ in _assessed(mission, panels, as_of, rings or {}))


def assess_with_pictures(
    mission: Mission, panels: Mapping[str, Panel], as_of: date | None, *, rings: Rings | None = None, every: bool = False
) -> Assessment:
    """The findings of :func:`assess`, and what can be drawn of those that rest on a comparison.

    Args:
        every: leave each donor out of every specification in turn: thousands of them instead of about a hundred.
    """
    each = list(_assessed(mission, panels, as_of, rings or {}))
    drawn = {finding.outcome.id: pictures(found, every=every) for finding, found in each if found and found.placebo}
    return Assessment(tuple(finding for finding, _ in each), drawn)


def _assessed(
    mission: Mission, panels: Mapping[str, Panel], as_of: date | None, rings: Rings
) -> Iterable[tuple[Finding, Comparison | None]]:
    """Describe and fit every outcome, share the level out over those that are tested, then judge each at its own."""
    known = sorted((start for start in mission.starts if as_of is None or start.date <= as_of), key=lambda start: start.date)
    plan = Plan(tuple(known), mission.alpha, as_of)
    told = [_told(outcome, panels.get(outcome.id), plan, rings.get(outcome.id)) for outcome in mission.outcomes]
    tested = [one for one in told if one.finding.outcome.donors]  # planned, though there may be no data yet
    shared = levels([one.found.p_value if one.found else 1.0 for one in tested], plan.alpha)
    level = {one.finding.outcome.id: each for one, each in zip(tested, shared, strict=True)}
    for one in told:
        outcome = one.finding.outcome
        yield (_judged(one.finding, one.found, level[outcome.id]) if one.found else one.finding), one.found


def _told(outcome: Outcome, panel: Panel | None, plan: Plan, rings: Mapping[str, int] | None) -> _Told:
    by = f" by {day(plan.as_of)}" if plan.as_of else ""
    if panel is None:
        return _Told(_no_data(outcome, outcome.missing or f"No figure is known{by}."))
    series = treated_series(outcome, panel)
    if series is None:
        return _Told(_no_data(outcome, f"No figure was published{by}." if plan.as_of else "The data hold no figure."))
    if not plan.starts:
        return _Told(_no_data(outcome, f"No start of the mission is known{by}."))
    *others, main = plan.starts
    told = describe(series, main, plan.alpha)
    single = single_checks(told, others, plan.alpha)
    if not outcome.donors:
        return _Told(_described(told, (ALONE, *single)))
    return _Told(_described(told, single), compare(outcome, panel, main, others, plan.alpha, rings))


def _no_data(outcome: Outcome, reason: str) -> Finding:
    return Finding(outcome=outcome, change="no data", change_text="", verdict="cannot tell", reason=reason)


def _described(told: Description, checks: tuple[Check, ...]) -> Finding:
    """A single series: what happened, and why no more can be told."""
    return Finding(
        outcome=told.series.outcome,
        change=told.change,
        change_text=sentence(told),
        verdict="cannot tell",
        reason=" ".join(stopped(checks, significant=False)) if told.compared else one_sided(told),
        checks=checks,
        evidence=evidence(told.series.evidence, told.rows),
    )


def _judged(described: Finding, found: Comparison, level: float) -> Finding:
    """The description with the estimate against the donors, and the verdict that its checks allow at its level."""
    made = checks(found, level)
    answer = found.answer(level)
    why = stopped(made, significant=answer.clear)
    if found.placebo is None or found.study is None:
        reason = " ".join(why) if described.change != "no data" else described.reason
        return replace(described, reason=reason, checks=(*made, *described.checks))
    table = arrays(found.panel)
    ids = evidence_by_period(found.panel, table, {*described.outcome.treated, *found.study.donors})
    return replace(
        described,
        verdict=verdict(made, significant=answer.clear, toward=answer.way),
        reason=" ".join(why) or in_words(found, level),
        estimate=found.placebo.fit.att,
        interval=interval(found),
        p_value=found.placebo.p_ratio,
        smallest_p=found.placebo.smallest_p,
        checks=(*made, *described.checks),
        evidence=tuple(dict.fromkeys((*described.evidence, *evidence(ids, found.study.rows)))),
    )
