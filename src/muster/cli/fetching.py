"""`muster fetch`: an open data set into a dossier."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.terminal import Folder, Quiet, day, stderr, warn

if TYPE_CHECKING:
    from muster.fetch import Fetched, Provider
    from muster.fetch.download import Progress

Day = datetime | None


class Name(StrEnum):
    """What can be fetched; a test holds it against the table of providers."""

    UCDP = "ucdp"
    HAPI_CONFLICT = "hapi-conflict"
    HAPI_IDPS = "hapi-idps"
    HAPI_FOOD_PRICES = "hapi-food-prices"
    HAPI_POPULATION = "hapi-population"
    WFP_PRICES = "wfp-prices"
    DTM = "dtm"
    FEWSNET_PRICES = "fewsnet-prices"
    FTS = "fts"


def fetch(
    source: Annotated[Name, typer.Argument(metavar="SOURCE", help=f"One of {', '.join(Name)}.", show_default=False)],
    folder: Folder,
    country: Annotated[str, typer.Option(metavar="ISO3", help="The country, such as HTI.")] = "",
    first: Annotated[
        Day, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="Nothing before this day (YYYY-MM-DD).")
    ] = None,
    last: Annotated[
        Day, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Nothing after this day (YYYY-MM-DD).")
    ] = None,
    release: Annotated[str, typer.Option(metavar="RELEASE", help="The release, for ucdp, such as 26.1 or 26.0.7.")] = "",
    dataset: Annotated[
        str, typer.Option(metavar="NAME", help="The data set at the provider, where it is not the usual one.")
    ] = "",
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What to call the file in data/; else after source, country and vintage.")
    ] = "",
    sha256: Annotated[str, typer.Option(metavar="HASH", help="Refuse the file unless it has this SHA-256.")] = "",
    max_size: Annotated[str, typer.Option(metavar="SIZE", help="The largest file to take, such as 500M.")] = "2G",
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="How long to wait for an answer.")] = 60.0,
    url: Annotated[str, typer.Option(metavar="URL", help="Ask this address instead of the provider's own.")] = "",
    allow_local: Annotated[
        bool, typer.Option("--allow-local", help="Let --url be a server on this machine or network.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fetch open data into a dossier's data/, with a sidecar that says where they are from."""
    from muster.fetch import PROVIDERS, Manners, Wanted, Web, asked, local_of, size_of
    from muster.fetch import fetch as fetch_data

    provider = PROVIDERS[source.value]
    days = (day(first), day(last))
    ask = asked(provider, os.environ, url=url, country=country.upper(), dates=days, release=release, dataset=dataset)
    web = Web(Manners(timeout=timeout, most=size_of(max_size)), local_of(url) if url and allow_local else frozenset())
    with _bar(quiet) as progress:
        got = fetch_data(folder, provider, ask, web, Wanted(name, sha256), date.today(), progress)
    if not quiet:
        _tell(got, provider)


def _tell(got: "Fetched", provider: "Provider") -> None:
    source = provider.reads
    aside = ", ".join(f"{count:,} {reason}" for reason, count in sorted(got.rejected.items()))
    rows = f"{got.rows:,} rows" + (f", {sum(got.rejected.values()):,} set aside ({aside})" if aside else "")
    typer.echo(f"{got.path}: {'unchanged, ' if got.unchanged else ''}{rows}; vintage {got.vintage}; {source.licence}")
    typer.echo(f"Cite: {source.citation}")
    if not source.redistribute:
        warn([f"{got.path}: the provider does not let these rows be passed on; keep them out of what you publish"])


@contextmanager
def _bar(quiet: bool) -> "Iterator[Progress]":
    """A bar on stderr where that is a terminal: bytes of the file or page that is under way."""
    from rich.progress import DownloadColumn, Progress, SpinnerColumn, TransferSpeedColumn

    columns = (SpinnerColumn(), DownloadColumn(), TransferSpeedColumn())
    hidden = quiet or not sys.stderr.isatty()
    with Progress(*columns, console=stderr(), transient=True, disable=hidden) as shown:
        task = shown.add_task("fetching", total=None)
        yield lambda came, total: shown.update(task, completed=came, total=total)
