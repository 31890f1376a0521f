"""One finding for each outcome of the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from muster.assess.checks import ALONE, single_checks
from muster.assess.comparison import Comparison, compare, in_words
from muster.assess.description import Description, describe, one_sided, sentence
from muster.assess.rules import stopped, verdict
from muster.assess.series import evidence, evidence_by_period, treated_series
from muster.assess.words import day
from muster.panel import Panel, arrays
from muster.records import Check, Finding, Mission, Outcome, Start


@dataclass(frozen=True, slots=True)
class Plan:
    """What every outcome of a mission shares.

    Attributes:
        starts: the candidate starts known on the date, oldest first; the last is the main one.
        alpha: the level of the plan.
        level: the level of one test of an effect: alpha in equal parts over the outcomes that have donors (Bonferroni), so that
            the chance of any false verdict over the whole plan stays within alpha.
    """

    starts: tuple[Start, ...]
    alpha: float
    level: float
    as_of: date | None


def assess(mission: Mission, panels: Mapping[str, Panel], as_of: date | None) -> tuple[Finding, ...]:
    """What happened to each outcome and, apart from it, what the mission did to it as far as can be told.

    The change is read at the last candidate start known on the date (for a mission, the first arrival). A period in which the
    start falls counts on neither side. Outcomes without donor places get a description and always the verdict "cannot tell".

    Args:
        mission: the plan.
        panels: by outcome id, already cut to what was published by ``as_of``; outcomes without one have no data.
        as_of: the date on which things are known; None for all there is.

    Raises:
        EstimateError: an outcome treats several places whose published figures cannot be added.
    """
    known = sorted((start for start in mission.starts if as_of is None or start.date <= as_of), key=lambda start: start.date)
    tested = sum(bool(outcome.donors) for outcome in mission.outcomes)
    plan = Plan(tuple(known), mission.alpha, mission.alpha / max(tested, 1), as_of)
    return tuple(_finding(outcome, panels.get(outcome.id), plan) for outcome in mission.outcomes)


def _finding(outcome: Outcome, panel: Panel | None, plan: Plan) -> Finding:
    by = f" by {day(plan.as_of)}" if plan.as_of else ""
    if panel is None:
        return _no_data(outcome, outcome.missing or f"No figure is known{by}.")
    series = treated_series(outcome, panel)
    if series is None:
        return _no_data(outcome, f"No figure was published{by}." if plan.as_of else "The data hold no figure.")
    if not plan.starts:
        return _no_data(outcome, f"No start of the mission is known{by}.")
    *others, main = plan.starts
    told = describe(series, main, plan.alpha)
    single = single_checks(told, others, plan.alpha)
    if not outcome.donors:
        return _described(told, (ALONE, *single))
    found = compare(outcome, arrays(panel), main, others, plan.level)
    return _compared(_described(told, (*found.checks, *single)), found, panel, plan)


def _no_data(outcome: Outcome, reason: str) -> Finding:
    return Finding(outcome=outcome, change="no data", change_text="", verdict="cannot tell", reason=reason)


def _described(told: Description, checks: tuple[Check, ...]) -> Finding:
    """A single series: what happened, and why no more can be told."""
    return Finding(
        outcome=told.series.outcome,
        change=told.change,
        change_text=sentence(told),
        verdict=verdict(checks, significant=False, toward="neither"),
        reason=" ".join(stopped(checks)) if told.compared else one_sided(told),
        checks=checks,
        evidence=evidence(told.series.evidence, told.rows),
    )


def _compared(described: Finding, found: Comparison, panel: Panel, plan: Plan) -> Finding:
    """The description with the estimate against the donors, and the verdict that its checks allow."""
    if found.placebo is None or found.study is None:
        return described
    table, study = arrays(panel), found.study
    ids = evidence_by_period(panel, table, {*described.outcome.treated, *study.donors})
    estimated = replace(
        described,
        estimate=found.placebo.fit.att,
        p_value=found.placebo.p_ratio,
        smallest_p=found.placebo.smallest_p,
        evidence=tuple(dict.fromkeys((*described.evidence, *evidence(ids, study.rows)))),
    )
    if stopped(described.checks):
        return estimated
    return replace(
        estimated,
        verdict=verdict(described.checks, significant=found.significant, toward=found.toward),
        reason=in_words(described.outcome, study.start, found.placebo, plan.level),
    )
