"""The two tables from measurements to words, cell by cell."""

from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pytest

from muster.assess.rules import CHANGES, GATES, VERDICTS, Toward, levels, significant, stopped, toward, verdict
from muster.estimate import Direction
from muster.records import Better, Change, Check

DOCS = Path(__file__).parents[1] / "docs"
Answer = Literal["pass", "fail", "not possible"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

# Each check, what it forbids where the test finds an effect, and where it finds none: F for "fail", N for "not possible".
CELLS = {
    "comparison": ("FN", "FN"),
    "coverage": ("FN", "FN"),
    "vintages": ("F", "F"),
    "periods": ("FN", "FN"),
    "reporting": ("F", "F"),
    "fit before": ("FN", "FN"),
    "inside donors": ("FN", "FN"),
    "smallest p": ("FN", "FN"),
    "smallest effect": ("", "F"),
    "effect at other starts": ("F", "F"),
    "one donor out": ("F", "F"),
    "earlier dates": ("FN", ""),
    "without neighbours": ("F", "F"),
    "displacement": ("F", ""),
    "under-reporting": ("F", ""),
}
LETTER = {"pass": "P", "fail": "F", "not possible": "N"}


def checks(name: str = "", answer: Answer = "pass") -> list[Check]:
    return [Check(name=gate, verdict=answer if gate == name else "pass", reason=f"{gate}: why.") for gate in GATES]


def test_the_table_has_these_rows_in_this_order() -> None:
    assert list(GATES) == list(CELLS)


@pytest.mark.parametrize("way", get_args(Toward))
@pytest.mark.parametrize("clear", [True, False])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("gate", CELLS)
def test_each_gate_with_each_answer(gate: str, answer: Answer, clear: bool, way: Toward) -> None:
    found = verdict(checks(gate, answer), significant=clear, toward=way)
    if LETTER[answer] in CELLS[gate][0 if clear else 1]:
        assert found == "cannot tell"
        assert stopped(checks(gate, answer), significant=clear) == (f"{gate}: why.",)
    else:
        told = {"better": "improved", "worse": "worsened"}.get(way, "no effect detected")
        assert found == (told if clear else "no effect detected")
        assert stopped(checks(gate, answer), significant=clear) == ()


@pytest.mark.parametrize("clear", [True, False])
@pytest.mark.parametrize("gate", CELLS)
def test_a_gate_that_was_not_tried_is_closed_where_it_can_forbid(gate: str, clear: bool) -> None:
    left = [check for check in checks() if check.name != gate]
    why = stopped(left, significant=clear)
    assert why == ((f"The check “{gate}” was not made.",) if CELLS[gate][0 if clear else 1] else ())
    assert (verdict(left, significant=clear, toward="better") == "cannot tell") == bool(why)


def test_several_closed_gates_give_all_their_reasons_in_order() -> None:
    closed = [Check(name=name, verdict="fail", reason=name) for name in reversed(GATES)]
    for clear, side in ((True, 0), (False, 1)):
        assert stopped(closed, significant=clear) == tuple(name for name, cell in CELLS.items() if cell[side])


def test_the_documented_table_is_the_one_in_force() -> None:
    lines = (DOCS / "assessment.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:4] for line in lines if line.startswith("| `")]
    told = {name.strip(" `"): (effect.strip(), none.strip()) for name, effect, none in rows}
    words = {"": "nothing", "F": "fail", "FN": "fail, not possible"}
    assert told == {name: (words[effect], words[none]) for name, (effect, none) in CELLS.items()}


def test_checks_that_describe_decide_nothing() -> None:
    described = [*checks(), Check(name="gaps", verdict="fail", reason="Two months are missing.")]
    assert verdict(described, significant=True, toward="worse") == "worsened"


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_a_p_value_reaches_its_level_just_where_the_steps_of_holm_reject_it(alpha: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        given = rng.choice([0.004, 0.01, 0.02, 1 / 30, 0.05, 0.08, 0.1, 0.3, 1.0], size=rng.integers(1, 7))
        rejected = np.zeros(len(given), dtype=bool)
        for step, place in enumerate(np.argsort(given, kind="stable")):  # Holm 1979, one at a time
            if given[place] > alpha / (len(given) - step) + 1e-12:
                break
            rejected[place] = True
        found = levels(given.tolist(), alpha)
        assert [significant(float(p), level) for p, level in zip(given, found, strict=True)] == rejected.tolist()
        assert all(alpha / len(given) - 1e-12 <= level <= alpha + 1e-12 for level in found)
    assert levels([], alpha) == ()


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
