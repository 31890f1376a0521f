"""How long, how often, how much and how politely a provider is asked; the clock is a value, so that no test waits."""

from collections.abc import Callable
from dataclasses import dataclass
from random import random
from time import monotonic, sleep

from muster._version import __version__

AGENT = f"muster/{__version__} (passmuster; open data for the assessment of missions)"


@dataclass(frozen=True, slots=True)
class Manners:
    """The patience and the politeness of one fetch.

    Attributes:
        timeout: seconds for a connection, for the head of an answer and for each part of its body.
        tries: how often one address is asked before it is given up.
        backoff: seconds before the second try; each further wait is twice as long.
        longest: the longest wait in seconds, also of one that a server asks for.
        between: seconds from one request to the next.
        slowest: bytes a second that must come on average once ``timeout`` has passed.
        most: the largest answer in bytes, packed or unpacked.
        hops: how many redirects are followed.
        clock: seconds of a clock that only goes forward.
        pause: how to wait.
        chance: numbers from 0 to 1 that spread the waits of many who were turned away at once.
    """

    timeout: float = 60.0
    tries: int = 5
    backoff: float = 1.0
    longest: float = 120.0
    between: float = 1.0
    slowest: float = 1_000.0
    most: int = 2_000_000_000
    hops: int = 5
    clock: Callable[[], float] = monotonic
    pause: Callable[[float], None] = sleep
    chance: Callable[[], float] = random

    def wait(self, tries: int) -> float:
        """Seconds to wait after so many tries: between a half and the whole of a wait that doubles."""
        whole: float = min(self.longest, self.backoff * 2.0 ** (tries - 1))
        return whole * (0.5 + self.chance() / 2)
