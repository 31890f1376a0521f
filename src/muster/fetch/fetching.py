"""From a provider to a dossier: ask, page by page, make the source's CSV, see that it can be read, and put it in its place."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from muster.dossier.folder import STEM, check_folder
from muster.dossier.store import told
from muster.errors import FetchError
from muster.fetch.addresses import origin, shown, split
from muster.fetch.csvfile import cut, write_rows
from muster.fetch.download import Progress, Request, download
from muster.fetch.part import Part
from muster.fetch.placing import check_free, held, place, working
from muster.fetch.provider import Ask, Page, Provider
from muster.fetch.unpack import check_hash, check_kind, sha256, unpacked
from muster.fetch.web import Web
from muster.records import DataFile
from muster.sources import load

MOST_PAGES = 100_000
LARGEST_PAGE = 200_000_000  # bytes of JSON, which are held in memory


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: where it lies, how many rows can be used, and how many were set aside for which reason.

    ``unchanged`` means that the dossier held the same bytes, and that nothing was written.
    """

    path: Path
    vintage: str
    rows: int
    rejected: Mapping[str, int]
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the file is to be called (blank: after source, country and vintage), and its hash, if the user knows it."""

    name: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The CSV that all pages made, the first page, and the address that a citation gives."""

    path: Path
    first: Page
    address: str


def fetch(folder: Path, provider: Provider, ask: Ask, web: Web, wanted: Wanted, today: date, progress: Progress) -> Fetched:
    """Fetch an open data set into a dossier's ``data/``, with its sidecar, or leave the dossier as it was.

    Raises:
        BrokenOffError: the network failed; what came is kept beside its place as ``.part``, and the next run goes on.
        DataError: what came cannot be read as the source declares it.
        DossierError: the folder is no dossier, or cannot be written.
        FetchError: the provider refuses, or what came cannot be used.
    """
    check_folder(Path(folder))
    _check_name(wanted.name)
    data = Path(folder) / "data"
    base = wanted.name or "-".join(filter(None, (provider.source, ask.country.lower())))
    with told(data):
        data.mkdir(exist_ok=True)
        work = data / f"{base}.part"
        with working(work):
            gathered = _gather(provider, ask, web, work, progress)
            vintage = provider.vintage(ask, gathered.first, today)
            name = wanted.name or f"{base}-{re.sub(r'[^A-Za-z0-9.]+', '-', vintage)}"
            path = gathered.path.replace(work / f"{name}.csv")
            check_hash(path, wanted.sha256.lower(), shown(gathered.address))
            file = _described(provider, ask, name=name, path=path, vintage=vintage, address=gathered.address)
            return _placed(data, file, provider, today)


def _placed(data: Path, file: DataFile, provider: Provider, today: date) -> Fetched:
    path, parsed = Path(file.path), load(file)
    found = held(data, path)
    if found is None:
        check_free(data, file.name)
    lies = found or place(data, path, file, provider.reads.citation, today.isoformat())
    rejected = Counter(str(row.reason) for row in parsed.rejected)
    return Fetched(lies, file.vintage, parsed.used, rejected, unchanged=found is not None)


def _check_name(name: str) -> None:
    if name and not STEM.fullmatch(name):
        raise FetchError(repr(name), where="--name", expected="letters, digits, points and dashes, without folder and suffix")


def _described(provider: Provider, ask: Ask, *, name: str, path: Path, vintage: str, address: str) -> DataFile:
    source = provider.reads
    return DataFile(
        name=name,
        path=str(path),
        source=provider.source,
        title=source.title,
        provider=source.provider,
        licence=source.licence,
        vintage=vintage,
        sha256=sha256(path),
        address=address,
        redistribute=source.redistribute,
        country=ask.country,
    )


def _gather(provider: Provider, ask: Ask, web: Web, work: Path, progress: Progress) -> Gathered:
    """All pages, in order, as one CSV file."""
    table, first, page, count, rows = work / "table.csv", None, None, 0, 0
    body = table
    with table.open("w", encoding="utf-8", newline="") as stream:
        while (request := provider.follow(ask, page, count)) is not None:
            body = _answer(provider, request, web, Part(work / f"{count + 1:06}.part"), progress)
            page = Page(request, _said(body, request) if request.kind == "json" else None)
            first, count = first or page, count + 1
            if provider.rows is not None:
                rows += write_rows(stream, provider.columns, provider.rows(page.said))
            _check_growth(count, stream.tell(), web, request)
    if first is None or page is None:
        raise FetchError("nothing was asked", where=provider.name)
    address = (first if provider.rows is not None else page).request.url
    if provider.rows is not None:
        _check_rows(provider, first, rows)
        return Gathered(table, first, address)
    if provider.country_column and ask.country:
        body = cut(body, provider.country_column, ask.country, table)
    return Gathered(body, first, address)


def _answer(provider: Provider, request: Request, web: Web, part: Part, progress: Progress) -> Path:
    """The file that a request gives, packed files opened, of the kind and hash that it should have."""
    if not (provider.fixed and part.holds(request.url)):
        download(web, request, part, progress)
    where, encoding = shown(request.url), part.state.encoding if part.state else ""
    check_hash(part.path, request.sha256, where)
    body = unpacked(part.path, encoding, web.manners.most, where)
    check_kind(body, request.kind, where)
    return body


def _said(body: Path, request: Request) -> dict[str, Any]:
    where = shown(request.url)
    if body.stat().st_size > LARGEST_PAGE:
        raise FetchError(f"a page of {body.stat().st_size:,} bytes", where=where, expected=f"at most {LARGEST_PAGE:,}")
    try:
        said = msgspec.json.decode(body.read_bytes())
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FetchError(f"JSON that cannot be read ({error})", where=where, do="run the same command again") from None
    if not isinstance(said, dict):
        raise FetchError("a list came", where=where, expected="an object with the rows in it")
    return said


def _check_growth(count: int, size: int, web: Web, request: Request) -> None:
    """Pages that never end are refused as one endless answer would be."""
    if count > MOST_PAGES or size > web.manners.most:
        raise FetchError(
            f"{count:,} pages, {size:,} bytes and no end", where=shown(request.url), do="ask for less with --from and --to"
        )


def _check_rows(provider: Provider, first: Page, rows: int) -> None:
    stated = provider.total(first.said) if provider.total else None
    if not rows:
        do = "see that country and dates are right"
        raise FetchError("no rows", where=shown(first.request.url), do=do)
    if stated is not None and stated != rows:
        raise FetchError(
            f"{rows:,} rows on all pages", where=shown(first.request.url), expected=f"{stated:,}", do="run it again"
        )


def local_of(url: str) -> frozenset[tuple[str, int]]:
    """The host and port of an address that the user names as his own."""
    return frozenset({origin(split(url))[1:]})
