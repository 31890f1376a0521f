"""`muster estimate` and `muster verify`: an estimate from any panel, and the proof that estimates are right."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muster.cli.terminal import Out, Quiet, emit, stderr, stdout, warn
from muster.errors import DataError, PanelError


class MethodName(StrEnum):
    """How donors are weighted."""

    SC = "sc"
    DEMEANED = "demeaned"
    RIDGE = "ridge"
    SDID = "sdid"
    DID = "did"


class KindName(StrEnum):
    """How the effect is tested."""

    LTO = "lto"
    PLACEBO = "placebo"
    CONFORMAL = "conformal"


class SideName(StrEnum):
    """Which effects count as evidence."""

    TWO = "two"
    HIGHER = "higher"
    LOWER = "lower"


class MissingRule(StrEnum):
    """What becomes of missing cells."""

    ERROR = "error"
    UNITS = "drop units"
    PERIODS = "drop periods"


class ResultFormat(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


Format = Annotated[ResultFormat, typer.Option("--format", metavar="table|json", help="How to print the results.")]


def estimate(
    panel: Annotated[
        Path, typer.Argument(metavar="PANEL", help="A CSV or Parquet file, a row a unit and period.", show_default=False)
    ],
    unit: Annotated[str, typer.Option(metavar="COLUMN", help="The column that names the unit.", show_default=False)],
    time: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the period.", show_default=False)],
    outcome: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the outcome.", show_default=False)],
    treated: Annotated[str, typer.Option(metavar="NAME", help="The treated unit.", show_default=False)],
    start: Annotated[str, typer.Option(metavar="PERIOD", help="Its first treated period.", show_default=False)],
    method: Annotated[
        MethodName, typer.Option(metavar="sc|demeaned|ridge|sdid|did", help="How donors are weighted.")
    ] = MethodName.SC,
    test: Annotated[KindName, typer.Option(metavar="lto|placebo|conformal", help="How the effect is tested.")] = KindName.LTO,
    alpha: Annotated[float, typer.Option(metavar="SHARE", help="Level of the test; the interval covers the rest.")] = 0.1,
    side: Annotated[SideName, typer.Option(metavar="two|higher|lower", help="Which effects count as evidence.")] = SideName.TWO,
    missing: Annotated[
        MissingRule, typer.Option(metavar="error|drop units|drop periods", help="What becomes of missing cells.")
    ] = MissingRule.ERROR,
    without: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Leave this unit out; may be given again.")] = None,
    study: Annotated[str, typer.Option(metavar="COLUMN", help="The column that tells several studies of one file apart.")] = "",
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that share several studies.")] = 1,
    style: Format = ResultFormat.TABLE,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Also draw the path, the gap and the placebos.")] = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Estimate and test the effect on one unit of a panel, or of each of many."""
    from rich.progress import track

    from muster.cli import estimates
    from muster.cli.studies import Question, answers
    from muster.panel.longfile import read_long

    panels = read_long(panel, unit=unit, time=time, outcome=outcome, study=study)
    if plot and len(panels) > 1:
        raise PanelError(f"{len(panels)} studies for one picture", where=panel.name, do="give --plot a file of one study")
    question = Question(treated, start, method.value, test.value, side.value, alpha, missing.value, tuple(without or ()))
    hidden = quiet or len(panels) < 2 or not sys.stderr.isatty()
    steps = answers(panels, question, workers)
    found = list(track(steps, "estimating", total=len(panels), console=stderr(), transient=True, disable=hidden))
    faults = [answer.fault for answer in found if answer.fault]
    if faults and not study:
        raise faults[0]
    if plot:
        plot.write_text(estimates.picture(found[0], outcome), encoding="utf-8", newline="")
    as_json = style is ResultFormat.JSON
    shown = estimates.many if study else estimates.one
    emit(shown(found, question, as_json=as_json, console=stdout()), out)
    if faults:
        warn(str(fault) for fault in faults)
        raise typer.Exit(1)


def verify(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder with the panels that no installed package carries, as CSV files."),
    ] = None,
    style: Format = ResultFormat.TABLE,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Derive published estimates again and print theirs beside ours; exit code 1 if one is off."""
    from rich.progress import track

    from muster.cli import verification
    from muster.verify import compare

    hidden = quiet or not sys.stderr.isatty()
    found = list(track(compare(data), "deriving", total=None, console=stderr(), transient=True, disable=hidden))
    emit(verification.shown(found, as_json=style is ResultFormat.JSON, console=stdout()), out)
    off = sum(row.verdict == "off" for row in found)
    if off:
        raise DataError(f"{off} of {len(found)} published numbers are not met", do="see the rows marked OFF")
    if not any(row.verdict == "agrees" for row in found):
        raise DataError(
            "none of the panels is on this computer", expected="at least one to compare", do="pip install 'passmuster[verify]'"
        )
