"""The tables: every row's example is understood as the row says. And the small grammars for numbers, dates and lines."""

import re
from datetime import date

import pycountry
import pytest

from muster.read import read
from muster.read.actors import mentions, mission_at
from muster.read.clutter import clutter_lines
from muster.read.dates import dates
from muster.read.language import language_of
from muster.read.names import Country, countries, introduced, names, plurals
from muster.read.numbers import amounts
from muster.read.sentences import lines, sentences
from muster.read.vocabulary import (
    Caveat,
    Currency,
    Decoy,
    Hedge,
    SpeechVerb,
    StageVerb,
    Unit,
    caveats,
    currencies,
    decoys,
    hedges,
    speech_verbs,
    stage_verbs,
    units,
)
from muster.records import Report

REPORT = Report(id="0" * 16, file="report.txt", published="2024-10-12")


@pytest.mark.parametrize("row", stage_verbs(), ids=lambda row: row.forms[0])
def test_a_stage_verb_gives_its_example_one_record_at_its_stage(row: StageVerb) -> None:
    assert any(form in row.example.replace(".", "").split() for form in row.forms)
    assert [record.stage for record in read(row.example, REPORT).commitments] == [row.stage]


@pytest.mark.parametrize("row", speech_verbs(), ids=lambda row: row.forms[0])
def test_a_speech_verb_gives_its_example_one_statement(row: SpeechVerb) -> None:
    found = read(row.example, REPORT).statements
    speaker = "UN" if "papers" in row.marks else "William Ruto"
    assert [statement.speakers for statement in found] == [(speaker,)]
    assert found[0].verb.split()[0] in row.forms


@pytest.mark.parametrize("row", hedges(), ids=lambda row: row.words)
def test_a_hedge_bounds_the_number_of_its_example(row: Hedge) -> None:
    (amount,) = amounts(row.example)
    value = 5e6 if "million" in row.example else 5000
    expected = {"min": (value, None), "max": (None, value), "exact": (value, value)}[row.bound]
    assert (amount.low, amount.high) == expected
    assert row.words in row.example[amount.start : amount.number]


@pytest.mark.parametrize("row", units(), ids=lambda row: row.words[0])
def test_a_unit_is_found_in_its_example(row: Unit) -> None:
    (amount,) = amounts(row.example)
    assert (amount.unit, amount.kind, amount.currency) == (row.unit, row.kind, None)


@pytest.mark.parametrize("row", currencies(), ids=lambda row: row.code)
def test_a_currency_is_found_in_its_example(row: Currency) -> None:
    (amount,) = amounts(row.example)
    assert (amount.currency, amount.kind, amount.unit) == (row.code, "funds", None)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("between 850 and 1,100 troops", 850, 1100),
        ("850 to 1,100 soldiers", 850, 1100),
        ("$10-15 million", 10e6, 15e6),
        ("1,500–2,000 troops", 1500, 2000),
        ("two hundred soldiers", 200, 200),
        ("twenty-four soldiers", 24, 24),
        ("three thousand five hundred troops", 3500, 3500),
        ("hundreds of troops", 200, 999),
        ("a dozen advisers", 12, 12),
        ("over 3 100 troops", 3100, None),
        ("3\u00a0100 troops", 3100, 3100),
        ("2,500 or more officers", 2500, None),
        ("US$13.3m", 13.3e6, 13.3e6),
        ("€1.5bn", 1.5e9, 1.5e9),
        ("R984,368,057", 984368057, 984368057),
        ("well over a billion euros", 1e9, None),
        ("400 more highly trained police officers", 400, 400),
    ],
)
def test_a_number_in_any_dress_is_one_amount(text: str, low: float, high: float | None) -> None:
    (amount,) = amounts(text)
    assert (amount.low, amount.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "in 2024 the officers left",
        "80% of the officers",
        "the 1st officer",
        "115 people died",
        "June 25, the officers",
        "400 Mawozo",
        "80 per cent",
    ],
)
def test_years_shares_ordinals_and_victims_are_no_amounts(text: str) -> None:
    assert amounts(text) == []


