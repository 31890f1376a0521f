"""A file as received -> the report it is and its text, to whose characters every span refers.

The bytes are kept as they came, and the same bytes give the same text each time: a citation's offsets stay right.
"""

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from muster.errors import ReportError
from muster.read.load.kinds import MB, SUFFIXES, Extracted, FileKind, kind_named, kind_of
from muster.read.load.text import decode
from muster.records import Report, known_from


@dataclass(frozen=True, slots=True)
class Loaded:
    """A report, its text, its bytes as received, and what was lost or guessed in between."""

    report: Report
    text: str
    data: bytes
    warnings: tuple[str, ...] = ()


def load_report(path: Path, *, published: str = "", address: str = "", title: str = "") -> Loaded:
    """Read a report file: .txt, .md, .html, .pdf or .eml. Line ends of a text are kept, so that offsets into it are right.

    Args:
        path: the file; its suffix says what kind it is, and each kind has a limit in bytes.
        published: YYYY, YYYY-MM or YYYY-MM-DD; empty for what the file itself states in a tag or header, if it does.

    Raises:
        ReportError: the file is absent, empty, too large, broken, not of its kind or without text, or ``published`` is no date.
    """
    kind = kind_named(path.name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ReportError("this is a folder", where=path.name, expected="a report file, or a folder with some in it")
        if kind is None:
            raise _unknown(path)
        if not stat.S_ISREG(mode):
            do = "give - and the text on standard input"
            raise ReportError("not a file but a pipe or device", where=path.name, expected="a report file", do=do)
        _check_size(path.stat().st_size, kind, path.name)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be read"
        raise ReportError(reason, where=path.name, expected="a report file that can be read") from error
    return _loaded(data, path.name, kind, Report(id="", file=path.name, address=address, title=title), published)


def load_bytes(data: bytes, name: str = "", *, published: str = "", address: str = "", title: str = "") -> Loaded:
    """Read a report from its bytes; without a name, as from standard input, its first bytes say what kind it is.

    Raises:
        ReportError: as :func:`load_report`.
    """
    kind = kind_named(name) or kind_of(data)
    name = name or f"stdin{kind.suffixes[0]}"
    return _loaded(data, name, kind, Report(id="", file=name, address=address, title=title), published)


def _unknown(path: Path) -> ReportError:
    found = f"a {path.suffix or 'nameless kind of'} file"
    return ReportError(found, where=path.name, expected=f"one of {', '.join(SUFFIXES)}", do="save its text as .txt")


def _check_size(size: int, kind: FileKind, name: str) -> None:
    if size > kind.limit:
        expected = f"a report of at most {kind.limit // MB} MB"
        raise ReportError(f"{size / MB:.0f} MB", where=name, expected=expected, do="give the part that holds the report")


def _loaded(data: bytes, name: str, kind: FileKind, given: Report, published: str) -> Loaded:
    _check_size(len(data), kind, name)
    check_published(published, name)
    found = _extracted(data, name, kind)
    report = Report(
        id=hashlib.sha256(data).hexdigest()[:16],
        file=given.file,
        published=published or found.published,
        title=given.title or found.title,
        address=given.address,
        outlet=found.outlet,
    )
    other = published and found.published and not found.published.startswith(published)
    told = (f"published {published} as given, though the file itself states {found.published}",) if other else ()
    return Loaded(report, found.text, data, (*found.warnings, *told))


def check_published(published: str, where: str) -> None:
    """Refuse what is no date of publication.

    Raises:
        ReportError: it is neither empty nor YYYY, YYYY-MM or YYYY-MM-DD.
    """
    try:
        known_from(published)
    except ValueError as error:
        expected = "a date YYYY-MM-DD, or YYYY-MM or YYYY if no more is known"
        raise ReportError(f"published is {published!r}", where=where, expected=expected) from error


def _extracted(data: bytes, name: str, kind: FileKind) -> Extracted:
    if kind.name == "text":
        decoded = decode(data, name)
        return Extracted(text=decoded.text, warnings=decoded.warnings)
    from muster.read.load.apart import extract

    return extract(kind.name, data, name)
