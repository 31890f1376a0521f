"""The mission's money: what its common funds received, and what it is said to cost."""

from muster.brief.material import Holding, Material, latest
from muster.brief.strength import point
from muster.brief.tree import Series
from muster.ledger.standing import DOUBTFUL, since
from muster.records import Commitment


def received(material: Material, fund: str) -> Holding | None:
    """The newest sum that a common fund had received."""
    return latest(one for one in of_fund(material, fund) if one.cell.stage == "disbursed")


def of_fund(material: Material, fund: str) -> list[Holding]:
    """What is held on a fund as a whole, its single donors left out."""
    return [
        one
        for one in material.holdings
        if one.cell.kind == "funds" and one.cell.actor == fund == one.cell.scope and one.cell.currency
    ]


def cost(material: Material, force: str) -> Holding | None:
    """The newest statement of what a whole force costs; a rate before a plain sum."""
    stated = [
        one
        for one in material.holdings
        if one.cell.kind == "funds" and one.cell.stage == "required" and one.cell.actor == force and one.cell.currency
    ]
    return latest(one for one in stated if one.per == " a year") or latest(stated)


def paid_in(record: Commitment, fund: str) -> bool:
    """Whether a record tells what a fund itself had received; what it paid out stands under another scope."""
    is_whole = record.actor == fund and record.scope == fund
    return is_whole and record.kind == "funds" and record.stage == "disbursed" and DOUBTFUL not in record.flags


def series(material: Material) -> tuple[Series, ...]:
    """What each fund had received over time, as printed: one series a fund and currency."""
    made = []
    for fund in material.mission.funds:
        own = [one for one in material.known.accepted if paid_in(one, fund)]
        for currency in sorted({one.currency for one in own if one.currency}):
            records = sorted((one for one in own if one.currency == currency), key=lambda one: (since(one), one.id))
            points = tuple(point(one) for one in records if one.amount_low is not None or one.amount_high is not None)
            made.append(Series(name=f"received by the {fund}, {currency}", look="report", points=points))
    return tuple(one for one in made if one.points)
