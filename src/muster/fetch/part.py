"""A download that is under way, on disk: the bytes that came, and of which state of which address they are."""

import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from muster.dossier.store import write_whole
from muster.records import Record


class State(Record, frozen=True, kw_only=True):
    """What a later run must know of the bytes that it finds."""

    url: str
    validator: str = ""
    encoding: str = ""
    whole: bool = False


class Part:
    """One answer as it grows: ``NAME.part`` with a small record beside it."""

    def __init__(self, path: Path) -> None:
        self.path, self._record = path, path.with_suffix(".json")
        self.state = self._recorded()

    def _recorded(self) -> State | None:
        try:
            state = msgspec.json.decode(self._record.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            return None
        return state if self.path.is_file() else None

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def holds(self, url: str) -> bool:
        """Whether the whole answer of an address is there."""
        return self.state is not None and self.state.whole and self.state.url == url

    def question(self, url: str) -> dict[str, str]:
        """The headers that ask for the rest, or whether the whole is still current; none where all must come anew."""
        if self.state is None or self.state.url != url or not self.state.validator:
            self.drop()
            return {}
        if self.state.whole:
            return {"If-None-Match": self.state.validator} if self.state.validator.startswith('"') else {}
        return {"Range": f"bytes={self.size}-", "If-Range": self.state.validator} if self.size else {}

    def begin(self, url: str, etag: str, modified: str, encoding: str) -> None:
        """Start anew. Only a strong ETag or a date of change vouches that a rest belongs to what came before."""
        self.drop()
        self._write(State(url=url, validator=etag if re.fullmatch('"[^"]*"', etag) else modified, encoding=encoding))

    def end(self) -> None:
        """All bytes are there."""
        if self.state is not None:
            self._write(msgspec.structs.replace(self.state, whole=True))

    def _write(self, state: State) -> None:
        self.path.touch()
        write_whole(self._record, msgspec.json.encode(state))
        self.state = state

    def open(self) -> BinaryIO:
        """The file, to append to."""
        return self.path.open("ab")

    def drop(self) -> None:
        """Forget what came."""
        self.state = None
        for path in (self._record, self.path):
            with suppress(FileNotFoundError):
                path.unlink()
