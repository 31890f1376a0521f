"""The two tables from measurements to words, cell by cell."""

from typing import Literal, get_args

import pytest

from muster.assess.rules import CHANGES, GATES, VERDICTS, Toward, significant, stopped, toward, verdict
from muster.estimate import Direction
from muster.records import Better, Change, Check

Answer = Literal["pass", "fail", "not possible"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
OPEN = {("effect at other starts", "not possible")}  # the one answer short of "pass" that still allows a verdict


def checks(name: str = "", answer: Answer = "pass") -> list[Check]:
    return [Check(name=gate, verdict=answer if gate == name else "pass", reason=f"{gate}: why.") for gate in GATES]


@pytest.mark.parametrize("way", get_args(Toward))
@pytest.mark.parametrize("clear", [True, False])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("gate", GATES)
def test_each_gate_with_each_answer(gate: str, answer: Answer, clear: bool, way: Toward) -> None:
    found = verdict(checks(gate, answer), significant=clear, toward=way)
    if answer == "pass" or (gate, answer) in OPEN:
        assert found == (
            {"better": "improved", "worse": "worsened"}.get(way, "no effect detected") if clear else "no effect detected"
        )
        assert stopped(checks(gate, answer)) == ()
    else:
        assert found == "cannot tell"
        assert stopped(checks(gate, answer)) == (f"{gate}: why.",)


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_was_not_tried_is_closed(gate: str) -> None:
    left = [check for check in checks() if check.name != gate]
    assert verdict(left, significant=True, toward="better") == "cannot tell"
    assert gate in stopped(left)[0]


def test_several_closed_gates_give_all_their_reasons_in_order() -> None:
    closed = [Check(name=name, verdict="fail", reason=name) for name in reversed(GATES)]
    assert stopped(closed) == tuple(GATES)


def test_checks_that_describe_decide_nothing() -> None:
    described = [*checks(), Check(name="gaps", verdict="fail", reason="Two months are missing.")]
    assert verdict(described, significant=True, toward="worse") == "worsened"


def test_verdicts_treat_good_and_bad_news_alike() -> None:
    mirror = {"improved": "worsened", "worsened": "improved", "no effect detected": "no effect detected"}
    turn: dict[Toward, Toward] = {"better": "worse", "worse": "better", "neither": "neither"}
    assert set(VERDICTS) == {(clear, way) for clear in (True, False) for way in turn}
    for (clear, way), found in VERDICTS.items():
        assert VERDICTS[clear, turn[way]] == mirror[found]


def test_changes_treat_good_and_bad_news_alike() -> None:
    mirror: dict[Change, Change] = {"better": "worse", "worse": "better", "no clear change": "no clear change"}
    turn: dict[Better, Better] = {"higher": "lower", "lower": "higher"}
    assert set(CHANGES) == {(direction, better) for direction in get_args(Direction) for better in turn}
    for (direction, better), found in CHANGES.items():
        assert CHANGES[direction, turn[better]] == mirror[found]
    assert CHANGES["higher", "higher"] == CHANGES["lower", "lower"] == "better"


@pytest.mark.parametrize(
    ("difference", "better", "way"),
    [(1, "higher", "better"), (-1, "higher", "worse"), (1, "lower", "worse"), (-1, "lower", "better"), (0, "lower", "neither")],
)
def test_a_difference_is_good_or_bad_news_by_the_direction_that_is_better(
    difference: float, better: Better, way: Toward
) -> None:
    assert toward(difference, better) == way


def test_rounding_does_not_decide_whether_a_level_is_reached() -> None:
    assert all(significant(1 / (10 * parts), 0.1 / parts) for parts in range(1, 60))
    assert not significant(2 / 19, 0.1)
