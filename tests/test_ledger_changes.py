"""What changed in what was known between two publication dates."""

from datetime import date
from random import Random

import pytest

from muster.errors import LedgerError
from muster.ledger import Changes, Entry, changes, known
from muster.records import Commitment, Decision, Disagreement, LedgerRecord
from test_ledger_state import gave

FIRST, LAST = date(2024, 6, 30), date(2025, 2, 28)


def told(name: str, day: str, low: float, basis: str = "total", published: str = "") -> Commitment:
    return gave(name, day, low, low, basis, actor="Avaria", published=published or day)  # type: ignore[arg-type]


def dispute(name: str, *records: str, kind: str = "unsorted") -> Disagreement:
    return Disagreement(id=name, kind=kind, records=records, by="test")  # type: ignore[arg-type]


def chain(*records: LedgerRecord) -> list[Entry]:
    return [Entry(seq=seq, prev="", status="accepted", record=record) for seq, record in enumerate(records, 1)]


def between(*records: LedgerRecord, after: date = FIRST, until: date = LAST) -> Changes:
    before, later = known(chain(*records), after), known(chain(*records), until)
    return changes(before, later, before.disagreements, later.disagreements)


def test_the_first_date_is_excluded_and_the_second_included() -> None:
    records = [told("a", "2024-06-30", 1), told("b", "2024-07-01", 2), told("c", "2025-02-28", 3), told("d", "2025-03-01", 4)]
    assert [one.record for one in between(*records).added] == ["b", "c"]
    month = told("e", "2024-06-01", 5, published="2024-06")
    assert not between(month).added  # known from the last day of the month on
    assert between(month, after=date(2024, 6, 29)).added[0].words == "Avaria, 5 police in all, deployed"


def test_a_level_that_moved_says_from_to_and_by_which_records() -> None:
    (moved,) = between(told("a", "2024-06-25", 200), told("b", "2024-07-16", 200, "increment")).revised
    assert (moved.before.low, moved.before.high, moved.before.records) == (200, 200, ("a",))
    assert (moved.after.low, moved.after.high, moved.after.records) == (400, 400, ("a", "b"))
    assert moved.by == ("b",)
    assert not between(told("a", "2024-06-25", 200), told("b", "2024-07-16", 200)).revised  # told again
    assert not between(told("b", "2024-07-16", 200)).revised  # new, and so among the added


def test_a_need_is_not_revised_by_a_plan() -> None:
    need = gave("a", "2024-03-01", 5000, None, "total", stage="required", published="2024-03-01")
    plan = gave("b", "2024-07-01", 2500, 2500, "total", stage="required", published="2024-07-01", flags=("planned",))
    assert not between(need, plan).revised


def test_a_disagreement_is_new_or_joined() -> None:
    records = [told("a", "2024-06-25", 200), told("b", "2024-06-26", 400), told("c", "2024-07-03", 300)]
    later = [told("d", "2024-08-01", 5), told("e", "2024-08-02", 7)]
    joined, new = between(*records, *later, dispute("D1", "a", "b", "c"), dispute("D2", "d", "e")).contradicted
    assert (joined.is_new, joined.joined, joined.records) == (False, ("c",), ("a", "b", "c"))
    assert (new.is_new, new.joined) == (True, ("d", "e"))
    assert "200" in joined.sentence
    assert not between(*records[:2], dispute("D1", "a", "b")).contradicted


def test_a_found_set_is_the_same_by_its_members_where_its_name_changed() -> None:
    records = chain(told("a", "2024-06-25", 200), told("b", "2024-06-26", 400), told("c", "2024-07-03", 300))
    before, later = known(records, FIRST), known(records, LAST)
    (one,) = changes(before, later, [dispute("x", "a", "b")], [dispute("y", "a", "b", "c")]).contradicted
    assert (one.is_new, one.joined) == (False, ("c",))
    (other,) = changes(before, later, [dispute("x", "a", "b")], [dispute("y", "b", "c")]).contradicted
    assert (other.is_new, other.joined) == (True, ("b", "c"))


def test_a_disagreement_is_settled_when_later_records_make_the_level() -> None:
    records: list[LedgerRecord] = [told("a", "2024-06-25", 200), told("b", "2024-06-25", 400), dispute("D1", "a", "b")]
    (over,) = between(*records, told("c", "2024-09-26", 382)).settled
    assert (over.records, over.by) == (("a", "b"), ("c",))
    assert over.reason.startswith("overtaken")
    assert not between(*records, told("c", "2024-09-26", 382, "increment")).settled
    joined = dispute("D1", "a", "b", "c")
    assert not between(records[0], records[1], joined, told("c", "2024-09-26", 382)).settled


def test_a_disagreement_is_settled_when_a_decision_rejected_a_record() -> None:
    records: list[LedgerRecord] = [told("a", "2024-06-25", 200), told("b", "2024-06-25", 400), dispute("D1", "a", "b")]
    before = known(chain(*records), FIRST)
    judged = Decision(id="J1", record="b", decision="rejected", by="a reviewer", on=date(2024, 9, 1))
    later = known(chain(*records, judged), LAST)
    found = changes(before, later, before.disagreements, later.disagreements)
    (over,) = found.settled
    assert (over.reason, over.by) == ("rejected by a decision", ("b",))
    (moved,) = found.revised
    assert (moved.before.high, moved.after.high, moved.by) == (400, 200, ("b",))


def test_the_order_of_arrival_does_not_matter() -> None:
    records = [told(f"R{n}", f"2024-{n:02d}-15", 10 * n, "increment" if n % 2 else "total") for n in range(1, 13)]
    sets = [dispute("D1", "R1", "R4", "R8"), dispute("D2", "R9", "R10")]
    mixed: list[LedgerRecord] = Random(4).sample([*records, *sets], len(records) + len(sets))
    assert between(*mixed) == between(*records, *sets)


def test_the_dates_must_run_forwards() -> None:
    with pytest.raises(LedgerError, match="earlier date"):
        between(told("a", "2024-06-25", 200), after=LAST, until=FIRST)
