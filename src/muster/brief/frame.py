"""The frame of a picture: which days and values it spans, its axes, and its inks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from muster.brief.tree import Chart, Point

DAY = 86_400_000  # milliseconds, in which Vega counts time
# The inks of the light page; page.css turns each into its dark one by its value.
QUIET, HAIR, START = "#6b6862", "#e2ded6", "#8f8a80"
NEED, PLAN, REPORT, BEFORE = "#c79a4b", "#74808e", "#14507a", "#b9b3a7"
NEED_TEXT, PLAN_TEXT = "#85570f", "#566270"
STEPS = {"need": (NEED, NEED_TEXT, [1, 0]), "plan": (PLAN, PLAN_TEXT, [6, 3])}  # line, words, dashes
SIZES = {"wide": (668, 270), "narrow": (290, 220), "small": (212, 130)}  # of the plot, its axes outside
Spec = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """The days (``end`` is the last that is known of) and values that a picture spans, and its size in pixels."""

    first: int
    last: int
    end: int
    top: float
    bottom: float
    width: int
    height: int

    def x(self, day: float) -> float:
        """Pixels from the left edge of the plot."""
        return (day - self.first) / (self.last - self.first) * self.width

    def y(self, value: float) -> float:
        """Pixels from its top edge."""
        return (self.top - value) / (self.top - self.bottom) * self.height

    def value(self, pixels: float) -> float:
        """The value at so many pixels from the top."""
        return self.top - pixels / self.height * (self.top - self.bottom)

    def ordinal(self, pixels: float) -> float:
        """The day at so many pixels from the left."""
        return self.first + pixels / self.width * (self.last - self.first)


def framed(chart: Chart, width: int, height: int) -> Frame:
    """The frame around all points, with room on the right and at the top; zero is always in it."""
    points = [point for one in chart.series for point in one.points]
    days = [day.toordinal() for point in points for day in (point.start, point.end or point.start)]
    values = [end for point in points for end in (point.low, point.high) if end is not None]
    wide = max(max(days) - min(days), 30)
    top, bottom = max([*values, 0.0]), min([*values, 0.0])
    room = (44 / height) * ((top - bottom) or 1.0)
    return Frame(
        first=min(days) - wide // 50,
        last=max(days) + wide // 25,
        end=max(days),
        top=top + room,
        bottom=bottom - (room if bottom < 0 else 0),
        width=width,
        height=height,
    )


def layer(mark: Spec, rows: list[Spec], frame: Frame, **channels: str) -> Spec:
    """A layer of marks; ``channels`` names the field behind x, x2, y, y2 and text."""
    encoding: Spec = {
        "x": {"field": channels["x"], "type": "temporal", "scale": x_scale(frame), "axis": x_axis(frame)},
        "y": {
            "field": channels["y"],
            "type": "quantitative",
            "scale": {"domain": [frame.bottom, frame.top], "nice": False},
            "axis": y_axis(frame),
        },
    }
    encoding |= {name: {"field": field} for name, field in channels.items() if name in {"x2", "y2", "text"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def x_scale(frame: Frame) -> Spec:
    """Days as UTC, so that the picture does not follow the reader's clock."""
    return {"type": "utc", "domain": [milliseconds(frame.first), milliseconds(frame.last)], "nice": False}


def x_axis(frame: Frame) -> Spec:
    """Years, with quarters or months between them where there is room."""
    firsts = [date.fromordinal(day) for day in range(frame.first, frame.end + 1) if date.fromordinal(day).day == 1]
    years = [day for day in firsts if day.month == 1]
    quarters = [day for day in firsts if day.month % 3 == 1]
    room = frame.width / 46
    ticks = next((some for some in (firsts, quarters, years) if len(some) <= room), years[:: len(years) // 6 + 1])
    return {
        "values": [milliseconds(day.toordinal()) for day in ticks],
        "labelExpr": "utcmonth(datum.value) == 0 ? utcFormat(datum.value, '%Y') : utcFormat(datum.value, '%b')",
        "grid": False,
        "title": None,
        "tickColor": START,
        "tickSize": 4,
        "labelFontSize": 11,
    }


def y_axis(frame: Frame) -> Spec:
    """Hairlines with plain numbers; millions and billions are said once and short."""
    size, name = next(((size, name) for size, name in ((1e9, " bn"), (1e6, " m")) if frame.top >= size), (1, ""))
    return {
        "labelExpr": f"datum.value == 0 ? '0' : format(datum.value / {size:.0f}, ',~f') + '{name}'",
        "tickCount": 3 if frame.height < 160 else 5,
        "gridColor": HAIR,
        "domain": False,
        "ticks": False,
        "title": None,
        "minExtent": 42,
        "maxExtent": 42,
        "labelFontSize": 11,
        "labelPadding": 6,
    }


def milliseconds(day: float) -> int:
    """A day (proleptic ordinal) as Vega counts it."""
    return round((day - date(1970, 1, 1).toordinal()) * DAY)


def shown_marks(chart: Chart, frame: Frame) -> list[tuple[str, int]]:
    """The starts that fall inside the picture."""
    inside = [(mark.name, mark.date.toordinal()) for mark in chart.marks if frame.first <= mark.date.toordinal() <= frame.last]
    return inside[-1:] if chart.size == "small" else inside


def known_ends(point: Point) -> tuple[float, float] | None:
    """Both ends of a point, an open one closed by the other; None for no number."""
    low, high = point.low if point.low is not None else point.high, point.high if point.high is not None else point.low
    return None if low is None or high is None else (low, high)


def middle(point: Point) -> float:
    """The middle of the period, or the day."""
    return (point.start.toordinal() + (point.end or point.start).toordinal()) / 2
