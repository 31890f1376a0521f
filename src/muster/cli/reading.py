"""`muster read` and `muster add`: reports to proposed records, printed or stored."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.terminal import Folder, Out, Quiet, emit, stderr, stdout, warn

Published = Annotated[
    str, typer.Option(metavar="DATE", help="The day the report was published; without it only absolute dates are resolved.")
]
Address = Annotated[str, typer.Option(metavar="URL", help="The address the report was published at.")]
Reports = Annotated[list[Path], typer.Argument(metavar="REPORT...", help="Text files to read.", show_default=False)]


class ReadFormat(StrEnum):
    """How `muster read` prints."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


def read(
    reports: Reports,
    published: Published = "",
    style: Annotated[
        ReadFormat, typer.Option("--format", metavar="table|jsonl|csv", help="How to print the records.")
    ] = ReadFormat.TABLE,
    out: Out = None,
) -> None:
    """Read reports and print the commitments they tell of; nothing is stored."""
    from muster.cli.tables import proposals
    from muster.read import load_report
    from muster.read import read as read_text

    readings = []
    for path in reports:
        loaded = load_report(path, published=published)
        readings.append((loaded.report, read_text(loaded.text, loaded.report)))
        warn(f"{path}: {words}" for words in (*loaded.warnings, *readings[-1][1].warnings))
    emit(proposals(readings, style.value, stdout()), out, table=style is ReadFormat.CSV)


def add(folder: Folder, reports: Reports, published: Published = "", address: Address = "", quiet: Quiet = False) -> None:
    """Store reports in a dossier; what they say enters its ledger as proposed."""
    from rich.progress import track

    from muster.run import add as add_reports

    steps = add_reports(folder, reports, published=published, address=address)
    hidden = quiet or not sys.stderr.isatty()
    for added in track(steps, "reading", total=len(reports), console=stderr(), transient=True, disable=hidden):
        warn(f"{added.path}: {words}" for words in added.warnings)
        kinds = [type(entry.record).__name__ for entry in added.entries]
        if not quiet:
            said = f"{kinds.count('Commitment')} commitments and {kinds.count('Statement')} statements proposed"
            typer.echo(f"{added.path}: {said if kinds else 'already in the dossier, nothing added'}")
            for words in added.remarks:
                typer.echo(f"{added.path}: {words}")
