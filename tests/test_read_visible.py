"""What a person sees is what is read: invisible characters, escape sequences and turned writing make no other number."""

import pytest

from muster.read import Reading, read
from muster.read.visible import MASK, seen
from muster.records import Report


def reading(text: str) -> Reading:
    return read(text, Report(id="0123456789abcdef", file="r.txt", published="2024-06-24"))


@pytest.mark.parametrize(
    "number",
    [
        "1\u200b000",
        "1\u00ad000",
        "\u20601\u2060,\u2060000",
        "1,\ufeff000",
        "1\u200e000",
        "\u202a1,000\u202c",
        "1\U000e0030000",
        "\x1b[31m1,000",
        "1\x1b[1m,0\x1b[0m00",
        "\x9b31m1,000",
        "\x1b]8;;https://example.org/7\x1b\\1,000",
    ],
)
def test_a_number_with_something_invisible_in_it_is_the_number_that_is_seen(number: str) -> None:
    text = f"Kenya has sent {number} officers to Haiti, the mission said."
    (record,) = reading(text).commitments
    assert (record.amount_low, record.amount_high) == (1000, 1000)
    assert text[record.citation.start : record.citation.end] == record.citation.quote
    assert record.citation.quote is not None
    assert record.citation.quote.endswith("officers")
    assert all(text[each.citation.start : each.citation.end] == each.content for each in reading(text).statements)


@pytest.mark.parametrize(
    "number",
    [
        "\u202e0001\u202c",
        "\u20671 000\u2069",
        "1\u200f000",
        "1\u061c000",
        "7\x0800",
        "1\x00000",
        "1,0\x1b00",
        "\u202e0001",
        "1\x1c000",
    ],
)
def test_a_number_of_which_cannot_be_told_how_it_looks_is_not_read(number: str) -> None:
    text = f"Kenya has sent {number} officers to Haiti.\nIt had promised 2,000 officers in May."
    found = reading(text)
    assert [record.amount_low for record in found.commitments if record.amount_low is not None] == [2000]
    assert "1 stretch(es)" in found.warnings[0]
    assert all(text[each.citation.start : each.citation.end] == each.citation.quote for each in found.commitments)


def test_the_warning_says_how_many_numbers_held_invisible_characters() -> None:
    assert seen("from 1\u200b000 to 2\u200b000 of\u00adficers").warnings == (
        "2 number(s) with invisible characters in them were read as they look",
    )
    assert seen("The of\u00adficers came.").warnings == ()


def test_plain_text_is_left_as_it_is() -> None:
    text = "Kenya’s 1,000 officers\tcame – “on Monday”.\r\nÀ bientôt.\x0c\u00a0\u2028"
    assert seen(text) == (text, (), (), ())


def test_offsets_lead_back_to_the_text_as_it_came() -> None:
    text = "a\u200b\u200bb\x1b[0mc\u202edef\u202cg"
    looks = seen(text)
    assert looks.text == f"abc{MASK * 5}g"
    assert [text[looks.original(place)] for place in range(len(looks.text))] == [*"abc", *"\u202edef\u202c", "g"]
