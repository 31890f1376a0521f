"""A record that awaits review, as the terminal shows it: its words in the report, its fields, and what it meets."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from muster.ledger.fields import text_of
from muster.ledger.passages import Passage
from muster.ledger.plain import plain, printable
from muster.ledger.reviewing import Reviewed, says_the_same
from muster.ledger.units import spoken
from muster.ledger.words import amount, dates
from muster.records import Report, Statement

MOST = 5  # accepted records that are shown beside a proposed one


def show(
    record: Reviewed, place: str, report: Report | None, passage: Passage, kin: Sequence[Reviewed], console: Console
) -> None:
    """Print all that a reviewer needs to decide on one record; nothing of it can steer the terminal."""
    console.print()
    console.rule(Text(f"{place}  {plain(record.id)}", style="bold"), align="left", characters="-", style="dim")
    console.print(Text(source(record, report), style="dim"))
    if passage.trouble:
        console.print(Text(plain(passage.trouble), style="italic"))
    console.print(lit(passage, marked=is_plain(console)))
    console.print()
    console.print(form(record))
    if kin:
        console.print(Text("\nAccepted already, on the same:"))
        console.print(neighbours(record, kin))


def is_plain(console: Console) -> bool:
    """Whether the terminal, or the person before it, has no colours."""
    return console.no_color or console.color_system is None


def source(record: Reviewed, report: Report | None) -> str:
    """Which report, whose, and when it was published."""
    cited = record.citation
    name = (report.title or report.file) if report else cited.title or cited.address or "no source named"
    published = f"published {cited.published}" if cited.published else "publication date not known"
    return ", ".join(plain(part) for part in (name, report.outlet if report else "", published) if part)


def lit(passage: Passage, *, marked: bool) -> Text:
    """The paragraph with the record's span lit, and between brackets where there is no colour."""
    start, end = ("[", "]") if marked else ("", "")
    span = Text(f"{start}{printable(passage.lit)}{end}", style="bold reverse")
    return Text.assemble(printable(passage.before), span, printable(passage.after))


def form(record: Reviewed) -> Table:
    """The fields that say something, name and value side by side."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in filled(record):
        if text:
            grid.add_row(Text(name), Text(plain(text)))
    return grid


def filled(record: Reviewed) -> list[tuple[str, str]]:
    """The fields of a record in words."""
    when = dates(record.date_from, record.date_to) or "not known"
    if isinstance(record, Statement):
        return [("statement", record.content), ("speakers", text_of(record, "speakers")), ("verb", record.verb), ("when", when)]
    return [
        ("actor", record.actor),
        ("kind", record.kind),
        ("stage", record.stage),
        ("amount", counted(record)),
        ("basis", record.basis or "not said"),
        ("scope", record.scope),
        ("when", when),
        ("according to", record.attributed_to or ""),
        ("flags", text_of(record, "flags")),
    ]


def counted(record: Reviewed) -> str:
    """An amount with its unit, or what was said."""
    if isinstance(record, Statement):
        return record.content
    told = amount(record)
    return told if told == "no amount" else f"{told} {spoken(record.unit or '')}".rstrip()


def neighbours(record: Reviewed, kin: Sequence[Reviewed]) -> Table:
    """Accepted records of the same topic, those that say the same first."""
    what = "words" if isinstance(record, Statement) else "amount"
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for other in kin[:MOST]:
        same = says_the_same(record, other)
        told = [counted(other), dates(other.date_from, other.date_to), f"published {other.citation.published or 'unknown'}"]
        words = Text(", ".join(plain(part) for part in told if part))
        words.append(f"  {'same' if same else 'other'} {what}", style="bold" if same else "dim")
        grid.add_row(Text(plain(other.id)), words)
    if len(kin) > MOST:
        grid.add_row(Text(""), Text(f"and {len(kin) - MOST} more"))
    return grid
