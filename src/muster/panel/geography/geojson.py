"""A GeoJSON file (RFC 7946) of admin areas to polygons, or one line that says what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from muster.errors import PanelError
from muster.panel.geography.polygons import Floats, Polygons, Ring
from muster.panel.geography.soundness import check_areas
from muster.panel.tablefile import near, plain
from muster.records import DataFile

LARGEST = 100_000_000  # bytes; decoded, a file takes about six times as much memory
LONGEST_NAME = 200
# Of a degree; a tenth of a millimetre. Two sides of a border often differ by less, and are the same numbers then.
DECIMALS = 9
P_CODE = re.compile(r"(?:adm|admin)_?(\d)_?p_?code", re.IGNORECASE)
NAMES = ("pcode", "p_code", "name", "shapename")  # in lower case
CALLED = ("name", "adm2_name", "adm1_name", "shapename")  # what a person calls a place, in lower case
DEGREES = ("CRS84", "4326")

Position = Annotated[list[float], msgspec.Meta(min_length=2, max_length=4)]
Lines = list[list[Position]]


class Polygon(msgspec.Struct, tag="Polygon", tag_field="type"):
    """An outer ring and its holes."""

    coordinates: Lines


class MultiPolygon(msgspec.Struct, tag="MultiPolygon", tag_field="type"):
    """Several polygons that make one area."""

    coordinates: list[Lines]


class Feature(msgspec.Struct):
    """One area; what its properties hold is decoded only where it is its name."""

    type: Literal["Feature"]
    geometry: Polygon | MultiPolygon
    properties: dict[str, msgspec.Raw] | None = None


class Collection(msgspec.Struct, tag="FeatureCollection", tag_field="type"):
    """The whole file."""

    features: list[Feature]
    crs: Any = None


def read_polygons(file: DataFile) -> Polygons:
    """The polygons of a data file.

    A place is named by the property that the sidecar gives as ``columns = {place = "..."}``; without that by the P-code of
    the finest level in the file (``ADM2_PCODE``), or else by ``pcode``, ``name`` or ``shapeName``. The sidecar's ``places``
    then rename places as everywhere (``HT01??`` stands for all that fit it): those that get one name become one place, and
    those that get none are left out.

    Raises:
        PanelError: the file is no FeatureCollection of polygons in degrees, or its areas are not sound.
    """
    path = Path(file.path)
    collection = _decoded(path)
    _check_degrees(collection.crs, path)
    names = [_renamed(name, file.places) for name in _names(collection.features, file.columns.get("place", ""), path)]
    places = tuple(sorted({*names} - {""}))
    numbers = {place: number for number, place in enumerate(places)}
    rings = [
        Ring(numbers[name], hole, _line(positions, f"{path.name}, feature {row} ({plain(name)})"))
        for row, (name, feature) in enumerate(zip(names, collection.features, strict=True), start=1)
        if name
        for hole, positions in _rings_of(feature.geometry, f"{path.name}, feature {row} ({plain(name)})")
    ]
    polygons = Polygons(places, tuple(rings))
    if not rings:
        raise PanelError("the sidecar's 'places' leave no place", where=path.name, expected="at least one")
    check_areas(polygons, path.name)
    return polygons


def place_names(file: DataFile) -> dict[str, str]:
    """What a person calls each place of :func:`read_polygons`, where the file has a property ``name``.

    Raises:
        PanelError: as for :func:`read_polygons`.
    """
    path = Path(file.path)
    features = _decoded(path).features
    ids = [_renamed(name, file.places) for name in _names(features, file.columns.get("place", ""), path)]
    found: dict[str, list[str]] = {}
    for id, feature in zip(ids, features, strict=True):
        named = next((key for key in feature.properties or {} if key.casefold() in CALLED), "")
        found.setdefault(id, []).append(_called(feature, named) or id)
    return {id: ", ".join(dict.fromkeys(names)) for id, names in found.items() if id}


def _called(feature: Feature, key: str) -> str:
    """The property as a short text; empty where it is none."""
    try:
        name = msgspec.json.decode((feature.properties or {})[key], type=str).strip()
    except (KeyError, msgspec.DecodeError, RecursionError):
        return ""
    return name if len(name) <= LONGEST_NAME and name.isprintable() else ""


def _renamed(name: str, places: Mapping[str, str]) -> str:
    """The plan's name of a place: its own entry, the first pattern that it fits, or as it was."""
    return places.get(name, next((to for pattern, to in places.items() if fnmatchcase(name, pattern)), name))


