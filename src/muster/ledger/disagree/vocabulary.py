"""The word lists of `words.toml`, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("muster.ledger.disagree").joinpath("words.toml").read_text(encoding="utf-8"))


def ordered(name: str) -> tuple[str, ...]:
    """The words of a list as they stand."""
    return tuple(str(_table()[name]).split())


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(ordered(name))


@cache
def same() -> dict[str, str]:
    """Words by the word that stands for them."""
    return dict(_table()["same"])
