"""H3 cells as places: hexagons of about one size, named by the hexadecimal text of their index."""

from collections.abc import Iterable
from dataclasses import dataclass

import h3
import ibis
import ibis.expr.types as ir

from muster.errors import PanelError
from muster.records import DataFile

PREFIX = "h3:"
# Cells of this resolution measure about 250 km²; a commune of Haiti has about 200.
FINEST = 5


@dataclass(frozen=True, slots=True)
class Hexagons:
    """All H3 cells of one resolution, 0 to ``FINEST``."""

    resolution: int

    @property
    def words(self) -> str:
        """What a recipe says of them."""
        size = h3.average_hexagon_area(self.resolution, unit="km^2")
        return (
            f"H3 cells of resolution {self.resolution}, about {size:,.0f} km² each; cells without an event only where planned"
        )

    @property
    def inputs(self) -> tuple[DataFile, ...]:
        """No file: cells are computed."""
        return ()


def hexagons(name: str) -> Hexagons:
    """The cells that a plan asks for as ``h3:5``.

    Raises:
        PanelError: no resolution, or one finer than a panel may be.
    """
    text = name.removeprefix(PREFIX)
    allowed = f"{PREFIX}0 to {PREFIX}{FINEST}"
    if not text.isdecimal() or int(text) > 15:
        raise PanelError(f"geography {name!r}", expected=allowed)
    if int(text) > FINEST:
        sizes = [h3.average_hexagon_area(resolution, unit="km^2") for resolution in (int(text), FINEST)]
        raise PanelError(
            f"geography {name!r}: cells of about {sizes[0]:,.1f} km²",
            expected=allowed,
            do=f"cells of {PREFIX}{FINEST} have about {sizes[1]:,.0f} km², as a second-level area: positions finer than that "
            "could guide an attack and are for no output",
        )
    return Hexagons(int(text))


def in_hexagons(points: ir.Table, cells: Hexagons, *, name: str) -> ir.Table:
    """The points with a column ``name``: the cell that they lie in, null without coordinates.

    Cells are computed by a Python function, point by point. On a Spark cluster its workers need Muster too.
    """
    return points.mutate(**{name: cell_of(points.latitude, points.longitude, cells.resolution)})


@ibis.udf.scalar.python  # type: ignore[untyped-decorator]
def cell_of(latitude: float, longitude: float, resolution: int) -> str:
    """The H3 cell of degrees, null where they are unknown or none."""
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None  # type: ignore[return-value]
    return str(h3.latlng_to_cell(latitude, longitude, resolution))


def hexagon_rings(places: Iterable[str], treated: Iterable[str]) -> dict[str, int]:
    """How many cells each place lies from the nearest treated one; cells too far apart for H3 to say are left out.

    Raises:
        PanelError: no treated place, or a name that is no H3 cell.
    """
    start = sorted(treated)
    if not start:
        raise PanelError("no treated place to count rings from", expected="treated places in the plan")
    for cell in start:
        if not h3.is_valid_cell(cell):
            raise PanelError(f"the treated place {cell!r} is no H3 cell", expected="an index such as 854cd667fffffff")
    steps = {place: [step for cell in start if (step := _steps(cell, place)) is not None] for place in places}
    return {place: min(found) for place, found in steps.items() if found}


def _steps(one: str, other: str) -> int | None:
    try:
        return int(h3.grid_distance(one, other))
    except h3.H3BaseException:
        return None
