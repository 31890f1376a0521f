"""Rows on one scale: sums of money as bars, estimates as points with whiskers; what is open ends in an arrow."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from muster.brief.drawings.ink import INK, NARROW, PAPER, WIDE, box, fitted, line, path, place, scale, ticks, words
from muster.brief.drawings.records import Bar, Rows
from muster.brief.frame import BEFORE, HAIR, QUIET, REPORT, START
from muster.brief.labels import LETTER
from muster.brief.wording import number

TALL, HEAD, FOOT = 10, 22, 24  # pixels: a bar, a heading, the axis
NAMES, TOLD = 218, 244  # the columns of a wide drawing
MARGIN = 16  # beside the scale, where an arrow ends
LIGHT = "0.45"  # of a part that a source leaves open


@dataclass(frozen=True)
class Sheet:
    """Where things lie: the scale runs from ``left`` to ``right`` and from ``low`` to ``high``."""

    width: int
    left: float
    right: float
    low: float
    high: float
    narrow: bool

    def x(self, value: float) -> float:
        """Pixels from the left of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def draw(rows: Rows, *, narrow: bool) -> tuple[int, int, list[Markup]]:
    """Width, height and the pieces."""
    sheet = laid_out(rows, narrow=narrow)
    top, pieces = 0.0, []
    for group, bars in groupby(rows.bars, key=lambda bar: bar.group):
        if group:
            pieces.append(words(0, top + HEAD / 2, fitted(group, sheet.width), INK, bold=True))
            top += HEAD
        for bar in bars:
            pieces += [
                *lettered(bar, sheet, top),
                *(amount(bar, sheet, top) if rows.kind == "amounts" else effect(bar, sheet, top)),
            ]
            top += height(bar, sheet)
    return sheet.width, round(top + FOOT), [*grid(sheet, top), *pieces]


def laid_out(rows: Rows, *, narrow: bool) -> Sheet:
    """Names on the left and numbers on the right; in a narrow drawing both stand above their bar."""
    ends = (end for bar in rows.bars for end in (bar.low, bar.high, bar.estimate) if end is not None)
    low, high = scale(list(ends))
    if narrow:
        return Sheet(NARROW, MARGIN, NARROW - MARGIN, low, high, narrow)
    return Sheet(WIDE, NAMES + MARGIN, WIDE - TOLD - MARGIN, low, high, narrow)


def grid(sheet: Sheet, bottom: float) -> Iterator[Markup]:
    """Hairlines at round numbers, one of them at zero, darker."""
    for tick in ticks(sheet.low, sheet.high, 4):
        yield line(sheet.x(tick), 0, sheet.x(tick), bottom, START if tick == 0 else HAIR)
        yield words(sheet.x(tick), bottom + FOOT / 2, number(tick).replace("illion", "").replace(" b", " bn"), QUIET, "middle")


def lettered(bar: Bar, sheet: Sheet, top: float) -> Iterator[Markup]:
    """The row's name and its numbers."""
    color = INK if bar.told else QUIET
    if sheet.narrow:
        last = top + height(bar, sheet) - 25
        yield words(0, top + 9, fitted(bar.label, sheet.width), color)
        yield words(sheet.width, last, fitted(bar.text, sheet.width), color, "end")
    else:
        yield words(0, top + height(bar, sheet) / 2, fitted(bar.label, NAMES - 4), color)
        yield words(sheet.width, top + height(bar, sheet) / 2, fitted(bar.text, TOLD), color, "end")


def height(bar: Bar, sheet: Sheet) -> int:
    """A row's height; in a narrow drawing name and numbers have a line each where one line does not hold both."""
    if not sheet.narrow:
        return 20
    return 34 if LETTER * (len(bar.label) + len(bar.text)) + 8 <= sheet.width else 48


def middle(bar: Bar, sheet: Sheet, top: float) -> float:
    """The middle of a row's bar."""
    return top + height(bar, sheet) - 10


def amount(bar: Bar, sheet: Sheet, top: float) -> Iterator[Markup]:
    """Full up to the low end, lighter from there to the high one; "at least" ends in an arrow, "up to" is light throughout."""
    y, color = middle(bar, sheet, top), REPORT if bar.told else BEFORE
    zero, low = sheet.x(0), sheet.x(bar.low or 0.0)
    if low != zero:
        yield box(zero, y - TALL / 2, low - zero, TALL, color)
    if bar.high is not None and bar.high != bar.low:
        yield box(low, y - TALL / 2, sheet.x(bar.high) - low, TALL, color, fill_opacity=LIGHT)
    if bar.high is None and bar.low is not None:
        yield arrow(low + 3, y, 1, color)


def effect(bar: Bar, sheet: Sheet, top: float) -> Iterator[Markup]:
    """A point with its whisker; an open side ends in an arrow at the edge. What cannot be told is grey and hollow."""
    y, color = middle(bar, sheet, top), REPORT if bar.told else START
    if bar.low is not None or bar.high is not None:
        low = sheet.left - MARGIN / 2 if bar.low is None else sheet.x(bar.low)
        high = sheet.right + MARGIN / 2 if bar.high is None else sheet.x(bar.high)
        yield line(low, y, high, y, color, 2)
        yield from (arrow(x, y, way, color) for x, way, end in ((low, -1, bar.low), (high, 1, bar.high)) if end is None)
    if bar.estimate is not None:
        x = sheet.x(bar.estimate)
        disc = f"M{place(x - 4)} {place(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
        yield path(disc, fill=color) if bar.told else path(disc, fill=PAPER, stroke=color, width=1.5)


def arrow(x: float, y: float, way: int, color: str) -> Markup:
    """A triangle that points on to the right (1) or the left (-1)."""
    return path(f"M{place(x)} {place(y - TALL / 2)}l{8 * way} {TALL / 2:.0f}l{-8 * way} {TALL / 2:.0f}z", fill=color)
