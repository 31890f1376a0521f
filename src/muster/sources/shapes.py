"""The canonical tables that every source is parsed into: what a panel is made of, whoever counted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

Shape = Literal["events", "figures", "observations", "deployments", "flows"]

# One row an event. Deaths are whole numbers with low <= best <= high; null low and high mean that no range was given, which is
# not the same as a range of one number. Precision is UCDP's: 1 a day, 2-3 days or a week, 4 a month, 5 a year; null where the
# file does not say. Null n_sources means that nobody counted them.
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

# One row a count, a stock or a price of a place and a span of days, as a data set gives it. ``series`` says what was measured
# in words that a plan can name; ``measure`` says what may be done with it: counts and deaths add over time and rows, a stock
# holds on its last day and adds over rows of that day only, a price is compared with itself at one site. Null low and high
# mean that no range was given. ``site`` is what tells rows of one place, series and day apart: a market, a camp, a reason.
OBSERVATIONS = pa.schema(
    [
        ("observation_id", pa.string()),
        ("place", pa.string()),
        ("place_name", pa.string()),
        ("series", pa.string()),
        ("measure", pa.string()),  # one of MEASURES
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("site", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("n_sources", pa.int32()),
    ]
)
Measure = Literal["count", "deaths", "stock", "price"]

# One row a strength: so many of a mission at a place from a day to a day. A blank place means the whole mission, a blank
# contributor all of them; ``kind`` is troops, police, observers, experts, staff or all. ``held`` is true where the days after
# ``date_from`` are not observed but held until the next observation.
DEPLOYMENTS = pa.schema(
    [
        ("deployment_id", pa.string()),
        ("mission", pa.string()),
        ("country", pa.string()),
        ("place", pa.string()),
        ("site", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("contributor", pa.string()),
        ("kind", pa.string()),
        ("date_from", pa.date32()),
        ("date_to", pa.date32()),
        ("value", pa.float64()),
        ("held", pa.bool_()),
    ]
)

# One row a flow of money as a tracking service prints it; the ledger makes commitments of them.
FLOWS = pa.schema(
    [
        ("flow_id", pa.string()),
        ("date", pa.date32()),
        ("decided", pa.date32()),
        ("reported", pa.date32()),
        ("giver", pa.string()),
        ("receiver", pa.string()),
        ("plan", pa.string()),
        ("place", pa.string()),
        ("status", pa.string()),
        ("in_kind", pa.bool_()),
        ("shared", pa.bool_()),
        ("boundary", pa.string()),
        ("usd", pa.float64()),
        ("amount", pa.float64()),
        ("currency", pa.string()),
        ("description", pa.string()),
    ]
)

SHAPES: Mapping[Shape, pa.Schema] = MappingProxyType(
    {"events": EVENTS, "figures": FIGURES, "observations": OBSERVATIONS, "deployments": DEPLOYMENTS, "flows": FLOWS}
)
