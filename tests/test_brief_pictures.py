"""Pictures: laws of scale and order, every drawn number in words and in the table, hostile names, unknown places."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.assess.paths import Pictures
from muster.brief import Brief
from muster.brief.drawings import curve, lines, rows
from muster.brief.drawings.drawing import picture_svg
from muster.brief.drawings.ink import ticks
from muster.brief.drawings.records import Area, Curve, Lines, Map, Rows
from muster.brief.drawings.tables import data, exactly
from muster.brief.forest import estimated, forest
from muster.brief.otherwise import DRAWN
from muster.brief.otherwise import curve as thinned
from muster.brief.page import html
from muster.brief.places import classes, gridded
from muster.brief.tree import Picture
from muster.dossier import load
from muster.panel.geography import place_names, read_polygons
from pictured import PLACES, PRE, paths, pictured, polygons, specifications
from test_brief_charts import STYLE, texts
from test_brief_material import COUNT, EXAMPLE, composed, ledger, money

EVIL = "<script>alert(1)</script> & \"more\" 'quoted'"


def pictures(brief: Brief) -> dict[str, Picture]:
    return {block.id: block for section in brief.sections for block in section.blocks if isinstance(block, Picture)}


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    folder = tmp_path_factory.mktemp("pictured")
    return pictured(folder, ledger(folder, (COUNT, *FUNDS)), Pictures(paths(), specifications()))


FUNDS = (
    money("M1", 10e6, 10e6, actor="A", stage="pledged", scope="fund"),
    money("M2", 40e6, None, actor="B", stage="pledged", scope="fund"),
    money("M3", None, 5e6, actor="C", stage="approved", scope="fund"),
    money("M4", 20e6, 30e6, actor="fund", stage="disbursed", scope="fund"),
    money("M5", 7e6, 7e6, actor="A", stage="declined", scope="fund"),
    money("M6", 9e6, 9e6, actor="A", stage="pledged", scope="fund", currency="EUR"),
    money("M7", 80e6, 80e6, actor="fund", stage="required", scope="fund, per year"),
)


def drawn(brief: Brief, kind: type) -> Iterator[Picture]:
    return (picture for picture in pictures(brief).values() if isinstance(picture.drawing, kind))


def test_every_kind_of_picture_is_in_the_brief(brief: Brief) -> None:
    assert {type(picture.drawing) for picture in pictures(brief).values()} == {Lines, Rows, Curve, Map}


def test_a_picture_is_sound_xml_with_its_words_inside_and_no_style_of_its_own(brief: Brief) -> None:
    for picture in pictures(brief).values():
        for narrow in (False, True):
            drawing = picture_svg(picture, narrow=narrow)
            root = ElementTree.fromstring(drawing)
            assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
            assert texts(drawing)
            assert " style=" not in drawing


def test_no_id_stands_twice(brief: Brief) -> None:
    ids = re.findall(r' id="([^"]+)"', html(brief))
    assert len(ids) == len(set(ids))


def test_every_ink_follows_the_page_into_the_dark(brief: Brief) -> None:
    style = STYLE.read_text(encoding="utf-8")
    used = {pair for one in pictures(brief).values() for pair in re.findall(r'(fill|stroke)="(#[0-9a-f]+)"', picture_svg(one))}
    assert len(used) > 6
    assert not [pair for pair in used if f'[{pair[0]}="{pair[1]}"]' not in style]


def test_the_words_hold_the_numbers_of_every_row_and_place(brief: Brief) -> None:
    for picture in drawn(brief, Rows):
        assert all(f"{bar.label}: {bar.text}" in picture.description for bar in picture.drawing.bars)  # type: ignore[union-attr]
    for picture in drawn(brief, Map):
        assert all(area.text in picture.description for area in picture.drawing.areas)  # type: ignore[union-attr]


def test_the_words_hold_the_numbers_written_beside_lines_and_above_the_planned_specification(brief: Brief) -> None:
    for picture in drawn(brief, Lines):
        assert isinstance(picture.drawing, Lines)
        ends = [line.values[-1] for line in picture.drawing.lines if line.look != "placebo"]
        shown = " ".join(texts(picture_svg(picture)))
        assert all(exactly(end) in picture.description and exactly(end) in shown for end in ends)
        assert all(name in picture.description for name, _ in picture.drawing.marks)
    (picture,) = drawn(brief, Curve)
    assert isinstance(picture.drawing, Curve)
    assert f"The planned one is {exactly(picture.drawing.effects[picture.drawing.planned])}" in picture.description


def test_the_table_holds_the_data_that_are_drawn(brief: Brief) -> None:
    gap = pictures(brief)["gap-events"].drawing
    assert isinstance(gap, Lines)
    table = data(gap)
    assert len(table.rows) == len(gap.starts)
    assert table.heads == ("When", *(line.name for line in gap.lines), "90% interval of the effect")
    assert [row[1][0] for row in table.rows] == [exactly(value) for value in gap.lines[0].values]
    assert table.rows[PRE - 1][-1][0] == "–"
    assert table.rows[-1][-1][0].startswith("up to")
    assert all(f">{words}</td>" in html(brief) for words, _ in table.rows[0][1:])


# ------------------------------------------------------------------------------------------------------------------- effects


def test_a_level_added_to_outcome_and_counterfactual_leaves_the_gap_as_it_is(tmp_path: Path) -> None:
    one = paths()
    moved = one.__class__(
        **{name: getattr(one, name) for name in ("starts", "ends", "pre", "donors", "weights", "placebos")},
        actual=tuple(value + 1024 for value in one.actual),
        counterfactual=tuple(value + 1024 for value in one.counterfactual),
        low=tuple(None if value is None else value + 1024 for value in one.low),
        high=tuple(None if value is None else value + 1024 for value in one.high),
    )
    known = ledger(tmp_path, (COUNT,))
    same, other = (pictures(pictured(tmp_path, known, Pictures(each)))["gap-events"] for each in (one, moved))
    assert other.description == same.description
    assert data(other.drawing) == data(same.drawing)


def test_the_interval_of_the_counterfactual_is_open_where_that_of_the_effect_is(brief: Brief) -> None:
    outcome, gap = (pictures(brief)[f"{kind}-events"].drawing for kind in ("paths", "gap"))
    assert isinstance(outcome, Lines)
    assert isinstance(gap, Lines)
    assert outcome.band
    assert gap.band
    assert gap.band.low[-1] is None
    assert outcome.band.high[-1] is None
    actual, low, high = outcome.lines[0].values[-1], outcome.band.low[-1], gap.band.high[-1]
    assert actual is not None
    assert high is not None
    assert low == pytest.approx(actual - high)


def test_an_open_end_of_the_band_reaches_the_edge_of_the_picture(brief: Brief) -> None:
    gap = pictures(brief)["gap-events"].drawing
    assert isinstance(gap, Lines)
    frame = lines.framed(gap, 600, 300)
    boxes = next(
        each["data"]["values"] for each in lines.specification(gap, narrow=False)["layer"] if each["mark"]["type"] == "rect"
    )
    assert boxes[-1]["y"] == pytest.approx(lines.framed(gap, 668, 270).bottom)
    assert frame.bottom < 0 < frame.top


def test_of_many_donors_those_with_the_best_fit_are_drawn_and_the_words_say_so(tmp_path: Path) -> None:
    many = paths(donors=60)
    picture = pictures(pictured(tmp_path, ledger(tmp_path, (COUNT,)), Pictures(many)))["gap-events"]
    assert isinstance(picture.drawing, Lines)
    kept = {line.name for line in picture.drawing.lines if line.look == "placebo"}
    errors = {name: sum(value**2 for value in row[:PRE]) for name, row in zip(many.donors, many.placebos, strict=True)}
    assert len(kept) == 20
    assert max(errors[name] for name in kept) <= min(errors[name] for name in set(errors) - kept)
    assert "the 20 of 60 donors" in "".join(run.text for run in picture.caption)


def test_without_an_estimate_there_is_no_section(tmp_path: Path) -> None:
    known = ledger(tmp_path, (COUNT,))
    assert "effects" not in {section.id for section in pictured(tmp_path, known, Pictures()).sections}


def test_the_start_is_marked_in_both_pictures(brief: Brief) -> None:
    for kind in ("paths", "gap"):
        shown = texts(picture_svg(pictures(brief)[f"{kind}-events"]))
        assert {"agreement", "arrival"} <= set(shown)


# ------------------------------------------------------------------------------------------------------------ specifications


@pytest.mark.parametrize("count", [12, 60, 2000])
def test_the_first_last_and_planned_specification_are_always_drawn(count: int) -> None:
    found = specifications(count)
    made = thinned(found)
    assert made.effects[0] == found.effects[0]
    assert made.effects[-1] == found.effects[-1]
    assert made.effects[made.planned] == found.effects[found.planned]
    assert list(made.effects) == sorted(made.effects)
    assert len(made.effects) == min(len(found.effects), len(made.effects)) <= DRAWN + 1
    assert made.total == len(found.effects)


@pytest.mark.parametrize("count", [12, 2000])
def test_each_specification_has_one_choice_of_each_kind(count: int) -> None:
    made = thinned(specifications(count))
    for kind in ("start", "method", "donors"):
        chosen = [choice.taken for choice in made.choices if choice.name.startswith(kind)]
        assert all(sum(column) == 1 for column in zip(*chosen, strict=True))
    assert len(made.choices) <= 3 * 8


def test_a_rare_choice_shares_a_row_but_the_planned_one_never() -> None:
    names = [choice.name for choice in thinned(specifications(2000)).choices]
    assert "donors: all" in names
    assert "donors: 166 others" in names


def test_a_higher_effect_is_drawn_higher() -> None:
    made = thinned(specifications())
    levels = [curve.level(made, effect) for effect in made.effects]
    assert levels == sorted(levels, reverse=True)


# ----------------------------------------------------------------------------------------------------------- rows and money


def boxes(drawing: Rows, *, narrow: bool) -> list[str]:
    return [
        str(piece) for piece in rows.draw(drawing, narrow=narrow)[2] if "stroke-width" not in piece and "<text" not in piece
    ]


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=8), st.sampled_from([2.0, 1024.0]), st.booleans())
def test_the_unit_of_the_data_does_not_move_a_bar(values: list[float], factor: float, narrow: bool) -> None:
    made, scaled = (
        forest("f", "", "", [estimated("x", size * value, (size * value / 2, None)) for value in values]).drawing
        for size in (1, factor)
    )
    assert isinstance(made, Rows)
    assert isinstance(scaled, Rows)
    assert boxes(replace(made, kind="amounts"), narrow=narrow) == boxes(replace(scaled, kind="amounts"), narrow=narrow)


def test_a_bar_ends_where_its_number_is() -> None:
    drawing = Rows(kind="amounts", bars=(estimated("a", 10, (10, 10)), estimated("b", 40, (20, 40))))
    sheet = rows.laid_out(drawing, narrow=False)
    assert sheet.x(0) == sheet.left
    assert sheet.x(40) == sheet.right
    assert sheet.x(20) == (sheet.left + sheet.right) / 2


def test_rows_stand_in_the_order_in_which_they_come() -> None:
    bars = [estimated(name, value, (value - 1, value + 1)) for name, value in (("late", 3), ("early", -9), ("mid", 1))]
    shown = texts(picture_svg(forest("f", "t", "u", bars)))
    assert [word for word in shown if word in {"late", "early", "mid"}] == ["late", "early", "mid"]


def test_what_cannot_be_told_is_grey_and_hollow_and_said_so() -> None:
    sure, unsure = estimated("a", 4, (2, 6)), estimated("b", 4, (2, 6), told=False)
    clear, grey = (picture_svg(forest("f", "t", "u", [bar])) for bar in (sure, unsure))
    assert 'fill="#14507a"' in clear
    assert 'fill="#14507a"' not in grey
    assert "b: 4 (2 to 6), cannot be told" in forest("f", "t", "u", [sure, unsure]).description
    assert data(forest("f", "t", "u", [sure, unsure]).drawing).rows[1][1][0] == "4 (2 to 6), cannot be told"
    assert "1 interval above zero" in forest("f", "t", "u", [sure, unsure]).description


def test_a_row_without_an_estimate_draws_no_point() -> None:
    picture = forest("f", "t", "u", [estimated("a", None, told=False)])
    assert "no estimate" in texts(picture_svg(picture))
    assert "a4 4" not in picture_svg(picture)


def test_money_is_one_picture_a_currency_and_one_bar_a_sum(tmp_path: Path) -> None:
    folder = tmp_path
    made = pictures(pictured(folder, ledger(folder, FUNDS), Pictures()))
    assert [id for id in made if id.startswith("funds")] == ["funds-USD"]
    drawing = made["funds-USD"].drawing
    assert isinstance(drawing, Rows)
    assert [(bar.group, bar.label, bar.low, bar.high) for bar in drawing.bars] == [
        ("Pledged", "B, for fund", 40e6, None),
        ("Pledged", "A, for fund", 10e6, 10e6),
        ("Committed", "C, for fund", None, 5e6),
        ("Received by the fund", "fund", 20e6, 30e6),
        ("Frozen", "A, for fund", 7e6, 7e6),
    ]
    assert [bar.cites for bar in drawing.bars] == [("M2",), ("M1",), ("M3",), ("M4",), ("M5",)]


def test_a_brief_without_sums_enough_has_no_picture_of_money(tmp_path: Path) -> None:
    assert not pictures(composed(tmp_path, (COUNT, *FUNDS[:1], *FUNDS[-2:])))


@given(st.floats(-1e9, 0), st.floats(1e-6, 1e9), st.integers(1, 8))
def test_ticks_are_few_and_inside(low: float, high: float, most: int) -> None:
    made, room = ticks(low, high, most), (high - low) * 1e-6
    assert 0 in made
    assert len(made) <= most + 1
    assert all(low - room <= tick <= high + room for tick in made)


# -------------------------------------------------------------------------------------------------------------------- places


def areas(brief: Brief) -> dict[str, Area]:
    drawing = pictures(brief)["map-events"].drawing
    assert isinstance(drawing, Map)
    return {area.id: area for area in drawing.areas}


def test_an_unknown_place_is_hatched_and_never_zero(brief: Brief) -> None:
    found = areas(brief)
    assert {id for id, area in found.items() if area.value is None} == {"P03", "P10", "P11"}
    assert found["P10"].text == "not known"
    assert found["P03"].text == "at least 3"
    assert found["P00"].text == "0"
    drawing = picture_svg(pictures(brief)["map-events"])
    assert drawing.count('fill="url(#map-events-hatch)"') == 3 + 1  # and the key
    assert "3 of 12 places not known" in pictures(brief)["map-events"].description


def test_the_treated_place_has_another_border(brief: Brief) -> None:
    assert [id for id, area in areas(brief).items() if area.treated] == ["P05"]
    assert "P05 (treated): 25" in pictures(brief)["map-events"].description


@given(st.lists(st.integers(0, 40), max_size=30))
def test_every_known_value_is_in_one_shade(values: list[int]) -> None:
    made = classes([float(value) for value in values])
    assert len(made) <= 4
    assert all(sum(low <= value <= high for low, high in made) == 1 for value in values)
    assert all(first[1] < second[0] for first, second in pairwise(made))


def test_both_sides_of_a_border_are_the_same_line(tmp_path: Path) -> None:
    _, _, rings = gridded(read_polygons(polygons(tmp_path / "squares.geojson")))
    for left, right in ((0, 1), (1, 2), (4, 5)):
        common = set(rings[PLACES[left]][0]) & set(rings[PLACES[right]][0])
        assert len(common) == 2


def test_the_departments_keep_their_shape_on_the_map_and_have_names() -> None:
    file = next(file for file in load(EXAMPLE).data if file.name == "departments")
    width, height, rings = gridded(read_polygons(file))
    assert len(rings) == 10
    assert all(0 <= x <= width and 0 <= y <= height for each in rings.values() for ring in each for x, y in ring)
    # Haiti spans 2.86 degrees of longitude at 19 degrees north, and 2.07 of latitude.
    assert width / height == pytest.approx(2.86 * 0.9455 / 2.07, rel=0.02)
    assert place_names(file)["HT01"] == "Ouest"


def test_a_place_smaller_than_a_pixel_is_still_there(tmp_path: Path) -> None:
    file = polygons(tmp_path / "squares.geojson")
    text = Path(file.path).read_text(encoding="utf-8")
    Path(file.path).write_text(
        re.sub(r"\[-70\.0, 40\.0\].*?\]\]\]", "[-70, 40], [-69.99999, 40], [-70, 40.00001], [-70, 40]]]", text, count=1),
        encoding="utf-8",
    )
    _, _, rings = gridded(read_polygons(file))
    assert all(rings[place] for place in PLACES)
    assert len(rings["P00"][0]) == 4


# ------------------------------------------------------------------------------------------------------------------- outside


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    names = (EVIL, *PLACES[1:])
    one = paths()
    hostile = Pictures(
        one.__class__(**{**{name: getattr(one, name) for name in one.__slots__}, "donors": (EVIL, *one.donors[1:])}),
        specifications(),
    )
    page = html(pictured(tmp_path, ledger(tmp_path, (COUNT,)), hostile, names))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ElementTree.fromstring(drawing)


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    known = ledger(tmp_path, (COUNT, *FUNDS))
    first, second = (html(pictured(tmp_path, known, Pictures(paths(), specifications()))) for _ in range(2))
    assert first == second


def test_six_outcomes_of_sixty_places_and_two_thousand_specifications_fit_on_a_small_page(tmp_path: Path) -> None:
    page = html(pictured(tmp_path, ledger(tmp_path, (COUNT,)), Pictures(paths(donors=59), specifications(2000))))
    assert 6 * len(page.encode()) < 1_500_000
