"""The documentation says what the code does: commands, options, stages and dependencies cannot drift from it."""

import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from muster.cli import app

ROOT = Path(__file__).parents[1]
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
OPTIONS = [(name, option) for name, command in COMMANDS.items() for option in command.params]


def test_the_command_reference_is_what_the_command_line_says() -> None:
    reference = runpy.run_path(str(ROOT / "scripts" / "write_commands.py"))["reference"]
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == reference(), "run `make docs`"


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=lambda value: getattr(value, "name", value))
def test_every_option_has_a_help_text(command: str, option: Any) -> None:
    assert option.help, f"muster {command}: {option.name} says nothing of itself"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_names_every_command(command: str) -> None:
    assert f"muster {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", sorted(path.stem for path in (ROOT / "src" / "muster").iterdir() if path.name[0] not in "_p"))
def test_the_map_names_every_stage(stage: str) -> None:
    assert f"`{stage}" in (ROOT / "docs" / "map.md").read_text(encoding="utf-8")


def test_every_dependency_has_a_decision_record() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    records = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md"))
    wanted = [line.split(">")[0].split("[")[0] for line in project["dependencies"]]
    assert not [name for name in wanted if f"`{name}`" not in records]


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert all("--hash=sha256:" in block for block in text.split("==")[1:])


def test_links_between_documents_lead_somewhere() -> None:
    import re

    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_commands_of_the_page_on_exports_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    monkeypatch.chdir(tmp_path)
    block = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8").split("```")[1]
    answers = [CliRunner().invoke(app, line.split()[1:]) for line in block.strip().splitlines()]
    assert [answer.exit_code for answer in answers] == [0] * len(answers)
    assert answers[-1].stdout == "all.csv: 0 record(s) added, 193 already there\n"
    assert {path.name for path in tmp_path.iterdir()} >= {"all.csv", "all.xlsx", "funds.xml"}


def test_the_page_on_exports_names_every_format() -> None:
    from muster.ledger import EXPORTS

    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert not [name for name in EXPORTS if f"| `{name}` |" not in text]
