"""The mission's money by stage as bars: one picture a currency, nothing added across stages, givers or purposes."""

from muster.brief.drawings.records import Bar, Rows
from muster.brief.evidence import actors
from muster.brief.material import Holding, Material
from muster.brief.runs import quiet, range_of
from muster.brief.tree import Picture
from muster.brief.wording import counted

STAGES = ("Pledged", "Committed", "Received by the fund", "Disbursed", "Frozen")
FEWEST, MOST = 3, 6  # sums that make a picture, and bars under one stage


def pictures(material: Material) -> tuple[Picture, ...]:
    """A picture for each currency in which several sums are known."""
    held = [one for one in material.holdings if stage_of(one, material) and not one.per]
    by_currency = {
        name: [one for one in held if one.cell.currency == name] for name in sorted({one.cell.currency or "" for one in held})
    }
    return tuple(picture(material, name, own) for name, own in by_currency.items() if len(own) >= FEWEST)


def stage_of(one: Holding, material: Material) -> str:
    """The stage in the words of the picture; empty for what is not the mission's money or has no number."""
    own = one.cell.scope in (*material.mission.funds, *material.mission.force)
    if not own or not one.cell.currency or one.cell.kind != "funds" or (one.low, one.high) == (None, None):
        return ""
    received = one.cell.actor == one.cell.scope and one.cell.stage == "disbursed"
    names = {"pledged": STAGES[0], "approved": STAGES[1], "disbursed": STAGES[2 if received else 3], "declined": STAGES[4]}
    return names.get(one.cell.stage, "")


def picture(material: Material, currency: str, held: list[Holding]) -> Picture:
    """The bars under their stages, the largest first; the rest of a stage is counted, and stands in the table of the money."""
    bars: list[Bar] = []
    left = 0
    for stage in STAGES:
        own = sorted((one for one in held if stage_of(one, material) == stage), key=rank)
        bars += [bar(one, stage) for one in own[:MOST]]
        left += len(own[MOST:])
    rest = f" {counted(left, 'smaller sum')} left out here: the table below has all." if left else ""
    told = "; ".join(f"{one.group}, {one.label}: {one.text}" for one in bars)
    return Picture(
        id=f"funds-{currency}",
        title="The mission's money by stage",
        unit=currency,
        description=f"Sums in {currency}, each at one stage; none was made by adding others drawn here. {told}.{rest}",
        drawing=Rows(kind="amounts", bars=tuple(bars)),
        caption=(
            quiet(
                f"Light: from the lowest to the highest number given. Arrow: at least. One sum may be at several stages.{rest}"
            ),
        ),
    )


def rank(one: Holding) -> tuple[float, tuple[str, str]]:
    """The largest first."""
    return -max(end for end in (one.low, one.high) if end is not None), (one.cell.actor, one.cell.scope)


def bar(one: Holding, stage: str) -> Bar:
    """A sum as a row; what is frozen is grey."""
    purpose = "" if one.cell.actor == one.cell.scope else f", for {one.cell.scope}"
    remarks = "".join(f" ({word})" for word, true in (("sources differ", one.differ), ("claimed", one.claimed)) if true)
    return Bar(
        label=f"{actors(one.cell.actor)}{purpose}",
        text=f"{range_of(one)}{remarks}",
        low=one.low,
        high=one.high,
        cites=one.cites,
        told=stage != STAGES[-1],
        group=stage,
    )
