"""Findings as rows, charts and newest values, the same for every section that shows outcomes."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from muster.brief.material import Material
from muster.brief.runs import cited, numbered, quiet, sentence, strong, text
from muster.brief.simulated import planted
from muster.brief.strength import starts
from muster.brief.tree import Chart, Column, Point, Row, Runs, Series, Table
from muster.brief.wording import amount, days, first_large, plain
from muster.panel import Panel
from muster.records import Finding

PRINTED = 9  # outcomes that fit on two pages beside the rest
FEWEST = 4  # points that make a chart worth its place
COLUMNS = (
    Column(label="Outcome"),
    Column(label="What happened", holds="sentence"),
    Column(label="Change"),
    Column(label="What the mission did to it", holds="sentence"),
)


def visible(material: Material, finding: Finding) -> list[dict[str, Any]]:
    """The rows of a finding's panel that hold a number, oldest first; only treated places, or all where there is one."""
    panel = material.panels.get(finding.outcome.id)
    if panel is None:
        return []
    rows = [
        row
        for row in panel.table.to_pylist()
        if row["evidence"] and any(row[key] is not None for key in ("value", "low", "high"))
    ]
    treated = set(finding.outcome.treated)
    kept = [row for row in rows if not treated or row["place"] in treated]
    return sorted(kept, key=lambda row: (row["period_start"], row["period_end"], row["place"]))


def is_displacement(finding: Finding) -> bool:
    """Whether an outcome counts people driven from their homes: harm that is always looked at."""
    return any(word in f"{finding.outcome.name} {finding.outcome.id}".lower() for word in ("displace", "idp", "driven"))


def table(material: Material, findings: Sequence[Finding], *, id: str, caption: str) -> Table:
    """A row for each finding that rests on data."""
    shown = [finding for finding in findings if visible(material, finding)]
    same = {finding.verdict for finding in shown} == {"cannot tell"}
    columns = (*COLUMNS[:-1], replace(COLUMNS[-1], printed=not same))
    rows = tuple(row(material, finding, printed=place < PRINTED) for place, finding in enumerate(shown))
    return Table(id=id, caption=caption, columns=columns, rows=rows)


def row(material: Material, finding: Finding, *, printed: bool) -> Row:
    """What happened, and apart from it what the mission did."""
    reason = " ".join(part for part in (finding.reason, effect(finding, material.mission.alpha)) if part)
    verdict = sentence(strong(first_large(finding.verdict)), ". ", numbered(reason, evidence(material, finding)))
    if truth := planted(finding):
        verdict = sentence(verdict, " ", strong(truth))
    words = first_large(finding.change_text.removeprefix(f"{finding.outcome.name}: "))
    told = numbered(words, evidence(material, finding)) if words else newest(material, finding)
    return Row(cells=((strong(finding.outcome.name),), told, (text(change(finding)),), verdict), printed=printed)


def happened(material: Material, finding: Finding) -> Runs:
    """The assessment's sentence with its figures cited, or the newest value where it has none."""
    words = finding.change_text
    return numbered(words, evidence(material, finding)) if words else newest(material, finding)


def change(finding: Finding) -> str:
    """The change in a word; with figures on one side only it cannot be told."""
    return "cannot be told" if finding.change == "no data" else finding.change


def effect(finding: Finding, alpha: float) -> str:
    """The estimate with its uncertainty, where there is one."""
    if finding.estimate is None:
        return ""
    low, high = finding.interval or (None, None)
    between = "" if low is None or high is None else f" ({100 * (1 - alpha):.0f}% interval {plain(low)} to {plain(high)})"
    smallest = "" if finding.smallest_p is None else f", the smallest possible {finding.smallest_p:.3g}"
    chance = "" if finding.p_value is None else f"; p = {finding.p_value:.3g}{smallest}"
    return f"Estimate {plain(finding.estimate)} {finding.outcome.unit}{between}{chance}."


def counted(material: Material, finding: Finding) -> bool:
    """Whether the newest figure is more than none."""
    rows = visible(material, finding)
    return bool(rows) and any(end for end in ends(rows[-1]))


def evidence(material: Material, finding: Finding) -> tuple[str, ...]:
    """The citations that a finding rests on, those that are known."""
    return tuple(id for id in finding.evidence if id in material.cited)


def newest(material: Material, finding: Finding) -> Runs:
    """The last published value: ``73 persons (Oct–Dec 2025)``."""
    rows = visible(material, finding)
    if not rows:
        return ()
    last = rows[-1]
    cites = [id for id in last["evidence"] if id in material.cited]
    words = amount(*ends(last))
    number = cited(words, cites) if cites else text(words)
    return sentence(number, f" {finding.outcome.unit} ({days(last['period_start'], last['period_end'])})")


def ends(row: dict[str, Any]) -> tuple[float | None, float | None]:
    """A panel row's range; both ends are the value where no range was printed."""
    low, high = row["low"], row["high"]
    return (row["value"], row["value"]) if low is None and high is None else (low, high)


def charts(material: Material, findings: Sequence[Finding]) -> tuple[Chart, ...]:
    """A small chart for each finding whose series has points enough."""
    drawn = ((finding, visible(material, finding)) for finding in findings)
    return tuple(chart(material, finding, rows) for finding, rows in drawn if len(rows) >= FEWEST)


def chart(material: Material, finding: Finding, rows: list[dict[str, Any]]) -> Chart:
    """One series over time with the candidate starts marked."""
    outcome, panel = finding.outcome, material.panels[finding.outcome.id]
    points = tuple(measured(row, material) for row in rows)
    first, last = points[0], points[-1]
    description = (
        f"{outcome.name}, {outcome.unit}: {first.text} in {days(first.start, first.end)}, "
        f"{last.text} in {days(last.start, last.end)}. Change: {change(finding)}."
    )
    return Chart(
        id=f"chart-{outcome.id}",
        title=outcome.name,
        unit=outcome.unit,
        description=description,
        series=(Series(name=outcome.name, look="measure", points=points, regular=outcome.period != "as published"),),
        marks=starts(material),
        size="small",
        caption=(quiet(provider(panel)),),
    )


def measured(row: dict[str, Any], material: Material) -> Point:
    """A panel row as a point over its period."""
    low, high = ends(row)
    return Point(
        start=row["period_start"],
        end=row["period_end"],
        low=low,
        high=high,
        text=amount(low, high),
        cites=tuple(id for id in row["evidence"] if id in material.cited),
    )


def provider(panel: Panel) -> str:
    """Who measured it, as the panel's recipe or the plan tells."""
    return panel.recipe.get("provider", "") or panel.outcome.provider
