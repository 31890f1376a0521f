"""Findings on single series: the change, the sentence, the checks, and never a cause."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from msgspec.structs import replace

from muster.assess import assess
from muster.errors import EstimateError
from muster.panel import PANEL, Panel
from muster.records import DataFile, Finding, Mission, Outcome, Start

SIGNATURE = Start(name="signature", date=date(2024, 3, 1))
ARRIVAL = Start(name="first arrival", date=date(2024, 6, 25))
FILE = DataFile(name="outcomes", path="", source="figures", title="", provider="", licence="", vintage="", sha256="0" * 64)
KILLED = Outcome(
    id="killed", name="People killed", domain="security", unit="persons", better="lower", period="quarter", treated=("HTI",)
)
CAUSAL = re.compile(r"\b(caus\w*|effect|because|due to|thanks to|led to|reduc\w*|worsened|improved)\b")

Cell = tuple[date, date, float | None]


def quarters(first: str, values: Sequence[float | None]) -> list[Cell]:
    """Values of consecutive quarters from one such as ``2023Q1``."""
    start = int(first[:4]) * 4 + int(first[5]) - 1
    firsts = [date((start + step) // 4, (start + step) % 4 * 3 + 1, 1) for step in range(len(values) + 1)]
    return [(firsts[step], firsts[step + 1] - timedelta(days=1), value) for step, value in enumerate(values)]


def panel(outcome: Outcome, cells: Mapping[str, Sequence[Cell]], **columns: Sequence[float | None]) -> Panel:
    """A panel with one figure a cell, named after its place and row."""
    rows: list[dict[str, Any]] = [
        {"place": place, "period_start": first, "period_end": last, "value": value, "low": value, "high": value, "n": 1}
        | {"evidence": [f"{place}-{row}"] if value is not None else []}
        for place, series in cells.items()
        for row, (first, last, value) in enumerate(series)
    ]
    for name, values in columns.items():
        rows = [row | {name: value} for row, value in zip(rows, values, strict=True)]
    return Panel(outcome, pa.Table.from_pylist(rows, schema=PANEL), {}, (FILE,), None)


def mission(*outcomes: Outcome, starts: tuple[Start, ...] = (ARRIVAL,), alpha: float = 0.1) -> Mission:
    return Mission(
        id="m",
        title="",
        short="",
        place="HTI",
        force=(),
        funds=(),
        lead="",
        starts=starts,
        outcomes=outcomes,
        alpha=alpha,
    )


def finding(
    outcome: Outcome, cells: Sequence[Cell], *, starts: tuple[Start, ...] = (ARRIVAL,), **columns: Sequence[float | None]
) -> Finding:
    return assess(mission(outcome, starts=starts), {outcome.id: panel(outcome, {"HTI": cells}, **columns)}, None)[0]


def check(found: Finding, name: str) -> tuple[str, str]:
    return next((check.verdict, check.reason) for check in found.checks if check.name == name)


KILLED_CELLS = quarters("2023Q1", [846, None, None, 1104, 1660, 945, 1223, 1732, 1617, 1520, 1247, 1523])
KIDNAPPED_CELLS = quarters("2023Q1", [395, 298, 585, 693, 438, 428, 170, 431, 161, 185, 145])


def test_the_sentence_gives_levels_unit_periods_and_the_start() -> None:
    found = finding(KILLED, KILLED_CELLS)
    assert found.change_text == (
        "People killed: a quarterly average of 1,203 persons in the three quarters with figures before the first arrival on "
        "25 June 2024 (January 2023 to March 2024), 1,477 in the six after it (July 2024 to December 2025)."
    )


def test_sides_that_overlap_are_no_clear_change_and_the_cause_cannot_be_told() -> None:
    found = finding(KILLED, KILLED_CELLS)
    assert (found.change, found.verdict) == ("no clear change", "cannot tell")
    assert "without another to compare it with" in found.reason
    assert check(found, "comparison")[0] == "fail"
    assert check(found, "size of the change")[0] == "fail"
    assert "In 13 of 18 pairs" in check(found, "size of the change")[1]
    assert (found.estimate, found.p_value, found.interval) == (None, None, None)


def test_a_clear_fall_is_better_where_lower_is_better_and_worse_where_higher_is() -> None:
    found = finding(KILLED, KIDNAPPED_CELLS)
    assert (found.change, found.verdict) == ("better", "cannot tell")
    assert check(found, "size of the change")[0] == "pass"
    assert finding(replace(KILLED, better="higher"), KIDNAPPED_CELLS).change == "worse"


def test_good_and_bad_news_get_the_same_checks() -> None:
    def mirrored(cells: Sequence[Cell]) -> list[Cell]:
        return [(first, last, None if value is None else 2000 - value) for first, last, value in cells]

    turn = {"better": "worse", "worse": "better", "no clear change": "no clear change"}
    for cells in (KILLED_CELLS, KIDNAPPED_CELLS):
        plain, turned = (finding(KILLED, series, starts=(SIGNATURE, ARRIVAL)) for series in (cells, mirrored(cells)))
        assert turned.change == turn[plain.change]
        assert [(check.name, check.verdict) for check in turned.checks] == [
            (check.name, check.verdict) for check in plain.checks
        ]


def test_the_period_of_the_start_counts_on_neither_side() -> None:
    wild = [(first, last, 99999 if first == date(2024, 4, 1) else value) for first, last, value in KIDNAPPED_CELLS]
    plain, found = finding(KILLED, KIDNAPPED_CELLS), finding(KILLED, wild)
    assert (found.change_text, found.change, found.evidence) == (plain.change_text, plain.change, plain.evidence)
    assert "HTI-5" not in found.evidence
    assert "The start falls inside April to June 2024, which counts on neither side." in check(found, "figures")[1]
    first_day, last_day = (
        finding(KILLED, KIDNAPPED_CELLS, starts=(Start(name="first arrival", date=day),))
        for day in (date(2024, 4, 1), date(2024, 6, 30))
    )
    assert "in the six after it (April 2024 to September 2025)" in first_day.change_text
    assert "(January 2023 to March 2024), 218 in the five" in last_day.change_text


def test_evidence_lists_the_figures_used_in_order_of_time() -> None:
    found = finding(KILLED, KILLED_CELLS)
    assert found.evidence == ("HTI-0", "HTI-3", "HTI-4", *(f"HTI-{row}" for row in range(6, 12)))
    assert check(found, "gaps") == ("fail", "Without a figure between the first and the last compared: two quarters.")


def test_figures_at_irregular_times_are_quoted_and_not_averaged() -> None:
    displaced = replace(KILLED, id="displaced", name="People displaced", period="as published")
    rounds = {
        date(2022, 6, 1): 113582,
        date(2023, 6, 1): 200000,
        date(2023, 12, 1): 310000,
        date(2024, 3, 1): 362551,
        date(2024, 6, 1): 578074,
        date(2024, 9, 1): 702973,
        date(2024, 12, 1): 1041000,
        date(2025, 6, 1): 1287593,
        date(2025, 10, 1): 1412199,
        date(2026, 2, 1): 1450000,
    }
    found = finding(displaced, [(day, day + timedelta(days=14), value) for day, value in rounds.items()])
    assert found.change == "worse"
    assert found.change_text == (
        "People displaced: 578,074 persons in the last figure before the first arrival on 25 June 2024 (June 2024), "
        "1,450,000 in the latest (February 2026)."
    )
    assert check(found, "earlier trend")[0] == "fail"
    assert check(found, "gaps")[0] == "not possible"


def test_before_the_first_later_figure_the_change_has_no_data_yet() -> None:
    found = finding(KILLED, KILLED_CELLS[:5])
    assert (found.change, found.verdict) == ("no data", "cannot tell")
    assert found.reason == "No figure for a period after the start is known yet."
    assert found.change_text == (
        "People killed: no figure for a period after the first arrival on 25 June 2024; "
        "the latest is 1,660 persons (January to March 2024)."
    )
    assert found.evidence == ("HTI-4",)


def test_figures_from_after_the_start_only_show_no_change() -> None:
    found = finding(KILLED, KILLED_CELLS[6:])
    assert (found.change, found.reason) == ("no data", "No figure for a period before the start is known.")
    assert "the latest is 1,523 persons (October to December 2025)" in found.change_text


def test_without_a_panel_or_a_figure_the_finding_says_why() -> None:
    missing = replace(KILLED, missing="Nobody counts them.")
    empty = panel(KILLED, {"HTI": []})
    for outcome, panels, as_of, reason in (
        (missing, {}, None, "Nobody counts them."),
        (KILLED, {}, date(2024, 6, 30), "No figure is known by 30 June 2024."),
        (KILLED, {"killed": empty}, date(2024, 6, 30), "No figure was published by 30 June 2024."),
        (KILLED, {"killed": empty}, None, "The data hold no figure."),
    ):
        found = assess(mission(outcome), panels, as_of)[0]
        assert (found.change, found.verdict, found.reason, found.evidence) == ("no data", "cannot tell", reason, ())


def test_a_start_after_the_date_is_not_known() -> None:
    panels = {"killed": panel(KILLED, {"HTI": KIDNAPPED_CELLS[:5]})}
    both = mission(KILLED, starts=(ARRIVAL, SIGNATURE))
    assert "the signature on 1 March 2024" in assess(both, panels, date(2024, 6, 24))[0].change_text
    assert "the first arrival on 25 June 2024" in assess(both, panels, date(2024, 6, 25))[0].change_text
    none = assess(both, panels, date(2024, 2, 29))[0]
    assert (none.change, none.reason) == ("no data", "No start of the mission is known by 29 February 2024.")


def test_other_starts_that_change_the_answer_are_told() -> None:
    early = Start(name="announcement", date=date(2023, 7, 29))
    same = finding(KILLED, KILLED_CELLS, starts=(early, SIGNATURE, ARRIVAL))
    assert check(same, "change at other starts")[0] == "pass"
    other = finding(KILLED, KIDNAPPED_CELLS, starts=(early, ARRIVAL))
    assert other.change == "better"
    assert check(other, "change at other starts") == ("fail", "From the announcement on 29 July 2023: no clear change.")
    assert check(finding(KILLED, KILLED_CELLS), "change at other starts")[0] == "not possible"


def test_a_fall_from_a_peak_is_marked_as_one_that_can_be_a_return() -> None:
    peak = finding(KILLED, quarters("2023Q1", [100, 110, 105, 120, 400, 300, 90, 95, 80, 85]))
    assert peak.change == "better"
    assert check(peak, "start at an extreme")[0] == "fail"
    assert check(finding(KILLED, KIDNAPPED_CELLS), "start at an extreme")[0] == "pass"


def test_too_few_figures_are_no_clear_change_however_far_apart() -> None:
    found = finding(KILLED, quarters("2023Q3", [1, 2, 3, 50, 900, 950]))
    assert found.change == "no clear change"
    assert check(found, "figures")[0] == "fail"
    assert "in 20 percent of random orders" in check(found, "figures")[1]


def test_a_window_as_long_as_the_time_after_but_at_least_a_year_and_five_figures() -> None:
    found = finding(KILLED, quarters("2018Q1", [*range(1, 26), 500, *range(100, 109)]))
    assert (
        "in the eight quarters with figures before the first arrival on 25 June 2024 (April 2022 to March 2024)"
        in found.change_text
    )
    assert "Older figures left out: 17." in check(found, "figures")[1]
    yearly = replace(KILLED, period="year")
    years = [(date(year, 1, 1), date(year, 12, 31), float(year)) for year in range(2010, 2027)]
    assert "in the five years with figures" in finding(yearly, years).change_text
    assert "(2019 to 2023), 2,026 in the two after it (2025 to 2026)." in finding(yearly, years).change_text


def test_bounds_and_ranges_are_told_with_the_level() -> None:
    values = [cell[2] for cell in KIDNAPPED_CELLS]
    minimum = finding(KILLED, KIDNAPPED_CELLS, high=[None] * len(values))
    assert "a quarterly average of at least 482 persons" in minimum.change_text
    assert ", at least 218 in the five" in minimum.change_text
    most = finding(KILLED, KIDNAPPED_CELLS, low=[None] * len(values))
    assert "a quarterly average of at most 482 persons" in most.change_text
    wide = finding(KILLED, KIDNAPPED_CELLS, low=[0.0] * len(values), high=[1000.0] * len(values))
    assert "a quarterly average of 482 (0 to 1,000) persons" in wide.change_text
    assert wide.change == "no clear change"


def test_levels_below_zero_and_index_units_are_readable() -> None:
    growth = replace(KILLED, name="Growth", unit="percent", better="higher", period="year")
    years = [(date(year, 1, 1), date(year, 12, 31), -1.9) for year in (2022, 2023, 2025)]
    assert finding(growth, years).change_text.startswith("Growth: a yearly average of −1.9 percent in the two years")
    index = replace(KILLED, name="Prices", unit="index 2017-18 = 100")
    assert "average of 482 (index 2017-18 = 100) in" in finding(index, KIDNAPPED_CELLS).change_text


def test_events_of_several_treated_places_are_added() -> None:
    events = replace(KILLED, treated=("HT01", "HT05"), measure="events", unit="events")
    cells = {
        "HT01": quarters("2023Q1", [1.0] * 12),
        "HT05": quarters("2023Q1", [2.0] * 12),
        "HT09": quarters("2023Q1", [50.0] * 12),
    }
    found = assess(mission(events), {"killed": panel(events, cells)}, None)[0]
    assert "average of 3 events in the five quarters" in found.change_text


def test_published_figures_of_several_places_are_an_error() -> None:
    two = replace(KILLED, treated=("HT01", "HT05"))
    cells = dict.fromkeys(two.treated, KIDNAPPED_CELLS)
    with pytest.raises(EstimateError, match="outcome killed, field treated: published figures of 2 treated places"):
        assess(mission(two), {"killed": panel(two, cells)}, None)


def test_findings_come_in_plan_order_and_are_the_same_every_time() -> None:
    plan = mission(replace(KILLED, id="b"), replace(KILLED, id="a"), KILLED, starts=(SIGNATURE, ARRIVAL))
    panels = {id: panel(KILLED, {"HTI": KIDNAPPED_CELLS}) for id in ("killed", "b")}
    found = assess(plan, panels, None)
    assert [one.outcome.id for one in found] == ["b", "a", "killed"]
    assert found == assess(plan, dict(reversed(panels.items())), None)


@pytest.mark.parametrize("cells", [KILLED_CELLS, KIDNAPPED_CELLS, KILLED_CELLS[:5], KILLED_CELLS[6:]])
def test_no_word_of_cause_about_a_single_series(cells: Sequence[Cell]) -> None:
    found = finding(KILLED, cells, starts=(SIGNATURE, ARRIVAL))
    told = [found.change_text, found.reason, *(check.reason for check in found.checks)]
    assert not [words for words in told if CAUSAL.search(words)]
    assert all("\n" not in words for words in told)
