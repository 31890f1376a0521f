"""The ledger: an append-only store of records, what was known on a date, the state it adds up to, reviews and exports."""

from muster.ledger.changes import Changes, changes
from muster.ledger.disagree import disputed, disputed_at_both, find
from muster.ledger.exports import COLUMNS, EXPORTS, Export, csv_bytes, csv_text, json_text, safe_cell, table_rows
from muster.ledger.imports import Imported, Judge, Problem, import_file
from muster.ledger.known import Known, known
from muster.ledger.lines import Entry
from muster.ledger.overview import Overview, overview
from muster.ledger.presence import strengths
from muster.ledger.printings import Outlet, Printing, editions
from muster.ledger.reviewing import Choice, Reviewer, decide, prefer, undo, waiting
from muster.ledger.standing import Standing, narrowed, standings
from muster.ledger.state import Cell, state, timeline
from muster.ledger.store import Ledger, Verification

__all__ = [
    "COLUMNS",
    "EXPORTS",
    "Cell",
    "Changes",
    "Choice",
    "Entry",
    "Export",
    "Imported",
    "Judge",
    "Known",
    "Ledger",
    "Outlet",
    "Overview",
    "Printing",
    "Problem",
    "Reviewer",
    "Standing",
    "Verification",
    "changes",
    "csv_bytes",
    "csv_text",
    "decide",
    "disputed",
    "disputed_at_both",
    "editions",
    "find",
    "import_file",
    "json_text",
    "known",
    "narrowed",
    "overview",
    "prefer",
    "safe_cell",
    "standings",
    "state",
    "strengths",
    "table_rows",
    "timeline",
    "undo",
    "waiting",
]
