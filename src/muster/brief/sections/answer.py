"""The answer in five lines: is the force there, is the money there, did life get safer, is anyone harmed, how sure are we."""

from collections import Counter
from collections.abc import Mapping

from muster.brief import measures
from muster.brief.material import Material
from muster.brief.runs import sentence, strong
from muster.brief.sections.changes import is_life
from muster.brief.sections.harm import casualties, is_harm
from muster.brief.sections.shortfall import force_line, money_line
from muster.brief.tree import Item, Link, List, Runs, Section
from muster.brief.wording import counted, listed
from muster.records import Change, Finding

WORDS: tuple[tuple[Change, str], ...] = (("worse", "worse"), ("better", "better"), ("no clear change", "without clear change"))
SHOWN = 3  # harms that the line can hold


def answer(material: Material) -> Section:
    """The first section; each line opens with the answer in a word or two."""
    items = (
        Item(term="Is the force there?", runs=force_line(material)),
        Item(term="Is the money there?", runs=money_line(material)),
        Item(term="Did life get safer?", runs=life_line(material)),
        Item(term="Is anyone being harmed?", runs=harm_line(material)),
        Item(term="How sure are we?", runs=sure_line(material)),
    )
    return Section(id="answer", heading="The answer in five lines", blocks=(List(kind="answers", items=items),))


def count(number: int, one: str, many: str, section: str) -> Link:
    """A count of things that this page shows, leading to where it shows them."""
    return Link(text=counted(number, one, many), address=f"#{section}")


def life_line(material: Material) -> Runs:
    """How many outcomes went which way, and whether any of it can be laid at the mission's door."""
    told = [finding for finding in material.findings if is_life(finding) and finding.change != "no data"]
    if not told:
        return sentence(strong("Cannot be told. "), "No planned outcome has figures before and after a start.")
    changes = Counter(finding.change for finding in told)
    tally = [f"{changes[kind]} {words}" for kind, words in WORDS if changes[kind]]
    of = count(len(told), "outcome", "outcomes", "findings")
    first = next((finding for finding in told if finding.outcome.domain == "security"), told[0])
    example = measures.happened(material, first)
    return sentence(
        strong(direction(changes)), "Of ", of, f" measured before and after: {listed(tally)}. ", example, " ", cause(told)
    )


def direction(changes: Mapping[Change, int]) -> str:
    """All one way, or mixed; no score is made of it."""
    if changes["worse"] and not changes["better"]:
        return "By what is measured, no. "
    if changes["better"] and not changes["worse"]:
        return "By what is measured, yes. "
    return "Mixed. " if changes["better"] else "No clear change. "


def cause(told: list[Finding]) -> str:
    """What the mission did to them, as far as the verdicts go."""
    verdicts = Counter(finding.verdict for finding in told)
    if set(verdicts) == {"cannot tell"}:
        return "Whether the mission slowed or sped any of it cannot be told."
    tally = [f"{finding.outcome.name}: {finding.verdict}" for finding in told if finding.verdict != "cannot tell"]
    rest = f"; for {verdicts['cannot tell']} it cannot be told" if verdicts["cannot tell"] else ""
    return f"What the mission did to them: {'; '.join(tally)}{rest}."


def harm_line(material: Material) -> Runs:
    """The newest figure of each harm that is measured, and how much is told beside it."""
    chosen = [finding for finding in material.findings if is_harm(finding) and measures.visible(material, finding)]
    told = casualties(material)
    if not told and not any(measures.counted(material, finding) for finding in chosen):
        return sentence(strong("Nothing is recorded. "), "That is not the same as no harm.")
    parts = [sentence(f"{finding.outcome.name}: ", measures.newest(material, finding), ". ") for finding in chosen[:SHOWN]]
    more = sentence(count(len(told), "report", "reports", "harm"), " of people killed, hurt or abused.") if told else ()
    return sentence(strong("Yes, by what is reported. "), *parts, more)


def sure_line(material: Material) -> Runs:
    """What the answer rests on: comparisons, disagreements, how good the sources are, what awaits review."""
    findings = material.findings
    both = sum(1 for finding in findings if finding.change != "no data")
    judged = sum(1 for finding in findings if finding.verdict != "cannot tell")
    classes = Counter(cited.source_class for cited in material.cited.values() if cited.kind == "commitment")
    total = sum(classes.values())
    weak = sum(1 for cited in material.cited.values() if cited.kind == "commitment" and cited.weak)
    return sentence(
        strong("Sure of little beyond the counts. " if not judged else "Surer of some than of others. "),
        f"{both or 'None'} of ",
        count(len(findings), "planned outcome", "planned outcomes", "findings"),
        f" can be compared before and after, {judged or 'none'} with a verdict on cause. ",
        count(len(material.known.disagreements), "set", "sets", "disagreements"),
        " of sources disagree. Of ",
        count(total, "record", "records", "sources"),
        f" on people and money {classes['primary_official'] or 'none'} come from official sources, "
        f"{weak or 'none'} from copies of another outlet's report.",
        f" {waiting} proposed and not reviewed, so left out." if (waiting := len(material.known.proposed)) else "",
    )
