"""The state of commitments in the terminal: a table, or for very many cells plain lines that are written fast."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from muster.cli.tables import state_row, table
from muster.cli.terminal import day, emit, stdout, warn
from muster.ledger import Cell, Ledger, Overview, overview

COLUMNS = ("mission", "scope", "actor", "kind", "stage", "amount", "in", "since", "records")
TABLE = 1000  # cells that Rich lays out; it takes a millisecond for each
SCREEN = 200  # cells of more that are shown on a screen
NAMED = 8  # records of a cell that are named in a plain line


def show(store: Ledger, as_of: datetime | None, on: datetime | None, out: Path | None) -> None:
    """Print the state on the day ``on`` (None: on ``as_of``) of what had been published by ``as_of``."""
    found = overview(store, day(as_of), day(on or as_of))
    warn(found.problems)
    emit(levels(found, whole=out is not None or not sys.stdout.isatty()), out)


def levels(found: Overview, *, whole: bool) -> str:
    """The cells as a table with the caption under it; of very many a screen gets the first ones, unless ``whole``."""
    count = len(found.cells)
    if count <= TABLE:
        several = len({cell.mission for cell in found.cells}) > 1
        return table(stdout(), COLUMNS if several else COLUMNS[1:], map(in_words, found.cells), caption(found))
    cells = found.cells if whole else found.cells[:SCREEN]
    rest = [] if whole else [f"the first {SCREEN} of {count:,} cells; a pipe or --out FILE gives all"]
    return "\n".join([*aligned(cells), caption(found), *rest]) + "\n"


def in_words(cell: Cell) -> dict[str, object]:
    """One cell as printable text by column."""
    words = {"mission": cell.mission} | state_row(cell)
    return {name: printable(str(word)) if word is not None else None for name, word in words.items()}


def caption(found: Overview) -> str:
    """What was counted, by which two dates."""
    waiting = f"; {found.proposed} proposed await `muster review`" if found.proposed else ""
    when = f"as of {found.as_of}" if found.as_of else f"everything known, latest publication {found.latest}"
    valid = f", state on {found.on}" if found.on and found.on != found.as_of else ""
    return f"{found.accepted} accepted commitments, {when}{valid}{waiting}"


def aligned(cells: Iterable[Cell]) -> list[str]:
    """Plain lines with columns under each other; the last column is free, and names a few records."""
    rows = [COLUMNS, *(tuple(str(word or "") for word in in_words(named(cell)).values()) for cell in cells)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[-1] = 0
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]


def named(cell: Cell) -> Cell:
    """The cell with so few records that they fit a line, and how many more there are."""
    more = len(cell.records) - NAMED
    return cell if more <= 0 else replace(cell, records=(*cell.records[:NAMED], f"and {more} more"))


def printable(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
