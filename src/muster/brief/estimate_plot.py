"""An estimate as a picture: the unit beside its counterfactual, and under it the gap before the fan of the placebos'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import vl_convert
from markupsafe import Markup

from muster.brief.frame import BEFORE, HAIR, NEED_TEXT, QUIET, REPORT, START, Spec
from muster.brief.vega import VEGA_LITE
from muster.estimate import Fit

WIDTH, PATH_HEIGHT, GAP_HEIGHT = 668, 240, 200
TICKS = 10
# A placebo that its donors cannot follow before the start says nothing after it (Abadie, Diamond & Hainmueller 2010, figure 5).
FOLLOWED = 5.0


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn.

    Attributes:
        unit: name of the treated unit.
        outcome: what is measured.
        periods: T labels.
        pre: number of periods before the start.
        fit: of the treated unit.
        placebos: fits of the other units as if treated; none draws no fan.
        bounds: interval of the gap in each period from the start on; what is not finite, or None, is not drawn.
    """

    unit: str
    outcome: str
    periods: Sequence[str]
    pre: int
    fit: Fit
    placebos: Sequence[Fit] = ()
    bounds: Sequence[tuple[float, float] | None] = ()

    @property
    def fan(self) -> list[Fit]:
        """The placebos that are followed about as closely as the unit itself."""
        return [placebo for placebo in self.placebos if placebo.pre_rmspe <= FOLLOWED * self.fit.pre_rmspe]


def estimate_svg(picture: Picture) -> str:
    """The picture as an SVG file of its own, with its words as title and description; the same bytes for the same picture."""
    drawn = vl_convert.vegalite_to_svg(specification(picture), vl_version=VEGA_LITE)
    head, _, inner = drawn.partition(">")
    inner = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", inner)
    width, height = re.findall(r' (?:width|height)="([\d.]+)"', head)[:2]
    frame = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
        "<title>{2}</title><desc>{3}</desc>"
    )
    title = f"{picture.outcome}: {picture.unit} and its counterfactual"
    return str(Markup(frame).format(width, height, title, description(picture)) + Markup(inner)) + "\n"


def description(picture: Picture) -> str:
    """The picture in words."""
    fit, start = picture.fit, picture.periods[picture.pre]
    words = (
        f"From {start} on {picture.unit} lies on average {abs(fit.att):.4g} {'above' if fit.att > 0 else 'below'} its "
        f"counterfactual; before, the two are {fit.pre_rmspe:.3g} apart (root mean square)."
    )
    return f"{words} {fan_words(picture)}".strip()


def fan_words(picture: Picture) -> str:
    """Which placebos are drawn."""
    if not picture.placebos:
        return ""
    drawn, many = len(picture.fan), len(picture.placebos)
    few = f", those missed by at most {FOLLOWED:g} times as much before the start" if drawn < many else ""
    return f"Thin lines: {drawn} of {many} placebos{few}."


def heads(picture: Picture) -> tuple[list[str], list[str]]:
    """The lines above each chart."""
    bars = "; bars: gaps that the period alone does not reject" if intervals(picture) else ""
    above = [f"{picture.outcome}: {picture.unit} (line) and its counterfactual (dashed)"]
    return above, [line for line in (f"Gap between the two{bars}", fan_words(picture)) if line]


def specification(picture: Picture) -> Spec:
    """The Vega-Lite specification: two charts that share their periods."""
    charts = zip(heads(picture), (PATH_HEIGHT, GAP_HEIGHT), (paths(picture), gaps(picture)), strict=True)
    return {
        "background": "#ffffff",
        "padding": 8,
        "spacing": 14,
        "vconcat": [
            {"width": WIDTH, "height": height, "title": head, "layer": [*layers, start_line(picture)]}
            for head, height, layers in charts
        ],
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {"domainColor": START, "labelColor": QUIET, "labelFontSize": 11},
            "title": {"anchor": "start", "fontSize": 12, "fontWeight": "normal", "color": QUIET, "limit": WIDTH},
        },
    }


def paths(picture: Picture) -> list[Spec]:
    """The outcome of the unit, and what its donors say it would have been."""
    path = picture.fit.path
    return [
        line(picture, [path + picture.fit.gap], {"color": REPORT, "strokeWidth": 2}),
        line(picture, [path], {"color": NEED_TEXT, "strokeWidth": 2, "strokeDash": [5, 3]}),
    ]


def gaps(picture: Picture) -> list[Spec]:
    """The gap before those of the placebos."""
    fan = [placebo.gap for placebo in picture.fan]
    return [
        *([line(picture, fan, {"color": BEFORE, "strokeWidth": 0.8, "opacity": 0.7})] if fan else []),
        {"data": {"values": [{"y": 0}]}, "mark": {"type": "rule", "color": START}, "encoding": {"y": y_of()}},
        *intervals(picture),
        line(picture, [picture.fit.gap], {"color": REPORT, "strokeWidth": 2}),
    ]


def intervals(picture: Picture) -> list[Spec]:
    """An upright bar over each period whose interval has two ends."""
    ends = [(picture.pre + place, pair) for place, pair in enumerate(picture.bounds) if pair and np.isfinite(pair).all()]
    rows = [{"x": period, "y": low, "y2": high} for period, (low, high) in ends]
    mark = {"type": "rule", "color": REPORT, "opacity": 0.35, "strokeWidth": 5}
    encoding = {"x": x_of(picture), "y": y_of(), "y2": {"field": "y2"}}
    return [{"data": {"values": rows}, "mark": mark, "encoding": encoding}] if rows else []


def line(picture: Picture, series: Sequence[np.ndarray], look: Spec) -> Spec:
    """One line a series."""
    rows = [
        {"x": period, "y": float(value), "one": number}
        for number, values in enumerate(series)
        for period, value in enumerate(values)
    ]
    encoding = {"x": x_of(picture), "y": y_of(), "detail": {"field": "one", "type": "nominal"}}
    return {"data": {"values": rows}, "mark": {"type": "line", **look}, "encoding": encoding}


def start_line(picture: Picture) -> Spec:
    """An upright line between the last period before the start and the first after it."""
    mark = {"type": "rule", "color": START, "strokeDash": [3, 3]}
    return {"data": {"values": [{"x": picture.pre - 0.5}]}, "mark": mark, "encoding": {"x": x_of(picture)}}


def x_of(picture: Picture) -> Spec:
    """Periods at equal distances; a few of them are named."""
    last = len(picture.periods) - 1
    ticks = list(range(0, last + 1, last // TICKS + 1))
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.5, last + 0.5], "nice": False, "zero": False},
        "axis": {"values": ticks, "labelExpr": named(ticks, picture.periods), "grid": False, "title": None, "tickSize": 4},
    }


def named(ticks: Sequence[int], periods: Sequence[str]) -> str:
    """The expression that names a tick; a period is text of a file, so nothing in it may end the quotation it stands in."""
    quoted = ", ".join("'" + re.sub(r"[^\w .:/+-]", "?", periods[tick]) + "'" for tick in ticks)
    return f"[{quoted}][round(datum.value / {ticks[1] if len(ticks) > 1 else 1})]"


def y_of() -> Spec:
    """Hairlines with plain numbers; the scale follows the values."""
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"gridColor": HAIR, "domain": False, "ticks": False, "title": None, "tickCount": 5, "minExtent": 48},
    }
