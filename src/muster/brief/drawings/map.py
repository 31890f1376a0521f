"""A map of places in shades of one ink; what is unknown is grey and hatched, so that no reader needs the colour."""

from collections.abc import Iterator

from markupsafe import Markup

from muster.brief.drawings.ink import INK, NARROW, PAPER, WIDE, box, fitted, path, place, words
from muster.brief.drawings.records import Area, Map
from muster.brief.frame import REPORT, START
from muster.brief.labels import LETTER, LINE
from muster.brief.wording import number

SHADES = ("0.15", "0.4", "0.65", "0.9")
KEY = 18  # pixels of a line of the legend
Box = tuple[float, float, float, float]


def draw(chart: Map, id: str, *, narrow: bool) -> tuple[int, int, list[Markup]]:
    """Width, height and the pieces; ``id`` keeps the hatching of two drawings apart."""
    width = NARROW if narrow else WIDE
    size = (width - 4) / chart.width
    tall = chart.height * size + 8
    legend = list(keys(chart, id, tall, width))
    rows = max((row for row, _ in legend), default=0) + 1
    pieces = [hatching(id), *(shape(area, chart, id, size) for area in sorted(chart.areas, key=lambda area: area.treated))]
    pieces += [*numbers(chart, size, narrow=narrow), *(piece for _, piece in legend)]
    return width, round(tall + rows * KEY), pieces


def hatching(id: str) -> Markup:
    """The pattern of what is unknown."""
    pattern = '<defs><pattern id="{0}-hatch" width="7" height="7" patternUnits="userSpaceOnUse">{1}</pattern></defs>'
    lines = path("M-1 8L8 -1M-1 1L1 -1M6 8L8 6", stroke=START, width=1)
    return Markup(pattern).format(id, lines)


def shade(value: float | None, chart: Map) -> int | None:
    """The number of the class that a value is in; None for unknown."""
    if value is None:
        return None
    return next((number for number, (_, high) in enumerate(chart.classes) if value <= high), None)


def fill(shade: int | None, chart: Map, id: str) -> dict[str, str]:
    """How a place of a class is filled: spread over the shades, so that two classes are not two neighbours."""
    if shade is None:
        return {"fill": f"url(#{id}-hatch)"}
    most = max(len(chart.classes) - 1, 1)
    return {"fill": REPORT, "fill_opacity": SHADES[round(shade * (len(SHADES) - 1) / most)]}


def shape(area: Area, chart: Map, id: str, size: float) -> Markup:
    """A place; the border of a treated one is strong."""
    steps = "".join(
        "M" + "L".join(f"{place(2 + x * size)} {place(2 + y * size)}" for x, y in ring) + "z" for ring in area.rings
    )
    border = {"stroke": INK, "width": 1.8} if area.treated else {"stroke": START, "width": 0.7}
    looks = fill(shade(area.value, chart), chart, id)
    return path(steps, **looks, **border, fill_rule="evenodd", stroke_linejoin="round")  # type: ignore[arg-type]


def numbers(chart: Map, size: float, *, narrow: bool) -> Iterator[Markup]:
    """Each place's number where there is room for it, with its name in a wide drawing; large places first."""
    taken: list[Box] = []
    for area in sorted(chart.areas, key=lambda area: -extent(area)):
        lines = [area.text] if narrow else [area.name, area.text]
        x, y = middle(area)
        spot = room(lines, 2 + x * size, 2 + y * size)
        if spot[0] < 0 or spot[2] > (NARROW if narrow else WIDE) or any(meet(spot, other) for other in taken):
            continue
        taken.append(spot)
        for row, line in enumerate(lines):
            yield words((spot[0] + spot[2]) / 2, spot[1] + (row + 0.5) * LINE, line, INK, "middle", bold=row == len(lines) - 1)


def room(lines: list[str], x: float, y: float) -> Box:
    """The box of some centred lines of text."""
    wide, tall = max(map(len, lines)) * LETTER + 4, len(lines) * LINE
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def extent(area: Area) -> float:
    """The size of a place's largest part."""
    return max(abs(twice(ring)) for ring in area.rings)


def twice(ring: tuple[tuple[int, int], ...]) -> float:
    """Twice the area inside a ring, signed."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True))


def middle(area: Area) -> tuple[float, float]:
    """The centre of a place's largest part."""
    ring = max(area.rings, key=lambda ring: abs(twice(ring)))
    if not (whole := twice(ring)):
        return ring[0]
    pairs = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * whole)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * whole)
    return x, y


def keys(chart: Map, id: str, top: float, width: int) -> Iterator[tuple[int, Markup]]:
    """The legend: each shade with the numbers in it, the hatching, and what a strong border means; with the row it is on."""
    used: list[tuple[str, Markup]] = []
    for place_of, (low, high) in enumerate(chart.classes):
        said = number(low) if low == high else f"{number(low)}–{number(high)}"
        looks = fill(place_of, chart, id)
        used.append((said, box(0.5, 0.5, 16, 11, stroke=START, **looks)))
    if any(area.value is None for area in chart.areas):
        used.append(("not known or no single number", box(0.5, 0.5, 16, 11, stroke=START, fill=f"url(#{id}-hatch)")))
    if any(area.treated for area in chart.areas):
        used.append(("the mission works there", box(0.5, 0.5, 16, 11, fill=PAPER, stroke=INK, stroke_width="1.8")))
    x, row = 0.0, 0
    for said, swatch in used:
        long = 24 + LETTER * len(said) + 16
        x, row = (0.0, row + 1) if x and x + long > width + 16 else (x, row)
        moved = Markup('<g transform="translate({} {})">{}{}</g>')
        yield row, moved.format(place(x), place(top + row * KEY), swatch, words(22, 6, fitted(said, width - 22), INK))
        x += long
