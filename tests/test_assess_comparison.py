"""Findings with donor places: the estimate, the checks that gate it, and the verdict."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from muster.assess import assess
from muster.estimate import placebo_test
from muster.panel import PANEL, Panel
from muster.records import DataFile, Finding, Mission, Outcome, Start

Floats = NDArray[np.float64]

PLACES = tuple(f"HT{number:02d}" for number in range(12))
START = Start(name="first arrival", date=date(2024, 6, 25))
FILE = DataFile(name="events", path="", source="ucdp-ged", title="", provider="", licence="", vintage="", sha256="0" * 64)
EVENTS = Outcome(
    id="events",
    name="Violent events",
    domain="security",
    unit="events",
    better="lower",
    period="month",
    treated=PLACES[:1],
    donors=PLACES[1:],
    file="events",
    measure="events",
)
MONTHS = tuple(date(2022 + month // 12, month % 12 + 1, 1) for month in range(48))
PRE = MONTHS.index(date(2024, 6, 1))


def outcomes(effect: float = 0.0, seed: int = 1) -> Floats:
    """(48, 12): months by places on two common paths, with an effect on the first place from July 2024 on."""
    rng = np.random.default_rng(seed)
    values = 50 + 5 * rng.normal(size=(48, 2)) @ rng.uniform(size=(2, 12)) + rng.normal(size=(48, 12))
    values[:, 0] = values[:, 1:4].mean(axis=1) + rng.normal(size=48)
    values[PRE + 1 :, 0] += effect
    return np.asarray(values)


def panel(values: Floats, places: tuple[str, ...] = PLACES) -> Panel:
    ends = [*(first - timedelta(days=1) for first in MONTHS[1:]), date(2025, 12, 31)]
    rows = [
        {"place": place, "period_start": first, "period_end": last, "value": value, "low": value, "high": value, "n": 1}
        | {"evidence": ["events"]}
        for place, column in zip(places, values.T.tolist(), strict=True)
        for first, last, value in zip(MONTHS, ends, column, strict=True)
        if not np.isnan(value)
    ]
    return Panel(EVENTS, pa.Table.from_pylist(rows, schema=PANEL), {}, (FILE,), (MONTHS[0], ends[-1]))


def assessed(values: Floats, *outcomes: Outcome, starts: tuple[Start, ...] = (START,)) -> Finding:
    plans = outcomes or (EVENTS,)
    mission = Mission(id="m", title="", short="", place="HTI", force=(), funds=(), lead="", starts=starts, outcomes=plans)
    return assess(mission, {plans[0].id: panel(values)}, None)[0]


def answers(found: Finding) -> dict[str, str]:
    return {check.name: check.verdict for check in found.checks}


def reason(found: Finding, name: str) -> str:
    return next(check.reason for check in found.checks if check.name == name)


def test_a_large_fall_against_the_donors_is_an_improvement_where_lower_is_better() -> None:
    found = assessed(outcomes(-25))
    assert (found.change, found.verdict) == ("better", "improved")
    gates = ("comparison", "periods", "fit before", "inside donors", "smallest p")
    assert {answers(found)[name] for name in gates} == {"pass"}
    assert found.estimate == pytest.approx(-25, abs=2)
    assert found.p_value == found.smallest_p == 1 / 12
    assert "1 of 12 places" in found.reason
    assert "events below the weighted mix of comparison places" in found.reason
    assert found.evidence == ("events",)


def test_the_estimate_leaves_out_the_month_of_the_start() -> None:
    values = outcomes(-25)
    kept = np.delete(values, PRE, axis=0)
    direct = placebo_test(outcomes=kept, treated=0, pre=PRE)
    values[PRE] = 9999
    found = assessed(values)
    assert found.estimate == pytest.approx(direct.fit.att)
    assert found.p_value == direct.p_ratio


def test_the_mirror_image_worsened_with_the_same_numbers() -> None:
    good, bad = assessed(outcomes(-25)), assessed(100 - outcomes(-25))
    assert (bad.change, bad.verdict) == ("worse", "worsened")
    assert bad.estimate == pytest.approx(-(good.estimate or 0))
    assert (bad.p_value, answers(bad)) == (good.p_value, answers(good))
    assert assessed(outcomes(-25), replace(EVENTS, better="higher")).verdict == "worsened"


def test_without_an_effect_none_is_detected() -> None:
    found = assessed(outcomes())
    assert found.verdict == "no effect detected"
    assert found.p_value is not None
    assert found.p_value > 0.1
    assert f"{round(found.p_value * 12)} of 12 places" in found.reason


def test_two_tested_outcomes_share_the_level_so_that_one_in_twelve_no_longer_tells() -> None:
    found = assessed(outcomes(-25), EVENTS, replace(EVENTS, id="other"))
    assert (found.verdict, answers(found)["smallest p"]) == ("cannot tell", "fail")
    assert found.reason == "With 12 places the smallest p that the test can give is 0.083; the level is 0.05."
    assert found.estimate is not None


def test_a_place_outside_the_range_of_its_donors_cannot_be_judged() -> None:
    values = outcomes(-25)
    values[:, 0] += 200
    found = assessed(values)
    assert found.verdict == "cannot tell"
    assert (answers(found)["inside donors"], answers(found)["fit before"]) == ("fail", "fail")
    assert "average lies outside the range of the comparison places' averages; in 100 percent" in found.reason


def test_a_place_fitted_worse_than_the_donors_cannot_be_judged() -> None:
    values = outcomes(-25)
    values[:PRE, 0] += np.where(np.arange(PRE) % 2, 3, -3)
    found = assessed(values)
    assert answers(found)["fit before"] == "fail"
    assert found.verdict == "cannot tell"


def test_few_periods_before_the_start_cannot_tell() -> None:
    found = assessed(outcomes(-25), starts=(Start(name="first arrival", date=date(2022, 10, 1)),))
    assert (answers(found)["periods"], found.verdict) == ("fail", "cannot tell")
    assert "Periods to compare: 9 before and 39 after the first arrival on 1 October 2022" in found.reason
    early = assessed(outcomes(-25), starts=(Start(name="first arrival", date=date(2022, 1, 15)),))
    assert (early.verdict, early.estimate, early.change) == ("cannot tell", None, "no data")


def test_donors_without_a_figure_are_left_out_and_named() -> None:
    values = outcomes(-25)
    values[5, 11] = np.nan
    found = assessed(values, replace(EVENTS, donors=(*PLACES[1:], "nowhere")))
    assert "complete figures: 10. Left out for missing figures: HT11 and nowhere." in reason(found, "comparison")
    assert found.smallest_p == 1 / 11
    values[7, 2:] = np.nan
    alone = assessed(values)
    assert (answers(alone)["comparison"], alone.verdict, alone.estimate) == ("fail", "cannot tell", None)
    assert alone.change == "better"


def test_months_without_a_figure_for_the_treated_place_are_left_out() -> None:
    values = outcomes(-25)
    kept = np.delete(values, [3, PRE], axis=0)
    values[3, 0] = np.nan
    assert assessed(values).estimate == pytest.approx(placebo_test(outcomes=kept, treated=0, pre=PRE - 1).fit.att)


def test_another_start_with_another_answer_forbids_a_verdict() -> None:
    near = Start(name="agreement", date=date(2024, 3, 1))
    same = assessed(outcomes(-25), starts=(near, START))
    assert (answers(same)["effect at other starts"], same.verdict) == ("pass", "improved")
    values = outcomes(-25)
    values[MONTHS.index(date(2023, 6, 1)) : PRE, 0] += 80
    differ = assessed(values, starts=(Start(name="agreement", date=date(2023, 6, 1)), START))
    assert answers(differ)["effect at other starts"] == "fail"
    assert differ.verdict == "cannot tell"
    assert answers(assessed(outcomes(-25)))["effect at other starts"] == "not possible"


def test_several_treated_places_together_cannot_be_tested_yet() -> None:
    found = assessed(outcomes(-25), replace(EVENTS, treated=PLACES[:2], donors=PLACES[2:]))
    assert (answers(found)["comparison"], found.verdict, found.estimate) == ("not possible", "cannot tell", None)
    assert found.reason == "The plan treats two places together; the placebo test covers a single one."
    assert found.change_text.startswith("Violent events: a monthly average of")
