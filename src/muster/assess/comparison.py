"""The treated place against its donor places: the estimate, its tests, and the checks that a verdict has to pass.

What no check sees: a start set by a passing peak, for such a peak fades by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from muster.assess.data_checks import check, data_checks
from muster.assess.fit_checks import fit_before, inside_donors, smallest_effect, smallest_p
from muster.assess.neighbours import displacement, without_neighbours
from muster.assess.robustness import (
    Answer,
    answer,
    earlier_dates,
    leave_two_out_check,
    one_donor_out,
    other_starts,
    under_reporting,
)
from muster.assess.studying import Study, study
from muster.assess.words import named, number, percent, probability, things
from muster.estimate import Conformal, Placebo, conformal, placebo_of
from muster.panel import Panel, arrays
from muster.records import Check, Outcome, Start

LEAST_BY_PERIOD = 20  # periods before the start from which the interval of a single period can hold at 0.05 to 0.1


@dataclass(frozen=True, slots=True)
class Comparison:
    """An outcome against its donors at every declared start, before it is known what several outcomes together cost.

    Attributes:
        study, placebo: at the main start; null where no estimate can be made.
        others: the further starts at which an estimate can be made.
        by_period: the test of periods, with the effects that it does not reject; null with the placebo.
        rings: borders between each place and the treated one; null where no geography tells.
    """

    outcome: Outcome
    panel: Panel
    study: Study | None
    placebo: Placebo | None
    others: tuple[tuple[Study, Placebo], ...] = ()
    by_period: Conformal | None = None
    rings: Mapping[str, int] | None = None

    @property
    def p_value(self) -> float:
        """Of the placebo test; 1 where none can be made, so that the outcome keeps its place among those tested."""
        return self.placebo.p_ratio if self.placebo else 1.0

    def answer(self, level: float) -> Answer:
        """What the placebo test says at a level."""
        return answer(self.placebo, level, self.outcome.better) if self.placebo else Answer(False, "neither")


def compare(
    outcome: Outcome, panel: Panel, start: Start, others: Sequence[Start], alpha: float, rings: Mapping[str, int] | None = None
) -> Comparison:
    """Synthetic control with its placebo test at every start, and the interval at 1 - ``alpha`` at the main one."""
    if len(outcome.treated) != 1:
        return Comparison(outcome, panel, None, None)
    table = arrays(panel)
    main = study(outcome, table, start)
    if not main.usable:
        return Comparison(outcome, panel, main, None)
    again = [made for other in others if (made := study(outcome, table, other)).usable]
    return Comparison(
        outcome,
        panel,
        main,
        placebo_of(main.problem),
        tuple((made, placebo_of(made.problem)) for made in again),
        conformal(main.problem, alpha=alpha, by_period=main.pre >= LEAST_BY_PERIOD),
        rings,
    )


def checks(found: Comparison, level: float) -> tuple[Check, ...]:
    """Every question that ``rules.GATES`` names, and those beside them, at the level of this one outcome."""
    study, placebo, outcome = found.study, found.placebo, found.outcome
    if study is None:
        reason = f"The plan treats {things(len(outcome.treated), 'place')} together; the placebo test covers a single one."
        return (check("comparison", None, reason),)
    data = data_checks(study, found.panel)
    if placebo is None:
        return data
    main, better, att = found.answer(level), outcome.better, placebo.fit.att
    return (
        *data,
        fit_before(placebo),
        inside_donors(study),
        smallest_p(placebo, level),
        smallest_effect(study, outcome, att, level),
        other_starts(main, [(other.start, answer(test, level, better)) for other, test in found.others]),
        one_donor_out(study, placebo, level, better),
        earlier_dates(study, att),
        without_neighbours(study, found.rings, main, level, better),
        displacement(study, found.rings, att, level),
        under_reporting(study, placebo, outcome),
        leave_two_out_check(study, main, level),
        _interval(found, main),
    )


def interval(found: Comparison) -> tuple[float, float] | None:
    """The constant effects that the test of periods does not reject; null where a side is unbounded or nothing is left."""
    ends = found.by_period.interval if found.by_period else None
    return ends if ends and np.isfinite(ends).all() else None


def _interval(found: Comparison, main: Answer) -> Check:
    """What a test of periods says beside the test of places (Chernozhukov, Wüthrich & Zhu 2021)."""
    name, tested, ends = "interval", found.by_period, interval(found)
    if tested is None or tested.interval is None:
        return check(name, None, "Too few periods for an interval at the level of the plan.")
    at = f"The test of periods (p {probability(tested.p_value)})"
    if ends is None:
        kind = "rejects every constant effect" if np.isnan(tested.interval).any() else "leaves a side without bound"
        return check(name, None, f"{at} {kind}: no interval can be given.")
    reason = (
        f"{at} does not reject constant effects from {number(ends[0])} to {number(ends[1])} {found.outcome.unit} "
        f"at {percent(1 - tested.alpha)}."
    )
    return check(name, (not ends[0] <= 0 <= ends[1]) == main.clear, reason)


def in_words(found: Comparison, level: float) -> str:
    """The estimate and its test in one sentence: what was measured; the verdict beside it says what that means."""
    if found.study is None or found.placebo is None:
        return ""
    att, places, p = found.placebo.fit.att, len(found.placebo.fits), found.p_value
    ends = interval(found)
    between = f" (interval {number(ends[0])} to {number(ends[1])})" if ends else ""
    return (
        f"After {named(found.study.start)} the outcome was on average {number(abs(att))} {found.outcome.unit} "
        f"{'above' if att > 0 else 'below'} the weighted mix of comparison places that followed it before{between}; "
        f"{round(p * places)} of {places} places, this one included, part from their mix as far "
        f"(p {probability(p)}, level {probability(level)})."
    )
