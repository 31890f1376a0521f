"""The whole force: who says how many are needed, how many are planned and how many are there."""

from itertools import groupby

from muster.brief.evidence import ROUGH
from muster.brief.material import Holding, Material, latest
from muster.brief.tree import Mark, Point, Series
from muster.brief.wording import amount, unit
from muster.ledger.standing import PEOPLE, givers, role_of, since
from muster.records import Commitment

CEILING = "ceiling"
SPEAKERS = 3  # a chart of more opinions on the need than this is not read


def contributors(material: Material) -> frozenset[str]:
    """Actors who offered or sent people themselves, the force as a whole left out."""
    people = (holding.cell for holding in material.holdings if holding.cell.kind == "personnel")
    return givers(people, material.mission.force)


def whole(material: Material) -> list[Commitment]:
    """The sound records on people that speak of the whole force, oldest first."""
    forces, own = set(material.mission.force), contributors(material)
    cells = [one.cell for one in material.holdings if one.cell.unit == PEOPLE]
    counted = {id for cell in cells for id in (*cell.records, *(left for left, _ in cell.left_out))}
    chosen = [
        record
        for record in material.known.accepted
        if record.id in counted
        and (record.actor in forces or (record.scope in forces and record.actor not in own and record.stage == "required"))
        and (record.amount_low is not None or record.amount_high is not None)
    ]
    return sorted(chosen, key=lambda record: (since(record), record.id))


def there(material: Material, force: str) -> Holding | None:
    """The newest count of a whole force."""
    return latest(one for one in people(material, force) if one.cell.stage == "deployed")


def planned(material: Material, force: str) -> Holding | None:
    """The newest planned strength of a whole force."""
    return latest(one for one in people(material, force) if one.role == "planned")


def ceiling(material: Material, force: str) -> Holding | None:
    """The strength that the body which can has authorised as the most."""
    records = {record.id: record for record in material.known.accepted}
    approved = (one for one in material.holdings if one.cell.stage == "approved" and one.cell.scope == force)
    return latest(one for one in approved if any(records[id].original.get("basis") == CEILING for id in one.cell.records))


def people(material: Material, force: str) -> list[Holding]:
    """The force's own holdings, those of its contributors left out."""
    own = contributors(material)
    return [
        one
        for one in material.holdings
        if one.cell.kind == "personnel"
        and (one.cell.actor == force or (one.role == "planned" and one.cell.scope == force and one.cell.actor not in own))
    ]


def needed(material: Material) -> list[Commitment]:
    """Who said when how many are needed for the whole, oldest first."""
    records = whole(material)
    return [record for record in records if role_of(record) == "needed"]


def point(record: Commitment, label: str = "") -> Point:
    """A record as a point of a chart, the number said as in the text."""
    words = amount(record.amount_low, record.amount_high, record.currency, rough=ROUGH in record.flags)
    return Point(
        start=since(record),
        low=record.amount_low,
        high=record.amount_high,
        text=f"{words} {unit(record.unit)}".strip(),
        cites=(record.id,),
        label=label,
    )


def series(material: Material) -> tuple[Series, ...]:
    """Need by speaker, plan and counts by force: what the chart of the force draws."""
    records = whole(material)
    opinions = by_speaker([record for record in records if role_of(record) == "needed"])[-SPEAKERS:]
    made = [Series(name=f"needed, {who}", look="need", points=tuple(map(point, said))) for who, said in opinions]
    for force in material.mission.force:
        plans = [point(record) for record in records if role_of(record) == "planned" and force in (record.actor, record.scope)]
        made += [Series(name=f"planned, {force}", look="plan", points=tuple(plans))] if plans else []
    for force in material.mission.force:
        counts = [point(record) for record in records if record.stage == "deployed" and record.actor == force]
        made += [Series(name=f"there, {force}", look="report", points=tuple(counts))] if counts else []
    return tuple(made)


def by_speaker(records: list[Commitment]) -> list[tuple[str, list[Commitment]]]:
    """The records under who said them; the speaker with the newest word last."""

    def speaker(record: Commitment) -> str:
        return record.attributed_to or record.actor

    groups = [(who, list(said)) for who, said in groupby(sorted(records, key=speaker), key=speaker)]
    groups = [(who, sorted(said, key=lambda record: (since(record), record.id))) for who, said in groups]
    return sorted(groups, key=lambda group: (since(group[1][-1]), group[0]))


def starts(material: Material) -> tuple[Mark, ...]:
    """The plan's candidate starts that had come by the as-of date, oldest first."""
    as_of = material.known.as_of
    come = (start for start in material.mission.starts if as_of is None or start.date <= as_of)
    return tuple(Mark(name=start.name, date=start.date) for start in sorted(come, key=lambda start: (start.date, start.name)))
