"""The brief's files on disk: each is written whole or not at all, and the same brief gives the same bytes."""

import tempfile
from pathlib import Path

from muster.brief.earlier import KEPT, NAME, read_published
from muster.brief.page import html
from muster.brief.paper import pdf_bytes
from muster.brief.published import json_text
from muster.brief.tree import Brief
from muster.errors import DossierError

OPTIONAL = DOCX, PDF = "brief.docx", "brief.pdf"


def write(brief: Brief, folder: Path, *, docx: bool = False, pdf: bool = False) -> tuple[Path, ...]:
    """Write index.html, brief.json and the annexes into a folder, which is made where it is missing.

    The brief.json that lay there is kept as previous.json where it says something else.

    Args:
        docx: also as brief.docx.
        pdf: also as brief.pdf, printed by an installed Chromium.

    Raises:
        DossierError: the folder cannot be written, or no browser is there to print with.
    """
    annexes = {annex.name: annex.text for annex in brief.annexes}
    texts: dict[str, str | bytes] = {"index.html": html(brief), NAME: json_text(brief), **annexes}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keep(brief, folder)
        paths = [replace(folder / name, text) for name, text in texts.items()]
        paths += [replace(folder / DOCX, in_word(brief))] if docx else []
        paths += [replace(folder / PDF, pdf_bytes(paths[0]))] if pdf else []
        return tuple(paths)
    except OSError as error:
        where, do = str(folder), "choose a folder that you may write to"
        raise DossierError(f"cannot be written: {error.strerror}", where=where, do=do) from None


def in_word(brief: Brief) -> bytes:
    """The document; its library takes long to load and is needed for it alone."""
    from muster.brief.word import docx_bytes

    return docx_bytes(brief)


def keep(brief: Brief, folder: Path) -> None:
    """Keep the last brief if this one says something else; what is no brief is not kept.

    Where this one hides small counts, files of an earlier one that shows them are taken away.
    """
    if brief.facts.suppressed:
        hide(folder)
    try:
        last, data = read_published(folder / NAME)
    except DossierError:
        return
    if last.facts != brief.facts and (last.facts.suppressed or not brief.facts.suppressed):
        replace(folder / KEPT, data)


def hide(folder: Path) -> None:
    """Take away what an earlier brief may have left that shows small counts and is not written anew."""
    for name in (*OPTIONAL, KEPT):
        try:
            shows = name in OPTIONAL or not read_published(folder / name)[0].facts.suppressed
        except DossierError:
            shows = True
        if shows:
            (folder / name).unlink(missing_ok=True)


def replace(path: Path, text: str | bytes) -> Path:
    """Put a content in the place of a file at once: a reader sees the old file or the new one, never half of it."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
        held = Path(stream.name)
        try:
            stream.write(text.encode() if isinstance(text, str) else text)
            stream.flush()
            held.chmod(0o644)
            held.replace(path)
        except BaseException:
            held.unlink(missing_ok=True)
            raise
    return path
