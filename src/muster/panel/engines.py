"""The engines that a panel can be computed on: Ibis says what, an engine does it."""

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from types import MappingProxyType

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from muster.errors import PanelError
from muster.panel import spark

# Called with what is being done and the share of it that is done, from 0 to 1, from a thread of its own.
Progress = Callable[[str, float], None]
TICK = 0.2  # seconds between two calls


@dataclass(frozen=True, slots=True)
class Engine:
    """Where a panel is computed and with how much.

    Args:
        name: one of ``ENGINES``.
        url: of Spark: a master (``local[2]``, ``spark://host:7077``) or a Spark Connect server (``sc://host``); by default as
            many local threads as there are cores. DuckDB has none.
        memory: such as ``4GB``. For DuckDB what it may hold before it spills to a temporary folder, by default four fifths of
            the machine's; for a local Spark the size of its Java heap.
        threads: for DuckDB and a local Spark; 0 means one for each core.
        progress: told how far a long query is, where the engine knows.
    """

    name: str = "duckdb"
    url: str = ""
    memory: str = ""
    threads: int = 0
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            raise PanelError(f"engine {self.name!r} is not known", expected=f"one of {', '.join(sorted(ENGINES))}")


@contextmanager
def _duckdb(engine: Engine) -> Iterator[BaseBackend]:
    """A fresh DuckDB in memory that spills to a folder of its own; both end with the connection."""
    if engine.url:
        raise PanelError(
            f"address {engine.url!r} for DuckDB, which runs inside this process", do="leave it out, or choose another engine"
        )
    with tempfile.TemporaryDirectory(prefix="muster-") as spill:
        settings = {"memory_limit": engine.memory, "threads": engine.threads}
        try:
            opened = ibis.duckdb.connect(temp_directory=spill, **{name: value for name, value in settings.items() if value})
        except duckdb.Error as error:
            raise PanelError(f"DuckDB refuses its settings ({_brief(error)})", expected="memory such as 4GB") from None
        opened.raw_sql("SET preserve_insertion_order = false")
        try:
            with warnings.catch_warnings():
                # Ibis's own: it asks DuckDB for the columns of a table by a name that DuckDB 2 has renamed.
                warnings.filterwarnings("ignore", message=r"fetch_arrow_table\(\) is deprecated", category=DeprecationWarning)
                yield opened
        except duckdb.OutOfMemoryException as error:
            raise PanelError(f"DuckDB ran out of memory ({_brief(error)})", do="allow it more, or free disk space") from None
        except duckdb.Error as error:
            raise PanelError(f"DuckDB cannot compute the panel ({_brief(error)})") from None
        finally:
            opened.disconnect()


@contextmanager
def _spark(engine: Engine) -> Iterator[BaseBackend]:
    with spark.connected(engine.url, engine.memory, engine.threads) as opened:
        yield opened


ENGINES: Mapping[str, Callable[[Engine], AbstractContextManager[BaseBackend]]] = MappingProxyType(
    {"duckdb": _duckdb, "spark": _spark}
)


def connection(engine: Engine | str) -> AbstractContextManager[BaseBackend]:
    """A connection for one panel, closed behind it.

    Raises:
        PanelError: there is no engine of this name, it is not installed or cannot be reached, or it fails at the work.
    """
    chosen = as_engine(engine)
    return ENGINES[chosen.name](chosen)


def as_engine(engine: Engine | str) -> Engine:
    """An engine, or the one of a name with its defaults."""
    return Engine(engine) if isinstance(engine, str) else engine


def answer(opened: BaseBackend, asked: ir.Table, step: str = "", progress: Progress | None = None) -> pa.Table:
    """The rows of an expression; ``progress`` is told of it under the name ``step`` while the engine works."""
    connected = getattr(opened, "con", None)
    if progress is None or not isinstance(connected, duckdb.DuckDBPyConnection):
        return opened.to_pyarrow(asked)
    opened.raw_sql("SET enable_progress_bar = true")
    opened.raw_sql("SET enable_progress_bar_print = false")
    done = Event()
    ticking = Thread(target=_tick, args=(connected, done, step, progress), daemon=True)
    ticking.start()
    try:
        return opened.to_pyarrow(asked)
    finally:
        done.set()
        ticking.join()


def _tick(connected: duckdb.DuckDBPyConnection, done: Event, step: str, progress: Progress) -> None:
    progress(step, 0.0)
    while not done.wait(TICK):
        progress(step, max(0.0, connected.query_progress()) / 100)
    progress(step, 1.0)


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:160]
