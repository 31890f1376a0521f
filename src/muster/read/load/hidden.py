"""Text of a web page that no reader sees, as far as attributes and inline styles tell: it is taken out before reading.

What style sheets and scripts hide is not known here.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

NEVER = frozenset(
    ["script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "select", "datalist", "input"]
)
GONE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|opacity\s*:\s*0*\.?0+(?![\d.])|content-visibility\s*:\s*hidden"
    r"|(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}"
    r"|(?:max-)?(?:width|height)\s*:\s*0(?![\d.])|clip\s*:\s*rect\((?:\s*[01](?:px)?[\s,]*){4}\)"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:[^;]*scale\(\s*0\s*\))",
    re.IGNORECASE,
)
SMALL = re.compile(r"(?:^|;)\s*font(?:-size)?\s*:[^;]*?(?<![\d.])(0*\.?\d+)(px|pt|em|rem|%)?\b", re.IGNORECASE)
SEEN = re.compile(r"(?:^|;)\s*visibility\s*:\s*(\w+)", re.IGNORECASE)
INK = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
PAPER = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
HEX = re.compile(r"#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))\b", re.IGNORECASE)
RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+))?", re.IGNORECASE)
NAMED = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240), "red": (255, 0, 0)}
ALIKE = 24  # steps of 255 in each of red, green and blue: closer colours are not told apart

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks in an element, as its ancestors' inline styles leave it; a colour that is ``None`` cannot be told."""

    ink: Colour | None = (0, 0, 0)
    paper: Colour | None = (255, 255, 255)
    size: float = 16.0
    shown: bool = True

    @property
    def readable(self) -> bool:
        """Whether a person can see text that looks like this."""
        if self.ink is None or self.paper is None:
            return self.shown and self.size >= 2
        near = all(abs(one - other) <= ALIKE for one, other in zip(self.ink, self.paper, strict=True))
        return self.shown and self.size >= 2 and not near


def remove_hidden(tree: Any) -> int:
    """Take out of an lxml tree what is not seen; gives the number of elements that lost text."""
    lost = 0
    waiting = [(tree, Look())]
    while waiting:
        element, around = waiting.pop()
        look = _look(element, around)
        if not look.readable:
            lost += _blank(element)
        for child in list(element):
            if not isinstance(child.tag, str) or child.tag in NEVER:
                child.drop_tree()
            elif _gone(child):
                lost += bool("".join(child.itertext()).strip())
                child.drop_tree()
            else:
                waiting.append((child, look))
    return lost


def _gone(element: Any) -> bool:
    hides = "hidden" in element.attrib or element.get("aria-hidden", "").strip().lower() == "true"
    return hides or bool(GONE.search(element.get("style", "")))


def _blank(element: Any) -> bool:
    """Without the element's own text: that before its children and behind each of them."""
    texts = [element.text, *(child.tail for child in element)]
    element.text = None
    for child in element:
        child.tail = None
    return bool("".join(filter(None, texts)).strip())


def _look(element: Any, around: Look) -> Look:
    style = element.get("style", "")
    look = around
    if paper := _value(PAPER, style) or element.get("bgcolor", ""):
        look = replace(look, paper=look.paper if _clear(paper) else _colour(paper))
    if ink := _value(INK, style) or element.get("color", "") or element.get("text", ""):
        look = replace(look, ink=look.paper if _clear(ink) else _colour(ink))
    if size := SMALL.search(style):
        look = replace(look, size=_pixels(float(size[1]), (size[2] or "px").lower(), around.size))
    seen = _value(SEEN, style)
    return replace(look, shown=seen.lower() == "visible") if seen else look


def _value(pattern: re.Pattern[str], style: str) -> str:
    found = pattern.search(style)
    return found[1].strip() if found else ""


def _pixels(number: float, unit: str, around: float) -> float:
    factor = {"em": around, "rem": 16.0, "%": around / 100}.get(unit, 1.0)
    return number * factor


def _clear(words: str) -> bool:
    found = RGB.search(words)
    return words.lower() in {"transparent", "none"} or bool(found and found[4] and not found[4].strip("0."))


def _colour(words: str) -> Colour | None:
    if found := HEX.search(words):
        parts = [part for part in found.groups() if part]
        red, green, blue = (int(part * (2 if len(part) == 1 else 1), 16) for part in parts)
        return red, green, blue
    if found := RGB.search(words):
        return int(found[1]), int(found[2]), int(found[3])
    return next((colour for name, colour in NAMED.items() if name in words.lower().split()), None)
