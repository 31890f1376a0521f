"""The public surface is frozen: what `muster` exports is what it lists, sorted, and nothing else."""

import types

import muster


def test_the_public_names_are_listed_and_sorted() -> None:
    held = {name for name, value in vars(muster).items() if name[0] != "_" and not isinstance(value, types.ModuleType)}
    assert held | {"__version__"} == set(muster.__all__)
    assert muster.__all__ == sorted(muster.__all__)
