"""Finding sets of records that cannot all hold. The missions, countries and numbers here are simulated."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.ledger import Entry, disputed, find, known
from muster.ledger.disagree import sets
from muster.ledger.disagree.reading import reading
from muster.ledger.disagree.telling import agree
from muster.ledger.intervals import Interval
from muster.records import Citation, Commitment, Disagreement, DisagreementKind, Preference, Statement

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from disagreements import haiti, matched, unlabelled

DAY = date(2031, 3, 10)
Amount = float | tuple[float | None, float | None] | None


def fact(id: str, amount: Amount = None, on: date | tuple[date | None, date] = DAY, **fields: object) -> Commitment:
    """A commitment of the simulated mission; each on a page of its own unless told otherwise."""
    low, high = amount if isinstance(amount, tuple) else (amount, amount)
    first, last = on if isinstance(on, tuple) else (on, on)
    given: dict[str, object] = {
        "actor": "Simland",
        "kind": "personnel",
        "stage": "pledged",
        "unit": "troops",
        "basis": "total",
        "scope": "SIM",
    }
    given |= fields
    if given["kind"] == "funds" or "currency" in fields:
        given["unit"] = fields.get("unit")
        given.setdefault("currency", "USD")
    cited = Citation(
        address=str(given.pop("page", f"https://example.org/{id}")),
        published=str(given.pop("published", last or "2031-03-12")),
        source_class=str(given.pop("source_class", "")),
    )
    dates = {"date_from": first, "date_to": last}
    return Commitment(id=id, mission="sim", amount_low=low, amount_high=high, citation=cited, **dates, **given)  # type: ignore[arg-type]


def kinds(records: Iterable[Commitment]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.ids) for one in sets(list(records))]


def later(days: int) -> date:
    return date.fromordinal(DAY.toordinal() + days)


CASES: dict[str, tuple[list[Commitment], list[tuple[str, tuple[str, ...]]]]] = {
    "two counts of one day": (
        [fact("a", 410.0, (None, DAY), stage="deployed"), fact("b", 450.0, (None, DAY), stage="deployed")],
        [("double printing", ("a", "b"))],
    ),
    "a digit too many": ([fact("a", 1000.0), fact("b", 10000.0)], [("order-of-magnitude", ("a", "b"))]),
    "a digit too many in a bound": (
        [fact("a", (None, 4000.0)), fact("b", (None, 40000.0))],
        [("order-of-magnitude", ("a", "b"))],
    ),
    "an old promise printed again": ([fact("a", 1500.0), fact("b", 2000.0, later(60))], [("stale", ("a", "b"))]),
    "a bound that nothing can meet": (
        [fact("a", (5000.0, None)), fact("b", (None, 4000.0))],
        [("double printing", ("a", "b"))],
    ),
    "one arrival, two numbers": (
        [fact("a", 200.0, stage="deployed", basis="increment"), fact("b", 350.0, stage="deployed", basis="increment")],
        [("double printing", ("a", "b"))],
    ),
    "sent off or arrived": (
        [
            fact("a", 400.0, stage="deploying", basis="increment"),
            fact("b", 200.0, later(1), stage="deployed", basis="increment"),
        ],
        [("stage", ("a", "b"))],
    ),
    "arrivals that do not make the strength": (
        [
            fact("a", 617.0, (None, DAY), stage="deployed"),
            fact("b", 144.0, later(1), stage="deployed", basis="increment"),
            fact("c", 700.0, (None, later(2)), stage="deployed"),
        ],
        [("sum-of-parts", ("a", "b", "c"))],
    ),
    "shares above their whole": (
        [
            fact("a", 5e6, actor="Simland", kind="funds", stage="disbursed", basis="part", page="p"),
            fact("b", 6e6, actor="Bimland", kind="funds", stage="disbursed", basis="part", page="p"),
            fact("c", 10e6, actor="Fund", kind="funds", stage="disbursed"),
        ],
        [("sum-of-parts", ("a", "b", "c"))],
    ),
    "a remainder as large as the whole": (
        [
            fact("a", 150.0),
            fact("b", 6.0, later(200), stage="deployed", basis="increment"),
            fact("c", 150.0, later(200), basis="part"),
        ],
        [("sum-of-parts", ("a", "b", "c"))],
    ),
    "a ceiling below what it was raised to": (
        [
            fact("a", 2080.0, stage="approved"),
            fact("b", 940.0, later(1), stage="approved", basis="increment"),
            fact("c", 2420.0, later(200), stage="approved"),
        ],
        [("sum-of-parts", ("a", "b", "c"))],
    ),
    "two shares of one contingent": (
        [fact("a", 3500.0, basis="part"), fact("b", 3250.0, basis="part")],
        [("double printing", ("a", "b"))],
    ),
    "a share above its whole": (
        [fact("a", 250.0, stage="deployed", basis="part"), fact("b", 0.0, stage="deployed")],
        [("double printing", ("a", "b"))],
    ),
    "a strength that leaves no room for those who left": (
        [
            fact("a", 12000.0, (None, DAY), stage="deployed"),
            fact("b", 9000.0, (DAY, later(150)), stage="withdrawn", basis="part"),
            fact("c", 11000.0, (None, later(160)), stage="deployed"),
        ],
        [("stale", ("a", "b", "c"))],
    ),
    "approved, and nothing paid": (
        [fact("a", 50e6, kind="funds", stage="approved"), fact("b", 0.0, later(300), kind="funds", stage="disbursed")],
        [("stage", ("a", "b"))],
    ),
    "one total in two currencies": (
        [fact("a", 10e6, kind="funds"), fact("b", 12e6, later(2), kind="funds", currency="EUR")],
        [("currency", ("a", "b"))],
    ),
    "one cost in other words": (
        [
            fact("a", 500e6, kind="funds", stage="required", scope="SIM operations"),
            fact("b", 400e6, later(5), kind="funds", stage="required", scope="SIM with helicopters"),
        ],
        [("scope", ("a", "b"))],
    ),
    "the contributor's people are the whole force's": (
        [fact("a", 2000.0, stage="withdrawn", basis="part"), fact("b", 2000.0, stage="withdrawn", basis="part", actor="sim")],
        [("scope", ("a", "b"))],
    ),
    "dollars or euros": (
        [fact("a", 3e6, kind="funds"), fact("b", 3e6, kind="funds", currency="EUR")],
        [("currency", ("a", "b"))],
    ),
    "for the mission or for aid": (
        [fact("a", 45e6, kind="funds", scope="humanitarian relief"), fact("b", 45e6, kind="funds", scope="SIM")],
        [("scope", ("a", "b"))],
    ),
    "a promise that doubles": (
        [fact("a", 100e6, kind="funds"), fact("b", (None, 200e6), later(9), kind="funds")],
        [("increment-vs-total", ("a", "b"))],
    ),
    "more, or in all": (
        [fact("a", 1200.0, basis="increment"), fact("b", 1200.0, later(2))],
        [("increment-vs-total", ("a", "b"))],
    ),
    "held back and released": (
        [fact("a", 40e6, kind="funds", stage="declined"), fact("b", 10e6, later(-40), kind="funds", stage="approved")],
        [("stage", ("a", "b"))],
    ),
    "paid before it was approved": (
        [
            fact("a", 21e6, kind="funds", stage="disbursed", basis="increment"),
            fact("b", 21e6, later(150), kind="funds", stage="approved"),
        ],
        [("stage", ("a", "b"))],
    ),
    "more there than approved": (
        [fact("a", 1410.0, stage="approved", basis="part"), fact("b", 3000.0, later(200), stage="deployed", basis="part")],
        [("stage", ("a", "b"))],
    ),
    "gone and still there": (
        [fact("a", 5400.0, stage="withdrawn"), fact("b", 5400.0, (None, later(3)), stage="deployed")],
        [("stage", ("a", "b"))],
    ),
    "a relief": (
        [
            fact("a", 230.0, stage="deployed", basis="increment", scope="SIM, relief of the first contingent"),
            fact("b", 100.0, later(1), stage="withdrawn", scope="SIM, relieved"),
        ],
        [("rotation", ("a", "b"))],
    ),
    "one delivery, two givers": (
        [
            fact("a", 20.0, kind="equipment", unit="armoured vehicles", stage="deployed", basis="increment"),
            fact("b", 20.0, later(5), actor="Bimland", kind="equipment", unit="armoured vehicles", stage="deployed"),
        ],
        [("double printing", ("a", "b"))],
    ),
    "one departure, dated twice": (
        [
            fact("a", 734.0, stage="withdrawn", basis="increment"),
            fact("b", 734.0, later(300), stage="withdrawn", basis="increment"),
        ],
        [("double printing", ("a", "b"))],
    ),
    "a first arrival that slips": (
        [
            fact("a", 1000.0, (later(30), later(40)), published="2031-03-10"),
            fact("b", None, (later(120), later(140)), published="2031-04-05", basis=None),
        ],
        [("stale", ("a", "b"))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_all_hold_is_found_with_its_kind(name: str) -> None:
    records, expected = CASES[name]
    assert kinds(records) == expected


QUIET = {
    "the same number twice": [fact("a", 200.0), fact("b", 200.0)],
    "rounding": [fact("a", 859.0, (None, DAY), stage="deployed"), fact("b", 860.0, (None, DAY), stage="deployed")],
    "bounds that hold": [
        fact("a", 850.0, (None, DAY), stage="deployed"),
        fact("b", (None, 900.0), (None, DAY), stage="deployed"),
    ],
    "a rounder number": [
        fact("a", 444.0, (None, DAY), stage="deployed"),
        fact("b", 450.0, (None, DAY), stage="deployed"),
    ],
    "troops and police of one mandate": [
        fact("a", 13000.0, stage="approved"),
        fact("b", 1900.0, stage="approved", unit="police officers"),
    ],
    "one relief told twice": [
        fact("a", 128.0, stage="deploying", basis="part", scope="relief"),
        fact("b", 128.0, stage="deploying", basis="part", scope="relief"),
    ],
    "there until they leave": [
        fact("a", 1000.0, (later(1), later(7)), stage="withdrawn"),
        fact("b", 1000.0, (None, DAY), stage="deployed"),
    ],
    "a first batch": [fact("a", 750.0), fact("b", 150.0, basis="part", scope="first batch")],
    "a height over years": [
        fact("a", 2600.0, (DAY, later(700)), stage="deployed"),
        fact("b", 900.0, (None, later(705)), stage="deployed"),
    ],
    "growth": [fact("a", 400.0, (None, DAY), stage="deployed"), fact("b", 700.0, (None, later(90)), stage="deployed")],
    "growth that arrivals explain": [
        fact("a", 400.0, (None, DAY), stage="deployed"),
        fact("b", 200.0, later(10), stage="deployed", basis="increment", actor="Bimland"),
        fact("c", 600.0, (None, later(20)), stage="deployed"),
    ],
    "two countries": [fact("a", 200.0), fact("b", 300.0, actor="Bimland")],
    "two missions": [fact("a", 200.0), replace(fact("b", 300.0), mission="other")],
    "two funds": [
        fact("a", 10e6, kind="funds", stage="disbursed", scope="SIM trust fund"),
        fact("b", 40e6, kind="funds", stage="disbursed", scope="police school"),
    ],
    "into and out of a fund": [
        fact("a", 110e6, kind="funds", stage="disbursed", scope="SIM trust fund"),
        fact("b", 85e6, kind="funds", stage="disbursed", scope="SIM trust fund, paid out"),
    ],
    "a year's cost and two years'": [
        fact("a", 240e6, kind="funds", stage="required", scope="SIM, per year"),
        fact("b", 100e6, kind="funds", stage="required", scope="police school, per month"),
    ],
    "a part of its whole": [fact("a", 1000.0), fact("b", 400.0, stage="deploying", basis="part")],
    "the first and the second flight": [
        fact("a", 75.0, stage="deployed", basis="increment", scope="first flight"),
        fact("b", 77.0, later(1), stage="deployed", basis="increment", scope="second flight"),
    ],
    "two gifts that one page tells of": [
        fact("a", 5e6, kind="funds", basis="increment", page="p"),
        fact("b", 7e6, kind="funds", basis="increment", page="p"),
    ],
    "a plan by one page": [
        fact("a", 14000.0, later(100), stage="required", page="p"),
        fact("b", 10000.0, later(300), stage="required", page="p"),
    ],
    "ceilings of two periods": [
        fact("a", 19000.0, (DAY, later(90)), stage="approved"),
        fact("b", 17000.0, (later(91), later(200)), stage="approved"),
    ],
    "civilians and all": [
        fact("a", 900.0, (None, DAY), stage="deployed", unit="civilian staff"),
        fact("b", 12900.0, (None, DAY), stage="deployed", unit="uniformed personnel"),
    ],
    "promised, then approved, then paid": [
        fact("a", 100e6, kind="funds"),
        fact("b", 100e6, later(60), kind="funds", stage="approved"),
        fact("c", 100e6, later(120), kind="funds", stage="disbursed"),
    ],
    "no amounts": [fact("a"), fact("b")],
}


@pytest.mark.parametrize("name", QUIET)
def test_what_can_all_hold_is_left_alone(name: str) -> None:
    assert kinds(QUIET[name]) == []


def test_every_kind_is_found_by_some_rule() -> None:
    found = {kind for _, expected in CASES.values() for kind, _ in expected}
    assert found == set(get_args(DisagreementKind)) - {"unsorted"}


@st.composite
def ledgers(draw: st.DrawFn) -> list[Commitment]:
    """Up to a dozen records of few actors, amounts and days, so that many of them meet."""
    one = st.tuples(
        st.sampled_from([100.0, 200.0, 1000.0, 1050.0, (150.0, None), (None, 900.0)]),
        st.integers(0, 60),
        st.sampled_from(["required", "pledged", "approved", "deploying", "deployed", "withdrawn", "declined", "disbursed"]),
        st.sampled_from(["total", "part", "increment"]),
        st.sampled_from(["personnel", "funds"]),
        st.sampled_from(["Simland", "Bimland"]),
    )
    rows = draw(st.lists(one, max_size=12))
    return [
        fact(f"r{place:02}", amount, later(days), stage=stage, basis=basis, kind=kind, actor=actor)
        for place, (amount, days, stage, basis, kind, actor) in enumerate(rows)
    ]


@given(ledgers(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_does_not_matter_and_sets_are_proper(records: list[Commitment], chance: Random) -> None:
    found = sets(records)
    mixed = list(records)
    chance.shuffle(mixed)
    assert sets(mixed) == found
    ids = {record.id for record in records}
    for one in found:
        assert len(one.ids) > 1
        assert set(one.ids) <= ids
        assert list(one.ids) == sorted(set(one.ids))
    inside = [(a, b) for a in found for b in found if a is not b and set(a.ids) <= set(b.ids)]
    assert not inside


@given(ledgers())
@settings(max_examples=100, deadline=None)
def test_another_mission_beside_it_changes_nothing(records: list[Commitment]) -> None:
    others = [replace(record, id=f"x{record.id}", mission="elsewhere") for record in records]
    assert [one.ids for one in sets([*records, *others]) if not one.ids[0].startswith("x")] == [
        one.ids for one in sets(records)
    ]


@given(
    st.floats(1, 1e9).map(lambda value: float(round(value))),
    st.floats(1, 1e9).map(lambda value: float(round(value))),
)
def test_agreement_is_symmetric_and_everything_agrees_with_itself(one: float, other: float) -> None:
    a, b = Interval(one, one), Interval(other, other)
    assert agree(a, a)
    assert agree(a, b) == agree(b, a)


def test_statements_that_contradict_each_other() -> None:
    def said(id: str, verb: str, content: str, day: date) -> Statement:
        cited = Citation(published=str(day), address=id)
        return Statement(
            id=id, speakers=("A",), verb=verb, content=content, citation=cited, mission="sim", date_from=day, date_to=day
        )

    two = said("a", "reported", "2 villagers killed in the crash of a mission vehicle at Simtown", DAY)
    one = said("b", "said", "that one villager was killed in the crash of a mission vehicle at Simtown", DAY)
    left = said("c", "said", "that nearly 20 officers of the contingent had resigned", DAY)
    denied = said("d", "denied", "that any officers of the contingent had resigned", later(1))
    again = said("e", "reported", "2 villagers killed in the crash of a mission vehicle at Simtown", later(1))
    other = said("f", "reported", "the opening of a school in Simtown", DAY)
    assert [(each.kind, each.ids) for each in sets([], [two, one, other])] == [("double printing", ("a", "b"))]
    assert [(each.kind, each.ids) for each in sets([], [left, denied, other])] == [("unsorted", ("c", "d"))]
    assert [(each.kind, each.ids) for each in sets([], [two, again])] == [("double printing", ("a", "e"))]


def entries(*records: object) -> list[Entry]:
    return [
        Entry(seq=place, prev="", status="accepted" if isinstance(record, Commitment) else None, record=record)  # type: ignore[arg-type]
        for place, record in enumerate(records, 1)
    ]


def test_a_set_says_its_kind_what_would_settle_it_and_a_reading_with_the_reason() -> None:
    own = fact("a", 1500.0, source_class="primary_official", attributed_to="Simland's ministry", published="2031-03-10")
    copy = fact("b", 2000.0, source_class="republished", published="2031-03-20")
    (one,) = find(known(entries(own, copy)))
    assert one.by == "rules"
    assert one.records == ("a", "b")
    assert "1,500" in one.sentence
    assert "(a)" in one.sentence
    assert one.settles in one.sentence
    assert one.sentence.count(". ") == 0
    assert one.sentence.endswith(".")
    assert (one.reading, one.why) == ("a", "the acting body's own record")


def test_a_person_can_reverse_the_reading_and_the_last_word_wins() -> None:
    own = fact("a", 1500.0, source_class="primary_official", attributed_to="Simland's ministry")
    copy, more = fact("b", 2000.0), fact("c", 1800.0)

    def preference(id: str, record: str) -> Preference:
        return Preference(id=id, record=record, by="A. Nalyst", on=DAY)

    (one,) = find(known(entries(own, copy, more, preference("p1", "b"))))
    assert (one.reading, one.why) == ("b", "preferred by a reviewer")
    (one,) = find(known(entries(own, copy, more, preference("p1", "b"), preference("p2", "c"))))
    assert one.reading == "c"


def test_readings_follow_their_order() -> None:
    old = fact("a", 1000.0, attributed_to="B. Ystander", published="2031-03-01")
    new = fact("b", 2000.0, attributed_to="B. Ystander", published="2031-03-09")
    assert reading([old, new]) == ("b", "the newest word of its speaker")
    assert reading([replace(new, flags=("doubtful",)), old]) == ("a", "not marked doubtful, as another is")
    official, press = (
        fact("a", 1.0, source_class="primary_official", attributed_to="X"),
        fact("b", 2.0, source_class="republished"),
    )
    assert reading([press, official]) == ("a", "the source nearest to the act")
    many = [fact("a", 1.0), fact("b", 2.0), fact("c", 2.0)]
    assert reading(many) == ("b", "what most pages say")
    assert reading([fact("a", 1.0), fact("b", 2.0)]) == ("a", "nothing tells the sources apart")


def test_a_set_marked_by_hand_stays_unless_the_rules_find_it() -> None:
    records = (fact("a", 1500.0), fact("b", 2000.0), fact("c", 10.0, actor="Bimland"), fact("d", 10.0, actor="Cimland"))
    same = Disagreement(id="m1", kind="stale", records=("a", "b"), by="label")
    other = Disagreement(id="m2", kind="unsorted", records=("c", "d"), by="label")
    book = known(entries(*records, same, other))
    assert [one.records for one in find(book)] == [("a", "b")]
    assert [(one.by, one.records) for one in disputed(book).disagreements] == [("rules", ("a", "b")), ("label", ("c", "d"))]


def test_rejected_records_and_records_not_yet_published_dispute_nothing() -> None:
    old, new = fact("a", 1500.0, published="2031-01-01"), fact("b", 2000.0, published="2031-06-01")
    assert find(known(entries(old, new)))
    assert not find(known(entries(old, new), date(2031, 5, 1)))


def test_haiti_at_least_36_of_43_labels_and_at_most_8_sets_without_one() -> None:
    ledger = haiti()
    labels = {each.id: frozenset(each.records) for each in ledger.disagreements}
    found = find(replace(ledger, disagreements=()))
    ids = [frozenset(each.records) for each in found]
    assert len(labels) == 43
    assert len(matched(ids, labels)) >= 36
    assert len(unlabelled(ids, labels)) <= 8
    assert found == find(ledger), "the rules look at the labels"


def test_haiti_holds_without_the_curated_flags_and_scopes() -> None:
    """The words of the sources in place of ours: most sets are still found, so the rules do not lean on our curation."""
    ledger = haiti()
    labels = {each.id: frozenset(each.records) for each in ledger.disagreements}
    raw = [replace(record, flags=(), scope=record.original.get("scope", "")) for record in ledger.accepted]
    ids = [frozenset(each.ids) for each in sets(raw, ledger.statements)]
    assert len(matched(ids, labels)) >= 30
    assert len(unlabelled(ids, labels)) <= 2
