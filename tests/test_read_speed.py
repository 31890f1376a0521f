"""Where the reader looks for numbers and dates: nowhere in vain, and everywhere that the whole patterns would find one."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.read import actors, clauses, commitments, dates, figures, names, statements, subjects, visible
from muster.read.date_rules import RULES
from muster.read.vocabulary import currencies, hedges

EXAMPLES = [*(rule.example for rule in RULES), *(row.example for row in hedges()), *(row.example for row in currencies())]
ODD = (
    "since the attack on the camp in|a couple of|several|ſeven|SINCE|ın|a|an|half a|dozens|tens of thousands|a few hundred"
    "|by the end of|the very beginning of|within|19|2024|1,200|400-strong|May|Sept.|so far this|~|<20|over|just|US $|N|x5|²|٣"
)
WORDS = sorted({word for example in EXAMPLES for word in example.split()} | set(ODD.split("|")))
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", "", "\n", "-", ", "])).map("".join), max_size=14
).map("".join)
Shown = tuple[tuple[int, int], dict[str, str | None]]


def shown(match: re.Match[str]) -> Shown:
    return match.span(), match.groupdict()


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_numbers_are_found_as_by_the_whole_pattern(text: str) -> None:
    assert [shown(match) for match in figures._values(text)] == [shown(match) for match in figures._value().finditer(text)]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_hedges_are_found_as_by_the_whole_pattern(text: str) -> None:
    quick, whole = figures._led(text), figures._lead().search(text)
    assert (quick and shown(quick)) == (whole and shown(whole))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_dates_are_found_as_by_the_whole_pattern(text: str) -> None:
    found = [shown(match) for match in dates.WHOLE.finditer(text)]
    assert [shown(match) for match in dates.EXPRESSION.finditer(text)] == found
    assert dates.EXPRESSION.sub(" ", text) == dates.WHOLE.sub(" ", text)


def test_every_example_of_a_date_is_found_where_the_whole_pattern_finds_it() -> None:
    for rule in RULES:
        for text in (rule.example, rule.example.upper(), f"Nobody since the attack on the camp {rule.example} spoke."):
            assert [m.span() for m in dates.EXPRESSION.finditer(text)] == [m.span() for m in dates.WHOLE.finditer(text)]


LETTER = r"[^\W\d_]"
PLAIN = {  # a pattern that is quick to look for, and what it stands for
    commitments.PEOPLE_WORD: re.compile(rf"\b(?:{'|'.join(commitments.PLURAL)}){commitments.NO_FORCE}\b", re.IGNORECASE),
    commitments.PEAK: re.compile("|".join(rf"\b(?:{peak})" for peak in commitments.PEAKS), re.IGNORECASE),
    clauses.BOUNDARY: re.compile(r"[;:—]\s|,\s|\s\(|\)|\s(?:but|while|whereas|although|though)\s"),
    subjects.FIRST_PERSON: re.compile(r"\b(?:I|[Ww]e|[Oo]ur)\b"),
    actors.PERSON: re.compile(rf"\b(?:{actors.TITLES})\s(?P<name>{actors.NAME})"),
    names.pattern(): re.compile(
        rf"(?<![\w-])(?<!New\s)(?:{'|'.join(sorted(map(re.escape, names.names()), key=len, reverse=True))})(?!\w)"
    ),
    statements._spoken(): re.compile(rf"(?<!{LETTER})(?:{'|'.join(statements._forms())})(?!{LETTER})"),
}
PIECES = (
    "police|Police officers|troops|peacekeeperſ|ſoldiers|at its peak|once numbered|formerly|but|while|(|)|;|:|—|,|We|our|I"
    "|Secretary|General|Ann Example|Envoy|spokesman|said|says|told|said2|x_told|the United States|New|Kenyan|Kenya"
    "|Guinea-Bissau|Papua|é|\n"
)
PHRASES = st.lists(
    st.tuples(st.sampled_from(PIECES.split("|")), st.sampled_from([" ", " ", " ", "", "-", ", "])).map("".join), max_size=14
).map("".join)


@settings(max_examples=400, deadline=None)
@given(PHRASES)
def test_quick_patterns_find_what_plain_ones_find(text: str) -> None:
    for quick, plain in PLAIN.items():
        assert [m.group() for m in quick.finditer(text)] == [m.group() for m in plain.finditer(text)]


def test_what_is_taken_for_plain_holds_nothing_that_is_not_seen() -> None:
    characters = map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
    assert not [hex(ord(one)) for one in characters if not visible.UNUSUAL.match(one) and visible.ODD.match(one)]
