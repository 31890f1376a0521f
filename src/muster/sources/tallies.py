"""Rows that give events and deaths of a place and a month side by side, as an observation for each of the two."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Parsed
from muster.sources.observing import joined, observed


def tallies(
    cells: Cells,
    columns: Mapping[str, pa.Array],
    events: str,
    deaths: str,
    *,
    key: tuple[str, ...],
    stem: pa.Array | None = None,
) -> Parsed:
    """Series ``events`` and ``fatalities``, behind the row's ``stem`` if there is one.

    Args:
        columns: what both observations of a row share, as :func:`muster.sources.observing.observed` takes it.
        events, deaths: the file's columns; a row without deaths gives no observation of them.
        key: the columns of the file that tell rows apart. The same row with other numbers is of another release.
    """
    numbers = {
        "events": ("count", "events", cells.number(events, whole=True, least=0, outside="negative")),
        "fatalities": ("deaths", "deaths", cells.deaths(deaths, blank=True)),
    }
    parts = [
        {
            "observation_id": joined(columns["observation_id"], name, by=" | "),
            "series": joined(stem, name, by=" ") if stem is not None else name,
            **{"measure": measure, "unit": unit, "value": values},
        }
        for name, (measure, unit, values) in numbers.items()
    ]
    parsed = observed(cells, columns, key=key, parts=parts, release=(events, deaths))
    return replace(parsed, table=parsed.table.filter(pc.is_valid(parsed.table["value"])))
