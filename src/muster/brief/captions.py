"""What stands under a picture."""

from muster.brief.material import Material
from muster.brief.runs import cited, quiet, sentence
from muster.brief.tree import Run, Runs
from muster.brief.wording import counted
from muster.records import Finding


def rests(material: Material, finding: Finding, words: str) -> Runs:
    """How to read the picture, and what its numbers were computed from."""
    known = [id for id in finding.evidence if id in material.cited]
    sources: list[Run] = [quiet(" Computed from "), cited(counted(len(known), "source"), known), quiet(".")] if known else []
    return sentence(quiet(words), *sources)
