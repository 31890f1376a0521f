"""What is known as files for other programs: one module a format, and one table of formats."""

from muster.ledger.exports.cells import safe_cell
from muster.ledger.exports.columns import COLUMNS
from muster.ledger.exports.csvfile import csv_bytes, csv_text
from muster.ledger.exports.formats import EXPORTS, Export
from muster.ledger.exports.jsonfile import json_text
from muster.ledger.exports.rows import table_rows

__all__ = ["COLUMNS", "EXPORTS", "Export", "csv_bytes", "csv_text", "json_text", "safe_cell", "table_rows"]
