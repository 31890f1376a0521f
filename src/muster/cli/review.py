"""`muster review`: its options, and which way of deciding they ask for."""

import getpass
from typing import Annotated

import typer

from muster.cli.terminal import Folder, stdout

Ids = list[str] | None


def review(
    folder: Folder,
    accept: Annotated[Ids, typer.Option(metavar="ID", help="Accept this record; may be given again.")] = None,
    reject: Annotated[Ids, typer.Option(metavar="ID", help="Reject this record; may be given again.")] = None,
    prefer: Annotated[
        Ids,
        typer.Option(metavar="ID", help="Take this record's reading where it stands in a disagreement; may be given again."),
    ] = None,
    no_preference: Annotated[
        Ids, typer.Option("--no-preference", metavar="ID", help="Take back the preference for this record; may be given again.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with what is decided.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides; the log-in name where not given.")] = "",
) -> None:
    """Accept or reject proposed records; every decision is a new line of the ledger."""
    from datetime import date

    from muster.cli.walk import Word, ask, decide
    from muster.dossier import load
    from muster.ledger import Ledger, Reviewer
    from muster.ledger import prefer as prefer_records

    choices: list[tuple[str, Word]] = [
        *((name, "accepted") for name in accept or []),
        *((name, "rejected") for name in reject or []),
    ]
    if prefer or no_preference:
        store, who = Ledger(load(folder).ledger_path), Reviewer(by or getpass.getuser(), date.today())
        if no_preference:
            prefer_records(store, no_preference, who, stands=False, note=note)
            typer.echo(f"no longer preferred: {', '.join(no_preference)}, by {who.name}")
        if prefer:
            prefer_records(store, prefer, who, note=note)
            typer.echo(f"preferred: {', '.join(prefer)}, by {who.name}")
        return
    typer.echo(decide(folder, choices, by) if choices else ask(folder, by, stdout()))
