"""`muster ledger --import`: a file into the ledger, and every bad row in a table."""

import getpass
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import typer

from muster.cli.tables import table
from muster.cli.terminal import stderr, warn
from muster.dossier import Dossier
from muster.ledger import Imported, Judge, Ledger, Problem, import_file
from muster.ledger.imports import Parsed

SHOWN = 40  # rows of the table of bad rows


def take_in(dossier: Dossier, path: Path, *, partial: bool, as_proposed: bool) -> None:
    """Import a file, say what was done, and end with 1 where bad rows kept it out."""
    judge = Judge(by=getpass.getuser(), on=date.today(), mission=dossier.mission.id, as_proposed=as_proposed)
    done = import_file(Ledger(dossier.ledger_path), path, judge, partial=partial, watch=_watched)
    warn(f"{path}: {note}" for note in done.notes)
    if done.problems:
        sys.stderr.write(_told(done.problems))
    if done.refused:
        count = len({problem.row for problem in done.problems})
        stderr().print(
            f"muster: {path}: {count:,} bad row(s), nothing imported; correct them, or add --partial to import the others",
            markup=False,
        )
        raise typer.Exit(1)
    typer.echo(f"{path}: {_summary(done)}")


def _watched(rows: Iterable[Parsed], total: int | None) -> Iterable[Parsed]:
    """The rows behind a progress bar on a terminal, as they are elsewhere."""
    if not sys.stderr.isatty():
        return rows
    from rich.progress import track

    return track(rows, description="importing", total=total, console=stderr(), transient=True)


def _told(problems: tuple[Problem, ...]) -> str:
    """The first bad rows as a table, and how many there are."""
    heads = ("row", "column", "what came", "what was expected")
    rows: list[dict[str, object]] = [dict(zip(heads, problem, strict=True)) for problem in problems[:SHOWN]]
    more = f"; the first {SHOWN} are shown" if len(problems) > SHOWN else ""
    return table(stderr(), heads, rows, f"{len(problems):,} fault(s){more}")


def _summary(done: Imported) -> str:
    parts = [f"{done.added:,} record(s) added", f"{done.already:,} already there" if done.already else ""]
    parts.append(f"{done.decided:,} decision(s) made" if done.decided else "")
    bad = len({problem.row for problem in done.problems})
    parts.append(f"{bad:,} bad row(s) left out" if bad else "")
    return ", ".join(part for part in parts if part)
