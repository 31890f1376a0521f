"""Write docs/commands.md from the command line's own help, so that the two cannot drift."""

from pathlib import Path
from typing import Any

import typer

from muster.cli import app

TARGET = Path(__file__).parents[1] / "docs" / "commands.md"
HEAD = """# Commands

Written by `make docs` from the command line itself; a test compares the two. Exit codes: 0 done, 1 the input is at
fault (one line on stderr says where and what to do), 2 the command was not understood.
"""


def reference() -> str:
    """Every command with its arguments and options, in Markdown."""
    group: Any = typer.main.get_command(app)
    return "\n".join([HEAD, *(section(name, command) for name, command in group.commands.items())])


def section(name: str, command: Any) -> str:
    """One command: what it does and a row for each argument and option."""
    rows = [row(parameter) for parameter in command.params]
    head = [f"## muster {name}", "", str(command.help).strip(), "", "| argument or option | what it does |", "|---|---|"]
    return "\n".join([*head, *rows, ""])


def row(parameter: Any) -> str:
    """An argument by its metavar, an option by its names and metavar."""
    metavar = parameter.metavar or ""
    names = metavar if parameter.param_type_name == "argument" else ", ".join([*parameter.opts, *parameter.secondary_opts])
    label = names if parameter.param_type_name == "argument" else f"{names} {metavar}".strip()
    return f"| `{label}` | {parameter.help} |"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
