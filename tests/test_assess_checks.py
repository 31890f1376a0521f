"""The checks of a comparison on simulated panels in which the truth is known."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from muster.assess import Pictures, assess, assess_with_pictures
from muster.estimate import checked_study, conformal, fit_study, leave_two_out, placebo_test
from muster.panel import PANEL, Panel
from muster.records import DataFile, Finding, Mission, Outcome, Start

Floats = NDArray[np.float64]

PLACES = tuple(f"S{number:02d}" for number in range(20))
START = Start(name="first arrival", date=date(2024, 7, 1))
EARLIER = Start(name="agreement", date=date(2024, 5, 1))
FILE = DataFile(name="events", path="", source="simulated", title="", provider="", licence="", vintage="1", sha256="0" * 64)
EVENTS = Outcome(
    id="events",
    name="Simulated events",
    domain="security",
    unit="events",
    better="lower",
    period="month",
    treated=PLACES[:1],
    donors=PLACES[1:],
    file="events",
    measure="events",
)
MONTHS = tuple(date(2022 + month // 12, month % 12 + 1, 1) for month in range(49))
PRE = MONTHS.index(START.date)
RINGS = {place: 0 if number == 0 else 1 if number in (1, 2, 3) else 2 for number, place in enumerate(PLACES)}


def simulated(effect: float = 0.0, seed: int = 1, spill: float = 0.0) -> Floats:
    """(48, 20): months by places on two common paths; an effect on the first place, a spill-over on the three next to it."""
    rng = np.random.default_rng(seed)
    values = 60 + 5 * rng.normal(size=(48, 2)) @ rng.uniform(size=(2, 20)) + rng.normal(size=(48, 20))
    values[:, 0] = values[:, 6:12].mean(axis=1) + 0.4 * rng.normal(size=48)
    values[PRE:, 0] += effect
    values[PRE:, 1:4] += spill
    return np.asarray(values)


def panel(values: Floats, sources: Floats | None = None, outcome: Outcome = EVENTS, *files: DataFile) -> Panel:
    rows = [
        {"place": place, "period_start": first, "period_end": after - timedelta(days=1), "value": value, "low": value}
        | {"high": value, "n": 10, "n_sources": None if sources is None else int(sources[row, column]), "evidence": ["events"]}
        for column, place in enumerate(PLACES)
        for row, (first, after) in enumerate(itertools.pairwise(MONTHS))
        if not np.isnan(value := float(values[row, column]))
    ]
    return Panel(outcome, pa.Table.from_pylist(rows, schema=PANEL), {}, files or (FILE,), (MONTHS[0], MONTHS[-1]))


def mission(*outcomes: Outcome, starts: tuple[Start, ...] = (START,), alpha: float = 0.1) -> Mission:
    plans = outcomes or (EVENTS,)
    return Mission(
        id="m", title="", short="", place="", force=(), funds=(), lead="", starts=starts, outcomes=plans, alpha=alpha
    )


def assessed(made: Panel, rings: Mapping[str, int] | None = None, starts: tuple[Start, ...] = (START,)) -> Finding:
    given = {made.outcome.id: rings} if rings else {}
    return assess(mission(made.outcome, starts=starts), {made.outcome.id: made}, None, rings=given)[0]


def answers(found: Finding) -> dict[str, str]:
    return {check.name: check.verdict for check in found.checks}


def reason(found: Finding, name: str) -> str:
    return next(check.reason for check in found.checks if check.name == name)


def test_a_known_effect_is_found_and_passes_every_check() -> None:
    sources = np.full((48, 20), 20.0)
    found = assessed(panel(simulated(-15), sources), RINGS, (EARLIER, START))
    assert found.verdict == "improved"
    assert found.estimate == pytest.approx(-15, abs=1)
    assert found.interval is not None
    assert found.interval[0] < -15 < found.interval[1] < 0
    assert {verdict for name, verdict in answers(found).items() if name not in DESCRIBE} == {"pass"}
    assert "interval −1" in found.reason


DESCRIBE = (
    *("definition", "gaps", "equal spells", "earlier trend", "same season", "level, trend and season"),
    *("start at an extreme", "change at other starts"),
)


@pytest.mark.parametrize("effect", [-15.0, 0.0, 15.0])
def test_the_same_numbers_with_the_other_direction_better_mirror_the_verdict(effect: float) -> None:
    mirror = {"improved": "worsened", "worsened": "improved", "no effect detected": "no effect detected"}
    lower = assessed(panel(simulated(effect)), RINGS)
    higher = assessed(panel(simulated(effect), None, replace(EVENTS, better="higher")), RINGS)
    assert higher.verdict == mirror[lower.verdict]
    assert answers(higher) == answers(lower)
    turned = assessed(panel(120 - simulated(effect)), RINGS)
    assert turned.verdict == mirror[lower.verdict]
    assert answers(turned) == answers(lower)


def test_where_there_is_no_effect_one_is_told_no_more_often_than_the_level() -> None:
    verdicts = [assessed(panel(np.random.default_rng(seed).normal(60, 3, size=(48, 20)))).verdict for seed in range(100)]
    told = sum(verdict in ("improved", "worsened") for verdict in verdicts)
    assert told <= 10
    assert verdicts.count("no effect detected") > 10


def test_trouble_that_moves_next_door_is_no_improvement() -> None:
    found = assessed(panel(simulated(-15, spill=8)), RINGS)
    assert (answers(found)["displacement"], found.verdict) == ("fail", "cannot tell")
    assert "S01, S02 and S03" in reason(found, "displacement")
    unknown = assessed(panel(simulated(-15, spill=8)))
    assert answers(unknown)["displacement"] == answers(unknown)["without neighbours"] == "not possible"


def test_neighbours_that_get_better_too_are_no_displacement() -> None:
    assert answers(assessed(panel(simulated(-15, spill=-8)), RINGS))["displacement"] == "pass"


def test_an_effect_that_is_only_there_against_the_neighbours_is_none() -> None:
    values = simulated(seed=4)
    values[:, 0] = values[:, 1:4].mean(axis=1) + 0.05 * np.random.default_rng(9).normal(size=48)
    values[PRE:, 1:4] += 9  # the mix of the place rises, and the place does not
    values[PRE:, 0] += 0
    found = assessed(panel(values), RINGS)
    assert (answers(found)["without neighbours"], found.verdict) == ("fail", "cannot tell")


def test_a_change_in_how_closely_the_place_is_reported_on_forbids_a_verdict() -> None:
    sources = np.full((48, 20), 20.0)
    sources[PRE:, 0] = 11
    found = assessed(panel(simulated(-15), sources))
    assert (answers(found)["reporting"], found.verdict) == ("fail", "cannot tell")
    assert "changed by the factor 0.55 here and by 1.00 in the usual comparison place; 1 of 20 places" in found.reason
    sources[PRE:] = 11  # the same everywhere: a change of the source, not of the place
    assert answers(assessed(panel(simulated(-15), sources)))["reporting"] == "pass"
    assert answers(assessed(panel(simulated(-15))))["reporting"] == "not possible"


def test_the_share_that_reporting_would_have_to_change_by_undoes_the_effect() -> None:
    values = simulated(-15)
    found = assessed(panel(values))
    after = values[PRE:, 0].mean()
    share = 1 - after / (after - (found.estimate or 0))
    assert f"had fallen by {100 * share:.0f} percent here" in reason(found, "under-reporting")
    values[PRE:, 0] /= 1 - share
    assert assessed(panel(values)).estimate == pytest.approx(0, abs=1e-6)


def test_an_effect_that_little_unreported_would_undo_is_none() -> None:
    values = simulated(-4) + 200
    found = assessed(panel(values))
    assert (answers(found)["under-reporting"], answers(found)["smallest p"]) == ("fail", "pass")
    assert found.verdict == "cannot tell"
    price = replace(EVENTS, measure="")
    assert answers(assessed(panel(values, None, price)))["under-reporting"] == "not possible"
    assert assessed(panel(values, None, price)).verdict == "improved"


def test_months_that_are_missing_in_number_forbid_a_verdict() -> None:
    values = simulated(-15)
    values[5:20:2, 0] = np.nan
    found = assessed(panel(values))
    assert (answers(found)["coverage"], found.verdict) == ("fail", "cannot tell")
    assert "73 percent before" in found.reason


def test_two_vintages_of_one_source_forbid_a_verdict() -> None:
    other = replace(FILE, name="more", vintage="2")
    found = assessed(panel(simulated(-15), None, EVENTS, FILE, other))
    assert (answers(found)["vintages"], found.verdict) == ("fail", "cannot tell")
    assert found.reason == "Vintages of one source are mixed: events of 1 and more of 2."
    persons = replace(FILE, name="persons", source="population", vintage="2")
    assert answers(assessed(panel(simulated(-15), None, EVENTS, FILE, persons)))["vintages"] == "pass"


def test_an_answer_that_hangs_on_one_donor_is_none() -> None:
    values = simulated(seed=2)
    values[:, 0] = values[:, 5] + 0.05 * np.random.default_rng(9).normal(size=48)
    values[PRE:, 5] += 12
    found = assessed(panel(values))
    assert (answers(found)["one donor out"], found.verdict) == ("fail", "cannot tell")
    assert "S05" in reason(found, "one donor out")


def test_a_place_that_strayed_as_far_before_has_no_effect() -> None:
    values = simulated(-6)
    values[PRE - 9 : PRE - 1, 0] += 9
    found = assessed(panel(values))
    assert answers(found)["earlier dates"] == "fail"
    assert found.verdict != "improved"


def test_what_could_have_been_found_stands_beside_none_detected() -> None:
    found = assessed(panel(simulated(seed=7)))
    assert found.verdict == "no effect detected"
    assert "in 8 of 10 comparison places after 18 months: a fall of" in reason(found, "smallest effect")
    assert "One as large as measured would not be told after" in reason(found, "smallest effect")


def test_both_other_tests_give_the_numbers_of_the_estimator() -> None:
    values = simulated(-15)
    problem = checked_study(outcomes=values, treated=0, pre=PRE)
    found, pairs, periods = assessed(panel(values)), leave_two_out(problem), conformal(problem, alpha=0.1)
    assert found.interval == periods.interval
    assert found.p_value == placebo_test(outcomes=values, treated=0, pre=PRE).p_ratio
    assert reason(found, "leave two out").startswith(
        f"Against every pair of comparison places: p {'below 0.001' if not pairs.p_value else pairs.p_value}, "
        f"guaranteed at {pairs.bound:.3g};"
    )


def test_holm_lets_a_second_outcome_be_told_at_a_level_that_equal_parts_would_not() -> None:
    strong, weak = replace(EVENTS, id="strong"), replace(EVENTS, id="weak", donors=PLACES[1:15])
    panels = {one.id: panel(simulated(-15), None, one) for one in (strong, weak)}
    for plans in ((strong, weak), (weak, strong)):
        found = {finding.outcome.id: finding for finding in assess(mission(*plans), panels, None)}
        assert found["weak"].p_value == pytest.approx(1 / 15)  # above 0.05 and not above 0.1
        assert {finding.verdict for finding in found.values()} == {"improved"}
    alone = assess(mission(weak, replace(weak, id="untested")), {"weak": panels["weak"]}, None)
    assert [finding.verdict for finding in alone] == ["cannot tell", "cannot tell"]
    assert "the level is 0.05" in alone[0].reason


def drawn(values: Floats, *, every: bool = False) -> Pictures:
    plan = mission(EVENTS, starts=(EARLIER, START))
    made = assess_with_pictures(plan, {"events": panel(values)}, None, rings={"events": RINGS}, every=every)
    assert made.findings == assess(plan, {"events": panel(values)}, None, rings={"events": RINGS})
    return made.pictures["events"]


def test_the_paths_are_those_of_the_estimate() -> None:
    values = simulated(-15)
    paths = drawn(values).paths
    assert paths is not None
    problem = checked_study(outcomes=values, treated=0, pre=PRE)
    assert paths.counterfactual == pytest.approx(fit_study(problem).path)
    assert paths.actual == pytest.approx(values[:, 0])
    assert (paths.starts, paths.pre) == (MONTHS[:48], PRE)
    mix = np.array(paths.weights) @ values[:, 1:].T
    assert mix == pytest.approx(np.array(paths.counterfactual))
    assert (len(paths.placebos), paths.donors) == (19, PLACES[1:])
    assert set(paths.low[:PRE]) == {None}
    ends = [(low, high) for low, high in zip(paths.low[PRE:], paths.high[PRE:], strict=True) if low and high]
    assert len(ends) == 48 - PRE
    assert all(low < high for low, high in ends)


def test_the_specifications_hold_the_planned_one_in_its_place() -> None:
    values = simulated(-15)
    found = drawn(values).specifications
    assert found is not None
    assert list(found.effects) == sorted(found.effects)
    assert found.effects[found.planned] == pytest.approx(fit_study(checked_study(outcomes=values, treated=0, pre=PRE)).att)
    assert found.choices[found.planned] == (
        "start: the first arrival on 1 July 2024",
        "method: synthetic control",
        "periods before: the last 30",
        "donors: all comparison places",
    )
    assert len(set(found.choices)) == len(found.choices) < 200
    assert any("without S05" in choice[3] for choice in found.choices)
    everything = drawn(values, every=True).specifications
    assert everything is not None
    assert set(found.choices) < set(everything.choices)


def test_nothing_is_drawn_without_an_estimate() -> None:
    values = simulated()
    values[3, 2:] = np.nan
    made = assess_with_pictures(mission(), {"events": panel(values)}, None)
    assert made.pictures == {}
    assert [finding.verdict for finding in made.findings] == ["cannot tell"]
