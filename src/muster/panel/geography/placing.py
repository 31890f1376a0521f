"""Where events lie: the geography that a plan asks for, and the place that each event gets from its coordinates."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from muster.errors import PanelError
from muster.panel.geography.borders import rings
from muster.panel.geography.cells import Grid, grid_of
from muster.panel.geography.geojson import read_polygons
from muster.panel.geography.hexagons import PREFIX, Hexagons, hexagon_rings, hexagons, in_hexagons
from muster.panel.geography.locating import celled, located
from muster.panel.geography.polygons import Polygons
from muster.panel.values import Panel
from muster.records import DataFile

SOURCE = "polygons"
WITHOUT = "set aside, without coordinates"
OUTSIDE = "set aside, outside the polygons"
SWAPPED = "set aside, coordinates perhaps swapped"


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The polygons of a data file and the grid that finds points in them."""

    polygons: Polygons
    grid: Grid
    file: DataFile

    @property
    def words(self) -> str:
        """What a recipe says of them."""
        return f"the {len(self.polygons.places)} polygons of {self.file.name}"

    @property
    def inputs(self) -> tuple[DataFile, ...]:
        """The file that a panel's numbers hang on beside its own."""
        return (self.file,)


Geography = Areas | Hexagons


def read_geography(name: str, files: Mapping[str, DataFile]) -> Geography:
    """The geography that a plan names: ``h3:5``, or a file of polygons among the data files.

    Raises:
        PanelError: there is no such geography, or the file's polygons are at fault.
    """
    if name.startswith(PREFIX):
        return hexagons(name)
    file = files.get(name)
    if file is None or not _is_polygons(file):
        there = [other for other, data in files.items() if _is_polygons(data)]
        raise PanelError(
            f"no polygons {name!r}",
            where="geography",
            expected=f"one of {', '.join([*there, PREFIX + '5'])}: a .geojson file in data/ of source {SOURCE!r}, or H3 cells",
        )
    polygons = read_polygons(file)
    return Areas(polygons, grid_of(polygons), file)


def _is_polygons(file: DataFile) -> bool:
    return file.path.lower().endswith(".geojson") and file.source in ("", SOURCE)


def placed(points: ir.Table, geography: Geography | None) -> ir.Table:
    """The points with ``place`` from their coordinates and ``astray``: why they have none, blank where they have.

    Without a geography ``place`` stays what the file says.
    """
    if geography is None:
        return points.mutate(astray=ibis.literal(""))
    unplaced = points.drop("place")
    nowhere = points.latitude.isnull() | points.longitude.isnull() | ((points.latitude == 0) & (points.longitude == 0))
    if isinstance(geography, Hexagons):
        found = in_hexagons(unplaced.mutate(nowhere=nowhere), geography, name="place")
        return _told(found, ibis.ifelse(found.nowhere, WITHOUT, "")).drop("nowhere")
    found = located(unplaced.mutate(nowhere=nowhere), geography.grid, name="place")
    swapped = celled(found, geography.grid, latitude="longitude", longitude="latitude")
    cells = ibis.memtable(geography.grid.cells.select(["cell"]))
    both = swapped.left_join(cells, swapped.cell_ == cells.cell)
    astray = ibis.cases((both.nowhere, WITHOUT), (both.place.notnull(), ""), (both.cell.notnull(), SWAPPED), else_=OUTSIDE)
    return _told(both, astray).select(*unplaced.columns, "place", "astray")


def _told(found: ir.Table, astray: ir.StringValue) -> ir.Table:
    return found.mutate(astray=astray, place=ibis.ifelse(astray == "", found.place, ""))


def rings_of(panel: Panel, geography: Geography | None) -> dict[str, int]:
    """How many borders, or H3 cells, lie between each place of a panel and the nearest treated one.

    Raises:
        PanelError: the outcome has no geography, or none of its places is treated.
    """
    outcome = panel.outcome
    if geography is None:
        raise PanelError(
            "no geography, so that nobody knows which places are neighbours",
            where=f"outcome {outcome.id}",
            do=f'name polygons or H3 cells in the plan: geography = "NAME" (a file in data/) or "{PREFIX}5"',
        )
    if isinstance(geography, Areas):
        return rings(geography.polygons, outcome.treated)
    return hexagon_rings(panel.table["place"].unique().to_pylist(), outcome.treated)
