"""`muster read` and `muster add`: reports to proposed records, printed or stored."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from muster.cli.taking import Telling, published_or_asked
from muster.cli.terminal import Folder, Out, Quiet, emit, emit_parts, stdout

if TYPE_CHECKING:
    from muster.read import Reading
    from muster.read.many import Refused, Taken
    from muster.records import Report

Published = Annotated[
    str, typer.Option(metavar="DATE", help="The day the report was published; without it only absolute dates are resolved.")
]
Address = Annotated[str, typer.Option(metavar="URL", help="The address the report was published at.")]
Reports = Annotated[
    list[Path],
    typer.Argument(
        metavar="REPORT...",
        help="Text, Markdown, web page, PDF or mail files; folders of them; - for stdin.",
        show_default=False,
    ),
]
Workers = Annotated[int, typer.Option(metavar="N", min=1, max=256, help="How many reports to read at a time.")]


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
    workers: Workers = 1,
) -> None:
    """Read reports and print the commitments they tell of; nothing is stored."""
    from muster.cli.tables import proposals
    from muster.read.many import Given, read_many, reports_in

    if dump_prompt:
        return emit(prompts(reports, published, model), out)
    if compare:
        told = compared(reports, published, model_of(endpoint, model, timeout), style.value, stdout())
        return emit(told, out, table=style is ReadFormat.CSV)
    paths, telling = list(reports_in(reports)), Telling()
    given = Given(published=published_or_asked(published, paths))
    read_text = reader_of(reader, endpoint, model, timeout)
    taken = read_many(paths, given, workers=workers, read_text=read_text)
    outcomes = telling.progress(taken, len(paths), hidden=_scrolls(style, out))
    emit_parts(proposals(_read(outcomes, telling), style.value, stdout()), out, table=style is ReadFormat.CSV)
    return telling.end()


def _scrolls(style: ReadFormat, out: Path | None) -> bool:
    """Whether records go to the terminal as they are found, so that a bar would only be in their way."""
    return style is not ReadFormat.TABLE and out is None and sys.stdout.isatty()


def _read(outcomes: "Iterable[Taken | Refused]", telling: Telling) -> "Iterator[tuple[Report, Reading]]":
    """The reports that could be read; of the others it is told."""
    from muster.read.many import Refused

    for outcome in outcomes:
        if isinstance(outcome, Refused):
            telling.refused(outcome.path, outcome.error)
        else:
            telling.warned(outcome.path, (*outcome.loaded.warnings, *outcome.reading.warnings))
            yield outcome.loaded.report, outcome.reading


def add(
    folder: Folder,
    reports: Reports,
    published: Published = "",
    address: Address = "",
    reader: ReaderOption = Reader.RULES,
    endpoint: Endpoint = "",
    model: ModelName = "",
    timeout: Timeout = TIMEOUT,
    workers: Workers = 1,
    quiet: Quiet = False,
) -> None:
    """Store reports in a dossier; what they say enters its ledger as proposed."""
    from muster.read.many import Refused, reports_in
    from muster.run import add as add_reports

    paths, telling = list(reports_in(reports)), Telling()
    day = published_or_asked(published, paths)
    steps = add_reports(
        folder, paths, published=day, address=address, workers=workers, read_text=reader_of(reader, endpoint, model, timeout)
    )
    for added in telling.progress(steps, len(paths), hidden=quiet):
        if isinstance(added, Refused):
            telling.refused(added.path, added.error)
            continue
        telling.warned(added.path, added.warnings)
        kinds = [type(entry.record).__name__ for entry in added.entries]
        if not quiet:
            said = f"{kinds.count('Commitment')} commitments and {kinds.count('Statement')} statements proposed"
            typer.echo(f"{added.path}: {said if kinds else 'already in the dossier, nothing added'}")
            for words in added.remarks:
                typer.echo(f"{added.path}: {words}")
    telling.end()
