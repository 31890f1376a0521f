"""The tree as one HTML file: no script, no outside resource, everything that came from a report escaped."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.brief import wording
from muster.brief.charts import svg
from muster.brief.drawings.drawing import picture_svg
from muster.brief.drawings.tables import data
from muster.brief.evidence import RECIPE
from muster.brief.runs import printed_by
from muster.brief.setting import pieces
from muster.brief.simulated import BANNER, stamped
from muster.brief.tree import Block, Brief, Chart, Cited, Link, Number, Picture, Point, runs_of

LONG = 4  # citations from which a popover names each in a line and leaves the rest to that one's own popover
REMARKS = {
    "note": "Our remark",
    "quality_note": "How it was checked",
    "licence": "Licence",
    "vintage": "Vintage",
    "code": "Made by",
}


def html(brief: Brief) -> str:
    """The page. Every number is a button that opens its citation; without a citation there is no button."""
    style = files("muster.brief").joinpath("templates/page.css").read_text(encoding="utf-8")
    popovers = Popovers(brief)
    template = environment().get_template("brief.html.j2")
    return template.render(
        brief=brief,
        banner=BANNER if brief.simulated else "",
        style=Markup(style),
        style_hash=hash_source(style),
        popovers=popovers.shown(),
        popover_id=popovers.id,
    )


def hash_source(text: str) -> str:
    """The name under which a Content-Security-Policy lets exactly this text in (CSP Level 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def environment() -> Environment:
    """The templates with the few functions that they may call."""
    made = Environment(loader=PackageLoader("muster.brief"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.globals |= {
        "as_number": as_number,
        "cell": cell,
        "data": data,
        "days": wording.days,
        "groups": groups,
        "host": wording.host,
        "is_web": wording.is_web,
        "link": link,
        "pieces": pieces,
        "long": LONG,
        "own_words": own_words,
        "printed_by": printed_by,
        "remarks": remarks,
        "picture": shown_picture,
        "published": wording.published,
        "source_class": source_class,
        "tag": tag,
    }
    return made


class Popovers:
    """One popover for each set of citations that a number rests on, numbered in reading order."""

    def __init__(self, brief: Brief) -> None:
        self.cited = brief.cited()
        sets = [cites for run in numbers(brief) for cites in (run.cites, *singles(run.cites))]
        self.ids = {cites: f"cite-{place}" for place, cites in enumerate(dict.fromkeys(sets), start=1)}

    def id(self, cites: tuple[str, ...]) -> str:
        """The popover of a set."""
        return self.ids[cites]

    def shown(self) -> dict[str, list[Cited]]:
        """The citations of each popover, by its id."""
        return {id: [self.cited[one] for one in cites] for cites, id in self.ids.items()}


def singles(cites: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The popovers that a long one leads to."""
    return [(id,) for id in cites] if len(cites) >= LONG else []


def numbers(brief: Brief) -> Iterator[Number]:
    """Every number of the document, in reading order."""
    blocks: list[Block] = [*(block for section in brief.sections for block in section.blocks), *brief.basis]
    return (run for block in blocks for stretch in runs_of(block) for run in stretch if isinstance(run, Number) and run.cites)


def groups(blocks: tuple[Block, ...]) -> Iterator[tuple[str, list[Block]]]:
    """Small charts that follow each other as one group, every other block by itself."""

    def small(block: Block) -> bool:
        return isinstance(block, Chart) and block.size == "small"

    for is_small, group in groupby(blocks, key=small):
        if is_small:
            yield "charts", list(group)
        else:
            yield from (("block", [block]) for block in group)


def shown_picture(chart: Chart | Picture, *, simulated: bool) -> Markup:
    """The picture, one of simulated data with the word across it."""
    return stamped(picture(chart)) if simulated else picture(chart)


def picture(chart: Chart | Picture) -> Markup:
    """The picture; a wide one also in a narrow drawing for telephones and paper columns."""
    if isinstance(chart, Picture):
        wide, narrow = picture_svg(chart), picture_svg(chart, narrow=True)
    elif chart.size == "small":
        return svg(chart)
    else:
        wide, narrow = svg(chart), svg(chart, narrow=True)
    return Markup('<div class="wide-only">{}</div><div class="narrow-only">{}</div>').format(wide, narrow)


def as_number(point: Point) -> Number:
    """A chart's point as a number in its table."""
    return Number(text=point.text, cites=point.cites)


def cell(words: str, cites: tuple[str, ...]) -> Number:
    """A cell of a picture's table as a number that opens its sources."""
    return Number(text=words, cites=cites)


def link(cited: Cited) -> Link:
    """A citation's title, leading to its address."""
    return Link(text=cited.title or cited.address, address=cited.address)


def own_words(cited: Cited) -> str:
    """The source's words where the vocabulary replaced them: ``stage: offered; basis: up to``."""
    words = (f"{key}: {value.replace('_', ' ')}" for key, value in cited.original if not remark(key))
    return "; ".join(words)


def remarks(cited: Cited) -> list[tuple[str, str]]:
    """What we noted beside it, and by which rules numbers were made of a data file."""
    return [(remark(key), value) for key, value in cited.original if remark(key)]


def remark(key: str) -> str:
    """The label of a note of ours; blank for words of the source."""
    return f"How {key.removeprefix(RECIPE)} was made" if key.startswith(RECIPE) else REMARKS.get(key, "")


def source_class(cited: Cited) -> str:
    """The kind of source in words, a weak one marked."""
    words = wording.SOURCE_CLASSES.get(cited.source_class, cited.source_class.replace("_", " "))
    return f"{words} (weak)" if cited.weak else words


def tag(node: Any) -> str:
    """What kind of run or block it is."""
    return str(type(node).__struct_config__.tag)
