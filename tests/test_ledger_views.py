"""Views of the state on small cases: need and plan apart, disputes as ranges, gaps as intervals, money by stage."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.ledger import standings
from muster.ledger.intervals import Interval
from muster.ledger.standing import Level, chosen
from muster.ledger.views import Gap, contributors, gaps, money, steps
from muster.ledger.views.gap import difference, said
from muster.records import Commitment, Disagreement, Kind, Stage
from test_ledger_state import PROPERTY, gave, intervals

A, B = "Avaria", "Borduria"  # simulated contributors
FORCE = ("Force",)


def need(name: str, day: str, low: float | None, high: float | None, *flags: str, actor: str = "Force") -> Commitment:
    return gave(name, day, low, high, "total", actor=actor, stage="required", scope="Force", flags=flags)


def pledge(name: str, low: float | None, actor: str, *flags: str, high: float | None = -1.0) -> Commitment:
    top = low if high == -1.0 else high
    return gave(name, "2024-01-01", low, top, "total", actor=actor, stage="pledged", scope="Force", flags=flags)


def there(name: str, day: str, low: float | None, high: float | None, actor: str, basis: str = "total") -> Commitment:
    return gave(name, day, low, high, basis, actor=actor, scope="Force")  # type: ignore[arg-type]


def back(name: str, day: str, number: float, actor: str) -> Commitment:
    return gave(name, day, number, number, "increment", actor=actor, stage="withdrawn", scope="Force")


def dispute(*records: str) -> Disagreement:
    return Disagreement(id="D1", kind="unsorted", records=records, by="test")


def gap(rows: Sequence[Gap], wanted: str, held: str, actor: str = "Force") -> Gap:
    (found,) = [row for row in rows if (row.wanted_as, row.held_as, row.actor) == (wanted, held, actor)]
    return found


def test_a_plan_does_not_replace_a_need_nor_a_rate_a_sum() -> None:
    yearly = gave("c", "2024-03-01", 6e8, 6e8, "total", actor="Force", stage="required", kind="funds", currency="USD")
    once = gave("d", "2024-04-01", 2e8, 2e8, "total", actor="Force", stage="required", kind="funds", currency="USD")
    yearly = replace(yearly, original={"unit": "USD_per_year"})
    found = standings([need("a", "2024-01-01", 5000, None), need("b", "2024-02-01", 2500, 2500, "planned"), yearly, once])
    assert [(one.role, one.per, one.level.low, one.level.records) for one in found] == [
        ("needed", "", 5000, ("a",)),
        ("needed", "", 2e8, ("d",)),
        ("needed", "a year", 6e8, ("c",)),
        ("planned", "", 2500, ("b",)),
    ]


def test_a_dispute_widens_a_level_and_a_bound_stays_a_bound() -> None:
    counts = [there("a", "2024-02-04", 110, None, "Fund"), there("b", "2024-02-05", 85, 85, "Fund")]
    (plain,), (ranged,) = standings(counts), standings(counts, None, [dispute("a", "b")])
    assert (plain.level.low, plain.level.high, plain.level.differ) == (85, 85, False)
    assert (ranged.level.low, ranged.level.high, ranged.level.differ) == (85, None, True)
    assert (ranged.level.records, ranged.against) == (("a", "b"), ("a",))


def test_a_dispute_with_a_strength_of_another_season_or_a_later_day_widens_nothing() -> None:
    counts = [there("a", "2024-02-04", 110, 110, "Fund"), there("b", "2024-08-05", 85, 85, "Fund")]
    assert [one.level.high for one in standings(counts, None, [dispute("a", "b")])] == [85]
    near = [there("a", "2024-08-04", 110, 110, "Fund"), there("b", "2024-08-05", 85, 85, "Fund")]
    assert [one.level.low for one in standings(near, date(2024, 8, 4), [dispute("a", "b")])] == [110]

    def offers(day: str) -> list[Commitment]:
        return [pledge("a", 2000, A), gave("b", day, 1500, 1500, "total", actor=A, stage="pledged", scope="Force")]

    soon, late = (standings(offers(day), None, [dispute("a", "b")])[0].level for day in ("2024-04-01", "2024-09-01"))
    assert [(one.low, one.high) for one in (soon, late)] == [(1500, 2000), (1500, 1500)]


@pytest.mark.parametrize(
    ("wanted", "held", "words"),
    [
        ((5000, None), (1000, 1000), "at least 4,000 short"),
        ((2500, 5000), (400, 1000), "between 1,500 and 4,600 short"),
        ((2500, 2500), (400, None), "at most 2,100 short"),
        ((1000, 1000), (400, 400), "600 short"),
        ((1000, 1000), (1000, 1000), "none short"),
        ((1000, 1000), (1200, 1200), "200 over"),
        ((1000, 1000), (1000, 1200), "none short, at most 200 over"),
        ((1000, 1200), (1000, 1000), "at most 200 short"),
        ((1000, 1000), (1100, 1200), "between 100 and 200 over"),
        ((1000, 1000), (900, 1200), "between 200 over and 100 short"),
        ((1000, 1000), (1100, None), "none short, at least 100 over"),
        ((1000, 1000), (None, 1100), "short, or over by at most 100"),
        ((1000, None), (900, None), "cannot tell"),
        ((None, 1000), (None, 900), "cannot tell"),
    ],
)
def test_a_gap_in_words(wanted: tuple[float | None, float | None], held: tuple[float | None, float | None], words: str) -> None:
    sides = [Level(low=low, high=high, date=None, records=()) for low, high in (wanted, held)]
    assert said(*difference(*sides)) == words


def test_a_count_of_the_whole_is_used_and_no_contributor_is_added_to_it() -> None:
    records = [need("n", "2024-01-01", 5000, None), there("w", "2024-06-30", 600, 600, "Force")]
    records += [there("a", "2024-06-30", 400, 400, A), there("b", "2024-06-30", 150, 150, B)]
    found = gap(gaps(records, forces=FORCE), "needed", "deployed")
    assert found.held is not None
    assert (found.held.low, found.held.high, found.held.records, found.held.how) == (600, 600, ("w",), "counted")
    assert (found.low, found.high, found.words, found.note) == (4400, None, "at least 4,400 short", "")
    more = gap(gaps([*records, there("c", "2024-06-30", 100, 100, "Cordonia")], forces=FORCE), "needed", "deployed")
    assert more.note == "deployed: but at least 650 by the sum over contributors (a b c)"


def test_without_a_count_of_the_whole_contributors_give_a_lower_bound_only() -> None:
    records = [
        need("n", "2024-01-01", 2500, 2500),
        there("a", "2024-06-30", 400, 450, A),
        there("b", "2024-07-01", 150, None, B),
    ]
    found = gap(gaps(records, forces=FORCE), "needed", "deployed")
    assert found.held is not None
    assert (found.held.low, found.held.high, found.held.records) == (550, None, ("a", "b"))
    assert (found.held.how, found.words) == ("sum over contributors", "at most 1,950 short")
    alone = gap(gaps(records[:2], forces=FORCE), "needed", "deployed")
    assert alone.held is not None
    assert (alone.held.low, alone.held.how) == (400, "one contributor")


@pytest.mark.parametrize(
    "left_out",
    [
        pledge("x", 900, "Borduria;Cordonia"),
        pledge("x", 900, "Multiple contributors"),
        pledge("x", 900, "Caribbean Community"),
        pledge("x", 900, "Cordonia", "conditional"),
        pledge("x", 900, "Cordonia", "approximate"),
        pledge("x", None, "Cordonia", high=900.0),
    ],
)
def test_joint_unnamed_conditional_rounded_and_upper_numbers_are_not_in_a_sum(left_out: Commitment) -> None:
    records = [need("n", "2024-01-01", 2500, 2500), pledge("a", 1000, A), pledge("b", 200, B), left_out]
    found = gap(gaps(records, forces=FORCE), "needed", "pledged")
    assert found.held is not None
    assert (found.held.low, found.held.records) == (1200, ("a", "b"))


def test_a_larger_joint_number_is_the_better_bound() -> None:
    records = [need("n", "2024-01-01", 2500, 2500), pledge("a", 1000, A), pledge("x", 1800, "several countries")]
    found = gap(gaps(records, forces=FORCE), "needed", "pledged")
    assert found.held is not None
    assert (found.held.low, found.held.high, found.held.how) == (1800, None, "joint givers")


def test_a_force_told_in_increments_only_is_a_lower_bound() -> None:
    records = [need("n", "2024-01-01", 2500, 2500), there("w", "2024-06-30", 600, 600, "Force", "increment")]
    found = gap(gaps(records, forces=FORCE), "needed", "deployed")
    assert found.held is not None
    assert (found.held.how, found.words) == ("increments or parts", "at most 1,900 short")


def test_no_record_is_not_zero() -> None:
    found = gaps([need("n", "2024-01-01", 2500, 2500), pledge("a", 1000, A)], forces=FORCE)
    assert (gap(found, "needed", "deployed").held, gap(found, "needed", "deployed").words) == (None, "cannot tell")
    assert gap(found, "pledged", "deployed", A).words == "cannot tell"
    only = gaps([there("a", "2024-06-30", 400, 400, A)], forces=FORCE)
    assert [(row.actor, row.wanted, row.words) for row in only] == [(A, None, "cannot tell")]


def test_each_contributor_is_held_to_its_own_pledge_and_to_what_was_asked_of_it() -> None:
    records = [need("n", "2024-01-01", 2500, 2500, actor=A), pledge("a", 1000, A), there("b", "2024-06-30", 400, 400, A)]
    found = gaps(records, forces=FORCE)
    assert gap(found, "needed", "pledged", A).words == "1,500 short"
    assert gap(found, "needed", "deployed", A).words == "2,100 short"
    assert gap(found, "pledged", "deployed", A).words == "600 short"
    assert not [row for row in found if row.wanted_as == "needed" and row.actor != A]


def test_what_was_withdrawn_is_no_longer_there() -> None:
    sent = [pledge("p", 1000, A), there("a", "2024-06-30", 400, 500, A)]
    later = gap(gaps([*sent, back("b", "2024-09-01", 100, A)], forces=FORCE), "pledged", "deployed", A)
    assert later.held is not None
    assert (later.held.low, later.held.high, later.held.records) == (300, 400, ("a", "b"))
    same = gap(gaps([*sent, back("b", "2024-06-30", 100, A)], forces=FORCE), "pledged", "deployed", A)
    assert same.held is not None
    assert (same.held.low, same.held.high) == (300, 500)
    before = gap(gaps([*sent, back("b", "2024-01-30", 100, A)], forces=FORCE), "pledged", "deployed", A)
    assert before.held is not None
    assert (before.held.low, before.held.high, before.held.records) == (400, 500, ("a",))
    all_gone = gap(gaps([*sent, back("b", "2024-09-01", 600, A)], forces=FORCE), "pledged", "deployed", A)
    assert all_gone.held is not None
    assert (all_gone.held.low, all_gone.held.high) == (0, 0)


def test_what_is_required_by_a_later_day_counts_from_its_publication() -> None:
    planned = gave(
        "n", "2026-10-01", 5500, 5500, "total", actor="Force", stage="required", scope="Force", published="2026-03-21"
    )
    records = [planned, there("w", "2025-12-01", 980, 980, "Force")]
    assert gap(gaps(records, date(2026, 4, 1), forces=FORCE), "needed", "deployed").words == "4,520 short"
    assert not [row for row in gaps(records, date(2026, 3, 1), forces=FORCE) if row.wanted_as == "needed"]


def test_units_scopes_and_missions_are_never_one_gap() -> None:
    trucks = gave("t", "2024-01-01", 30, 30, "total", stage="pledged", kind="equipment", unit="trucks", actor=A, scope="Force")
    others = [there("w", "2024-06-30", 600, 600, "Force"), gave("o", "2024-01-01", 9, 9, "total", actor=A, scope="other")]
    found = gaps([need("n", "2024-01-01", 2500, 2500), trucks, *others], forces=FORCE)
    assert gap(found, "needed", "deployed").words == "1,900 short"
    assert {(row.scope, row.unit) for row in found} == {("Force", "personnel"), ("Force", "trucks"), ("other", "personnel")}
    assert [row.words for row in found if row.scope == "other"] == ["cannot tell"]


def test_contributors_have_a_row_for_each_scope_and_unit_and_nothing_is_added() -> None:
    records = [pledge("a", 1000, A), there("b", "2024-06-30", 400, 400, A), back("c", "2024-09-01", 100, A)]
    records += [gave("d", "2024-01-01", 20, 20, "total", kind="equipment", unit="trucks", actor=A, scope="Force")]
    records += [gave("e", "2024-01-01", 1e6, 1e6, "total", kind="equipment", currency="USD", actor=A, scope="Force")]
    trucks, people = contributors(records)
    assert trucks.deployed is not None
    assert people.pledged is not None
    assert people.deployed is not None
    assert people.withdrawn is not None
    assert (trucks.unit, trucks.deployed.low, people.unit) == ("trucks", 20, "personnel")
    assert (people.pledged.low, people.deployed.low, people.withdrawn.low) == (1000, 300, 100)
    assert people.deployed.records == ("b", "c")
    assert (people.approved, people.declined) == (None, None)


def test_steps_say_what_a_day_changed_and_by_which_records() -> None:
    found = steps([there("a", "2024-06-25", 200, 200, A, "increment"), there("b", "2024-07-16", 200, 200, A, "increment")])
    assert [(str(step.date), step.change, step.by, step.records) for step in found] == [
        ("2024-06-25", "first record: 200", ("a",), ("a",)),
        ("2024-07-16", "200 -> 400", ("b",), ("a", "b")),
    ]
    assert len(steps([there("a", "2024-06-25", 200, 200, A), there("b", "2024-07-16", 9, 9, A)], date(2024, 7, 15))) == 1
    told = steps([there("a", "2024-06-25", 200, 200, A), there("b", "2024-06-26", 200, 200, A)])
    assert told[-1].change == "200 told again"


def test_money_keeps_stages_currencies_forms_and_rates_apart() -> None:
    def paid(
        name: str, amount: float, stage: Stage, currency: str, scope: str, actor: str = A, kind: Kind = "funds"
    ) -> Commitment:
        return gave(
            name, "2024-01-01", amount, amount, "total", stage=stage, currency=currency, scope=scope, actor=actor, kind=kind
        )

    rows = money(
        [
            paid("a", 10, "pledged", "USD", "Force"),
            paid("b", 9, "approved", "USD", "Force"),
            paid("c", 8, "disbursed", "USD", "Force"),
            paid("d", 7, "declined", "USD", "Force"),
            paid("e", 6, "pledged", "CAD", "Force"),
            paid("f", 5, "disbursed", "USD", "The fund"),
            paid("g", 4, "disbursed", "USD", "The fund", "The fund"),
            paid("h", 3, "disbursed", "USD", "The fund, paid out", "The fund"),
            paid("i", 2, "pledged", "USD", "Force, in kind"),
            paid("j", 1, "deployed", "USD", "Force", kind="equipment"),
        ],
        funds=("The fund",),
    )
    told = {}
    for row in rows:
        sums = {name: getattr(row, name) for name in row.__struct_fields__[8:]}
        told[row.scope, row.actor, row.form, row.currency] = {name: one.low for name, one in sums.items() if one}
    assert told == {
        ("Force", A, "cash", "USD"): {"pledged": 10, "committed": 9, "disbursed": 8, "frozen": 7},
        ("Force", A, "cash", "CAD"): {"pledged": 6},
        ("The fund", A, "cash", "USD"): {"received": 5},
        ("The fund", "The fund", "cash", "USD"): {"received": 4},
        ("The fund, paid out", "The fund", "cash", "USD"): {"disbursed": 3},
        ("Force, in kind", A, "kind", "USD"): {"pledged": 2},
        ("Force", A, "kind", "USD"): {"delivered": 1},
    }


def test_scopes_and_actors_are_chosen_by_name_with_a_star_for_any_letters() -> None:
    records = [pledge("a", 1, "Avaria;Borduria"), pledge("b", 1, "Avaria [old]"), pledge("c", 1, "Cordonia")]
    assert [record.id for record in chosen(records, actor="avaria")] == ["a"]
    assert [record.id for record in chosen(records, actor="avaria*")] == ["a", "b"]
    assert [record.id for record in chosen(records, actor="Avaria [old]")] == ["b"]
    assert [record.id for record in chosen(records, scope="f*", kind="personnel")] == ["a", "b", "c"]
    assert not chosen(records, kind="funds")


@st.composite
def forces(draw: st.DrawFn) -> list[Commitment]:
    return [
        gave(
            f"R{place:02d}",
            draw(st.sampled_from(["2024-01-01", "2024-01-20", "2024-03-01", ""])),
            *draw(intervals()),
            draw(st.sampled_from(["total", "part", "increment"])),
            stage=draw(st.sampled_from(["required", "pledged", "deployed", "withdrawn"])),
            actor=draw(st.sampled_from(["Force", A, B, "Avaria;Borduria"])),
            kind="personnel",
            scope=draw(st.sampled_from(["Force", "other"])),
            flags=draw(st.sampled_from([(), (), ("rotation",), ("approximate",), ("planned",)])),
        )
        for place in range(draw(st.integers(0, 12)))
    ]


DAYS = st.none() | st.sampled_from([date(2024, 1, 1), date(2024, 2, 1)])
DISPUTES = st.lists(st.sets(st.sampled_from([f"R{place:02d}" for place in range(12)]), min_size=2, max_size=4), max_size=3)


@PROPERTY
@given(forces(), DAYS, DISPUTES, st.integers())
def test_no_view_depends_on_the_order_of_arrival(
    records: list[Commitment], on: date | None, sets: list[set[str]], seed: int
) -> None:
    known = {record.id for record in records}
    disputes = [dispute(*sorted(names)) for names in sets if names <= known]
    shuffled, turned = Random(seed).sample(records, len(records)), disputes[::-1]
    assert steps(shuffled, on) == steps(records, on)
    assert contributors(shuffled, on, turned) == contributors(records, on, disputes)
    assert gaps(shuffled, on, turned, forces=FORCE) == gaps(records, on, disputes, forces=FORCE)
    paid = [gave(record.id, "2024-01-01", 1, 2, kind="funds", currency="USD", stage=record.stage) for record in records]
    assert money(paid[::-1], on, turned) == money(paid, on, disputes)


@PROPERTY
@given(forces(), DAYS)
def test_every_number_of_a_gap_has_records_and_its_interval_is_true(records: list[Commitment], on: date | None) -> None:
    ids = {record.id for record in records}
    for row in gaps(records, on, forces=FORCE):
        sides = [side for side in (row.wanted, row.held) if side]
        assert all(side.records and set(side.records) <= ids for side in sides)
        assert row.low is None or row.high is None or row.low <= row.high
        assert (row.low, row.high) == (None, None) or len(sides) == 2
        assert all(side.high is None for side in sides if side.how != "counted")


@PROPERTY
@given(intervals(), intervals(), st.integers(0, 50), st.integers(0, 50))
def test_a_gap_holds_the_difference_of_every_pair_that_its_sides_hold(
    wanted: Interval, held: Interval, want: int, have: int
) -> None:
    def inside(value: int, bounds: Interval) -> bool:
        return (bounds.low is None or bounds.low <= value) and (bounds.high is None or value <= bounds.high)

    sides = [Level(low=each.low, high=each.high, date=None, records=()) for each in (wanted, held)]
    if inside(want, wanted) and inside(have, held):
        assert inside(want - have, difference(*sides))


def test_those_deployed_are_less_those_withdrawn_since() -> None:
    records = [
        there("a", "2024-01-10", 1000, 1000, A),
        gave("b", "2024-03-01", 200, 300, "increment", actor=A, scope="Force", stage="withdrawn"),
    ]
    (row,) = contributors(records)
    assert row.deployed
    assert (row.deployed.low, row.deployed.high, row.deployed.records) == (700, 800, ("a", "b"))
    (before,) = contributors(records, date(2024, 2, 1))
    assert before.deployed
    assert (before.deployed.low, before.deployed.high) == (1000, 1000)
    (counted,) = contributors([*records, there("c", "2024-04-01", 750, 750, A)])
    assert counted.deployed
    assert (counted.deployed.low, counted.deployed.high) == (750, 750)
