"""Our JSON -> records, each checked on its own so that all faults are told at once."""

from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from muster.errors import LedgerError
from muster.ledger.faults import explain
from muster.ledger.imports.records import Parsed, Problem, checked
from muster.ledger.imports.source import Source
from muster.ledger.known import Fate, Known
from muster.records import Commitment, Disagreement, LedgerRecord, Precedent, Preference, Report, Statement

SHAPES: dict[str, type[LedgerRecord]] = {
    "reports": Report,
    **dict.fromkeys(get_args(Fate), Commitment),
    "statements": Statement,
    "precedents": Precedent,
    "disagreements": Disagreement,
    "preferences": Preference,
}
FATES: dict[str, Fate] = {fate: fate for fate in get_args(Fate)}


def read_json(data: bytes, name: str) -> Source:
    """The rows of a JSON export.

    Raises:
        LedgerError: it is not JSON, or not an object of lists as the published schema has it.
    """
    try:
        whole = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw])
        unknown = sorted(whole.keys() - set(Known.__struct_fields__))
        lists = {key: msgspec.json.decode(raw, type=list[msgspec.Raw]) for key, raw in whole.items() if key in SHAPES}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerError(f"not our JSON: {error}", where=name, expected="what `muster ledger --format json` writes") from error
    if unknown or not lists:
        found = f"no such list: {unknown[0]!r}" if unknown else "none of the lists that hold records"
        raise LedgerError(found, where=name, expected=f"lists named {', '.join(SHAPES)}")
    return Source("json", _rows(lists), sum(map(len, lists.values())))


def decoded(row: str, raw: bytes, shape: type[LedgerRecord], fate: Fate | None) -> Parsed:
    """One record from its JSON, or what is wrong with it."""
    try:
        if b"\\u0000" in raw.replace(b"\\\\", b""):
            return Parsed(row, None, None, (Problem(row, "", "a NUL character", "text without NUL characters"),))
        return checked(Parsed(row, msgspec.json.decode(raw, type=shape), fate))
    except msgspec.ValidationError as error:
        fault = explain(error, shape, msgspec.json.decode(raw))
        return Parsed(row, None, None, (Problem(row, fault.field, fault.found, fault.expected),))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Parsed(row, None, None, (Problem(row, "", f"not JSON: {error}", "one record as a JSON object"),))


def _rows(lists: Mapping[str, list[msgspec.Raw]]) -> Iterator[Parsed]:
    for key, raws in lists.items():
        for place, raw in enumerate(raws, 1):
            yield decoded(f"{key} {place}", bytes(raw), SHAPES[key], FATES.get(key))
