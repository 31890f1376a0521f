"""``muster panel``, and the options by which every command chooses an engine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.terminal import AsOf, Folder, Out, Quiet, day, emit, mark, stderr
from muster.errors import PanelError

if TYPE_CHECKING:
    from muster.panel import Engine, Progress


class EngineChoice(StrEnum):
    """Where a panel is computed."""

    DUCKDB = "duckdb"
    SPARK = "spark"


EngineName = Annotated[
    EngineChoice,
    typer.Option("--engine", metavar="duckdb|spark", help="Where to compute; spark needs pip install 'passmuster[spark]'."),
]
EngineUrl = Annotated[
    str,
    typer.Option(metavar="URL", help="Which Spark: local[2], spark://HOST:7077 or sc://HOST.", show_default=False),
]
Memory = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        envvar="MUSTER_MEMORY",
        help="What the engine may hold in memory, such as 4GB; what is beyond goes to a temporary folder.",
        show_default="4/5 of the machine's",
    ),
]
Threads = Annotated[
    int,
    typer.Option(metavar="N", envvar="MUSTER_THREADS", min=0, help="Threads of the engine.", show_default="one for each core"),
]

Suppress = Annotated[
    bool,
    typer.Option("--suppress", help="Hide counts from 1 to 4, and others from which they could be worked out."),
]


def panel(
    folder: Folder,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="The id of a planned outcome or dose.", show_default=False)],
    as_of: AsOf = None,
    engine: EngineName = EngineChoice.DUCKDB,
    engine_url: EngineUrl = "",
    memory: Memory = "",
    threads: Threads = 0,
    with_rings: Annotated[
        bool,
        typer.Option("--rings", help="Add how many borders each place lies from a treated one, to look for displacement."),
    ] = False,
    suppress: Suppress = False,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Print the place x period panel of an outcome, or of how much of the mission there was (a dose), as CSV."""
    from muster.dossier import load
    from muster.panel import doses, panels, rings, to_csv

    dossier = load(folder)
    mark(dossier.mission)
    measured = [plan.id for plan in dossier.mission.outcomes if plan.file]
    planned = [plan.id for plan in dossier.mission.doses]
    if outcome not in [*measured, *planned]:
        there = ", ".join([*measured, *planned])
        raise PanelError(f"no outcome {outcome!r} with data", where=str(folder), expected=f"one of {there}")
    if with_rings and outcome in planned:
        raise PanelError("--rings of a dose", where=str(folder), expected="an outcome, whose plan says what is treated")
    with bar(quiet=quiet) as progress:
        used = chosen(engine, engine_url, memory, threads, progress)
        if outcome in planned:
            text = to_csv(doses(dossier, as_of=day(as_of), engine=used, only=outcome)[outcome])
        else:
            built = panels(dossier, as_of=day(as_of), engine=used, only=outcome, suppress=suppress)[outcome]
            text = to_csv(built, rings(dossier, built) if with_rings else None)
    emit(text, out, table=True)


def chosen(name: EngineChoice, url: str, memory: str, threads: int, progress: "Progress | None" = None) -> "Engine":
    """The engine of a command's options."""
    from muster.panel import Engine

    return Engine(name.value, url=url, memory=memory, threads=threads, progress=progress)


@contextmanager
def bar(*, quiet: bool) -> "Iterator[Progress | None]":
    """A bar on stderr for what takes long, gone when it is done; none in a pipe or where quiet was asked for."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress as Bars

    with Bars(console=stderr(), transient=True) as bars:
        tasks = {}

        def tell(step: str, share: float) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEPS.get(step, step), total=1.0)
            bars.update(tasks[step], completed=share)

        yield tell


STEPS = {"ids": "looking for ids used twice", "events": "counting events"}
