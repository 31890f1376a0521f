"""The data dictionary: every column of every table with its type, allowed words and meaning."""

from muster.ledger.exports.columns import TOPICS, Column

COLUMNS = ("table", "column", "type", "required", "allowed", "meaning")
PATTERNS = {r"^[A-Z]{3}$": "three capital letters"}
HEAD = """# Data dictionary

Written by `make docs` from the records; a test compares the two. CSV and FTS files hold the table `commitments`, Excel
files a sheet a table. Columns with other names are kept with a commitment or statement and exported again under their name.

How cells are written: dates as `YYYY-MM-DD`, numbers in plain digits with a point, lists joined with `; `. An apostrophe in
front of a text that starts like a formula (`= + - @`) keeps spreadsheets from running it; a lone apostrophe is an empty
text, where a blank cell means "not given". A character that a cell cannot hold is written `_xHHHH_` by its code, as
spreadsheets do. The import takes all of this off again, exactly.
"""


def dictionary_rows() -> tuple[dict[str, str], ...]:
    """One row a column, in the order of the tables."""
    return tuple(_row(topic.name, column) for topic in TOPICS for column in topic.columns)


def dictionary_text() -> str:
    """The data dictionary in Markdown."""
    parts = [HEAD]
    for topic in TOPICS:
        rows = [row for row in dictionary_rows() if row["table"] == topic.name]
        lines = [f"| {' | '.join(row[name] for name in COLUMNS[1:])} |" for row in rows]
        parts.append("\n".join([f"## {topic.name}", "", f"| {' | '.join(COLUMNS[1:])} |", "|---|---|---|---|---|", *lines, ""]))
    return "\n".join(parts)


def _row(table: str, column: Column) -> dict[str, str]:
    is_published = column.pattern is not None and column.pattern not in PATTERNS
    shown = "date, month or year" if is_published else column.type
    allowed = ", ".join(column.words) or PATTERNS.get(column.pattern or "", "")
    if is_published:
        allowed = "YYYY-MM-DD, YYYY-MM or YYYY"
    cells = (table, column.name, shown, "yes" if column.is_required else "", allowed, column.meaning)
    return dict(zip(COLUMNS, cells, strict=True))
