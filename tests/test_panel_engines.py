"""Engines: a wrong name, a missing part or a wrong setting is one clear line that says what to do."""

import sys
from pathlib import Path

import pytest
from rich.console import Console

from conftest import Run
from muster.errors import PanelError
from muster.panel import ENGINES, Engine
from muster.panel.engines import connection


def test_the_engine_fixture_knows_every_engine() -> None:
    assert sorted(ENGINES) == ["duckdb", "spark"]


def opened(engine: Engine) -> None:
    with connection(engine):
        pass


def test_spark_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(PanelError, match=r"'spark' is not installed; pip install 'passmuster\[spark\]'"):
        opened(Engine("spark"))


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PATH", str(tmp_path))
    for home in (None, str(tmp_path)):
        monkeypatch.delenv("JAVA_HOME", raising=False)
        if home:
            monkeypatch.setenv("JAVA_HOME", home)
        with pytest.raises(PanelError, match="needs Java, and there is none; expected Java 17 or later"):
            opened(Engine("spark"))


def test_duckdb_has_no_address_and_knows_its_sizes() -> None:
    with pytest.raises(PanelError, match="address 'md:events' for DuckDB, which runs inside this process"):
        opened(Engine(url="md:events"))
    with pytest.raises(PanelError, match=r"DuckDB refuses its settings .*; expected memory such as 4GB"):
        opened(Engine(memory="much"))


def test_a_fault_of_spark_is_one_line_and_nothing_is_printed(spark: None, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        pytest.raises(PanelError, match="Spark cannot compute the panel") as fault,
        connection("spark") as running,
    ):
        running.raw_sql("SELECT * FROM no_such_table")
    assert "\n" not in str(fault.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_the_command_gives_the_same_bytes_on_each_engine(name: str, muster: Run, request: pytest.FixtureRequest) -> None:
    if name == "spark":
        request.getfixturevalue("spark")
    assert muster("new", "d", "--example", "haiti", "--quiet")[0] == 0
    plain = muster("panel", "d", "killed")
    assert muster("panel", "d", "killed", "--engine", name, "--memory", "1GB", "--threads", "1") == plain
    assert plain[0] == 0
    assert plain[1].count("\n") > 10
    assert plain[2] == ""


def test_a_setting_that_an_engine_cannot_take_is_one_line(muster: Run) -> None:
    muster("new", "d", "--example", "haiti", "--quiet")
    code, out, err = muster("panel", "d", "killed", "--engine-url", "local[2]")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert muster("panel", "d", "killed", "--engine", "abacus")[0] == 2


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from muster.cli import panel

    with panel.bar(quiet=False) as piped:
        assert piped is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with panel.bar(quiet=True) as silent:
        assert silent is None
    monkeypatch.setattr(panel, "stderr", lambda: Console(stderr=True, force_terminal=True, no_color=True, width=80))
    with panel.bar(quiet=False) as shown:
        assert shown is not None
        shown("events", 0.5)
    assert "counting events" in capsys.readouterr().err
