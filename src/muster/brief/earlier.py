"""The brief before this one, read from a file that may be damaged, huge, of another version or somebody else's.

A folder keeps two: ``brief.json``, and in ``previous.json`` the last one that said something else. A brief is compared with
the newest of them that differs from it, so that making it again changes no byte.
"""

import stat
from datetime import date
from pathlib import Path

import msgspec

from muster.brief.facts import fact_ids
from muster.brief.published import SCHEMA, Published
from muster.errors import DossierError

LARGEST = 20_000_000  # bytes
NAME, KEPT = "brief.json", "previous.json"


class Head(msgspec.Struct):
    """What tells the version of a brief."""

    schema: str


def read_published(path: Path) -> tuple[Published, bytes]:
    """A brief and the bytes it was read from.

    Raises:
        DossierError: the file cannot be read, is too large, or is no brief of this version.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise DossierError("is no regular file", where=str(path), expected="a brief.json")
        if state.st_size > LARGEST:
            found, limit = f"{state.st_size:,} bytes", f"at most {LARGEST:,} in a brief.json"
            raise DossierError(found, where=str(path), expected=limit)
        data = path.read_bytes()
    except OSError as error:
        raise DossierError(f"cannot be read: {error.strerror}", where=str(path)) from None
    return decoded(data, path), data


def decoded(data: bytes, path: Path) -> Published:
    """The brief that the bytes hold.

    Raises:
        DossierError: they hold none of this version.
    """
    try:
        version = msgspec.json.decode(data, type=Head).schema
        if version != SCHEMA:
            raise DossierError(f"schema {version[:40]!r}", where=str(path), expected=SCHEMA)
        return checked(msgspec.json.decode(data, type=Published), path)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DossierError(f"is no brief: {str(error)[:200]}", where=str(path), expected=SCHEMA) from None


def checked(brief: Published, path: Path) -> Published:
    """The brief, if every fact rests on citations that are in it."""
    known = {cited.id for cited in brief.citations}
    missing = next((id for id in fact_ids(brief.facts) if id not in known), None)
    if missing is not None:
        raise DossierError(f"no citation {missing[:40]!r}", where=str(path), expected="every citation that its facts name")
    return brief


def earlier(
    folder: Path, mission: str, as_of: date | None, since: Path | None
) -> tuple[tuple[Published, ...], tuple[str, ...]]:
    """The earlier briefs that a new one may be compared with, newest first, and a line on each that cannot be used.

    A brief that knew what was published later is passed over: nothing of it may enter one as of an earlier day. Only of
    ``since``, which somebody asked for, is that said.
    """
    found: list[Published] = []
    problems: list[str] = []
    for path in [since] if since else [path for path in (folder / NAME, folder / KEPT) if path.exists()]:
        try:
            brief, _ = read_published(path)
            if brief.facts.mission != mission:
                raise DossierError(f"mission {brief.facts.mission[:40]!r}", where=str(path), expected=repr(mission))
        except DossierError as error:
            problems.append(f"{error}; nothing is compared with it")
            continue
        if not knew_more(brief, as_of):
            found.append(brief)
        elif since:
            problems.append(f"{path}: knows what was published later than this brief; nothing is compared with it")
    return tuple(found), tuple(problems)


def knew_more(brief: Published, as_of: date | None) -> bool:
    """Whether it may hold what was published after the date."""
    return as_of is not None and (brief.as_of is None or brief.as_of > as_of)
