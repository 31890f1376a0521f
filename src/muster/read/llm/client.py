"""A question put to a model until it answers, or until it is plain that it will not: then one clear line says why."""

from http import HTTPStatus
from http.client import HTTPException, IncompleteRead
from time import monotonic
from urllib.error import URLError

from muster.errors import ModelError
from muster.read.llm.answer import content_of, told
from muster.read.llm.endpoint import KEYS, Model
from muster.read.llm.transport import Received, TooLargeError, post

DROPPED = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, IncompleteRead)
DO = {
    400: "see that --model is right and that the server knows response_format json_schema",
    401: f"set {KEYS[0]} to a key that this endpoint takes",
    403: f"set {KEYS[0]} to a key that may use this model",
    404: "see that --model names one that it serves and that --endpoint ends where /chat/completions begins",
    413: "the server takes shorter questions only",
    429: "wait, or ask for a higher limit",
}


class _AgainError(Exception):
    """What failed may go well the next time; ``wait`` is after how many seconds, if the server said so."""

    def __init__(self, words: str, do: str = "", wait: float | None = None) -> None:
        super().__init__(words)
        self.words, self.do, self.wait = words, do, wait


def ask(model: Model, question: dict[str, object]) -> str:
    """The text that the model answers.

    Too many requests, a server's fault and a dropped connection are tried again, after the time that the server asks for or
    that the model's patience names; everything else is told at once.

    Raises:
        ModelError: there is no answer, or none that can be used.
    """
    end, waits, tries = monotonic() + model.patience.deadline, iter(model.patience.delays), 0
    while True:
        tries += 1
        try:
            return content_of(_once(model, question, end - monotonic()), model.endpoint)
        except _AgainError as again:
            delay = next(waits, None)
            wait = min(again.wait if again.wait is not None else delay or 0.0, model.patience.longest)
            if delay is None or wait >= end - monotonic():
                words = f"{again.words}, still after {tries} tries" if tries > 1 else again.words
                raise _error(model, words, again.do) from None
        model.patience.pause(wait)


def _once(model: Model, question: dict[str, object], left: float) -> Received:
    """One try: a response with an answer, or why there is none."""
    seconds = max(0.001, min(model.patience.timeout, left))
    try:
        received = post(model, question, seconds)
    except TooLargeError:
        raise _error(model, f"the answer is larger than {model.patience.most:,} bytes") from None
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(model, error.reason if isinstance(error, URLError) else error, seconds) from None
    if 200 <= received.status < 300:
        return received
    words = _status(received)
    if received.status == 429 or received.status >= 500:
        raise _AgainError(words, DO.get(received.status, "see the server's log"), received.wait)
    raise _error(model, words, DO.get(received.status, "give --endpoint the address of the interface itself"))


def _failed(model: Model, reason: object, seconds: float) -> ModelError | _AgainError:
    if isinstance(reason, TimeoutError):
        return _error(model, f"no answer within {seconds:g} s", "give it more with --timeout, or take a faster model")
    if isinstance(reason, DROPPED):
        return _AgainError("the connection was dropped before there was an answer", "see that a model server listens there")
    if isinstance(reason, HTTPException):
        return _error(model, "what answers there does not speak HTTP", "see that --endpoint is right")
    words = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "") or reason
    return _error(model, f"cannot connect: {words}", "see that the server runs and that --endpoint is right")


def _status(received: Received) -> str:
    known = {status.value: status.phrase for status in HTTPStatus}
    words = told(received.body)
    return f"{received.status} {known.get(received.status, 'unknown status')}" + (f" ({words})" if words else "")


def _error(model: Model, found: str, do: str = "") -> ModelError:
    """The error, without the key even where the server repeats it."""
    shown = found.replace(model.key, "[the key]") if model.key else found
    return ModelError(shown, where=model.endpoint, do=do)
