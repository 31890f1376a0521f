"""``muster brief``: the page, and what goes beside it."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.panel import EngineChoice, EngineName, EngineUrl, Memory, Suppress, Threads, chosen
from muster.cli.terminal import AsOf, Folder, Quiet, day, stderr, warn

Since = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Say what changed since this brief.json, instead of since the last brief in DIR/brief.",
        show_default=False,
    ),
]


class Extra(StrEnum):
    """What the page can also be written as."""

    DOCX = "docx"


Format = Annotated[
    Extra | None,
    typer.Option("--format", metavar="docx", help="Write the document also as brief.docx, to paste from.", show_default=False),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Print the page also to brief.pdf; needs an installed Chromium.")]


def brief(
    folder: Folder,
    as_of: AsOf = None,
    since: Since = None,
    format: Format = None,
    pdf: Pdf = False,
    suppress: Suppress = False,
    engine: EngineName = EngineChoice.DUCKDB,
    engine_url: EngineUrl = "",
    memory: Memory = "",
    threads: Threads = 0,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write the brief (page, JSON, CSV and Excel annexes) and print its summary."""
    from muster.brief import earlier, summary, write
    from muster.dossier import load, record_plan
    from muster.ledger import Ledger
    from muster.run import brief as make_brief

    dossier = load(folder)
    with stderr().status("reading, measuring, writing") if sys.stderr.isatty() and not quiet else stderr():
        before, problems = earlier(dossier.output, dossier.mission.id, day(as_of), since)
        used = chosen(engine, engine_url, memory, threads)
        made = make_brief(folder, as_of=day(as_of), engine=used, earlier=before, suppress=suppress)
        record_plan(dossier)
        written = write(made, dossier.output, docx=format is Extra.DOCX, pdf=pdf)
    warn([*problems, *Ledger(dossier.ledger_path).verify().problems])
    if not quiet:
        typer.echo(summary(made))
        typer.echo(f"\nThe page: {written[0]}\nBeside it: {', '.join(path.name for path in written[1:])}")
    if open_page:
        typer.launch(str(written[0]))
