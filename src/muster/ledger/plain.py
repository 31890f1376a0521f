"""Text from outside, made fit for a terminal or a cell of a spreadsheet."""

import re
import unicodedata

BLANKS = re.compile(r"\s+")
JOINERS = "\u200c\u200d"  # some scripts need them within words, and they hide nothing


def plain(text: str) -> str:
    """One line without control characters: white space becomes a blank, other controls ``�``; invisible marks go.

    Invisible marks are Unicode's format characters, among them those that turn the direction of writing around, by which a
    text can show something else than it says.
    """
    return printable(text).strip()


def printable(text: str) -> str:
    """As :func:`plain`, but with the blanks at both ends, for a piece that is joined with others."""
    return BLANKS.sub(" ", "".join(map(_shown, text)))


def plain_lines(text: str) -> str:
    """As :func:`plain`, line by line."""
    return "\n".join(map(plain, text.split("\n")))


def _shown(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isspace():
        return " "
    return "" if kind == "Cf" and sign not in JOINERS else "�" if kind in {"Cc", "Cs"} else sign
