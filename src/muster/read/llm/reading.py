"""The second reader: a report's text -> records of the same type, proposed by a model and borne out by the text."""

from collections.abc import Callable
from typing import Any, TypeVar

from muster.read.clutter import clutter_lines
from muster.read.llm.answer import items
from muster.read.llm.asking import Part, questions
from muster.read.llm.client import ask
from muster.read.llm.endpoint import Model
from muster.read.llm.ground import Ground
from muster.read.llm.grounding import UngroundedError, commitment, statement
from muster.read.reading import Reading, read
from muster.records import Commitment, Report, Statement

TOLD = 20  # reasons told one by one; more are counted
Kept = TypeVar("Kept", Commitment, Statement)


def read_with_model(text: str, report: Report, model: Model) -> Reading:
    """Propose what a model finds in a report, without what the text does not bear: that is dropped, told and counted.

    The text is sent to the model's endpoint, in parts if it is long. A text that is not English is not sent.

    Raises:
        ModelError: the model cannot be asked, or its answer cannot be used.
    """
    asked = questions(text, report, model)
    if not asked:
        return read(text, report)
    ground, dropped = Ground(text, report), list[str]()
    commitments, statements = list[Commitment](), list[Statement]()
    for part, question in asked:
        acts, words = items(ask(model, question), model.endpoint)
        commitments += _kept(acts, commitment, part, ground, model.name, dropped)
        statements += _kept(words, statement, part, ground, model.name, dropped)
    return Reading(
        commitments=_once(commitments, lambda record: (record.actor, record.kind, record.stage, _amount(record))),
        statements=_once(statements, lambda record: (record.speakers, record.citation.start, record.citation.end)),
        clutter=clutter_lines(text),
        language="en",
        warnings=(*_dated(report), *_told(dropped, len(commitments) + len(statements))),
    )


def _kept(
    found: list[Any],
    check: Callable[[Any, Part, Ground, str], Kept],
    part: Part,
    ground: Ground,
    reader: str,
    dropped: list[str],
) -> list[Kept]:
    kept: list[Kept] = []
    for item in found:
        try:
            kept.append(check(item, part, ground, reader))
        except UngroundedError as error:
            dropped.append(f"dropped: {error}")
    return kept


def _once(records: list[Kept], key: Callable[[Kept], object]) -> tuple[Kept, ...]:
    """In the order of the text; what is told twice once."""
    ordered = sorted(records, key=lambda record: (record.citation.start or 0, record.citation.end or 0))
    return tuple({key(record): record for record in reversed(ordered)}.values())[::-1]


def _amount(record: Commitment) -> tuple[object, ...]:
    return record.amount_low, record.amount_high, record.currency


def _dated(report: Report) -> tuple[str, ...]:
    full = len(report.published) == 10
    return () if full else ("no full publication date: relative dates are left open; give --published YYYY-MM-DD",)


def _told(dropped: list[str], kept: int) -> list[str]:
    if not dropped:
        return []
    more = [f"dropped: {len(dropped) - TOLD} more"] if len(dropped) > TOLD else []
    count = f"{len(dropped)} of the model's {len(dropped) + kept} records dropped: the text does not bear them"
    return [*dropped[:TOLD], *more, count]
