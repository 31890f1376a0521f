"""What the sources of deployments share: strengths that nobody tells, ids made of several columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells

# Words of such files for "we do not know how many"; a blank cell is one too.
UNTOLD = ("na", "n/a", "unknown", "unclear", "unspecified")
# Far above any force ever sent, and small enough to be multiplied by days and summed exactly.
MOST = 10_000_000


def blanked(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The table with blanks for words that say that a number is not known."""
    for name in columns:
        words = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table.column(name), "")))
        untold = pc.is_in(words, value_set=pa.array(UNTOLD))
        table = table.set_column(table.column_names.index(name), name, pc.if_else(untold, "", table.column(name)))
    return table


def number_or_untold(cells: Cells, column: str, most: float) -> pa.DoubleArray:
    """A strength, null where it is not told; fewer than none and more than ``most`` are faults."""
    number = cells.number(column, blank=True, least=0, outside="negative")
    cells.fault("bad-number", (column,), pc.greater(number, most))
    return number


def joined(*parts: pa.StringArray) -> pa.StringArray:
    """One id of several texts."""
    return pc.binary_join_element_wise(*parts, "|")
