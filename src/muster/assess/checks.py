"""The questions put to one series: they describe how far its change can be relied on, and decide no verdict."""

from collections.abc import Sequence

import numpy as np

from muster.assess.data_checks import check
from muster.assess.description import Description, describe, spell
from muster.assess.rules import significant
from muster.assess.series import evidence
from muster.assess.structure import structure_check
from muster.assess.words import count, named, noun, number, percent, things
from muster.estimate import BeforeAfter
from muster.records import Check, Start

ALONE = Check(
    name="comparison",
    verdict="fail",
    reason="The figures are of one place alone: without another to compare it with, what would have happened without the "
    "mission is not known.",
)


def single_checks(told: Description, others: Sequence[Start], alpha: float) -> tuple[Check, ...]:
    """The checks on a description; ``others`` are the further candidate starts that are known."""
    if told.compared is None:
        return (_figures(told, alpha), _definition())
    compared = told.compared
    return (
        _figures(told, alpha),
        _size(told, compared, alpha),
        _gaps(told),
        _definition(),
        _nearest(told, compared),
        _trend(compared),
        _season(told, compared),
        structure_check(told, alpha),
        _extreme(told, compared),
        _starts(told, others, alpha),
    )


def _figures(told: Description, alpha: float) -> Check:
    """How many figures there are, and whether so many could show a change at all."""
    series, parts = told.series, told.sides
    each = [
        f"{count(rows.size)} {side}" + (f" ({spell(series, rows)})" if rows.size else "")
        for rows, side in ((parts.before, "before"), (parts.after, "after"))
    ]
    reason = f"Figures: {' and '.join(each)} {named(told.start)}."
    if parts.across.size:
        reason += f" The start falls inside {spell(series, parts.across)}, which counts on neither side."
    if parts.earlier:
        reason += f" Older figures left out: {parts.earlier}."
    several = min(parts.before.size, parts.after.size) > 1
    enough = told.compared is not None and several and significant(told.compared.smallest_p, alpha)
    if told.compared and not enough:
        least = percent(told.compared.smallest_p)
        reason += f" Too few to call a change clear: even figures wholly apart would be so in {least} of random orders."
    return check("figures", enough, reason, evidence(series.evidence, told.rows))


def _size(told: Description, compared: BeforeAfter, alpha: float) -> Check:
    """The rule of the change, spelled out with its numbers."""
    pairs, up = compared.pairs, compared.difference >= 0
    reason = (
        f"In {pairs.higher if up else pairs.lower} of {pairs.count} pairs of an earlier and a later figure the later is "
        f"{'higher' if up else 'lower'}; {percent(compared.rank_p)} of random orders set the two sides as far apart. "
        f"A change is called clear from 4 of 5 pairs and up to {percent(alpha)}."
    )
    return check("size of the change", told.change != "no clear change", reason)


def _gaps(told: Description) -> Check:
    if noun(told.series.outcome) == "figure":
        return check("gaps", None, "Figures come at no fixed interval, so that none can be said to be missing.")
    gaps = told.sides.gaps
    period = things(gaps, told.series.outcome.period)
    return check("gaps", not gaps, f"Without a figure between the first and the last compared: {period}.")


def _definition() -> Check:
    return check("definition", None, "The figures alone do not show whether coverage or counting changed: see the definition.")


def _nearest(told: Description, compared: BeforeAfter) -> Check:
    """Whether equally long spells next to the start tell the same."""
    near = compared.nearest
    side = min(told.sides.before.size, told.sides.after.size)
    reason = (
        f"Average of the {things(side, 'figure')} next to the start: {number(near.before)} before, {number(near.after)} after."
    )
    return check("equal spells", _same_way(near.after - near.before, compared.difference), reason)


def _trend(compared: BeforeAfter) -> Check:
    """Whether the series was on its way before the start. No line is drawn on from it: it would read as what had to come."""
    if compared.slope is None:
        return check("earlier trend", None, "Fewer than three figures before the start: no trend can be told.")
    way = "rose" if compared.slope > 0 else "fell" if compared.slope < 0 else "stayed level"
    level = "higher" if compared.difference > 0 else "lower" if compared.difference < 0 else "level"
    reason = f"Before the start the figures on the whole {way}; after it they are {level} on average."
    return check("earlier trend", not _same_way(compared.slope, compared.difference), reason)


def _season(told: Description, compared: BeforeAfter) -> Check:
    """Later figures against those of the same months a year earlier, where these lie before the start."""
    pairs = compared.year_earlier
    if pairs is None:
        return check("same season", None, "No later figure has one of the same season a year earlier, before the start.")
    reason = (
        f"Later figures with one of the same {told.series.outcome.period} a year earlier, before the start: {pairs.count}; "
        f"higher in {pairs.higher}, lower in {pairs.lower}; the average was {number(pairs.before)}, then {number(pairs.after)}."
    )
    return check("same season", _same_way(pairs.after - pairs.before, compared.difference), reason)


def _extreme(told: Description, compared: BeforeAfter) -> Check:
    """Whether the start follows an extreme from which figures tend to return by themselves (regression to the mean)."""
    before = told.series.values[told.sides.before]
    if before.size < 3:
        return check("start at an extreme", None, "Fewer than three figures before the start: no extreme can be told.")
    falling = compared.difference < 0
    extreme = bool(before[-1] == (before.max() if falling else before.min()))
    word = f"{'' if extreme else 'not '}the {'highest' if falling else 'lowest'} compared"
    tail = "; a return to the usual can be part of the change." if extreme else "."
    reason = f"The last figure before the start, {number(float(before[-1]))}, is {word}{tail}"
    return check("start at an extreme", not extreme, reason)


def _starts(told: Description, others: Sequence[Start], alpha: float) -> Check:
    """Whether the other candidate starts give the same change."""
    if not others:
        return check("change at other starts", None, "No other candidate start is known.")
    read = [(start, describe(told.series, start, alpha).change) for start in others]
    reason = "; ".join(f"from {named(start)}: {change}" for start, change in read)
    return check(
        "change at other starts", all(change == told.change for _, change in read), f"{reason[0].upper()}{reason[1:]}."
    )


def _same_way(one: float, other: float) -> bool:
    return bool(np.sign(one) == np.sign(other))
