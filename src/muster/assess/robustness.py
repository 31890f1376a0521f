"""Whether an answer survives other choices that could have been made as well: starts, donors, dates, ways of counting."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from muster.assess.data_checks import check
from muster.assess.rules import Toward, significant, toward
from muster.assess.studying import Study
from muster.assess.words import listed, named, number, percent, probability, things
from muster.estimate import Placebo, in_time, leave_two_out, placebo_of
from muster.records import Better, Check, Outcome, Start

WEIGHT = 0.01  # a donor with less is not left out: the mix would hardly change
SHORTEST = 3  # periods after a supposed earlier start: an effect of fewer is the noise of single periods
UNDONE = 0.1  # an effect that so small a change in the share reported would undo is none


@dataclass(frozen=True, slots=True)
class Answer:
    """What a comparison says: whether it parts from chance, and which way."""

    clear: bool
    way: Toward

    def same(self, other: "Answer") -> bool:
        """Whether two comparisons lead to the same verdict."""
        return self.clear == other.clear and (not self.clear or self.way == other.way)


def answer(placebo: Placebo, level: float, better: Better) -> Answer:
    """The answer of a placebo test at a level."""
    return Answer(significant(placebo.p_ratio, level), toward(placebo.fit.att, better))


def other_starts(main: Answer, again: Sequence[tuple[Start, Answer]]) -> Check:
    """Whether each other declared start leads to the same answer: an effect that is there before the start has another cause.

    An earlier date, such as the day on which the mission was agreed, shows what was done in anticipation of it.
    """
    name = "effect at other starts"
    if not again:
        return check(name, None, "No other candidate start is known that can be tested.")
    differ = [start for start, other in again if not main.same(other)]
    if differ:
        starts = listed([named(start) for start in differ])
        return check(name, False, f"The answer differs if the mission is taken to start with {starts}.")
    return check(name, True, f"The answer is the same from {listed([named(start) for start, _ in again])}.")


def one_donor_out(study: Study, placebo: Placebo, level: float, better: Better) -> Check:
    """Whether the answer hangs on one donor: the sign and the test, without each donor that has weight."""
    name = "one donor out"
    weighty = [study.donors[place - 1] for place in np.flatnonzero(placebo.fit.weights > WEIGHT)]
    if len(study.donors) < 3:
        return check(name, None, "With two comparison places none can be left out.")
    main, refits = answer(placebo, level, better), [placebo_of(study.without(donor).problem) for donor in weighty]
    if main.clear:  # with a place less the test may no longer reach its level: then the first rank will do
        level = max(level, 1 / len(study.donors))
    again = [answer(found, level, better) for found in refits]
    differ = [donor for donor, other in zip(weighty, again, strict=True) if not main.same(other)]
    effects = [found.fit.att for found in refits]
    reason = (
        f"Without one of the {things(len(weighty), 'place')} that make up the mix the effect lies from {number(min(effects))} "
        f"to {number(max(effects))}; the answer is "
    )
    return check(name, not differ, f"{reason}{f'another without {listed(differ)}' if differ else 'the same each time'}.")


def earlier_dates(study: Study, att: float) -> Check:
    """Starts moved to where nothing had happened (Abadie, Diamond & Hainmueller 2015, section 4.3)."""
    name, starts = "earlier dates", tuple(range(max(2, study.pre // 2), study.pre - SHORTEST + 1))
    if not starts or study.pre < 2 * SHORTEST:
        return check(name, None, f"Only {things(study.pre, 'period')} before the start: no earlier one can be supposed.")
    found = in_time(study.problem, starts=starts)
    reason = (
        f"At {things(len(starts), 'earlier date')}, when nothing had started, the largest effect found is "
        f"{number(found.largest)}; at the start it is {number(abs(att))}."
    )
    return check(name, found.largest < abs(att), reason)


def under_reporting(study: Study, placebo: Placebo, outcome: Outcome) -> Check:
    """By what share reporting must have changed with the start to undo the sign.

    If a share r of what was reported before is reported after it, the outcome would have been ȳ / r, and it meets the
    counterfactual mean c̄ at r = ȳ / c̄.
    """
    name = "under-reporting"
    if not outcome.measure:
        return check(name, None, "The figures are no counts of reported events.")
    actual, other = float(study.outcomes[study.pre :, 0].mean()), float(placebo.fit.path[study.pre :].mean())
    if min(actual, other) <= 0:
        return check(name, None, "Nothing is counted, or nothing expected, after the start: no share can be told.")
    change = actual / other - 1
    reason = (
        f"The sign of the effect would be undone if the share of events that is reported had "
        f"{'fallen' if change < 0 else 'risen'} by {percent(abs(change))} here and not in the comparison places."
    )
    return check(name, abs(np.log1p(change)) >= -np.log1p(-UNDONE), reason)


def leave_two_out_check(study: Study, main: Answer, level: float) -> Check:
    """The same question to a second test of places, with a finer grid (Lei & Sudijono 2024)."""
    name = "leave two out"
    if len(study.donors) < 3:
        return check(name, None, "Fewer than three comparison places.")
    found = leave_two_out(study.problem)
    reason = (
        f"Against every pair of comparison places: p {probability(found.p_value)}, guaranteed at {probability(found.bound)}; "
        f"the level is {probability(level)}."
    )
    return check(name, significant(found.bound, level) == main.clear, reason)
