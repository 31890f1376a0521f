"""The terminal: options that several commands share, and where results, progress and warnings go."""

import codecs
import sys
from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from muster.errors import MusterError

if TYPE_CHECKING:
    from muster.ledger import Export, Known
    from muster.records import Mission

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The dossier's folder.", show_default=False)]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what had been published by this day (YYYY-MM-DD)."),
]
On = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="The state on this day (YYYY-MM-DD), with what is known; else on the as-of date.",
    ),
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file instead of the terminal.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def day(moment: datetime | None) -> date | None:
    """The day of an option's value."""
    return moment.date() if moment else None


def stdout() -> Console:
    """Rich's console for results: as wide as the terminal, and wide enough for every column in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 180, highlight=False)


def stderr() -> Console:
    """Rich's console for progress and warnings."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def emit(text: str, out: Path | None, *, table: bool = False) -> None:
    """Write text to the terminal or a file as it is; a CSV file begins with a mark by which spreadsheets know UTF-8."""
    if out:
        _write(out, [text.encode("utf-8-sig" if table else "utf-8")])
    else:
        sys.stdout.write(text)


def emit_parts(parts: Iterable[str], out: Path | None, *, table: bool = False) -> None:
    """As :func:`emit`, part by part: each is written as it comes, and none is kept."""
    if out:
        encoded = (part.encode() for part in parts)
        _write(out, chain([codecs.BOM_UTF8], encoded) if table else encoded)
    else:
        for part in parts:
            sys.stdout.write(part)


def _write(out: Path, parts: Iterable[bytes]) -> None:
    """Write a file that appears whole or not at all; a pipe or device is written as it is."""
    from muster.dossier.store import write_parts

    if out.exists() and not out.is_file():
        with out.open("wb") as stream:
            stream.writelines(parts)
    else:
        write_parts(out, parts)


def emit_export(export: "Export", record: "Known", out: Path | None) -> None:
    """Write what is known in a format of export; one that is no text needs a file to go to.

    Raises:
        MusterError: a packed format without a file.
    """
    made = export.make(record)
    if isinstance(made, str):
        emit(made, out, table=export.is_table)
    elif out:
        _write(out, [made])
    else:
        do = f"add --out FILE.{export.name}"
        raise MusterError(f"--format {export.name} is no text for a terminal", expected="a file to write to", do=do)


def warn(problems: Iterable[str]) -> None:
    """Say on stderr, a line each, what is amiss with something that can still be read."""
    from muster.ledger.plain import plain

    for problem in problems:
        stderr().print(f"warning: {plain(problem)}", markup=False)


def mark(mission: "Mission") -> None:
    """Say on stderr that a dossier is of a place that does not exist."""
    from muster.records.plan import SIMULATED

    if mission.simulated:
        stderr().print(SIMULATED, markup=False)


def problem(words: str) -> None:
    """Say on stderr, on one line, what is at fault."""
    from muster.ledger.plain import plain

    stderr().print(f"muster: {plain(words)}", markup=False)
