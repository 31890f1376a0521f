"""`muster ledger`: its options, and which view of the ledger they ask for."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from muster.cli.terminal import AsOf, Folder, On, Out, day, emit, emit_export, mark, stdout, warn

if TYPE_CHECKING:
    from muster.cli.views import Choice
    from muster.dossier import Dossier
    from muster.ledger import Entry, Known


class LedgerFormat(StrEnum):
    """How `muster ledger` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    IATI = "iati"
    FTS = "fts"
    DICTIONARY = "dictionary"


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


class Arrival(StrEnum):
    """As what imported records come in, whatever the file says."""

    PROPOSED = "proposed"


WRITTEN = {LedgerFormat.TABLE, LedgerFormat.CSV, LedgerFormat.JSON}  # formats of views, changes and disagreements


def ledger(
    folder: Folder,
    as_of: AsOf = None,
    on: On = None,
    view: Annotated[
        View | None,
        typer.Option(metavar="|".join(View), help="What to show of the state; without it, CSV and JSON hold all records."),
    ] = None,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="List the sets of records that cannot all be true.")
    ] = False,
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
        LedgerFormat,
        typer.Option(
            "--format",
            metavar="table|csv|json|xlsx|iati|fts|dictionary",
            help="The state as a table, all records, funds only (iati, fts), or what the columns mean.",
        ),
    ] = LedgerFormat.TABLE,
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
    verify: Annotated[bool, typer.Option("--verify", help="Check the hash chain and say what is wrong.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set a cut-off last line or an unfinished append aside, then verify.")
    ] = False,
) -> None:
    """Show the state of commitments as of a date, or the records, or the ledger's own soundness; or take records in."""
    from muster.dossier import load

    if (between and (view or as_of)) or (rates and view is not View.MONEY):
        raise typer.BadParameter("--between goes without --view and --as-of, and --rates goes with --view money")
    if style not in WRITTEN and (view or between or disagreements):
        raise typer.BadParameter(f"--format {style.value} goes without --view, --between and --disagreements")
    dossier = load(folder)
    mark(dossier.mission)
    if import_file:
        from muster.cli.importing import take_in

        return take_in(dossier, import_file, partial=partial, as_proposed=arrival is not None)
    if verify or repair:
        return _soundness(dossier, repair, out)
    if _is_plain_state(style, view, bool(disagreements or between), bool(scope or actor or kind)) and _shown_fast(
        dossier, as_of, on, out
    ):
        return None
    from muster.cli.views import Choice

    choice = Choice(day(on), scope, actor, kind.value if kind else "", rates)
    return _show(dossier, choice, style, out, as_of, view, between, disagreements)


def _soundness(dossier: "Dossier", repair: bool, out: Path | None) -> None:
    """Whether the ledger is sound, and what happened to it where it is not."""
    from muster.cli import soundness
    from muster.ledger import Ledger

    store = Ledger(dossier.ledger_path)
    if repair:
        store.repair()
    report, sound = soundness.verification(store)
    emit(report, out)
    raise typer.Exit(0 if sound else 1)


def _is_plain_state(style: LedgerFormat, view: View | None, other: bool, chosen: bool) -> bool:
    """Whether the whole state is asked for as a table."""
    return style is LedgerFormat.TABLE and view in {None, View.STATE} and not (other or chosen)


def _shown_fast(dossier: "Dossier", as_of: datetime | None, on: datetime | None, out: Path | None) -> bool:
    """Show the state of a large ledger without decoding it; false for a small one, whose table is better laid out."""
    from muster.ledger import Ledger

    store = Ledger(dossier.ledger_path)
    if not store.is_large:
        return False
    from muster.cli import levels

    levels.show(store, day(as_of), day(on or as_of), out)
    return True


def _show(
    dossier: "Dossier",
    choice: "Choice",
    style: LedgerFormat,
    out: Path | None,
    as_of: datetime | None,
    view: View | None,
    between: tuple[datetime, datetime] | None,
    disagreements: bool,
) -> None:
    """A view, what changed, the disagreements, or the records in a format of export."""
    from muster.cli import tables, views
    from muster.ledger import EXPORTS, Ledger, known

    store = Ledger(dossier.ledger_path)
    entries = store.entries()
    warn(store.verify().problems)
    if between:
        return emit(_changes(entries, choice, between, style), out, table=style is LedgerFormat.CSV)
    record = known(entries, day(as_of))
    warn(views.misses(record, choice))
    if disagreements:
        shown = tables.disagreements(choice.narrow(record), style.value, stdout())
        return emit(shown, out, table=style is LedgerFormat.CSV)
    if view or style is LedgerFormat.TABLE:
        shown = views.show((view or View.STATE).value, record, dossier.mission, choice, style.value, stdout())
        return emit(shown, out, table=style is LedgerFormat.CSV)
    return emit_export(EXPORTS[style.value], _with_found(choice.narrow(record), style), out)


def _changes(entries: "tuple[Entry, ...]", choice: "Choice", between: tuple[datetime, datetime], style: LedgerFormat) -> str:
    """What changed in what was known between two dates."""
    from muster.cli import views
    from muster.ledger import changes, disputed_at_both, known

    earlier, later = disputed_at_both(*(known(entries, day(moment)) for moment in between))
    warn(views.misses(later, choice))
    earlier, later = choice.narrow(earlier), choice.narrow(later)
    found = changes(earlier, later, earlier.disagreements, later.disagreements, choice.on)
    return views.show_changes(found, style.value, stdout())


def _with_found(record: "Known", style: LedgerFormat) -> "Known":
    """A workbook, which people read, also tells of the disagreements that the rules find; importing it passes them over."""
    from muster.ledger import find

    return replace(record, disagreements=(*find(record), *record.disagreements)) if style is LedgerFormat.XLSX else record
