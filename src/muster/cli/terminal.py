"""The terminal: where results, progress and warnings go."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file instead of the terminal.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


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


def warn(problems: Iterable[str]) -> None:
    """Say on stderr, a line each, what is amiss with something that can still be read."""
    for problem in problems:
        stderr().print(f"warning: {problem}", markup=False)
