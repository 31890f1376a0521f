"""What a brief says, reduced to what the next one compares itself with."""

from collections.abc import Iterable, Iterator

import msgspec

from muster.brief import measures
from muster.brief.evidence import actors
from muster.brief.material import Holding, Material, suppresses
from muster.brief.runs import range_of
from muster.brief.tree import Fact, Facts, List, Number, Runs, Section
from muster.brief.wording import counted, unit


def facts(material: Material, answer: Section) -> Facts:
    """The facts of a brief; ``answer`` is its section of five lines.

    A plan may name what came after an as-of date, so that a brief as of a day holds the hash of its plan alone.
    """
    return Facts(
        mission=material.mission.id,
        plan_hash=material.dossier.plan_hash,
        suppressed=suppresses(material),
        answers=tuple(answers(answer)),
        numbers=(*map(held, material.holdings), *newest(material)),
        findings=tuple(judged(material)),
        disagreements=tuple(disputes(material)),
        plan=() if material.known.as_of else tuple(settings(msgspec.to_builtins(material.mission))),
    )


def fact_ids(told: Facts) -> dict[str, None]:
    """The citations that the facts rest on, each once."""
    groups = (told.answers, told.numbers, told.findings, told.disagreements, told.plan)
    return {id: None for group in groups for fact in group for id in fact.cites}


def answers(section: Section) -> Iterator[Fact]:
    """Each line of the answer."""
    for item in (item for block in section.blocks if isinstance(block, List) for item in block.items):
        yield spoken(item.term, item.term, item.runs)


def spoken(key: str, name: str, runs: Runs) -> Fact:
    """A stretch of runs as one text with all that it rests on."""
    cites = dict.fromkeys(id for run in runs if isinstance(run, Number) for id in run.cites)
    return Fact(key=key, name=name, text="".join(run.text for run in runs), cites=tuple(cites))


def held(holding: Holding) -> Fact:
    """A level of the ledger: its key names everything by which levels are kept apart."""
    cell = holding.cell
    apart = (cell.mission, cell.scope, cell.actor, cell.kind, cell.stage, cell.unit, cell.currency, holding.role, holding.per)
    name = " ".join(word for word in (actors(cell.actor), unit(cell.unit) or cell.kind, holding.role or cell.stage) if word)
    return Fact(
        key="/".join(part or "" for part in apart),
        name=f"{name}, {cell.scope}" if cell.scope else name,
        text=range_of(holding) + holding.per,
        cites=holding.cites,
    )


def newest(material: Material) -> Iterator[Fact]:
    """The newest figure of each outcome."""
    for finding in material.findings:
        if runs := measures.newest(material, finding):
            yield spoken(f"outcome/{finding.outcome.id}", finding.outcome.name, runs)


def judged(material: Material) -> Iterator[Fact]:
    """The change and the verdict of each outcome."""
    for finding in material.findings:
        text = f"change: {measures.change(finding)}; what the mission did to it: {finding.verdict}"
        yield Fact(key=finding.outcome.id, name=finding.outcome.name, text=text, cites=measures.evidence(material, finding))


def disputes(material: Material) -> Iterator[Fact]:
    """Each disagreement with the records that make it."""
    for one in sorted(material.known.disagreements, key=lambda one: one.id):
        members = tuple(id for id in one.records if id in material.cited)
        text = one.sentence or f"{counted(len(members), 'record')} disagree."
        yield Fact(key=one.id, name=one.kind, text=text, cites=members)


def settings(value: object, path: str = "") -> Iterator[Fact]:
    """Every setting of the plan under a dotted path; of a list of named things the name stands for the place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from settings(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for one in value:
            yield from settings(one, f"{path}.{one.get('id') or one.get('name')}")
    elif value not in ("", None, []):
        yield Fact(key=path, name=path, text=in_words(value))


def in_words(value: object) -> str:
    """A setting as text."""
    return ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
