"""Any table whose sidecar says which of its columns holds what: the way in for data that no other source reads.

``[columns]`` of the sidecar maps our names to the file's columns; ``"=text"`` instead of a column means that text in every row.
With ``value`` the rows are observations, without it they are events. Dates are days (``date``, or ``date_from`` and
``date_to``) or a ``period`` such as 2024, 2024-06, 2024-Q2 or 2024-W26.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from muster.errors import DataError
from muster.records import DataFile
from muster.sources.cells import COUNTRY, Cells
from muster.sources.declaration import Column, Parsed, Source
from muster.sources.shapes import EVENTS, OBSERVATIONS, Measure

WHEN = {
    "date": Column("day", "the day"),
    "date_from": Column("day", "the first day"),
    "date_to": Column("day", "the last day"),
    "period": Column("text", "a year, quarter, month or week instead of days"),
}
WHERE = {
    "place": Column("text", "name or code of the place"),
    "latitude": Column("number", "degrees north"),
    "longitude": Column("number", "degrees east"),
    "n_sources": Column("whole", "how many sources reported it"),
    "id": Column("code", "a name for the row, used once"),
}
AS_EVENTS = (
    WHEN
    | WHERE
    | {
        "deaths": Column("whole", "deaths, where one number is given"),
        "deaths_low": Column("whole", "low estimate of deaths"),
        "deaths_best": Column("whole", "best estimate of deaths"),
        "deaths_high": Column("whole", "high estimate of deaths"),
        "date_precision": Column("code", "1 the day is known, 2-3 within a week, 4 within a month, 5 within a year"),
        "kind": Column("text", "kind of event"),
    }
)
AS_OBSERVATIONS = (
    WHEN
    | WHERE
    | {
        "value": Column("number", "the number; blank where nothing is known"),
        "low": Column("number", "lower bound"),
        "high": Column("number", "upper bound"),
        "series": Column("text", "what was measured, in words that the plan names"),
        "unit": Column("text", "what the number counts"),
        "measure": Column("code", "count, deaths, stock or price: what may be done with it"),
        "site": Column("text", "what tells rows of one place, series and day apart"),
        "place_name": Column("text", "the place in words, where place is a code"),
    }
)
PERIOD = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|W(\d{2})))?")


def mapped(file: DataFile) -> Source:
    """The source that a sidecar's ``[columns]`` describe.

    Raises:
        DataError: a name that means nothing here, or no place or no time.
    """
    where, names = f"{file.name}, [columns] of its sidecar", dict(file.columns)
    known = AS_OBSERVATIONS if "value" in names else AS_EVENTS
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            do = f"did you mean {near[0]!r}?" if near else ""
            raise DataError(f"{name!r} means nothing", where=where, expected=f"some of {', '.join(known)}", do=do)
    timed = {"date", "period"} & set(names) or {"date_from", "date_to"} <= set(names)
    if "place" not in names or not timed:
        expected = "place, and date, period, or date_from and date_to"
        raise DataError(f"only {', '.join(names) or 'nothing'} given", where=where, expected=expected)
    columns = {column: known[name] for name, column in names.items() if not column.startswith("=")}
    return Source(
        name=SOURCE.name,
        title=file.title,
        provider=file.provider,
        licence=file.licence,
        citation=file.address or file.title,
        redistribute=file.redistribute,
        shape="observations" if "value" in names else "events",
        columns=columns,
        keys=(names["id"],) if names.get("id", "=")[0] != "=" else tuple(columns),
        vintage="as the sidecar says",
        parse=lambda table: parse(table, names),
    )


def parse(table: pa.Table, names: Mapping[str, str]) -> Parsed:
    """Rows under our names, then as observations or events."""
    given = {
        name: pa.array([column[1:]] * table.num_rows, pa.string()) if column.startswith("=") else table[column]
        for name, column in names.items()
    }
    known = AS_OBSERVATIONS if "value" in names else AS_EVENTS
    blanks = {name: pa.nulls(table.num_rows, pa.string()) for name in known if name not in given}
    country = {COUNTRY: table[COUNTRY]} if COUNTRY in table.column_names else {}
    cells = Cells(pa.table({**given, **blanks, **country}))
    first, last = _days(cells, given)
    latitude, longitude = cells.position("latitude", "longitude")
    shared = {
        "place": cells.text("place"),
        "date_from": first,
        "date_to": last,
        "latitude": latitude,
        "longitude": longitude,
        "n_sources": cells.number("n_sources", blank=True, whole=True, least=0),
    }
    cells.fault("dates-out-of-order", _named(given, "date_from", "date_to"), pc.greater(first, last))
    id_of = ("id",) if "id" in given else tuple(given)
    key = _key(cells, id_of)
    if "value" in names:
        return cells.parsed(_observations(cells, given, shared, key), OBSERVATIONS, key=("observation_id", id_of))
    return cells.parsed(_events(cells, given, shared, key), EVENTS, key=("event_id", id_of))


def _days(cells: Cells, given: Mapping[str, pa.Array]) -> tuple[pa.Array, pa.Array]:
    if "period" in given:
        return cells.span("period", _span)
    if "date" in given:
        day = cells.day("date")
        return day, day
    return cells.day("date_from"), cells.day("date_to")


def _span(text: str) -> tuple[date, date] | None:
    """First and last day of a period in words; None where it is none."""
    found = PERIOD.fullmatch(text)
    if not found:
        return None
    year, month, quarter, week = (int(part) if part else 0 for part in found.groups())
    try:
        if week:
            monday = date.fromisocalendar(year, week, 1)
            return monday, monday + timedelta(days=6)
        start, end = (month, month) if month else (quarter * 3 - 2, quarter * 3) if quarter else (1, 12)
        return date(year, start, 1), date(year, end, monthrange(year, end)[1])
    except ValueError:
        return None


def _observations(
    cells: Cells, given: Mapping[str, pa.Array], shared: Mapping[str, pa.Array], key: pa.Array
) -> dict[str, pa.Array]:
    measures = {word: word for word in get_args(Measure)}
    rows = len(key)
    columns = {
        "observation_id": key,
        "place_name": cells.text("place_name", blank=True),
        "series": cells.text("series", blank="series" not in given),
        "measure": cells.choice("measure", measures, "unknown-kind") if "measure" in given else _same("count", rows),
        "value": cells.number("value", blank=True),
        "low": cells.number("low", blank=True),
        "high": cells.number("high", blank=True),
        "unit": cells.text("unit", blank=True),
        "site": cells.text("site", blank=True),
    }
    for smaller, larger in (("low", "high"), ("low", "value"), ("value", "high")):
        named = _named(given, "low", "value", "high")
        cells.fault("low-above-high", named, pc.greater(columns[smaller], columns[larger]))
    return {**shared, **columns}


def _events(cells: Cells, given: Mapping[str, pa.Array], shared: Mapping[str, pa.Array], key: pa.Array) -> dict[str, pa.Array]:
    """Deaths and their bounds are null where the file gives none."""
    best = "deaths" if "deaths" in given else "deaths_best"
    deaths = {
        side: cells.number(column, blank=column not in given, whole=True, least=0, outside="negative")
        for side, column in (("low", "deaths_low"), ("best", best), ("high", "deaths_high"))
    }
    for smaller, larger in (("low", "best"), ("best", "high")):
        named = _named(given, "deaths_low", best, "deaths_high")
        cells.fault("low-above-high", named, pc.greater(deaths[smaller], deaths[larger]))
    precisions = {str(number): str(number) for number in range(1, 6)}
    dated = "date_precision" in given
    columns = {
        "event_id": key,
        "date_precision": cells.choice("date_precision", precisions, "bad-precision") if dated else _same("1", len(key)),
        "kind": cells.text("kind", blank=True),
        **{f"deaths_{side}": number for side, number in deaths.items()},
    }
    return {**shared, **columns}


def _named(given: Mapping[str, pa.Array], *names: str) -> tuple[str, ...]:
    """Those of the names that the file gives: a message shows no others."""
    return tuple(name for name in names if name in given) or tuple(given)[:1]


def _same(text: str, rows: int) -> pa.Array:
    return pa.array([text] * rows, pa.string())


def _key(cells: Cells, names: Sequence[str]) -> pa.Array:
    """What tells rows apart: the id, or all that is given of them."""
    parts = [cells.text(name, blank=names != ("id",)) for name in names]
    return pc.binary_join_element_wise(*parts, "|") if len(parts) > 1 else parts[0]


def _own_layout(table: pa.Table) -> Parsed:
    """A table whose columns are called as ours are."""
    blank = {name for name in SOURCE.optional if table[name].null_count == table.num_rows}
    return parse(table, {name: name for name in table.column_names if name not in {*blank, COUNTRY}})


OWN = ("place", "period", "value")
SOURCE = Source(
    name="tabular",
    title="Any table: with these columns, or with a mapping to them in its sidecar",
    provider="as the sidecar says",
    licence="as the sidecar says",
    citation="as the sidecar says",
    redistribute=False,
    shape="observations",
    columns={name: AS_OBSERVATIONS[name] for name in OWN},
    keys=OWN,
    vintage="as the sidecar says",
    parse=_own_layout,
    optional={name: column for name, column in AS_OBSERVATIONS.items() if name not in {*OWN, "date", "date_from", "date_to"}},
)
