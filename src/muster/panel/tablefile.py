"""Named columns of a table on disk as text, and how a message names columns."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from muster.errors import DataError
from muster.sources.textfile import text_of


def text_columns(path: Path, wanted: Sequence[str]) -> pa.Table:
    """The wanted columns of a CSV, Excel or Parquet file as text, in this order; a cell without a value is null or blank.

    Raises:
        DataError: the file cannot be read, is no table, lacks a wanted column or holds no row.
    """

    def choose(names: Sequence[str]) -> Sequence[str]:
        _check_columns(names, wanted, path)
        return wanted

    return text_of(path, choose).table


def near(name: str, there: Sequence[str], most: int = 8) -> str:
    """The names most like this one, or the first ones, as words of a message."""
    folded = {other.casefold(): other for other in there}
    likely = [folded[found] for found in get_close_matches(name.casefold(), folded, n=most, cutoff=0.6)]
    shown = [plain(other) for other in (likely or list(there[:most]))]
    rest = "" if likely or len(there) <= most else f" and {len(there) - most} more"
    return f"{'a name such as' if likely else 'one of'} {', '.join(shown)}{rest}"


def plain(text: str) -> str:
    """A name as a message may show it: short, and without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:40])


def _check_columns(names: Sequence[str], wanted: Sequence[str], path: Path) -> None:
    for name in wanted:
        if names.count(name) != 1:
            found = f"{names.count(name)} columns named {name!r}" if name in names else f"no column {name!r}"
            raise DataError(found, where=path.name, expected=near(name, sorted(set(names) - {""})))
    if len(set(wanted)) < len(wanted):
        raise DataError(f"one column for two things: {', '.join(wanted)}", where=path.name, expected="a different column each")
