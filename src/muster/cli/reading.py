"""`muster read` and `muster add`: reports to proposed records, printed or stored."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.readers import (
    TIMEOUT,
    Endpoint,
    ModelName,
    Reader,
    ReaderOption,
    Timeout,
    compared,
    model_of,
    prompts,
    reader_of,
)
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
    reader: ReaderOption = Reader.RULES,
    endpoint: Endpoint = "",
    model: ModelName = "",
    timeout: Timeout = TIMEOUT,
    compare: Annotated[
        bool, typer.Option("--compare", help="Print where rules and model differ; sends the reports to --endpoint.")
    ] = False,
    dump_prompt: Annotated[
        bool, typer.Option("--dump-prompt", help="Print what would be sent to a model, and send nothing.")
    ] = False,
    out: Out = None,
) -> None:
    """Read reports and print the commitments they tell of; nothing is stored."""
    from muster.cli.tables import proposals
    from muster.read import load_report

    if dump_prompt:
        emit(prompts(reports, published, model), out)
        return
    if compare:
        told = compared(reports, published, model_of(endpoint, model, timeout), style.value, stdout())
        emit(told, out, table=style is ReadFormat.CSV)
        return
    read_text = reader_of(reader, endpoint, model, timeout)
    readings = []
    for path in reports:
        loaded = load_report(path, published=published)
        readings.append((loaded.report, read_text(loaded.text, loaded.report)))
        warn(f"{path}: {words}" for words in (*loaded.warnings, *readings[-1][1].warnings))
    emit(proposals(readings, style.value, stdout()), out, table=style is ReadFormat.CSV)


def add(
    folder: Folder,
    reports: Reports,
    published: Published = "",
    address: Address = "",
    reader: ReaderOption = Reader.RULES,
    endpoint: Endpoint = "",
    model: ModelName = "",
    timeout: Timeout = TIMEOUT,
    quiet: Quiet = False,
) -> None:
    """Store reports in a dossier; what they say enters its ledger as proposed."""
    from rich.progress import track

    from muster.run import add as add_reports

    read_text = reader_of(reader, endpoint, model, timeout)
    steps = add_reports(folder, reports, published=published, address=address, read_text=read_text)
    hidden = quiet or not sys.stderr.isatty()
    for added in track(steps, "reading", total=len(reports), console=stderr(), transient=True, disable=hidden):
        warn(f"{added.path}: {words}" for words in added.warnings)
        kinds = [type(entry.record).__name__ for entry in added.entries]
        if not quiet:
            said = f"{kinds.count('Commitment')} commitments and {kinds.count('Statement')} statements proposed"
            typer.echo(f"{added.path}: {said if kinds else 'already in the dossier, nothing added'}")
            for words in added.remarks:
                typer.echo(f"{added.path}: {words}")
