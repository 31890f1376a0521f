"""What is wrong with a decoded value, in the words of the records: which field, what came, what is allowed."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from muster.records import PUBLISHED, known_from

MESSAGE = re.compile(r"(?P<text>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
FIELD = re.compile(r"Object (missing required|contains unknown) field `(.*)`", re.DOTALL)
TEXTS = {None: "text", PUBLISHED: "YYYY, YYYY-MM or YYYY-MM-DD", "^[A-Z]{3}$": "three capital letters (ISO 4217)"}


class Fault(NamedTuple):
    """Where in the value, what came and what is allowed there; ``field`` is empty for the value as a whole."""

    field: str
    found: str
    expected: str


def explain(error: msgspec.ValidationError, shape: type, value: Any) -> Fault:
    """Read msgspec's message on ``value``, which did not fit ``shape``, back into field, value and what is allowed."""
    match = MESSAGE.fullmatch(str(error))
    text, path = (match["text"], match["path"] or "") if match else (str(error), "")
    steps = [name or number for name, number in STEP.findall(path)]
    if named := FIELD.fullmatch(text):
        return _field_fault(named[1] == "contains unknown", [*steps, named[2]], shape, value)
    kind, came = _descend(inspect.type_info(shape), value, steps)
    if isinstance(kind, inspect.StructType) and isinstance(came, dict):
        return _law_fault(text, steps, came)
    return Fault(_name(steps), _shown(came), allowed(kind))


def _field_fault(unknown: bool, steps: list[str], shape: type, value: Any) -> Fault:
    """A field that is missing or that the record does not have."""
    if not unknown:
        kind, _ = _descend(inspect.type_info(shape), value, steps)
        return Fault(_name(steps), "nothing there", allowed(kind))
    kind, _ = _descend(inspect.type_info(shape), value, steps[:-1])
    names = [field.encode_name for field in kind.fields] if isinstance(kind, inspect.StructType) else []
    return Fault(_name(steps), "no such field", f"one of {', '.join(names)}")


def _law_fault(text: str, steps: list[str], came: dict[str, Any]) -> Fault:
    """A record whose fields contradict each other, or a publication date that the calendar does not have."""
    try:
        known_from(came.get("published", ""))
    except ValueError:
        return Fault(_name([*steps, "published"]), _shown(came["published"]), "a day that the calendar has")
    return Fault(_name(steps), text, "")


def _descend(kind: inspect.Type, value: Any, steps: Sequence[str]) -> tuple[inspect.Type, Any]:
    """The declared type and the value at a path."""
    kind = _narrow(kind, value)
    if not steps:
        return kind, value
    first, rest = steps[0], steps[1:]
    if isinstance(kind, inspect.VarTupleType):
        return _descend(kind.item_type, value[int(first)], rest)
    inner = value.get(first) if isinstance(value, dict) else None
    if isinstance(kind, inspect.StructType):
        return _descend(next(field.type for field in kind.fields if field.encode_name == first), inner, rest)
    tags = [option.tag for option in getattr(kind, "types", ()) if isinstance(option, inspect.StructType)]
    return inspect.LiteralType(tuple(tag for tag in tags if tag is not None)), inner


def _narrow(kind: inspect.Type, value: Any) -> inspect.Type:
    """The member of a union of records that the value's tag names; of an optional value that is there, the value's type."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    tag = value.get("type") if isinstance(value, dict) else None
    records = [option for option in kind.types if isinstance(option, inspect.StructType)]
    return next((option for option in records if option.tag == tag), kind)


def allowed(kind: inspect.Type) -> str:
    """What may stand there, in words."""
    match kind:
        case inspect.UnionType():
            return " or ".join(allowed(option) for option in kind.types)
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, kind.values))}"
        case inspect.StrType():
            return TEXTS.get(kind.pattern, f"text like {kind.pattern}")
        case inspect.FloatType():
            return "a number" if kind.ge is None else f"a number of at least {kind.ge:g}"
        case inspect.VarTupleType():
            return f"a list, each {allowed(kind.item_type)}"
    plain = {
        inspect.NoneType: "null",
        inspect.DateType: "a date as YYYY-MM-DD",
        inspect.IntType: "a whole number",
        inspect.DictType: "texts by name",
    }
    return plain.get(type(kind), "an object")


def _name(steps: Sequence[str]) -> str:
    """``record.citation.published`` -> ``citation.published``: the envelope is not a field that a person knows."""
    return ".".join(steps[1:] if len(steps) > 1 and steps[0] == "record" else steps)


def _shown(value: Any) -> str:
    """A value as JSON, short enough for one line."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
