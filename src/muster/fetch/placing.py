"""A fetched file into a dossier's ``data/``: with its sidecar or not at all, and never over what is there."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from muster._version import __version__
from muster.dossier.folder import DATA_KINDS
from muster.dossier.store import write_whole
from muster.errors import BrokenOffError, FetchError
from muster.fetch.unpack import sha256
from muster.records import DataFile

SAID = ("source", "title", "provider", "licence", "vintage", "address", "redistribute", "country")


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """A folder to work in. It outlives only what can be taken up again: a download that broke off or was stopped.

    Raises:
        FetchError: another fetch works there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise FetchError("another fetch is under way", where=str(folder), do="wait until it has ended") from None
    keep = False
    try:
        yield
    except (BrokenOffError, KeyboardInterrupt):
        keep = any(path.stat().st_size for path in folder.glob("*.part"))
        raise
    finally:
        if not keep:
            shutil.rmtree(folder)
        lock.release()


def held(data: Path, path: Path) -> Path | None:
    """The file of ``data/`` with the same bytes, if there is one."""
    size, digest = path.stat().st_size, sha256(path)
    for other in sorted(data.glob("*.csv")):
        if other.with_suffix(".toml").exists() and other.stat().st_size == size and sha256(other) == digest:
            return other
    return None


def check_free(data: Path, name: str) -> None:
    """Refuse a name that a data file has.

    Raises:
        FetchError: there is one, of whatever vintage.
    """
    for kind in DATA_KINDS:
        if (data / f"{name}{kind}").exists():
            do = "give this one another --name; nothing is written over"
            raise FetchError("is there already, with other rows", where=str(data / f"{name}{kind}"), do=do)


def place(data: Path, path: Path, file: DataFile, citation: str, today: str) -> Path:
    """Move a file to ``data/NAME.csv``, its sidecar beside it."""
    target = data / f"{file.name}.csv"
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    sidecar = write_whole(target.with_suffix(".toml"), _sidecar(file, citation, today).encode())
    try:
        path.replace(target)
    except BaseException:
        sidecar.unlink()
        raise
    return target


def _sidecar(file: DataFile, citation: str, today: str) -> str:
    said = {name: getattr(file, name) for name in SAID}
    head = [f"# Fetched on {today} by muster {__version__}; SHA-256 {file.sha256}", f"# Cite: {_plain(citation)}"]
    # A string of JSON is one of TOML, but for control characters, which no address or title needs.
    lines = [f"{name} = {json.dumps(_plain(value), ensure_ascii=False)}" for name, value in said.items() if value != ""]
    return "\n".join([*head, *lines, ""])


def _plain(value: str | bool) -> str | bool:
    return re.sub(r"[\x00-\x1f\x7f]", " ", value) if isinstance(value, str) else value
