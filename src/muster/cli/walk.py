"""A person's word on proposed records, from options or asked one by one."""

import getpass
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console
from rich.text import Text

from muster.cli.tables import amount
from muster.dossier import load
from muster.errors import LedgerError
from muster.ledger import Ledger, known
from muster.records import Commitment, Decision

Word = Literal["accepted", "rejected"]


def decide(folder: Path, choices: Sequence[tuple[str, Word]], by: str) -> str:
    """Append one decision a choice, all together or none, and say what was done."""
    store = Ledger(load(folder).ledger_path)
    entries = store.entries()
    waiting = {record.id for record in known(entries).proposed}
    for name, _ in choices:
        if name not in waiting:
            raise LedgerError(
                f"no proposed record {name!r}",
                where=str(store.path),
                expected=f"one of {', '.join(sorted(waiting)) or 'none: nothing awaits review'}",
            )
    who = by or getpass.getuser()
    made = [
        Decision(id=f"D{len(entries) + place + 1:05d}", record=name, decision=word, by=who, on=date.today())
        for place, (name, word) in enumerate(choices)
    ]
    store.append(made)
    counts = [word for _, word in choices]
    return f"{counts.count('accepted')} accepted, {counts.count('rejected')} rejected by {who}"


def ask(folder: Path, by: str, console: Console) -> str:
    """Walk the proposed records: each is decided on its own, so that stopping loses nothing."""
    waiting = known(Ledger(load(folder).ledger_path).entries()).proposed
    done = 0
    for place, record in enumerate(waiting, start=1):
        show(record, f"{place} of {len(waiting)}", console)
        answer = typer.prompt("accept, reject, skip or quit [a/r/s/q]", default="s").strip().lower()[:1]
        if answer == "q":
            break
        if answer in {"a", "r"}:
            decide(folder, [(record.id, "accepted" if answer == "a" else "rejected")], by)
            done += 1
    return f"{done} decided, {len(waiting) - done} still proposed"


def show(record: Commitment, progress: str, console: Console) -> None:
    """One proposed record with the words it rests on."""
    what = f"{amount(record.amount_low, record.amount_high)} {record.currency or record.unit or ''} ({record.basis})"
    console.print(Text(f"\n{progress}  {record.id}", style="bold"))
    console.print(Text(f"“{record.citation.quote or record.citation.title}”", style="italic"))
    console.print(Text(f"{record.actor}: {record.kind}, {record.stage}, {what}, {record.date_from}..{record.date_to}"))
