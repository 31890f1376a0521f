"""A chat completions server on this machine for tests, which answers as each test says, well or badly."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Keeps what was asked, and does what the next step says; the last step is done again and again."""

    server: "Server"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.asked.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(sent)})
            step = self.server.steps.pop(0) if len(self.server.steps) > 1 else self.server.steps[0]
        step(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests have nothing to say on stderr."""


Step = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    """The server, its steps to come and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, steps: list[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps, self.asked = steps, list[dict[str, Any]]()
        self.lock, self.over = threading.Lock(), threading.Event()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is what some tests are about."""


@contextmanager
def serving(*steps: Step) -> Iterator[Server]:
    """A server that runs while the test does."""
    server = Server(list(steps))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


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
