"""What several tests need."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muster.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The project's folder of reference data beside the checkout; a test that needs it skips where it is absent."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside the checkout: reference data for this test are absent")
    return folder


@pytest.fixture
def muster(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run one command in an empty folder; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["muster", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One small local Spark for all tests of this process; each process has its own ports and folders."""
    from muster.errors import PanelError
    from muster.panel.spark import checked, connected

    try:
        checked("")
    except PanelError as missing:
        pytest.skip(str(missing))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_DIRS", str(tmp_path_factory.mktemp("spark")))
        with connected("local[2]", "1GB", 0) as opened:
            opened.raw_sql("SET spark.sql.shuffle.partitions = 2")
            yield


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> str:
    """Every engine in turn: a test that takes this holds on each."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return str(request.param)
