"""From what is known to the document tree."""

import csv
import io
from collections.abc import Mapping, Sequence

from muster.assess.paths import Pictures
from muster.brief.annex import annex_bytes
from muster.brief.facts import fact_ids, facts
from muster.brief.material import Material, gather, suppresses
from muster.brief.published import Published
from muster.brief.runs import text
from muster.brief.sections.answer import answer
from muster.brief.sections.changes import changes
from muster.brief.sections.disagreements import disagreements
from muster.brief.sections.effects import effects
from muster.brief.sections.force import force
from muster.brief.sections.harm import harm
from muster.brief.sections.money import money
from muster.brief.sections.since import base, since
from muster.brief.sections.sources import sources
from muster.brief.sections.unknown import unknown
from muster.brief.simulated import WORD, marked, marked_sections
from muster.brief.tree import Annex, Brief, Paragraph, cited_ids
from muster.brief.withholding import withheld
from muster.brief.wording import counted, day, first_large, published
from muster.dossier import Dossier, History, history
from muster.ledger import Known, csv_text, editions, safe_cell
from muster.panel import Panel
from muster.records import Finding

SECTIONS = (force, money, changes, effects, harm, disagreements, unknown)
FINDING_COLUMNS = (
    *("outcome_id", "outcome", "domain", "unit", "better", "change", "change_text", "verdict", "reason"),
    *("estimate", "interval_low", "interval_high", "p_value", "smallest_p", "evidence"),
)


def compose(
    dossier: Dossier,
    known: Known,
    findings: tuple[Finding, ...],
    panels: Mapping[str, Panel],
    earlier: Sequence[Published] = (),
    pictures: Mapping[str, Pictures] | None = None,
) -> Brief:
    """The brief on what was known; the same arguments give the same tree.

    Args:
        known: the ledger as of a date.
        findings: one for each planned outcome, in the plan's order.
        panels: by outcome id, cut to the same date. Their data files are read again for the addresses of the figures.
        earlier: briefs made before, newest first; the first that says something else is the one that is compared.
        pictures: by outcome id, what can be drawn of its estimate; an outcome without an estimate has none.

    Raises:
        DataError: a data file can no longer be read.
    """
    known, mission = withheld(known), dossier.mission
    material = gather(dossier, known, findings, panels, pictures)
    first = answer(material)
    told = facts(material, first)
    last = base(earlier, told)
    changed = since(last, told) if last else None
    others = (made for section in SECTIONS if (made := section(material)).blocks)
    sections = (first, *((changed,) if changed else ()), *others)
    sections = marked_sections(sections) if mission.simulated else sections
    citable = {**(last.cited() if last else {}), **material.cited}
    shown = cited_ids(block for section in sections for block in section.blocks)
    used, named = [citable[id] for id in shown], [id for id in fact_ids(told) if id not in shown]
    citations = (*used, *(citable[id] for id in named))
    rests_on = basis(material)
    annex = annex_bytes(rests_on, told, findings, panels, citations)
    return Brief(
        title=marked(mission.title) if mission.simulated else mission.title,
        short=mission.short,
        as_of=known.as_of,
        as_of_text=as_of_text(known),
        basis=rests_on,
        sections=(*sections, sources(used, editions(known.reports))),
        citations=citations,
        facts=told,
        annexes=(
            Annex(name="ledger.csv", text=csv_text(known)),
            Annex(name="findings.csv", text=findings_csv(findings, simulated=mission.simulated)),
            Annex(name="annex.xlsx", text=annex),
        ),
        simulated=mission.simulated,
    )


def as_of_text(known: Known) -> str:
    """What the brief could know."""
    if known.as_of:
        return f"As of {day(known.as_of)}: nothing published later is in it."
    return f"Everything known; latest publication {published(known.latest) or 'undated'}."


def basis(material: Material) -> tuple[Paragraph, ...]:
    """What the brief rests on: the plan and its hash, what awaits review, the data files."""
    plan = f"The plan (SHA-256 {material.dossier.plan_hash[:16]}…) was written "
    plan += (
        "after outcomes were known: it is retrospective." if material.mission.retrospective else "before outcomes were known."
    )
    waiting = len(material.known.proposed)
    left_out = (
        ("awaits review and is left out" if waiting == 1 else "await review and are left out") if waiting else "await review"
    )
    review = f"{first_large(counted(waiting, 'proposed record'))} {left_out}."
    hidden = ["Counts from 1 to 4, and others that would give them away, are hidden."] if suppresses(material) else []
    changes = plan_changes(history(material.dossier))
    each = (f"{plan} {changes}", review, *hidden, *reprints(material), *files(material))
    return tuple(Paragraph(runs=(text(words),), role="note") for words in each)


def plan_changes(past: History) -> str:
    """What of the plan is no longer as it was when a brief was first written on it."""
    said = "The plan's record begins after an earlier brief, whose plan is not known. " if past.anew else ""
    if past.versions == 1:
        return f"{said}The plan has not changed since the first assessment on record."
    turned = f"{said}Plans assessed so far: {past.versions}; the first was SHA-256 {past.first[:16]}…. "
    if not past.changes:
        return f"{turned}This one is the first again."
    return f"{turned}Changed since the first: {'; '.join(past.changes)}."


def reprints(material: Material) -> list[str]:
    """How many records several outlets printed; nothing where there is none."""
    count = sum(1 for record in material.cited.values() if record.outlets)
    if not count:
        return []
    was = "was" if count == 1 else "were"
    return [f"{first_large(counted(count, 'record'))} {was} printed by several outlets, which count as one source."]


def files(material: Material) -> list[str]:
    """The data files with their hashes; a vintage may be later than the as-of date and is then not said."""
    used = {file.name: file for panel in material.panels.values() for file in panel.inputs if panel.table.num_rows}
    timeless = material.known.as_of is None
    return [
        f"Data file {name}{f', vintage {file.vintage}' if timeless and file.vintage else ''} (SHA-256 {file.sha256[:16]}…)."
        for name, file in sorted(used.items())
    ]


def findings_csv(findings: tuple[Finding, ...], *, simulated: bool = False) -> str:
    """The findings as a table in which no cell can start a formula; those of simulated data with what was planted."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*FINDING_COLUMNS, *(("data", "planted") if simulated else ())])
    for finding in findings:
        outcome = finding.outcome
        low, high = finding.interval or (None, None)
        words = (outcome.id, outcome.name, outcome.domain, outcome.unit, outcome.better)
        told = (finding.change, finding.change_text, finding.verdict, finding.reason)
        numbers = (finding.estimate, low, high, finding.p_value, finding.smallest_p)
        safe = [safe_cell(cell) for cell in (*words, *told)]
        last = (WORD, safe_cell(outcome.truth)) if simulated else ()
        writer.writerow([*safe, *numbers, safe_cell(" ".join(finding.evidence)), *last])
    return stream.getvalue()
