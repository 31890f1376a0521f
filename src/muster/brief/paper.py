"""The page on paper: a PDF printed by a Chromium that is installed here, by the page's own style for paper."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from muster.errors import DossierError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-pdf-header-footer", "--run-all-compositor-stages-before-draw"),
)
PATIENCE = 120  # seconds
NODE = re.compile(rb"node(\d{8})")  # a name of an element, from a count that other work of the browser moves
CLOCK = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def pdf_bytes(page: Path) -> bytes:
    """The page as PDF, without the clock and the counts that the browser writes into it.

    Raises:
        DossierError: no browser is installed, or it printed nothing.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise DossierError(
            "no browser to print with", where="--pdf", expected=f"one of {', '.join(BROWSERS)}", do="install Chromium"
        )
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "brief.pdf"
        where = [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", page.resolve().as_uri()]
        said = run([browser, *OPTIONS, *sandbox(), *where])
        if not printed.exists():
            do = "print the page from the browser itself"
            raise DossierError(f"{Path(browser).name} printed nothing: {said}", where="--pdf", do=do)
        return renumbered(CLOCK.sub(rb"\g<1>19800101000000", printed.read_bytes()))


def renumbered(data: bytes) -> bytes:
    """The PDF with its elements counted in the order in which they stand, so that the same page gives the same bytes."""
    places = {name: place for place, name in enumerate(dict.fromkeys(NODE.findall(data)), start=1)}
    return NODE.sub(lambda found: b"node%08d" % places[found[1]], data)


def run(command: list[str]) -> str:
    """The last line that the browser said."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"nothing within {PATIENCE} seconds"
    return (done.stderr.decode(errors="replace").strip().splitlines() or ["no word"])[-1][:200]


def sandbox() -> list[str]:
    """Chromium refuses to run for root in its sandbox; the page holds no script and loads nothing."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
