"""How long the commands take that a person waits for, beside a bare interpreter and beside importing pandas.

python benchmarks/commands.py
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

MUSTER = [sys.executable, "-c", "from muster.cli import main; main()"]


def seconds(command: list[str], times: int = 3) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - begun)
    return best


def main() -> None:
    """Print one line a command."""
    with tempfile.TemporaryDirectory() as folder:
        dossier = str(Path(folder) / "haiti")
        subprocess.run([*MUSTER, "new", dossier, "--example", "haiti"], check=True, capture_output=True)
        rows = {
            "peer: a bare interpreter": [sys.executable, "-c", "pass"],
            "peer: import pandas": [sys.executable, "-c", "import pandas"],
            "muster --help": [*MUSTER, "--help"],
            "muster ledger (272 lines)": [*MUSTER, "ledger", dossier],
            "muster brief (Haiti)": [*MUSTER, "brief", dossier],
        }
        for name, command in rows.items():
            print(f"{name:28} {seconds(command):6.2f} s")


if __name__ == "__main__":
    main()
