"""The questions put to the data of a comparison, before any effect is looked at."""

from collections import defaultdict

import numpy as np

from muster.assess.studying import Floats, Study
from muster.assess.words import listed, named, percent, things
from muster.panel import Panel
from muster.records import Check

PERIODS = 10  # before the start, fewer match by chance: a long run of them is what makes a close fit mean something
COVERED = 0.8  # share of the periods from first to last that must have a figure for the treated place
SHIFT = 1.25  # sources an event may change by this factor more than in the usual donor before it is a change in reporting
APART = 0.1  # and only where no more than this share of places, the treated one included, changed as much


def data_checks(study: Study, panel: Panel) -> tuple[Check, ...]:
    """Donors, coverage, vintages, periods and reporting."""
    return (donors(study), coverage(study), vintages(panel), periods(study), reporting(study, panel))


def check(name: str, passed: bool | None, reason: str, evidence: tuple[str, ...] = ()) -> Check:
    """An answer; None where the question cannot be put."""
    return Check(
        name=name, verdict="not possible" if passed is None else "pass" if passed else "fail", reason=reason, evidence=evidence
    )


def donors(study: Study) -> Check:
    """Whether there are places to compare with."""
    left_out = f" Left out for missing figures: {listed(study.incomplete)}." if study.incomplete else ""
    enough = len(study.donors) > 1
    reason = f"Comparison places with complete figures: {len(study.donors)}{'' if enough else '; two are needed'}.{left_out}"
    return check("comparison", enough, reason)


def coverage(study: Study) -> Check:
    """Whether the treated place has a figure in most periods on each side; the one in which the start falls does not count."""
    if not study.usable:
        return check("coverage", None, "Too few periods to ask how many are missing.")
    sides = (study.rows[: study.pre], study.rows[study.pre :])
    shares = [len(side) / (side[-1] - side[0] + 1) for side in sides]
    reason = (
        f"Periods with a figure for the place, from the first to the last: {percent(shares[0])} before "
        f"{named(study.start)} and {percent(shares[1])} after; {percent(COVERED)} are needed on each side."
    )
    return check("coverage", min(shares) >= COVERED, reason)


def vintages(panel: Panel) -> Check:
    """Whether files of one source are of one vintage. (Rows of one file that must not be mixed are refused by the panel.)"""
    told: dict[str, set[str]] = defaultdict(set)
    for file in panel.inputs:
        told[file.source].add(file.vintage)
    names = tuple(file.name for file in panel.inputs)
    if not all(file.vintage for file in panel.inputs):
        return check("vintages", None, "The vintage of a data file is not said.", names)
    each = listed([f"{file.name} of {file.vintage}" for file in panel.inputs])
    mixed = any(len(dates) > 1 for dates in told.values())
    return check("vintages", not mixed, f"{'Vintages of one source are mixed' if mixed else 'Vintages'}: {each}.", names)


def periods(study: Study) -> Check:
    """Whether the run before the start is long enough for a close fit to mean something."""
    reason = (
        f"Periods to compare: {study.pre} before and {study.after} after {named(study.start)}; "
        f"at least {PERIODS} and one are needed."
    )
    return check("periods", study.pre >= PERIODS and study.after > 0, reason)


def reporting(study: Study, panel: Panel) -> Check:
    """Whether the place came to be reported on more or less closely with the start than its donors did.

    Measured in sources an event. A change counts where it is large beside the usual donor's and rare among all places.
    """
    factors = intensity_changes(study, panel)
    if factors is None:
        return check("reporting", None, "How many sources reported an event is not known on both sides of the start.")
    usual = float(np.median(factors[1:]))
    apart = np.abs(np.log(factors / usual))
    rank = float((apart >= apart[0] * (1 - 1e-9)).mean())
    changed = apart[0] > np.log(SHIFT) and rank <= APART
    reason = (
        f"With {named(study.start)} the sources an event changed by the factor {factors[0]:.2f} here and by {usual:.2f} in the "
        f"usual comparison place; {round(rank * len(factors))} of {things(len(factors), 'place')} moved as far from the usual."
    )
    return check("reporting", not changed, reason, tuple(file.name for file in panel.inputs))


def intensity_changes(study: Study, panel: Panel) -> Floats | None:
    """(1 + D,) sources an event after the start over before, of the treated place and of the donors that have both."""
    sums: dict[str, Floats] = defaultdict(lambda: np.zeros((2, 2)))  # side by (events, sources)
    side_of = {span: int(row >= study.pre) for row, span in enumerate(zip(study.starts, study.ends, strict=True))}
    wanted = panel.table.select(["place", "period_start", "period_end", "n", "n_sources"])
    for place, *span, events, sources in zip(*(column.to_pylist() for column in wanted.columns), strict=True):
        side = side_of.get((span[0], span[1]))
        if side is not None and events and sources is not None:
            sums[place][side] += (events, sources)
    places = (panel.outcome.treated[0], *study.donors)
    known = [place for place in places if (sums[place] > 0).all()]
    if len(known) < 3 or known[0] != places[0]:
        return None
    each = np.array([sums[place][:, 1] / sums[place][:, 0] for place in known])
    return np.asarray(each[:, 1] / each[:, 0])
