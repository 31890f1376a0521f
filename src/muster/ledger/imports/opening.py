"""Which of our formats a file is in, told from its content; each reader is imported when a file needs it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from muster.errors import LedgerError
from muster.ledger.imports.source import LARGEST, Source


class Format(NamedTuple):
    """A format that can be read: whether bytes are of it, and how to read them under a file's name."""

    kind: str
    is_it: Callable[[bytes], bool]
    read: Callable[[bytes, str], Source]


def _tables(data: bytes, name: str) -> Source:
    from muster.ledger.imports.tables import read_table

    return read_table(data, name)


def _json(data: bytes, name: str) -> Source:
    from muster.ledger.imports.jsonfile import read_json

    return read_json(data, name)


def _workbook(data: bytes, name: str) -> Source:
    from muster.ledger.imports.workbook import read_workbook

    return read_workbook(data, name)


def _iati(data: bytes, name: str) -> Source:
    from muster.ledger.imports.iati import read_iati

    return read_iati(data, name)


def _start(data: bytes) -> bytes:
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


FORMATS = (
    Format("xlsx", lambda data: data.startswith(b"PK\x03\x04"), _workbook),
    Format("json", lambda data: _start(data) == b"{", _json),
    Format("iati", lambda data: _start(data) == b"<", _iati),
)


def open_source(path: Path) -> Source:
    """Open a file to be imported.

    Raises:
        LedgerError: it cannot be read, is too large, or its header or structure is not of any format we know.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise LedgerError(f"{size:,} bytes", where=str(path), expected=f"at most {LARGEST:,}", do="split the file")
        data = path.read_bytes()
    except OSError as error:
        raise LedgerError(f"cannot be read: {error.strerror}", where=str(path)) from error
    read = next((form.read for form in FORMATS if form.is_it(data)), _tables)  # csv and fts: any other text
    return read(data, str(path))
