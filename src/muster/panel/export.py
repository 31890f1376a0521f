"""A panel as text."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from muster.panel.values import PANEL, DosePanel, Panel


def to_csv(panel: Panel | DosePanel, rings: Mapping[str, int] | None = None) -> str:
    """The table as CSV, the same bytes for the same panel; a text that a spreadsheet would run gets a leading apostrophe.

    With ``rings`` (of places) a last column ``ring``, blank for a place without one.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*PANEL.names, *(["ring"] if rings is not None else [])])
    for row in panel.table.to_pylist():
        last = [rings.get(row["place"])] if rings is not None else []
        writer.writerow([_cell(value) for value in [*row.values(), *last]])
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
