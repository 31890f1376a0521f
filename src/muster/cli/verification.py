"""How `muster verify` shows its comparisons."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

import msgspec
from rich.console import Console

from muster.cli.tables import table
from muster.verify import Comparison

COLUMNS = ("published", "ours", "difference", "tolerance", "verdict", "what", "citation")


def shown(found: Sequence[Comparison], *, as_json: bool, console: Console) -> str:
    """Every comparison, as a JSON list or a table a panel with notes and reasons under it."""
    if as_json:
        return msgspec.json.format(msgspec.json.encode([asdict(row) for row in found]), indent=1).decode() + "\n"
    parts = [one_panel(name, list(rows), console) for name, rows in groupby(found, lambda row: row.panel)]
    counts = {verdict: sum(row.verdict == verdict for row in found) for verdict in ("agrees", "off", "skipped")}
    total = f"{len(found)} published numbers: {counts['agrees']} met, {counts['off']} off, {counts['skipped']} skipped."
    return "\n\n".join([*parts, total]) + "\n"


def one_panel(name: str, rows: Sequence[Comparison], console: Console) -> str:
    """The numbers of one panel; why some are skipped, and what to know about others, once each."""
    reasons = dict.fromkeys(f"{row.verdict}: {row.reason}" for row in rows if row.reason)
    notes = dict.fromkeys(f"{row.what}: {row.note}" for row in rows if row.note)
    return f"{name}\n" + table(console, COLUMNS, [cells(row) for row in rows], "\n".join([*reasons, *notes])).rstrip()


def cells(row: Comparison) -> dict[str, object]:
    """One comparison as text."""
    return {
        "published": row.shown,
        "ours": "" if row.ours is None else f"{row.ours:.7g}",
        "difference": "" if row.ours is None else f"{row.ours - row.theirs:+.1e}",
        "tolerance": f"{row.tolerance:.0e}",
        "verdict": row.verdict.upper() if row.verdict == "off" else row.verdict,
        "what": f"{row.what} of {row.part}" if row.part else row.what,
        "citation": row.citation,
    }
