"""The money: by stage, and never added across stages, scopes, currencies, or cash and kind."""

from muster.brief import funding, treasury
from muster.brief.evidence import actors
from muster.brief.material import Holding, Material
from muster.brief.runs import quiet, sentence, tabled, text
from muster.brief.strength import starts
from muster.brief.tree import Block, Chart, Column, Paragraph, Row, Section, Table
from muster.brief.wording import day, listed
from muster.records import Stage

STAGES: dict[Stage, str] = {
    "required": "Needed or asked for",
    "pledged": "Pledged",
    "approved": "Approved",
    "disbursed": "Paid or received",
    "declined": "Held or frozen",
}
ON_PAPER = frozenset({"pledged", "disbursed"})
ELSEWHERE = "Other purposes"
PRINTED = 7  # rows that fit on two pages beside the rest


def money(material: Material) -> Section:
    """The section on money."""
    blocks: list[Block] = [chart(material)] if any(len(one.points) > 1 for one in treasury.series(material)) else []
    blocks += funding.pictures(material)
    made = table(material)
    blocks += [made] if made.rows else [Paragraph(runs=(text("No accepted record tells of money."),))]
    return Section(id="money", heading="Money: asked for, promised, paid", blocks=tuple(blocks))


def chart(material: Material) -> Chart:
    """What the common funds had received over time."""
    drawn = treasury.series(material)
    words = [f"{one.name}: {one.points[-1].text} at the last record ({day(one.points[-1].start)})" for one in drawn]
    currencies = sorted({one.name.rpartition(", ")[2] for one in drawn})
    return Chart(
        id="chart-funds",
        title="What had reached the common fund",
        unit=listed(currencies),
        description=f"Money received over time. {listed(words)}.",
        series=drawn,
        marks=starts(material),
        printed=False,
    )


def table(material: Material) -> Table:
    """A row for each giver, purpose and currency; a column for each stage."""
    held = [one for one in material.holdings if one.cell.currency and one.cell.stage in STAGES]
    stages = [stage for stage in STAGES if any(one.cell.stage == stage for one in held)]
    columns = (
        Column(label="Who"),
        *(Column(label=STAGES[stage], holds="number", printed=stage in ON_PAPER) for stage in stages),
    )
    own = (*material.mission.funds, *material.mission.force)
    rows = [row for scope in own for row in group(scope, [one for one in held if one.cell.scope == scope], stages)]
    rows += group(ELSEWHERE, [one for one in held if one.cell.scope not in own], stages)
    note = "Nothing is added across rows, columns or currencies: pledge, approval and payment are one sum at three stages."
    return Table(id="money-by-stage", caption="By stage", columns=columns, rows=tuple(rows), note=note)


def group(scope: str, inside: list[Holding], stages: list[Stage]) -> list[Row]:
    """The rows of one purpose under its heading; in the last group each row names its own."""
    if not inside:
        return []
    keys = sorted({key_of(one) for one in inside}, key=lambda key: rank(key, inside))
    rows = [Row(heading=scope, printed=scope != ELSEWHERE)]
    for place, key in enumerate(keys):
        chosen = [one for one in inside if key_of(one) == key]
        told = any(one.cell.stage in ON_PAPER for one in chosen)
        name = sentence(actors(key[0]), *([quiet(f", {remark}")] if (remark := purpose(chosen[0], scope)) else []))
        by_stage = tuple(sentence(*(tabled(one) for one in chosen if one.cell.stage == stage)) for stage in stages)
        rows.append(Row(cells=(name, *by_stage), printed=scope != ELSEWHERE and told and place < PRINTED))
    return rows


def key_of(one: Holding) -> tuple[str, str, str, str, bool]:
    """What parts one row from another: who, for what, in which currency, a rate or a sum, cash or kind."""
    return one.cell.actor, one.cell.scope, one.cell.currency or "", one.per, one.cell.kind == "equipment"


def purpose(one: Holding, heading: str) -> str:
    """What the money is for beyond the heading, and whether it came in kind."""
    scope = "" if heading == one.cell.scope else one.cell.scope.removeprefix(f"{one.cell.actor}, ") or "no purpose given"
    return ", ".join(
        part for part in (scope, "in kind" if one.cell.kind == "equipment" and "in kind" not in scope else "") if part
    )


def rank(key: tuple[str, str, str, str, bool], inside: list[Holding]) -> tuple[bool, float, tuple[str, str, str, str, bool]]:
    """A fund itself first, then the largest sum of an actor; sums of several currencies are ordered by their digits only."""
    own = [one for one in inside if one.cell.actor == key[0]]
    return not any(one.cell.actor == one.cell.scope for one in own), -max(one.high or one.low or 0.0 for one in own), key
