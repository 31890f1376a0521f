"""`muster sources`: which data sets can be read, and what becomes of a file's rows."""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli.terminal import Out, Quiet, emit, stdout
from muster.errors import MusterError

if TYPE_CHECKING:
    from muster.records import DataFile
    from muster.sources import Parsed, Source

SHOWN = 10  # rows at fault that the terminal lists
SIDECAR = """\
# What {file} is and where it is from. Fill in what is blank; `muster sources {file}` shows how its rows are read.
source = "{source}"
title = "{title}"
provider = "{provider}"
licence = "{licence}"
vintage = ""        # the release, or the day on which it was downloaded: 2024-06-25
address = ""        # where it was downloaded
redistribute = {redistribute}
# covered = [2018-01-01, 2024-12-31]    # the days that the source covered: inside them no event means zero
# country = "HTI"                       # where all its places lie: rows outside are set aside
# [places]                              # names of places in the file = names in the plan
"""


class Style(StrEnum):
    """How the list is printed."""

    TABLE = "table"
    JSON = "json"


def sources(
    what: Annotated[
        str,
        typer.Argument(metavar="[SOURCE|FILE]", help="A source to explain, or a data file to try; without it all are listed."),
    ] = "",
    style: Annotated[Style, typer.Option("--format", metavar="table|json", help="How to print.")] = Style.TABLE,
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Begin the file's sidecar (NAME.toml beside it).")] = False,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """List the data sets that can be read; explain one; or try a file: which source it is, and which rows are set aside.

    With a file, --out writes every row that is set aside as CSV, with its number and the reason.
    """
    from muster.sources import SOURCES

    if what in SOURCES:
        emit(_explained(SOURCES[what], style), out)
    elif what:
        _try(Path(what), style, sidecar=sidecar, out=out, quiet=quiet)
    else:
        emit(_list(list(SOURCES.values()), style), out)


def _list(found: "list[Source]", style: Style) -> str:
    if style is Style.JSON:
        return _json([_facts(source) for source in found])
    from muster.cli.tables import table

    rows: list[dict[str, object]] = [
        {
            "source": source.name,
            "what": source.title,
            "rows become": source.shape,
            "licence": source.licence + ("" if source.redistribute else "; rows may not be passed on"),
            "needs": ", ".join(source.columns),
        }
        for source in found
    ]
    return table(stdout(), tuple(rows[0]), rows, f"{len(rows)} sources; `muster sources SOURCE` explains one")


def _explained(source: "Source", style: Style) -> str:
    if style is Style.JSON:
        return _json(_facts(source))
    from muster.cli.tables import table

    head = [
        f"{source.name}: {source.title}",
        f"provider    {source.provider}",
        f"licence     {source.licence}; rows {'may' if source.redistribute else 'may not'} be passed on",
        f"cite        {source.citation}",
        f"a vintage   {source.vintage}",
        f"a row       {', '.join(source.keys)}",
        f"rows become {source.shape}",
    ]
    rows: list[dict[str, object]] = [
        {"column": name, "type": column.type, "what it holds": column.about, "": "needed" if name in source.columns else ""}
        for name, column in {**source.columns, **source.optional}.items()
    ]
    return "\n".join(head) + "\n\n" + table(stdout(), tuple(rows[0]), rows, "Other columns are not read.")


def _facts(source: "Source") -> dict[str, object]:
    """A source as JSON shows it."""
    names = ("name", "title", "provider", "licence", "citation", "redistribute", "shape", "keys", "vintage")
    columns = {
        name: {"type": column.type, "about": column.about, "needed": name in source.columns}
        for name, column in {**source.columns, **source.optional}.items()
    }
    return {name: getattr(source, name) for name in names} | {"columns": columns}


def _try(path: Path, style: Style, *, sidecar: bool, out: Path | None, quiet: bool) -> None:
    """Read a file as it would be read in a dossier."""
    from muster.cli.tables import comma_separated
    from muster.dossier.folder import data_file, data_name
    from muster.sources import load, source_of

    beside = path.with_name(f"{data_name(path)}.toml")
    if sidecar:
        _begin(beside, path, source_of(path))
    source = None if beside.exists() and not sidecar else source_of(path)
    file = _bare(path, source.name) if source else data_file(path)
    parsed = load(file)
    if out:
        rows: list[dict[str, object]] = [
            {"row": one.row, "reason": one.reason, "detail": one.detail} for one in parsed.rejected
        ]
        emit(comma_separated(("row", "reason", "detail"), rows), out, table=True)
    if not quiet:
        typer.echo(_told(path, source.name if source else file.source or source_of(path).name, parsed, style), nl=False)


def _bare(path: Path, source: str) -> "DataFile":
    """A data file without a sidecar."""
    from muster.records import DataFile

    return DataFile(name=path.name, path=str(path), source=source, title="", provider="", licence="", vintage="", sha256="")


def _begin(beside: Path, path: Path, source: "Source") -> None:
    if beside.exists():
        raise MusterError("the file has a sidecar", where=str(beside), do="edit it, or move it away")
    from muster.dossier.store import write_whole

    words = {name: str(getattr(source, name)).replace('"', "'") for name in ("title", "provider", "licence")}
    text = SIDECAR.format(file=path.name, source=source.name, redistribute=str(source.redistribute).lower(), **words)
    write_whole(beside, text.encode())


def _told(path: Path, source: str, parsed: "Parsed", style: Style) -> str:
    """How many rows are used and why the others are not."""
    counts = Counter(one.reason for one in parsed.rejected)
    if style is Style.JSON:
        first = [{"row": one.row, "reason": one.reason, "detail": one.detail} for one in parsed.rejected]
        facts = {"file": path.name, "source": source, "rows": parsed.used, "set_aside": dict(counts), "faults": first}
        return _json(facts | {"remarks": list(parsed.remarks)})
    lines = [f"{path.name}: {source}, {parsed.used:,} rows used, {len(parsed.rejected):,} set aside"]
    lines += [f"  {reason}: {count:,}" for reason, count in counts.most_common()]
    lines += [f"    row {one.row:,}, {one.reason}: {one.detail}" for one in parsed.rejected[:SHOWN]]
    if len(parsed.rejected) > SHOWN:
        lines.append(f"    and {len(parsed.rejected) - SHOWN:,} more: --out FILE.csv lists them all")
    return "\n".join([*lines, *(f"  {remark}" for remark in parsed.remarks)]) + "\n"


def _json(value: object) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
