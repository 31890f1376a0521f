"""Pictures of an estimate: the outcome beside its counterfactual, and the gap before those of the donors."""

from collections.abc import Sequence
from datetime import date
from math import sqrt

from muster.assess.paths import Paths
from muster.brief.captions import rests
from muster.brief.drawings.records import Band, Line, Lines
from muster.brief.drawings.tables import exactly, interval
from muster.brief.material import Material
from muster.brief.otherwise import specifications
from muster.brief.strength import starts
from muster.brief.tree import Picture
from muster.brief.wording import counted, days, listed, plain
from muster.records import Finding

FAN = 20  # donors drawn; more are one grey


def pictures(material: Material, finding: Finding) -> tuple[Picture, ...]:
    """All that can be drawn of a finding, in reading order; none without an estimate."""
    found = material.pictures.get(finding.outcome.id)
    made: list[Picture] = []
    if found and found.paths:
        made += [outcome(material, finding, found.paths), gap(material, finding, found.paths)]
    if found and found.specifications:
        made.append(specifications(material, finding, found.specifications))
    return tuple(made)


def level(material: Material) -> str:
    """The level of the intervals in words."""
    return f"{100 * (1 - material.mission.alpha):.0f}% interval"


def marks(material: Material, paths: Paths) -> tuple[tuple[str, date], ...]:
    """The plan's starts inside the picture; where none is, the first day that counts as after."""
    inside = tuple((mark.name, mark.date) for mark in starts(material) if paths.starts[0] <= mark.date <= paths.ends[-1])
    return inside or ((("start", paths.starts[paths.pre]),) if paths.pre < len(paths.starts) else ())


def lines(material: Material, paths: Paths, drawn: Sequence[Line], band: Band) -> Lines:
    """Paths over the periods of an estimate."""
    shown = band if any(end is not None for end in (*band.low, *band.high)) else None
    return Lines(
        starts=paths.starts, ends=paths.ends, pre=paths.pre, lines=tuple(drawn), band=shown, marks=marks(material, paths)
    )


def outcome(material: Material, finding: Finding, paths: Paths) -> Picture:
    """What was measured, and what the mix of donors says would have been without the mission."""
    drawn = (
        Line(name="measured", look="actual", values=paths.actual),
        Line(name="counterfactual", look="counterfactual", values=paths.counterfactual),
    )
    band = Band(name=f"{level(material)} of the counterfactual", low=beside(paths, paths.high), high=beside(paths, paths.low))
    made = lines(material, paths, drawn, band)
    last = days(paths.starts[-1], paths.ends[-1])
    words = (
        f"In {last}: measured {exactly(paths.actual[-1])}, counterfactual {exactly(paths.counterfactual[-1])}"
        f"{between(band.low[-1], band.high[-1], material)}. {fit(paths)} {mix(paths)} {dated(made)}"
    )
    caption = f"Dashed: the counterfactual, a mix of {counted(len(paths.weights), 'donor')}." + (
        f" Band: its {level(material)}." if made.band else ""
    )
    return Picture(
        id=f"paths-{finding.outcome.id}",
        title=f"{finding.outcome.name}: measured, and as it would have been",
        unit=finding.outcome.unit,
        description=words.strip(),
        drawing=made,
        caption=rests(material, finding, caption),
    )


def gap(material: Material, finding: Finding, paths: Paths) -> Picture:
    """Measured less counterfactual, before the same of each donor as if it had been treated."""
    fan = closest(paths)
    drawn = [Line(name=paths.donors[place], look="placebo", values=paths.placebos[place]) for place in fan]
    drawn.append(Line(name="gap", look="gap", values=paths.gaps))
    band = Band(name=f"{level(material)} of the effect", low=less(paths.low, paths), high=less(paths.high, paths))
    made = lines(material, paths, drawn, band)
    shown = (
        f"the {len(fan)} of {len(paths.placebos)} donors that their own mix follows best before the start"
        if len(fan) < len(paths.placebos)
        else counted(len(fan), "donor")
    )
    inside = f" Band: {level(material)}." if made.band else ""
    last = f"{exactly(paths.gaps[-1])}{between(band.low[-1], band.high[-1], material)}"
    words = f"In {days(paths.starts[-1], paths.ends[-1])}: gap {last}. {fit(paths)} {among(paths, fan)} {dated(made)}"
    return Picture(
        id=f"gap-{finding.outcome.id}",
        title=f"{finding.outcome.name}: gap to the counterfactual",
        unit=finding.outcome.unit,
        description=words.strip(),
        drawing=made,
        caption=rests(material, finding, f"Grey: the gap of {shown}, as if treated. Zero: no effect.{inside}"),
    )


def less(ends: tuple[float | None, ...], paths: Paths) -> tuple[float | None, ...]:
    """An end of the interval as an effect."""
    return tuple(None if end is None else end - other for end, other in zip(ends, paths.counterfactual, strict=True))


def beside(paths: Paths, ends: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """What was measured less an end of the effect's interval: where the counterfactual may lie, its other end."""
    effects = less(ends, paths)
    return tuple(None if end is None else one - end for end, one in zip(effects, paths.actual, strict=True))


def between(low: float | None, high: float | None, material: Material) -> str:
    """The interval of the last period in words."""
    return "" if low is None and high is None else f" ({level(material)}: {interval(low, high)})"


def mean(values: Sequence[float]) -> float:
    """The mean; zero of nothing."""
    return sum(values) / len(values) if values else 0.0


def spread(values: Sequence[float], pre: int) -> float:
    """How far a gap strays from zero before the start: the root of its mean square."""
    return sqrt(mean([value * value for value in values[:pre]]))


def fit(paths: Paths) -> str:
    """How well the mix follows before the start, and the mean gap after it."""
    after = mean(paths.gaps[paths.pre :])
    apart = exactly(spread(paths.gaps, paths.pre))
    since = counted(len(paths.gaps) - paths.pre, "period")
    side = "above" if after > 0 else "below"
    return (
        f"Over the {since} from the start on the outcome lies on average {exactly(abs(after))} {side} "
        f"the counterfactual; over the {counted(paths.pre, 'period')} before, the two are {apart} apart (root mean square)."
    )


def mix(paths: Paths) -> str:
    """The donors that weigh most."""
    heavy = sorted(zip(paths.weights, paths.donors, strict=True), key=lambda pair: (-pair[0], pair[1]))[:3]
    named = [f"{name} {plain(100 * weight)}%" for weight, name in heavy if weight >= 0.005]
    return f"Most weight: {listed(named)}." if named else ""


def dated(drawn: Lines) -> str:
    """The starts marked."""
    return f"Marked: {listed(f'{name} ({days(day, day)})' for name, day in drawn.marks)}." if drawn.marks else ""


def closest(paths: Paths) -> list[int]:
    """The donors drawn: all, or those that their own mix follows best before (Abadie, Diamond & Hainmueller 2010, figure 5)."""
    order = sorted(range(len(paths.placebos)), key=lambda place: (spread(paths.placebos[place], paths.pre), place))
    return sorted(order[:FAN])


def among(paths: Paths, fan: list[int]) -> str:
    """Where the gap lies among the grey ones after the start."""
    if not fan:
        return ""
    means = [mean(paths.placebos[place][paths.pre :]) for place in fan]
    own = mean(paths.gaps[paths.pre :])
    larger = sum(1 for one in means if abs(one) >= abs(own))
    return (
        f"Mean gaps of the {counted(len(fan), 'donor')} drawn grey run from {exactly(min(means))} to {exactly(max(means))}; "
        f"{larger or 'none'} of them {'is' if larger == 1 else 'are'} as far from zero."
    )
