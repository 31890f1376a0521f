"""The atlas as a forest plot: a row a mission in order of its start, grey where it cannot be told; never in order of effect."""

import re
from collections.abc import Sequence
from math import log

import vl_convert
from markupsafe import Markup

from muster.assess.atlas import Entry
from muster.assess.atlas_summary import Summary
from muster.brief.atlas_words import LIMITS, summary_words
from muster.brief.frame import BEFORE, HAIR, NEED_TEXT, QUIET, REPORT, START, Spec
from muster.brief.vega import VEGA_LITE

WIDTH, ROW = 420, 15
FARTHEST = 1000.0  # the scale ends at this factor; what lies beyond is drawn there
TICKS = {"÷ 1,000": 1 / 1000, "÷ 100": 1 / 100, "÷ 10": 1 / 10, "the same": 1, "× 10": 10, "× 100": 100, "× 1,000": 1000}
POOLED = "those that can be told, pooled"


def atlas_svg(entries: Sequence[Entry], summary: Summary) -> str:
    """The picture as an SVG file of its own, with its words as title and description; the same bytes for the same entries."""
    drawn = vl_convert.vegalite_to_svg(specification(entries, summary), vl_version=VEGA_LITE)
    head, _, inner = drawn.partition(">")
    inner = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", inner)
    width, height = re.findall(r' (?:width|height)="([\d.]+)"', head)[:2]
    frame = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
        "<title>{2}</title><desc>{3}</desc>"
    )
    words = " ".join((*summary_words(summary), *LIMITS))
    title = "Deaths after past missions against countries without one"
    return str(Markup(frame).format(width, height, title, words) + Markup(inner)) + "\n"


def specification(entries: Sequence[Entry], summary: Summary) -> Spec:
    """The Vega-Lite specification."""
    rows = [_row(one) for one in entries]
    made = [row for row in rows if row["x"] is not None]
    bare = [row for row in rows if row["x"] is None]
    names = [row["label"] for row in rows]
    if summary.pooled:
        whole = summary.pooled
        names.append(POOLED)
        made.append(
            {
                "label": POOLED,
                "x": _inside(whole.mean),
                "low": _inside(whole.low),
                "high": _inside(whole.high),
                "ink": NEED_TEXT,
                "fill": NEED_TEXT,
            }
        )
    marks: list[Spec] = [
        {
            "mark": {"type": "rule", "color": START, "strokeDash": [3, 3]},
            "data": {"values": [{"x": 0}]},
            "encoding": {"x": _x()},
        },
        {
            "data": {"values": made},
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": _x("low"), "x2": {"field": "high"}, "y": _y(names), "color": _ink()},
        },
        {
            "data": {"values": made},
            "mark": {"type": "point", "size": 30, "opacity": 1},
            "encoding": {"x": _x(), "y": _y(names), "stroke": _ink(), "fill": _ink("fill")},
        },
        {
            "data": {"values": bare},
            "mark": {
                "type": "text",
                "text": "no estimate",
                "color": START,
                "fontSize": 9,
                "fontStyle": "italic",
                "align": "left",
            },
            "encoding": {"x": {"value": 6}, "y": _y(names)},
        },
    ]
    return {
        "background": "#ffffff",
        "padding": 8,
        "width": WIDTH,
        "height": ROW * len(names),
        "title": _head(summary),
        "layer": marks,
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {"domainColor": START, "labelColor": QUIET, "labelFontSize": 10},
            "title": {"anchor": "start", "fontSize": 12, "fontWeight": "normal", "color": QUIET, "frame": "bounds"},
        },
    }


def _head(summary: Summary) -> list[str]:
    return [
        "1 + deaths after a mission's arrival, as a factor of the countries that went along before it (bar: 90 percent)",
        f"Grey, hollow: cannot be told, {summary.verdicts['cannot tell']} of {summary.missions}; do not read such an estimate. "
        "In order of arrival, not of effect.",
    ]


def _row(one: Entry) -> Spec:
    told = one.verdict != "cannot tell"
    label = f"{one.start} {one.mission}, {one.name}"
    inks = {"ink": REPORT if told else BEFORE, "fill": REPORT if told else "#ffffff"}
    return {"label": label, "x": _inside(one.effect), "low": _inside(one.low), "high": _inside(one.high), **inks}


def _inside(effect: float | None) -> float | None:
    """Three decimals are finer than a pixel, and the same on every machine."""
    return effect if effect is None else round(min(max(effect, -log(FARTHEST)), log(FARTHEST)), 3)


def _x(field: str = "x") -> Spec:
    ends = log(FARTHEST)
    names = ", ".join(f"'{name}'" for name in TICKS)
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [-ends, ends], "nice": False},
        "axis": {
            "values": [log(times) for times in TICKS.values()],
            "labelExpr": f"[{names}][round(datum.value / {log(10)}) + 3]",
            "gridColor": HAIR,
            "title": None,
        },
    }


def _y(names: Sequence[str]) -> Spec:
    axis = {"title": None, "ticks": False, "domain": False, "labelLimit": 300}
    return {"field": "label", "type": "nominal", "scale": {"domain": list(names)}, "axis": axis}


def _ink(field: str = "ink") -> Spec:
    return {"field": field, "type": "nominal", "scale": None}
