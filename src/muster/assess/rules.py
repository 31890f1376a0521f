"""The two tables that turn measurements into words. Both treat good and bad news alike.

A *change* is what happened to an outcome. A *verdict* is what the mission did to it, and takes three steps: a check of
``GATES`` that stops it leaves "cannot tell"; else the placebo test decides between an effect and none detected; and the sign of
the estimate with the better direction of the outcome decides which effect.
"""

from collections.abc import Iterable
from typing import Literal

from muster.estimate import Direction
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

# Check -> the answers that forbid any verdict but "cannot tell". A check of this table that was not made forbids it too.
# Only other starts may be impossible: a plan can name a single one. Checks not named here describe and decide nothing.
GATES: dict[str, frozenset[str]] = {
    "comparison": frozenset({"fail", "not possible"}),
    "periods": frozenset({"fail", "not possible"}),
    "fit before": frozenset({"fail", "not possible"}),
    "inside donors": frozenset({"fail", "not possible"}),
    "smallest p": frozenset({"fail", "not possible"}),
    "effect at other starts": frozenset({"fail"}),
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


def stopped(checks: Iterable[Check]) -> tuple[str, ...]:
    """Why no verdict is allowed: the reasons of the checks that forbid it, in the order of ``GATES``; empty where one is."""
    made = {check.name: check for check in checks}
    reasons = [made[name].reason for name in GATES if name in made and made[name].verdict in GATES[name]]
    unmade = [f"The check “{name}” was not made." for name in GATES if name not in made]
    return tuple(reasons or unmade)


def verdict(checks: Iterable[Check], *, significant: bool, toward: Toward) -> Verdict:
    """The verdict that the checks, the placebo test and the sign of the estimate allow."""
    return "cannot tell" if stopped(checks) else VERDICTS[significant, toward]
