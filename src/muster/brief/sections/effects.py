"""What the mission did, in pictures: only outcomes that could be set against donor places have any.

On paper there is room for one of them, the first gap.
"""

from msgspec.structs import replace

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
            shown = [replace(one, printed=not blocks and one.id.startswith("gap-")) for one in pictures]
            blocks += [
                Paragraph(runs=(text(finding.outcome.name),), role="subheading", printed=False),
                Paragraph(runs=verdict),
                *shown,
            ]
    return Section(id="effects", heading="Against what would have been", blocks=tuple(blocks))
