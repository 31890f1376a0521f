"""The page on panels of real data says what the files give."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_on_real_panels_is_what_the_files_give(shared: Path) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_panels.py"))
    folder = shared / "data"
    departments, _ = script["haiti"](*script["read"](folder, script["EVENTS"], country="HTI"))
    countries, _ = script["world"](*script["read"](folder, script["COUNTRIES"]))
    written = (ROOT / "docs" / "panels-real.md").read_text(encoding="utf-8")
    assert written == script["page"]({**departments, **countries})
    assert (departments["events"], departments["deaths"]) == ("305", "71, 1, 166, 140, 236, 454, 1,294")
    assert (departments["blocks"], departments["block deaths"], countries["countries"]) == ("25", "400", "199")
    assert countries["haiti years"] == departments["deaths"]
