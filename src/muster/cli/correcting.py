"""Correcting a record at the prompt: field by field, each checked at once, nothing kept until it is confirmed."""

from collections.abc import Callable
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from muster.errors import LedgerError
from muster.ledger.fields import AMOUNTS, DAYS, LISTS, as_text, changes, checked, expected, fields_of, revised
from muster.ledger.plain import plain
from muster.ledger.reviewing import Reviewed
from muster.ledger.spreadsheet import day, number

HELP = "Enter keeps a field, - empties it, ! leaves the record as it was."
Ask = Callable[[str], str]


class Dropped(Exception):  # noqa: N818 - no error: the reviewer thought better of it
    """The record is to be left as it was."""


def correct(record: Reviewed, ask: Ask, console: Console) -> Reviewed | None:
    """Ask for every field until the record is sound and confirmed; None where it is to stay as it is."""
    console.print(Text(HELP, style="dim"))
    values = {name: getattr(record, name) for name in fields_of(record)}
    while True:
        try:
            values = {name: _field(record, name, present, ask, console) for name, present in values.items()}
        except Dropped:
            return None
        try:
            draft = revised(record, msgspec.to_builtins(values))
        except LedgerError as error:
            _say(console, f"{error}; once more, please")
            continue
        told = changes(record, draft)
        if not told:
            _say(console, "Nothing was changed.")
            return None
        for line in told:
            console.print(Text(f"  {plain(line)}"))
        answer = ask("write this correction? y yes, n no, e edit again > ").strip().casefold()
        if answer in {"y", "yes"}:
            return draft
        if answer not in {"e", "edit"}:
            return None


def _field(record: Reviewed, name: str, value: Any, ask: Ask, console: Console) -> Any:
    """One field's new value, or the present one."""
    words = expected(record, name)
    hint = f" ({words.removeprefix('one of ')})" if words.startswith("one of") else ""
    present = plain(as_text(name, value))
    while True:
        answer = plain(ask(f"{name}{hint} [{present}] > "))
        if answer == "!":
            raise Dropped
        if not answer:
            return value
        try:
            return checked(record, name, "" if answer == "-" else _value(name, answer))
        except LedgerError as error:
            _say(console, str(error))


def _value(name: str, answer: str) -> Any:
    if name in AMOUNTS:
        return number(answer)
    if name in DAYS:
        return day(answer)
    return [part.strip() for part in answer.split(";") if part.strip()] if name in LISTS else answer


def _say(console: Console, words: str) -> None:
    console.print(Text(plain(words), style="yellow"))
