"""What marks a simulated mission: the word on page, picture and table, and the planted truth beside the finding."""

from collections.abc import Iterable

from markupsafe import Markup
from msgspec.structs import replace

from muster.brief.tree import Block, Chart, Picture, Section
from muster.records import Finding
from muster.records.plan import SIMULATED

WORD = SIMULATED.partition(":")[0]
BANNER = SIMULATED
STAMP = Markup(
    '<text x="50%" y="50%" text-anchor="middle" dominant-baseline="middle" font-size="22" font-weight="700" '
    'letter-spacing="4" fill="#6b6862" opacity="0.32" aria-hidden="true">{}</text>'
).format(WORD)


def marked(words: str) -> str:
    """A title that says what it is, once."""
    return words if WORD in words else f"{WORD}: {words}"


def marked_sections(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with each chart's title and text alternative marked."""
    return tuple(replace(section, blocks=tuple(map(_marked_block, section.blocks))) for section in sections)


def _marked_block(block: Block) -> Block:
    if not isinstance(block, Chart | Picture):
        return block
    return replace(block, title=marked(block.title), description=marked(block.description))


def stamped(picture: Markup) -> Markup:
    """A picture with the word across each of its drawings."""
    return Markup(picture.replace(Markup("</svg>"), STAMP + Markup("</svg>")))


def planted(finding: Finding) -> str:
    """What was planted in the outcome: ``Planted: 45% fewer.``; empty where nothing was."""
    return f"Planted: {finding.outcome.truth}" if finding.outcome.truth else ""
