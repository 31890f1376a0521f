"""One answer to a file: tried again, taken up where it broke off, checked for size, and never more than was allowed."""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import BinaryIO

from urllib3.exceptions import HTTPError

from muster.errors import BrokenOffError, FetchError
from muster.fetch.addresses import shown
from muster.fetch.part import Part
from muster.fetch.web import AgainError, Response, Web

CHUNK = 65_536
PASSING = {408, 425, 429, 500, 502, 503, 504}
DO = {
    202: "the provider makes programs wait: download the file by hand",
    400: "see that country, dates and release are right",
    401: "the provider wants a token, or another one",
    403: "the provider wants a token, or does not let this machine in",
    404: "see that release, dataset and country are right",
    429: "wait, then run the same command again",
}

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: an address, the kind of answer that is expected, and the headers that go with it.

    ``secret`` are headers with the user's token; ``sha256`` is the hash that the provider states of the answer, if any.
    """

    url: str
    kind: str
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    sha256: str = ""


def download(web: Web, request: Request, part: Part, progress: Progress) -> None:
    """Bring a part up to the whole answer.

    Raises:
        BrokenOffError: it was given up after the allowed tries; what came is kept.
        FetchError: the answer is refused, too large or of the wrong kind.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return _once(web, request, part, progress)
        except AgainError as again:
            wait = web.manners.wait(tries) if again.wait is None else again.wait
            if tries >= web.manners.tries or wait > web.manners.longest:
                raise _given_up(request, again, tries, part.size) from None
        web.manners.pause(wait)


def _given_up(request: Request, again: AgainError, tries: int, came: int) -> BrokenOffError:
    number = "one try" if tries == 1 else f"{tries} tries"
    asked = f"; it asks to wait {again.wait:g} s" if again.wait else ""
    do = f"run the same command again later{': what came is kept' if came else ''}"
    return BrokenOffError(f"{again.words}, given up after {number}{asked}", where=shown(request.url), do=do)


def _once(web: Web, request: Request, part: Part, progress: Progress) -> None:
    """One try."""
    response = web.get(request.url, part.question(request.url), request.secret)
    try:
        if response.status == 304 and part.state is not None and part.state.whole:
            return
        if response.status == 416:
            part.drop()
            raise AgainError("the rest cannot be had", wait=0.0)
        _check_head(web, request, response)
        if response.status == 206:
            _check_range(part, response)
        else:
            head = response.headers
            part.begin(request.url, head.get("ETag", ""), head.get("Last-Modified", ""), _encoding(request, response))
        _receive(web, part, response, progress)
        part.end()
    finally:
        response.close()


def _check_head(web: Web, request: Request, response: Response) -> None:
    where = shown(request.url)
    if response.status in PASSING:
        raise AgainError(_status(response), _wait(response.headers))
    if response.status not in {200, 206}:
        raise FetchError(_status(response), where=where, do=DO.get(response.status, "see that the address is right"))
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml"}:
        raise FetchError(
            "a web page came", where=where, expected=request.kind.upper(), do="open the address in a browser to see why"
        )
    length = _length(response)
    if length is not None and length > web.manners.most:
        raise FetchError(
            f"{length:,} bytes", where=where, expected=f"at most {web.manners.most:,}", do="allow more with --max-size"
        )


def _check_range(part: Part, response: Response) -> None:
    """A rest must begin where the part ends, and be of the same state; else all is asked for anew."""
    found = re.fullmatch(r"bytes (\d+)-\d+/(?:\d+|\*)", response.headers.get("Content-Range", "").strip())
    etag = response.headers.get("ETag", "")
    known = part.state.validator if part.state is not None else ""
    changed = known.startswith('"') and etag not in {"", known}
    if changed or found is None or int(found[1]) != part.size:
        part.drop()
        raise AgainError("the file changed while it was fetched", wait=0.0)


def _receive(web: Web, part: Part, response: Response, progress: Progress) -> None:
    """The body, as it comes over the wire, to the end of the part."""
    length, before = _length(response), part.size
    with part.open() as stream:
        try:
            _pour(web, response, stream, before, progress)
        finally:
            with suppress(OSError):  # a disk that is full is told of by what failed first
                stream.flush()
                os.fsync(stream.fileno())
    if length is not None and part.size - before != length:
        raise AgainError(f"{part.size - before:,} of {length:,} bytes came")


def _pour(web: Web, response: Response, stream: BinaryIO, before: int, progress: Progress) -> None:
    manners, length, came = web.manners, _length(response), before
    start = manners.clock()
    while chunk := _chunk(response, came):
        stream.write(chunk)
        came += len(chunk)
        progress(came, None if length is None else before + length)
        if came > manners.most:
            raise FetchError(f"more than {manners.most:,} bytes", do="allow more with --max-size")
        spent = manners.clock() - start
        if spent > manners.timeout and came - before < manners.slowest * spent:
            raise AgainError(f"less than {manners.slowest:g} bytes a second")


def _chunk(response: Response, came: int) -> bytes:
    try:
        return response.read1(CHUNK, decode_content=False)
    except (HTTPError, OSError):
        raise AgainError(f"it broke off after {came:,} bytes") from None


def _encoding(request: Request, response: Response) -> str:
    packed = response.headers.get("Content-Encoding", "").strip().lower().removeprefix("x-")
    if packed not in {"", "identity", "gzip"}:
        raise FetchError(f"packed as {packed[:20]!r}", where=shown(request.url), expected="plain or gzip")
    return "gzip" if packed == "gzip" else ""


def _length(response: Response) -> int | None:
    text = response.headers.get("Content-Length", "").strip()
    return int(text[:18]) if text.isascii() and text.isdigit() else None


def _status(response: Response) -> str:
    known = {status.value: status.phrase for status in HTTPStatus}
    return f"{response.status} {known.get(response.status, 'unknown status')}"


def _wait(headers: Mapping[str, str]) -> float | None:
    """Retry-After as seconds; a date is counted from the server's own Date, or from now where it has none."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return max(0.0, (parsedate_to_datetime(asked) - now).total_seconds())
    except (TypeError, ValueError):
        return None
