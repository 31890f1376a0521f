"""The state of a large ledger in the terminal: plain lines that are written fast."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from muster.cli.tables import amount
from muster.cli.terminal import emit, warn
from muster.ledger import Cell, Ledger, Overview, overview
from muster.ledger.plain import plain

COLUMNS = ("mission", "scope", "actor", "kind", "stage", "amount", "in", "since", "records")
SCREEN = 200  # cells that are shown on a screen
NAMED = 8  # records of a cell that are named in a line


def show(store: Ledger, as_of: date | None, on: date | None, out: Path | None) -> None:
    """Print the state on the day ``on`` of what had been published by ``as_of``; a screen gets the first cells only."""
    found = overview(store, as_of, on)
    warn(found.problems)
    whole = out is not None or not sys.stdout.isatty()
    cells: Sequence[Cell] = found.cells if whole else found.cells[:SCREEN]
    more = len(found.cells) - len(cells)
    rest = [f"the first {SCREEN} of {len(found.cells):,} cells; a pipe or --out FILE gives all"] if more else []
    emit("\n".join([*aligned(cells), caption(found), *rest]) + "\n", out)


def caption(found: Overview) -> str:
    """What was counted, by which two dates."""
    waiting = f"; {found.proposed} proposed await `muster review`" if found.proposed else ""
    when = f"as of {found.as_of}" if found.as_of else f"everything known, latest publication {found.latest}"
    valid = f", on {found.on}" if found.on and found.on != found.as_of else ""
    return f"{found.accepted} accepted commitments, {when}{valid}{waiting}"


def aligned(cells: Iterable[Cell]) -> list[str]:
    """Lines with columns under each other; the last column is free."""
    rows = [COLUMNS, *map(in_words, cells)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[-1] = 0
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]


def in_words(cell: Cell) -> tuple[str, ...]:
    """One cell as printable text, a column each."""
    more = [f"and {len(cell.records) - NAMED} more"] if len(cell.records) > NAMED else []
    records = " ".join([*cell.records[:NAMED], *more])
    counted = cell.currency or cell.unit or ""
    words = (cell.mission, cell.scope, cell.actor, cell.kind, cell.stage, amount(cell.low, cell.high), counted, records)
    *told, named = map(plain, words)
    return (*told, str(cell.date or ""), named)
