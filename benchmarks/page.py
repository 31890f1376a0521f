"""The brief on the bundled dossier: how long it takes, where the time goes, how large the page is and when it is first seen.

    python benchmarks/page.py

The last lines need Chromium and Playwright: the browser is slowed down four times, as DevTools does it.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "src" / "muster" / "example" / "haiti"
sys.path.insert(0, str(ROOT / "tests"))
Made = TypeVar("Made")
TIMES, SLOWER = 5, 4
MUSTER = Path(sys.executable).with_name("muster")


def timed(name: str, work: Callable[[], Made]) -> Made:
    """Do it and print how long it took."""
    before = time.perf_counter()
    made = work()
    print(f"{name:<42}{time.perf_counter() - before:7.2f} s")
    return made


def command(folder: Path) -> None:
    """The whole command, as a person runs it."""
    subprocess.run([MUSTER, "new", folder, "--example", "haiti", "--quiet"], check=True)
    for turn in ("first run", "again"):
        line = [MUSTER, "brief", folder, "--quiet"]
        timed(f"muster brief, {turn}", lambda line=line: subprocess.run(line, check=True))  # type: ignore[misc]


def stages(folder: Path) -> Path:
    """The same inside one process, stage by stage."""
    timed("  imports", lambda: __import__("muster.run"))
    from muster.assess import assess
    from muster.brief import compose, write
    from muster.dossier import load
    from muster.ledger import Ledger, disputed, known
    from muster.panel import panels

    dossier = load(EXAMPLE)
    record = timed("  ledger and its disagreements", lambda: disputed(known(Ledger(dossier.ledger_path).entries(), None)))
    measured = timed("  panels", lambda: panels(dossier))
    findings = timed("  assessment", lambda: assess(dossier.mission, measured, None))
    brief = timed("  document tree", lambda: compose(dossier, record, findings, measured))
    page = timed("  page, pictures, annexes", lambda: write(brief, folder))[0]
    print(f"{'size of the page':<42}{page.stat().st_size / 1e6:7.2f} MB")
    return page


def painted(page: Path) -> None:
    """When the first words are seen on a slow machine, several times."""
    from browser import browsing

    with browsing() as browser:
        seen = []
        for _ in range(TIMES):
            tab = browser.new_page(viewport={"width": 390, "height": 800})
            tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            tab.goto(page.as_uri())
            entry = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
            seen.append(tab.wait_for_function(entry).json_value() / 1000)
            tab.close()
    print(f"{f'first paint, processor {SLOWER} times slower':<42}{statistics.median(seen):7.2f} s, at most {max(seen):.2f} s")


def main() -> None:
    """Print a line for each measure."""
    with tempfile.TemporaryDirectory() as folder:
        command(Path(folder) / "dossier")
        painted(stages(Path(folder) / "brief"))


if __name__ == "__main__":
    main()
