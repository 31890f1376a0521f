"""What parsers of observations share: a table filled up, the place of a row by its level, the newest round of a day."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from muster.sources.cells import Cells
from muster.sources.declaration import Parsed
from muster.sources.shapes import OBSERVATIONS

LEVELS = {"0": "0", "1": "1", "2": "2"}
# Codes of places hold no blank: words such as "Not available" stand where a code is missing.
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def observed(
    cells: Cells,
    columns: Mapping[str, pa.Array | str],
    *,
    key: tuple[str, ...],
    parts: Sequence[Mapping[str, pa.Array | str]] = ({},),
    release: tuple[str, ...] = (),
) -> Parsed:
    """Observations of the sound rows.

    Args:
        columns: by name, a text for one that is the same in every row; ``observation_id`` is an array. What is left out is
            blank where it is text and null otherwise.
        key: the columns of the file that ``observation_id`` is made of.
        parts, release: as :meth:`Cells.parsed` takes them.
    """
    rows = len(columns["observation_id"])
    filled = {field.name: pa.repeat("", rows) if pa.types.is_string(field.type) else pa.nulls(rows) for field in OBSERVATIONS}
    arrays = [{name: _array(value, rows) for name, value in part.items()} for part in ({**filled, **columns}, *parts)]
    return cells.parsed(arrays[0], OBSERVATIONS, key=("observation_id", key), parts=arrays[1:], release=release)


def _array(value: pa.Array | str, rows: int) -> pa.Array:
    return pa.repeat(value, rows) if isinstance(value, str) else value


def joined(*texts: pa.Array | str, by: str = " / ") -> pa.StringArray:
    """Texts behind one another; nulls are passed over, blanks are not. A row of nulls alone is lost: give none."""
    return pc.binary_join_element_wise(*texts, by, null_handling="skip")


def dated(days: pa.Date32Array) -> pa.StringArray:
    """Days as text, for an id."""
    return days.cast(pa.string())


def filled(text: pa.StringArray) -> pa.StringArray:
    """The text with nulls for blanks."""
    return pc.if_else(pc.equal(text, ""), None, text)


def placed(
    cells: Cells, level: pa.StringArray, codes: tuple[str, ...], names: Sequence[str | None], *, said: str
) -> dict[str, pa.Array]:
    """``place`` and ``place_name`` by the code of the row's own level: a row of a level without a code has no sure place.

    Args:
        level: "0" for a country, "1" or "2" for an area in it.
        codes: the file's columns of codes by level, as many of ``names``; a level without a name is named by its code.
        said: the column that the level was read from.
    """
    own = level.cast(pa.int8())
    found = [cells.text(code, blank=True) for code in codes]
    named = [cells.text(name, blank=True) if name else code for name, code in zip(names, found, strict=True)]
    place = pc.choose(own, *found)
    cells.fault("unknown-place", (said, *codes), pc.invert(pc.match_substring_regex(place, CODE)))
    return {"place": place, "place_name": pc.choose(own, *named)}


def superseded(key: pa.StringArray, round_number: pa.Array) -> pa.BooleanArray:
    """True where a row of the same key has a later round; null rounds are neither earlier nor later."""
    coded = key.dictionary_encode()
    rows = pa.table({"key": coded.indices, "round": round_number})
    last: Any = rows.group_by("key").aggregate([("round", "max")]).sort_by("key")["round_max"]
    return pc.less(round_number, last.combine_chunks().take(coded.indices))
