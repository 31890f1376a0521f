"""The state of commitments on a day, on cases from the Haiti mission."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.ledger import Cell, state, timeline
from muster.ledger.intervals import Interval, span
from muster.records import Basis, Citation, Commitment, Kind, Stage

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=120)


def gave(
    name: str,
    day: str,
    low: float | None,
    high: float | None,
    basis: Basis | None = "increment",
    *,
    actor: str = "Kenya",
    kind: Kind = "personnel",
    stage: Stage = "deployed",
    unit: str | None = "police",
    currency: str | None = None,
    since: str = "",
    scope: str = "MSS",
    mission: str = "Haiti",
    page: str = "",
    published: str = "",
    attributed_to: str | None = None,
    flags: tuple[str, ...] = (),
) -> Commitment:
    return Commitment(
        id=name,
        actor=actor,
        kind=kind,
        stage=stage,
        citation=Citation(address=page or f"https://example.org/{name}", published=published),
        mission=mission,
        amount_low=low,
        amount_high=high,
        unit=None if currency else unit,
        currency=currency,
        basis=basis,
        scope=scope,
        date_from=date.fromisoformat(since or day) if day else None,
        date_to=date.fromisoformat(day) if day else None,
        attributed_to=attributed_to,
        flags=flags,
    )


# the Kenyan contingent as the sources tell it; ids as in the collected facts
KENYA = (
    gave("F052", "2024-06-25", 200, 200),
    gave("F053", "2024-06-25", 200, 200),
    gave("F054", "2024-06-25", 400, 400),
    gave("F057", "2024-07-16", 200, 200),
    gave("F058", "2024-07-16", 600, 600, "total"),
    gave("F139", "2024-09-26", 382, 382, "total"),
    gave("F091", "2025-01-18", 217, 217),
    gave("F225", "2025-02-05", 617, 617, "total"),
    gave("F105", "2025-02-06", 144, 144),
    gave("F106", "2025-02-06", 200, 200),
    gave("F150", "2025-02-06", 168, 168),
    gave("F107", "2025-02-06", 744, 744, "total"),
    gave("F112", "2025-05-13", 800, None, "total"),
    gave("F119", "2025-12-08", 230, 230, flags=("rotation",)),
    gave("F180", "2025-12-09", 700, 700, "total"),
)


def one(records: Sequence[Commitment], on: str = "") -> Cell:
    (cell,) = state(records, date.fromisoformat(on) if on else None)
    return cell


def level(records: Sequence[Commitment], on: str = "") -> tuple[float | None, float | None]:
    cell = one(records, on)
    return cell.low, cell.high


@pytest.mark.parametrize(
    ("on", "low", "high", "records"),
    [
        ("2024-06-25", 200, 400, ["F052", "F053", "F054"]),
        ("2024-07-15", 200, 400, ["F052", "F053", "F054"]),
        ("2024-07-16", 400, 600, ["F052", "F053", "F054", "F057", "F058"]),
        ("2024-09-26", 382, 382, ["F139"]),
        ("2025-01-18", 599, 599, ["F091", "F139"]),
        ("2025-02-05", 617, 617, ["F225"]),
        ("2025-02-06", 744, 817, ["F105", "F106", "F107", "F150", "F225"]),
        ("2025-05-13", 800, None, ["F112"]),
        ("2026-01-01", 700, 700, ["F180"]),
    ],
)
def test_the_kenyan_contingent_day_by_day(on: str, low: float, high: float | None, records: list[str]) -> None:
    cell = one(KENYA, on)
    assert (cell.low, cell.high, list(cell.records)) == (low, high, records)
    assert (cell.actor, cell.unit, cell.currency, cell.mission) == ("Kenya", "personnel", None, "Haiti")


def test_before_the_first_record_there_is_no_cell() -> None:
    assert state(KENYA, date(2024, 6, 24)) == ()


def test_every_record_of_a_cell_is_accounted_for_with_a_reason() -> None:
    cell = one(KENYA, "2025-12-08")
    assert sorted([*cell.records, *(name for name, _ in cell.left_out)]) == sorted(record.id for record in KENYA)
    reasons = dict(cell.left_out)
    assert reasons["F119"].startswith("rotation")
    assert reasons["F139"] == "covered by a total of the same or a later day"
    assert reasons["F180"] == "dated later"
    assert cell.date == date(2025, 5, 13)


def test_the_timeline_is_the_state_after_every_day_that_changed_it() -> None:
    steps = timeline(KENYA)
    assert [(str(cell.date), cell.low, cell.high) for cell in steps] == [
        ("2024-06-25", 200, 400),
        ("2024-07-16", 400, 600),
        ("2024-09-26", 382, 382),
        ("2025-01-18", 599, 599),
        ("2025-02-05", 617, 617),
        ("2025-02-06", 744, 817),
        ("2025-05-13", 800, None),
        ("2025-12-09", 700, 700),
    ]
    for cell in steps:
        there = one(KENYA, str(cell.date))
        assert (there.low, there.high, there.records) == (cell.low, cell.high, cell.records)


def test_totals_of_one_day_span_a_range_and_a_bound_outside_it_opens_it() -> None:
    # mission strength on 4 February 2025: 859, more than 900, about 800, nearly 900
    mission = [
        gave("F093", "2025-02-04", 859, 859, "total"),
        gave("F095", "2025-02-04", 800, 800, "total"),
        gave("F096", "2025-02-04", None, 900, "total"),
    ]
    assert level(mission) == (800, 859)
    assert level([*mission, gave("F094", "2025-02-04", 900, None, "total")]) == (800, None)


def test_flights_of_two_days_add_up_and_two_tellings_of_one_do_not() -> None:
    # Guatemala: 75 on the first flight, 75 or 77 on the second
    flights = [
        gave("F087", "2025-01-03", 75, 75, unit="military_police"),
        gave("F089", "2025-01-04", 75, 75, unit="military_police"),
        gave("F090", "2025-01-04", 77, 77, unit="troops"),
    ]
    assert level(flights) == (150, 152)
    assert level(flights, "2025-01-03") == (75, 75)


def test_one_voice_with_two_increments_on_a_day_may_tell_of_one_event_or_two() -> None:
    drawdowns = [
        gave("a", "2024-05-04", 10, 10, page="one", unit="trucks"),
        gave("b", "2024-05-04", 60, 60, page="one", unit="trucks"),
    ]
    assert level(drawdowns) == (10, 70)
    assert level([*drawdowns, gave("c", "2024-05-04", 70, 70, unit="trucks")]) == (10, 70)
    voices = [
        gave("a", "2024-06-25", 200, 200, page="one", attributed_to="the police"),
        gave("b", "2024-06-25", 400, 400, page="one", attributed_to="the union"),
    ]
    assert level(voices) == (200, 400)


def test_an_increment_with_its_new_total_and_nothing_before_is_the_total() -> None:
    # an additional 100 million, which brings the pledge to 300 million
    pledge = [
        gave("a", "2024-03-11", 1e8, 1e8, kind="funds", stage="pledged", currency="USD"),
        gave("b", "2024-03-11", 3e8, 3e8, "total", kind="funds", stage="pledged", currency="USD"),
    ]
    assert level(pledge) == (3e8, 3e8)
    before = gave("c", "2023-10-02", 2e8, 2e8, "total", kind="funds", stage="pledged", currency="USD")
    assert level([*pledge, before]) == (3e8, 3e8)
    assert one([*pledge, before]).records == ("a", "b", "c")


def test_a_part_is_a_lower_bound_until_a_total_is_known_and_is_never_added() -> None:
    # what Canada paid into the trust fund: 8.7 and 45 million as parts of the fund, then 63 million in all
    parts = [
        gave("F188", "2024-04-26", 8.7e6, 8.7e6, "part", kind="funds", stage="disbursed", currency="USD"),
        gave("F201", "2024-09-16", 45e6, 45e6, "part", kind="funds", stage="disbursed", currency="USD"),
        gave("F199", "2025-02-04", 63e6, 63e6, "total", kind="funds", stage="disbursed", currency="USD"),
        gave("late", "2025-03-01", 99e6, 99e6, "part", kind="funds", stage="disbursed", currency="USD"),
    ]
    assert level(parts, "2024-05-01") == (8.7e6, None)
    assert level(parts, "2024-09-16") == (45e6, None)
    assert one(parts, "2024-09-16").left_out[0] == ("F188", "a part of a larger whole")
    assert level(parts) == (63e6, 63e6)
    assert one(parts).records == ("F199",)
    assert level(
        [*parts[::-1][2:], gave("small", "2024-10-01", 1e6, 1e6, "part", kind="funds", stage="disbursed", currency="USD")]
    ) == (
        45e6,
        None,
    )


def test_a_part_above_the_increments_opens_their_range_and_one_within_does_not() -> None:
    landed = gave("a", "2024-06-25", 200, 200)
    assert level([landed, gave("b", "2024-06-24", 400, 400, "part")]) == (200, None)
    assert one([landed, gave("b", "2024-06-24", 400, 400, "part")]).records == ("a", "b")
    assert level([landed, gave("b", "2024-06-24", 150, 150, "part")]) == (200, 200)
    assert level([gave("a", "2024-06-25", 200, None), gave("b", "2024-06-24", 400, 400, "part")]) == (200, None)
    assert level([gave("c", "2024-06-25", None, 100, "part")]) == (None, None)


def test_bounds_stay_bounds_when_increments_come_on_top() -> None:
    assert level([gave("a", "2024-01-01", 900, None, "total"), gave("b", "2024-01-02", 70, 70)]) == (970, None)
    assert level([gave("a", "2024-01-01", None, 900, "total"), gave("b", "2024-01-02", 70, 80)]) == (None, 980)
    assert level([gave("a", "2024-01-01", 100, 100, "total"), gave("b", "2024-01-02", 10, None)]) == (110, None)


def test_a_total_dated_to_a_month_does_not_replace_one_of_a_day_in_it() -> None:
    # Kenya offered 1,000 on 29 July 2023; one outlet prints 10,000 and July only
    july = gave("F004", "2023-07-31", 10_000, 10_000, "total", stage="pledged", since="2023-07-01")
    offer = gave("F003", "2023-07-29", 1000, 1000, "total", stage="pledged")
    assert level([july, offer]) == (1000, 10_000)
    assert one([july, offer]).records == ("F003", "F004")
    assert level([july, gave("F003", "2023-06-30", 1000, 1000, "total", stage="pledged")]) == (10_000, 10_000)
    assert level([july, offer, gave("b", "2023-07-31", 1500, 1500, "total", stage="pledged")]) == (1500, 10_000)
    assert level([july, offer, gave("b", "2023-08-01", 1500, 1500, "total", stage="pledged")]) == (1500, 1500)


def test_an_increment_dated_to_a_month_may_be_inside_a_total_of_that_month() -> None:
    strength = gave("a", "2024-07-16", 400, 400, "total")
    assert level([strength, gave("b", "2024-07-31", 200, 200, since="2024-07-01")]) == (400, 600)
    assert level([strength, gave("b", "2024-07-31", 200, 200, since="2024-07-20")]) == (600, 600)


def test_a_record_without_an_amount_makes_a_cell_of_its_own_only() -> None:
    refusal = gave("F209", "2024-03-18", None, None, None, actor="Chad", stage="pledged", unit=None)
    cell = one([refusal])
    assert (cell.low, cell.high, cell.records, cell.unit, cell.date) == (None, None, ("F209",), "personnel", date(2024, 3, 18))
    offer = gave("F125", "2025-12-09", 1500, 1500, "total", actor="Chad", stage="pledged", unit="troops")
    assert one([refusal, offer]).records == ("F125",)
    assert one([refusal, offer]).left_out == (("F209", "no amount"),)


def test_a_doubtful_record_sets_nothing_and_is_accounted_for() -> None:
    cell = one([gave("F003", "2023-07-29", 1000, 1000), gave("F004", "2023-08-29", 10000, 10000, flags=("doubtful",))])
    assert (cell.low, cell.high, cell.records) == (1000, 1000, ("F003",))
    assert dict(cell.left_out)["F004"].startswith("doubtful")


def test_a_cell_of_rotations_only_says_so() -> None:
    cell = one([gave("F148", "2025-04-16", 21, 21, flags=("rotation", "list"))])
    assert (cell.low, cell.high, cell.records, cell.date) == (None, None, (), None)
    assert cell.left_out[0][1].startswith("rotation")


@pytest.mark.parametrize(
    "other",
    [
        gave("b", "2024-06-26", 5, 5, scope="trust fund"),
        gave("b", "2024-06-26", 5, 5, stage="deploying"),
        gave("b", "2024-06-26", 5, 5, actor="Jamaica"),
        gave("b", "2024-06-26", 5, 5, kind="equipment"),
        gave("b", "2024-06-26", 5, 5, kind="funds", currency="USD"),
        gave("b", "2024-06-26", 5, 5, unit="countries"),
        gave("b", "2024-06-26", 5, 5, unit="percent_of_plan"),
        gave("b", "2024-06-26", 5, 5, mission="Mali"),
    ],
)
def test_nothing_is_added_across(other: Commitment) -> None:
    cells = state([gave("a", "2024-06-25", 200, 200), other])
    assert sorted((cell.low, cell.records) for cell in cells) == [(5, ("b",)), (200, ("a",))]


def test_people_of_all_services_are_one_unit() -> None:
    units = [
        "police",
        "troops",
        "personnel",
        "officers",
        "military_police",
        "soldiers",
        "gendarmes",
        "mixed",
        "uniformed",
        None,
    ]
    records = [gave(f"F{place}", f"2024-06-{place + 1:02d}", 10, 10, unit=unit) for place, unit in enumerate(units)]
    assert level(records) == (100, 100)


def test_a_day_is_the_records_own_before_its_publication() -> None:
    published = gave("a", "", 7, 7, published="2024-06")
    assert level([published], "2024-06-30") == (7, 7)
    assert state([published], date(2024, 6, 29)) == ()
    undated = gave("b", "", 3, 3)
    assert state([undated], date(2030, 1, 1)) == ()
    assert (one([undated]).low, one([undated]).date) == (3, None)
    assert one([undated, published]).low == 10  # undated ones come first, so that they replace nothing
    assert one([undated, published], "2024-07-01").left_out == (("b", "no date"),)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = draw(st.none() | st.integers(0, 50)), draw(st.none() | st.integers(0, 50))
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return Interval(low, high)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Commitment]:
    return [
        gave(
            f"R{place:02d}",
            draw(st.sampled_from(["2024-01-01", "2024-01-02", "2024-02-01", "2024-03-01", ""])),
            *draw(intervals()),
            draw(st.sampled_from(["total", "part", "increment", None])),
            stage=draw(st.sampled_from(["deployed", "pledged"])),
            page=draw(st.sampled_from(["one", "two"])),
            since=draw(st.sampled_from(["", "", "2024-01-01"])),
            flags=draw(st.sampled_from([(), (), ("rotation",)])),
        )
        for place in range(draw(st.integers(0, 12)))
    ]


days = st.none() | st.sampled_from(
    [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1), date(2025, 1, 1)]
)


@PROPERTY
@given(ledgers(), days, st.integers())
def test_order_of_arrival_does_not_matter(records: list[Commitment], on: date | None, seed: int) -> None:
    shuffled = Random(seed).sample(records, len(records))
    assert state(shuffled, on) == state(records, on)
    assert timeline(shuffled) == timeline(records)


@PROPERTY
@given(ledgers(), days)
def test_every_cell_is_a_true_interval_that_accounts_for_its_records(records: list[Commitment], on: date | None) -> None:
    for cell in state(records, on):
        assert cell.low is None or cell.high is None or cell.low <= cell.high
        named = [*cell.records, *(name for name, _ in cell.left_out)]
        assert sorted(named) == sorted(each.id for each in records if each.stage == cell.stage)


@PROPERTY
@given(ledgers())
def test_the_last_step_of_the_timeline_is_the_state(records: list[Commitment]) -> None:
    last = {cell.stage: cell for cell in timeline(records)}
    now = {cell.stage: cell for cell in state(records)}
    assert {name: (cell.low, cell.high, cell.records) for name, cell in last.items()} == {
        name: (cell.low, cell.high, cell.records) for name, cell in now.items()
    }


@PROPERTY
@given(ledgers(), st.integers(0, 400))
def test_more_increments_never_lower_the_level(records: list[Commitment], more: int) -> None:
    arrived = [each for each in records if each.basis == "increment" and each.stage == "deployed" and not each.flags]
    before = state(arrived)
    after = state([*arrived, gave("more", "2026-01-01", float(more), float(more))])
    if before and before[0].records and before[0].low is not None:
        assert after[0].low == before[0].low + more


@PROPERTY
@given(st.lists(intervals(), min_size=1, max_size=6))
def test_a_span_holds_every_closed_telling(tellings: list[Interval]) -> None:
    low, high = span(tellings)
    for each in tellings:
        if each.low is not None and each.high is not None:
            assert low is None or low <= each.low
            assert high is None or each.high <= high


@pytest.mark.parametrize(
    ("tellings", "spanned"),
    [
        ([(900, None), (1000, None)], (900, None)),
        ([(None, 900), (None, 1000)], (None, 1000)),
        ([(5000, None), (None, 7000)], (5000, 7000)),
        ([(110e6, None), (None, 100e6)], (None, None)),
        ([(None, 400), (500, 500), (600, None)], (None, None)),
        ([(1000, 2000), (1500, 3000), (1200, None)], (1000, 3000)),
    ],
)
def test_bounds_say_what_they_can(tellings: list[tuple[float | None, float | None]], spanned: tuple[float, float]) -> None:
    assert span([Interval(*pair) for pair in tellings]) == spanned
