"""Take the pictures in tests/golden anew, with the fonts of this machine beside them. Look at each before keeping it.

python scripts/write_golden.py
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import golden
from browser import browsing
from muster.brief import write
from test_brief_material import haiti


def main() -> None:
    """Write every picture and the list of fonts."""
    golden.FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        address = write(haiti(), Path(folder))[0].as_uri()
        for name, picture in golden.shots(browser, address):
            golden.small(picture).save(golden.FOLDER / f"{name}.png", optimize=True)
    golden.FONTS.write_text(golden.fonts(), encoding="utf-8")


if __name__ == "__main__":
    main()
