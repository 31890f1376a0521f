"""A specification curve: effects in rising order above, and below each what was chosen for it."""

from collections.abc import Iterator

from markupsafe import Markup

from muster.brief.drawings.ink import INK, NARROW, WIDE, fitted, line, path, place, scale, ticks, words
from muster.brief.drawings.records import Curve
from muster.brief.frame import HAIR, NEED_TEXT, QUIET, REPORT, START
from muster.brief.wording import plain, three

TOP, PLOT, ROW = 22, 150, 16  # pixels: room for the planned one's words, the effects, a choice


def draw(curve: Curve, *, narrow: bool) -> tuple[int, int, list[Markup]]:
    """Width, height and the pieces."""
    width, left = (NARROW, 44.0) if narrow else (WIDE, 200.0)
    step = (width - left - 8) / max(len(curve.effects), 1)
    across = [left + (place + 0.5) * step for place in range(len(curve.effects))]
    row = 2 * ROW if narrow else ROW
    height = TOP + PLOT + 16 + row * len(curve.choices)
    pieces = [
        *effects(curve, across, left, width),
        *matrix(curve, across, left, width, narrow=narrow),
        *planned(curve, across, width, height),
    ]
    return width, height, pieces


def level(curve: Curve, value: float) -> float:
    """Pixels from the top of an effect."""
    low, high = scale(curve.effects)
    return TOP + 4 + (high - value) / (high - low) * (PLOT - 8)


def effects(curve: Curve, across: list[float], left: float, width: int) -> Iterator[Markup]:
    """A dot for each specification drawn, beside hairlines at round numbers."""
    for tick in ticks(*scale(curve.effects), 5):
        y = level(curve, tick)
        yield line(left, y, width, y, START if tick == 0 else HAIR)
        yield words(left - 6, y, plain(float(f"{tick:.6g}")), QUIET, "end")
    dots = "".join(f"M{place(x)} {place(level(curve, value))}h0" for x, value in zip(across, curve.effects, strict=True))
    yield path(dots, stroke=REPORT, width=4, stroke_linecap="round")


def matrix(curve: Curve, across: list[float], left: float, width: int, *, narrow: bool) -> Iterator[Markup]:
    """A row for each choice, a tick below each specification that made it."""
    room, row = (width, 2 * ROW) if narrow else (left - 8, ROW)
    stroke = max(min((width - left - 8) / max(len(across), 1) * 0.7, 6), 0.8)
    for place_of, choice in enumerate(curve.choices):
        top = TOP + PLOT + 12 + row * place_of
        yield words(0, top + ROW / 2, fitted(choice.name, room), INK)
        y = top + (ROW + 2 if narrow else 3)
        yield line(left, y + 5, width - 8, y + 5, HAIR)
        marks = "".join(f"M{place(x)} {place(y)}v10" for x, taken in zip(across, choice.taken, strict=True) if taken)
        yield path(marks, stroke=REPORT, width=stroke)


def planned(curve: Curve, across: list[float], width: int, height: int) -> Iterator[Markup]:
    """The planned specification: an upright line through its choices, a ring and its effect in words."""
    x, value = across[curve.planned], curve.effects[curve.planned]
    y = level(curve, value)
    yield line(x, TOP, x, height, NEED_TEXT, 1, stroke_dasharray="3 3")
    yield path(f"M{place(x - 5)} {place(y)}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", stroke=NEED_TEXT, width=2)
    yield words(x, TOP / 2, f"planned: {three(value)}", NEED_TEXT, "end" if x > width / 2 else "start", bold=True)
