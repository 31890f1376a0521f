"""Views of the ledger in the terminal: a short table for each scope, in which every number stands above its records."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from muster.cli.tables import amount
from muster.ledger import Cell, Changes
from muster.ledger.changes import Added
from muster.ledger.plain import plain_lines
from muster.ledger.standing import PEOPLE, Level
from muster.ledger.views import Contribution, Gap, Money, Side, Step, Sum
from muster.ledger.views.contributors import STAGES
from muster.ledger.words import between

MONEY = (
    *("needed", "planned", "pledged", "committed", "received", "disbursed"),
    *("on_the_way", "delivered", "withdrawn", "frozen"),
)
UNBROKEN = frozenset({"amount", "since", "date"})  # a number that goes on in the next line is misread
NUMBERS = frozenset({"amount", *STAGES, *MONEY})
NOTES = {
    "contributors": "Nothing may be added across rows or columns: one person may be counted at several stages.",
    "gap": "Short is wanted less held, bounds kept as bounds. No record is not zero.",
    "money": "In millions. Nothing may be added across rows, columns or currencies: pledge and payment are one sum twice.",
}
Line = dict[str, str]


def view_table(view: str, rows: Sequence[Any], caption: str, console: Console) -> str:
    """A view as text, scope by scope, with what it rests on under it."""
    blocks = [
        (scope or "no scope given", *_block(view, list(group))) for scope, group in groupby(rows, key=lambda row: row.scope)
    ]
    told = [caption, NOTES[view]] if view in NOTES else [caption]
    return "".join([*(_grid(*block, console) for block in blocks), _grid("", (), (), told, console)])


def changed_table(found: Changes, console: Console) -> str:
    """The four lists of what changed, one under the other."""
    added = [{"record": one.record, "what it tells": _added(one), "published": one.published} for one in found.added]
    revised = [
        {
            "scope": one.scope,
            "who and what": " ".join(part for part in (one.actor, one.stage, one.role, one.per) if part),
            "was": _worded(one.before, one.currency),
            "is": _worded(one.after, one.currency),
            "in": one.unit or "",
            "by": " ".join(one.by),
        }
        for one in found.revised
    ]
    contradicted = [
        {"kind": one.kind, "sentence": one.sentence, "new": " ".join(one.joined) if not one.is_new else "all of it"}
        for one in found.contradicted
    ]
    settled = [
        {"kind": one.kind, "sentence": one.sentence, "why": f"{one.reason} {' '.join(one.by)}".strip()} for one in found.settled
    ]
    lists = {"Added": added, "Revised": revised, "Contradicted": contradicted, "Settled": settled}
    blocks = [_grid(f"{name}: {len(rows)}", tuple(rows[0]) if rows else (), rows, (), console) for name, rows in lists.items()]
    since, until = found.after or "the beginning", found.until or "today"
    return "".join([*blocks, f"what was published after {since} and by {until}\n"])


def _added(one: Added) -> str:
    parts = (
        one.words,
        f"for {one.scope}" if one.scope else "",
        one.dated,
        f"({one.status})" if one.status == "proposed" else "",
    )
    return ", ".join(part for part in parts if part)


def _block(view: str, rows: Sequence[Any]) -> tuple[Sequence[str], list[Line], list[str]]:
    """Columns, lines and notes of one scope: only the columns that any of its rows fills."""
    lines = [LINES[view](row) for row in rows]
    columns = [name for name in lines[0] if name != "_cell" and any(each[name] for each in lines)]
    return columns, _unrepeated(lines) if view in {"timeline", "gap"} else lines, _against(rows)


def _unrepeated(lines: Sequence[Line]) -> list[Line]:
    """Who and what is said once, above the lines of one cell (``_cell``, which no column shows)."""
    said: list[Line] = []
    before = ""
    for line in lines:
        heads = [name for name in ("actor", "stage", "in") if name in line]
        said.append(line | dict.fromkeys(heads, "") if line["_cell"] == before else line)
        before = line["_cell"]
    return said


def _cell(row: Cell) -> Line:
    return {
        "actor": _named(row.actor),
        "kind": row.kind,
        "stage": row.stage,
        "amount": amount(row.low, row.high),
        "in": row.currency or row.unit or "",
        "since": str(row.date or ""),
        "records": " ".join(row.records),
    }


def _step(row: Step) -> Line:
    counted = "" if row.currency or row.unit == PEOPLE else row.unit or ""
    goods = "in kind" if row.kind == "equipment" and row.currency else ""
    return {
        "_cell": repr((row.mission, row.actor, row.kind, row.stage, row.unit, row.currency, row.role, row.per)),
        "actor": _named(row.actor),
        "stage": " ".join(part for part in (row.stage, row.role, row.per, counted, goods) if part),
        "date": str(row.date or "no date"),
        "change": row.change,
        "by": " ".join(row.by),
    }


def _contribution(row: Contribution) -> Line:
    return {"actor": _named(row.actor), "in": row.unit or ""} | {name: _told(getattr(row, name), 1.0) for name in STAGES}


def _money(row: Money) -> Line:
    unit = ", ".join(
        part
        for part in (row.currency or row.unit or "", {"cash": "", "kind": "in kind"}.get(row.form, row.form), row.per)
        if part
    )
    sums: dict[str, Sum | None] = {name: getattr(row, name) for name in MONEY}
    each = {name: _told(sums[name], 1e6) for name in MONEY}
    converted = "\n".join(f"{name} {_converted(one)}" for name, one in sums.items() if one and one.converted)
    return {"actor": _named(row.actor), "in": unit} | each | {"converted": converted}


def _converted(one: Sum) -> str:
    """``USD 59.57 at 0.74 (2024-02-22, Bank)``."""
    made = one.converted
    if made is None:
        return ""
    return f"{made.currency} {_scaled(made.low, made.high, 1e6)} at {made.rate:g} ({made.rate_date}, {made.rate_source})"


def _gap(row: Gap) -> Line:
    by = f", says {row.wanted_by}" if row.wanted_by != row.actor else ""
    return {
        "_cell": repr((row.mission, row.actor, row.unit)),
        "actor": _named(row.actor),
        "in": row.unit or "",
        "wanted": _side(f"{row.wanted_as}{by}", row.wanted),
        "held": _side(row.held_as, row.held),
        "gap": row.words,
    }


def _against(rows: Iterable[Any]) -> list[str]:
    """What speaks against the counts of a scope, each said once."""
    gaps = (row for row in rows if isinstance(row, Gap))
    sides = [(row.actor, name, side) for row in gaps for name, side in ((row.wanted_as, row.wanted), (row.held_as, row.held))]
    return list(dict.fromkeys(f"{actor}, {name}: {side.note}" for actor, name, side in sides if side and side.note))


def _side(name: str, side: Side | None) -> str:
    if side is None:
        return f"{name}: no number"
    how = "" if side.how == "counted" else f"{side.how}: "
    return f"{name} {_scaled(side.low, side.high, 1.0)}\n{how}{' '.join(side.records)}{' differ' if side.differ else ''}"


def _worded(level: Level, currency: str | None) -> str:
    """A level in words above its records."""
    return f"{between(level.low, level.high, currency) or 'no amount'}\n{' '.join(level.records)}{' differ' * level.differ}"


def _told(level: Level | None, scale: float) -> str:
    """A number above its records, with a word where sources differ or somebody only claims it."""
    if level is None:
        return ""
    words = [word for word, is_so in (("differ", level.differ), ("claimed", getattr(level, "claimed", False))) if is_so]
    return f"{_scaled(level.low, level.high, scale) or 'no number'}\n{' '.join([*level.records, *words])}"


def _scaled(low: float | None, high: float | None, scale: float) -> str:
    """``4,000..5,000``, ``800..``, ``..0.05``: an interval in whole units or in millions, exactly."""
    if scale == 1.0:
        return amount(low, high)
    ends = ["" if end is None else f"{end / scale:,.6f}".rstrip("0").rstrip(".") for end in (low, high)]
    return ends[0] if low == high else "..".join(ends)


def _named(actor: str) -> str:
    return "; ".join(part.strip() for part in actor.split(";"))


def _grid(title: str, columns: Sequence[str], lines: Iterable[Line], notes: Iterable[str], console: Console) -> str:
    """A table with its title above and its notes under it; cells are plain text, never markup."""
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        side: Literal["left", "right"] = "right" if name in NUMBERS else "left"
        grid.add_column(name.replace("_", " "), justify=side, overflow="fold", no_wrap=name in UNBROKEN)
    for line in lines:
        grid.add_row(*(Text(plain_lines(line[name])) for name in columns))
    with console.capture() as shown:
        if title:
            console.print(Text(plain_lines(title), style="bold"))
        if columns:
            console.print(grid)
        for note in notes:
            console.print(Text(plain_lines(note)))
        if title:
            console.print()
    return shown.get()


LINES: dict[str, Callable[[Any], Line]] = {
    "state": _cell,
    "timeline": _step,
    "contributors": _contribution,
    "gap": _gap,
    "money": _money,
}
