"""Which model is asked, where, with what key and how much patience."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from time import sleep
from urllib.parse import SplitResult, urlsplit

from muster.errors import ModelError

KEYS = ("MUSTER_API_KEY", "OPENAI_API_KEY")
PATH = "/chat/completions"
EXPECTED = "the base address of a chat completions interface, such as http://127.0.0.1:8080/v1"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often one question is put.

    Attributes:
        timeout: seconds for one answer, from the connection to the last byte.
        deadline: seconds for one question, with all tries and the waits between them.
        delays: seconds before each further try, unless the server says how long; their number is that of the further tries.
        longest: the longest wait in seconds that a server may ask for.
        most: the largest answer in bytes.
        pause: how to wait; tests pass one that does not.
    """

    timeout: float = 300.0
    deadline: float = 900.0
    delays: tuple[float, ...] = (1.0, 4.0, 16.0)
    longest: float = 60.0
    most: int = 4_000_000
    pause: Callable[[float], None] = sleep


@dataclass(frozen=True, slots=True)
class Model:
    """A model at an endpoint; the key is no part of what is shown of it."""

    endpoint: str
    name: str
    key: str = field(default="", repr=False)
    patience: Patience = field(default_factory=Patience)

    @property
    def address(self) -> str:
        """Where questions are posted."""
        return self.endpoint + PATH

    @property
    def is_local(self) -> bool:
        """Whether the endpoint is this machine."""
        return _is_loopback(urlsplit(self.endpoint).hostname or "")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know before anything is sent."""
        if self.is_local or self.endpoint.startswith("https:"):
            return ()
        what = "the report and the API key leave" if self.key else "the report leaves"
        return (f"{self.endpoint}: {what} this machine unencrypted; use https",)


def model_at(endpoint: str, name: str, environment: Mapping[str, str], patience: Patience | None = None) -> Model:
    """The model NAME at an endpoint, with the API key that the environment holds, if any.

    Args:
        endpoint: http or https, up to and without ``/chat/completions``.
        environment: ``MUSTER_API_KEY`` counts before ``OPENAI_API_KEY``; set but empty, it means "no key".

    Raises:
        ModelError: the address or the key cannot be used. The message never holds the key.
    """
    parts = _split(endpoint)
    if parts.username is not None or parts.password is not None:
        raise ModelError("a name or password in the address", where="--endpoint", do=f"put the key in {KEYS[0]}")
    if parts.query or parts.fragment:
        raise ModelError(f"a query or fragment in {endpoint!r}", where="--endpoint", expected=EXPECTED)
    if not name.strip():
        raise ModelError("no name of a model", where="--model", expected="a model that the endpoint serves")
    base = endpoint.strip().rstrip("/").removesuffix(PATH)
    return Model(base, name.strip(), _key(environment), patience or Patience())


def _split(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", endpoint.strip()):
        shown = endpoint.rpartition("@")[2]
        raise ModelError(f"{shown!r} is no http or https address", where="--endpoint", expected=EXPECTED)
    return parts


def _key(environment: Mapping[str, str]) -> str:
    name = next((name for name in KEYS if name in environment), KEYS[0])
    key = environment.get(name, "").strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise ModelError("the key holds blanks or signs that no key has", where=name, expected="the key alone, on one line")
    return key


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
