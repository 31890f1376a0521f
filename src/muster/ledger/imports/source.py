"""A file that is being read: its rows one after the other, whatever format it is in."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.ledger.imports.records import Parsed

LARGEST = 2**31  # bytes, of the file and of what a packed file holds


@dataclass(frozen=True)
class Source:
    """A file's rows, about how many there are, and what to tell the user of how it was read."""

    kind: str
    rows: Iterator[Parsed]
    total: int | None = None
    notes: tuple[str, ...] = ()
