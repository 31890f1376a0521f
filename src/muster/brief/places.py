"""A map of an outcome's places: the newest period's value in each, and what is unknown said to be unknown."""

from collections.abc import Iterable
from datetime import date
from math import cos, radians
from typing import Any

from muster.brief.drawings.records import Area, Map
from muster.brief.material import Material
from muster.brief.measures import ends
from muster.brief.runs import quiet
from muster.brief.tree import Picture
from muster.brief.wording import amount, days
from muster.panel import Panel
from muster.panel.geography import Polygons, place_names, read_polygons
from muster.records import DataFile, Finding

WIDEST, TALLEST = 1440, 1300  # of the grid: half pixels of a wide drawing
CLASSES = 4
Ring = tuple[tuple[int, int], ...]


def maps(material: Material, findings: Iterable[Finding]) -> tuple[Picture, ...]:
    """A map for each outcome whose places are polygons of a data file."""
    made = (drawn(material, finding) for finding in findings)
    return tuple(picture for picture in made if picture)


def drawn(material: Material, finding: Finding) -> Picture | None:
    """The map of an outcome; None without a panel, without polygons or before any value is known."""
    panel = material.panels.get(finding.outcome.id)
    file = next((file for file in panel.inputs if file.name == finding.outcome.geography), None) if panel else None
    rows = newest(panel) if panel else {}
    if panel is None or file is None or not rows:
        return None
    shown = chart(file, rows, set(finding.outcome.treated), material)
    first = next(iter(rows.values()))
    when = days(first["period_start"], first["period_end"])
    unknown = sum(1 for area in shown.areas if area.value is None)
    told = "; ".join(f"{area.name}{' (treated)' if area.treated else ''}: {area.text}" for area in shown.areas)
    return Picture(
        id=f"map-{finding.outcome.id}",
        title=f"{finding.outcome.name} by place, {when}",
        unit=finding.outcome.unit,
        description=f"{finding.outcome.unit} in {when}; {unknown or 'none'} of {len(shown.areas)} places not known. {told}.",
        drawing=shown,
        caption=(
            quiet(
                f"Hatched: not known, or known as a range only; never zero. Borders: {file.provider or file.name}, simplified."
            ),
        ),
    )


def newest(panel: Panel) -> dict[str, dict[str, Any]]:
    """The rows of the last period in which any place has a number, by place."""
    known = [row for row in panel.table.to_pylist() if any(row[key] is not None for key in ("value", "low", "high"))]
    last = max(((row["period_end"], row["period_start"]) for row in known), default=(date.min, date.min))
    return {row["place"]: row for row in known if (row["period_end"], row["period_start"]) == last}


def chart(file: DataFile, rows: dict[str, dict[str, Any]], treated: set[str], material: Material) -> Map:
    """The places on the grid with their values; a range that is no single number has no shade."""
    polygons, names = read_polygons(file), place_names(file)
    width, height, rings = gridded(polygons)
    areas = tuple(
        area(place, names.get(place, place), rings[place], rows.get(place), treated, material) for place in polygons.places
    )
    areas = tuple(sorted(areas, key=lambda area: (area.name, area.id)))
    return Map(
        width=width, height=height, areas=areas, classes=classes([area.value for area in areas if area.value is not None])
    )


def area(
    id: str, name: str, rings: tuple[Ring, ...], row: dict[str, Any] | None, treated: set[str], material: Material
) -> Area:
    """A place with what is known of it."""
    low, high = ends(row) if row else (None, None)
    return Area(
        id=id,
        name=name,
        text=amount(low, high) if row else "not known",
        value=low if low == high else None,
        cites=tuple(one for one in row["evidence"] or () if one in material.cited) if row else (),
        treated=id in treated,
        rings=rings,
    )


def classes(values: list[float]) -> tuple[tuple[float, float], ...]:
    """At most four shades with about as many places each; one value is in one shade only."""
    order = sorted(values)
    each = sorted(set(values))
    edges = (
        sorted({order[(len(order) * step - 1) // CLASSES] for step in range(1, CLASSES + 1)}) if len(each) > CLASSES else each
    )
    lows = [order[0], *(next(value for value in each if value > edge) for edge in edges[:-1])] if order else []
    return tuple(zip(lows, edges, strict=True))


def gridded(polygons: Polygons) -> tuple[int, int, dict[str, tuple[Ring, ...]]]:
    """Width and height of the grid, and each place's rings on it: degrees as they are, longitude by the cosine of the latitude.

    Positions that fall on one point of the grid become one, so that both sides of a border stay the same line; a part smaller
    than that is dropped, unless it is all that a place has.
    """
    west, south, east, north = polygons.extent
    across = max((east - west) * cos(radians((south + north) / 2)), 1e-9)
    size = min(WIDEST / across, TALLEST / max(north - south, 1e-9))
    found: dict[str, list[Ring]] = {place: [] for place in polygons.places}
    small: dict[str, Ring] = {}
    for ring in polygons.rings:
        points = (ring.line - (west, north)) * (across / (east - west) if east > west else 1.0, -1) * size
        line = simplified([(round(x), round(y)) for x, y in points.tolist()])
        place = polygons.places[ring.place]
        if len(line) > 2:
            found[place].append(line)
        elif not ring.hole:
            x, y = line[0]
            small.setdefault(place, ((x - 3, y - 3), (x + 3, y - 3), (x + 3, y + 3), (x - 3, y + 3)))
    width, height = round(across * size), round((north - south) * size)
    return max(width, 1), max(height, 1), {place: tuple(rings) or (small[place],) for place, rings in found.items()}


def simplified(points: list[tuple[int, int]]) -> Ring:
    """A closed ring without repeated points and without those in the middle of a straight piece."""
    once = [point for point, before in zip(points, [None, *points], strict=False) if point != before]
    ring = once[:-1] if len(once) > 1 and once[0] == once[-1] else once
    around = zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False)
    kept = tuple(b for a, b, c in around if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0]))
    return kept if len(kept) > 2 else tuple(ring[:1])
