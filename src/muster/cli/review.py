"""`muster review`: its options, and which way of deciding they ask for."""

import sys
from collections import Counter
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.terminal import Folder, stdout, warn
from muster.errors import LedgerError

if TYPE_CHECKING:
    from muster.ledger import Choice, Ledger, Reviewer

Ids = list[str] | None


def review(
    folder: Folder,
    accept: Annotated[Ids, typer.Option(metavar="ID", help="Accept this record; may be given again.")] = None,
    reject: Annotated[Ids, typer.Option(metavar="ID", help="Reject this record; may be given again.")] = None,
    undo: Annotated[Ids, typer.Option(metavar="ID", help="Take back the last decision on this record.")] = None,
    prefer: Annotated[Ids, typer.Option(metavar="ID", help="In a disagreement, take this record's reading.")] = None,
    no_preference: Annotated[
        Ids, typer.Option("--no-preference", metavar="ID", help="Take back the preference for this record.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write what awaits review to a file for a spreadsheet.")
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", metavar="FILE.csv", help="Take the decisions back from that file, all or none.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with every decision that has no note of its own.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides; the log-in name where not given.")] = "",
) -> None:
    """Accept, reject or correct proposed records, one by one or by file; every decision is a new line of the ledger."""
    ways = [accept or reject, undo, prefer, no_preference, export, import_]
    if sum(bool(way) for way in ways) > 1:
        raise typer.BadParameter("give decisions, --undo, preferences, --export or --import, one of these at a time")
    if export:
        typer.echo(to_file(folder, export))
    elif import_:
        typer.echo(from_file(folder, import_, note, by))
    elif any(ways):
        typer.echo(at_once(folder, accept or [], reject or [], undo or [], prefer or [], no_preference or [], note, by))
    else:
        from muster.cli.walk import Walk

        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, TextIOWrapper):  # a terminal without Unicode, or answers that are none, end no review
                stream.reconfigure(errors="replace")
        typer.echo(Walk(folder, by, note, stdout()).run())


def at_once(
    folder: Path,
    accept: list[str],
    reject: list[str],
    undo: list[str],
    prefer: list[str],
    no_preference: list[str],
    note: str,
    by: str,
) -> str:
    """Decisions and preferences that the options name, and what was done."""
    from muster import ledger
    from muster.cli.walk import reviewer
    from muster.dossier import load
    from muster.ledger.plain import plain

    store, who, why = ledger.Ledger(load(folder).ledger_path), reviewer(by), plain(note)
    done = []
    if accept or reject:
        choices = [ledger.Choice(name, "accepted", note=why) for name in dict.fromkeys(accept)]
        choices += [ledger.Choice(name, "rejected", note=why) for name in dict.fromkeys(reject)]
        ledger.decide(store, choices, who, strict=True)
        done.append(f"{len(set(accept))} accepted, {len(set(reject))} rejected")
    if undo:
        done.append(f"undone: {', '.join(line.record for line in ledger.undo(store, undo, who, note=why))}")
    if no_preference:
        taken = ledger.prefer(store, no_preference, who, stands=False, note=why)
        done.append(f"no longer preferred: {', '.join(line.record for line in taken)}")
    if prefer:
        done.append(f"preferred: {', '.join(line.record for line in ledger.prefer(store, prefer, who, note=why))}")
    return f"{'; '.join(done)} by {who.name}"


def to_file(folder: Path, path: Path) -> str:
    """Write the records that await review to a file, and say how many."""
    from muster.dossier import load
    from muster.dossier.store import told, write_whole
    from muster.ledger import Ledger
    from muster.ledger.passages import Reports
    from muster.ledger.reviewsheet import review_csv

    dossier = load(folder)
    entries = Ledger(dossier.ledger_path).entries()
    reports = Reports(dossier.reports, entries)
    data, count = review_csv(entries, lambda record: reports.passage(record.citation))
    with told(path):
        write_whole(path, data)
    return f"{path}: {count} records await review; write accept, reject or correct under decision, then --import it"


def from_file(folder: Path, path: Path, note: str, by: str) -> str:
    """Take a file's decisions, all in one append or, where a row is at fault, none; and say what was done."""
    from dataclasses import replace

    from muster.cli.walk import reviewer
    from muster.dossier import load
    from muster.ledger import Ledger
    from muster.ledger.plain import plain
    from muster.ledger.reviewsheet import read_review

    store, who = Ledger(load(folder).ledger_path), reviewer(by)
    wanted = read_review(path.name, path.read_bytes(), store.entries())
    if wanted.faults:
        warn(map(str, wanted.faults))
        found = f"{len(wanted.faults)} faulty cells or rows; nothing of the file was taken"
        raise LedgerError(found, where=path.name, do="mend what the lines above name and import it again")
    warn(wanted.remarks)
    choices = [replace(choice, note=choice.note or plain(note)) for choice in wanted.choices]
    return recorded(store, choices, who)


def recorded(store: "Ledger", choices: "list[Choice]", who: "Reviewer") -> str:
    """Decide, and tell of every record that somebody else had decided otherwise."""
    from muster.ledger import decide

    made, late = decide(store, choices, who)
    warn(f"{taken}; what the file says of it was not added" for taken in late if not taken.same)
    words = Counter(decision.decision for decision in made)
    told = ", ".join(f"{count} {word}" for word, count in words.items()) or "nothing new"
    same = sum(taken.same for taken in late)
    return f"{told} by {who.name}; {same} had been so decided before, {len(late) - same} otherwise"
