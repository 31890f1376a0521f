"""Commitments as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from muster.ledger.exports.columns import COLUMNS, COMMITMENTS
from muster.ledger.exports.rows import commitment_rows, extra_names, judged
from muster.ledger.known import Known


def csv_text(known: Known) -> str:
    """The commitments as CSV for a pipe or a program: UTF-8, lines end in a line feed.

    A carriage return inside a cell is written ``_x000D_``: readers would take it for the end of a row, or drop it.
    """
    extras = extra_names(COMMITMENTS, (record for record, _ in judged(known)))
    return separated((*COLUMNS, *extras), commitment_rows(known))


def csv_bytes(known: Known) -> bytes:
    """The CSV as a file: with a byte order mark, without which Excel reads UTF-8 as the local code page and breaks accents."""
    return csv_text(known).encode("utf-8-sig")


def separated(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of safe cells as CSV text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
