"""One POST and what came back, in bounded time and memory. Redirects are not followed: the report goes where the user said."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse, IncompleteRead
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TypeVar
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from muster._version import __version__
from muster.read.llm.endpoint import Model

CHUNK = 65_536

T = TypeVar("T")


class TooLargeError(Exception):
    """More bytes came than an answer may have."""


@dataclass(frozen=True, slots=True)
class Received:
    """A response: ``kind`` is its content type, ``wait`` the seconds that its Retry-After asks for."""

    status: int
    kind: str
    wait: float | None
    body: bytes


class _AsItIs(HTTPErrorProcessor):
    """Every status is a response; none is an exception, and no redirect is followed."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002
        return response

    https_response = http_response


def post(model: Model, body: dict[str, object], seconds: float) -> Received:
    """Post JSON and take the whole response in at most ``seconds``, whatever the other side does.

    The proxy of the environment is used, except for an endpoint on this machine.

    Raises:
        TimeoutError, OSError, HTTPException: as the connection fails.
        TooLargeError: the response is larger than the model's patience allows.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": f"muster/{__version__}"}
    if model.key:
        headers["Authorization"] = f"Bearer {model.key}"
    request = Request(model.address, json.dumps(body).encode(), headers, method="POST")
    opener = build_opener(_AsItIs, *([ProxyHandler({})] if model.is_local else []))
    end = monotonic() + seconds

    def exchange() -> Received:
        with opener.open(request, timeout=seconds) as response:
            return Received(response.status, _kind(response.headers), _wait(response.headers), _body(response, model, end))

    return within(seconds, exchange)


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of work that is left alone after some seconds: a socket's own timeout starts anew with every byte.

    Raises:
        TimeoutError: the work took longer; whatever else the work raises comes as it is.
    """
    outcome: SimpleQueue[T | Exception] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put(work())
        except Exception as error:  # noqa: BLE001  whatever it is, it is raised below, in the thread that waits
            outcome.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


def _body(response: HTTPResponse, model: Model, end: float) -> bytes:
    held = bytearray()
    while chunk := response.read1(CHUNK):
        held += chunk
        if len(held) > model.patience.most:
            raise TooLargeError
        if monotonic() > end:
            raise TimeoutError
    if response.length:  # read1 does not tell that the other side stopped short
        raise IncompleteRead(bytes(held), response.length)
    return bytes(held)


def _kind(headers: Message) -> str:
    return headers.get_content_type() if "Content-Type" in headers else "no content type"


def _wait(headers: Message) -> float | None:
    """Retry-After as seconds; a date is counted from the server's own Date, so that no clock of ours is asked."""
    asked, now = headers.get("Retry-After", "").strip(), headers.get("Date", "")
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        return max(0.0, (parsedate_to_datetime(asked) - parsedate_to_datetime(now)).total_seconds())
    except (TypeError, ValueError):
        return None
