"""Pictures of the page as it should look: how they are taken, kept small and compared."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from browser import Visit

FOLDER = Path(__file__).parent / "golden"
FONTS = FOLDER / "fonts.txt"
VIEWS = ((320, "light"), (390, "light"), (390, "dark"), (768, "light"), (1280, "light"), (1280, "dark"))
HEIGHT = 1700  # the first two to three screens
COLORS = 256
SEEN = 60  # of 255: how far a channel must be off before a pixel counts; fewer colours alone stay below it
ALLOWED = 0.01  # of all pixels; a line of text that moves by one is more


def fonts() -> str:
    """Which fonts this machine takes for those that the style sheet names."""
    if not shutil.which("fc-match"):
        return "no fontconfig\n"
    names = ("Charter", "Georgia", "serif", "system-ui", "sans-serif")
    each = (subprocess.run(["fc-match", name], capture_output=True, text=True, check=True).stdout for name in names)
    return "".join(f"{name}: {found}" for name, found in zip(names, each, strict=True))


def shots(browser: Any, address: str) -> Iterator[tuple[str, Image.Image]]:
    """A picture of each view, by name."""
    for width, scheme in VIEWS:
        visit = Visit(browser, address, viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
        yield f"{width}-{scheme}", Image.open(io.BytesIO(visit.page.screenshot(animations="disabled"))).convert("RGB")
        visit.page.close()


def small(picture: Image.Image) -> Image.Image:
    """The picture in few colours, chosen and placed without chance."""
    return picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are visibly not the same; all of them where the sizes differ."""
    if one.size != other.size:
        return 1.0
    red, green, blue = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[SEEN:]) / (one.width * one.height)
