"""The treated place against its donor places: the estimate, its placebo test, and the checks that a verdict has to pass.

What these checks do not see yet: a start set by a passing peak, spill-over into the donor places, changes in reporting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from muster.assess.rules import Toward, significant, toward
from muster.assess.series import Rows
from muster.assess.words import listed, named, number, percent, probability, things
from muster.estimate import Placebo, placebo_test
from muster.panel import Arrays
from muster.records import Check, Outcome, Start

PERIODS = 10  # before the start, fewer match by chance: a long run of them is what makes a close fit mean something
WORST = 0.2  # the treated place may not be among this share of places that are fitted worst
OUTSIDE = 0.5  # nor lie above or below all donors in more than this share of the periods before


@dataclass(frozen=True, slots=True)
class Study:
    """The complete places of a panel around one start: the treated one first, periods across the start left out.

    Attributes:
        outcomes: (T, 1 + donors); ``pre`` of the periods are over before the start.
        incomplete: planned donors that lack a figure in a period that the treated place has.
    """

    start: Start
    donors: tuple[str, ...]
    incomplete: tuple[str, ...]
    outcomes: np.ndarray
    pre: int
    rows: Rows

    @property
    def usable(self) -> bool:
        """Whether an estimate can be made at all."""
        return len(self.donors) > 1 and 2 <= self.pre < len(self.outcomes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Estimate and checks; ``placebo`` is null where no estimate can be made."""

    study: Study | None
    placebo: Placebo | None
    checks: tuple[Check, ...]
    significant: bool
    toward: Toward


def study(outcome: Outcome, table: Arrays, start: Start) -> Study:
    """The panel of the single treated place and the donors that have a figure wherever it has one."""
    column = table.places.index(outcome.treated[0])
    sided = [end < start.date or first >= start.date for first, end in zip(table.periods, table.ends, strict=True)]
    rows = np.flatnonzero(np.array(sided) & np.isfinite(table.values[:, column]))
    there = [donor for donor in outcome.donors if donor in table.places and donor not in outcome.treated]
    whole = [donor for donor in there if np.isfinite(table.values[rows, table.places.index(donor)]).all()]
    columns = np.array([column, *(table.places.index(donor) for donor in whole)])
    pre = sum(table.ends[row] < start.date for row in rows)
    incomplete = tuple(donor for donor in outcome.donors if donor not in whole)
    return Study(start, tuple(whole), incomplete, table.values[np.ix_(rows, columns)], pre, rows)


def compare(outcome: Outcome, table: Arrays, start: Start, others: Sequence[Start], alpha: float) -> Comparison:
    """Synthetic control and placebo test at the main start, with the checks of ``rules.GATES``.

    ``alpha`` is the level of this one outcome, after what several outcomes tested together cost.
    """
    if len(outcome.treated) != 1:
        reason = f"The plan treats {things(len(outcome.treated), 'place')} together; the placebo test covers a single one."
        return Comparison(None, None, (Check(name="comparison", verdict="not possible", reason=reason),), False, "neither")
    main = study(outcome, table, start)
    checks: tuple[Check, ...] = (_donors(main), _periods(main))
    if not main.usable:
        return Comparison(main, None, checks, False, "neither")
    placebo, clear, way = _test(main, outcome, alpha)
    again = [(other, _test(made, outcome, alpha)) for other in others if (made := study(outcome, table, other)).usable]
    checks += (
        _fit(placebo),
        _support(main),
        _smallest(placebo, alpha),
        _other_starts(clear, way, [(other, found[1:]) for other, found in again]),
    )
    return Comparison(main, placebo, checks, clear, way)


def in_words(outcome: Outcome, start: Start, placebo: Placebo, alpha: float) -> str:
    """The estimate and its test in one sentence: what was measured; the verdict beside it says what that means."""
    att, places = placebo.fit.att, len(placebo.fits)
    return (
        f"After {named(start)} the outcome was on average {number(abs(att))} {outcome.unit} "
        f"{'above' if att > 0 else 'below'} the weighted mix of comparison places that followed it before; "
        f"{round(placebo.p_ratio * places)} of {places} places, this one included, part from their mix as far "
        f"(p {probability(placebo.p_ratio)}, level {probability(alpha)})."
    )


def _test(study: Study, outcome: Outcome, alpha: float) -> tuple[Placebo, bool, Toward]:
    placebo = placebo_test(outcomes=study.outcomes, treated=0, pre=study.pre)
    return placebo, significant(placebo.p_ratio, alpha), toward(placebo.fit.att, outcome.better)


def _check(name: str, passed: bool, reason: str) -> Check:
    return Check(name=name, verdict="pass" if passed else "fail", reason=reason)


def _donors(study: Study) -> Check:
    left_out = f" Left out for missing figures: {listed(study.incomplete)}." if study.incomplete else ""
    enough = len(study.donors) > 1
    reason = f"Comparison places with complete figures: {len(study.donors)}{'' if enough else '; two are needed'}.{left_out}"
    return _check("comparison", enough, reason)


def _periods(study: Study) -> Check:
    after = len(study.outcomes) - study.pre
    reason = (
        f"Periods to compare: {study.pre} before and {after} after {named(study.start)}; at least {PERIODS} and one are needed."
    )
    return _check("periods", study.pre >= PERIODS and after > 0, reason)


def _fit(placebo: Placebo) -> Check:
    """The fit before the start against the placebos' (Abadie, Diamond & Hainmueller 2010, section 3.4)."""
    errors = np.array([fit.pre_rmspe for fit in placebo.fits])
    closer = float((errors[1:] < errors[0]).mean())
    reason = (
        f"Before the start the mix missed the place by {number(errors[0])} (root mean square); "
        f"{percent(closer)} of the comparison places are matched more closely by theirs."
    )
    return _check("fit before", closer <= 1 - WORST, reason)


def _support(study: Study) -> Check:
    """A mix of donors cannot leave their range, so a place outside it has no counterpart.

    Any one of N like places is the highest or lowest of a period in 2 of N periods, so single periods outside are no failure.
    """
    treated, donors = study.outcomes[: study.pre, 0], study.outcomes[: study.pre, 1:]
    levels = donors.mean(axis=0)
    level_inside = levels.min() <= treated.mean() <= levels.max()
    outside = float(((treated < donors.min(axis=1)) | (treated > donors.max(axis=1))).mean())
    reason = (
        f"Before the start the place's average lies {'inside' if level_inside else 'outside'} the range of the comparison "
        f"places' averages; in {percent(outside)} of the periods it lies above or below them all."
    )
    return _check("inside donors", bool(level_inside) and outside <= OUTSIDE, reason)


def _smallest(placebo: Placebo, alpha: float) -> Check:
    reason = (
        f"With {len(placebo.fits)} places the smallest p that the test can give is {probability(placebo.smallest_p)}; "
        f"the level is {probability(alpha)}."
    )
    return _check("smallest p", significant(placebo.smallest_p, alpha), reason)


def _other_starts(clear: bool, way: Toward, again: Sequence[tuple[Start, tuple[bool, Toward]]]) -> Check:
    """Whether each other candidate start leads to the same answer."""
    name = "effect at other starts"
    if not again:
        return Check(name=name, verdict="not possible", reason="No other candidate start is known that can be tested.")
    differ = [start for start, (too, other) in again if too != clear or (too and other != way)]
    if differ:
        return _check(
            name,
            False,
            f"The answer differs if the mission is taken to start with {listed([named(start) for start in differ])}.",
        )
    return _check(name, True, f"The answer is the same from {listed([named(start) for start, _ in again])}.")
