"""How a stretch of runs is set in a line: what touches a number stays with it, and what stands behind it on paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from muster.brief.tree import Number, Run, Text
from muster.brief.wording import reference

LEAD, TAIL = re.compile(r"\(*$"), re.compile(r"^[,.;:)%]*")


@dataclass(frozen=True)
class Piece:
    """A run with what stands behind it on paper, and the brackets and points that no line may part from it."""

    run: Run
    behind: str = ""
    lead: str = ""
    tail: str = ""


def pieces(runs: Sequence[Run]) -> list[Piece]:
    """The runs of a stretch, ready to be set."""
    words, behind = [run.text for run in runs], references(runs)
    touching = {
        place: (cut(runs, words, place - 1, LEAD), cut(runs, words, place + 1, TAIL))
        for place, run in enumerate(runs)
        if isinstance(run, Number)
    }
    return [
        Piece(run, behind[place], *touching[place]) if place in touching else Piece(replace(run, text=words[place]))
        for place, run in enumerate(runs)
    ]


def cut(runs: Sequence[Run], words: list[str], place: int, touching: re.Pattern[str]) -> str:
    """Take from the text beside a number the characters that touch it."""
    if not 0 <= place < len(runs) or not isinstance(runs[place], Text):
        return ""
    match = touching.search(words[place])
    words[place] = touching.sub("", words[place], count=1)
    return match[0] if match else ""


def references(runs: Sequence[Run]) -> list[str]:
    """What stands behind each run on paper: a record and how many more, once where numbers in a row share their citations."""
    made: list[str] = []
    after: tuple[str, ...] = ()
    for run in reversed(runs):
        cites = run.cites if isinstance(run, Number) else ()
        made.append(record(run.text, cites) if cites and cites != after else "")
        after = cites or after
    return made[::-1]


def record(said: str, cites: tuple[str, ...]) -> str:
    """The first record's id and how many more there are; nothing where the number is that id itself."""
    first = reference(cites[0])
    if said == first:
        return ""
    return f"{first} +{len(cites) - 1}" if len(cites) > 1 else first
