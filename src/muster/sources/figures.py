"""Published figures in our own long layout: one printed number a row, each with where it was printed."""

from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from muster.records import Better, Domain
from muster.sources.cells import Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import FIGURES

COLUMNS = {
    "claim_id": Column("code", "a name for the row, used once"),
    "domain": Column("code", "security, access, economy or conduct"),
    "outcome": Column("text", "what was counted, in words"),
    "place": Column("text", "P-code or name of the place"),
    "period_start": Column("day", "first day that the figure speaks of, YYYY-MM-DD"),
    "period_end": Column("day", "last day that the figure speaks of, YYYY-MM-DD"),
    "value": Column("number", "the number; blank where only a range was printed"),
    "low": Column("number", "lower bound, or blank"),
    "high": Column("number", "upper bound, or blank"),
    "unit": Column("text", "what the number counts"),
    "better": Column("code", "lower or higher: which direction is better"),
    "provider": Column("text", "who measured it"),
    "attributed_to": Column("text", "who said it"),
    "source_url": Column("address", "address of the page that prints it, or blank"),
    "source_title": Column("text", "title of that page"),
    "source_published": Column("text", "YYYY, YYYY-MM or YYYY-MM-DD; blank where unknown"),
    "source_class": Column("text", "how close the page is to the measuring body"),
    "series_id": Column("code", "rows that may stand in one line share it"),
    "conflict_group": Column("text", "rows that disagree share it"),
    "note": Column("text", "what a reader must know of the number"),
}

# Units of things that are counted and so cannot be fewer than none; rates, changes and balances may fall below zero.
COUNTED = (
    "cases",
    "days",
    "incidents",
    "jobs",
    "killed",
    "officers",
    "persons",
    "prisoners",
    "schools",
    "sites",
    "survivors",
    "victims",
    "violations",
)


def parse(table: pa.Table) -> Parsed:
    """Figures with their ranges; a row holds a value, a bound or both."""
    cells = Cells(table)
    columns = {
        "figure_id": cells.text("claim_id"),
        "series": cells.text("series_id"),
        "outcome": cells.text("outcome"),
        "domain": cells.choice("domain", {word: word for word in get_args(Domain)}, "unknown-domain"),
        "place": cells.text("place"),
        "period_start": cells.day("period_start"),
        "period_end": cells.day("period_end"),
        "value": cells.number("value", blank=True),
        "low": cells.number("low", blank=True),
        "high": cells.number("high", blank=True),
        "unit": cells.text("unit"),
        "better": cells.choice("better", {word: word for word in get_args(Better)}, "unknown-better"),
        "provider": cells.text("provider"),
        "attributed_to": cells.text("attributed_to", blank=True),
        "address": cells.address("source_url"),
        "title": cells.text("source_title", blank=True),
        "published": cells.published("source_published"),
        "source_class": cells.text("source_class", blank=True),
        "note": cells.text("note", blank=True),
        "conflict_group": cells.text("conflict_group", blank=True),
    }
    _relations(cells, columns)
    return cells.parsed(columns, FIGURES, key=("figure_id", ("claim_id",)))


def _relations(cells: Cells, columns: dict[str, pa.Array]) -> None:
    """Faults that lie between the cells of a row."""
    low, value, high = (columns[name] for name in ("low", "value", "high"))
    cells.fault(
        "dates-out-of-order", ("period_start", "period_end"), pc.greater(columns["period_start"], columns["period_end"])
    )
    cells.fault("missing", ("value", "low", "high"), pc.and_(pc.and_(pc.is_null(value), pc.is_null(low)), pc.is_null(high)))
    counted = pc.is_in(columns["unit"], value_set=pa.array(COUNTED))
    for name, column in (("value", value), ("low", low), ("high", high)):
        cells.fault("negative", (name, "unit"), pc.and_(counted, pc.less(column, 0)))
    for smaller, larger in ((low, high), (low, value), (value, high)):
        cells.fault("low-above-high", ("low", "value", "high"), pc.greater(smaller, larger))


SOURCE = Source(
    name="figures",
    title="Published figures, long layout",
    provider="as named in each row",
    licence="facts with their addresses",
    citation="the page named in each row",
    redistribute=True,
    shape="figures",
    columns=COLUMNS,
    keys=("claim_id",),
    vintage="each figure by the day on which it was published",
    parse=parse,
)
