"""What the readers of all kinds of files share: how columns are chosen, what comes back, and words for their messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa

from muster.errors import DataError

# From the names of a file's columns, those to be read; raises DataError where the names are not the wanted ones.
Choose = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """The chosen columns of a file as text, null or blank where a cell is empty, and what is to be told of the reading."""

    table: pa.Table
    remarks: tuple[str, ...] = ()


def no_rows(name: str) -> DataError:
    """The error for a table that has names and nothing below."""
    return DataError("there is no row below the column names", where=name, do="export the file again")


def listed(names: Sequence[str], most: int = 40) -> str:
    """Names of columns as a message shows them: printable, short, not too many."""
    shown = ", ".join(ascii(name[:30])[1:-1] for name in islice(names, most))
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def brief(error: Exception) -> str:
    """The first line of a library's message."""
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