def _decoded(path: Path) -> Collection:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            do = "simplify the borders or take a coarser level"
            raise PanelError(f"{size:,} bytes", where=path.name, expected=f"at most {LARGEST:,}", do=do)
        collection = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=Collection)
    except OSError as error:
        raise PanelError(f"the file cannot be read ({error.strerror or error})", where=path.name) from error
    except RecursionError:
        raise PanelError("brackets nested too deeply", where=path.name, expected="GeoJSON") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        expected = "a GeoJSON FeatureCollection whose features are Polygon or MultiPolygon"
        raise PanelError(str(error)[:200], where=path.name, expected=expected) from None
    if not collection.features:
        raise PanelError("there is no feature", where=path.name, expected="one feature for each place")
    return collection


def _check_degrees(crs: Any, path: Path) -> None:
    """Degrees of WGS 84 are what GeoJSON holds; older files may say otherwise."""
    if crs is not None and not any(name in str(crs) for name in DEGREES):
        raise PanelError(
            f"coordinates in {plain(str(crs))}",
            where=path.name,
            expected="degrees of longitude and latitude (WGS 84)",
            do="export the file again in EPSG:4326",
        )


def _names(features: Sequence[Feature], wanted: str, path: Path) -> list[str]:
    """The name of each feature's place, each once."""
    there = list(features[0].properties or {})
    key = wanted or next(iter(_candidates(there)), "")
    if not key or (wanted and wanted not in there):
        raise PanelError(
            f"no property {wanted!r}" if wanted else "no property that could name the places",
            where=f"{path.name}, feature 1",
            expected=near(wanted, there) if there else "properties such as ADM1_PCODE or name",
            do='name it in the sidecar: columns = {place = "..."}',
        )
    seen: dict[str, int] = {}
    for row, feature in enumerate(features, start=1):
        name = _name(feature, key, f"{path.name}, feature {row}")
        if name in seen:
            raise PanelError(
                f"{key} {plain(name)!r} names feature {seen[name]} too",
                where=f"{path.name}, feature {row}",
                expected="one feature for each place",
                do='name another property in the sidecar: columns = {place = "..."}',
            )
        seen[name] = row
    return list(seen)


def _candidates(there: Sequence[str]) -> Iterator[str]:
    """The properties that may name places, the best first: P-codes of the finest level, then other names."""
    levels = sorted(((match[1], key) for key in there if (match := P_CODE.fullmatch(key))), reverse=True)
    yield from (key for _, key in levels)
    lower = {key.casefold(): key for key in there}
    yield from (lower[name] for name in NAMES if name in lower)


def _name(feature: Feature, key: str, where: str) -> str:
    raw = (feature.properties or {}).get(key)
    try:
        value = msgspec.json.decode(raw, type=str | int) if raw is not None else ""
    except (msgspec.DecodeError, RecursionError):
        value = ""
    name = str(value).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise PanelError(f"no name of a place in {key!r}", where=where, expected="a short text or a number")
    return name


def _rings_of(geometry: Polygon | MultiPolygon, where: str) -> Iterator[tuple[bool, list[Position]]]:
    """Each ring and whether it is a hole."""
    parts = [geometry.coordinates] if isinstance(geometry, Polygon) else geometry.coordinates
    if not parts or not all(parts):
        raise PanelError("an area without a ring", where=where, expected="at least one ring in each polygon")
    for part in parts:
        yield from ((number > 0, positions) for number, positions in enumerate(part))


def _line(positions: list[Position], where: str) -> Floats:
    """A sound ring as an array (V, 2)."""
    line = np.array([position[:2] for position in positions], dtype=np.float64).reshape(-1, 2).round(DECIMALS)
    if len(line) < 4:
        raise PanelError(f"a ring of {len(line)} positions", where=where, expected="at least 4, the first again as the last")
    if (line[0] != line[-1]).any():
        raise PanelError("a ring that is not closed", where=where, expected="its first position again as its last")
    outside = np.flatnonzero((np.abs(line) > (180, 90)).any(axis=1))
    if len(outside):
        x, y = line[outside[0]]
        swapped = abs(y) <= 180 and (np.abs(line[:, ::-1]) <= (180, 90)).all()
        raise PanelError(
            f"position [{x:g}, {y:g}]",
            where=where,
            expected="longitude (-180 to 180) first, then latitude (-90 to 90)",
            do="latitude and longitude may be swapped" if swapped else "export the file again in EPSG:4326",
        )
    if (np.abs(np.diff(line[:, 0])) > 180).any():
        raise PanelError(
            "a ring that crosses the 180th meridian", where=where, expected="areas cut in two there, as RFC 7946 asks"
        )
    return line
