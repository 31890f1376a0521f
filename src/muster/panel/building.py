"""The one way in: a parsed file and a planned outcome to a panel."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from muster.errors import PanelError
from muster.panel.events import event_panel
from muster.panel.figures import figure_panel
from muster.panel.geography import Geography
from muster.panel.rules import Rules
from muster.panel.values import Panel
from muster.records import Blocks, DataFile, Outcome
from muster.sources import EVENTS, FIGURES, Parsed

MAKERS = ((EVENTS, event_panel), (FIGURES, figure_panel))


def build(  # noqa: PLR0913 - each rule of a panel is a keyword of its own
    outcome: Outcome,
    parsed: Parsed,
    file: DataFile,
    *,
    as_of: date | None = None,
    places: Mapping[str, str] | None = None,
    covered: tuple[date, date] | None = None,
    blocks: Blocks = "set aside",
    engine: str = "duckdb",
    geography: Geography | None = None,
) -> Panel:
    """The panel of an outcome.

    Args:
        as_of: only what was surely published by then: figures by their own date, events by the vintage of their file.
        places: the file's names of places to the plan's; names not in it stay.
        covered: events only. The days that the source covered: whole periods inside it get zeros, events outside are set
            aside. Without it, from the first to the last event in the file, the outermost periods taken as whole.
        blocks: events only. What becomes of events dated to a month or a year (``date_precision`` from 4): ``set aside``, or
            ``spread`` in equal parts over the periods they touch.
        engine: one of ``muster.panel.ENGINES``. The panel is the same on each.
        geography: events only. The polygons or H3 cells that the outcome names, from ``read_geography``: each event's place is
            then where its coordinates lie, and not the name in the file.

    Raises:
        PanelError: the plan does not fit the file, or rows that must not be mixed share a series.
    """
    _check_geography(outcome, parsed, geography)
    rules = Rules(as_of, places or {}, covered, blocks, engine, geography)
    if not parsed.table.num_rows:
        raise PanelError("no row of the file can be used", where=file.name, expected="at least one sound row")
    maker = next((made for schema, made in MAKERS if parsed.table.schema.equals(schema)), None)
    if maker is None:
        raise PanelError("a table that is neither events nor figures", where=file.name, do="read it with muster.sources.load")
    panel = maker(outcome, parsed.table, file, rules)
    return replace(panel, recipe={**panel.recipe, **_rejected(parsed), **({"as of": str(as_of)} if as_of else {})})


def _check_geography(outcome: Outcome, parsed: Parsed, geography: Geography | None) -> None:
    where = f"outcome {outcome.id}"
    if outcome.geography and geography is None:
        raise PanelError(f"geography {outcome.geography!r} was not read", where=where, do="read it with read_geography")
    if geography and "latitude" not in parsed.table.column_names:
        raise PanelError("a geography for rows without coordinates", where=where, do="leave it out: they name their places")


def _rejected(parsed: Parsed) -> dict[str, str]:
    counts = Counter(rejected.reason for rejected in parsed.rejected)
    return {f"rows of the file set aside, {reason}": str(count) for reason, count in sorted(counts.items())}
