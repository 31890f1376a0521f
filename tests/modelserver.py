"""A chat completions server on this machine for tests, which answers as each test says, well or badly."""

import json
import socket
import struct
from typing import Any

from localserver import Handler, Server, Step, serving

__all__ = ["Handler", "Server", "Step", "serving"]


def raw(status: int, body: bytes, **headers: str) -> Step:
    """A response as given; ``Retry_After="1"`` is the header Retry-After."""

    def step(handler: Handler) -> None:
        handler.send_response_only(status)
        for name, value in ({"Content_Type": "application/json"} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return step


def says(content: str | None, finish: str = "stop", **message: str) -> Step:
    """A chat completion with this text."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return raw(200, json.dumps({"id": "x", "object": "chat.completion", "choices": [choice]}).encode())


def gives(commitments: list[Any], statements: list[Any] | None = None) -> Step:
    """A chat completion with these records."""
    return says(json.dumps({"commitments": commitments, "statements": statements or []}))


def silent(handler: Handler) -> None:
    """No answer while the test runs."""
    handler.server.over.wait()


def dripping(handler: Handler) -> None:
    """A header that never ends, a byte at a time, each sooner than any timeout of a socket."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.over.wait(0.01):
        handler.wfile.write(b"x")


def endless(handler: Handler) -> None:
    """A body without an end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.is_set():
        handler.wfile.write(b" " * 65_536)


def short(handler: Handler) -> None:
    """Less than was promised."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": ')


def reset(handler: Handler) -> None:
    """The connection is reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def closed(handler: Handler) -> None:
    """The connection is closed without a word."""


def garbled(handler: Handler) -> None:
    """Something that is no HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
