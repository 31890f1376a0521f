"""Harm and displacement: conduct, people driven from home, casualties as told, and what earlier interventions left."""

import re

from muster.brief import measures
from muster.brief.evidence import told
from muster.brief.material import Material
from muster.brief.runs import cited, numbered, sentence, source, strong, text
from muster.brief.tree import Block, Item, List, Paragraph, Section
from muster.brief.wording import days
from muster.records import Finding, Precedent, Statement

HARM = re.compile(
    r"\b(kill\w*|di(?:e|ed|es)|dea(?:d|ths?)|wound\w*|injur\w*|missing|casualt\w*|abus\w*|rape\w*|exploitation|executi\w*|tortur\w*|harm\w*)\b",
    re.IGNORECASE,
)
PRINTED = 2


def harm(material: Material) -> Section:
    """The section that is always there, whatever the data say."""
    chosen = [finding for finding in material.findings if is_harm(finding)]
    made = measures.table(material, chosen, id="harm-findings", caption="Conduct and displacement, outcome by outcome")
    tolls, before = casualties(material), material.known.precedents
    blocks: list[Block] = [*measures.charts(material, chosen), *([made] if made.rows else [])]
    if tolls:
        blocks += [subheading("Casualties and abuse, as told"), List(kind="plain", items=listed(tolls, material))]
    if before:
        blocks += [subheading("Earlier interventions"), List(kind="plain", items=tuple(map(precedent, before)))]
    if not blocks:
        blocks.append(Paragraph(runs=(text("Nothing is recorded. That is not the same as no harm."),)))
    return Section(id="harm", heading="Harm and displacement", blocks=tuple(blocks))


def subheading(words: str) -> Paragraph:
    """A small heading inside the section."""
    return Paragraph(runs=(text(words),), role="subheading")


def is_harm(finding: Finding) -> bool:
    """Whether an outcome is about conduct or displacement."""
    return finding.outcome.domain == "conduct" or measures.is_displacement(finding)


def casualties(material: Material) -> list[Statement]:
    """Statements that tell of people killed, hurt or abused, newest first."""
    tolls = [one for one in material.known.statements if HARM.search(f"{one.content} {one.original.get('stage', '')}")]
    return sorted(tolls, key=lambda one: (one.citation.published, one.id), reverse=True)


def listed(each: list[Statement], material: Material) -> tuple[Item, ...]:
    """Statements with their figures cited, then who said it and where."""
    return tuple(
        Item(
            runs=sentence(dated(one), numbered(told(one), (one.id,)), "."),
            below=(source(material.cited[one.id]),),
            printed=place < PRINTED,
        )
        for place, one in enumerate(each)
    )


def dated(one: Statement) -> str:
    """The day that it speaks of, before the sentence."""
    return f"{said}: " if (said := days(one.date_from, one.date_to)) else ""


def precedent(one: Precedent) -> Item:
    """An earlier intervention: its years open the citation."""
    years = span(one)
    return Item(runs=sentence(strong(one.title), " (", cited(years, (one.id,)), "). ", numbered(one.content, (one.id,))))


def span(one: Precedent) -> str:
    """The years of an intervention: ``1915–1934``."""
    years = sorted({day.year for day in (one.date_from, one.date_to) if day})
    return "–".join(map(str, years)) or "no date"
