"""Dates by tense and kind of report, who speaks, quotations, and clutter: our own sentences, then the development reports."""

from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from muster.read import read
from muster.read.clutter import clutter_lines, is_clutter
from muster.read.date_rules import RULES, Rule
from muster.read.dates import dates
from muster.read.quotes import quoted, stays_open, wholly_quoted
from muster.read.speakers import Heard, Person, persons, speakers
from muster.read.tense import speaks_ahead
from muster.read.vocabulary import ClutterWords, clutter_words
from muster.records import Report

MONDAY = date(2024, 6, 24)
REPORT = Report(id="0" * 16, file="report.txt", published="2024-06-24")


def days(sentence: str) -> list[str]:
    found = dates(sentence, MONDAY, lambda offset: speaks_ahead(sentence, offset))
    return [f"{each.low or ''}..{each.high or ''}" for each in found]


def told(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(said.speakers, said.content) for said in read(text, REPORT).statements]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_a_date_rule_understands_its_example(rule: Rule) -> None:
    expression = rule.example.lstrip(">")
    (found,) = dates(expression, MONDAY, lambda _: rule.example.startswith(">"))
    assert f"{found.low or ''}..{found.high or ''}" == rule.means
    assert expression[found.start : found.end] == expression


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Kenya will send 200 officers in November.", ["2024-11-01..2024-11-30"]),
        ("Kenya sent 200 officers in November.", ["2023-11-01..2023-11-30"]),
        ("In December Kenya said it would send 200 officers.", ["2023-12-01..2023-12-31"]),
        ("The officers were due to leave by the end of May.", ["..2024-05-31"]),
        ("The officers are to leave by the end of May.", ["2024-06-24..2025-05-31"]),
        ("The officers will be sent on Friday.", ["2024-06-28..2024-06-28"]),
        ("The officers were sent on Friday.", ["2024-06-21..2024-06-21"]),
        ("Troops began to arrive in March and are on patrol.", ["2024-03-01..2024-03-31"]),
        ("It has given $5 million since the war began on February 24.", ["2024-02-24..2024-06-24"]),
        ("It has given $5 million since the March 2023 flood.", ["2023-03-01..2024-06-24"]),
        ("It has given $5 million since the start of the war.", ["..2024-06-24"]),
        ("They served from June to August 2023.", ["2024-06-01..2024-06-30", "2023-08-01..2023-08-31"]),
        ("They served from June 2022 to August 2023.", ["2022-06-01..2023-08-31"]),
        ("They came between June 5 and June 9.", ["2024-06-05..2024-06-09"]),
        ("They fought for two weeks in that valley.", []),
    ],
)
def test_a_date_follows_the_tense_of_its_clause(sentence: str, expected: list[str]) -> None:
    assert days(sentence) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Canada announces $5 million for the mission in Haiti.", "2024-06-24..2024-06-24"),
        ("Canada pledged $5 million for the mission in Haiti.", ".."),
        ("The UN welcomed the pledge by Canada to give $5 million to the mission in Haiti.", "..2024-06-24"),
        ("This brings total Canadian aid to the mission to $5 million.", "..2024-06-24"),
        ("Canada will pledge $5 million for the mission in Haiti.", "2024-06-24.."),
        ("Canada would give $5 million, its prime minister said on Friday.", "2024-06-21..2024-06-21"),
        ("The MSS still lacks the 2,500 officers planned. In March it met.", ".."),
        ("Press Release\nCanada pledged $5 million for the mission in Haiti.", "2024-06-24..2024-06-24"),
        ("In May Canada told donors, after long talks, of its gift, and then paid $5 million.", "2024-05-01..2024-05-31"),
        ("Canada pledged $5 million, but a paper wrote last month that it was late.", ".."),
    ],
)
def test_the_days_of_an_act_come_from_its_date_its_tense_or_the_kind_of_report(text: str, expected: str) -> None:
    record = read(text, REPORT).commitments[0]
    assert f"{record.date_from or ''}..{record.date_to or ''}" == expected


