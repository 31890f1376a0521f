"""The terminal: options that several commands share, and where results, progress and warnings go."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from muster.errors import MusterError

if TYPE_CHECKING:
    from muster.ledger import Export, Known

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The dossier's folder.", show_default=False)]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what had been published by this day (YYYY-MM-DD)."),
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
        out.write_text(text, encoding="utf-8-sig" if table else "utf-8", newline="")
    else:
        sys.stdout.write(text)


def emit_export(export: "Export", record: "Known", out: Path | None) -> None:
    """Write what is known in a format of export; one that is no text needs a file to go to.

    Raises:
        MusterError: a packed format without a file.
    """
    made = export.make(record)
    if isinstance(made, str):
        emit(made, out, table=export.is_table)
    elif out:
        out.write_bytes(made)
    else:
        do = f"add --out FILE.{export.name}"
        raise MusterError(f"--format {export.name} is no text for a terminal", expected="a file to write to", do=do)


def warn(problems: Iterable[str]) -> None:
    """Say on stderr, a line each, what is amiss with something that can still be read."""
    for problem in problems:
        stderr().print(f"warning: {problem}", markup=False)
