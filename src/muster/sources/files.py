"""A data file on disk to the rows of its source: which source it is, read from its header where nobody says, and its parser."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from muster.errors import DataError
from muster.records import DataFile
from muster.sources import tabular
from muster.sources.cells import COUNTRY
from muster.sources.countries import countries_of
from muster.sources.declaration import Parsed, Source
from muster.sources.events import SOURCE as STORED_EVENTS
from muster.sources.events import Stored, stored
from muster.sources.table import SOURCES
from muster.sources.textcolumns import listed, no_rows
from muster.sources.textfile import text_of


def load(file: DataFile) -> Parsed:
    """Read a data file as its sidecar declares it, or, where that names no source, as the source that its header is of.

    Raises:
        DataError: the file, its layout or the named source is at fault. Faults of single rows are in ``Parsed.rejected``.
    """
    path = Path(file.path)
    given = _declared(file)
    found: list[Source] = []

    def choose(names: Sequence[str]) -> Sequence[str]:
        source = given or recognised(names, path.name)
        _check_columns(names, source, path.name)
        found.append(source)
        return [*source.columns, *(name for name in source.optional if name in names)]

    text = text_of(path, choose)
    table = _without_tags(text.table)
    if not table.num_rows:
        raise no_rows(path.name)
    table = _with_blanks(table, found[0])
    parsed = found[0].parse(table.append_column(COUNTRY, countries_of(table, found[0].country, file.country)))
    return replace(parsed, remarks=(*parsed.remarks, *text.remarks))


def opened(file: DataFile) -> Parsed | Stored:
    """A data file read as :func:`load` does, or left on disk where the engine that makes a panel can read it there.

    Raises:
        DataError: as :func:`load`.
    """
    path = Path(file.path)
    if file.source == STORED_EVENTS.name and (path.is_dir() or path.suffix.lower() == ".parquet"):
        return stored(file)
    return load(file)


def source_of(path: Path) -> Source:
    """The source that a file's header is of.

    Raises:
        DataError: it cannot be read, or its columns are those of no source.
    """
    found: list[Source] = []

    def choose(names: Sequence[str]) -> Sequence[str]:
        found.append(recognised(names, path.name))
        return list(found[-1].columns)

    text_of(path, choose)
    return found[0]


def recognised(names: Sequence[str], where: str) -> Source:
    """The source with these columns; of several the one that asks for most.

    Raises:
        DataError: there is none; the message names the nearest and what it lacks.
    """
    there = set(names)
    fitting = [source for source in SOURCES.values() if there.issuperset(source.columns)]
    if fitting:
        return max(fitting, key=lambda source: len(source.columns))
    near = max(SOURCES.values(), key=lambda source: len(there.intersection(source.columns)) / len(source.columns))
    missing = [name for name in near.columns if name not in there]
    closest = f"; {near.name} is nearest and lacks {listed(missing)}" if len(missing) < len(near.columns) else ""
    raise DataError(
        f"the columns {listed(names)} are those of no source{closest}",
        where=where,
        expected="the columns of a source that `muster sources` lists",
        do='or source = "tabular" in the sidecar, with [columns] that say which column holds what',
    )


def _declared(file: DataFile) -> Source | None:
    """The source that a sidecar names; none where it leaves that to the header."""
    if file.source == tabular.SOURCE.name and file.columns:
        return tabular.mapped(file)
    if file.source and file.source not in SOURCES:
        expected = f"one of {', '.join(sorted(SOURCES))}, or nothing: it is then told from the file's header"
        raise DataError(f"source {file.source!r} is not known", where=file.name, expected=expected)
    return SOURCES[file.source] if file.source else None


def _check_columns(names: Sequence[str], source: Source, where: str) -> None:
    missing = [name for name in source.columns if name not in names]
    if missing:
        found = f"{listed(missing)} missing among the columns {listed(names)}"
        raise DataError(found, where=where, expected=f"the layout of source {source.name}")
    read = {**source.columns, **source.optional}
    twice = [name for name, count in Counter(names).items() if count > 1 and name in read]
    if twice:
        raise DataError(f"{listed(twice)} given more than once", where=where, expected="every column name once")


def _without_tags(table: pa.Table) -> pa.Table:
    """The table without the row of tags (``#date``, ``#adm1+name``) that files of one data exchange carry below the names."""
    first = [cell for row in table.slice(0, 1).to_pylist() for cell in row.values() if cell]
    return table.slice(1) if first and all(cell.startswith("#") for cell in first) else table


def _with_blanks(table: pa.Table, source: Source) -> pa.Table:
    """The table with blank columns for those that only other layouts of the source have."""
    for name in source.optional:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table
