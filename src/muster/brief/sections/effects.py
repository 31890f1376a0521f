"""What the mission did, in pictures: only outcomes that could be set against donor places have any."""

from muster.brief import effects as drawn
from muster.brief.material import Material
from muster.brief.runs import strong, text
from muster.brief.tree import Block, Paragraph, Section
from muster.brief.wording import first_large


def effects(material: Material) -> Section:
    """The section on outcomes with a comparison; without blocks where there is none."""
    blocks: list[Block] = []
    for finding in material.findings:
        pictures = drawn.pictures(material, finding)
        if pictures:
            verdict = (strong(f"{first_large(finding.verdict)}. "), text(finding.reason))
            blocks += [
                Paragraph(runs=(text(finding.outcome.name),), role="subheading", printed=False),
                Paragraph(runs=verdict),
                *pictures,
            ]
    return Section(id="effects", heading="Against what would have been", blocks=tuple(blocks))
