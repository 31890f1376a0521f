"""``plans.jsonl``: the plans that briefs were written on, in order, so that what changed after the first of them can be told.

A line holds the plan as canonical JSON, its hash and the hash of the line before; there is no clock in it. A line is added with
each brief whose plan is not that of the last line. Where the file is gone although an earlier brief is there, the next line
says so for good.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from muster.dossier.folder import Dossier, canonical
from muster.errors import DossierError
from muster.records import Record

LONGEST = 80  # characters of a value that are shown
MEND = "restore the file from version control, or delete it: the brief then says that the record begins anew"


class Assessed(Record, frozen=True, kw_only=True):
    """A plan that a brief was written on.

    ``plan`` is without its empty fields, ``hash`` of it; ``previous`` is the hash of the line before, empty for the first one.
    ``anew``: an earlier brief was there, and no record of its plan.
    """

    hash: str
    plan: dict[str, Any]
    previous: str = ""
    anew: bool = False


class History(Record, frozen=True, kw_only=True):
    """What became of a plan.

    ``first`` is the hash of the plan first assessed, ``versions`` how many were, this one included; ``changes`` lists what
    differs now, ``anew`` is that of the first one.
    """

    first: str
    versions: int
    changes: tuple[str, ...]
    anew: bool


def history(dossier: Dossier) -> History:
    """The plan beside those on record. It is the same before and after the plan itself is recorded.

    Raises:
        DossierError: the record is damaged.
    """
    lines = _lines(_path(dossier))
    known = [line for _, line in _checked(dossier, lines)]
    if not known or known[-1].hash != dossier.plan_hash:
        known.append(_current(dossier, lines))
    return History(
        first=known[0].hash,
        versions=len(known),
        changes=tuple(differences(known[0].plan, known[-1].plan)),
        anew=known[0].anew,
    )


def record_plan(dossier: Dossier) -> None:
    """Add the plan to the record, unless it is the last one there.

    Raises:
        DossierError: the record is damaged or cannot be written.
    """
    path = _path(dossier)
    lines = _lines(path)
    known = [line for _, line in _checked(dossier, lines)]
    if known and known[-1].hash == dossier.plan_hash:
        return
    line = msgspec.json.encode(_current(dossier, lines), order="sorted")
    try:
        with path.open("ab") as stream:
            stream.write(line + b"\n")
    except OSError as error:
        raise DossierError(f"cannot be written: {error.strerror}", where=str(path)) from None


def differences(before: Any, now: Any, field: str = "") -> Iterator[str]:
    """Each field that differs, with what it was and is; rows of a table are told apart by their id or name."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted({*before, *now}):
            yield from differences(before.get(name), now.get(name), f"{field} {name}".strip())
    elif (old := _named(before)) is not None and (new := _named(now)) is not None:
        yield from differences(old, new, field)
    elif before is None or before == {} or now is None or now == {}:
        if before != now:
            yield f"{field} {'added' if before in (None, {}) else 'removed'}{_short(now if before in (None, {}) else before)}"
    elif before != now:
        yield f"{field}{_short(before)} →{_short(now)}"


def _named(value: Any) -> dict[str, Any] | None:
    """A list of tables by id or name; None for any other value. Two of one name are numbered."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return None
    names = [str(row.get("id", row.get("name", place))) for place, row in enumerate(value)]
    return {
        name if names.count(name) == 1 else f"{name} {place}": row
        for place, (name, row) in enumerate(zip(names, value, strict=True))
    }


def _short(value: Any) -> str:
    """A value in few characters; a whole table is not written out."""
    if isinstance(value, dict):
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f" {text}" if len(text) <= LONGEST else f" {text[: LONGEST - 1]}…"


def _path(dossier: Dossier) -> Path:
    return dossier.folder / "plans.jsonl"


def _lines(path: Path) -> list[bytes]:
    """The whole lines; one without its end was never finished."""
    try:
        return path.read_bytes().splitlines(keepends=True) if path.exists() else []
    except OSError as error:
        raise DossierError(f"cannot be read: {error.strerror}", where=str(path)) from None


def _current(dossier: Dossier, lines: list[bytes]) -> Assessed:
    anew = not lines and (dossier.output / "brief.json").exists()
    return Assessed(hash=dossier.plan_hash, plan=canonical(dossier.mission), previous=_hash(lines[-1:]), anew=anew)


def _hash(line: list[bytes]) -> str:
    return hashlib.sha256(line[0]).hexdigest() if line else ""


def _checked(dossier: Dossier, lines: list[bytes]) -> Iterator[tuple[int, Assessed]]:
    for number, line in enumerate(lines):
        where = f"{_path(dossier)}, line {number + 1}"
        try:
            found = msgspec.json.decode(line, type=Assessed)
        except msgspec.MsgspecError:
            raise DossierError("no plan on record", where=where, expected="hash, plan, previous", do=MEND) from None
        own = hashlib.sha256(msgspec.json.encode(found.plan, order="sorted")).hexdigest()
        if own != found.hash or found.previous != _hash(lines[max(number - 1, 0) : number]):
            raise DossierError("a plan that was changed, or one before it taken out", where=where, do=MEND)
        yield number, found
