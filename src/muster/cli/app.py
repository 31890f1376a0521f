"""The commands and their options; each imports the stage it needs when it runs, so that --help stays fast."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from muster._version import __version__
from muster.cli.atlas import atlas
from muster.cli.brief import brief
from muster.cli.estimate import estimate, verify
from muster.cli.fetching import fetch
from muster.cli.ledger import ledger
from muster.cli.panel import panel
from muster.cli.reading import add, read
from muster.cli.review import review
from muster.cli.sources import sources
from muster.cli.terminal import Quiet, problem
from muster.cli.watching import watch
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


app.command()(brief)


app.command()(watch)


app.command()(atlas)


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
