"""Reports given to `muster read` and `muster add`: what goes wrong is told as it happens, and the others go on."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import typer

from muster.cli.terminal import problem, stderr, warn
from muster.errors import MusterError, ReportError

SHOWN = 3  # times that the same warning is printed; the rest are counted
ATTEMPTS = 3

Outcome = TypeVar("Outcome")


class Telling:
    """Tells of faults and warnings on stderr, and keeps count of them."""

    def __init__(self) -> None:
        self._refused = 0
        self._all = 0
        self._warned: Counter[str] = Counter()

    def progress(self, outcomes: Iterable[Outcome], total: int, *, hidden: bool = False) -> Iterator[Outcome]:
        """The outcomes, with a bar on stderr where that is a terminal."""
        from rich.progress import track

        self._all = total
        no_bar = hidden or total < 2 or not sys.stderr.isatty()
        return iter(track(outcomes, "reading", total=total, console=stderr(), transient=True, disable=no_bar))

    def refused(self, path: Path, error: MusterError) -> None:
        """A report that was not read, or not taken in."""
        self._refused += 1
        problem(f"{path}: {str(error).removeprefix(f'{path.name}: ')}")

    def warned(self, path: Path, warnings: Iterable[str]) -> None:
        """What is amiss with a report that was read."""
        for words in warnings:
            self._warned[words] += 1
            if self._warned[words] <= SHOWN:
                warn([f"{path}: {words}"])

    def end(self) -> None:
        """What was not said yet; exit code 1 if a report was not read."""
        more = {words: count - SHOWN for words, count in self._warned.items() if count > SHOWN}
        warn(f"{count} more report(s): {words}" for words, count in more.items())
        if self._refused and self._all > 1:
            problem(f"{self._refused} of {self._all} report(s) were not taken")
        if self._refused:
            raise typer.Exit(1)


def published_or_asked(published: str, paths: list[Path]) -> str:
    """The day of publication as given; for a single report that does not state it, what a person at a terminal answers."""
    from muster.read.load import check_published, load_report

    check_published(published, "--published")
    if published or len(paths) != 1 or str(paths[0]) == "-" or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return published
    try:
        if load_report(paths[0]).report.published:
            return ""
        return _asked(paths[0])
    except ReportError:
        return ""  # told of when it is read


def _asked(path: Path) -> str:
    from muster.read import load_report

    for _ in range(ATTEMPTS):
        question = f"When was {path.name} published? YYYY-MM-DD, or Enter if not known"
        answer: str = typer.prompt(question, default="", show_default=False, err=True).strip()
        try:
            return load_report(path, published=answer).report.published
        except ReportError as error:
            problem(str(error))
    return ""
