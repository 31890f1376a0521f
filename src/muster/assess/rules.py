"""The two tables that turn measurements into words. Both treat good and bad news alike.

A *change* is what happened to an outcome. A *verdict* is what the mission did to it, and takes three steps: the placebo test,
held against those of the other outcomes (Holm), says whether there is an effect; a check of ``GATES`` that forbids that answer
leaves "cannot tell"; and the sign of the estimate with the better direction of the outcome decides which effect.
docs/assessment.md gives the reason of every row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from muster.estimate import Direction, holm
from muster.records import Better, Change, Check, Verdict

Toward = Literal["better", "worse", "neither"]

CHANGES: dict[tuple[Direction, Better], Change] = {
    ("higher", "higher"): "better",
    ("higher", "lower"): "worse",
    ("lower", "higher"): "worse",
    ("lower", "lower"): "better",
    ("not clear", "higher"): "no clear change",
    ("not clear", "lower"): "no clear change",
}

Answers = frozenset[str]
OPEN: Answers = frozenset()
FAILED: Answers = frozenset({"fail"})
UNPROVED: Answers = frozenset({"fail", "not possible"})


@dataclass(frozen=True, slots=True)
class Gate:
    """The answers of a check that forbid to speak of an effect, and those that forbid to say that none was detected."""

    effect: Answers
    none: Answers


# A check of this table that was not made forbids what one of its answers can forbid. Checks not named here decide nothing.
GATES: dict[str, Gate] = {
    "comparison": Gate(UNPROVED, UNPROVED),
    "coverage": Gate(UNPROVED, UNPROVED),
    "vintages": Gate(FAILED, FAILED),
    "periods": Gate(UNPROVED, UNPROVED),
    "reporting": Gate(FAILED, FAILED),
    "fit before": Gate(UNPROVED, UNPROVED),
    "inside donors": Gate(UNPROVED, UNPROVED),
    "smallest p": Gate(UNPROVED, UNPROVED),
    "smallest effect": Gate(OPEN, FAILED),
    "effect at other starts": Gate(FAILED, FAILED),
    "one donor out": Gate(FAILED, FAILED),
    "earlier dates": Gate(UNPROVED, OPEN),
    "without neighbours": Gate(FAILED, FAILED),
    "displacement": Gate(FAILED, OPEN),
    "under-reporting": Gate(FAILED, OPEN),
}

VERDICTS: dict[tuple[bool, Toward], Verdict] = {
    (True, "better"): "improved",
    (True, "worse"): "worsened",
    (True, "neither"): "no effect detected",
    (False, "better"): "no effect detected",
    (False, "worse"): "no effect detected",
    (False, "neither"): "no effect detected",
}


def toward(difference: float, better: Better) -> Toward:
    """Whether a difference is good or bad news."""
    if not difference:
        return "neither"
    return "better" if (difference > 0) == (better == "higher") else "worse"


def significant(p: float, level: float) -> bool:
    """Whether p reaches the level; both are ratios of small numbers, so rounding must not decide."""
    return p <= level + 1e-12


def levels(p_values: Sequence[float], alpha: float) -> tuple[float, ...]:
    """The level at which each p-value was tested by Holm's steps: it reaches that level just where Holm rejects at ``alpha``.

    Holm holds the smallest of m p-values against alpha / m, the next against alpha / (m - 1), and stops at the first to fail.
    With r rejected, alpha / (m - r + 1) parts these from the others, and alpha / (m - r) is what the others fell short of. The
    chance of any false rejection is at most alpha whatever the outcomes have to do with each other, and a gate that turns a
    rejection into "cannot tell" only lowers it.
    """
    rejected = np.array([significant(float(p), alpha) for p in holm(p_values)], dtype=bool)
    left = len(p_values) - int(rejected.sum())
    return tuple(alpha / (left + 1) if found else alpha / max(left, 1) for found in rejected)


def stopped(checks: Iterable[Check], *, significant: bool) -> tuple[str, ...]:
    """Why no verdict is allowed: the reasons of the checks that forbid it, in the order of ``GATES``; empty where one is."""
    made = {check.name: check for check in checks}
    forbids = {name: gate.effect if significant else gate.none for name, gate in GATES.items()}
    reasons = [made[name].reason for name in GATES if name in made and made[name].verdict in forbids[name]]
    unmade = [f"The check “{name}” was not made." for name in GATES if name not in made and forbids[name]]
    return tuple(reasons or unmade)


def verdict(checks: Iterable[Check], *, significant: bool, toward: Toward) -> Verdict:
    """The verdict that the checks, the placebo test and the sign of the estimate allow."""
    return "cannot tell" if stopped(checks, significant=significant) else VERDICTS[significant, toward]
