"""Places that border on the treated one: whether the answer rests on them, and whether the trouble moved there."""

from collections.abc import Mapping
from statistics import NormalDist

from muster.assess.data_checks import check
from muster.assess.robustness import Answer, answer
from muster.assess.rules import significant
from muster.assess.studying import Study
from muster.assess.words import listed, number, percent, things
from muster.estimate import SC, fit_study, placebo_of, standard_error
from muster.estimate import Study as Problem
from muster.records import Better, Check

DRAWS = 200  # sets of comparison places taken as if they were the neighbours
UNKNOWN = "The plan names no geography for this outcome: which places are neighbours is not known."


def next_to(study: Study, rings: Mapping[str, int] | None) -> tuple[str, ...]:
    """The donors that border on the treated place."""
    return tuple(donor for donor in study.donors if rings and rings.get(donor) == 1)


def without_neighbours(study: Study, rings: Mapping[str, int] | None, main: Answer, level: float, better: Better) -> Check:
    """Whether donors further away give the same answer: what spills over to neighbours makes them no comparison."""
    name, near = "without neighbours", next_to(study, rings)
    if rings is None:
        return check(name, None, UNKNOWN)
    if not near:
        return check(name, True, "No comparison place borders on the place.")
    far = study.without(*near)
    if len(far.donors) < 2:
        return check(name, None, f"Without {listed(near)} fewer than two comparison places are left.")
    placebo = placebo_of(far.problem)
    found = answer(placebo, level, better)
    if main.clear and not significant(placebo.smallest_p, level) and found.way == main.way:
        reason = f"Without {listed(near)} the sign is the same, but too few comparison places are left to reach the level."
        return check(name, None, reason)
    same = main.same(found)
    reason = (
        f"Without {listed(near)} the effect is {number(placebo.fit.att)} and the answer {'the same' if same else 'another'}."
    )
    return check(name, same, reason)


def displacement(study: Study, rings: Mapping[str, int] | None, att: float, level: float) -> Check:
    """Whether the neighbours moved the other way: a fall here beside a rise there is a move, not a gain.

    The neighbours together against the places further away, with the error of as many of these taken as if they were the
    neighbours (Arkhangelsky et al. 2021, algorithm 4), one-sided.
    """
    name, near = "displacement", next_to(study, rings)
    if rings is None:
        return check(name, None, UNKNOWN)
    if not near:
        return check(name, None, "No place that borders on the place has complete figures.")
    if len(study.donors) - len(near) < len(near) + 2:
        return check(name, None, f"Too few places further away to compare {listed(near)} with.")
    order = [1 + place for place, donor in enumerate(study.donors) if donor in near]
    rest = [1 + place for place, donor in enumerate(study.donors) if donor not in near]
    problem = Problem(study.outcomes[:, [*order, *rest]].copy(), tuple(range(len(near))), study.pre)
    effect, error = fit_study(problem).att, standard_error(problem, SC, draws=DRAWS).value
    chance = NormalDist().cdf(-abs(effect) / error) if error else float(not effect)
    moved = effect * att < 0 and significant(chance, level)
    reason = (
        f"Against places further away the {things(len(near), 'neighbour')} ({listed(near)}) came to lie {number(abs(effect))} "
        f"{'above' if effect > 0 else 'below'} their mix on average, while the place came to lie {number(abs(att))} "
        f"{'above' if att > 0 else 'below'} its own; so much by chance in {percent(chance)}."
    )
    return check(name, not moved, reason)
