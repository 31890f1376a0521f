"""One value as the text of a cell and back, exactly, whatever stands in it; nothing that a spreadsheet runs.

Two marks do it. An apostrophe in front, as a person would type it, keeps text that starts like a formula from being one; it
also stands for an empty text where a blank cell means "not given". Characters that a cell or XML cannot hold (carriage return,
other control characters) are written as spreadsheets write them, ``_x000D_``; so is an underscore that would look like that.
"""

import re
from collections.abc import Sequence

import msgspec

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may take for a formula's start
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})")
WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")


def safe_cell(value: object) -> str:
    """A value as the text of a cell: nothing for null, plain digits for numbers, text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    text = str(value)
    return f"'{text}" if _needs_mark(text) else text


def written(text: str) -> str:
    """Text with what a cell cannot hold as ``_xHHHH_``, and safe in a spreadsheet."""
    return safe_cell(escaped(text))


def unwritten(cell: str) -> str:
    """The text that :func:`written` was given."""
    return WRITTEN.sub(lambda match: chr(int(match[1], 16)), unmarked(cell))


def unmarked(cell: str) -> str:
    """The text that :func:`safe_cell` was given; an apostrophe that somebody typed for another reason stays."""
    return cell[1:] if cell.startswith("'") and _needs_mark(cell[1:] or "'") else cell


def escaped(text: str) -> str:
    """Text with control characters as ``_xHHHH_``: safe in XML and on a terminal."""
    return HIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def listed(items: Sequence[str]) -> str:
    """A list as one text: ``rotation; list``, or JSON where that would not read back as it was."""
    text = "; ".join(items)
    is_plain = not text.lstrip().startswith("[") and unlisted(text) == list(items)
    return text if is_plain else msgspec.json.encode(list(items)).decode()


def unlisted(text: str) -> list[str]:
    """The items of a list in one text.

    Raises:
        msgspec.MsgspecError: it begins like JSON and is not a list of texts.
    """
    if text.lstrip().startswith("["):
        return msgspec.json.decode(text, type=list[str])
    return [item.strip() for item in text.split(";") if item.strip()]


def _needs_mark(text: str) -> bool:
    """Whether text starts like a formula, behind any apostrophes; apostrophes alone are marked too, to tell them apart."""
    inside = text.lstrip("'")
    return inside.startswith(FORMULA) or (bool(text) and not inside)
