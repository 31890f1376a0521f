"""The page looks as it did when somebody last looked: pictures at four widths, light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

import golden
from browser import browsing
from muster.brief import write
from test_brief_material import haiti

HERE, THERE = golden.fonts(), golden.FONTS.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    if HERE != THERE:
        pytest.skip(
            "the fonts of this machine are not those of tests/golden/fonts.txt; scripts/write_golden.py takes new pictures"
        )
    address = write(haiti(), tmp_path_factory.mktemp("golden") / "brief")[0].as_uri()
    with browsing() as browser:
        yield dict(golden.shots(browser, address))


@pytest.mark.parametrize("name", [f"{width}-{scheme}" for width, scheme in golden.VIEWS])
def test_the_first_screens_look_as_they_did(shots: dict[str, Any], name: str, tmp_path: Path) -> None:
    share = golden.unlike(shots[name], Image.open(golden.FOLDER / f"{name}.png"))
    if share > golden.ALLOWED:
        shots[name].save(tmp_path / f"{name}.png")
    assert share <= golden.ALLOWED, f"{share:.1%} differ; the page as it is now: {tmp_path / name}.png"


def test_the_pictures_tell_a_moved_line_from_fewer_colours(shots: dict[str, Any]) -> None:
    picture = shots["390-light"]
    assert golden.unlike(picture, golden.small(picture)) < golden.ALLOWED / 10
    assert golden.unlike(picture, ImageChops.offset(picture, 0, 3)) > golden.ALLOWED
    assert golden.unlike(picture, shots["390-dark"]) > 0.5


def test_the_pictures_are_few_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in golden.FOLDER.glob("*.png")}
    assert set(kept) == {f"{width}-{scheme}" for width, scheme in golden.VIEWS}
    assert sum(kept.values()) < 1_500_000
