"""The force: who said how many are needed and planned, strength over time, and who pledged and sent whom."""

from collections.abc import Iterable
from datetime import date

from muster.brief import strength
from muster.brief.evidence import ROUGH, actors
from muster.brief.material import Holding, Material, dated
from muster.brief.runs import cited, quiet, sentence, tabled, text
from muster.brief.tree import Block, Chart, Column, Paragraph, Row, Runs, Section, Table
from muster.brief.wording import amount, day, listed, unit
from muster.ledger.standing import PEOPLE, role_of
from muster.records import Commitment, Stage

STAGES: dict[Stage, str] = {
    "pledged": "Pledged",
    "approved": "Approved",
    "deploying": "On the way",
    "deployed": "Deployed",
    "withdrawn": "Withdrawn",
    "declined": "Declined",
}
ON_PAPER = frozenset({"pledged", "deployed"})
PRINTED = 7  # contributors to a force that fit on two pages beside the rest


def force(material: Material) -> Section:
    """The section on people and equipment."""
    blocks: list[Block] = [chart(material)] if strength.series(material) else []
    blocks += [table for table in (voices(material), contributors(material), equipment(material)) if table.rows]
    if not blocks:
        blocks.append(Paragraph(runs=(text("No accepted record tells of people promised or sent."),)))
    return Section(id="force", heading="Force: needed, promised, there", blocks=tuple(blocks))


def chart(material: Material) -> Chart:
    """Need, plan and counts over time."""
    drawn = strength.series(material)
    words = [f"{one.name}: {one.points[-1].text} at the last record ({day(one.points[-1].start)})" for one in drawn]
    return Chart(
        id="chart-force",
        title="How many were needed, planned and there",
        unit="people",
        description=f"People over time. {listed(words)}.",
        series=drawn,
        marks=strength.starts(material),
    )


def voices(material: Material) -> Table:
    """Who said when how many are needed or planned for the whole force."""
    records = [record for record in strength.whole(material) if record.stage == "required"]
    columns = (
        Column(label="When"),
        Column(label="Number", holds="number"),
        Column(label="What"),
        Column(label="Who said it", holds="sentence"),
    )
    rows = tuple(Row(cells=voice(record), printed=False) for record in reversed(records))
    return Table(id="voices", caption="How many are needed and planned, by who said it", columns=columns, rows=rows)


def voice(record: Commitment) -> tuple[Runs, ...]:
    """One stated requirement."""
    words = amount(record.amount_low, record.amount_high, rough=ROUGH in record.flags)
    what = f"{unit(record.unit)} {role_of(record)}, {record.scope or record.actor}"
    return (text(dated(record)),), (cited(words, (record.id,)),), (text(what),), (text(record.attributed_to or "not said"),)


def contributors(material: Material) -> Table:
    """A row for each contributor and scope; whole forces stand in the chart, and nothing is added up."""
    forces = material.mission.force
    own = [one for one in material.holdings if one.cell.unit == PEOPLE and one.cell.stage in STAGES]
    note = (
        "The newest number that the records give. Nothing is added across rows or stages: one person may be counted in several."
    )
    by_country = [one for one in own if one.cell.actor not in forces and not is_over(one, own)]
    return grid(by_country, forces, id="contributors", caption="By contributor", note=note, printed=PRINTED)


def is_over(one: Holding, own: Iterable[Holding]) -> bool:
    """Whether people on the way have since arrived: a count there is as new or newer."""
    key = (one.cell.scope, one.cell.actor, "deployed")
    later = (other for other in own if (other.cell.scope, other.cell.actor, other.cell.stage) == key)
    return one.cell.stage == "deploying" and any(
        (other.cell.date or date.min) >= (one.cell.date or date.min) for other in later
    )


def equipment(material: Material) -> Table:
    """Counted things, such as vehicles; money-valued equipment stands with the money."""
    own = [one for one in material.holdings if one.cell.kind == "equipment" and one.cell.unit and one.cell.stage in STAGES]
    return grid(own, material.mission.force, id="equipment", caption="Equipment, counted", note="", printed=0)


def grid(each: list[Holding], first: tuple[str, ...], *, id: str, caption: str, note: str, printed: int) -> Table:
    """Holdings as a table: a group of rows for each scope, a column for each stage that any of them has."""
    stages = [stage for stage in STAGES if any(one.cell.stage == stage for one in each)]
    numbers = (Column(label=STAGES[stage], holds="number", printed=stage in ON_PAPER) for stage in stages)
    columns = (Column(label="Contributor"), *numbers, Column(label="Newest record", holds="number", printed=False))
    rows: list[Row] = []
    for scope in sorted({one.cell.scope for one in each}, key=lambda scope: order(scope, first)):
        inside = [one for one in each if one.cell.scope == scope]
        keys = sorted({(one.cell.actor, one.cell.unit or "") for one in inside}, key=lambda key: rank(key, inside))
        rows.append(Row(heading=scope or "No scope given", printed=scope in first and printed > 0))
        for place, key in enumerate(keys):
            chosen = [one for one in inside if (one.cell.actor, one.cell.unit or "") == key]
            rows.append(Row(cells=cells(key, chosen, stages), printed=scope in first and place < printed))
    return Table(id=id, caption=caption, columns=columns, rows=tuple(rows), note=note)


def order(scope: str, first: tuple[str, ...]) -> tuple[int, str]:
    """The mission's own scopes first, the rest by name."""
    return (first.index(scope) if scope in first else len(first)), scope


def rank(key: tuple[str, str], inside: Iterable[Holding]) -> tuple[float, float, tuple[str, str]]:
    """Most people there first, then most promised, then by name."""

    def most(stage: str) -> float:
        own = (one for one in inside if (one.cell.actor, one.cell.unit or "") == key and one.cell.stage == stage)
        return max((one.high or one.low or 0.0 for one in own), default=-1.0)

    return -most("deployed"), -most("pledged"), key


def cells(key: tuple[str, str], chosen: list[Holding], stages: Iterable[Stage]) -> tuple[Runs, ...]:
    """A contributor's row."""
    newest = max((one.cell.date for one in chosen if one.cell.date), default=None)
    by_stage = tuple(sentence(*(tabled(one) for one in chosen if one.cell.stage == stage)) for stage in stages)
    name = sentence(actors(key[0]), *([quiet(f", {unit(key[1])}")] if key[1] != PEOPLE else []))
    return name, *by_stage, (text(day(newest)),)
