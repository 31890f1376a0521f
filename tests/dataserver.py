"""A provider of data on this machine for tests, which answers as each test says, well or badly."""

import gzip
import json
import re
from collections.abc import Sequence
from urllib.parse import SplitResult

from localserver import Handler, Server, Step, serving

__all__ = ["Handler", "Server", "Step", "serving"]


def gives(body: bytes, status: int = 200, **headers: str) -> Step:
    """A response as given; ``Retry_After="1"`` is the header Retry-After."""

    def step(handler: Handler) -> None:
        handler.send_response_only(status)
        for name, value in ({"Content_Type": "text/csv", "Content_Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return step


def says(value: object) -> Step:
    """A response in JSON."""
    return gives(json.dumps(value).encode(), Content_Type="application/json")


def file(body: bytes, etag: str = '"one"', stop: int | None = None) -> Step:
    """A file that can be had in parts while its ETag stands; with ``stop``, the connection ends after so many bytes."""

    def step(handler: Handler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(asked[1]) if asked and handler.headers.get("If-Range") == etag else 0
        handler.send_response_only(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        handler.wfile.write(body[start:stop])

    return step


def leads(place: str, status: int = 302) -> Step:
    """A redirect."""
    return gives(b"", status, Location=place)


def silent(handler: Handler) -> None:
    """No answer while the test runs."""
    handler.server.over.wait()


def endless(handler: Handler) -> None:
    """A body without an end."""
    handler.send_response_only(200)
    handler.end_headers()
    while not handler.server.over.is_set():
        handler.wfile.write(b"a,b\n" * 16_384)


def dripping(handler: Handler) -> None:
    """A body that comes a byte at a time."""
    handler.send_response_only(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.over.wait(0.001):
        handler.wfile.write(b"x")


def bomb(size: int) -> bytes:
    """Packed nothing, of this size unpacked."""
    return gzip.compress(b"\n" * size, mtime=0)


def here(host: str, port: int) -> Sequence[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


def unseen(came: int, total: int | None) -> None:
    """Progress that nobody looks at."""


def direct(parts: SplitResult) -> str:
    """No proxy."""
    return ""


def closed(handler: Handler) -> None:
    """The connection is closed without a word."""


def garbled(handler: Handler) -> None:
    """Something that is no HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
