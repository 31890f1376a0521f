"""Apache Spark behind Ibis: a session to work in, with tables that go in and come out as Arrow."""

import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from muster.errors import PanelError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INSTALL = "pip install 'passmuster[spark]'"
CONNECT = "sc://"


@contextmanager
def connected(url: str, memory: str, threads: int) -> Iterator[BaseBackend]:
    """A Spark session under Ibis; one that was running before is used as it is and left running.

    Raises:
        PanelError: Spark or Java is not installed, the address cannot be reached, or Spark fails at the work.
    """
    checked(url)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    session = running or _started(url or f"local[{threads or '*'}]", memory)
    try:
        yield _backend(session)
    except (PySparkException, Py4JError) as error:
        raise PanelError(f"Spark cannot compute the panel ({_brief(error)})") from None
    finally:
        if running is None:
            session.stop()


def checked(url: str) -> None:
    """Refuse before anything starts what can be known to fail.

    Raises:
        PanelError: Spark is not installed, or Java is needed and absent.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise PanelError("engine 'spark' is not installed", do=INSTALL) from None
    if not url.startswith(CONNECT) and not _java():
        raise PanelError(
            "engine 'spark' needs Java, and there is none",
            expected="Java 17 or later on the PATH or in JAVA_HOME",
            do="install openjdk-17-jre-headless or its like, or give the address of a Spark Connect server (sc://host)",
        )


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


def _started(url: str, memory: str) -> "SparkSession":
    from pyspark.sql import SparkSession

    # Errors reach the caller as exceptions; this logger would print each of them a second time.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    builder = SparkSession.builder.appName("muster").config("spark.sql.session.timeZone", "UTC")
    try:
        if url.startswith(CONNECT):
            return builder.remote(url).getOrCreate()
        quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}
        local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "8"}
        sized = {"spark.driver.memory": memory.lower().replace("gb", "g").replace("mb", "m")} if memory else {}
        for name, value in {**quiet, **(local | sized if url.startswith("local") else {})}.items():
            builder = builder.config(name, value)
        if url.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # functions of ours need our packages
        with _silenced():
            return builder.master(url).getOrCreate()
    except Exception as error:  # noqa: BLE001 - every layer below raises its own kind
        more = (
            "pip install 'pyspark[connect]'" if isinstance(error, ImportError) else "check the address, and Java (17 or later)"
        )
        raise PanelError(f"Spark cannot be started at {url} ({_brief(error)})", do=more) from None


@contextmanager
def _silenced() -> Iterator[None]:
    """While Java starts its words go to a file: it writes notices to the terminal that no setting turns off."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _backend(session: "SparkSession") -> BaseBackend:
    ibis.pyspark  # noqa: B018 - registers the backend's options with Ibis
    from ibis.backends.pyspark import Backend

    class ArrowSpark(Backend):  # type: ignore[misc]
        """Ibis on Spark, past pandas: whole numbers with gaps stay whole, and nothing warns."""

        def _register_in_memory_table(self, op: Any) -> None:
            self._session.createDataFrame(op.data.to_pyarrow(op.schema)).createOrReplaceTempView(op.name)

        def to_pyarrow(self, expr: ir.Table, /, **_: Any) -> pa.Table:
            self._run_pre_execute_hooks(expr)
            with warnings.catch_warnings():
                # Spark's own: the socket that rows arrive by is left to the garbage collector.
                warnings.filterwarnings("ignore", message="unclosed <socket", category=ResourceWarning)
                rows = self._session.sql(self.compile(expr)).toArrow()
            return rows.cast(expr.schema().to_pyarrow())

        def read_parquet(self, path: Sequence[str], /, *, table_name: str | None = None, **_: Any) -> ir.Table:
            name = table_name or ibis.util.gen_name("read_parquet")
            self._session.read.parquet(*path).createOrReplaceTempView(name)
            return self.table(name)

    backend = ArrowSpark()
    backend.do_connect(session)
    return backend


def _brief(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:160]
