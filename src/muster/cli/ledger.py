"""`muster ledger`: its options, and which view of the ledger they ask for."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.terminal import AsOf, Folder, On, Out, day, emit, stdout, warn


class LedgerFormat(StrEnum):
    """How `muster ledger` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class View(StrEnum):
    """What `muster ledger` shows of the state."""

    STATE = "state"
    TIMELINE = "timeline"
    CONTRIBUTORS = "contributors"
    GAP = "gap"
    MONEY = "money"


class Kind(StrEnum):
    """What a commitment is about."""

    PERSONNEL = "personnel"
    FUNDS = "funds"
    EQUIPMENT = "equipment"


def ledger(
    folder: Folder,
    as_of: AsOf = None,
    on: On = None,
    view: Annotated[
        View | None,
        typer.Option(metavar="|".join(View), help="What to show of the state; without it, CSV and JSON hold all records."),
    ] = None,
    between: Annotated[
        tuple[datetime, datetime] | None,
        typer.Option(metavar="DATE DATE", help="What changed in what was known: published after the first, by the second."),
    ] = None,
    scope: Annotated[str, typer.Option(metavar="TEXT", help="Only this scope; * stands for any letters.")] = "",
    actor: Annotated[str, typer.Option(metavar="TEXT", help="Only this actor; * stands for any letters.")] = "",
    kind: Annotated[Kind | None, typer.Option(metavar="|".join(Kind), help="Only commitments of this kind.")] = None,
    rates: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Dated exchange rates (currency, to, date, rate, source) for money.")
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
    from muster.cli import levels, soundness, tables, views
    from muster.dossier import load
    from muster.ledger import Ledger, changes, disputed_at_both, known

    if (between and (view or as_of)) or (rates and view is not View.MONEY):
        raise typer.BadParameter("--between goes without --view and --as-of, and --rates goes with --view money")
    dossier = load(folder)
    store = Ledger(dossier.ledger_path)
    if repair:
        store.repair()
    if verify or repair:
        report, sound = soundness.verification(store)
        emit(report, out)
        raise typer.Exit(0 if sound else 1)
    is_state = style is LedgerFormat.TABLE and view in {None, View.STATE} and not (disagreements or between)
    if is_state and store.is_large and not (scope or actor or kind):
        levels.show(store, day(as_of), day(on or as_of), out)
        return
    entries = store.entries()
    warn(store.verify().problems)
    choice = views.Choice(day(on), scope, actor, kind.value if kind else "", rates)
    if between:
        earlier, later = disputed_at_both(*(known(entries, day(moment)) for moment in between))
        warn(views.misses(later, choice))
        earlier, later = choice.narrow(earlier), choice.narrow(later)
        found = changes(earlier, later, earlier.disagreements, later.disagreements, choice.on)
        emit(views.show_changes(found, style.value, stdout()), out, table=style is LedgerFormat.CSV)
        return
    record = known(entries, day(as_of))
    warn(views.misses(record, choice))
    if style is LedgerFormat.TABLE and not disagreements:
        view = view or View.STATE
    if view:
        shown = views.show(view.value, record, dossier.mission, choice, style.value, stdout())
        emit(shown, out, table=style is LedgerFormat.CSV)
        return
    record = choice.narrow(record)
    shown = tables.disagreements(record, style.value, stdout()) if disagreements else tables.records(record, style.value)
    emit(shown, out, table=style is LedgerFormat.CSV)
