"""What the terminal shows: records, state and disagreements as tables, CSV or JSON text."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from muster.ledger import Cell, Known, Verification, csv_text, json_text, safe_cell, state
from muster.ledger.exports.cells import escaped
from muster.read import Reading
from muster.records import Commitment, Report

FIELDS = (
    "actor",
    "kind",
    "stage",
    "amount_low",
    "amount_high",
    "unit",
    "currency",
    "basis",
    "date_from",
    "date_to",
    "attributed_to",
    "scope",
)
PROPOSAL = (*FIELDS, "source", "sentence", "start", "end")


def proposals(readings: Sequence[tuple[Report, Reading]], style: str, console: Console) -> str:
    """Proposed commitments in text order, as a table, JSON lines or CSV."""
    rows = [proposal(report, record) for report, reading in readings for record in reading.commitments]
    if style == "jsonl":
        return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)
    if style == "csv":
        return comma_separated(PROPOSAL, rows)
    shown = [{**row, "amount": amount(row["amount_low"], row["amount_high"]), "dates": dates(row)} for row in rows]
    columns = ("actor", "kind", "stage", "amount", "unit", "currency", "basis", "dates", "attributed_to", "sentence")
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


def ledger(record: Known, style: str, console: Console) -> str:
    """The state of commitments as a table, or every known record as CSV or JSON."""
    if style == "csv":
        return csv_text(record)
    if style == "json":
        return json_text(record)
    cells = state(record.accepted, record.as_of)
    columns = ("scope", "actor", "kind", "stage", "amount", "in", "since", "records")
    waiting = f"; {len(record.proposed)} proposed await `muster review`" if record.proposed else ""
    when = f"as of {record.as_of}" if record.as_of else f"everything known, latest publication {record.latest}"
    return table(console, columns, map(state_row, cells), f"{len(record.accepted)} accepted commitments, {when}{waiting}")


def state_row(cell: Cell) -> dict[str, object]:
    """One cell of the state in words."""
    return {
        "scope": cell.scope,
        "actor": cell.actor,
        "kind": cell.kind,
        "stage": cell.stage,
        "amount": amount(cell.low, cell.high),
        "in": cell.currency or cell.unit,
        "since": cell.date,
        "records": " ".join(cell.records),
    }


def disagreements(record: Known, style: str, console: Console) -> str:
    """The sets of records that cannot all be true."""
    found = record.disagreements
    if style == "json":
        rows = [{"kind": entry.kind, "sentence": entry.sentence, "records": entry.records} for entry in found]
        return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n"
    flat: list[dict[str, object]] = [
        {"kind": entry.kind, "sentence": entry.sentence, "records": " ".join(entry.records)} for entry in found
    ]
    if style == "csv":
        return comma_separated(("kind", "sentence", "records"), flat)
    return table(console, ("kind", "sentence", "records"), flat, f"{len(flat)} sets of records disagree")


def verification(found: Verification) -> tuple[str, bool]:
    """The soundness of a ledger in words, and whether it is sound."""
    verdict = f"{'sound' if found.ok else 'NOT SOUND'}: {found.lines} lines, head {found.head[:16]}"
    return "\n".join([verdict, *found.problems]) + "\n", found.ok


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
    writer.writerows([safe_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def table(console: Console, columns: Sequence[str], rows: Iterable[dict[str, object]], caption: str) -> str:
    """A table as text with the caption under it; cells are plain text, never markup or control characters."""
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        grid.add_column(name.replace("_", " "), justify="right" if name == "amount" else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text("" if row[name] is None else escaped(str(row[name]))) for name in columns))
    with console.capture() as shown:
        console.print(grid)
        console.print(Text(caption))
    return shown.get()
