"""What is known as rows, CSV and JSON."""

import csv
import io

import msgspec

from muster.ledger.known import Known
from muster.records import Commitment

COLUMNS = (
    *("record_id", "mission", "actor", "kind", "stage", "amount_low", "amount_high", "unit", "currency", "basis", "scope"),
    *("date_from", "date_to", "attributed_to", "source_url", "source_title", "source_class", "published", "status", "flags"),
    *("quote", "original_stage", "original_basis", "original_unit", "original_scope"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may take for a formula's start
_encoder = msgspec.json.Encoder(order="deterministic")


def table_rows(known: Known) -> tuple[dict[str, str], ...]:
    """Every known commitment as text by column, sorted by id; safe to put in a spreadsheet."""
    fates = [("accepted", known.accepted), ("proposed", known.proposed), ("rejected", known.rejected)]
    rows = [_row(record, status) for status, records in fates for record in records]
    return tuple(sorted(rows, key=lambda row: row["record_id"]))


def csv_text(known: Known) -> str:
    """The rows as CSV for a pipe or a program: UTF-8, lines end in a line feed.

    A line break inside a cell is a line feed too, whatever it was in the source: Python's writer would leave a lone
    carriage return unquoted, and a reader would take it for the end of a row. ``json_text`` keeps it.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_unbroken(row) for row in table_rows(known))
    return text.getvalue()


def csv_bytes(known: Known) -> bytes:
    """The CSV as a file: with a byte order mark, without which Excel reads UTF-8 as the local code page and breaks accents."""
    return csv_text(known).encode("utf-8-sig")


def json_text(known: Known) -> str:
    """Everything known as JSON, indented; the same input gives the same bytes."""
    return msgspec.json.format(_encoder.encode(known), indent=2).decode() + "\n"


def safe_cell(value: object) -> str:
    """A value as the text of a cell: nothing for null, plain digits for numbers, text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _row(record: Commitment, status: str) -> dict[str, str]:
    citation = record.citation
    own = {name: getattr(record, name) for name in COLUMNS if name in record.__struct_fields__}
    own |= {f"original_{name}": record.original.get(name) for name in ("stage", "basis", "unit", "scope")}
    own |= {"record_id": record.id, "status": status, "flags": "; ".join(record.flags), "quote": citation.quote}
    own |= {"source_url": citation.address, "source_title": citation.title}
    own |= {"source_class": citation.source_class, "published": citation.published}
    return {name: safe_cell(own[name]) for name in COLUMNS}


def _unbroken(row: dict[str, str]) -> dict[str, str]:
    return {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in row.items()}
