"""What a source declares of itself, and what its parser gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from muster.sources.shapes import Shape

Type = Literal["text", "number", "whole", "day", "month", "code", "address"]
Reason = Literal[
    "bad-address",
    "bad-coordinates",
    "bad-date",
    "bad-number",
    "bad-precision",
    "bad-text",
    "dates-out-of-order",
    "duplicate-id",
    "flagged",
    "low-above-high",
    "missing",
    "mixed-vintage",
    "negative",
    "outside-country",
    "superseded",
    "swapped-coordinates",
    "unknown-better",
    "unknown-domain",
    "unknown-kind",
    "unknown-place",
    "unknown-unit",
]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was set aside. ``row`` counts data rows from 1; ``detail`` names the cells that were at fault."""

    row: int
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows of a file that can be used, in the file's order, and those that cannot; together they are all its rows.

    Where one row of the file gives several of the table, ``rows`` is how many rows of the file are in it. ``remarks`` are what
    else is to be told of the file, such as sheets of a workbook that were not read.
    """

    table: pa.Table
    rejected: tuple[Rejected, ...]
    remarks: tuple[str, ...] = ()
    rows: int | None = None

    @property
    def used(self) -> int:
        """How many rows of the file are in the table."""
        return self.table.num_rows if self.rows is None else self.rows


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: what its cells are and what they mean."""

    type: Type
    about: str


@dataclass(frozen=True, slots=True)
class Source:
    """An open data set that Muster can read.

    Args:
        redistribute: whether its rows may be passed on.
        shape: which of the canonical tables its rows become.
        columns: every column that a file must have. A file is taken for this source where it has them all.
        keys: the columns that tell its rows apart.
        vintage: what tells one release of the data from another; two are never mixed.
        optional: columns that only some layouts have; an absent one comes to the parser blank. Other columns are not read.
        country: columns that tell in which country a row lies, by ISO 3166-1 code or name, the surest first.
        parse: a pure function of these columns as text and of the row's country (``muster.sources.cells.COUNTRY``, may be
            absent); no row is dropped without a ``Rejected`` in its place.
    """

    name: str
    title: str
    provider: str
    licence: str
    citation: str
    redistribute: bool
    shape: Shape
    columns: Mapping[str, Column]
    keys: tuple[str, ...]
    vintage: str
    parse: Callable[[pa.Table], Parsed]
    optional: Mapping[str, Column] = field(default_factory=dict)
    country: tuple[str, ...] = ()
