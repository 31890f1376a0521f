"""`muster ledger`: its options, and which view of the ledger they ask for."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from muster.cli.terminal import AsOf, Folder, Out, day, emit, stdout, warn


class LedgerFormat(StrEnum):
    """How `muster ledger` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def ledger(
    folder: Folder,
    as_of: AsOf = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="The state on this day (YYYY-MM-DD); without it, on the day of --as-of."
        ),
    ] = None,
    style: Annotated[
        LedgerFormat, typer.Option("--format", metavar="table|csv|json", help="The state as a table, or all records.")
    ] = LedgerFormat.TABLE,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="List the sets of records that cannot all be true.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Check the hash chain and say what is wrong.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set a cut-off last line or an unfinished append aside, then verify.")
    ] = False,
    out: Out = None,
) -> None:
    """Show the state of commitments as of a date, or the records, or the ledger's own soundness."""
    from muster.cli import levels, soundness, tables
    from muster.dossier import load
    from muster.ledger import Ledger, known

    store = Ledger(load(folder).ledger_path)
    if repair:
        store.repair()
    if verify or repair:
        report, sound = soundness.verification(store)
        emit(report, out)
        raise typer.Exit(0 if sound else 1)
    if style is LedgerFormat.TABLE and not disagreements:
        levels.show(store, as_of, on, out)
        return
    if on:
        raise typer.BadParameter("it is for the table of the state; other views show records", param_hint="--on")
    entries = store.entries()
    warn(store.verify().problems)
    record = known(entries, day(as_of))
    show = tables.disagreements if disagreements else tables.ledger
    emit(show(record, style.value, stdout()), out, table=style is LedgerFormat.CSV)