def test_a_bracketed_conversion_is_not_a_second_amount() -> None:
    assert [amount.currency for amount in amounts("It gave 3 million euros ($3.3 million) to the fund.")] == ["EUR"]


def test_a_bare_number_takes_the_unit_it_leans_on() -> None:
    found = amounts("Slightly fewer than 800 of the 2,500 security personnel planned")
    assert [(amount.low, amount.high, amount.unit) for amount in found] == [(None, 800, "personnel"), (2500, 2500, "personnel")]


@pytest.mark.parametrize(
    ("expression", "published", "ahead", "low", "high"),
    [
        ("on Monday", "2024-06-24", False, "2024-06-24", "2024-06-24"),
        ("on Friday", "2024-06-24", False, "2024-06-21", "2024-06-21"),
        ("on Friday", "2024-06-24", True, "2024-06-28", "2024-06-28"),
        ("later this week", "2024-06-24", True, "2024-06-24", "2024-06-30"),
        ("earlier this month", "2024-06-24", False, "2024-06-01", "2024-06-24"),
        ("in March", "2024-06-24", False, "2024-03-01", "2024-03-31"),
        ("in November", "2024-06-24", False, "2023-11-01", "2023-11-30"),
        ("in November", "2024-06-24", True, "2024-11-01", "2024-11-30"),
        ("last month", "2024-01-15", False, "2023-12-01", "2023-12-31"),
        ("next year", "2024-06-24", True, "2025-01-01", "2025-12-31"),
        ("on 12 September 2024", "2024-10-12", False, "2024-09-12", "2024-09-12"),
        ("on Sept. 12", "2024-10-12", False, "2024-09-12", "2024-09-12"),
        ("2024-09-12", "2024-10-12", False, "2024-09-12", "2024-09-12"),
        ("two weeks ago", "2024-06-24", False, "2024-06-10", "2024-06-10"),
        ("over the next two weeks", "2024-06-24", True, "2024-06-24", "2024-07-08"),
        ("by the end of the year", "2024-06-24", True, "2024-06-24", "2024-12-31"),
        ("since February 2024", "2024-06-24", False, "2024-02-01", "2024-06-24"),
        ("in mid-June", "2024-06-24", False, "2024-06-11", "2024-06-20"),
        ("from 1915–1934", "2024-06-24", False, "1915-01-01", "1934-12-31"),
        ("in 1804", "2024-06-24", False, "1804-01-01", "1804-12-31"),
        ("during a recent visit", "2024-06-24", False, None, "2024-06-24"),
    ],
)
def test_a_date_expression_is_resolved_against_the_day_of_publication(
    expression: str, published: str, ahead: bool, low: str | None, high: str
) -> None:
    (found,) = dates(expression, date.fromisoformat(published), lambda _: ahead)
    assert (found.low, found.high) == (low and date.fromisoformat(low), date.fromisoformat(high))
    assert expression[found.start : found.end] == expression


def test_without_a_day_of_publication_only_absolute_dates_are_resolved() -> None:
    text = "on Monday, in March, last week, by June, on 12 September 2024 and in 2023"
    assert [text[found.start : found.end] for found in dates(text, None)] == ["on 12 September 2024", "in 2023"]


