"""From the panels of a long file and one question to answers: which unit is which column, and what went wrong where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muster.errors import EstimateError, MusterError, PanelError
from muster.estimate import Study, Test, checked_study, many_tests
from muster.estimate.leave_two_out import Side
from muster.estimate.testing import Kind
from muster.panel.longpanel import LongPanel, Missing

AT_A_TIME = 64  # studies handed out together: enough to keep workers busy, few enough to see progress


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every study of a file."""

    treated: str
    start: str
    method: str
    kind: Kind
    side: Side
    alpha: float
    missing: Missing
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A study that can be tested: the panel that was kept, and its arrays."""

    panel: LongPanel
    study: Study


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one study: a test, or the fault that there was."""

    name: str
    asked: Asked | None
    test: Test | None
    fault: MusterError | None


def answers(panels: Sequence[LongPanel], question: Question, workers: int) -> Iterator[Answer]:
    """An answer a panel, in order."""
    for first in range(0, len(panels), AT_A_TIME):
        part = panels[first : first + AT_A_TIME]
        asked = [_tried(panel, question) for panel in part]
        ready = [made for made in asked if isinstance(made, Asked)]
        tests = iter(
            many_tests(
                [made.study for made in ready],
                method=question.method,
                kind=question.kind,
                side=question.side,
                alpha=question.alpha,
                workers=workers,
            )
        )
        for panel, made in zip(part, asked, strict=True):
            if isinstance(made, Asked):
                came = next(tests)
                fault = located(came, panel) if isinstance(came, EstimateError) else None
                yield Answer(panel.study, made, None if isinstance(came, EstimateError) else came, fault)
            else:
                yield Answer(panel.study, None, None, made)


def ask(panel: LongPanel, question: Question) -> Asked:
    """The study of one panel.

    Raises:
        MusterError: the panel does not hold what is asked for, or cannot be used.
    """
    panel.column(question.treated)
    start = panel.moments[panel.before(question.start)]
    kept = panel.without(question.without).complete(question.missing)
    if question.treated not in kept.units:
        raise PanelError(f"the treated unit {question.treated} is left out itself", where=panel.where, expected="its values")
    pre = sum(known.numbers < start.numbers for known in kept.moments)
    return Asked(kept, checked_study(outcomes=kept.values, treated=kept.column(question.treated), pre=pre))


def _tried(panel: LongPanel, question: Question) -> Asked | MusterError:
    try:
        return ask(panel, question)
    except EstimateError as fault:
        return located(fault, panel)
    except MusterError as fault:
        return fault


def located(fault: EstimateError, panel: LongPanel) -> PanelError:
    """A fault of the arrays as one of the file they came from."""
    return PanelError(str(fault), where=panel.where)
