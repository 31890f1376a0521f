"""The ledger: an append-only store of records, what was known on a date, the state it adds up to, reviews and exports."""

from muster.ledger.export import COLUMNS, csv_bytes, csv_text, json_text, safe_cell, table_rows
from muster.ledger.known import Known, known
from muster.ledger.lines import Entry
from muster.ledger.reviewing import Choice, Reviewer, decide, prefer, undo, waiting
from muster.ledger.state import Cell, state, timeline
from muster.ledger.store import Ledger, Verification

__all__ = [
    "COLUMNS",
    "Cell",
    "Choice",
    "Entry",
    "Known",
    "Ledger",
    "Reviewer",
    "Verification",
    "csv_bytes",
    "csv_text",
    "decide",
    "json_text",
    "known",
    "prefer",
    "safe_cell",
    "state",
    "table_rows",
    "timeline",
    "undo",
    "waiting",
]
