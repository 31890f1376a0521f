"""The engines that a panel can be computed on: Ibis says what, an engine does it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import ibis
from ibis.backends import BaseBackend

from muster.errors import PanelError


def duckdb() -> BaseBackend:
    """A fresh DuckDB in memory; it ends with its connection."""
    return ibis.duckdb.connect()


ENGINES: Mapping[str, Callable[[], BaseBackend]] = MappingProxyType({"duckdb": duckdb})


@contextmanager
def connection(engine: str) -> Iterator[BaseBackend]:
    """A connection for one panel, closed behind it.

    Raises:
        PanelError: there is no engine of this name.
    """
    if engine not in ENGINES:
        raise PanelError(f"engine {engine!r} is not known", expected=f"one of {', '.join(sorted(ENGINES))}")
    opened = ENGINES[engine]()
    try:
        yield opened
    finally:
        opened.disconnect()
