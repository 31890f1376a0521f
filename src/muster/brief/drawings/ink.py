"""Pieces of SVG for drawings that need no axis of days; every word in them is escaped."""

from collections.abc import Iterable, Sequence
from math import floor, log10
from typing import Literal

from markupsafe import Markup

from muster.brief.frame import QUIET
from muster.brief.labels import LETTER

INK, PAPER = "#1c1b19", "#fdfcfa"
WIDE, NARROW = 720, 320  # of a whole drawing, in pixels
Anchor = Literal["start", "middle", "end"]


def figure(id: str, title: str, description: str, size: tuple[str, str], inner: Iterable[Markup]) -> Markup:
    """An SVG picture with its words inside."""
    named = 'role="img" aria-labelledby="{0}-title" aria-describedby="{0}-desc"'
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" {named} viewBox="0 0 {{1}} {{2}}">'
    words = '<title id="{0}-title">{3}</title><desc id="{0}-desc">{4}</desc>'
    return Markup(frame + words).format(id, *size, title, description) + Markup("").join(inner) + Markup("</svg>")


def place(value: float) -> str:
    """A coordinate to a tenth of a pixel, as short as it can be written."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def path(steps: str, *, fill: str = "none", stroke: str = "none", width: float | str = 0, **more: str) -> Markup:
    """A path; ``more`` are further attributes, ``_`` for ``-``."""
    looks = {"fill": fill, "stroke": stroke} | ({"stroke-width": place(float(width))} if width else {})
    looks |= {name.replace("_", "-"): value for name, value in more.items()}
    return Markup('<path d="{}"{}/>').format(steps, Markup("").join(Markup(' {}="{}"').format(*one) for one in looks.items()))


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1, **more: str) -> Markup:
    """A straight line."""
    return path(f"M{place(x1)} {place(y1)}L{place(x2)} {place(y2)}", stroke=stroke, width=width, **more)


def box(x: float, y: float, width: float, height: float, fill: str, **more: str) -> Markup:
    """A filled box."""
    return path(f"M{place(x)} {place(y)}h{place(width)}v{place(height)}h{place(-width)}z", fill=fill, **more)


def words(x: float, y: float, text: str, color: str = QUIET, anchor: Anchor = "start", *, bold: bool = False) -> Markup:
    """A line of text whose middle lies at ``y``."""
    weight = Markup(' font-weight="600"') if bold else Markup("")
    frame = Markup('<text x="{}" y="{}" fill="{}" text-anchor="{}" font-size="11"{}>{}</text>')
    return frame.format(place(x), place(y + 4), color, anchor, weight, text)


def fitted(text: str, width: float) -> str:
    """As much of a text as a width in pixels holds."""
    letters = max(int(width / LETTER), 2)
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers (1, 2 or 5 times a power of ten apart) from ``low`` to ``high``."""
    least = (high - low) / most
    size = 10.0 ** floor(log10(least))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= least)
    first = -floor(-low / step + 1e-9)
    return [place * step for place in range(first, floor(high / step + 1e-9) + 1)]


def scale(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest of some values and zero, never the same."""
    low, high = min([*values, 0.0]), max([*values, 0.0])
    return (low, high) if low < high else (low, low + 1.0)
