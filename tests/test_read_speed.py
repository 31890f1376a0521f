"""Where the reader looks for numbers and dates: nowhere in vain, and everywhere that the whole patterns would find one."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.read import dates, figures
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
