"""From a text to its records: a text of our own, the founding report, bad input, and laws on arbitrary text."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.read import Reading, load_report, read
from muster.records import Commitment, Report

REPORT = Report(id="ab" * 8, file="report.txt", published="2024-10-12", address="https://example.org/a", title="A title")

# Facts F032, F052, F055, F061, F062, F065, F070, F075, F079, F137, F140 and, as decoys, F163 and a share that is nobody's.
# From the project's list of facts, in our words; the order of their dates is not kept.
OWN = """Haiti mission far from its planned strength

Kenya will send 600 more police officers to Haiti in November, President William Ruto said on Friday.
The Kenyan-led Multinational Security Support Mission (MSS) has about 430 personnel in Haiti, far fewer than the 2,500 planned.
The first 200 Kenyan police officers landed in Port-au-Prince on June 25.
Jamaica promised 200 soldiers and police, and sent 24 of them on September 12.
Belize has deployed two of the 50 troops it promised.
Benin offered up to 2,000 troops.
Canada announced C$5.7 million for the mission on June 26.
The trust fund had received $85.3 million by September 25, UN Secretary-General Antonio Guterres said.
The mission will cost about $600 million a year.
The text of 2024 leaves open what share of 100% that would be, and two civilians were killed in an accident.

Related articles
Kenya and the police
"""
EXPECTED = [
    ("Kenya", "pledged", 600, 600, "police officers", "increment", "2024-11-01", "2024-11-30", "William Ruto"),
    ("MSS", "deployed", 430, 430, "personnel", "total", None, "2024-10-12", None),
    ("MSS", "required", 2500, 2500, "personnel", "total", None, None, None),
    ("Kenya", "deployed", 200, 200, "police officers", "total", "2024-06-25", "2024-06-25", None),
    ("Jamaica", "pledged", 200, 200, "soldiers", "total", None, None, None),
    ("Jamaica", "deployed", 24, 24, "soldiers", "part", "2024-09-12", "2024-09-12", None),
    ("Belize", "deployed", 2, 2, "troops", "part", None, "2024-10-12", None),
    ("Belize", "pledged", 50, 50, "troops", "total", None, None, None),
    ("Benin", "pledged", None, 2000, "troops", "total", None, None, None),
    ("Canada", "pledged", 5.7e6, 5.7e6, "CAD", "total", "2024-06-26", "2024-06-26", None),
    ("MSS trust fund", "disbursed", 85.3e6, 85.3e6, "USD", "total", None, "2024-09-25", "Antonio Guterres"),
    ("MSS", "required", 600e6, 600e6, "USD", "total", None, None, None),
]


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def row(record: Commitment) -> tuple[object, ...]:
    amount = (record.amount_low, record.amount_high, record.unit or record.currency)
    return (record.actor, record.stage, *amount, record.basis, day(record.date_from), day(record.date_to), record.attributed_to)


def assert_verbatim(text: str, reading: Reading) -> None:
    cited = [record.citation for record in reading.commitments] + [record.citation for record in reading.statements]
    for place in cited:
        assert place.start is not None
        assert place.end is not None
        assert place.quote
        assert place.quote == text[place.start : place.end]


def test_our_own_text_gives_its_records_and_nothing_else() -> None:
    reading = read(OWN, REPORT)
    assert [row(record) for record in reading.commitments] == EXPECTED
    assert_verbatim(OWN, reading)
    assert reading.clutter == (13, 14)
    assert (reading.language, reading.warnings) == ("en", ())
    assert {record.mission for record in reading.commitments} == {"MSS Haiti"}
    assert [(statement.speakers, statement.verb) for statement in reading.statements] == [
        (("William Ruto",), "said"),
        (("Jamaica",), "promised"),
        (("Canada",), "announced"),
        (("Antonio Guterres",), "said"),
    ]


def test_records_are_numbered_and_cite_their_report() -> None:
    reading = read(OWN, REPORT)
    assert [record.id for record in reading.commitments][:2] == [f"{'ab' * 8}-01", f"{'ab' * 8}-02"]
    assert reading.statements[0].id == f"{'ab' * 8}-s01"
    cited = reading.commitments[0].citation
    assert (cited.report, cited.address, cited.title) == (REPORT.id, "https://example.org/a", "A title")
    assert (cited.published, cited.source_class) == ("2024-10-12", "")


def seed(shared: Path) -> tuple[str, Reading]:
    loaded = load_report(next((shared / "seed").glob("*.txt")), published="2024-06-24")
    return loaded.text, read(loaded.text, loaded.report)


def lines_of(path: Path) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [found for found in rows if found["article"] == "000"]


def test_the_founding_report_gives_its_six_records_with_all_fields_and_nothing_else(shared: Path) -> None:
    text, reading = seed(shared)
    gold = lines_of(shared / "reading" / "dev" / "gold.jsonl")
    fields = ["kind", "stage", "amount_low", "amount_high", "unit", "currency", "basis", "mission"]
    assert len(reading.commitments) == len(gold) == 6
    for record, right in zip(reading.commitments, gold, strict=True):
        assert [getattr(record, field) for field in fields] == [right[field] for field in fields]
        assert (record.actor, list(record.flags)) == (right["actor"], right["flags"])
        assert (day(record.date_from), day(record.date_to)) == (right["date_from"], right["date_to"])
        also = right.get("accept")
        assert record.attributed_to in [
            right["attributed_to"],
            *(also.get("attributed_to", []) if isinstance(also, dict) else []),
        ]
    assert_verbatim(text, reading)


def test_the_founding_report_gives_the_statements_of_its_speakers_and_its_clutter(shared: Path) -> None:
    _, reading = seed(shared)
    gold = lines_of(shared / "reading" / "dev" / "gold_statements.jsonl")
    assert [(list(said.speakers), said.verb) for said in reading.statements] == [
        (right["speakers"], right["verb"]) for right in gold
    ]
    for said, right in zip(reading.statements, gold, strict=True):
        content = " ".join(str(right["content"]).split()[-4:])
        assert content in said.content
    assert reading.clutter == (11,)


def test_most_date_expressions_of_the_development_reports_are_exact(shared: Path) -> None:
    from muster.read.dates import dates

    with (shared / "reading" / "dev" / "dates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = 0
    for expected in rows:
        published = date.fromisoformat(expected["published"])
        found = [dates(expected["expression"], published, lambda _, tense=tense: tense) for tense in (False, True)]  # type: ignore[misc]
        right += any(
            [(day(match.low), day(match.high)) for match in some] == [(expected["date_from"], expected["date_to"])]
            for some in found
        )
    assert right >= 28


@pytest.mark.parametrize(
    "text",
    [
        "La police kényane envoie 400 agents en Haïti cette semaine, premier contingent d'une force de 1 000 policiers.",
        "La policía de Kenia enviará 400 agentes a Haití esta semana, el primer contingente de una fuerza de 1.000 policías.",
        "Lapolis Kenya ap voye 400 ajan ann Ayiti semèn sa a, premye gwoup nan yon fòs 1 000 polisye ke peyi a pwomèt.",
    ],
)
def test_another_language_is_said_to_be_unread(text: str) -> None:
    reading = read(text, REPORT)
    assert (reading.commitments, reading.statements) == ((), ())
    assert "only English is read" in reading.warnings[0]


def test_markup_and_formulas_in_a_report_are_just_text() -> None:
    text = '<script>alert(1)</script> Kenya sent 200 officers to Haiti.\n=HYPERLINK("x") Canada pledged $5 million for it.'
    reading = read(text, REPORT)
    assert [(record.actor, record.amount_low) for record in reading.commitments] == [("Kenya", 200), ("Canada", 5e6)]
    assert_verbatim(text, reading)


def test_without_a_day_of_publication_relative_dates_stay_open_and_this_is_told() -> None:
    reading = read("The mission in Haiti is waiting. Kenya sent 200 officers on Monday.", Report(id="0" * 16, file="a.txt"))
    assert [(record.date_from, record.date_to) for record in reading.commitments] == [(None, None)]
    assert "--published" in reading.warnings[0]


@pytest.mark.parametrize(
    ("sentence", "actor", "stage"),
    [
        ("Canada has not sent the 70 soldiers it promised.", "Canada", "pledged"),
        ("Canada refused to send 70 soldiers.", "Canada", "declined"),
        ("The 70 soldiers from Canada arrived on Monday.", "Canada", "deployed"),
        ("The US, which has promised $5 million, thanked Canada.", "United States", "pledged"),
        ("The officers were trained by Canada and the 200 Kenyan police officers will arrive on Sunday.", "Kenya", "deploying"),
    ],
)
def test_who_acts_and_how_far_it_has_come(sentence: str, actor: str, stage: str) -> None:
    record = read(sentence, REPORT).commitments[0]
    assert (record.actor, record.stage) == (actor, stage)


def test_joint_givers_are_one_record_and_each_is_one_apiece() -> None:
    jointly = read("Canada and France pledged $5 million for the mission.", REPORT).commitments
    apiece = read("Canada and France each pledged $5 million for the mission.", REPORT).commitments
    assert [record.actor for record in jointly] == ["Canada;France"]
    assert [record.actor for record in apiece] == ["Canada", "France"]


def test_a_fact_told_twice_is_one_record() -> None:
    told = "Kenya promised 1,000 officers to the mission. The 1,000 officers that Kenya promised will be police."
    assert len(read(told, REPORT).commitments) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The police of the mission will send " + "and the officers " * 60_000,
        "Kenya will send " + ", ".join(f"{number} officers" for number in range(1, 10_001)) + " to the mission.",
        "the of and to " + "1" * 1_000_000,
        "the of and to " + "said " * 40_000,
        "the of and to " + "(" * 200_000 + '"' * 200_000 + "," * 200_000,
        "the of and to " + "one hundred and " * 20_000,
        "the of and to " + "\n" * 200_000,
        "the of and to will " + "sent by Kenya " * 5_000,
        "the of and to will " + "Kenya, Ghana, Togo, " * 3_000,
        "the of and to will " + "handed over 20 over " * 3_000,
        "the of and to will " + ", which sent 5 troops" * 3_000,
        "the of and to will " + "Stabilisation Force in Kenya (" * 5_000,
        "the of and to will " + "planned 400 of an authorised " * 3_000,
    ],
    ids=[
        "one line",
        "numbers",
        "digits",
        "said",
        "marks",
        "number words",
        "blank lines",
        "by",
        "lists",
        "over",
        "asides",
        "forces",
        "shares",
    ],
)
def test_a_hostile_text_ends(text: str) -> None:
    assert_verbatim(text, read(text, REPORT))  # a second is usual; what grows with the square of these would take hours


PIECES = [
    *[
        "Kenya ",
        "the US ",
        "Kenyan police ",
        "Ruto ",
        "said ",
        "that ",
        "will send ",
        "pledged ",
        "400 ",
        "1,000 ",
        "$5 million ",
    ],
    *[
        "officers ",
        "troops ",
        "of the ",
        "at least ",
        "between ",
        "and ",
        "on Monday ",
        "in March ",
        "31 June 2024 ",
        ", ",
        ". ",
        "\n",
    ],
    *[
        "\r\n",
        "“",
        '"',
        "(",
        "who ",
        "not ",
        "to ",
        "by ",
        "with ",
        "from ",
        "each ",
        "\u200b",
        "\u202e",
        "\x00",
        "%",
        "mission in Haiti ",
    ],
]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.sampled_from(["", "2024", "2024-06", "2024-06-24", "0001-01-01", "9999-12-31"]),
)
def test_whatever_is_written_spans_are_verbatim_and_it_ends(text: str, published: str) -> None:
    prose = "The mission is one of those that the police said they would join. " + text
    assert_verbatim(prose, read(prose, Report(id="0" * 16, file="a.txt", published=published)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_arbitrary_text_gives_a_reading(text: str) -> None:
    prose = "The mission of the police is to " + text
    assert_verbatim(prose, read(prose, REPORT))


def test_an_act_without_an_amount_takes_no_date_from_another_part_of_the_sentence() -> None:
    text = "Kenya has sent200 police officers to Haiti, the first of those that it promised in May."  # a damaged file: sent200
    (record,) = read(text, Report(id="0123456789abcdef", file="r.txt", published="2024-06-24")).commitments
    assert (record.actor, record.stage, record.date_from, record.date_to) == ("Kenya", "deployed", None, date(2024, 6, 24))
