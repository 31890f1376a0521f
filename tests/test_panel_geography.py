"""Where events lie: laws first, then shapely as an independent oracle, then Haiti."""

import json
import random
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import h3
import ibis
import numpy as np
import pyarrow as pa
import pytest
import shapely
from scipy.spatial import Delaunay

from conftest import Run
from muster.dossier import load as load_dossier
from muster.errors import PanelError
from muster.panel import all_rings, arrays, build, panels, read_geography, to_csv
from muster.panel import rings as planned_rings
from muster.panel.engines import connection
from muster.panel.geography import Areas, Polygons, geojson, neighbours, placed, read_polygons, rings, rings_of
from muster.panel.geography.cells import grid_of
from muster.panel.geography.locating import located
from muster.records import DataFile, Outcome
from muster.sources import EVENTS, FIGURES, Parsed, load

Coordinates = Any
HAITI = Path(__file__).parents[1] / "src/muster/example/haiti/data/departments.geojson"


def data_file(path: Path, source: str = "polygons", **said: Any) -> DataFile:
    words: dict[str, Any] = {**dict.fromkeys(("title", "provider", "licence"), ""), **said}
    return DataFile(name=path.stem, path=str(path), source=source, vintage="2025-06", sha256="ab" * 32, **words)


def feature(name: Any, coordinates: Coordinates, kind: str = "Polygon", key: str = "name") -> dict[str, Any]:
    return {"type": "Feature", "properties": {key: name}, "geometry": {"type": kind, "coordinates": coordinates}}


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def written(folder: Path, features: list[dict[str, Any]], name: str = "areas.geojson", **more: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def made(folder: Path, features: list[dict[str, Any]], **said: Any) -> Polygons:
    return read_polygons(data_file(written(folder, features), **said))


def of_shapes(folder: Path, shapes: dict[str, shapely.Geometry]) -> Polygons:
    return made(folder, [feature(name, **_mapped(shape)) for name, shape in shapes.items()])


def _mapped(shape: shapely.Geometry) -> dict[str, Any]:
    told = shapely.geometry.mapping(shape)
    return {"coordinates": told["coordinates"], "kind": told["type"]}


def places_of(polygons: Polygons, x: Any, y: Any, *, engine: str = "duckdb", cells: int = 1 << 12) -> list[str | None]:
    """Where each point lies, by our method."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    points = ibis.memtable(pa.table({"number": np.arange(len(x)), "longitude": x, "latitude": y}))
    with connection(engine) as opened:
        found = opened.to_pyarrow(located(points, grid_of(polygons, cells), name="where").order_by("number"))
    assert found["number"].to_pylist() == list(range(len(x)))
    return found["where"].to_pylist()  # type: ignore[no-any-return]


def triangles(seed: int, size: int = 30, spread: float = 10.0) -> dict[str, shapely.Geometry]:
    """A plane of triangles without a gap, whose common borders are the same numbers."""
    corners = np.random.default_rng(seed).uniform(-spread, spread, (size, 2))
    return {f"T{number:03d}": shapely.Polygon(corners[row]) for number, row in enumerate(Delaunay(corners).simplices)}


def blots(seed: int) -> dict[str, shapely.Geometry]:
    """Ragged places with holes, islands and islands in holes, none over another."""
    draw = np.random.default_rng(seed)
    shapes: dict[str, shapely.Geometry] = {}
    taken = shapely.Polygon()
    for number in range(8):
        discs = [shapely.Point(*draw.uniform(-6, 6, 2)).buffer(draw.uniform(0.3, 2.5), quad_segs=5) for _ in range(4)]
        holes = [shapely.Point(*draw.uniform(-6, 6, 2)).buffer(draw.uniform(0.2, 1), quad_segs=3) for _ in range(4)]
        shape = shapely.difference(shapely.difference(shapely.union_all(discs), shapely.union_all(holes)), taken)
        taken = shapely.union(taken, shape)
        shapes[f"B{number}"] = shape
    return shapes


def oracle(shapes: dict[str, shapely.Geometry], x: Any, y: Any) -> list[str | None]:
    """The place that strictly contains each point, by shapely; None where there is none."""
    found: list[str | None] = [None] * len(x)
    for name, shape in shapes.items():
        for number in np.flatnonzero(shapely.contains_xy(shape, x, y)):
            found[number] = name
    return found


@pytest.mark.parametrize("cells", [1, 16, 1 << 10, 1 << 16])
@pytest.mark.parametrize("shapes", [triangles(1), blots(2), blots(3)], ids=["triangles", "blots 2", "blots 3"])
def test_points_lie_where_shapely_says_on_any_grid(
    tmp_path: Path, engine: str, shapes: dict[str, shapely.Geometry], cells: int
) -> None:
    x, y = np.random.default_rng(5).uniform(-11, 11, (2, 4000))
    ours = places_of(of_shapes(tmp_path, shapes), x, y, engine=engine, cells=cells)
    assert ours == oracle(shapes, x, y)
    assert len(set(ours)) > 8


def test_a_point_on_a_common_border_lies_in_exactly_one_of_its_places(tmp_path: Path, engine: str) -> None:
    shapes = triangles(6)
    corners = shapely.get_coordinates(list(shapes.values()))
    share = np.random.default_rng(7).uniform(0, 1, (len(corners) - 1, 1))
    on_borders = np.concatenate([corners, corners[:-1] + share * np.diff(corners, axis=0)])
    hull = shapely.union_all(list(shapes.values())).buffer(-1e-6)
    x, y = on_borders[shapely.contains_xy(hull, *on_borders.T)].T
    found = places_of(of_shapes(tmp_path, shapes), x, y, engine=engine)
    assert len(found) > 100
    assert all(name and shapes[name].distance(shapely.Point(*at)) < 1e-8 for name, *at in zip(found, x, y, strict=True))


def test_the_lower_and_the_left_border_are_inside_and_the_others_are_not(tmp_path: Path, engine: str) -> None:
    board = made(tmp_path, [feature(f"{x}{y}", [square(x, y)]) for x in range(3) for y in range(3)])
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(0, 3.5, 0.5), np.arange(0, 3.5, 0.5)))
    expected = [f"{int(a)}{int(b)}" if a < 3 and b < 3 else None for a, b in zip(x, y, strict=True)]
    for cells in (1, 9, 10_000):
        assert places_of(board, x, y, engine=engine, cells=cells) == expected


def test_rings_may_run_either_way_and_begin_anywhere(tmp_path: Path) -> None:
    shapes = blots(8)
    x, y = np.random.default_rng(9).uniform(-8, 8, (2, 2000))
    plain = places_of(of_shapes(tmp_path, shapes), x, y)
    turned = {name: shapely.reverse(shapely.normalize(shape)) for name, shape in reversed(shapes.items())}
    assert places_of(of_shapes(tmp_path, turned), x, y) == plain


def test_most_cells_are_decided_without_a_ray(tmp_path: Path) -> None:
    grid = grid_of(of_shapes(tmp_path, blots(2)), 1 << 16)
    assert grid.cells["within"].null_count < 0.2 * grid.cells.num_rows
    assert grid.cells["cell"].to_pylist() == list(dict.fromkeys(grid.cells["cell"].to_pylist()))


def test_places_with_one_name_in_the_plan_are_one_place(tmp_path: Path) -> None:
    areas = made(tmp_path, [feature("a", [square(0, 0)]), feature("b", [square(1, 0)])], places={"a": "West", "b": "West"})
    assert areas.places == ("West",)
    assert places_of(areas, [0.5, 1.0, 1.5, 2.5], [0.5] * 4) == ["West", "West", "West", None]
    parts = [feature(name, [square(x, 0)]) for x, name in enumerate(("HT01A", "HT01B", "HT02A", "HT02B"))]
    joined = made(tmp_path, parts, places={"HT01?": "HT01", "HT02?": "", "HT02B": "HT02B"})
    assert places_of(joined, [0.5, 1.5, 2.5, 3.5], [0.5] * 4) == ["HT01", "HT01", None, "HT02B"]
    with pytest.raises(PanelError, match="leave no place"):
        made(tmp_path, parts, places={"*": ""})


def test_an_area_cut_at_the_180th_meridian_is_one_place(tmp_path: Path) -> None:
    areas = made(tmp_path, [feature("F", [[square(179, 0)], [square(-180, 0)]], "MultiPolygon"), feature("G", [square(0, 0)])])
    assert places_of(areas, [179.5, -179.5, 178.5, 0.5, -180.0], [0.5] * 5) == ["F", "F", None, "G", "F"]
    with pytest.raises(PanelError, match="crosses the 180th meridian; expected areas cut in two there"):
        made(tmp_path, [feature("F", [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]])])


def test_a_place_is_named_by_the_sidecar_or_by_the_finest_p_code(tmp_path: Path) -> None:
    properties = {"ADM0_EN": "X", "ADM1_PCODE": "X1", "ADM2_PCODE": "X101", "ADM2_EN": "Y", "name": "Z", "number": 7}
    areas = [{**feature("", [square(0, 0)]), "properties": properties}]
    assert made(tmp_path, areas).places == ("X101",)
    assert made(tmp_path, areas, columns={"place": "ADM1_PCODE"}).places == ("X1",)
    assert made(tmp_path, areas, columns={"place": "number"}).places == ("7",)
    assert made(tmp_path, [feature("A", [square(0, 0)], key="shapeName")]).places == ("A",)
    with pytest.raises(PanelError, match=r"no property 'ADM2'; expected a name such as ADM2_EN"):
        made(tmp_path, areas, columns={"place": "ADM2"})


SOUND = feature("A", [square(0, 0)])
BOW_TIE = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
TWICE = [[*square(0, 0), *square(0, 0)[1:]]]


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([], "no feature"),
        ([{**SOUND, "geometry": None}], r"Expected `object`, got `null` - at `\$.features\[0\].geometry`"),
        ([feature("A", [1, 2], "Point")], "Invalid value 'Point'"),
        ([feature("A", [])], "an area without a ring"),
        ([feature("A", [[]], "MultiPolygon")], "an area without a ring"),
        ([feature("A", [square(0, 0)[:4]])], r"areas\.geojson, feature 1 \(A\): a ring that is not closed"),
        ([feature("A", [[[0, 0], [1, 1], [0, 0]]])], "a ring of 3 positions"),
        (
            [feature("A", [square(200_000, 900_000)])],
            "longitude .* first, then latitude .*; export .* EPSG:4326",
        ),
        ([feature("A", [square(19, -100)])], "latitude and longitude may be swapped"),
        ([feature("A", [[[None, 0]]])], "Expected `float`, got `null`"),
        ([feature("A", [[[0, 0], [0, 1], [0, 2], [0, 0]]])], "cross themselves or each other, or hold no area"),
        ([feature("A", BOW_TIE)], "place A: rings that cross themselves"),
        ([feature("A", TWICE)], "cross themselves"),
        ([feature("A", [square(0, 0), square(5, 5)])], "cross themselves"),
        ([feature("A", [square(0, 0), square(0.5, 0.5)])], "cross themselves"),
        ([feature("A", [[square(0, 0)], [square(0.5, 0.5)]], "MultiPolygon")], "cross themselves"),
        ([SOUND, feature("B", [square(0.5, 0.5)])], "A and B overlap: about 25% of the smaller one"),
        ([feature("B", [square(-5, -5, 20)]), SOUND, feature("C", [square(3, 3)])], "overlap: about 100% of the smaller one"),
        ([SOUND, feature("A", [square(2, 2)])], r"feature 2: name 'A' names feature 1 too; .*another property in the sidecar"),
        ([SOUND, feature("", [square(2, 2)])], "feature 2: no name of a place in 'name'"),
        ([SOUND, feature("A\nB", [square(2, 2)])], "no name of a place in 'name'"),
        ([SOUND, feature([1], [square(2, 2)])], "no name of a place in 'name'"),
        ([SOUND, {**SOUND, "properties": None}], "no name of a place"),
        ([feature("A", [square(0, 0)], key="colour")], "no property that could name the places; .*colour"),
        ([{**SOUND, "properties": {}}], "expected properties such as ADM1_PCODE or name"),
    ],
)
def test_a_file_at_fault_gives_one_line(tmp_path: Path, features: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(PanelError, match=message) as caught:
        made(tmp_path, features)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


DEEP = b"[" * 200_000 + b"]" * 200_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "truncated"),
        (b"\xff\xfe{}", "malformed"),
        (b'{"type":"Topology","objects":{}}', "Invalid value 'Topology'"),
        (b'{"type":"FeatureCollection","features":' + DEEP + b"}", "expected a GeoJSON FeatureCollection"),
        (b'{"x":' + DEEP + b',"type":"FeatureCollection","features":[]}', "nested too deeply"),
        (json.dumps({"type": "FeatureCollection", "features": [SOUND]}).encode().replace(b"1.0", b"NaN"), "malformed"),
        (json.dumps({"type": "FeatureCollection", "features": [SOUND]}).encode().replace(b"1.0", b"1e999"), "out of range"),
        (json.dumps({"type": "FeatureCollection", "features": [SOUND]}).encode()[:-30], "truncated"),
    ],
    ids=["empty", "no text", "topology", "deep", "deep beside", "not a number", "infinite", "cut off"],
)
def test_hostile_bytes_give_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(PanelError, match=message):
        read_polygons(data_file(path))


def test_what_is_too_large_or_gone_or_not_in_degrees_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PanelError, match="cannot be read"):
        read_polygons(data_file(tmp_path / "gone.geojson"))
    projected = written(tmp_path, [SOUND], crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32618"}})
    with pytest.raises(PanelError, match=r"expected degrees .*; export the file again in EPSG:4326"):
        read_polygons(data_file(projected))
    plain = written(tmp_path, [SOUND], crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}})
    assert read_polygons(data_file(plain)).places == ("A",)
    plain.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
    assert read_polygons(data_file(plain)).places == ("A",)
    monkeypatch.setattr(geojson, "LARGEST", 100)
    with pytest.raises(PanelError, match="bytes; expected at most 100; simplify"):
        read_polygons(data_file(plain))


def test_a_border_that_zigzags_without_end_is_read_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from muster.panel.geography import cells, soundness

    monkeypatch.setattr(cells, "MOST_PIECES", 60_000)
    monkeypatch.setattr(soundness, "MOST_CROSSINGS", 50_000)
    teeth = [[number / 1000, number % 2 * (1 - number / 1e5)] for number in range(4000)]
    areas = made(tmp_path, [feature("A", [[*teeth, [4, -1], [0, -1], [0, 0]]])])
    grid = grid_of(areas)
    assert grid.edges.num_rows + grid.cells.num_rows < 60_000
    assert places_of(areas, [2.0005, 2.0005, 2], [-0.5, 0.999, 0.9]) == ["A", None, None]


def test_slivers_along_borders_drawn_by_different_hands_are_let_pass(tmp_path: Path, engine: str) -> None:
    areas = made(tmp_path, [feature("A", [square(0, 0, 1.004)]), feature("B", [square(1, 0, 1.004)])])
    assert places_of(areas, [1.002, 0.999, 1.005], [0.5] * 3, engine=engine) == ["A", "A", "B"]


def outcome(**change: Any) -> Outcome:
    plan = {"treated": (), "measure": "events", "period": "year", "geography": "areas", **change}
    return Outcome(id="harm", name="Harm", domain="security", unit="events", better="lower", **plan)


def event(number: int, longitude: float | None, latitude: float | None, **change: Any) -> dict[str, Any]:
    deaths = {f"deaths_{name}": 1.0 for name in ("low", "best", "high")}
    there = {"longitude": longitude, "latitude": latitude, "date_from": date(2023, 5, 5), "date_to": date(2023, 5, 5)}
    return {
        "event_id": str(number),
        "place": "named",
        "date_precision": 1,
        "kind": "x",
        "n_sources": 1,
        **deaths,
        **there,
    } | change


EXPECTED = {
    "counted": "events: 2, deaths: 2",
    "set aside, without coordinates": "events: 3, deaths: 3",
    "set aside, coordinates perhaps swapped": "events: 1, deaths: 1",
    "set aside, outside the polygons": "events: 2, deaths: 2",
}
EVENTS_ANYWHERE = [
    event(1, 30.5, 10.5),
    event(2, 31.5, 10.5, place=""),
    event(3, None, 10.5),
    event(4, 30.5, None),
    event(5, 0.0, 0.0),
    event(6, 10.5, 30.5),
    event(7, 45.0, 10.5),
    event(8, -45.0, 80.0),
]
BOARD = [feature(name, [square(30 + number, 10)]) for number, name in enumerate("ABC")]


def parsed(rows: list[dict[str, Any]]) -> Parsed:
    return Parsed(pa.Table.from_pylist(rows, schema=EVENTS), ())


def areas_of(folder: Path, features: list[dict[str, Any]] = BOARD) -> Areas:
    geography = read_geography("areas", {"areas": data_file(written(folder, features))})
    assert isinstance(geography, Areas)
    return geography


def test_a_panel_by_polygons_has_all_of_them_and_tells_of_every_event(tmp_path: Path, engine: str) -> None:
    geography, file = areas_of(tmp_path), data_file(tmp_path / "events.csv", "ucdp-ged")
    panel = build(outcome(), parsed(EVENTS_ANYWHERE), file, geography=geography, engine=engine)
    assert [(row["place"], row["value"]) for row in panel.table.to_pylist()] == [("A", 1), ("B", 1), ("C", 0)]
    assert {key: text for key, text in panel.recipe.items() if text.startswith("events: ")} == EXPECTED
    assert panel.recipe["geography"] == "the 3 polygons of areas"
    assert panel.inputs == (file, geography.file)
    planned = build(outcome(treated=("B",)), parsed(EVENTS_ANYWHERE), file, geography=geography, engine=engine)
    assert planned.table["place"].to_pylist() == ["B"]
    with pytest.raises(PanelError, match="none of the treated places West occurs in the data; expected places such as A, B, C"):
        build(outcome(treated=("West",)), parsed(EVENTS_ANYWHERE), file, geography=geography)


def test_a_geography_must_be_there_and_fit_the_rows(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="geography 'areas' was not read"):
        build(outcome(), parsed(EVENTS_ANYWHERE), data_file(tmp_path / "events.csv"))
    figures = Parsed(pa.Table.from_pylist([{"place": "A"}], schema=FIGURES), ())
    with pytest.raises(PanelError, match="a geography for rows that are no events"):
        build(outcome(), figures, data_file(tmp_path / "x.csv"), geography=areas_of(tmp_path))
    files = {"areas": data_file(tmp_path / "x.geojson"), "other": data_file(tmp_path / "o.csv", "figures")}
    with pytest.raises(PanelError, match=r"no polygons 'other'; expected one of areas, h3:5: a \.geojson file"):
        read_geography("other", files)


def test_h3_cells_are_those_of_the_library_and_no_finer_than_a_panel_may_be(tmp_path: Path, engine: str) -> None:
    file = data_file(tmp_path / "events.csv", "ucdp-ged")
    plan = outcome(geography="h3:4")
    panel = build(plan, parsed(EVENTS_ANYWHERE), file, geography=read_geography("h3:4", {}), engine=engine)
    spots = [(10.5, 30.5), (10.5, 31.5), (30.5, 10.5), (10.5, 45.0), (80.0, -45.0)]
    assert panel.table["place"].to_pylist() == sorted(h3.latlng_to_cell(*spot, 4) for spot in spots)
    assert panel.recipe["set aside, without coordinates"] == "events: 3, deaths: 3"
    assert panel.recipe["geography"].startswith("H3 cells of resolution 4, about 1,770 km² each")
    with pytest.raises(PanelError, match=r"cells of about 36\.1 km²; expected h3:0 to h3:5; cells of h3:5 have about 253 km²"):
        read_geography("h3:6", {})
    for name in ("h3:", "h3:x", "h3:-1", "h3:²", "h3:99"):
        with pytest.raises(PanelError, match="expected h3:0 to h3:5"):
            read_geography(name, {})


def test_rings_of_h3_cells_are_steps_between_them(tmp_path: Path) -> None:
    centre = h3.latlng_to_cell(10.5, 30.5, 5)
    spots = [h3.cell_to_latlng(cell) for cell in h3.grid_disk(centre, 2)]
    rows = parsed([event(number, longitude, latitude) for number, (latitude, longitude) in enumerate(spots)])
    geography, file = read_geography("h3:5", {}), data_file(tmp_path / "events.csv", "ucdp-ged")
    everywhere = build(outcome(geography="h3:5"), rows, file, geography=geography)
    with pytest.raises(PanelError, match="no treated place to count rings from"):
        rings_of(everywhere, geography)
    donors = tuple(everywhere.table["place"].to_pylist())
    planned = build(outcome(geography="h3:5", treated=(centre,), donors=donors), rows, file, geography=geography)
    assert Counter(rings_of(planned, geography).values()) == {0: 1, 1: 6, 2: 12}


def bordering(shapes: dict[str, shapely.Geometry]) -> dict[str, list[str]]:
    """Shapely's neighbours: their borders have a line in common."""
    found: dict[str, list[str]] = {name: [] for name in shapes}
    for one, other in combinations(shapes, 2):
        if shapely.intersection(shapes[one].boundary, shapes[other].boundary).length > 0:
            found[one].append(other)
            found[other].append(one)
    return {name: sorted(others) for name, others in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_neighbours_are_those_whose_borders_shapely_finds_in_common(tmp_path: Path, seed: int) -> None:
    shapes = triangles(seed, 40)
    found = neighbours(of_shapes(tmp_path, shapes))
    assert found == bordering(shapes)
    assert 1 < sum(map(len, found.values())) / len(found) < 3


def test_neighbours_are_found_where_borders_do_not_match_exactly(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    apart = {}
    for x, y in ((x, y) for x in range(4) for y in range(4)):
        ring = np.array(square(x, y))
        # Each side with vertices of its own, up to 0.0003 degrees (30 m) off the line that was meant.
        shares = np.sort(draw.uniform(0, 1, (4, 9)))
        sides = [ring[side] + share * (ring[side + 1] - ring[side]) for side in range(4) for share in shares[side]]
        apart[f"{x}{y}"] = shapely.Polygon(np.array(sides) + draw.uniform(-0.0003, 0.0003, (36, 2)))
    expected = {
        f"{x}{y}": sorted(f"{x + a}{y + b}" for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0)) if 0 <= x + a < 4 and 0 <= y + b < 4)
        for x in range(4)
        for y in range(4)
    }
    assert bordering(apart) != expected
    assert neighbours(of_shapes(tmp_path, apart)) == expected


def test_places_that_meet_in_a_point_or_lie_apart_are_no_neighbours(tmp_path: Path) -> None:
    corner = [feature("A", [square(0, 0)]), feature("B", [square(1, 1)]), feature("C", [square(1.01, 0, 0.5)])]
    assert neighbours(made(tmp_path, corner)) == {"A": [], "B": [], "C": []}
    assert neighbours(made(tmp_path, corner), tolerance=2) == {"A": ["C"], "B": [], "C": ["A"]}


def test_rings_count_borders_from_the_treated_places(tmp_path: Path) -> None:
    row = made(tmp_path, [*(feature(f"{x}", [square(x, 0)]) for x in range(6)), feature("island", [square(50, 50)])])
    assert rings(row, ["1"]) == {"1": 0, "0": 1, "2": 1, "3": 2, "4": 3, "5": 4}
    assert rings(row, ["0", "5"]) == {"0": 0, "5": 0, "1": 1, "4": 1, "2": 2, "3": 2}
    with pytest.raises(PanelError, match="no treated place"):
        rings(row, [])
    with pytest.raises(PanelError, match="no polygon of the treated place '9'"):
        rings(row, ["9"])


def test_the_departments_of_haiti_border_those_that_they_are_known_to(shared: Path) -> None:
    file = shared / "data/boundaries/haiti_adm1_natural_earth.geojson"
    assert HAITI.read_bytes() == file.read_bytes()
    polygons = read_polygons(data_file(HAITI))
    french = ["Ouest", "Sud-Est", "Nord", "Nord-Est", "Artibonite", "Centre", "Sud", "Grand'Anse", "Nord-Ouest", "Nippes"]
    names = dict(zip(polygons.places, french, strict=True))
    known = {
        "Ouest": "Artibonite Centre Nippes Sud-Est",
        "Sud-Est": "Nippes Ouest Sud",
        "Nord": "Artibonite Centre Nord-Est Nord-Ouest",
        "Nord-Est": "Centre Nord",
        "Artibonite": "Centre Nord Nord-Ouest Ouest",
        "Centre": "Artibonite Nord Nord-Est Ouest",
        "Sud": "Grand'Anse Nippes Sud-Est",
        "Grand'Anse": "Nippes Sud",
        "Nord-Ouest": "Artibonite Nord",
        "Nippes": "Grand'Anse Ouest Sud Sud-Est",
    }
    found = {names[place]: " ".join(sorted(names[other] for other in others)) for place, others in neighbours(polygons).items()}
    assert found == known
    features = json.loads(file.read_text())["features"]
    shapes = {item["properties"]["adm1_pcode"]: shapely.geometry.shape(item["geometry"]) for item in features}
    # As published, the two sides of a border differ by up to 4e-14 degrees.
    same = {name: shapely.transform(shapes[name], lambda line: line.round(9)) for name in sorted(shapes)}
    assert neighbours(polygons) == bordering(same)


def test_events_in_haiti_lie_in_the_department_that_their_coder_named(shared: Path, engine: str) -> None:
    departments = read_geography("departments", {"departments": data_file(HAITI)})
    events = load(data_file(shared / "data/ucdp/ucdp_ged_v25_1_haiti_1989_2024.csv", "ucdp-ged"))
    recent = ibis.memtable(events.table).filter(ibis._.date_from >= date(2018, 1, 1)).mutate(named=ibis._.place)
    with connection(engine) as opened:
        rows = opened.to_pyarrow(placed(recent, departments)).to_pylist()
    counts = Counter((row["named"].removesuffix(" department"), row["place"], row["astray"]) for row in rows)
    # The one event without a department is known by country only.
    assert counts == {
        ("Ouest", "HT01", ""): 280,
        ("L'Artibonite", "HT05", ""): 20,
        ("Centre", "HT06", ""): 2,
        ("Sud", "HT07", ""): 1,
        ("Nord-Ouest", "HT09", ""): 1,
        ("", "", "set aside, without coordinates"): 1,
    }


def dossier(folder: Path, geography: str) -> None:
    """A dossier with a few invented events in three invented places."""
    from muster.dossier import create

    create(folder, "haiti")
    header = "id,type_of_violence,number_of_sources,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low\n"
    days = [f"2023-0{1 + number}-05" for number in range(4)]
    rows = [f"{number},1,1,x,10.5,{30.5 + number % 2},1,{day},{day},1,1,1" for number, day in enumerate(days)]
    (folder / "data/invented.csv").write_text(header + "\n".join(rows) + "\n")
    words = 'title = "t"\nprovider = "p"\nlicence = "l"\nvintage = "2025-06"\n'
    (folder / "data/invented.toml").write_text('source = "ucdp-ged"\n' + words)
    written(folder / "data", BOARD, "board.geojson")
    (folder / "data/board.toml").write_text('source = "polygons"\n' + words)
    plan = (folder / "mission.toml").read_text()
    outcome = {"id": "made-up", "name": "Made up", "domain": "security", "unit": "events", "better": "lower"}
    outcome |= {"period": "quarter", "file": "invented", "measure": "events", "geography": geography}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in outcome.items())
    (folder / "mission.toml").write_text(f'{plan}\n[[outcomes]]\n{lines}treated = ["A"]\ndonors = ["B", "C"]\n')


