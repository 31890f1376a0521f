"""The ledger: an append-only store of records, what was known on a date, the state it adds up to, and exports."""

from muster.ledger.export import COLUMNS, csv_bytes, csv_text, json_text, safe_cell, table_rows
from muster.ledger.known import Known, known
from muster.ledger.lines import Entry
from muster.ledger.overview import Overview, overview
from muster.ledger.state import Cell, state, timeline
from muster.ledger.store import Ledger, Verification

__all__ = [
    "COLUMNS",
    "Cell",
    "Entry",
    "Known",
    "Ledger",
    "Overview",
    "Verification",
    "csv_bytes",
    "csv_text",
    "json_text",
    "known",
    "overview",
    "safe_cell",
    "state",
    "table_rows",
    "timeline",
]
