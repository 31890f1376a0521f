"""The commands and their options; each imports the stage it needs when it runs, so that --help stays fast."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from muster._version import __version__
from muster.cli.estimate import estimate, verify
from muster.cli.fetching import fetch
from muster.cli.ledger import ledger
from muster.cli.panel import EngineChoice, EngineName, EngineUrl, Memory, Threads, chosen, panel
from muster.cli.reading import add, read
from muster.cli.review import review
from muster.cli.sources import sources
from muster.cli.terminal import AsOf, Folder, Quiet, day, problem, stderr, warn
from muster.errors import MusterError

app = typer.Typer(
    name="muster",
    help="Was the promised force and money sent, and did life get safer because of it?",
    epilog="Start with: muster new haiti --example haiti && muster brief haiti",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Example(StrEnum):
    """The bundled dossiers."""

    HAITI = "haiti"
    SIMULATED = "simulated"


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Was the promised force and money sent, and did life get safer because of it?"""
    if show:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)],
    example: Annotated[
        Example | None, typer.Option(metavar="haiti|simulated", help="Start from a bundled dossier instead of an empty one.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make a dossier to start from."""
    from muster.dossier import create

    dossier = create(folder, example.value if example else None)
    if not quiet:
        typer.echo(f"{folder}: {dossier.mission.title}; {len(dossier.mission.outcomes)} outcomes planned")


app.command()(read)


app.command()(add)


app.command()(review)


app.command()(ledger)


app.command()(sources)


app.command()(fetch)


app.command()(panel)


app.command()(estimate)


@app.command()
def brief(
    folder: Folder,
    as_of: AsOf = None,
    engine: EngineName = EngineChoice.DUCKDB,
    engine_url: EngineUrl = "",
    memory: Memory = "",
    threads: Threads = 0,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write the brief (page, JSON, CSV annexes) and print its summary."""
    from muster.brief import summary, write
    from muster.dossier import load
    from muster.ledger import Ledger
    from muster.run import brief as make_brief

    with stderr().status("reading, measuring, writing") if sys.stderr.isatty() and not quiet else stderr():
        made = make_brief(folder, as_of=day(as_of), engine=chosen(engine, engine_url, memory, threads))
        written = write(made, load(folder).output)
    warn(Ledger(load(folder).ledger_path).verify().problems)
    if not quiet:
        typer.echo(summary(made))
        typer.echo(f"\nThe page: {written[0]}\nBeside it: {', '.join(path.name for path in written[1:])}")
    if open_page:
        typer.launch(str(written[0]))


app.command()(verify)


def fail(message: str) -> NoReturn:
    """One clear line and exit code 1."""
    problem(message)
    raise SystemExit(1)


def main() -> None:
    """Run the command line; faults of the input end in one line and exit code 1."""
    try:
        app()
    except MusterError as error:
        fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        fail(f"{error.filename or 'the system'}: {error.strerror or error}")
