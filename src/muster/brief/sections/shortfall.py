"""The first two answers: what is there of the force and of the money, against what was to be."""

from muster.brief import strength, treasury
from muster.brief.evidence import ROUGH, actors
from muster.brief.material import Holding, Material, dated, latest
from muster.brief.runs import amount_of, cited, joined, said, sentence, strong
from muster.brief.tree import Runs
from muster.brief.wording import amount, unit
from muster.ledger.standing import PEOPLE, since
from muster.records import Commitment

SHOWN = 3  # contributors that the line can hold where nobody counts the whole force


def force_line(material: Material) -> Runs:
    """The newest counted strength against its plan; without one, what single contributors have there."""
    forces = [force for force in reversed(material.mission.force) if standing(material, force)]
    lines = joined((standing(material, force) for force in forces), " ")
    counted = next((force for force in forces if strength.there(material, force)), None)
    if counted is None:
        return joined(
            [sentence(strong("Nobody has counted the whole force.")), lines, contributions(material), need(material)], " "
        )
    lead = compared(strength.there(material, counted), strength.planned(material, counted))
    return joined([sentence(strong(lead)), lines, need(material)], " ")


def compared(there: Holding | None, wanted: Holding | None) -> str:
    """What is there against what was to be: a plain yes only where the lowest count reaches the highest plan."""
    if there is None:
        return "No record."
    if wanted is None or (wanted.low is None and wanted.high is None):
        return "Some of it."
    low, high = there.low or 0.0, float("inf") if there.high is None else there.high
    least = wanted.low if wanted.low is not None else wanted.high or 0.0
    most = wanted.high if wanted.high is not None else wanted.low or 0.0
    if high < least:
        return "In part."
    return "Yes, as planned." if low >= most else "Sources differ."


def standing(material: Material, force: str) -> Runs:
    """One force: counted strength of planned strength, and the ceiling; empty where no record tells of it."""
    counted, plan, most = strength.there(material, force), strength.planned(material, force), strength.ceiling(material, force)
    parts = [sentence(said(counted), moment(counted))] if counted else []
    parts += (
        [sentence(share(counted, plan), said(plan, "planned" if counted else f"{unit(plan.cell.unit)} planned"))]
        if plan
        else []
    )
    parts += [said(most, "authorised" if parts else f"{unit(most.cell.unit)} authorised")] if most else []
    return sentence(f"{force}: ", joined(parts), ".") if parts else ()


def moment(one: Holding) -> str:
    """`` on 28 Aug 2025`` for a day, `` in Aug 2025`` for a longer time."""
    return f" {'on' if one.dated[:1].isdigit() and ' ' in one.dated else 'in'} {one.dated}" if one.dated else ""


def share(counted: Holding | None, plan: Holding) -> Runs:
    """The part of the plan that is there, where both are plain numbers."""
    if not counted or counted.low is None or counted.low != counted.high or plan.low is None or not plan.high or plan.differ:
        return ()
    return sentence(cited(f"{100 * counted.low / plan.high:.0f}%", (*counted.cites, *plan.cites)), " of the ")


def need(material: Material) -> Runs:
    """The newest word on how many are needed, and the highest where that is another."""
    records = strength.needed(material)
    if not records:
        return ()
    newest = records[-1]
    highest = max(records, key=lambda record: (most(record), record.amount_low or 0.0, since(record)))
    more = () if most(highest) == most(newest) else sentence("; at the highest ", opinion(highest))
    return sentence("Said to be needed: ", opinion(newest), more, ".")


def most(record: Commitment) -> float:
    """The highest number that a record gives."""
    return record.amount_high or record.amount_low or 0.0


def opinion(record: Commitment) -> Runs:
    """A stated need with who said it and when."""
    words = amount(record.amount_low, record.amount_high, rough=ROUGH in record.flags)
    who = f"{record.attributed_to}, " if record.attributed_to else ""
    return sentence(cited(words, (record.id,)), f" {unit(record.unit)} ({who}{dated(record)})")


def contributions(material: Material) -> Runs:
    """Contributors with people there, the largest first; never added up."""
    sent = [one for one in material.holdings if one.cell.unit == PEOPLE and one.cell.stage == "deployed"]
    own = [one for one in sent if one.cell.scope in material.mission.force]
    largest = sorted(own, key=lambda one: (-(one.high or one.low or 0.0), one.cell.actor))[:SHOWN]
    if not largest:
        return sentence("No record tells of anyone there.")
    each = (sentence(f"{actors(one.cell.actor)} ", said(one, dated=True)) for one in largest)
    return sentence("There by contributor: ", joined(each), ".")


def money_line(material: Material) -> Runs:
    """What the common funds received against what the force is said to cost."""
    held = [(fund, one) for fund in material.mission.funds if (one := treasury.received(material, fund))]
    stated = [(force, one) for force in material.mission.force if (one := treasury.cost(material, force))]
    funds = joined((sentence(amount_of(one), f" had reached the {fund} by {one.dated}.") for fund, one in held), " ")
    costs = joined((sentence(f"The {force} is said to cost ", said(one, dated=True), ".") for force, one in stated), " ")
    newest, price = latest(one for _, one in held), latest(one for _, one in stated)
    if newest is None:
        return joined([sentence(strong("No record of a payment into a common fund.")), costs], " ")
    comparable = price if price and price.cell.currency == newest.cell.currency else None
    return joined([sentence(strong(compared(newest, comparable))), funds, costs], " ")
