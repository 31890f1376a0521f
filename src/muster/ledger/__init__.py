"""The ledger: an append-only store of records, what was known on a date, the state it adds up to, and exports."""

from muster.ledger.exports import COLUMNS, EXPORTS, Export, csv_bytes, csv_text, json_text, safe_cell, table_rows
from muster.ledger.imports import Imported, Judge, Problem, import_file
from muster.ledger.known import Known, known
from muster.ledger.lines import Entry
from muster.ledger.state import Cell, state, timeline
from muster.ledger.store import Ledger, Verification

__all__ = [
    "COLUMNS",
    "EXPORTS",
    "Cell",
    "Entry",
    "Export",
    "Imported",
    "Judge",
    "Known",
    "Ledger",
    "Problem",
    "Verification",
    "csv_bytes",
    "csv_text",
    "import_file",
    "json_text",
    "known",
    "safe_cell",
    "state",
    "table_rows",
    "timeline",
]
