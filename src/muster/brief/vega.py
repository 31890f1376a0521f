"""From a Vega-Lite specification to an SVG picture that carries its words and no style of its own."""

import re

import vl_convert
from markupsafe import Markup

from muster.brief.drawings.ink import figure
from muster.brief.frame import QUIET, START, Frame, Spec

VEGA_LITE = "5.20"
# Nobody sees less than a tenth of a pixel, and a page of many pictures is half as heavy without it.
PATH, FINE = re.compile(r' d="[^"]*"'), re.compile(r"(?<=\.\d)\d+")


def vega(id: str, title: str, description: str, specification: Spec) -> Markup:
    """The picture of a specification with its title and description inside."""
    drawn = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)
    head, _, inner = drawn.partition(">")
    inner = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", inner)
    inner = PATH.sub(lambda found: FINE.sub("", found[0]), inner)
    width, height = re.findall(r' (?:width|height)="([\d.]+)"', head)[:2]
    return figure(id, title, description, (width, height), [Markup(inner.removesuffix("</svg>"))])


def whole(layers: list[Spec], frame: Frame) -> Spec:
    """The specification of some layers in one frame."""
    return {
        "width": frame.width,
        "height": frame.height,
        "padding": 2,
        "background": None,
        "autosize": {"type": "pad"},
        "layer": layers,
        "config": {"view": {"stroke": None}, "font": "sans-serif", "axis": {"domainColor": START, "labelColor": QUIET}},
    }
