"""The brief's first lines as plain text, for a terminal."""

from textwrap import fill

from muster.brief.simulated import BANNER
from muster.brief.tree import Brief, List, Runs

WIDTH = 92


def summary(brief: Brief) -> str:
    """Title, as-of line, the five answers and what the brief rests on; plain text that ends without a newline."""
    answers = [block for block in brief.sections[0].blocks if isinstance(block, List)]
    lines = [*([fill(BANNER, WIDTH), ""] if brief.simulated else []), printable(brief.title), brief.as_of_text, ""]
    for item in (item for block in answers for item in block.items):
        lines += [item.term, paragraph(item.runs), ""]
    lines += [paragraph(each.runs, indent="") for each in brief.basis]
    return "\n".join(lines)


def paragraph(runs: Runs, indent: str = "  ") -> str:
    """Runs as wrapped text."""
    words = printable("".join(run.text for run in runs))
    return fill(words, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def printable(words: str) -> str:
    """Without control characters, which a report could aim at the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
