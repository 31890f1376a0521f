"""Draw docs/places.svg: the departments of Haiti, how many borders lie between each and Ouest, and the cells that find points.

python scripts/draw_places.py
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from muster.panel.geography import Polygons, read_polygons, rings
from muster.panel.geography.cells import grid_of
from muster.panel.geography.scanning import spans
from muster.records import DataFile

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "muster" / "example" / "haiti" / "data"
CELLS = 4_000
WIDTH = 900.0
MARGIN = 12.0
SHADES = ("#1f4e79", "#5b8db8", "#a9c6de", "#dbe7f1")
TREATED = "HT01"


def departments() -> Polygons:
    """The bundled polygons, by P-code."""
    words = dict.fromkeys(("title", "provider", "licence", "vintage", "sha256"), "")
    path = str(FOLDER / "departments.geojson")
    return read_polygons(DataFile(name="departments", path=path, source="polygons", **words))  # type: ignore[arg-type]


def drawn(polygons: Polygons) -> Iterator[str]:
    """The picture, line by line; a degree is as long east as north, shrunk by the latitude."""
    west, south, east, north = polygons.extent
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)
    height = 2 * MARGIN + (north - south) * scale
    steps = rings(polygons, [TREATED])

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{MARGIN + (x - west) * squeeze * scale:.1f}", f"{MARGIN + (north - y) * scale:.1f}"

    frame = f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" font-family="sans-serif" font-size="15"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>'
    yield f"<title>Departments of Haiti by borders from {TREATED}, with the cells that a border crosses</title>"
    yield f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    for ring in polygons.rings:
        line = " ".join(",".join(at(x, y)) for x, y in ring.line[:-1])
        shade = SHADES[min(steps[polygons.places[ring.place]], len(SHADES) - 1)]
        yield f'<polygon points="{line}" fill="{shade}" stroke="#ffffff" stroke-width="1.5"/>'
    grid = grid_of(polygons, CELLS)
    size = f'width="{squeeze * scale / grid.per_degree_x:.1f}" height="{scale / grid.per_degree_y:.1f}"'
    for number in grid.cells.filter(grid.cells["crossed"])["cell"].to_pylist():
        row, column = divmod(number, grid.columns)
        x, y = at(grid.west + column / grid.per_degree_x, grid.south + (row + 1) / grid.per_degree_y)
        yield f'<rect x="{x}" y="{y}" {size} fill="none" stroke="#b3541e" stroke-width="1"/>'
    lines = np.linspace(south, north, 60)[1:-1]
    found = spans(polygons.edges(), lines)
    for number, place in enumerate(polygons.places):
        # In the middle of the place's longest line.
        widest = int(np.argmax(np.where(found.place == number, found.east - found.west, 0)))
        x, y = at((found.west[widest] + found.east[widest]) / 2, lines[found.line[widest]])
        ink = "#ffffff" if steps[place] < 2 else "#1a1a1a"
        yield f'<text x="{x}" y="{y}" text-anchor="middle" fill="{ink}">{place} · {steps[place]}</text>'
    yield "</svg>"


def picture() -> str:
    """The whole file."""
    return "\n".join(drawn(departments())) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "places.svg").write_text(picture(), encoding="utf-8")
