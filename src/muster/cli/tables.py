"""What the terminal shows: records, state and disagreements as tables, CSV or JSON text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec
from rich.console import Console
from rich.table import Table

from muster.ledger import Known, disputed, find, safe_cell
from muster.ledger.plain import plain_lines
from muster.read import READ, Reading
from muster.records import Commitment, Report

FIELDS = (*READ, "scope", "flags")
PROPOSAL = (*FIELDS, "source", "sentence", "start", "end")


def proposals(readings: Iterable[tuple[Report, Reading]], style: str, console: Console) -> Iterator[str]:
    """Proposed commitments in text order, as a table, or as JSON lines or CSV that come report by report."""
    if style == "table":
        kept = list(readings)
        yield _proposals_table(kept, console) if kept else ""
        return
    for number, (report, reading) in enumerate(readings):
        rows = [proposal(report, record) for record in reading.commitments]
        if style == "csv":
            text = comma_separated(PROPOSAL, rows)
            yield text.partition("\n")[2] if number else text
        else:
            yield "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)


def _proposals_table(readings: list[tuple[Report, Reading]], console: Console) -> str:
    rows = [proposal(report, record) for report, reading in readings for record in reading.commitments]
    shown = [{**row, "amount": amount(row["amount_low"], row["amount_high"]), "dates": dates(row)} for row in rows]
    flagged = ("flags",) if any(row["flags"] for row in rows) else ()
    columns = ("actor", "kind", "stage", "amount", "unit", "currency", "basis", "dates", "attributed_to", *flagged, "sentence")
    return table(console, columns, shown, f"{len(rows)} commitments proposed from {len(readings)} report(s)")


def proposal(report: Report, record: Commitment) -> dict[str, object]:
    """One commitment as `muster read` prints it: its fields, then where it stands in the text."""
    known = msgspec.to_builtins(record)
    where = {
        "source": report.file,
        "sentence": record.citation.quote,
        "start": record.citation.start,
        "end": record.citation.end,
    }
    return {name: known[name] for name in FIELDS} | where


def caption(record: Known, on: date | None) -> str:
    """What a table rests on: when it was known, and for which day it holds where that is another."""
    when = f"as of {record.as_of}" if record.as_of else f"everything known, latest publication {record.latest}"
    day = f", on {on}" if on and on != record.as_of else ""
    waiting = f"; {len(record.proposed)} proposed await `muster review`" if record.proposed else ""
    return f"{len(record.accepted)} accepted commitments, {when}{day}{waiting}"


def disagreements(record: Known, style: str, console: Console) -> str:
    """The sets of records that cannot all be true, as the rules find them."""
    found = find(record)
    columns = ("kind", "sentence", "records", "settles", "reading", "why")
    if style == "json":
        rows = [{name: getattr(entry, name) for name in columns} for entry in found]
        return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n"
    flat: list[dict[str, object]] = [
        {name: getattr(entry, name) for name in columns} | {"records": " ".join(entry.records)} for entry in found
    ]
    if style == "csv":
        return comma_separated(columns, flat)
    shown = [row | {"read": f"{row['reading']} ({row['why']})"} for row in flat]
    by_hand = len(disputed(record).disagreements) - len(found)
    more = f"; {by_hand} more were marked by hand and stand in the brief" if by_hand else ""
    caption = f"{len(flat)} sets of records disagree{more}. `muster review DIR --prefer ID` takes another reading."
    return table(console, ("kind", "sentence", "read"), shown, caption)


def amount(low: object, high: object) -> str:
    """An interval of amounts in words; null means unbounded."""
    if low is None and high is None:
        return ""
    if low == high:
        return f"{low:,g}" if isinstance(low, float) and low < 1e6 else f"{low:,.0f}"
    return f"{'' if low is None else format(low, ',.0f')}..{'' if high is None else format(high, ',.0f')}"


def dates(row: dict[str, object]) -> str:
    """An interval of dates in words."""
    first, last = row["date_from"] or "", row["date_to"] or ""
    return str(first) if first == last else f"{first}..{last}"


def comma_separated(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    """CSV text that no spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(_text(row[name])) for name in columns] for row in rows)
    return text.getvalue()


def _text(value: object) -> object:
    """A list in one cell: its words parted by blanks."""
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def table(console: Console, columns: Sequence[str], rows: Iterable[dict[str, object]], caption: str) -> str:
    """A table as text with the caption under it; cells are plain text, never markup or control characters."""
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        grid.add_column(name.replace("_", " "), justify="right" if name == "amount" else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(plain_lines("" if row[name] is None else str(_text(row[name])))) for name in columns))
    with console.capture() as shown:
        console.print(grid)
        console.print(Text(caption))
    return shown.get()
