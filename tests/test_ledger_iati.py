"""The IATI export: the structure of activities in version 2.03, money told once, honest about who reports."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.ledger import Entry, Known, known
from muster.ledger.exports.iati import RECORD, iati_text, identifier
from muster.records import Citation, Commitment

# The elements that we write, in the order of the standard, with the least and the most of each and the attributes it requires.
ACTIVITY = {
    "iati-identifier": (1, 1, ()),
    "reporting-org": (1, 1, ("ref", "type")),
    "title": (1, 1, ()),
    "description": (1, 9, ()),
    "participating-org": (1, 9, ("role",)),
    "activity-status": (1, 1, ("code",)),
    "activity-date": (1, 9, ("iso-date", "type")),
    "transaction": (0, 99, ()),
}
TRANSACTION = {
    "transaction-type": (1, 1, ("code",)),
    "transaction-date": (1, 1, ("iso-date",)),
    "value": (1, 1, ("value-date", "currency")),
    "description": (0, 1, ()),
    "provider-org": (0, 1, ()),
    "receiver-org": (0, 1, ()),
}
STAGES = st.sampled_from(("pledged", "disbursed", "required"))
NAMES = st.sampled_from(("", " ", "=1", "a&<b", "\x07", "fund"))
SCOPES = st.sampled_from(("", "fund", "\ufffe"))
AMOUNTS = st.sampled_from((None, 1.0, 1e300))
NARRATED = {"reporting-org", "title", "description", "participating-org", "provider-org", "receiver-org"}


def faults(element: Element, shape: dict[str, tuple[int, int, tuple[str, ...]]]) -> Iterator[str]:
    """What the standard would say of an element's children; those of other namespaces come last."""
    tags = [child.tag for child in element]
    own = [tag for tag in tags if not tag.startswith("{")]
    if tags[: len(own)] != own:
        yield "another namespace before the standard's own"
    if sorted(own, key=list(shape).index) != own:
        yield f"order: {own}"
    for name, (least, most, attributes) in shape.items():
        if not least <= own.count(name) <= most:
            yield f"{own.count(name)} {name}"
        for child in element.findall(name):
            yield from (f"{name} without {attribute}" for attribute in attributes if not child.get(attribute))
            if name in NARRATED and not (child.findtext("narrative") or "").strip():
                yield f"{name} without a narrative"


def money(name: str, amount: float | None, high: float | None = None, **fields: Any) -> Commitment:
    base = {
        "actor": "Kenya",
        "stage": "pledged",
        "currency": "USD",
        "scope": "fund",
        "mission": "SIM",
        "date_to": date(2024, 6, 1),
    }
    cited = Citation(published="2024-06-30")
    return Commitment(
        id=name, kind="funds", amount_low=amount, amount_high=high or amount, citation=cited, **{**base, **fields}
    )


def found(*records: Commitment) -> Known:
    return known([Entry(seq=place, prev="", status="accepted", record=each) for place, each in enumerate(records, 1)])


def activities(*records: Commitment) -> list[Element]:
    root = fromstring(iati_text(found(*records)))
    assert (root.tag, root.get("version")) == ("iati-activities", "2.03")
    return list(root)


def flows(activity: Element) -> list[tuple[str | None, str | None, str | None]]:
    """Type, day and amount of each transaction."""
    return [
        (each.find("transaction-type").get("code"), each.find("transaction-date").get("iso-date"), each.findtext("value"))  # type: ignore[union-attr]
        for each in activity.findall("transaction")
    ]


@pytest.mark.parametrize(
    ("stage", "actor", "code"),
    [
        ("pledged", "Kenya", "12"),
        ("approved", "Kenya", "2"),
        ("disbursed", "Kenya", "3"),
        ("pledged", "fund", "13"),
        ("approved", "fund", "11"),
        ("disbursed", "fund", "1"),
    ],
)
def test_stages_are_transaction_types_out_of_a_giver_and_into_a_fund(stage: str, actor: str, code: str) -> None:
    (activity,) = activities(money("A", 1e6, stage=stage, actor=actor))
    assert flows(activity) == [(code, "2024-06-01", "1000000")]
    provider = activity.findtext("transaction/provider-org/narrative")
    assert provider == (None if actor == "fund" else "Kenya")
    assert activity.findtext("transaction/receiver-org/narrative") == "fund"


def test_money_told_twice_is_one_transaction_and_a_larger_total_adds_the_difference() -> None:
    later = money("C", 250, date_to=date(2024, 7, 1))
    (activity,) = activities(money("A", 100), money("B", 100), later)
    assert flows(activity) == [("12", "2024-06-01", "100"), ("12", "2024-07-01", "150")]
    assert len(activity.findall(RECORD)) == 3


@pytest.mark.parametrize(
    "record",
    [
        money("A", 100, 200),
        money("A", None, 200),
        money("A", 100, stage="declined"),
        money("A", 100, currency=None),
        money("A", 100, original={"stage": "available"}),
    ],
)
def test_what_iati_has_no_form_for_is_kept_beside_and_is_no_transaction(record: Commitment) -> None:
    (activity,) = activities(record)
    assert flows(activity) == []
    assert len(activity.findall(RECORD)) == 1


def test_an_activity_says_that_it_is_reported_second_hand() -> None:
    (activity,) = activities(money("A", 100))
    assert activity.find("reporting-org").get("secondary-reporter") == "1"  # type: ignore[union-attr]
    assert "Not reported by the organisations named" in str(activity.findtext("description/narrative"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(STAGES, NAMES, SCOPES, AMOUNTS), min_size=1, max_size=5))
def test_every_activity_has_the_structure_of_the_standard(drawn: list[tuple[str, str, str, float | None]]) -> None:
    records = [
        money(f"R{place}", amount, stage=stage, actor=actor, scope=scope)
        for place, (stage, actor, scope, amount) in enumerate(drawn)
    ]
    for activity in activities(*records):
        assert list(faults(activity, ACTIVITY)) == []
        for transaction in activity.findall("transaction"):
            assert list(faults(transaction, TRANSACTION)) == []


def test_the_check_of_structure_can_fail() -> None:
    broken = fromstring("<iati-activity><title/><iati-identifier/></iati-activity>")
    assert {fault.split(":")[0] for fault in faults(broken, ACTIVITY)} >= {
        "order",
        "0 reporting-org",
        "title without a narrative",
    }


def test_identifiers_are_readable_and_each_its_own() -> None:
    assert identifier("SIM", "Trust fund").startswith("MUSTER-SIM-Trust-fund-")
    assert len({identifier("a", "b c"), identifier("a b", "c"), identifier("", ""), identifier("a", "b-c")}) == 4