@pytest.mark.parametrize("text", ["31 June 2024", "2024-13-45", "in May be", "2000 troops", "may march", "January 99"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    found = dates(text, date(2024, 6, 24))
    assert [(match.low, match.high) for match in found if match.low and match.low.day == 31] == []
    assert not found or text in {"in May be"}


def test_names_of_one_actor_are_one_and_compounds_are_none() -> None:
    text = "Kenyan police, Nairobi's envoy, the U.S., US troops and the Kenyan-led, United Nations-backed mission in Haiti"
    assert [(mention.actor, mention.placed) for mention in mentions(text)] == [
        ("Kenya", False),
        ("Kenya", False),
        ("United States", False),
        ("United States", False),
        ("Haiti", True),
    ]


@pytest.mark.parametrize("country", countries(), ids=lambda country: country.code)
def test_every_name_of_a_country_means_it(country: Country) -> None:
    forms = [*country.names, *country.seats, *(form for demonym in country.demonyms for form in plurals(demonym))]
    assert {mentions(f"What {form} said.")[0].actor for form in forms} <= {country.actor}
    assert [mention.actor for mention in mentions(f"What {country.actor} said.")] == [country.actor]


def test_every_country_of_the_standard_has_its_row_and_its_demonym() -> None:
    known = {country.code: country for country in countries()}
    assert {country.alpha_2 for country in pycountry.countries} == set(known) - {"XK"}
    assert len(known) == len(countries())
    uninhabited = {"AQ", "BV", "GS", "HM", "IO", "TF", "UM", "VA"}
    named_with_another = {"CG", "DM"}  # Congolese is read as of the DRC, Dominican as of the Dominican Republic
    assert {code for code, country in known.items() if not country.demonyms} == uninhabited | named_with_another
    for country in pycountry.countries:
        if country.alpha_2 != "CG":  # the standard calls it Congo, by which reports mean its larger neighbour
            assert names()[country.name] == (known[country.alpha_2].actor, "name")


def test_a_mission_that_a_report_introduces_is_known_by_both_names() -> None:
    text = "The Lakeland Stabilisation Force (LSF) and the Air Force (LAF) met."
    assert [(mission.name, mission.names) for mission in introduced(text)] == [("LSF", ("Lakeland Stabilisation Force", "LSF"))]


@pytest.mark.parametrize("row", decoys(), ids=lambda row: row.words[0])
def test_a_decoy_gives_no_record(row: Decoy) -> None:
    assert re.search("|".join(row.words), row.example)
    assert read(row.example, REPORT).commitments == ()


@pytest.mark.parametrize("row", caveats(), ids=lambda row: row.words[0])
def test_a_caveat_flags_its_example_and_what_only_looks_like_one_does_not(row: Caveat) -> None:
    assert re.search("|".join(row.words), row.example, re.IGNORECASE)
    assert [record.flags for record in read(row.example, REPORT).commitments] == [(row.flag,) if row.flag else ()]


def test_a_place_and_a_day_tell_the_mission() -> None:
    named = [
        mission_at("Haiti", date(2024, 6, 24)),
        mission_at("Haiti", date(2025, 12, 1)),
        mission_at("Haiti", date(2020, 1, 1)),
    ]
    assert [mission.name if mission else None for mission in named] == ["MSS", "GSF", None]


def test_sentences_keep_their_place_over_abbreviations_and_broken_lines() -> None:
    text = "The U.S. Army came.\r\nGen. Nyagah said so. “It is over.” Then they\nleft.\n\nNew paragraph"
    found = list(sentences(text))
    assert [sentence.text for sentence in found][:2] == ["The U.S. Army came.", "Gen. Nyagah said so."]
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
    assert found[-1].line == 4


def test_a_line_broken_for_its_width_is_read_with_the_next() -> None:
    text = "Kenya said that it would send to the mission in Haiti another\nsix hundred police officers in November."
    assert [sentence.text for sentence in sentences(text)] == [text]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert lines("a\r\nb\n\nc\n") == [(0, "a"), (3, "b"), (5, ""), (6, "c")]


def test_clutter_is_found_and_headings_are_not() -> None:
    text = "Image\nUganda\nIt sent officers.\nRead more: Kenya\nTHE PAPER\nRelated articles\nWoman wins\n\nAll rights reserved."
    assert clutter_lines(text) == (0, 3, 4, 5, 6, 8)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kenya sent 400 officers.", "en"),
        ("A contingent of police is set to depart for the mission.", "en"),
        ("La police envoie 400 agents.", "fr"),
        ("La policía de Kenia enviará 400 agentes a Haití esta semana.", "es"),
        ("Lapolis Kenya ap voye 400 ajan ann Ayiti semèn sa a, premye gwoup nan yon fòs 1 000 polisye.", "ht"),
        ("400 1,000", ""),
    ],
)
def test_a_language_is_known_from_a_sentence(text: str, language: str) -> None:
    assert language_of(text) == language
