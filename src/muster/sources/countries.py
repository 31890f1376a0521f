"""In which country a row lies, and whether its coordinates do: boxes around the parts of each country, widened by a degree.

The boxes are in ``tables/extents.csv``, made by ``scripts/build_extents.py`` from Natural Earth. They find slips of the pen
(swapped, lost sign, 0/0), not events across a border. A country that is not in the table is not checked.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pycountry
from numpy.typing import NDArray

EXTENTS = Path(__file__).with_name("tables") / "extents.csv"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@cache
def extents() -> Mapping[str, Floats]:
    """The boxes of each country by ISO 3166-1 alpha-3: (n, 4) degrees west, south, east, north."""
    boxes: dict[str, list[list[float]]] = {}
    with EXTENTS.open(encoding="utf-8", newline="") as stream:
        for iso3, *sides in list(csv.reader(stream))[1:]:
            boxes.setdefault(iso3, []).append([float(side) for side in sides])
    return MappingProxyType({iso3: np.array(rows) for iso3, rows in boxes.items()})


def iso3_of(text: str) -> str | None:
    """ISO 3166-1 alpha-3 of an alpha-3 code, a numeric code or a name that is exactly one of the standard's, else None.

    Names of earlier states ("Russia (Soviet Union)") and other spellings are left alone: their borders are not sure.
    """
    return _codes().get(text.strip().casefold().lstrip("0"))


@cache
def _codes() -> Mapping[str, str]:
    codes = {}
    for country in pycountry.countries:
        names = (country.name, getattr(country, "common_name", ""), getattr(country, "official_name", ""))
        for word in (country.alpha_3, country.numeric.lstrip("0"), *names):
            codes[word.casefold()] = country.alpha_3
    return MappingProxyType({word: code for word, code in codes.items() if word})


def countries_of(table: pa.Table, columns: Sequence[str], given: str) -> pa.StringArray:
    """The country of each row: from the first of its ``columns`` that names one, else ``given``, else null."""
    found = pa.nulls(table.num_rows, pa.string())
    for column in columns:
        coded = table.column(column).combine_chunks().dictionary_encode()
        codes = pa.array([iso3_of(word or "") for word in coded.dictionary.to_pylist()], pa.string())
        found = pc.coalesce(found, codes.take(coded.indices))
    return pc.fill_null(found, given) if given else found


def misplaced(countries: pa.StringArray, latitude: pa.DoubleArray, longitude: pa.DoubleArray) -> tuple[Flags, Flags]:
    """Which positions lie in their country only when swapped, and which do in neither order: (swapped, outside).

    A row without a position, or of a country without an extent, is neither.
    """
    north, east = (np.asarray(column.to_numpy(zero_copy_only=False), dtype=float) for column in (latitude, longitude))
    swapped, outside = np.zeros(len(north), dtype=bool), np.zeros(len(north), dtype=bool)
    for country in pc.unique(countries).to_pylist():
        if country not in extents():
            continue
        rows = np.flatnonzero(pc.fill_null(pc.equal(countries, country), False).to_numpy(zero_copy_only=False))
        rows = rows[np.isfinite(north[rows]) & np.isfinite(east[rows])]
        rows = rows[~_inside(extents()[country], north[rows], east[rows])]
        turned = _inside(extents()[country], east[rows], north[rows])
        swapped[rows[turned]], outside[rows[~turned]] = True, True
    return swapped, outside


def _inside(boxes: Floats, north: Floats, east: Floats) -> Flags:
    """Whether each position lies in one of the boxes."""
    inside = np.zeros(len(north), dtype=bool)
    for west, south, right, top in boxes:
        inside |= (west <= east) & (east <= right) & (south <= north) & (north <= top)
    return inside
