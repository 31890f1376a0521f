"""A chart of the tree as an SVG picture, by Vega-Lite; colours are the page's and follow its light and dark inks.

Every chart is drawn with direct labels and without a legend. The look of a point says what the source said: a dot for a
number, a bar for a range, a triangle for "at least" (upwards) or "up to" (downwards).
"""

from collections.abc import Iterator

from markupsafe import Markup

from muster.brief.frame import (
    BEFORE,
    REPORT,
    SIZES,
    START,
    STEPS,
    Frame,
    Spec,
    framed,
    known_ends,
    layer,
    middle,
    milliseconds,
    shown_marks,
)
from muster.brief.lettering import texts
from muster.brief.tree import Chart, Point, Series
from muster.brief.vega import vega, whole


def svg(chart: Chart, *, narrow: bool = False) -> Markup:
    """The picture with its title and description inside; ids carry the chart's id so that no two pictures collide."""
    id = f"{chart.id}-narrow" if narrow else chart.id
    return vega(id, chart.title, chart.description, specification(chart, narrow=narrow))


def specification(chart: Chart, *, narrow: bool = False) -> Spec:
    """The Vega-Lite specification of a chart."""
    frame = framed(chart, *SIZES["narrow" if narrow and chart.size == "wide" else chart.size])
    layers = [
        *starts(chart, frame),
        *(layer for one in chart.series for layer in drawn(one, chart, frame)),
        *texts(chart, frame),
    ]
    return whole(layers, frame)


def starts(chart: Chart, frame: Frame) -> list[Spec]:
    """The candidate starts as upright lines; a small chart shows the last one only."""
    rows = [{"x": milliseconds(day), "y": frame.top, "y2": frame.bottom} for _, day in shown_marks(chart, frame)]
    mark = {"type": "rule", "color": START, "strokeDash": [3, 3], "strokeWidth": 1}
    return [layer(mark, rows, frame, x="x", y="y", y2="y2")] if rows else []


def drawn(series: Series, chart: Chart, frame: Frame) -> Iterator[Spec]:
    """The marks of one series, by what it is."""
    if series.look in STEPS:
        yield from steps(series, frame)
    elif series.regular:
        yield from bars(series, chart, frame)
    else:
        yield from dots(series, frame)


def steps(series: Series, frame: Frame) -> Iterator[Spec]:
    """A need or a plan holds from its day until the next word of the same voice: a band for a range, a line for a number."""
    ends = [*(point.start.toordinal() for point in series.points[1:]), frame.last]
    rows = [
        {"x": milliseconds(point.start.toordinal()), "x2": milliseconds(end), "y": low, "y2": high}
        for point, end in zip(series.points, ends, strict=True)
        if (pair := known_ends(point))
        for low, high in [pair]
    ]
    color, _, dash = STEPS[series.look]
    bands, lines = [row for row in rows if row["y"] != row["y2"]], [row for row in rows if row["y"] == row["y2"]]
    if bands:
        yield layer({"type": "rect", "color": color, "opacity": 0.28}, bands, frame, x="x", x2="x2", y="y", y2="y2")
    if lines:
        yield layer({"type": "rule", "color": color, "strokeWidth": 2, "strokeDash": dash}, lines, frame, x="x", x2="x2", y="y")


def dots(series: Series, frame: Frame) -> Iterator[Spec]:
    """A dot for a number, a bar for a range, a triangle for a bound."""
    rows = [
        {"x": milliseconds(middle(point)), "y": pair[0], "y2": pair[1], "shape": shape(point)}
        for point in series.points
        if (pair := known_ends(point))
    ]
    yield layer({"type": "rule", "color": REPORT, "strokeWidth": 4, "strokeCap": "round"}, rows, frame, x="x", y="y", y2="y2")
    for name in sorted({shape(point) for point in series.points}):
        mark = {"type": "point", "shape": name, "color": REPORT, "filled": True, "opacity": 1, "size": 46}
        yield layer(mark, [row for row in rows if row["shape"] == name], frame, x="x", y="y")


def bars(series: Series, chart: Chart, frame: Frame) -> Iterator[Spec]:
    """A bar over each period, grey before the last start; the part between the lowest and the highest print is lighter."""
    marks = shown_marks(chart, frame)
    start = marks[-1][1] if marks else frame.first
    for color, after in ((BEFORE, False), (REPORT, True)):
        points = [point for point in series.points if (point.start.toordinal() >= start) == after and known_ends(point)]
        rows = [bar(point) for point in points]
        if rows:
            yield layer({"type": "rect", "color": color}, rows, frame, x="x", x2="x2", y="y", y2="zero")
        wide = [row for row in rows if row["y"] != row["y2"]]
        if wide:
            yield layer({"type": "rect", "color": color, "opacity": 0.45}, wide, frame, x="x", x2="x2", y="y", y2="y2")


def bar(point: Point) -> Spec:
    """A period's bar, a hair narrower than the period."""
    first, last = point.start.toordinal(), (point.end or point.start).toordinal() + 1
    gap = max((last - first) * 0.07, 0.5)
    low, high = known_ends(point) or (0.0, 0.0)
    return {"x": milliseconds(first + gap), "x2": milliseconds(last - gap), "y": low, "y2": high, "zero": 0}


def shape(point: Point) -> str:
    """What kind of number it is."""
    if point.low is None:
        return "triangle-down"
    return "circle" if point.high is not None else "triangle-up"
