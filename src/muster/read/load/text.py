"""Bytes -> text: the declared encoding, a byte order mark, UTF-8, UTF-16 without a mark, else a guess that is told of."""

import codecs
import re
from dataclasses import dataclass

from muster.errors import ReportError

MARKS = (  # longest first: the UTF-32 mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
WESTERN = "iso8859-1"  # every browser reads what is declared so as cp1252, and so do we
NOT_FOR_TEXTS = frozenset(["punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"])
SAMPLE = 100_000  # bytes that are looked at to guess an encoding


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read with, and what was lost or replaced on the way."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, name: str = "report", declared: str = "") -> Decoded:
    """Bytes -> text: a byte order mark, what is declared, UTF-8, UTF-16 without a mark, else what charset-normalizer finds.

    NUL bytes in text become blanks, one for one, and are told of in ``warnings``.

    Args:
        data: the bytes of a text.
        name: what to call it where it is refused.
        declared: the encoding that the text's own header or tag names; empty when none does.

    Raises:
        ReportError: nothing but blanks, or not text.
    """
    decoded = _marked(data, name) or (_declared(data, declared, name) if declared else _unmarked(data, name))
    if not decoded.text.strip():
        raise ReportError("empty: there is no text in it", where=name, expected="a report's text")
    return decoded


def _marked(data: bytes, name: str) -> Decoded | None:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return _without_nuls(data[len(mark) :].decode(encoding), encoding)
            except UnicodeDecodeError as error:
                where = f"{name}, byte {error.start + len(mark)}"
                raise ReportError(f"not {encoding}, though its first bytes say so", where=where, expected="text") from error
    return None


def _declared(data: bytes, declared: str, name: str) -> Decoded:
    """With the encoding that is declared if the bytes are possible in it, else as if nothing were declared."""
    try:
        encoding = codecs.lookup(declared.strip(" \"'")).name
        if encoding not in NOT_FOR_TEXTS:
            encoding = "cp1252" if encoding == WESTERN else encoding
            return _without_nuls(data.decode(encoding), encoding)
    except (LookupError, ValueError):
        pass
    found = _unmarked(data, name)
    told = f"declared as {declared[:40]!r}, which it is not: read as {found.encoding}"
    return Decoded(found.text, found.encoding, (told, *found.warnings))


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
