"""Heavy parsers at work in a process of their own, so that whatever a file does to them, the reader goes on.

A web page, a PDF or a mail may be made to take for ever, to fill the memory or to crash native code. The helper process has a
limit of time and of memory; where it breaks down, the file is refused and the next one gets a new helper. It serves one
request after the other, so that its imports are paid once.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import IO

import msgspec

from muster.errors import ReportError
from muster.read.load.kinds import Extracted
from muster.records import Record

SECONDS = 60  # for one file; a page takes some milliseconds, a PDF of 300 pages some seconds
MEMORY = 2_000_000_000  # bytes of address space
EXTRACTORS = {"html": "muster.read.load.html", "pdf": "muster.read.load.pdf", "mail": "muster.read.load.mail"}
START = "from muster.read.load.apart import serve; serve()"


class Refused(Record, tag="refused", frozen=True, kw_only=True):
    """Why a file was not read: the parts of a ReportError."""

    found: str
    expected: str = ""
    do: str = ""


class Done(Record, tag="done", frozen=True, kw_only=True):
    """A file's text."""

    extracted: Extracted


_answers = msgspec.msgpack.Decoder(Done | Refused)


class Helper:
    """The process and the pipes to it."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-W", "ignore", "-c", START]
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )

    def ask(self, kind: str, data: bytes, seconds: float) -> Done | Refused:
        """The helper's answer on one file; a helper that is late is killed."""
        assert self._process.stdin
        assert self._process.stdout
        late = threading.Event()
        timer = threading.Timer(seconds, self._kill, [late])
        timer.start()
        try:
            send(self._process.stdin, kind.encode(), data)
            answer = receive(self._process.stdout)
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if answer:
            told: Done | Refused = _answers.decode(answer)
            return told
        self.close()
        why = f"reading it took longer than {seconds:g} s" if late.is_set() else "the parser broke down on it"
        return Refused(found=why, expected="a sound file", do="save its text as .txt")

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether it can be asked, by this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def close(self) -> None:
        """End the process, which has nothing to lose."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                _quietly(pipe.close)


_lock = threading.Lock()
_helpers: list[Helper] = []  # none or one


def extract(kind: str, data: bytes, name: str, *, seconds: float = SECONDS) -> Extracted:
    """The text of a file of a kind in ``EXTRACTORS``.

    Raises:
        ReportError: it is broken, holds no text, or takes too much time or memory.
    """
    with _lock:
        if not _helpers or not _helpers[0].alive:
            _helpers[:] = [Helper()]
        answer = _helpers[0].ask(kind, data, seconds)
    if isinstance(answer, Refused):
        raise ReportError(answer.found, where=name, expected=answer.expected, do=answer.do)
    return answer.extracted


@atexit.register
def _end() -> None:
    for helper in _helpers:
        if helper.owner == os.getpid():
            helper.close()
    _helpers.clear()


def _environment() -> dict[str, str]:
    """The same modules as here, wherever they came from."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _quietly(close: Callable[[], None]) -> None:
    try:
        close()
    except OSError:
        return


def send(pipe: IO[bytes], *parts: bytes) -> None:
    """Parts, each with its length before it."""
    for part in parts:
        pipe.write(len(part).to_bytes(8, "big"))
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """One part; empty when the other side has gone."""
    head = pipe.read(8)
    part = pipe.read(int.from_bytes(head, "big")) if len(head) == 8 else b""
    return part if len(head) == 8 and len(part) == int.from_bytes(head, "big") else b""


def serve() -> None:
    """The helper's side: answer until there is nothing more to answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the answers
    _limit_memory()
    while kind := receive(sys.stdin.buffer):
        _alarm(SECONDS * 2)  # should the asking process be gone
        send(answers, msgspec.msgpack.encode(answered(kind.decode(), receive(sys.stdin.buffer))))
        _alarm(0)


def answered(kind: str, data: bytes) -> Done | Refused:
    """What is in a file, or why it is refused; in this process and without limits."""
    try:
        extracted: Extracted = import_module(EXTRACTORS[kind]).extract(data)
        if not extracted.text.strip():
            raise ReportError("empty: there is no text in it", expected="a report's text")
        return Done(extracted=extracted)
    except ReportError as error:
        return Refused(found=error.found, expected=error.expected, do=error.do)
    except MemoryError:
        return Refused(found="it unpacks to more than there is memory for", expected="a sound file")
    except RecursionError:
        return Refused(found="its parts are nested too deeply", expected="a sound file", do="save its text as .txt")
    except Exception as error:  # noqa: BLE001 - parsers raise whatever a broken file leads them to, and we are told which
        found = f"broken: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
        return Refused(found=found, expected=f"a sound {kind} file", do="save its text as .txt")


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":
        signal.alarm(seconds)
