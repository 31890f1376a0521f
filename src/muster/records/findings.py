"""What an assessment says of an outcome."""

from typing import Literal

from muster.records.base import Change, Record, Verdict
from muster.records.plan import Outcome


class Check(Record, frozen=True, kw_only=True):
    """One question put to an estimate, its answer and what the answer rests on."""

    name: str
    verdict: Literal["pass", "fail", "not possible"]
    reason: str
    evidence: tuple[str, ...] = ()


class Finding(Record, frozen=True, kw_only=True):
    """What happened to an outcome (``change``) and, apart from it, what the mission did to it (``verdict``).

    ``estimate`` and ``interval`` are in the outcome's unit. ``evidence`` lists the ids of the figures or data files used.
    """

    outcome: Outcome
    change: Change
    change_text: str
    verdict: Verdict
    reason: str
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    smallest_p: float | None = None
    checks: tuple[Check, ...] = ()
    evidence: tuple[str, ...] = ()
