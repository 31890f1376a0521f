"""What cannot be told yet, and why: the reasons of the findings, and outcomes without data."""

from muster.brief import measures
from muster.brief.material import Material
from muster.brief.runs import quiet, sentence, strong, text
from muster.brief.tree import Block, Item, List, Paragraph, Section
from muster.records import Finding


def unknown(material: Material) -> Section:
    """The section on the limits. An outcome without visible data is named, and nothing more is said of it in an as-of brief."""
    reasons: dict[str, list[str]] = {}
    for finding in material.findings:
        if finding.verdict == "cannot tell" and measures.visible(material, finding):
            reasons.setdefault(finding.reason, []).append(finding.outcome.name)
    items = [Item(runs=sentence(f"{reason} ", quiet(f"{'; '.join(names)}."))) for reason, names in reasons.items()]
    items += [missing(finding, material) for finding in material.findings if not measures.visible(material, finding)]
    blocks: list[Block] = [List(kind="plain", items=tuple(items))] if items else []
    if not items:
        blocks.append(Paragraph(runs=(text("Every planned outcome has a verdict other than “cannot tell”."),)))
    return Section(id="unknown", heading="What cannot be told yet, and why", blocks=tuple(blocks))


def missing(finding: Finding, material: Material) -> Item:
    """An outcome of the plan that nothing is known of; why, unless the plan's words may be later than the as-of date."""
    why = finding.outcome.missing if material.known.as_of is None else ""
    return Item(runs=sentence(strong(finding.outcome.name), ": no data."), below=((text(why),),) if why else ())
