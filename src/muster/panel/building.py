"""The one way in: a parsed file and a planned outcome to a panel."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from muster.errors import PanelError
from muster.panel.engines import Engine
from muster.panel.events import event_panel
from muster.panel.figures import figure_panel
from muster.panel.rules import Rules
from muster.panel.values import Panel
from muster.records import Blocks, DataFile, Outcome
from muster.sources import EVENTS, FIGURES, Parsed, Stored


def build(
    outcome: Outcome,
    parsed: Parsed | Stored,
    file: DataFile,
    *,
    as_of: date | None = None,
    places: Mapping[str, str] | None = None,
    covered: tuple[date, date] | None = None,
    blocks: Blocks = "set aside",
    engine: Engine | str = "duckdb",
) -> Panel:
    """The panel of an outcome.

    Args:
        parsed: the rows of a source, or the Parquet files of ``muster.sources.opened`` that only the engine reads: its rows are
            checked while they are read, and none is held in memory.
        as_of: only what was surely published by then: figures by their own date, events by the vintage of their file.
        places: the file's names of places to the plan's; names not in it stay.
        covered: events only. The days that the source covered: whole periods inside it get zeros, events outside are set
            aside. Without it, from the first to the last event in the file, the outermost periods taken as whole.
        blocks: events only. What becomes of events dated to a month or a year (``date_precision`` from 4): ``set aside``, or
            ``spread`` in equal parts over the periods they touch.
        engine: an :class:`Engine`, or the name of one of ``muster.panel.ENGINES``. The panel is the same on each.

    Raises:
        PanelError: the plan does not fit the file, or rows that must not be mixed share a series.
    """
    rules = Rules(as_of, places or {}, covered, blocks, Engine(engine) if isinstance(engine, str) else engine)
    panel = _made(outcome, parsed, file, rules)
    return replace(panel, recipe={**panel.recipe, **_rejected(parsed), **({"as of": str(as_of)} if as_of else {})})


def _made(outcome: Outcome, parsed: Parsed | Stored, file: DataFile, rules: Rules) -> Panel:
    if isinstance(parsed, Stored):
        return event_panel(outcome, parsed, file, rules)
    if not parsed.table.num_rows:
        raise PanelError("no row of the file can be used", where=file.name, expected="at least one sound row")
    if parsed.table.schema.equals(EVENTS):
        return event_panel(outcome, parsed, file, rules)
    if parsed.table.schema.equals(FIGURES):
        return figure_panel(outcome, parsed.table, file, rules)
    raise PanelError("a table that is neither events nor figures", where=file.name, do="read it with muster.sources.load")


def _rejected(parsed: Parsed | Stored) -> dict[str, str]:
    if isinstance(parsed, Stored):
        return {}
    counts = Counter(rejected.reason for rejected in parsed.rejected)
    return {f"rows of the file set aside, {reason}": str(count) for reason, count in sorted(counts.items())}
