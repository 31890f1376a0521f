"""A server on this machine for tests: it keeps what it was asked and answers as each test says, well or badly."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Keeps what was asked, and does what the next step says; the last step is done again and again."""

    server: "Server"

    def do_GET(self) -> None:
        self.do_next(self)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_next({"path": self.path, "headers": dict(self.headers), "body": json.loads(sent)})

    do_CONNECT = do_GET  # noqa: N815  the names are the library's

    def do_next(self, asked: Any) -> None:
        with self.server.lock:
            self.server.asked.append(asked)
            step = self.server.steps.pop(0) if len(self.server.steps) > 1 else self.server.steps[0]
        step(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests have nothing to say on stderr."""


Step = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    """The server, its steps to come and what it was asked: a GET as its handler, a POST as path, headers and body."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps, self.asked = list(steps), list[Any]()
        self.lock, self.over = threading.Lock(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def endpoint(self) -> str:
        """Of an interface for language models."""
        return f"{self.url}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is what some tests are about."""


@contextmanager
def serving(*steps: Step) -> Iterator[Server]:
    """A server that runs while the test does."""
    server = Server(steps)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
