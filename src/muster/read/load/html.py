"""A web page -> the text of its main part, by trafilatura, and what its tags state of title, outlet and day."""

import re
from typing import Any

import lxml.html
import trafilatura

from muster.errors import ReportError
from muster.read.load.hidden import remove_hidden
from muster.read.load.kinds import Extracted
from muster.read.load.stated import stated
from muster.read.load.text import decode

CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,200}?\b(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
HEAD = 4096  # bytes in which a page declares its encoding
DEEPEST = 254  # levels; the parser leaves out what stands deeper
LARGE = 2_000_000  # characters; the second opinions on what is main text are left out on such a page


def extract(data: bytes, *, declared: str = "") -> Extracted:
    """The text that a person sees in the main part of a page, paragraphs on lines of their own.

    Args:
        data: the page's bytes; the encoding that it declares is honoured where the bytes are possible in it.
        declared: the encoding that a header outside the page declares, which comes first.

    Raises:
        ReportError: it is not text, or holds no text that is seen.
    """
    decoded = decode(data, "", declared or _declared(data))
    tree = _tree(decoded.text)
    said = stated(tree)
    warnings = [*decoded.warnings, *said.warnings]
    if _too_deep(tree):
        warnings.append(f"nested more than {DEEPEST} levels deep: what stands deeper was not read")
    hidden = remove_hidden(tree)
    if hidden:
        warnings.append(f"{hidden} hidden part(s) of the page were not read")
    text, told = _main_text(tree, large=len(decoded.text) > LARGE)
    return Extracted(text=text, title=said.title, outlet=said.outlet, published=said.published, warnings=(*warnings, *told))


def _declared(data: bytes) -> str:
    """The encoding that a page's own tag declares; one whose letters are wider than a byte would have hidden the tag."""
    found = CHARSET.search(data[:HEAD])
    name = found[1].decode() if found else ""
    return "utf-8" if name.lower().startswith(("utf-16", "utf-32", "ucs")) else name


def _tree(text: str) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError as error:
        raise ReportError("empty: there is no text in it", expected="a report's text") from error


def _too_deep(tree: Any) -> bool:
    level, depth = [tree], 0
    while level and depth < DEEPEST:
        level = [child for element in level for child in element]
        depth += 1
    return bool(level)


def _main_text(tree: Any, *, large: bool) -> tuple[str, tuple[str, ...]]:
    """The main text; the whole page's where none is found, which is said."""
    found = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False, fast=large)
    text = str(found.text or "") if found else ""  # type: ignore[union-attr]
    if text.strip():
        return text, ()
    whole = trafilatura.html2txt(tree)
    return whole, ("no main text was found: the whole page was read",) if whole.strip() else ()
