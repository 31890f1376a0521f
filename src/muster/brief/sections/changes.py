"""What changed: a row for each outcome that was measured, with its chart; harm has a section of its own."""

from muster.brief import measures, places
from muster.brief.material import Material
from muster.brief.runs import text
from muster.brief.strength import starts
from muster.brief.tree import Block, Paragraph, Section
from muster.brief.wording import day, listed
from muster.records import Finding


def changes(material: Material) -> Section:
    """The section on security, access and the economy."""
    chosen = [finding for finding in material.findings if is_life(finding)]
    made = measures.table(material, chosen, id="findings", caption="Outcome by outcome")
    blocks: list[Block] = [Paragraph(runs=(text(frame(material)),))]
    if made.rows:
        blocks += [*measures.charts(material, chosen), *places.maps(material, material.findings), made]
    else:
        blocks.append(Paragraph(runs=(text("No planned outcome has visible data yet."),)))
    return Section(id="changes", heading="What changed", blocks=tuple(blocks))


def is_life(finding: Finding) -> bool:
    """Whether an outcome tells if life got safer, apart from the harm that the next section shows."""
    return finding.outcome.domain != "conduct" and not measures.is_displacement(finding)


def frame(material: Material) -> str:
    """How to read the rows: change and cause are two things, and the starts that the plan names."""
    dated = [f"{mark.name} ({day(mark.date)})" for mark in starts(material)]
    named = (
        f" The plan's candidate starts: {listed(dated)}; in each chart, what follows the last one shown is blue."
        if dated
        else ""
    )
    signs = " “+” stands for at least, “<” for up to."
    return "What happened to an outcome and what the mission did to it are two questions, answered apart." + named + signs
