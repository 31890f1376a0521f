"""Patterns of many words that are quick to look for.

The engine passes over a text by a pattern's first letters only if every alternative begins with a plain letter: no ``\\b``
before it, no class, no letter in any case. So words are grouped by their first letter, written once small and once large, and
that a word begins there is asked behind the letter.
"""

import re
from collections.abc import Iterable

BEGINS = r"(?<!\w.)"  # behind the first letter of a word: no other letter stands before it
LIKE = {"s": "ſ", "k": "\u212a", "i": "ıİ"}  # letters that are the same in any case


def one_of(words: Iterable[str]) -> str:
    """An alternation of words as they are, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


def by_letter(words: str | Iterable[str], behind: str = "", *, any_case: bool = True) -> str:
    """Alternatives in the order given, but those of one letter together; a word may go on as a pattern (``years?``).

    Args:
        words: what is looked for, each beginning with a plain letter; a string is parted at its bars.
        behind: a pattern that is asked behind the first letter, such as :data:`BEGINS`.
        any_case: whether small and large letters are the same.
    """
    grouped: dict[str, list[str]] = {}
    for word in dict.fromkeys(words.split("|") if isinstance(words, str) else words):
        for letter in sorted({word[0].lower(), word[0].upper(), *LIKE.get(word[0].lower(), "")} if any_case else word[0]):
            grouped.setdefault(letter, []).append(word[1:])
    return "|".join(f"{letter}{behind}(?{'i' * any_case}:{'|'.join(rest)})" for letter, rest in grouped.items())


def ends_in(before: str, ends: tuple[str, ...]) -> bool:
    """Whether the last word before a place ends so: asked before a pattern that must reach this place is tried."""
    return before.rstrip().casefold().endswith(ends)
