"""The questions put to the fit before the start, and to what the test can tell at all."""

import numpy as np

from muster.assess.data_checks import check
from muster.assess.rules import significant
from muster.assess.studying import Study
from muster.assess.words import number, percent, probability, things
from muster.estimate import Placebo, Power, power
from muster.records import Check, Outcome

WORST = 0.2  # the treated place may not be among this share of places that are fitted worst
OUTSIDE = 0.5  # nor lie above or below all donors in more than this share of the periods before
LONGER = (6, 12, 24, 36)  # periods beyond those observed, for which is asked whether waiting would tell
SHARE = 0.8  # power of the smallest effect


def fit_before(placebo: Placebo) -> Check:
    """The fit before the start against the placebos' (Abadie, Diamond & Hainmueller 2010, section 3.4)."""
    errors = np.array([fit.pre_rmspe for fit in placebo.fits])
    closer = float((errors[1:] < errors[0]).mean())
    reason = (
        f"Before the start the mix missed the place by {number(errors[0])} (root mean square); "
        f"{percent(closer)} of the comparison places are matched more closely by theirs."
    )
    return check("fit before", closer <= 1 - WORST, reason)


def inside_donors(study: Study) -> Check:
    """A mix of donors cannot leave their range, so a place outside it has no counterpart.

    Any one of N like places is the highest or lowest of a period in 2 of N periods, so single periods outside are no failure.
    """
    treated, donors = study.outcomes[: study.pre, 0], study.outcomes[: study.pre, 1:]
    averages = donors.mean(axis=0)
    level_inside = averages.min() <= treated.mean() <= averages.max()
    outside = float(((treated < donors.min(axis=1)) | (treated > donors.max(axis=1))).mean())
    reason = (
        f"Before the start the place's average lies {'inside' if level_inside else 'outside'} the range of the comparison "
        f"places' averages; in {percent(outside)} of the periods it lies above or below them all."
    )
    return check("inside donors", bool(level_inside) and outside <= OUTSIDE, reason)


def smallest_p(placebo: Placebo, level: float) -> Check:
    """Whether the test could reach its level, however large the effect."""
    reason = (
        f"With {len(placebo.fits)} places the smallest p that the test can give is {probability(placebo.smallest_p)}; "
        f"the level is {probability(level)}."
    )
    return check("smallest p", significant(placebo.smallest_p, level), reason)


def smallest_effect(study: Study, outcome: Outcome, att: float, level: float) -> Check:
    """The effect that the test would find in a place like the donors, and how long one as measured would take to be told."""
    if not significant(1 / (1 + len(study.donors)), level) or len(study.donors) < 3:
        return check("smallest effect", None, "With so few comparison places the test cannot reach its level.")
    found = _power(study, level)
    rise, fall = found.mde_higher[0], found.mde_lower[0]
    sizes = [f"a {word} of {number(abs(size))}" for word, size in (("fall", fall), ("rise", rise)) if size is not None]
    lasting = things(study.after, outcome.period if outcome.period != "as published" else "period")
    if not sizes:
        reason = f"No effect, however large, would be found in 8 of 10 comparison places after {lasting}."
    else:
        reason = (
            f"What would be found in 8 of 10 comparison places after {lasting}: "
            f"{' or '.join(sizes)} {outcome.unit}. {_until(found, outcome, att)}"
        )
    return check("smallest effect", bool(sizes), reason)


def _power(study: Study, level: float) -> Power:
    longest = len(study.outcomes) - min(study.pre, 10)
    spans = (study.after, *(study.after + more for more in LONGER if study.after + more <= longest))
    return power(study.problem, horizons=spans, effects=(), alpha=level, share=SHARE)


def _until(found: Power, outcome: Outcome, att: float) -> str:
    """How long an effect of the measured size would take to be told; nothing is said beyond what the data can mimic."""
    period = outcome.period if outcome.period != "as published" else "period"
    needed = found.months_until(att) if att else None
    if needed == found.horizons[0]:
        return "One as large as measured would be."
    if needed is not None:
        return f"One as large as measured would be told after {things(needed, period)}."
    return f"One as large as measured would not be told after {things(found.horizons[-1], period)} either."
