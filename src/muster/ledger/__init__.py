"""The ledger: an append-only store of records, what was known on a date, the state it adds up to, reviews and exports."""

from muster.ledger.changes import Changes, changes
from muster.ledger.disagree import disputed, disputed_at_both, find
from muster.ledger.export import COLUMNS, csv_bytes, csv_text, json_text, safe_cell, table_rows
from muster.ledger.known import Known, known
from muster.ledger.lines import Entry
from muster.ledger.overview import Overview, overview
from muster.ledger.reviewing import Choice, Reviewer, decide, prefer, undo, waiting
from muster.ledger.standing import Standing, narrowed, standings
from muster.ledger.state import Cell, state, timeline
from muster.ledger.store import Ledger, Verification

__all__ = [
    "COLUMNS",
    "Cell",
    "Changes",
    "Choice",
    "Entry",
    "Known",
    "Ledger",
    "Overview",
    "Reviewer",
    "Standing",
    "Verification",
    "changes",
    "csv_bytes",
    "csv_text",
    "decide",
    "disputed",
    "disputed_at_both",
    "find",
    "json_text",
    "known",
    "narrowed",
    "overview",
    "prefer",
    "safe_cell",
    "standings",
    "state",
    "table_rows",
    "timeline",
    "undo",
    "waiting",
]
