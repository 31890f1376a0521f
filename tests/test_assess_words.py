"""Numbers and dates in the English of a finding."""

from datetime import date

import pytest

from muster.assess.words import count, number, percent, probability, span, things


@pytest.mark.parametrize(
    ("value", "text"),
    [(1203.4, "1,203"), (99.97, "100"), (28.88, "28.9"), (4.0, "4"), (-1.94, "−1.9"), (-0.01, "0"), (5.5e6, "5,500,000")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_shares_and_probabilities_never_round_to_nothing() -> None:
    assert [percent(share) for share in (0, 0.00001, 0.008, 0.0952, 0.381, 1)] == [
        *("0 percent", "under 0.1 percent", "0.8 percent", "10 percent", "38 percent", "100 percent")
    ]
    assert [probability(p) for p in (1, 0.1, 1 / 12, 0.0004)] == ["1", "0.1", "0.083", "below 0.001"]


def test_counts() -> None:
    assert (count(0), count(3), count(11)) == ("none", "three", "11")
    assert (things(0, "quarter"), things(1, "figure"), things(2, "year")) == ("no quarters", "one figure", "two years")


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2024, 6, 1), date(2024, 6, 18), "June 2024"),
        (date(2024, 1, 1), date(2024, 3, 31), "January to March 2024"),
        (date(2023, 10, 1), date(2024, 9, 30), "October 2023 to September 2024"),
        (date(2019, 1, 1), date(2023, 12, 31), "2019 to 2023"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
    ],
)
def test_spans(first: date, last: date, text: str) -> None:
    assert span(first, last) == text
