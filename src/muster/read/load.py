"""A file as received -> the report it is and its text, to whose characters every span refers."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from muster.errors import ReportError
from muster.records import Report

LIMIT = 20_000_000  # bytes; a news report has some thousands, a long UN report under two million
READ = (".txt", ".md")
MARKS = (  # longest first: the UTF-32 mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
SAMPLE = 100_000  # bytes that are looked at to guess an encoding


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read with, and what was lost or replaced on the way."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A report, its text, its bytes as received, and what was lost or guessed in between."""

    report: Report
    text: str
    data: bytes
    warnings: tuple[str, ...] = ()


def load_report(path: Path, *, published: str = "", address: str = "", title: str = "") -> Loaded:
    """Read a report file. Line ends are kept as they are, so that offsets into the text are right.

    Args:
        path: a .txt or .md file of at most 20 MB.
        published: YYYY, YYYY-MM or YYYY-MM-DD; empty when not known.

    Raises:
        ReportError: the file is absent, empty, too large, binary or not text, or ``published`` is no date.
    """
    data = _bytes(path)
    report_id = hashlib.sha256(data).hexdigest()[:16]
    try:
        report = Report(id=report_id, file=path.name, published=published, address=address, title=title)
    except ValueError as error:
        raise ReportError(
            f"published is {published!r}", where=path.name, expected="a date YYYY-MM-DD, or YYYY-MM or YYYY if no more is known"
        ) from error
    decoded = decode(data, path.name)
    return Loaded(report, decoded.text, data, decoded.warnings)


def decode(data: bytes, name: str = "report") -> Decoded:
    """Bytes -> text: a byte order mark, UTF-8, UTF-16 without a mark, else what charset-normalizer finds.

    NUL bytes in text become blanks, one for one, and are told of in ``warnings``.

    Raises:
        ReportError: nothing but blanks, or not text.
    """
    decoded = _marked(data, name) or _unmarked(data, name)
    if not decoded.text.strip():
        raise ReportError("empty: there is no text in it", where=name, expected="a report's text")
    return decoded


def _bytes(path: Path) -> bytes:
    do = "save its text as .txt" if path.suffix.lower() in {".html", ".htm", ".pdf", ".eml"} else ""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ReportError("this is a folder", where=path.name, expected="one report file")
        if path.suffix.lower() not in READ:
            raise ReportError(
                f"a {path.suffix or 'nameless kind of'} file",
                where=path.name,
                expected="this version reads .txt and .md",
                do=do,
            )
        if size > LIMIT:
            raise ReportError(f"{size / 1e6:.0f} MB", where=path.name, expected=f"a report of at most {LIMIT // 10**6} MB")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ReportError(reason, where=path.name, expected="a report file that can be read") from error


def _marked(data: bytes, name: str) -> Decoded | None:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return _without_nuls(data[len(mark) :].decode(encoding), encoding)
            except UnicodeDecodeError as error:
                where = f"{name}, byte {error.start + len(mark)}"
                raise ReportError(f"not {encoding}, though its first bytes say so", where=where, expected="text") from error
    return None


def _unmarked(data: bytes, name: str) -> Decoded:
    wide = _wide_encoding(data[:SAMPLE])
    if wide:
        return _without_nuls(data.decode(wide, errors="replace"), wide)
    if len(CONTROLS.findall(data[:SAMPLE])) > len(data[:SAMPLE]) / 50 or data[:SAMPLE].count(0) > len(data[:SAMPLE]) / 4:
        raise ReportError("binary data, not text", where=name, expected="a text file")
    try:
        return _without_nuls(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _guessed(data, name)


def _wide_encoding(sample: bytes) -> str:
    """UTF-16 of Latin letters has a NUL in nearly every second byte, and in no other."""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _guessed(data: bytes, name: str) -> Decoded:
    from charset_normalizer import from_bytes  # costs a tenth of a second, and few reports need it

    best = from_bytes(data[:SAMPLE].replace(b"\0", b" ")).best()
    if best is None:
        raise ReportError("in no known text encoding", where=name, expected="a text file", do="save it as UTF-8")
    decoded = _without_nuls(data.decode(best.encoding, errors="replace"), best.encoding)
    guess = f"not UTF-8: read as {best.encoding}, which is a guess"
    return Decoded(decoded.text, best.encoding, (guess, *decoded.warnings))


def _without_nuls(text: str, encoding: str) -> Decoded:
    nuls = text.count("\0")
    if not nuls:
        return Decoded(text, encoding)
    return Decoded(text.replace("\0", " "), encoding, (f"{nuls} NUL characters replaced by blanks",))
