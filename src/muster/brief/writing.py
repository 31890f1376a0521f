"""The brief's files on disk: each is written whole or not at all, and the same brief gives the same bytes."""

import tempfile
from pathlib import Path

from muster.brief.earlier import KEPT, NAME, read_published
from muster.brief.page import html
from muster.brief.published import json_text
from muster.brief.tree import Brief
from muster.errors import DossierError


def write(brief: Brief, folder: Path) -> tuple[Path, ...]:
    """Write index.html, brief.json and the annexes into a folder, which is made where it is missing.

    The brief.json that lay there is kept as previous.json where it says something else.

    Raises:
        DossierError: the folder cannot be written.
    """
    annexes = {annex.name: annex.text for annex in brief.annexes}
    texts = {"index.html": html(brief), NAME: json_text(brief), **annexes}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keep(brief, folder)
        return tuple(replace(folder / name, text) for name, text in texts.items())
    except OSError as error:
        where, do = str(folder), "choose a folder that you may write to"
        raise DossierError(f"cannot be written: {error.strerror}", where=where, do=do) from None


def keep(brief: Brief, folder: Path) -> None:
    """Keep the last brief if this one says something else; what is no brief is not kept."""
    try:
        last, data = read_published(folder / NAME)
    except DossierError:
        return
    if last.facts != brief.facts:
        replace(folder / KEPT, data)


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
