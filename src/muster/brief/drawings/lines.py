"""Paths over time by Vega-Lite: an outcome beside what would have been, or a gap before the grey gaps of the donors."""

from collections.abc import Iterator
from math import isclose

from muster.brief.drawings.records import Band, Lines
from muster.brief.drawings.tables import exactly
from muster.brief.frame import BEFORE, NEED, NEED_TEXT, QUIET, REPORT, SIZES, START, Frame, Spec, layer, milliseconds
from muster.brief.labels import Label, placed
from muster.brief.lettering import lettered
from muster.brief.vega import whole

LOOKS: dict[str, Spec] = {
    "placebo": {"color": BEFORE, "strokeWidth": 0.8},
    "counterfactual": {"color": NEED_TEXT, "strokeWidth": 2, "strokeDash": [5, 3]},
    "actual": {"color": REPORT, "strokeWidth": 2},
    "gap": {"color": REPORT, "strokeWidth": 2},
}
ROOM = 30  # pixels above and below for words


def specification(lines: Lines, *, narrow: bool) -> Spec:
    """The Vega-Lite specification: grey first, the treated place on top."""
    frame = framed(lines, *SIZES["narrow" if narrow else "wide"])
    layers = [*zero(frame), *starts(lines, frame), *(band(lines, lines.band, frame) if lines.band else [])]
    for look, style in LOOKS.items():
        layers += paths(lines, look, style, frame)
    layers += lettered(placed(list(labels(lines, frame)), frame.width, frame.height), frame)
    return whole(layers, frame)


def framed(lines: Lines, width: int, height: int) -> Frame:
    """The frame around all values and the band's known ends; zero is always in it."""
    each = [line.values for line in lines.lines] + ([lines.band.low, lines.band.high] if lines.band else [])
    values = [value for row in each for value in row if value is not None]
    top, bottom = max([*values, 0.0]), min([*values, 0.0])
    room = ROOM / height * ((top - bottom) or 1.0)
    return Frame(
        first=lines.starts[0].toordinal(),
        last=lines.ends[-1].toordinal() + 1,
        end=lines.ends[-1].toordinal(),
        top=top + room,
        bottom=bottom - (room if bottom < 0 else 0),
        width=width,
        height=height,
    )


def zero(frame: Frame) -> Iterator[Spec]:
    """A darker line at zero where values lie below it."""
    if frame.bottom < 0:
        rows: list[Spec] = [{"x": milliseconds(frame.first), "x2": milliseconds(frame.last), "y": 0}]
        yield layer({"type": "rule", "color": START, "strokeWidth": 1}, rows, frame, x="x", x2="x2", y="y")


def starts(lines: Lines, frame: Frame) -> Iterator[Spec]:
    """The starts as upright lines."""
    rows: list[Spec] = [{"x": milliseconds(day.toordinal()), "y": frame.top, "y2": frame.bottom} for _, day in lines.marks]
    if rows:
        yield layer(
            {"type": "rule", "color": START, "strokeDash": [3, 3], "strokeWidth": 1}, rows, frame, x="x", y="y", y2="y2"
        )


def band(lines: Lines, band: Band, frame: Frame) -> Iterator[Spec]:
    """The interval as a light band over whole periods; an open end reaches the edge of the picture."""
    rows: list[Spec] = []
    for first, last, low, high in zip(lines.starts, lines.ends, band.low, band.high, strict=True):
        if low is None and high is None:
            continue
        span = {"x": milliseconds(first.toordinal()), "x2": milliseconds(last.toordinal() + 1)}
        ends = {"y": frame.bottom if low is None else low, "y2": frame.top if high is None else high}
        if rows and rows[-1]["x2"] == span["x"] and all(isclose(rows[-1][end], ends[end]) for end in ends):
            rows[-1]["x2"] = span["x2"]  # one box, so that no seam shows
        else:
            rows.append(span | ends)
    color = NEED if any(line.look == "counterfactual" for line in lines.lines) else REPORT
    if rows:
        yield layer({"type": "rect", "color": color, "opacity": 0.22}, rows, frame, x="x", x2="x2", y="y", y2="y2")


def paths(lines: Lines, look: str, style: Spec, frame: Frame) -> Iterator[Spec]:
    """All paths of one look, broken where a value is missing."""
    rows: list[Spec] = [
        {"x": milliseconds(centre(lines, period)), "y": value, "one": number}
        for number, line in enumerate(lines.lines)
        if line.look == look
        for period, value in enumerate(line.values)
    ]
    if rows:
        made = layer({"type": "line", **style}, rows, frame, x="x", y="y")
        yield made | {"encoding": made["encoding"] | {"detail": {"field": "one", "type": "nominal"}}}


def centre(lines: Lines, period: int) -> float:
    """The middle of a period."""
    return (lines.starts[period].toordinal() + lines.ends[period].toordinal() + 1) / 2


def labels(lines: Lines, frame: Frame) -> Iterator[Label]:
    """The starts, then each path but the grey ones with its last value; the grey ones have one name together."""
    for name, day in lines.marks:
        yield Label(text=name, x=frame.x(day.toordinal()) + 4, y=8, below=8, color=QUIET, beside=True)
    for line in lines.lines:
        known = [(period, value) for period, value in enumerate(line.values) if value is not None]
        if known and line.look != "placebo":
            period, value = known[-1]
            x, y = frame.x(centre(lines, period)), frame.y(value)
            words = f"{line.name} {exactly(value)}"
            yield Label(text=words, x=x, y=y, below=y, color=LOOKS[line.look]["color"], beside=False)
    yield from fan(lines, frame)


def fan(lines: Lines, frame: Frame) -> Iterator[Label]:
    """One name for all the grey paths, above the highest of them."""
    peaks = [
        (value, -period)
        for line in lines.lines
        if line.look == "placebo"
        for period, value in enumerate(line.values)
        if value is not None
    ]
    if peaks:
        top, period = max(peaks)
        x, y = frame.x(centre(lines, -period)), frame.y(top)
        yield Label(text="grey: donors, as if treated", x=x, y=y, below=y, color=QUIET, beside=False)
