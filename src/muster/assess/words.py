"""Numbers, dates and spans of time in the plain English of a finding."""

from datetime import date, timedelta

from muster.records import Outcome, Start

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMERALS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ADJECTIVES = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


def number(value: float) -> str:
    """``1,203``, ``28.9``, ``−1.9``: whole from 100 on, one decimal below unless it is none."""
    text = f"{abs(value):,.0f}" if abs(value) >= 99.95 else f"{abs(value):.1f}".removesuffix(".0")
    return f"−{text}" if value < 0 and text != "0" else text


def quantity(level: str, unit: str) -> str:
    """``1,203 persons``; ``375 (index 2017-18 = 100)``."""
    return f"{level} ({unit})" if "=" in unit else f"{level} {unit}"


def percent(share: float) -> str:
    """``38 percent``, ``0.8 percent``, ``under 0.1 percent``."""
    if 0 < share < 0.001:
        return "under 0.1 percent"
    return f"{100 * share:.{0 if share >= 0.0095 or not share else 1}f} percent"


def probability(p: float) -> str:
    """``0.1``, ``0.077``, ``below 0.001``."""
    return f"{p:.3f}".rstrip("0").rstrip(".") if p >= 0.0005 else "below 0.001"


def count(several: int) -> str:
    """``three``, ``27``."""
    return NUMERALS[several] if several < len(NUMERALS) else str(several)


def things(several: int, noun: str) -> str:
    """``one figure``, ``three figures``."""
    return f"{count(several) if several else 'no'} {noun}{'' if several == 1 else 's'}"


def noun(outcome: Outcome) -> str:
    """What a point of the series is called: its period, or a figure where it is published at no fixed interval."""
    return outcome.period if outcome.period in ADJECTIVES else "figure"


def day(value: date) -> str:
    """``25 June 2024``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def span(first: date, last: date) -> str:
    """The months from one day to another: ``June 2024``, ``January to March 2024``, ``2019 to 2023``."""
    if first.month == 1 and (last + timedelta(days=1)).month == 1 and last.day == 31:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    end = f"{MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return end
    year = "" if first.year == last.year else f" {first.year}"
    return f"{MONTHS[first.month - 1]}{year} to {end}"


def named(start: Start) -> str:
    """``the first arrival on 25 June 2024``."""
    return f"the {start.name.removeprefix('the ')} on {day(start.date)}"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