def test_a_digest_whose_items_name_their_source_tells_of_its_day() -> None:
    items = [f"* The council of a town meets for the {place}th time. (Our Paper)" for place in range(5)]
    text = "\n".join([*items, "* Kenya will contribute 400 officers to the mission in Haiti. (Our Paper)"])
    (record,) = read(text, REPORT).commitments
    assert (record.date_from, record.date_to) == (MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Anna Example, who speaks for the force, told a newspaper that nobody had come.",
            [(("Anna Example",), "nobody had come")],
        ),
        ("“Nobody has come,” Example told reporters in Oslo, where he lives.", [(("Example",), "Nobody has come")]),
        ("“Nobody has come,” said Ben Example, the mission's spokesman.", [(("Ben Example",), "Nobody has come")]),
        ("Nobody has come, the mission said in a statement.", [(("mission",), "Nobody has come")]),
        ("Nobody has come, a spokesman for the mission said.", [(("spokesman for the mission",), "Nobody has come")]),
        (
            "Kenya said that nobody came. It said that it was sorry.",
            [(("Kenya",), "nobody came"), (("Kenya",), "it was sorry")],
        ),
        (
            "Minister Ben Example said nobody came. Kenya said it was so. He said it was sad.",
            [(("Ben Example",), "nobody came"), (("Kenya",), "it was so"), (("Ben Example",), "it was sad")],
        ),
        ("According to two diplomats, nobody has come to the camp.", [(("two diplomats",), "nobody has come to the camp")]),
        (
            "Nobody has come to the camp yet, according to a UN official.",
            [(("UN official",), "Nobody has come to the camp yet")],
        ),
        (
            "Ben Example said it was sad and described the camp as empty.",
            [(("Ben Example",), "it was sad"), (("Ben Example",), "the camp as empty")],
        ),
        ("The UN figures show that nobody has come.", [(("UN",), "nobody has come")]),
        (
            "Officers came on Tuesday, the army's spokesman, Ben Example, told a paper.",
            [(("Ben Example",), "Officers came on Tuesday")],
        ),
        ("Kenya, according to two diplomats, has left the camp.", [(("two diplomats",), "has left the camp")]),
        ("Donors made pledges earlier and Kenya has followed.", []),
        ("“They told us to go away and we went,” was written there.", []),
    ],
)
def test_who_said_what(text: str, expected: list[tuple[tuple[str, ...], str]]) -> None:
    assert told(text) == expected


def test_a_role_is_the_person_who_is_named_with_it() -> None:
    text = "The aid has stopped, a UN spokesman said. “We were told so,” said Ben Example, spokesman for the UN in Haiti."
    assert [speaker for speaker, _ in told(text)] == [("Ben Example",), ("Ben Example",)]


def test_a_quotation_over_sentences_is_one_speakers() -> None:
    text = "“Nobody has come. We are waiting for them,” Ben Example said. “That is what we always do.” Then it rained."
    assert told(text) == [
        (("Ben Example",), "Nobody has come."),
        (("Ben Example",), "We are waiting for them"),
        (("Ben Example",), "That is what we always do."),
    ]


def test_an_amount_is_the_speakers_also_after_he_said_and_in_a_transcript() -> None:
    aside = "The payments have stopped, a minister said, a step that blocks $5 million from Canada that was pledged."
    assert read(aside, REPORT).commitments[0].attributed_to == "minister"
    transcript = "MINISTER EXAMPLE:  Thank you for coming. Canada will give $5 million.\nQUESTION: And Spain gave $2 million?"
    assert [record.attributed_to for record in read(transcript, REPORT).commitments] == ["Example", None]


