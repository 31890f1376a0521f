"""`muster ledger`: its options, and which view of the ledger they ask for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.terminal import AsOf, Folder, Out, day, emit, emit_export, stdout, warn


class LedgerFormat(StrEnum):
    """How `muster ledger` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    IATI = "iati"
    FTS = "fts"
    DICTIONARY = "dictionary"


class Arrival(StrEnum):
    """As what imported records come in, whatever the file says."""

    PROPOSED = "proposed"


def ledger(
    folder: Folder,
    as_of: AsOf = None,
    style: Annotated[
        LedgerFormat,
        typer.Option(
            "--format",
            metavar="table|csv|json|xlsx|iati|fts|dictionary",
            help="The state as a table, all records, funds only (iati, fts), or what the columns mean.",
        ),
    ] = LedgerFormat.TABLE,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="List the sets of records that cannot all be true.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Check the hash chain and say what is wrong.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set a cut-off last line or an unfinished append aside, then verify.")
    ] = False,
    out: Out = None,
    import_file: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="FILE", help="Take in a file of any of the formats; all of it or, if a row is bad, none."
        ),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="With --import: take the good rows although others are bad.")
    ] = False,
    arrival: Annotated[
        Arrival | None, typer.Option("--as", metavar="proposed", help="With --import: let every record await `muster review`.")
    ] = None,
) -> None:
    """Show the state of commitments as of a date, or the records, or the ledger's own soundness; or take records in."""
    from muster.cli import tables
    from muster.dossier import load
    from muster.ledger import EXPORTS, Ledger, known

    if import_file:
        from muster.cli.importing import take_in

        return take_in(load(folder), import_file, partial=partial, as_proposed=arrival is not None)
    store = Ledger(load(folder).ledger_path)
    if repair:
        store.repair()
    if verify or repair:
        report, sound = tables.verification(store.verify())
        emit(report, out)
        raise typer.Exit(0 if sound else 1)
    entries = store.entries()
    warn(store.verify().problems)
    record = known(entries, day(as_of))
    if style.value in EXPORTS and not disagreements:
        return emit_export(EXPORTS[style.value], record, out)
    show = tables.disagreements if disagreements else tables.ledger
    emit(show(record, style.value, stdout()), out, table=style is LedgerFormat.CSV)
    return None
