"""What a model proposes, held against the report: a record that the text does not bear becomes the reason why it is dropped.

The quote, its offsets, the bounds of the amount and the unit are taken from the text; the model only says where to look.
"""

import hashlib
import math
from typing import Any, TypeVar

import msgspec

from muster.read.llm.asking import Part, Proposal, Utterance
from muster.read.llm.ground import Ground, locate
from muster.read.numbers import Amount
from muster.records import Citation, Commitment, Statement

Shape = TypeVar("Shape", Proposal, Utterance)


class UngroundedError(Exception):
    """The text does not bear a record; the message says why."""


def commitment(item: Any, part: Part, ground: Ground, reader: str) -> Commitment:
    """The commitment that an item proposes, if the text bears it.

    Args:
        item: what the model gave, of any shape.
        part: the part of the report that the model saw, in which its quote must stand.
        ground: the whole report.
        reader: the model's name, which is kept with the record.

    Raises:
        UngroundedError: another shape, a word that is none of ours, or something that the text does not hold.
    """
    proposed = _shaped(item, Proposal)
    start, end = _place(proposed.quote, part)
    amount = _amount(proposed, ground.amounts(start, end))
    if not ground.tells_of_acts(start, end):
        raise UngroundedError(f"no word for a commitment stands near {_shown(proposed.quote)}")
    actors = [_name(name, ground, "actor") for name in proposed.actor.split(";")]
    try:
        return Commitment(
            id=_id(proposed, start, ground),
            actor=";".join(dict.fromkeys(actors)),
            kind=proposed.kind,
            stage=proposed.stage,
            citation=_citation(start, end, ground),
            mission=ground.mission.title if ground.mission else "",
            amount_low=amount.low if amount else None,
            amount_high=amount.high if amount else None,
            unit=amount.unit if amount else None,
            currency=amount.currency if amount else None,
            basis=proposed.basis if amount else None,
            date_from=proposed.date_from,
            date_to=proposed.date_to,
            attributed_to=None if proposed.attributed_to is None else _name(proposed.attributed_to, ground, "speaker"),
            original={"reader": reader},
        )
    except ValueError as error:  # dates that run backwards
        raise UngroundedError(str(error)) from None


def statement(item: Any, part: Part, ground: Ground, reader: str) -> Statement:
    """The statement that an item proposes, if its words and speakers stand in the text and its verb in the part, see above."""
    proposed = _shaped(item, Utterance)
    start, end = _place(proposed.quote, part)
    if not proposed.speakers:
        raise UngroundedError("nobody says it")
    if not locate(proposed.verb, part.text):
        raise UngroundedError(f"the verb {_shown(proposed.verb)} does not stand in the text")
    if proposed.date_from and proposed.date_to and proposed.date_from > proposed.date_to:
        raise UngroundedError(f"date_from {proposed.date_from} is after date_to {proposed.date_to}")
    return Statement(
        id=_id(proposed, start, ground),
        speakers=tuple(dict.fromkeys(_name(name, ground, "speaker") for name in proposed.speakers)),
        verb=" ".join(proposed.verb.split()),
        content=ground.text[start:end],
        citation=_citation(start, end, ground),
        mission=ground.mission.title if ground.mission else "",
        date_from=proposed.date_from,
        date_to=proposed.date_to,
        original={"reader": reader},
    )


def _shaped(item: Any, shape: type[Shape]) -> Shape:
    """An item as the shape asked for: a field left out is null, one too many is passed over, all others must be right."""
    if not isinstance(item, dict):
        raise UngroundedError(f"{_shown(item)} is no record")
    fields = shape.__struct_fields__
    try:
        return msgspec.convert({name: item.get(name) for name in fields}, shape)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("`$.")[2].strip("`")
        raise UngroundedError(f"{field} is {_shown(item.get(field.partition('[')[0]))}: {error}") from None


def _place(quote: str, part: Part) -> tuple[int, int]:
    span = locate(quote, part.text)
    if span is None:
        raise UngroundedError(f"{_shown(quote)} does not stand in the text")
    return part.start + span[0], part.start + span[1]


def _amount(proposed: Proposal, found: list[Amount]) -> Amount | None:
    """The amount of the span that the model means; ``None`` for an act without one."""
    low, high = proposed.amount_low, proposed.amount_high
    if low is None and high is None:
        if proposed.currency:
            raise UngroundedError(f"a currency, {_shown(proposed.currency)}, without an amount")
        return None
    alike = [each for each in found if _same(each.low, low) and _same(each.high, high)]
    right = [each for each in alike if each.currency == proposed.currency and _fits(each, proposed.kind)]
    if not right:
        held = ", ".join(_words(each.low, each.high, each.currency or each.unit or "") for each in found[:5]) or "none"
        meant = _words(low, high, proposed.currency or proposed.kind)
        raise UngroundedError(f"the amount {meant} is not in {_shown(proposed.quote)} (amounts there: {held})")
    return right[0]


def _fits(amount: Amount, kind: str) -> bool:
    return kind in {"funds", "equipment"} if amount.currency else kind == amount.kind


def _same(ours: float | None, theirs: float | None) -> bool:
    return ours is theirs if ours is None or theirs is None else math.isclose(ours, theirs, rel_tol=1e-9)


def _name(said: str, ground: Ground, role: str) -> str:
    name = ground.name(said)
    if name is None:
        raise UngroundedError(f"the {role} {_shown(said)} does not stand in the text")
    return name


def _id(proposed: Proposal | Utterance, start: int, ground: Ground) -> str:
    """Made from what it says, so that a second answer adds nothing that the first has given."""
    digest = hashlib.sha256(msgspec.json.encode([start, proposed])).hexdigest()
    return f"{ground.report.id}-m{digest[:12]}"


def _citation(start: int, end: int, ground: Ground) -> Citation:
    report = ground.report
    return Citation(
        address=report.address,
        title=report.title,
        published=report.published,
        report=report.id,
        start=start,
        end=end,
        quote=ground.text[start:end],
    )


def _words(low: float | None, high: float | None, what: str) -> str:
    bounds = [f"{bound:,.12g}" if bound is not None else "" for bound in (low, high)]
    return f"{bounds[0] if low == high else '..'.join(bounds)} {what}"


def _shown(value: Any) -> str:
    words = " ".join(str(value).split())
    return repr(words if len(words) <= 100 else words[:99] + "…")
