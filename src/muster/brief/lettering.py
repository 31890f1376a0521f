"""What is written into a picture: starts, steps and the points that matter, each beside what it names."""

from collections.abc import Iterator

from muster.brief.frame import QUIET, REPORT, STEPS, Frame, Spec, known_ends, layer, middle, milliseconds, shown_marks
from muster.brief.labels import Label, Place, placed
from muster.brief.tree import Chart, Point, Series
from muster.brief.wording import amount, number


def texts(chart: Chart, frame: Frame) -> list[Spec]:
    """Direct labels, moved apart where they would touch."""
    return lettered(placed(list(labels(chart, frame)), frame.width, frame.height), frame)


def lettered(places: list[Place], frame: Frame) -> list[Spec]:
    """A layer for each ink and side of the labels."""
    made = []
    kinds: set[tuple[str, str]] = {(place.label.color, place.align) for place in places}
    for color, align in sorted(kinds):
        rows = [written(place, frame) for place in places if (place.label.color, place.align) == (color, align)]
        mark = {"type": "text", "color": color, "align": align, "baseline": "middle", "fontSize": 11}
        made.append(layer(mark, rows, frame, x="x", y="y", text="text"))
    return made


def written(place: Place, frame: Frame) -> Spec:
    """A label at its place, in days and values."""
    return {"x": milliseconds(frame.ordinal(place.x)), "y": frame.value(place.y), "text": place.label.text}


def labels(chart: Chart, frame: Frame) -> Iterator[Label]:
    """What is written into the picture, most important first, since that one gets its place first."""
    for name, day in shown_marks(chart, frame):
        yield Label(text=name, x=frame.x(day) + 4, y=8, below=8, color=QUIET, beside=True)
    for one in chart.series:
        yield from (step_labels if one.look in STEPS else point_labels)(one, frame)


def step_labels(series: Series, frame: Frame) -> Iterator[Label]:
    """Every step of a need or a plan, named."""
    color, what = STEPS[series.look][1], series.name.partition(",")[0]
    for point in series.points:
        if pair := known_ends(point):
            words = f"{amount(point.low, point.high)} {what}"
            yield Label(
                text=words,
                x=frame.x(point.start.toordinal()),
                y=frame.y(pair[1]),
                below=frame.y(pair[0]),
                color=color,
                beside=True,
            )


def point_labels(series: Series, frame: Frame) -> Iterator[Label]:
    """The last, the highest and (of a report) the first point; above the tallest of what it would cover."""
    points = [point for point in series.points if known_ends(point)]
    highest = sorted(points, key=lambda point: (known_ends(point) or (0.0, 0.0), point.start))[-1:]
    for point in dict.fromkeys([*points[-1:], *highest, *(points[:1] if series.look == "report" else [])]):
        words, x = short(point), frame.x(middle(point))
        near = [other for other in points if series.regular and abs(frame.x(middle(other)) - x) < 3.5 * len(words) + 4]
        top = min(frame.y((known_ends(other) or (0.0, 0.0))[1]) for other in [point, *near])
        yield Label(
            text=words,
            x=x,
            y=top,
            below=frame.y((known_ends(point) or (0.0, 0.0))[0]),
            color=REPORT,
            beside=False,
            under=not series.regular,
        )


def short(point: Point) -> str:
    """A number as it is written beside a point: ``1,732+`` for "at least", ``<900`` for "up to"."""
    if point.low is None:
        return f"<{number(point.high or 0.0)}"
    return f"{number(point.low)}+" if point.high is None else amount(point.low, point.high)
