"""``muster atlas``: one design for every past mission, as the reference class of a new one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.terminal import Quiet, stderr, stdout


def atlas(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="A folder with UCDP's country-year file and one of Geo-PKO or of the IPI database, under any names.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the results go; a run that was killed goes on there.")] = Path(
        "atlas"
    ),
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that share the missions.")] = 2,
    quiet: Quiet = False,
) -> None:
    """Fit one design to every past mission and write how far the effect of each can be told (CSV, JSON, a forest plot)."""
    from rich.progress import track

    from muster.assess.atlas import Design, cases
    from muster.assess.atlas_data import read_world
    from muster.assess.atlas_run import entries
    from muster.assess.atlas_summary import summarised
    from muster.brief.atlas_plot import atlas_svg
    from muster.brief.atlas_words import LIMITS, atlas_csv, atlas_json, summary_words
    from muster.cli.tables import table
    from muster.dossier.store import write_whole

    design, world = Design(), read_world(data)
    planned = cases(world, design)
    hidden = quiet or not sys.stderr.isatty()
    steps = entries(planned, design, world.files, out, workers=workers)
    done = list(track(steps, "fitting", total=len(planned), console=stderr(), transient=True, disable=hidden))
    found = sorted(done, key=lambda one: (one.start, one.mission))
    summary = summarised(found)
    parts = {
        "atlas.csv": atlas_csv(found).encode("utf-8-sig"),
        "atlas.json": atlas_json(found, summary, design, world.files).encode(),
        "atlas.svg": atlas_svg(found, summary).encode(),
    }
    for name, text in parts.items():
        write_whole(out / name, text)
    if quiet:
        return
    rows: list[dict[str, object]] = [
        {"start": one.start, "mission": one.mission, "country": one.name, "verdict": one.verdict, "reason": one.reason}
        for one in found
    ]
    typer.echo(table(stdout(), ("start", "mission", "country", "verdict", "reason"), rows, "In order of arrival."), nl=False)
    typer.echo("\n".join((*summary_words(summary), "", "Limits:", *(f"- {limit}" for limit in LIMITS))))
    typer.echo(f"\nWritten: {', '.join(str(out / name) for name in parts)}")