def test_the_rings_of_all_outcomes_are_those_of_each_that_has_donors_and_a_geography(tmp_path: Path) -> None:
    dossier(tmp_path / "d", "board")
    loaded = load_dossier(tmp_path / "d")
    measured = panels(loaded)
    assert all_rings(loaded, measured) == {"made-up": planned_rings(loaded, measured["made-up"])}


def test_the_command_adds_rings_where_there_is_a_geography(muster: Run, tmp_path: Path) -> None:
    dossier(tmp_path / "d", "board")
    code, out, err = muster("panel", "d", "made-up", "--rings")
    assert (code, err) == (0, "")
    rows = [line.split(",") for line in out.splitlines()]
    assert rows[0][-1] == "ring"
    assert [(row[0], row[3], row[-1]) for row in rows[1:]] == [
        *(("A", "2", "0"), ("A", "0", "0"), ("B", "1", "1"), ("B", "1", "1")),
        *(("C", "0", "2"), ("C", "0", "2")),
    ]
    assert muster("panel", "d", "made-up")[1].splitlines()[0] == ",".join(rows[0][:-1])
    code, out, err = muster("panel", "d", "killed", "--rings")
    assert (code, out) == (1, "")
    assert "outcome killed: no geography, so that nobody knows which places are neighbours; name polygons" in err


