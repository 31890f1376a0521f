"""Numbers, ranges and dates as words, and the sentences whose figures open their sources."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.brief.runs import numbered, text
from muster.brief.sections.disagreements import traced
from muster.brief.setting import pieces
from muster.brief.tree import Number, Run
from muster.brief.wording import amount, days, host, is_web, listed, number, published, reference


@pytest.mark.parametrize(
    ("low", "high", "currency", "said"),
    [
        (1000, 1000, None, "1,000"),
        (5000, None, None, "at least 5,000"),
        (None, 11e6, "USD", "up to US$11 million"),
        (200, 400, None, "200–400"),
        (515e6, 600e6, "USD", "US$515–600 million"),
        (850e3, 1.1e6, "EUR", "€850,000–1.1 million"),
        (2.1e9, 2.1e9, "KES", "KES 2.1 billion"),
        (0, 0, "USD", "US$0"),
        (None, 0, None, "up to 0"),
        (None, None, "USD", "no number given"),
    ],
)
def test_a_range_reads_as_its_bounds(low: float | None, high: float | None, currency: str | None, said: str) -> None:
    assert amount(low, high, currency) == said


def test_about_is_said_of_a_rough_number_and_every_digit_of_an_exact_one() -> None:
    assert amount(1000, 1000, rough=True) == "about 1,000"
    assert amount(75833135, 75833135, "CAD", exact=True) == "C$75,833,135"


@pytest.mark.parametrize(
    ("value", "said"),
    [(999999, "999,999"), (1e6, "1 million"), (66410000, "66.41 million"), (-2.7, "−2.7"), (-0.001, "0"), (1.234, "1.23")],
)
def test_a_number_has_separators_and_two_decimals_at_most(value: float, said: str) -> None:
    assert number(value) == said


@given(st.floats(min_value=-1e14, max_value=1e14))
def test_a_number_never_reads_as_minus_nothing_or_as_an_exponent(value: float) -> None:
    said = number(value)
    assert said not in {"", "−", "−0", "-0"}
    assert "e" not in said.removesuffix("million").removesuffix("billion") or "billion" in said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2024, 6, 25), date(2024, 6, 25), "25 Jun 2024"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb 2024"),
        (date(2024, 4, 1), date(2024, 6, 30), "Apr–Jun 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2024, 12, 1), date(2025, 2, 28), "Dec 2024 – Feb 2025"),
        (date(2024, 6, 1), date(2024, 6, 18), "1 Jun 2024 – 18 Jun 2024"),
        (None, date(2024, 6, 18), "18 Jun 2024"),
        (None, None, ""),
        (date(9999, 12, 1), date(9999, 12, 31), "Dec 9999"),
    ],
)
def test_a_span_is_said_as_shortly_as_it_can_be(first: date | None, last: date | None, said: str) -> None:
    assert days(first, last) == said


def test_a_publication_date_keeps_its_precision() -> None:
    assert [published(text) for text in ("2024", "2024-06", "2024-06-05", "")] == ["2024", "Jun 2024", "5 Jun 2024", ""]


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "//x.org/a"),
        *("", "http://", "http:///path", "file:///etc/passwd", "http://[::1", "mailto:a@b.c", "https:alert(1)"),
    ],
)
def test_only_a_web_address_with_a_host_may_become_a_link(address: str) -> None:
    assert not is_web(address)
    assert host(address) == ""


def test_a_web_address_shows_its_host() -> None:
    assert is_web(" https://www.example.org/a?b=c ")
    assert host("https://www.example.org/a") == "example.org"


def test_a_list_of_words_ends_in_and() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_a_long_id_stays_findable_by_its_beginning() -> None:
    assert reference("F123") == "F123"
    assert reference("d953960642d80e1a-s03") == "d95396…-s03"


def figures_in(words: str) -> list[str]:
    return [run.text for run in numbered(words, ("F1",)) if isinstance(run, Number)]


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("at least 1,203 persons before 25 June 2024 (January 2023 to March 2024)", ["1,203"]),
        ("−2.7 percent in 2024-25, 2 of 5 on 2024-06-25.", ["−2.7 percent", "2", "5"]),
        ("USD 100 million, then US$3.2 million by Dec 2025", ["100 million", "3.2 million"]),
        ("an accident at Delmas 33, 2 killed", ["2"]),
        ("About 5 people", ["5"]),
        ("nothing is counted here", []),
    ],
)
def test_every_figure_of_a_sentence_is_cited_and_no_date_or_name(words: str, figures: list[str]) -> None:
    assert figures_in(words) == figures


@given(st.text(max_size=80))
def test_citing_the_figures_of_a_sentence_keeps_its_words(words: str) -> None:
    assert "".join(run.text for run in numbered(words, ("F1",))) == words


def test_a_sentence_without_citations_has_no_buttons() -> None:
    assert numbered("5 people", ()) == (text("5 people"),)


def test_ids_in_brackets_become_the_citations_of_the_number_before_them() -> None:
    runs = traced("Kenya, 25 June 2024: sources give 200 (F052, F053) or 400 (F054).", ("F052", "F053", "F054"))
    cited = {run.text: run.cites for run in runs if isinstance(run, Number)}
    assert cited == {"200": ("F052", "F053"), "400": ("F054",)}
    assert "".join(run.text for run in runs) == "Kenya, 25 June 2024: sources give 200 or 400."


def test_a_telling_without_a_figure_is_cited_by_its_id() -> None:
    runs = traced("Sources give no amount (F1) or J. Ombaka (MSS), said: one (F2).", ("F1", "F2"))
    assert [run.text for run in runs if isinstance(run, Number)] == ["F1", "F2"]
    assert "(MSS)" in "".join(run.text for run in runs)


def test_what_touches_a_number_stays_with_it_and_nothing_is_lost() -> None:
    runs: tuple[Run, ...] = (
        text("planned ("),
        Number(text="18%", cites=("A",)),
        text("), more"),
        Number(text="2", cites=("A",)),
    )
    set_in_line = pieces(runs)
    assert [(piece.lead, piece.run.text, piece.tail) for piece in set_in_line] == [
        ("", "planned ", ""),
        ("(", "18%", "),"),
        ("", " more", ""),
        ("", "2", ""),
    ]
    assert [piece.behind for piece in set_in_line] == ["", "", "", "A"]
