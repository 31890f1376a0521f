"""The kinds of file that are read: their suffixes, their limits, and what their bytes look like."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from muster.records import Record

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file. ``limit``: bytes at most; a news report has some thousands, a long UN report a few millions."""

    name: str
    suffixes: tuple[str, ...]
    limit: int
    begins: re.Pattern[bytes]


PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
LETTER = re.compile(rb"(?:From |(?:Return-Path|Delivered-To|Received|MIME-Version|Message-ID):)", re.IGNORECASE)
KINDS = (
    FileKind("html", (".html", ".htm", ".xhtml"), 10 * MB, PAGE),
    FileKind("pdf", (".pdf",), 100 * MB, re.compile(rb"%PDF-")),
    FileKind("mail", (".eml",), 50 * MB, LETTER),
    FileKind("text", (".txt", ".md"), 20 * MB, re.compile(rb"")),
)
SUFFIXES = tuple(suffix for kind in KINDS for suffix in kind.suffixes)


class Extracted(Record, frozen=True, kw_only=True):
    """The text of a file that is not plain text, what its own tags or headers state, and what was left out or guessed."""

    text: str
    title: str = ""
    outlet: str = ""
    published: str = ""
    warnings: tuple[str, ...] = ()


def kind_named(name: str) -> FileKind | None:
    """The kind that a file's suffix says it is."""
    suffix = PurePath(name).suffix.lower()
    return next((kind for kind in KINDS if suffix in kind.suffixes), None)


def kind_of(data: bytes) -> FileKind:
    """The kind that bytes without a name look like; what is nothing else is text."""
    return next(kind for kind in KINDS if kind.begins.match(data.removeprefix(b"\xef\xbb\xbf")[:1000]))