def test_a_plan_that_names_no_geography_of_the_dossier_is_refused(muster: Run, tmp_path: Path) -> None:
    dossier(tmp_path / "d", "nowhere")
    code, _, err = muster("panel", "d", "made-up")
    assert code == 1
    assert "field outcomes" in err
    assert "no polygons 'nowhere' in data/; expected H3 cells (h3:5) or data/nowhere.geojson with its sidecar" in err


def test_any_rows_in_any_order_give_the_same_panel(tmp_path: Path, engine: str) -> None:
    draw = random.Random(1)
    rows = [event(number, draw.uniform(29, 34), draw.uniform(9, 12)) for number in range(500)]
    geography, file = areas_of(tmp_path), data_file(tmp_path / "events.csv", "ucdp-ged")
    texts = {
        to_csv(build(outcome(), parsed(mixed), file, geography=geography, engine=engine))
        for mixed in (rows, draw.sample(rows, len(rows)))
    }
    assert len(texts) == 1
    panel = build(outcome(), parsed(rows), file, geography=geography, engine=engine)
    inside = sum(30 <= row["longitude"] < 33 and 10 <= row["latitude"] < 11 for row in rows)
    assert arrays(panel).values.sum() == inside > 50


def test_the_picture_of_the_page_on_places_is_what_the_code_draws() -> None:
    import runpy

    root = Path(__file__).parents[1]
    picture = runpy.run_path(str(root / "scripts" / "draw_places.py"))["picture"]
    assert (root / "docs" / "places.svg").read_text(encoding="utf-8") == picture(), "run `make docs`"
