"""How `muster estimate` shows its answers: as words and tables, as JSON, and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import repeat
from math import isfinite, isnan

import msgspec
import numpy as np
from rich.console import Console

from muster.cli.studies import Answer, Asked, Question
from muster.cli.tables import table
from muster.estimate import METHODS, Fit, Test, conformal, holm, placebo_of

TESTS = {"lto": "leave-two-out", "placebo": "in-space placebo", "conformal": "conformal"}
Interval = tuple[float, float]

DONORS = 20  # shown in the table
SIDES = {"two": "two-sided", "higher": "for a higher outcome", "lower": "for a lower outcome"}


def one(found: Sequence[Answer], question: Question, *, as_json: bool, console: Console) -> str:
    """The single study of a file; it came without fault."""
    made, test = found[0].asked, found[0].test
    if made is None or test is None:
        raise ValueError("an answer without a test")
    if as_json:
        return _json(facts(made, test, question) | {"path": path_rows(made, test)}, indent=1) + "\n"
    return words(made, test, question, console)


def many(found: Sequence[Answer], question: Question, *, as_json: bool, console: Console) -> str:
    """A row, or a line of JSON, a study; their levels are also corrected for there being several (Holm)."""
    levels = {answer.name: level(answer.test) for answer in found if answer.test}
    corrected = dict(zip(levels, holm(list(levels.values())).tolist(), strict=True)) if levels else {}
    rows = [many_row(answer, question, corrected.get(answer.name)) for answer in found]
    if as_json:
        return "".join(_json(row) + "\n" for row in rows)
    columns = ("study", "att", "pre_rmspe", "p_value", "bound", "p_holm", "smallest_p", "interval", "donors", "error")
    cells = [{name: cell(row.get(name)) for name in columns} for row in rows]
    return _table(console, columns, cells, f"{len(rows)} studies; {head(question)}; p_holm is corrected for their number")


def level(test: Test) -> float:
    """The level a p-value guarantees, where its test guarantees one."""
    return test.p_value if test.bound is None else test.bound


def many_row(answer: Answer, question: Question, p_holm: float | None) -> dict[str, object]:
    """One study of several; a fault stands in place of the numbers."""
    if answer.asked is None or answer.test is None:
        return {"study": answer.name, "error": str(answer.fault)}
    return {"study": answer.name, **facts(answer.asked, answer.test, question), "p_holm": p_holm}


def facts(made: Asked, test: Test, question: Question) -> dict[str, object]:
    """Everything that an answer says, ready for JSON; a bound that is not finite becomes null."""
    fit, study = test.fit, made.study
    return {
        "treated": question.treated,
        "start": made.panel.periods[study.pre],
        "method": question.method,
        "att": fit.att,
        "pre_rmspe": fit.pre_rmspe,
        "weights": weights(made, fit),
        "p_value": test.p_value,
        "bound": test.bound,
        "smallest_p": test.smallest_p,
        "interval": test.interval,
        "test": question.kind,
        "side": question.side,
        "alpha": question.alpha,
        "checks": [asdict(check) for check in test.checks],
        "certificate": fit.certificate,
        "donors": len(study.donors),
        "periods_before": study.pre,
        "periods_after": len(study.outcomes) - study.pre,
        "set_aside": made.panel.set_aside,
    }


def weights(made: Asked, fit: Fit) -> dict[str, float]:
    """The donors that count, the largest first."""
    order = np.lexsort((np.arange(len(fit.weights)), -fit.weights))
    return {made.panel.units[unit]: float(fit.weights[unit]) for unit in order if fit.weights[unit] > 0}


def path_rows(made: Asked, test: Test) -> list[dict[str, object]]:
    """Outcome, counterfactual and gap by period, and from the start on the gaps that each period alone does not reject."""
    bounds = [*repeat(None, made.study.pre), *by_period(made, test)]
    return [
        {"period": period, "outcome": float(path + gap), "counterfactual": float(path), "gap": float(gap), "interval": bound}
        for period, path, gap, bound in zip(made.panel.periods, test.fit.path, test.fit.gap, bounds, strict=True)
    ]


def by_period(made: Asked, test: Test) -> Sequence[Interval | None]:
    """The conformal interval of each period from the start on; none where the periods before it are too few."""
    found = conformal(made.study, METHODS[test.method], alpha=test.alpha, by_period=True).periods
    return found or [None] * (len(made.study.outcomes) - made.study.pre)


def words(made: Asked, test: Test, question: Question, console: Console) -> str:
    """The answer for a terminal: the numbers, what they rest on, and the path."""
    start, study = made.panel.periods[made.study.pre], made.study
    after = len(study.outcomes) - study.pre
    donors = weights(made, test.fit)
    rows = [{"donor": name, "weight": f"{weight:.4f}"} for name, weight in list(donors.items())[:DONORS]]
    checks = [{"check": check.name, "verdict": check.verdict, "reason": check.reason} for check in test.checks]
    path = [{name: cell(value) for name, value in row.items()} for row in path_rows(made, test)]
    parts = [
        _table(console, ("what", "value"), numbers(test), head(question)),
        _table(console, ("donor", "weight"), rows, f"{len(donors)} of {len(study.donors)} donors have weight"),
        _table(console, ("check", "verdict", "reason"), checks, ""),
        _table(console, ("period", "outcome", "counterfactual", "gap", "interval"), path, set_aside(made)),
    ]
    title = f"{question.treated} from {start}: {study.pre} periods before, {after} from then on; {len(study.donors)} donors"
    return "\n\n".join([title, *(part.rstrip() for part in parts)]) + "\n"


def numbers(test: Test) -> list[dict[str, str]]:
    """The effect and how sure it is."""
    named = {
        "effect (mean gap from the start on)": test.fit.att,
        "root mean square gap before the start": test.fit.pre_rmspe,
        f"constant effects not rejected, {1 - test.alpha:.0%}": test.interval or "none: too few periods for this level",
        "p": test.p_value,
        "level guaranteed with this p": "none in short series" if test.bound is None else test.bound,
        "smallest level possible": test.smallest_p,
    }
    return [{"what": what, "value": cell(value)} for what, value in named.items()]


def set_aside(made: Asked) -> str:
    """What was left out of the file."""
    return f"Left out: {'; '.join(made.panel.set_aside)}" if made.panel.set_aside else ""


def head(question: Question) -> str:
    """Method and test in words."""
    return f"method {question.method}, {TESTS[question.kind]} test {SIDES[question.side]} at level {question.alpha:g}"


def picture(answer: Answer, outcome: str) -> str:
    """The SVG of an answer; its placebos are fitted here, whatever the test was."""
    from muster.brief.estimate_plot import Picture, estimate_svg

    if answer.asked is None or answer.test is None:
        raise ValueError("an answer without a test")
    made, test = answer.asked, answer.test
    [treated] = made.study.treated
    fits = placebo_of(made.study, METHODS[test.method]).fits
    return estimate_svg(
        Picture(
            unit=made.panel.units[treated],
            outcome=outcome,
            periods=made.panel.periods,
            pre=made.study.pre,
            fit=test.fit,
            placebos=[fit for unit, fit in enumerate(fits) if unit != treated],
            bounds=by_period(made, test),
        )
    )


def cell(value: object) -> str:
    """A value as a table shows it; an interval that is not a number is one of no effect at all."""
    if isinstance(value, tuple):
        return "none: every one is rejected" if isnan(value[0]) else f"{cell(value[0])} to {cell(value[1])}"
    if isinstance(value, float):
        return f"{value:.5g}" if isfinite(value) else "no bound"
    return "" if value is None else str(value)


def _table(console: Console, columns: Sequence[str], rows: Sequence[Mapping[str, str]], caption: str) -> str:
    return table(console, columns, [dict(row) for row in rows], caption)


def _json(value: object, indent: int = -1) -> str:
    encoded = msgspec.json.encode(value)
    return (msgspec.json.format(encoded, indent=indent) if indent >= 0 else encoded).decode()
