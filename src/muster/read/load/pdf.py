"""A PDF -> its text, by pypdf: lines that the page's width broke are joined, running heads and page numbers left out."""

import io
import logging
import re
from collections import Counter

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from muster.errors import ReportError
from muster.read.load.kinds import Extracted

PAGES = 2000  # a long UN report has a few hundred
CHARACTERS = 20_000_000
UNPACKED = 20_000_000  # bytes that one stream may unpack to; a page of text has some thousands
STEPS = 500_000  # operands and operators of a page
LIMITS = pypdf.Configuration(
    zlib_maximum_output_length=UNPACKED,
    lzw_maximum_output_length=UNPACKED,
    run_length_maximum_output_length=UNPACKED,
    array_based_stream_maximum_output_length=UNPACKED,
    stream_decoding_work_maximum_length=3 * UNPACKED,
    stream_parsing_work_maximum_count=STEPS,
)
NUMBER = re.compile(r"\W*(?:page\s)?\d{1,4}(?:\s?(?:/|of)\s?\d{1,4})?\W*", re.IGNORECASE)
ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
OPENS = re.compile(r"\s*(?:[-•*–▪●◦]\s|\(?\w{1,3}[.)]\s|$)")
PROGRAM = re.compile(r"(?:microsoft \w+ - |untitled|.*\.(?:docx?|indd|pdf|qxd|pages)$)", re.IGNORECASE)
LONGEST = 300  # characters of a title


def extract(data: bytes) -> Extracted:
    """The text of a PDF, page after page.

    Raises:
        ReportError: it is broken, locked, unpacks to too much, or its pages are pictures without text.
    """
    logging.disable(logging.CRITICAL)
    with pypdf.apply_configuration(LIMITS):
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            pages = _pages(reader)
        except (DependencyError, FileNotDecryptedError) as error:
            raise ReportError("locked with a password", expected="an open PDF", do="save it without one") from error
        except LimitReachedError as error:
            raise ReportError(f"it unpacks to too much: {error}", expected="a sound PDF", do="save its text as .txt") from error
        return Extracted(text=flowing(pages), title=_title(reader), warnings=tuple(_warnings(reader, pages)))


def _pages(reader: pypdf.PdfReader) -> list[str]:
    count = len(reader.pages)
    if count > PAGES:
        raise ReportError(
            f"{count} pages", expected=f"a PDF of at most {PAGES} pages", do="give the part that holds the report"
        )
    pages, size = [], 0
    for page in reader.pages:
        pages.append(page.extract_text().encode("utf-8", "replace").decode())
        size += len(pages[-1])
        if size > CHARACTERS:
            raise ReportError(f"more than {CHARACTERS} characters of text", expected="a report")
    if not any(page.strip() for page in pages):
        found = f"{count} page(s) and no text: scanned pictures"
        raise ReportError(found, expected="a PDF with text", do="run text recognition on it first, for example ocrmypdf")
    return pages


def _title(reader: pypdf.PdfReader) -> str:
    """The title that the file states, unless it is only the name some program gave it."""
    title = " ".join(_stated(reader, "/Title").split())[:LONGEST]
    return "" if PROGRAM.match(title) else title


def _stated(reader: pypdf.PdfReader, name: str) -> str:
    words = str(reader.metadata.get(name, "")) if reader.metadata else ""
    return words.encode("utf-8", "replace").decode()


def _warnings(reader: pypdf.PdfReader, pages: list[str]) -> list[str]:
    empty = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    warnings = [f"no text on page(s) {', '.join(empty[:10])}{' …' if len(empty) > 10 else ''}: not read"] if empty else []
    made = re.match(r"D:(\d{4})(\d\d)(\d\d)", _stated(reader, "/CreationDate"))
    if made:
        day = "-".join(made.groups())
        warnings.append(f"the PDF was made on {day}, which need not be the day it was published")
    return warnings


def flowing(pages: list[str]) -> str:
    """The lines of all pages as paragraphs, one a line."""
    lines = [line for page in _without_heads([page.splitlines() for page in pages]) for line in page]
    full = _full(lines)
    joined: list[str] = []
    last = ""  # the line before, as it stood on the page
    words = set(re.findall(r"\w{4,}", "\n".join(lines)))
    for line in lines:
        text = line.strip()
        goes_on = len(last) >= full and not ENDS.search(last) and not OPENS.match(text)
        if joined and (goes_on or (last and text[:1].islower())):
            joined[-1] = _joined(joined[-1], text, words)
        elif text:
            joined.append(text)
        last = text
    return "\n".join(joined)


def _full(lines: list[str]) -> float:
    """From how many characters on a line is broken for the page's width: three quarters of the usual long line."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return 0.75 * lengths[int(len(lengths) * 0.9)] if lengths else 0


def _joined(before: str, after: str, words: set[str]) -> str:
    """Two lines as one; a hyphen at the break goes if the word stands whole elsewhere ("deploy-ment", not "Kenyan-led")."""
    left, right = re.search(r"(\w+)-$", before), re.match(r"\w+", after)
    if not left or not right:
        return f"{before} {after}"
    return (before[:-1] if left[1] + right.group() in words else before) + after


def _without_heads(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the first and last lines that most of them share, digits apart, and without page numbers."""
    pages = [[line for line in page if line.strip()] for page in pages]
    edges = Counter(edge for page in pages for edge in {_edge(line) for line in [*page[:1], *page[-1:]]})
    repeated = {edge for edge, times in edges.items() if times >= 3 and times > len(pages) / 2}
    return [[line for place, line in enumerate(page) if not _is_head(line, place, len(page), repeated)] for page in pages]


def _is_head(line: str, place: int, count: int, repeated: set[str]) -> bool:
    return place in {0, count - 1} and (_edge(line) in repeated or bool(NUMBER.fullmatch(line)))


def _edge(line: str) -> str:
    return re.sub(r"\d+", "0", line.strip())
