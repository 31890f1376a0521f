"""Many reports, one after the other or several at a time: in their order, never all in memory, and a bad one stops no other.

The work is given out through joblib, so that the same call runs on a cluster: inside ``joblib.parallel_config("dask")`` or
``("ray")`` the reports are read by its workers, which must see the same files.
"""

import os
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from muster.errors import MusterError, ReportError
from muster.read.load.files import Loaded, load_bytes, load_report
from muster.read.load.kinds import KINDS, SUFFIXES
from muster.read.reading import Reading, read
from muster.records import Record, Report

PART = 512  # reports given out at a time: what is read but not yet taken never grows beyond that
STDIN = Path("-")
ReadText = Callable[[str, Report], Reading]


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that was read. ``loaded`` is without text and bytes unless they were asked for."""

    path: Path
    loaded: Loaded
    reading: Reading


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that could not be read, or that a ledger would not take, and why."""

    path: Path
    error: MusterError


class Given(Record, frozen=True, kw_only=True):
    """What is said of all reports of a call; ``whole``: their text and bytes are wanted."""

    published: str = ""
    address: str = ""
    whole: bool = False


def reports_in(arguments: Iterable[Path]) -> Iterator[Path]:
    """Files as given, and of a folder all that can be reports, however deep, sorted; one with none is given as it is."""
    for argument in arguments:
        inside = sorted(_inside(argument)) if argument.is_dir() else []
        yield from inside or [argument]


def _inside(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(place) / name


def read_many(
    paths: Iterable[Path], given: Given | None = None, *, workers: int = 1, read_text: ReadText = read
) -> Iterator[Taken | Refused]:
    """Read reports; the outcomes come in the order of the paths, as soon as they are there. ``-`` is standard input.

    Args:
        paths: files, see :func:`reports_in` for folders.
        given: what is known of all of them.
        workers: how many processes read at a time; -1 for one a processor.
        read_text: who reads: the rules, or a model.

    Raises:
        MusterError: the system ended a process, as it does when memory runs out.
    """
    # a worker that was started elsewhere has another working folder
    jobs = ((path, path.absolute(), _standard_input() if path == STDIN else None) for path in paths)
    told = given or Given()
    if workers == 1:
        yield from (read_one(path, place, data, told, read_text) for path, place, data in jobs)
        return
    from joblib import Parallel, delayed  # costs a tenth of a second, and one report does not need it

    try:
        with Parallel(n_jobs=workers, return_as="generator") as pool:
            while part := list(islice(jobs, PART)):
                yield from _until_left(
                    pool(delayed(read_one)(path, place, data, told, read_text) for path, place, data in part)
                )
    except BrokenExecutor as error:
        raise MusterError("a reading process was ended by the system", do="try again with fewer --workers") from error


def _until_left(outcomes: "Generator[Taken | Refused, None, None]") -> Iterator[Taken | Refused]:
    """The outcomes; when the caller has had enough, the work under way is dropped without a word from joblib."""
    try:
        for outcome in outcomes:  # noqa: UP028 - "yield from" would close them before they can be hushed
            yield outcome
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            outcomes.close()


def read_one(path: Path, place: Path, data: bytes | None, given: Given, read_text: ReadText) -> Taken | Refused:
    """One report: from its bytes if they are given, else from its file at ``place``; ``path`` is what the user calls it."""
    try:
        if data is None:
            loaded = load_report(place, published=given.published, address=given.address)
        else:
            loaded = load_bytes(data, published=given.published, address=given.address)
    except ReportError as error:
        return Refused(path, error)
    reading = read_text(loaded.text, loaded.report)
    return Taken(path, loaded if given.whole else replace(loaded, text="", data=b""), reading)


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(max(kind.limit for kind in KINDS) + 1)
