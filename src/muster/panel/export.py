"""A panel as text."""

import csv
from io import StringIO
from typing import Any

from muster.panel.values import PANEL, DosePanel, Panel


def to_csv(panel: Panel | DosePanel) -> str:
    """The table as CSV, the same bytes for the same panel; a text that a spreadsheet would run gets a leading apostrophe."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(PANEL.names)
    writer.writerows([_cell(value) for value in row.values()] for row in panel.table.to_pylist())
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list):
        return _harmless(";".join(value))
    return _harmless(value) if isinstance(value, str) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
