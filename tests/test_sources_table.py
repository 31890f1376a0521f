"""The table of sources itself: every declaration is whole, and every parser keeps its promises on any text."""

import random
from dataclasses import FrozenInstanceError

import pyarrow as pa
import pytest

from muster.sources import SHAPES, SOURCES, Source
from muster.sources.cells import Cells

SHREDS = ["", " ", "1", "-1", "0.5", "1e400", "nan", "2024-01-05", "2024-02-30", "2024", "lower", "security", "x" * 30_000]
SHREDS += ["\x00", "=1+1", "<b>", "3", "-1e-3", "https://a.b/c", "javascript:1", "9999999999999999999"]


@pytest.fixture(params=sorted(SOURCES))
def source(request: pytest.FixtureRequest) -> Source:
    return SOURCES[request.param]


def test_a_source_says_who_made_it_and_what_may_be_done_with_it(source: Source) -> None:
    assert all([source.title, source.provider, source.licence, source.citation, source.columns, source.vintage])
    assert SOURCES[source.name] is source
    assert all(column.about for column in {**source.columns, **source.optional}.values())
    assert not set(source.columns) & set(source.optional)
    assert {*source.keys, *source.country} <= {*source.columns, *source.optional}
    with pytest.raises(FrozenInstanceError):
        source.name = "other"  # type: ignore[misc]


def test_coordinates_are_held_against_the_country(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    position = Cells.position

    def watched(cells: Cells, latitude: str, longitude: str) -> tuple[pa.DoubleArray, pa.DoubleArray]:
        read.update((latitude, longitude))
        return position(cells, latitude, longitude)

    monkeypatch.setattr(Cells, "position", watched)
    columns = (*source.columns, *source.optional)
    source.parse(pa.table({name: pa.array([], pa.string()) for name in columns}))
    assert read == {name for name in columns if name.lower() in ("lat", "latitude", "lon", "long", "longitude")}


def test_no_text_stops_a_parser_and_no_row_is_lost(source: Source) -> None:
    draw = random.Random(11)
    rows = 400
    table = pa.table(
        {name: [draw.choice([*SHREDS, None]) for _ in range(rows)] for name in (*source.columns, *source.optional)}
    )
    parsed = source.parse(table)
    assert parsed.used + len(parsed.rejected) == rows
    assert parsed.table.num_rows >= parsed.used
    assert parsed.table.schema.equals(SHAPES[source.shape])
    assert [rejected.row for rejected in parsed.rejected] == sorted({rejected.row for rejected in parsed.rejected})
    assert all(len(rejected.detail) < 300 for rejected in parsed.rejected)


def test_an_empty_table_parses_to_an_empty_table(source: Source) -> None:
    parsed = source.parse(pa.table({name: pa.array([], pa.string()) for name in (*source.columns, *source.optional)}))
    assert parsed.table.equals(SHAPES[source.shape].empty_table())
    assert parsed.rejected == ()
