"""A forest plot from plain records: one estimate a row, grey where it cannot be told; nothing is ordered by merit."""

from collections.abc import Sequence

from muster.brief.drawings.records import Bar, Rows
from muster.brief.drawings.tables import exactly, interval
from muster.brief.tree import Picture, Runs
from muster.brief.wording import counted, listed


def estimated(
    label: str,
    estimate: float | None,
    between: tuple[float | None, float | None] = (None, None),
    *,
    told: bool = True,
    group: str = "",
    cites: tuple[str, ...] = (),
) -> Bar:
    """A row: an estimate with its interval in the unit of the plot; ``told`` is false where the verdict is "cannot tell".

    Args:
        between: low and high end; one null is open, both null is no interval.
        group: the heading that the row stands under; rows of one group follow each other.
        cites: ids of what it rests on.
    """
    ends = "" if between == (None, None) else f" ({interval(*between)})"
    words = "no estimate" if estimate is None else f"{exactly(estimate)}{ends}"
    low, high = between if estimate is not None else (None, None)
    return Bar(label=label, text=words, low=low, high=high, estimate=estimate, cites=cites, told=told, group=group)


def forest(id: str, title: str, unit: str, bars: Sequence[Bar], caption: Runs = ()) -> Picture:
    """The rows in the order in which they come, with a line at zero; the words hold every number."""
    return Picture(
        id=id,
        title=title,
        unit=unit,
        description=description(unit, bars),
        drawing=Rows(kind="effects", bars=tuple(bars)),
        caption=caption,
    )


def description(unit: str, bars: Sequence[Bar]) -> str:
    """How many lie where, then each row."""
    sure = [bar for bar in bars if bar.told and bar.estimate is not None]
    above = sum(1 for bar in sure if bar.low is not None and bar.low > 0)
    below = sum(1 for bar in sure if bar.high is not None and bar.high < 0)
    parts = [
        f"{counted(above, 'interval')} above zero",
        f"{below or 'none'} below",
        f"{len(sure) - above - below or 'none'} with zero inside or without an interval",
        f"{len(bars) - len(sure) or 'none'} that cannot be told, drawn grey",
    ]
    rows = "; ".join(f"{bar.label}: {bar.text}{'' if bar.told else ', cannot be told'}" for bar in bars)
    return f"Estimates in {unit}. {listed(parts)}. {rows}."
