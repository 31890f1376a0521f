"""What a source declares of itself, and the two canonical tables that every source is parsed into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Reason = Literal[
    "bad-address",
    "bad-coordinates",
    "bad-date",
    "bad-number",
    "bad-precision",
    "bad-text",
    "dates-out-of-order",
    "duplicate-id",
    "low-above-high",
    "missing",
    "negative",
    "unknown-better",
    "unknown-domain",
    "unknown-kind",
]

# One row an event. Deaths are whole numbers with low <= best <= high; null n_sources means that nobody counted them.
EVENTS = pa.schema(
    [
        ("event_id", pa.string()),
        ("place", pa.string()),
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("date_precision", pa.int8()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("deaths_low", pa.float64()),
        ("deaths_best", pa.float64()),
        ("deaths_high", pa.float64()),
        ("kind", pa.string()),
        ("n_sources", pa.int32()),
    ]
)

# One row a published figure. A null low beside a high reads "at most", a null high beside a low "at least"; a null value
# means that a range was published and no point in it.
FIGURES = pa.schema(
    [
        ("figure_id", pa.string()),
        ("series", pa.string()),
        ("outcome", pa.string()),
        ("domain", pa.string()),
        ("place", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("better", pa.string()),
        ("provider", pa.string()),
        ("attributed_to", pa.string()),
        ("address", pa.string()),
        ("title", pa.string()),
        ("published", pa.string()),
        ("source_class", pa.string()),
        ("note", pa.string()),
        ("conflict_group", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was set aside. ``row`` counts data rows from 1; ``detail`` names the cells that were at fault."""

    row: int
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows of a file that can be used, in the file's order, and those that cannot; together they are all its rows."""

    table: pa.Table
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An open data set that Muster can read.

    Args:
        redistribute: whether its rows may be passed on.
        shape: ``events`` are parsed into ``EVENTS``, ``figures`` into ``FIGURES``.
        columns: every column that a file must have, and what it holds. Other columns are not read.
        parse: a pure function of these columns as text; no row is dropped without a ``Rejected`` in its place.
    """

    name: str
    title: str
    provider: str
    licence: str
    citation: str
    redistribute: bool
    shape: Literal["events", "figures"]
    columns: Mapping[str, str]
    parse: Callable[[pa.Table], Parsed]
