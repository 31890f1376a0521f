"""The page in a real browser: citations open by mouse and keyboard, nothing is fetched, it fits a telephone and two sheets."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pypdf import PdfReader

from browser import DESK, Visit, browsing
from muster.assess.paths import Pictures
from muster.brief import write
from pictured import paths, pictured, specifications
from test_brief_material import COUNT, haiti, ledger


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    folder = tmp_path_factory.mktemp("browser")
    address = write(haiti(), folder / "brief")[0].as_uri()
    with browsing() as browser:
        yield Visit(browser, address)


def test_a_click_opens_the_citation_of_a_number_and_escape_closes_it(visit: Visit) -> None:
    number = visit.page.locator("#answer button.n").first
    assert visit.open_citations() == []
    number.click()
    (citation,) = visit.open_citations()
    assert number.inner_text() in citation
    assert "Published" in citation
    visit.page.keyboard.press("Escape")
    assert visit.open_citations() == []


def test_the_keyboard_reaches_opens_and_leaves_a_citation(visit: Visit) -> None:
    visit.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.matches('#answer button.n')"):
            break
    number = visit.page.evaluate("document.activeElement.innerText")
    target = visit.page.evaluate("document.activeElement.getAttribute('popovertarget')")
    visit.page.keyboard.press("Enter")
    assert visit.page.locator(f"#{target}:popover-open").count() == 1
    assert visit.page.evaluate("document.activeElement.innerText") == "Close"
    visit.page.keyboard.press("Enter")
    assert visit.open_citations() == []
    assert visit.page.evaluate("document.activeElement.innerText") == number


def test_a_long_list_of_records_leads_on_to_each_of_them(visit: Visit) -> None:
    visit.page.locator("#findings button.n").first.click()
    (records,) = visit.open_citations()
    assert re.match(r"Close\s+\d+ records", records)
    visit.page.locator("[popover]:popover-open button.n").first.click()
    assert len(visit.open_citations()) == 2
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Escape")
    assert visit.open_citations() == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_an_open_citation_is_inside_the_window(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    for number in (visit.page.locator("#answer button.n").first, visit.page.locator("#money td button.n").last):
        number.scroll_into_view_if_needed()
        number.click()
        box = visit.page.locator("[popover]:popover-open").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 800
        visit.page.keyboard.press("Escape")
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_words_of_a_number_can_be_copied_with_the_sentence(visit: Visit) -> None:
    visit.page.evaluate("getSelection().selectAllChildren(document.querySelector('#answer dd'))")
    assert "980 personnel" in visit.page.evaluate("getSelection().toString()")


def test_dark_mode_turns_the_inks_of_page_and_charts(visit: Visit) -> None:
    ink = "getComputedStyle(document.querySelector('#force svg text')).fill + getComputedStyle(document.body).backgroundColor"
    visit.page.emulate_media(color_scheme="light")
    light = visit.page.evaluate(ink)
    visit.page.emulate_media(color_scheme="dark")
    assert visit.page.evaluate(ink) != light
    visit.page.emulate_media(color_scheme="light")


def test_on_paper_it_is_two_sheets_of_a4_with_the_records_behind_the_numbers(visit: Visit) -> None:
    sheets = visit.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 2
    assert re.findall(rb"/MediaBox\s*\[0 0 59[45][\d.]* 84[12][\d.]*\]", sheets)
    visit.page.emulate_media(media="print")
    behind = visit.page.evaluate("getComputedStyle(document.querySelector('#answer button.n'), '::after').content")
    visit.page.emulate_media(media="screen")
    assert re.fullmatch(r'"[A-Z]+\d+.*"', behind)


def test_each_sheet_says_which_it_is_and_no_word_of_the_answer_is_cut(visit: Visit) -> None:
    sheets = PdfReader(BytesIO(visit.page.pdf(prefer_css_page_size=True))).pages
    texts = [re.sub(r"\s+", "", sheet.extract_text()) for sheet in sheets]
    for place, text in enumerate(texts, start=1):
        assert "Musterbrief" in text
        assert f"{place}of{len(texts)}" in text
    terms = visit.page.evaluate("[...document.querySelectorAll('#answer dt')].map(one => one.innerText)")
    assert len(terms) == 5
    assert all(re.sub(r"\s+", "", term) in texts[0] for term in terms)
    visit.page.set_viewport_size({"width": 703, "height": 1000})  # A4 between the margins, 186 mm at 96 to the inch
    visit.page.emulate_media(media="print")
    outside = """[...document.querySelectorAll('h1, h2, h3, p, dt, dd, li, caption, th, td')].map(one =>
        one.getBoundingClientRect()).filter(box => box.width > 1 && (box.left < -1 || box.right > 704)).length"""
    assert visit.page.evaluate(outside) == 0
    visit.page.emulate_media(media="screen")
    visit.page.set_viewport_size(DESK)


def test_the_page_is_small_enough_for_a_slow_line(visit: Visit) -> None:
    assert 100_000 < Path(unquote(urlsplit(visit.page.url).path)).stat().st_size < 1_500_000


def test_the_page_asks_for_nothing_and_complains_of_nothing(visit: Visit) -> None:
    assert [url for url in visit.requests if not url.startswith("file:")] == []
    assert len(visit.requests) == 1
    assert visit.complaints == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_every_picture_fits_and_shows_one_of_its_two_drawings(visit: Visit, tmp_path: Path, width: int) -> None:
    brief = pictured(tmp_path, ledger(tmp_path, (COUNT,)), Pictures(paths(donors=40), specifications(200)))
    page = visit.page.context.browser.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(write(brief, tmp_path / "brief")[0].as_uri())
    page.evaluate("document.querySelectorAll('figure details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for figure in page.locator("figure").all():
        shown = [box for drawing in figure.locator("svg").all() if (box := drawing.bounding_box())]
        assert len(shown) == 1
        assert shown[0]["x"] >= 0
        assert shown[0]["x"] + shown[0]["width"] <= width
    spills = """[...document.querySelectorAll('figure svg text')].filter(one => one.checkVisibility()).filter(one => {
        const word = one.getBoundingClientRect(), all = one.ownerSVGElement.getBoundingClientRect();
        return word.left < all.left - 2 || word.right > all.right + 2}).map(one => one.textContent)"""
    assert page.evaluate(spills) == []
    page.close()


def test_on_paper_the_first_gap_is_printed_within_two_sheets(visit: Visit, tmp_path: Path) -> None:
    brief = pictured(tmp_path, ledger(tmp_path, (COUNT,)), Pictures(paths(), specifications()))
    page = visit.page.context.browser.new_page()
    page.goto(write(brief, tmp_path / "brief")[0].as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 2
    page.emulate_media(media="print")
    assert page.locator("#gap-events-figure svg:visible").count() == 1
    assert page.locator("#paths-events-figure svg:visible").count() == 0
    page.close()
