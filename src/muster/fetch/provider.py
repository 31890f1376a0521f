"""What a provider of open data declares of itself: how it is asked, and how its answers become the CSV of a source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from muster.fetch.download import Request
from muster.sources import SOURCES, Source

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """What the user asked for; ``endpoint`` is where, the provider's own unless the user named another."""

    endpoint: str
    country: str = ""
    first: date | None = None
    last: date | None = None
    release: str = ""
    dataset: str = ""
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)

    def request(self, kind: str, path: str = "", **query: str | int | date | None) -> Request:
        """An address below the endpoint; parameters without a value are left out."""
        given = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return Request(self.endpoint + path + (f"?{urlencode(given)}" if given else ""), kind, self.secret)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: of JSON what it says, of a CSV file nothing, for that stays on disk."""

    request: Request
    said: Any = None


@dataclass(frozen=True, slots=True)
class Provider:
    """An open data set that Muster can fetch.

    Args:
        source: the source in ``sources/table.py`` that reads it, which also holds its licence and how to cite it.
        endpoint: where it is asked.
        follow: the next request from the last page and the number of pages so far (none and 0 at first); none at the end.
        rows: the rows that a page of JSON holds, in the source's columns. A CSV file is taken as it is.
        vintage: what tells one state of the data from another, from the first page and the day of the download.
        columns: the columns of the CSV that is written from ``rows``.
        total: how many rows the provider says there are, where it does.
        token: the environment variable that holds the user's token.
        header: the header that carries it.
        takes: what of ``country``, ``dates``, ``release`` and ``dataset`` it can be asked by.
        must: of ``country`` and ``token``, what it cannot be asked without.
        fixed: the address names the release, so that what came of it once is not asked for again.
        country_column: the column by which a CSV file of all countries is cut to one.
        release: the release that is asked for unless the user names another.
    """

    name: str
    source: str
    endpoint: str
    follow: Callable[[Ask, Page | None, int], Request | None]
    vintage: Callable[[Ask, Page, date], str]
    rows: Callable[[Any], Sequence[Row]] | None = None
    columns: tuple[str, ...] = ()
    total: Callable[[Any], int | None] | None = None
    token: str = ""
    header: str = ""
    takes: frozenset[str] = frozenset({"country", "dates"})
    must: frozenset[str] = frozenset()
    fixed: bool = False
    country_column: str = ""
    release: str = ""

    @property
    def reads(self) -> Source:
        """The source that reads what this provider gives."""
        return SOURCES[self.source]


def words(text: str) -> tuple[str, ...]:
    """Names of columns, written one after the other."""
    return tuple(text.split())


def of_the_day(ask: Ask, first: Page, today: date) -> str:  # noqa: ARG001  one shape for all vintages
    """The vintage of data that change at any time: the day of the download."""
    return today.isoformat()
