"""A mail (.eml) -> its text part, else its page; the subject is the title, the day it was sent the day of publication."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice

from muster.errors import ReportError
from muster.read.load import html
from muster.read.load.kinds import Extracted
from muster.read.load.text import decode

NAMED = 5  # attachments that are named in the warning
PARTS = 1000
LONGEST = 300  # characters of a title


def extract(data: bytes) -> Extracted:
    """The text of a mail. Declared encodings are honoured; attachments are named, not read.

    Raises:
        ReportError: it has no text part and no page.
    """
    message = message_from_bytes(data, policy=policy.default)
    plain, page = _body(message, "text/plain"), _body(message, "text/html")
    warnings = tuple(_attachments(message, plain or page))
    subject, day = _header(message, "subject"), _day(message)
    if plain and _bytes(plain).strip():
        decoded = decode(_bytes(plain), "", _charset(plain))
        text, told = decoded.text.replace("\r\n", "\n"), decoded.warnings
    elif page:
        found = html.extract(_bytes(page), declared=_charset(page))
        text, told = found.text, found.warnings
    else:
        raise ReportError("no text in it", expected="a mail with a text part", do="save its attachment and give that")
    return Extracted(text=text, title=subject, published=day, warnings=(*told, *warnings))


def _parts(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in islice(message.walk(), PARTS) if not part.is_multipart()]


def _body(message: EmailMessage, kind: str) -> EmailMessage | None:
    texts = [part for part in _parts(message) if part.get_content_type() == kind]
    return next((part for part in texts if not _is_attached(part)), None)


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attachments(message: EmailMessage, read: EmailMessage | None) -> list[str]:
    others = [
        part for part in _parts(message) if part is not read and (_is_attached(part) or part.get_content_maintype() != "text")
    ]
    if not others:
        return []
    names = [" ".join((part.get_filename() or part.get_content_type()).split())[:80] for part in others[:NAMED]]
    return [f"{len(others)} attachment(s) not read: {', '.join(names)}{' …' if len(others) > NAMED else ''}"]


def _is_other_form(part: EmailMessage) -> bool:
    """Whether it is the same letter again, as text or as a page."""
    return part.get_content_maintype() == "text" and not _is_attached(part)


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: EmailMessage) -> str:
    declared = str(part.get_content_charset("") or "")
    return "" if declared == "us-ascii" else declared  # often said by default, of texts that are not


def _header(message: EmailMessage, name: str) -> str:
    words = " ".join(str(message.get(name, "")).split())[:LONGEST]
    return words.encode("utf-8", "replace").decode()


def _day(message: EmailMessage) -> str:
    """The day in the Date header, as it is written there; empty where there is none that can be read."""
    moment = getattr(message.get("date"), "datetime", None)
    return moment.date().isoformat() if moment else ""
