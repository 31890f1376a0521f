"""Views of the ledger as JSON, CSV and tables: which rows are asked for, and how they are written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import msgspec
from rich.console import Console

from muster.cli.tables import caption, comma_separated
from muster.cli.viewtables import changed_table, view_table
from muster.ledger import Cell, Changes, Known, disputed, narrowed, strengths
from muster.ledger.standing import chosen, is_like
from muster.ledger.views import Contribution, Gap, Money, Step, contributors, gaps, money, read_rates, steps
from muster.records import Mission, Record

SHAPES: dict[str, type[Record]] = {
    "state": Cell,
    "timeline": Step,
    "contributors": Contribution,
    "gap": Gap,
    "money": Money,
}
CHANGED = (
    *("change", "records", "by", "mission", "scope", "actor", "kind", "stage", "unit", "currency", "role", "per"),
    *("before_low", "before_high", "after_low", "after_high", "words", "published", "status"),
)
JOINT = "; "  # between the parts of a cell that hold spaces themselves


@dataclass(frozen=True)
class Choice:
    """What a user asked to see: scope and actor may hold ``*``; empty for all. ``on`` is the valid day."""

    on: date | None = None
    scope: str = ""
    actor: str = ""
    kind: str = ""
    rates: Path | None = None

    def narrow(self, known: Known) -> Known:
        """Only the records of the choice, and the disagreements that they are part of."""
        return narrowed(known, scope=self.scope, actor=self.actor, kind=self.kind)


def misses(known: Known, choice: Choice) -> Iterable[str]:
    """A warning for a scope or an actor that no accepted commitment has, with those that there are."""
    there = {"scope": {record.scope for record in known.accepted}, "actor": {record.actor for record in known.accepted}}
    for name, asked in (("scope", choice.scope), ("actor", choice.actor)):
        if asked and not chosen(known.accepted, **{name: asked}):
            yield f"no accepted commitment has the {name} {asked!r}; there are: {', '.join(sorted(there[name]))}"


def show(view: str, known: Known, mission: Mission, choice: Choice, style: str, console: Console) -> str:
    """One view of what is known; the valid day is the choice's, else the as-of date."""
    on = choice.on or known.as_of
    rows = rows_of(view, known, mission, choice, on)
    if style == "csv":
        hidden = () if choice.rates else ("_converted_",)
        return flat(SHAPES[view], rows, hidden)
    if style == "json":
        head = {"view": view, "mission": mission.id, "as_of": known.as_of, "on": on}
        return json_of({**head, "rows": rows})
    return view_table(view, rows, caption(known, on), console)


def rows_of(view: str, known: Known, mission: Mission, choice: Choice, on: date | None) -> Sequence[Record]:
    """The rows of a view. A gap is filtered by actor afterwards: the whole is told by all its contributors."""
    picked = chosen(known.accepted, scope=choice.scope, actor=choice.actor, kind=choice.kind)
    if view == "state":
        return strengths(picked, on)
    if view == "timeline":
        return steps(picked, on)
    disputes = disputed(known).disagreements
    if view == "contributors":
        return contributors(picked, on, disputes)
    if view == "money":
        rates = read_rates(choice.rates) if choice.rates else None
        return money(picked, on, disputes, funds=mission.funds, rates=rates)
    of_scope = chosen(known.accepted, scope=choice.scope, kind=choice.kind)
    made = gaps(of_scope, on, disputes, forces=mission.force)
    return [gap for gap in made if is_like(choice.actor, gap.actor)]


def show_changes(found: Changes, style: str, console: Console) -> str:
    """What changed between two dates: four lists as JSON, one table with a column ``change`` as CSV."""
    if style == "json":
        return json_of(found)
    if style == "csv":
        return comma_separated(CHANGED, changed_rows(found))
    return changed_table(found, console)


def changed_rows(found: Changes) -> Iterable[dict[str, object]]:
    """A row for each change, its records first; columns that a kind of change has not are empty."""
    empty = dict.fromkeys(CHANGED)
    for new in found.added:
        told = {"words": f"{new.what}: {new.words}", "scope": new.scope, "published": new.published, "status": new.status}
        yield empty | {"change": "added", "records": new.record, **told}
    for moved in found.revised:
        where = {name: getattr(moved, name) for name in CHANGED[3:12]}
        ends = {"before_low": moved.before.low, "before_high": moved.before.high}
        ends |= {"after_low": moved.after.low, "after_high": moved.after.high}
        yield empty | where | ends | {"change": "revised", "records": text(moved.after.records), "by": text(moved.by)}
    for risen in found.contradicted:
        told = {"kind": risen.kind, "words": risen.sentence}
        yield empty | told | {"change": "contradicted", "records": text(risen.records), "by": text(risen.joined)}
    for over in found.settled:
        told = {"kind": over.kind, "words": over.sentence, "status": over.reason}
        yield empty | told | {"change": "settled", "records": text(over.records), "by": text(over.by)}


def json_of(value: object) -> str:
    """Indented JSON; the same input gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1).decode() + "\n"


def flat(shape: type[Record], rows: Iterable[Record], hidden: Sequence[str] = ()) -> str:
    """Records as CSV: a nested record's fields become columns of their own (``pledged_low``), lists a cell with spaces."""
    columns = [name for name in columns_of(shape) if not any(word in name for word in hidden)]
    return comma_separated(columns, (spread(shape, row) for row in rows))


def columns_of(shape: type[Record], prefix: str = "") -> list[str]:
    """The columns of a record and the records in it."""
    named = [(field.name, inner(field.type)) for field in msgspec.structs.fields(shape)]
    return [column for name, kind in named for column in (columns_of(kind, f"{prefix}{name}_") if kind else [prefix + name])]


def spread(shape: type[Record], row: Record | None, prefix: str = "") -> dict[str, object]:
    """A record's values by column; empty where a nested record is missing."""
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        value, kind = getattr(row, field.name, None), inner(field.type)
        values |= spread(kind, value, f"{prefix}{field.name}_") if kind else {prefix + field.name: text(value)}
    return values


def inner(kind: Any) -> type[Record] | None:
    """The record that a field may hold; None for plain values."""
    options = get_args(kind) or (kind,)
    return next((option for option in options if isinstance(option, type) and issubclass(option, Record)), None)


def text(value: object) -> object:
    """A list as one cell; anything else as it is."""
    if not isinstance(value, tuple):
        return value
    pairs = [": ".join(part) if isinstance(part, tuple) else part for part in value]
    return (JOINT if any(" " in part for part in pairs) else " ").join(pairs)
