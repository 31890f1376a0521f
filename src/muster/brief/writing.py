"""The brief's files on disk: each is written whole or not at all, and the same brief gives the same bytes."""

import tempfile
from pathlib import Path

import msgspec

from muster.brief.page import html
from muster.brief.tree import Brief
from muster.errors import DossierError

SCHEMA = "muster-brief/1"


def write(brief: Brief, folder: Path) -> tuple[Path, ...]:
    """Write index.html, brief.json and the annexes into a folder, which is made where it is missing.

    Raises:
        DossierError: the folder cannot be written.
    """
    annexes = {annex.name: annex.text for annex in brief.annexes}
    texts = {"index.html": html(brief), "brief.json": json_text(brief), **annexes}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(replace(folder / name, text) for name, text in texts.items())
    except OSError as error:
        where, do = str(folder), "choose a folder that you may write to"
        raise DossierError(f"cannot be written: {error.strerror}", where=where, do=do) from None


def json_text(brief: Brief) -> str:
    """The tree with every citation, keys in a fixed order; the annexes lie beside it and are named only."""
    tree = msgspec.to_builtins(brief) | {"schema": SCHEMA, "annexes": [annex.name for annex in brief.annexes]}
    return msgspec.json.format(msgspec.json.encode(tree, order="deterministic"), indent=1).decode() + "\n"


def replace(path: Path, text: str) -> Path:
    """Put a text in the place of a file at once: a reader sees the old file or the new one, never half of it."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
        held = Path(stream.name)
        try:
            stream.write(text.encode())
            stream.flush()
            held.chmod(0o644)
            held.replace(path)
        except BaseException:
            held.unlink(missing_ok=True)
            raise
    return path