def test_a_giver_who_announces_a_gift_is_no_source_but_a_person_is() -> None:
    own = read("Canada pledged $5 million for the mission.", REPORT).commitments[0]
    person = read("President William Ruto promised 1,000 Kenyan officers for the mission.", REPORT).commitments[0]
    assert (own.attributed_to, person.attributed_to) == (None, "William Ruto")


def test_names_stand_without_rank_and_dates_are_no_names() -> None:
    known = persons(["Said Maj. Gen. Ben Example, who commands the force."])
    assert known["Example"].name == "Ben Example"
    assert speakers("Ottawa on Monday", known, Heard()) == ("Canada",)
    assert speakers("In late January Anna Sample", known, Heard()) == ("Anna Sample",)
    assert speakers("he", known, Heard(person=("Ben Example",), body=("Kenya",))) == ("Ben Example",)
    assert speakers("which the government", {"Sample": Person("Anna Sample", None)}, Heard()) == ()


def test_quotation_marks_are_followed_over_sentences() -> None:
    inside = quoted('He said "come" to us')
    assert [inside(place) for place in (3, 10, 16)] == [False, True, False]
    assert stays_open("“We go. ")
    assert wholly_quoted("We go there.”", within=True)
    assert not wholly_quoted("“We go,” he said.")


@pytest.mark.parametrize("row", clutter_words(), ids=lambda row: row.words[0])
def test_clutter_words_find_their_example(row: ClutterWords) -> None:
    assert is_clutter(row.example)


@pytest.mark.parametrize(
    "line",
    [
        "By A. Writer and B. Writer",
        "Troops on parade (Photo: An Agency)",
        "Aug 29, 2006 10:43 IST",
        "Home | News | Africa",
        "(ABC)",
        "https://example.org/a",
        "13 maggio 2020",
        "AfricaAsia PacificTerrorism",
    ],
)
def test_a_line_that_is_no_report_is_clutter(line: str) -> None:
    assert is_clutter(line)


@pytest.mark.parametrize(
    "line",
    [
        "For more than a year the mission has waited.",
        "By June 200 officers had come.",
        "In 2024 Kenya sent 400 officers",
        "Uganda",
        "The photo shows officers on a ship.",
        "Share of officers who came from Kenya",
        "News of the mission came late.",
        "Recommended by the council, the force is to grow.",
    ],
)
def test_a_line_of_the_report_is_no_clutter(line: str) -> None:
    assert not is_clutter(line)


def test_headlines_after_top_stories_are_clutter() -> None:
    assert clutter_lines("It came.\nTOP STORIES\nTown hosts summit\nIt ended there.") == (1, 2)


@pytest.mark.parametrize("line", ["A" * 1400, "By " + "A" * 180 + "!", "BY " + "A " * 90, "MR " * 400])
def test_capitals_do_not_hold_the_reader_up(line: str) -> None:
    text = "The police of the mission will send officers to the camp.\n" + f"{line}\n" * 20
    assert read(text, REPORT).commitments == ()  # what tries each way to part a word would not end


def bench() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "reading_scores.py"
    spec = spec_from_file_location("reading_scores", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    import sys

    sys.modules["reading_scores"] = module
    spec.loader.exec_module(module)
    return module


def test_every_part_of_the_ablation_is_a_part_of_the_reader_and_is_put_back() -> None:
    scores = bench()
    for part, parts in scores.stand_ins().items():
        before = read("Canada and France pledged at least $5 million on Monday.", REPORT)
        with scores.without(parts) as places:
            assert places >= len(parts), part
        assert read("Canada and France pledged at least $5 million on Monday.", REPORT) == before


def test_dates_statements_attribution_and_clutter_reach_what_was_asked_for(shared: Path) -> None:
    found = bench().scores(shared / "reading" / "dev")
    assert found.dates >= 0.85
    assert found.days >= 28
    assert found.attribution >= 0.90
    assert found.evidence == 1
    assert min(found.statements, found.statement_precision) >= 0.80
    assert min(found.clutter_precision, found.clutter_recall) >= 0.90
