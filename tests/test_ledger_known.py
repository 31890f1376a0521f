"""What was known on a date: decisions, visibility by publication date, disagreements in plain words."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.ledger import Entry, Known, known
from muster.ledger.words import dates, sentence
from muster.records import (
    Basis,
    Citation,
    Commitment,
    Decision,
    Disagreement,
    Kind,
    LedgerRecord,
    Precedent,
    Preference,
    Report,
    Stage,
    Statement,
    Status,
)

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=80)
ARRIVAL = date(2024, 6, 25)
UNBOUNDED = -1.0  # a bound that a source leaves open


def told(
    name: str,
    low: float | None,
    high: float | None = None,
    *,
    published: str = "2024-06-25",
    actor: str = "Kenya",
    kind: Kind = "personnel",
    stage: Stage = "deployed",
    unit: str | None = "police",
    currency: str | None = None,
    basis: Basis = "increment",
    on: date | None = ARRIVAL,
    until: date | None = None,
    original: dict[str, str] | None = None,
) -> Commitment:
    return Commitment(
        id=name,
        actor=actor,
        kind=kind,
        stage=stage,
        citation=Citation(published=published),
        amount_low=None if low == UNBOUNDED else low,
        amount_high=low if high is None else None if high == UNBOUNDED else high,
        unit=None if currency else unit,
        currency=currency,
        basis=basis,
        scope="MSS",
        date_from=on,
        date_to=until or on,
        original=original or {},
    )


# the first arrival as it was told (facts F138, F052-F054): 400 received the flag, 200 landed
FLAGGED = told("F138", 400, published="2024-06-24", stage="deploying", on=date(2024, 6, 24))
AIRPORT = told("F054", 400, published="2024-06-25", original={"stage": "deployed", "note": "later word"})
FIRST = told("F053", 200, published="2024-07-03")
SECOND = told("F052", 200, published="2024-07-08", original={"quality_note": "re-read", "basis": "increment"})
RUTO = Statement(
    id="F020", speakers=("W. Ruto",), verb="claimed", content="a unanimous vote.", citation=Citation(published="2024-03-01")
)
OCCUPATION = Precedent(id="P1", title="Occupation 1915-1934", content="...", citation=Citation(published="2024"))
ARRIVALS = Disagreement(id="C_ARR1", kind="order-of-magnitude", records=("F052", "F053", "F054", "F138"), by="label")
PAIR = Disagreement(id="C_PAIR", kind="unsorted", records=("F052", "F053", "F054"), by="label")
REPORT = Report(id="0123456789abcdef", file="a.txt", published="2024-06-30")
RECORDS: tuple[LedgerRecord, ...] = (FLAGGED, AIRPORT, FIRST, SECOND, RUTO, OCCUPATION, ARRIVALS, PAIR, REPORT)


def chain(records: Sequence[LedgerRecord], status: Status = "accepted") -> list[Entry]:
    """Entries as a ledger would give them; known() reads neither prev nor the file."""
    return [Entry(seq=place, prev="", status=status, record=record) for place, record in enumerate(records, 1)]


def decide(name: str, record: str, word: str, replacement: Commitment | None = None) -> Decision:
    return Decision(id=name, record=record, decision=word, by="a", on=date(2025, 1, 1), replacement=replacement)  # type: ignore[arg-type]


def ids(records: Sequence[LedgerRecord]) -> list[str]:
    return [record.id for record in records]


def test_without_a_date_everything_is_known_sorted_by_id() -> None:
    found = known(chain(RECORDS))
    assert ids(found.accepted) == ["F052", "F053", "F054", "F138"]
    assert (found.proposed, found.rejected, found.as_of) == ((), (), None)
    assert [ids(found.statements), ids(found.precedents), ids(found.reports)] == [["F020"], ["P1"], ["0123456789abcdef"]]
    assert ids(found.disagreements) == ["C_ARR1", "C_PAIR"]
    assert found.latest == "2024-07-08"  # the last date that is surely reached: a bare year may mean its first day
    assert found.accepted[2].original["note"] == "later word"


@pytest.mark.parametrize(
    ("as_of", "commitments", "sets", "latest"),
    [
        (date(2024, 2, 29), [], {}, ""),
        (date(2024, 6, 24), ["F138"], {}, "2024-06-24"),
        (date(2024, 6, 30), ["F054", "F138"], {"C_ARR1": ("F054", "F138")}, "2024-06-30"),
        (
            date(2024, 7, 3),
            ["F053", "F054", "F138"],
            {"C_ARR1": ("F053", "F054", "F138"), "C_PAIR": ("F053", "F054")},
            "2024-07-03",
        ),
    ],
)
def test_a_date_shows_what_had_been_published_by_then(
    as_of: date, commitments: list[str], sets: dict[str, tuple[str, ...]], latest: str
) -> None:
    found = known(chain(RECORDS), as_of)
    assert ids(found.accepted) == commitments
    assert {record.id: record.records for record in found.disagreements} == sets
    assert found.latest == latest
    assert not any({"note", "quality_note"} & record.original.keys() for record in found.accepted)
    shown = repr(found)
    assert not [name for name in ("F052", "F053", "F054", "later word") if name in shown and name not in commitments]


def test_our_later_notes_go_and_the_sources_words_stay() -> None:
    found = known(chain(RECORDS), date(2024, 12, 31))
    assert {record.id: record.original for record in found.accepted} == {
        "F052": {"basis": "increment"},
        "F053": {},
        "F054": {"stage": "deployed"},
        "F138": {},
    }


def test_known_sources_that_agree_are_no_disagreement_until_another_differs() -> None:
    early = told("F054", 400, published="2024-07-09")
    records = (FIRST, SECOND, early, PAIR)
    assert known(chain(records), date(2024, 7, 8)).disagreements == ()
    assert ids(known(chain(records), date(2024, 7, 9)).disagreements) == ["C_PAIR"]


def test_the_last_decision_of_the_chain_wins() -> None:
    fixed = told("F054", 200, published="2024-06-25")
    steps = [
        ([], ("proposed", 400.0)),
        ([decide("D1", "F054", "accepted")], ("accepted", 400.0)),
        ([decide("D1", "F054", "accepted"), decide("D2", "F054", "rejected")], ("rejected", 400.0)),
        ([decide("D1", "F054", "rejected"), decide("D2", "F054", "corrected", fixed)], ("accepted", 200.0)),
        ([decide("D1", "F054", "corrected", fixed), decide("D2", "F054", "accepted")], ("accepted", 400.0)),
    ]
    for decisions, (fate, amount) in steps:
        found = known(chain([AIRPORT, *decisions], "proposed"))
        fates = {"accepted": found.accepted, "proposed": found.proposed, "rejected": found.rejected}
        assert {name: [record.amount_low for record in records] for name, records in fates.items() if records} == {
            fate: [amount]
        }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["undone"], ("proposed", 400.0)),
        (["accepted", "undone"], ("proposed", 400.0)),
        (["accepted", "undone", "undone", "rejected"], ("rejected", 400.0)),
        (["rejected", "corrected", "undone"], ("rejected", 400.0)),
        (["corrected", "rejected", "undone"], ("accepted", 200.0)),
        (["corrected", "rejected", "undone", "undone"], ("proposed", 400.0)),
        (["corrected", "undone", "accepted"], ("accepted", 400.0)),
    ],
)
def test_undoing_gives_a_record_back_what_it_was_before(words: list[str], expected: tuple[str, float]) -> None:
    fixed = told("F054", 200)
    made = [decide(f"D{place}", "F054", word, fixed if word == "corrected" else None) for place, word in enumerate(words, 1)]
    found = known(chain([AIRPORT, *made], "proposed"))
    fates = {"accepted": found.accepted, "proposed": found.proposed, "rejected": found.rejected}
    assert [(name, record.amount_low) for name, records in fates.items() for record in records] == [expected]


def test_a_clock_that_goes_backwards_reorders_nothing() -> None:
    first, second, third = (decide(f"D{place}", "F054", word) for place, word in enumerate(("accepted", "rejected", "undone")))
    backwards = [replace(first, on=date(2025, 3, 3)), replace(second, on=date(2024, 2, 2)), replace(third, on=date(2023, 1, 1))]
    assert ids(known(chain([AIRPORT, *backwards[:2]], "proposed")).rejected) == ["F054"]
    assert ids(known(chain([AIRPORT, *backwards], "proposed")).accepted) == ["F054"]


def test_a_corrected_statement_speaks_in_its_new_words() -> None:
    fixed = replace(RUTO, content="a vote of 14 to 0")
    made = Decision(id="D1", record="F020", decision="corrected", by="a", on=date(2025, 1, 1), replacement=fixed)
    assert [record.content for record in known(chain([RUTO, made], "proposed")).statements] == ["a vote of 14 to 0"]


def test_a_rejected_record_is_no_side_of_a_disagreement_and_a_corrected_one_speaks_anew() -> None:
    assert ids(known(chain([*RECORDS, decide("D1", "F054", "rejected")])).disagreements) == ["C_ARR1"]
    assert known(chain([*RECORDS, decide("D1", "F020", "rejected")])).statements == ()
    corrected = known(chain([*RECORDS, decide("D1", "F054", "corrected", told("F054", 300))]))
    assert corrected.disagreements[1].sentence == (
        "Kenya, deployed, 25 June 2024: sources give 200 (F052, F053) or 300 (F054)."
    )


@PROPERTY
@given(st.permutations(RECORDS), st.none() | st.dates(date(2024, 1, 1), date(2025, 1, 31)), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(records: list[LedgerRecord], as_of: date | None, chance: object) -> None:
    decisions = [decide("D1", "F054", "rejected"), decide("D2", "F054", "corrected", told("F054", 300))]
    entries = chain([*records, *decisions])
    chance.shuffle(entries)  # type: ignore[attr-defined]
    assert known(entries, as_of) == known(chain([*RECORDS, *decisions]), as_of)


def like(name: str, record: str, stands: bool = True) -> Preference:
    return Preference(id=name, record=record, by="a", on=date(2025, 1, 1), stands=stands, note="read in 2025")


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ([], []),
        ([like("L1", "F053"), like("L2", "F052")], ["L1", "L2"]),
        ([like("L1", "F053"), like("L2", "F052"), like("L3", "F053")], ["L2", "L3"]),
        ([like("L1", "F053"), like("L2", "F052"), like("L3", "F052", False)], ["L1"]),
        ([like("L1", "F053"), like("L2", "F053", False), like("L3", "F053")], ["L3"]),
        ([like("L1", "F020"), like("L2", "P1"), decide("D1", "F020", "rejected")], ["L2"]),
    ],
)
def test_preferences_stand_in_ledger_order_until_they_are_taken_back(given: list[LedgerRecord], standing: list[str]) -> None:
    assert ids(known(chain([*RECORDS, *given])).preferences) == standing


def test_a_preference_is_seen_once_its_record_is_and_without_our_later_note() -> None:
    entries = chain([*RECORDS, like("L9", "F052")])
    assert known(entries, date(2024, 7, 7)).preferences == ()
    assert [found.note for found in known(entries, date(2024, 7, 8)).preferences] == [""]
    assert [found.note for found in known(entries).preferences] == ["read in 2025"]


def everything(found: Known) -> set[str]:
    cited: list[LedgerRecord] = [
        *found.accepted,
        *found.proposed,
        *found.rejected,
        *found.statements,
        *found.precedents,
        *found.reports,
    ]
    return {record.id for record in cited} | {f"{each.id}:{name}" for each in found.disagreements for name in each.records}


@PROPERTY
@given(st.dates(date(2024, 1, 1), date(2025, 1, 31)), st.integers(0, 200), st.sets(st.sampled_from(["F052", "F053", "F054"])))
def test_a_later_date_sees_all_that_an_earlier_one_saw(as_of: date, days: int, rejected: set[str]) -> None:
    entries = chain([*RECORDS, *(decide(f"D{name}", name, "rejected") for name in rejected)])
    earlier, later = known(entries, as_of), known(entries, as_of + timedelta(days=days))
    assert everything(earlier) <= everything(later) <= everything(known(entries))


def test_a_source_without_a_date_is_known_only_when_no_date_is_asked_for() -> None:
    undated = chain([told("F1", 5, published="")])
    assert ids(known(undated).accepted) == ["F1"]
    assert known(undated, date(9999, 12, 30)).accepted == ()


def money(name: str, low: float, high: float | None = None, *, currency: str = "USD", unit: str = "") -> Commitment:
    return told(name, low, high, kind="funds", stage="pledged", currency=currency, original={"unit": unit} if unit else {})


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([SECOND, FIRST, AIRPORT], "Kenya, deployed, 25 June 2024: sources give 200 (F052, F053) or 400 (F054)."),
        (
            [FLAGGED, FIRST, AIRPORT],
            "Kenya: sources give 400, deploying, 24 June 2024 (F138); 200, deployed, 25 June 2024 (F053) "
            "or 400, deployed, 25 June 2024 (F054).",
        ),
        (
            [told("F057", 200), told("F058", 600, basis="total")],
            "Kenya, deployed, 25 June 2024: sources give 200 more (F057) or 600 in all (F058).",
        ),
        (
            [told("a", 859), told("b", 900, UNBOUNDED), told("c", UNBOUNDED, 900), told("d", 1000, 2000)],
            "Kenya, deployed, 25 June 2024: sources give 859 (a), at least 900 (b), at most 900 (c) or 1,000 to 2,000 (d).",
        ),
        (
            [money("a", 1e8), money("b", 237.55e6), money("c", 75_833_135), money("d", 1.3e9, UNBOUNDED)],
            "Kenya, pledged, 25 June 2024: sources give USD 75,833,135 (c), USD 100 million (a), USD 237.55 million (b) "
            "or at least USD 1.3 billion (d).",
        ),
        (
            [money("a", 5.7e6), money("b", 5.7e6, currency="CAD")],
            "Kenya, pledged, 25 June 2024: sources give USD 5.7 million (a) or CAD 5.7 million (b).",
        ),
        (
            [money("a", 6e8, unit="USD_per_year"), money("b", 515e6, 6e8, unit="USD_per_2_years")],
            "Kenya, pledged, 25 June 2024: sources give USD 515 million to USD 600 million per 2 years (b) "
            "or USD 600 million per year (a).",
        ),
        (
            [told("F178", 20, actor="United States", unit="armoured_vehicles"), told("F179", 20, unit="armoured_vehicles")],
            "20 armoured vehicles, deployed, 25 June 2024: sources give United States (F178) or Kenya (F179).",
        ),
        (
            [told("a", 30, unit="percent_of_plan"), told("b", 1000, unit="personnel")],
            "Kenya, deployed, 25 June 2024: sources give 30 percent of plan (a) or 1,000 personnel (b).",
        ),
        (
            [told("a", None, actor="Chad; Benin"), told("b", 10, actor="Chad; Benin")],
            "Chad and Benin, deployed, 25 June 2024: sources give 10 police (b) or no amount (a).",
        ),
        (
            [told("F019", 1000, stage="approved", on=None), RUTO],
            "Sources give Kenya, 1,000 police, approved (F019) or W. Ruto, claimed: a unanimous vote (F020).",
        ),
        ([OCCUPATION, RUTO], "Sources give W. Ruto, claimed: a unanimous vote (F020) or Occupation 1915-1934 (P1)."),
        (
            [told("F068", 1, original={"scope": "humanitarian"}), told("F069", 1, original={"scope": "security_mission"})],
            "Kenya, 1 police, deployed, 25 June 2024: sources give for humanitarian (F068) or for security mission (F069).",
        ),
        ([told("a", 1), told("b", 1)], "Kenya, 1 police, deployed, 25 June 2024: sources give the same (a, b)."),
    ],
)
def test_a_disagreement_is_one_plain_sentence(members: list[Commitment | Statement | Precedent], words: str) -> None:
    assert sentence(members) == words
    assert sentence(members[::-1]) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 6, 25), date(2024, 6, 25), "25 June 2024"),
        (date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2024, 6, 24), date(2024, 6, 30), "24 June 2024 to 30 June 2024"),
        (None, date(9999, 12, 31), "by 31 December 9999"),
        (date(2024, 6, 24), None, "from 24 June 2024"),
        (None, None, ""),
    ],
)
def test_dates_are_said_as_shortly_as_they_are_known(first: date | None, last: date | None, words: str) -> None:
    assert dates(first, last) == words
