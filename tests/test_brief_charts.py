"""Charts: labels apart from each other, honest marks, no id twice, the reader's inks."""

import re
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import muster.brief
from muster.brief.charts import specification, svg
from muster.brief.frame import framed
from muster.brief.labels import Label, placed
from muster.brief.tree import Chart, Look, Mark, Point, Series

STYLE = Path(muster.brief.__file__).parent / "templates" / "page.css"


def point(start: date, low: float | None, high: float | None, end: date | None = None) -> Point:
    return Point(start=start, low=low, high=high, text="", cites=("A",), end=end)


def chart(look: Look, *points: Point, regular: bool = False) -> Chart:
    series = Series(name="needed, <b>", look=look, points=points, regular=regular)
    marks = (Mark(name="agreement", date=date(2024, 3, 1)), Mark(name="first <arrival>", date=date(2024, 6, 25)))
    return Chart(id="c", title="Title & <title>", unit="people", description="D", series=(series,), marks=marks)


DAYS = [date(2024, month, 1) for month in (1, 4, 7, 10)]
BANDS = chart("need", point(DAYS[0], 4000, 5000), point(DAYS[2], None, 5000))
DOTS = chart("report", point(DAYS[0], 400, 400), point(DAYS[1], 800, 900), point(DAYS[2], 900, None), point(DAYS[3], None, 950))
BARS = chart("measure", *(point(day, 10, 12, date(day.year, day.month + 2, 28)) for day in DAYS), regular=True)


def marks(of: Chart) -> list[tuple[str, str, int]]:
    layers = specification(of)["layer"]
    return [(each["mark"]["type"], each["mark"].get("shape", ""), len(each["data"]["values"])) for each in layers]


def texts(picture: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(picture).iter() if element.tag.endswith("}text")]


def test_a_range_is_a_band_and_a_bound_a_line() -> None:
    assert ("rect", "", 1) in marks(BANDS)
    assert ("rule", "", 1) in marks(BANDS)
    assert "up to 5,000 needed" in texts(svg(BANDS))


def test_a_bound_points_to_its_open_side() -> None:
    assert {shape for kind, shape, _ in marks(DOTS) if kind == "point"} == {"circle", "triangle-up", "triangle-down"}


def test_periods_before_the_last_start_have_another_ink_and_open_ranges_a_lighter_part() -> None:
    inks = [each["mark"]["color"] for each in specification(BARS)["layer"] if each["mark"]["type"] == "rect"]
    assert len(set(inks)) == 2
    assert len(inks) == 4


def test_a_small_chart_shows_the_last_start_only() -> None:
    small = replace(BARS, size="small")
    assert "agreement" in texts(svg(BARS))
    assert "agreement" not in texts(svg(small))
    assert "first <arrival>" in texts(svg(small))


def test_a_start_outside_the_picture_is_left_out() -> None:
    late = replace(BARS, marks=(Mark(name="much later", date=date(2031, 1, 1)),))
    assert "much later" not in svg(late)


@pytest.mark.parametrize("of", [BANDS, DOTS, BARS])
def test_a_picture_is_sound_xml_with_its_words_escaped_and_no_style_of_its_own(of: Chart) -> None:
    picture = svg(of)
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
    assert "Title &amp; &lt;title&gt;" in picture
    assert " style=" not in picture
    assert "clip-path" not in picture


def test_ids_do_not_collide_between_drawings() -> None:
    drawings = [svg(BANDS), svg(BANDS, narrow=True), svg(replace(BANDS, id="d"))]
    ids = [id for drawing in drawings for id in re.findall(r' id="([^"]+)"', drawing)]
    assert len(ids) == len(set(ids)) == 6


def test_every_ink_of_a_picture_follows_the_page_into_the_dark() -> None:
    style = STYLE.read_text(encoding="utf-8")
    used = {pair for of in (BANDS, DOTS, BARS) for pair in re.findall(r'(fill|stroke)="(#[0-9a-f]+)"', svg(of))}
    assert used
    assert not [pair for pair in used if f'[{pair[0]}="{pair[1]}"]' not in style]


def test_zero_is_always_in_the_picture() -> None:
    rising = framed(chart("report", point(DAYS[0], 500, 500), point(DAYS[1], 510, 510)), 600, 300)
    falling = framed(chart("report", point(DAYS[0], -4, -4), point(DAYS[1], -2, -2)), 600, 300)
    assert rising.bottom == 0
    assert falling.bottom < -4 < 0 < falling.top


def test_no_tick_stands_beyond_the_last_day_that_is_known() -> None:
    assert "2025" not in texts(svg(BARS))


def test_one_point_is_a_picture_too() -> None:
    assert "400" in texts(svg(chart("report", point(DAYS[0], 400, 400))))


labels = st.builds(
    Label,
    text=st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=25),
    x=st.floats(0, 300),
    y=st.floats(0, 200),
    below=st.floats(0, 200),
    color=st.just("#000"),
    beside=st.booleans(),
)


@given(st.lists(labels, max_size=12))
def test_labels_never_touch_each_other_and_stay_inside(wanted: list[Label]) -> None:
    places = placed(wanted, 300, 200)
    assert not [pair for pair in combinations(places, 2) if pair[0].touches(pair[1])]
    assert all(0 <= place.y <= 200 and place.left + place.width <= 301 for place in places)
