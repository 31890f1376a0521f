"""The one way in: a parsed file and a planned outcome to a panel."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pyarrow as pa

from muster.errors import PanelError
from muster.panel.engines import Engine, as_engine
from muster.panel.events import event_panel
from muster.panel.figures import figure_panel
from muster.panel.geography import Geography
from muster.panel.observations import observation_panel
from muster.panel.rates import rated
from muster.panel.rules import Rules
from muster.panel.suppression import suppressed
from muster.panel.values import Panel
from muster.records import Blocks, DataFile, Outcome
from muster.sources import EVENTS, FIGURES, OBSERVATIONS, Parsed, Stored

MAKERS = ((FIGURES, figure_panel), (OBSERVATIONS, observation_panel))


def build(  # noqa: PLR0913 - each is a rule of its own
    outcome: Outcome,
    parsed: Parsed | Stored,
    file: DataFile,
    *,
    as_of: date | None = None,
    places: Mapping[str, str] | None = None,
    population: tuple[Parsed, DataFile] | None = None,
    covered: tuple[date, date] | None = None,
    blocks: Blocks = "set aside",
    engine: Engine | str = "duckdb",
    geography: Geography | None = None,
    suppress: bool = False,
) -> Panel:
    """The panel of an outcome.

    Args:
        parsed: the rows of a source, or the Parquet files of ``muster.sources.opened`` that only the engine reads: its rows are
            checked while they are read, and none is held in memory.
        as_of: only what was surely published by then: figures by their own date, events and observations by the
            vintage of their file.
        places: the file's names of places to the plan's; names not in it stay; ``HT01??`` stands for every name like it.
        population: the file that ``Outcome.population`` names; places as its sidecar maps them.
        covered: not for figures. The days that the source covered: whole periods inside it are rows, zeros where there was no
            event; what lies outside is set aside. Without it, from the first to the last event or counted observation, the
            outermost periods taken as whole.
        blocks: events only. What becomes of events dated to a month or a year (``date_precision`` from 4): ``set aside``, or
            ``spread`` in equal parts over the periods they touch.
        geography: events only. The polygons or H3 cells that the outcome names, from ``read_geography``: each event's place is
            then where its coordinates lie, and not the name in the file.
        suppress: hide counts from 1 to 4, see ``muster.panel.suppressed``; a rate is made of what is left.
        engine: an :class:`Engine`, or the name of one of ``muster.panel.ENGINES``. The panel is the same on each.

    Raises:
        PanelError: the plan does not fit the file, or rows that must not be mixed share a series.
    """
    _check(outcome, parsed, population)
    _check_geography(outcome, parsed, geography)
    # The names in the file say nothing where coordinates do.
    rules = Rules(as_of, {} if geography else places or {}, covered, blocks, as_engine(engine), geography)
    panel = _made(outcome, parsed, file, rules)
    if suppress:
        panel = suppressed(panel)
    if population and outcome.population:
        panel = rated(panel, population, rules)
    return replace(panel, recipe={**panel.recipe, **rejected_in_words(parsed), **({"as of": str(as_of)} if as_of else {})})


def _made(outcome: Outcome, parsed: Parsed | Stored, file: DataFile, rules: Rules) -> Panel:
    if isinstance(parsed, Stored):
        return event_panel(outcome, parsed, file, rules)
    if not parsed.table.num_rows:
        raise PanelError("no row of the file can be used", where=file.name, expected="at least one sound row")
    if parsed.table.schema.equals(EVENTS):
        return event_panel(outcome, parsed, file, rules)
    maker = next((made for schema, made in MAKERS if parsed.table.schema.equals(schema)), None)
    if maker is None:
        raise PanelError("a table that no panel is made of", where=file.name, do="read it with muster.sources.load")
    return maker(outcome, parsed.table, file, rules.resolving(parsed.table["place"]))


def _check(outcome: Outcome, parsed: Parsed | Stored, population: tuple[Parsed, DataFile] | None) -> None:
    """Refuse what the plan asks for and nothing would be done about."""
    where = f"outcome {outcome.id}"
    if outcome.base and _shape(parsed) != OBSERVATIONS:
        raise PanelError(f"base {outcome.base!r}", where=where, expected="a base for prices only", do="leave it out")
    if outcome.population and not population:
        raise PanelError(f"population {outcome.population!r} is not at hand", where=where, do="hand its file to build")
    if outcome.per and not outcome.population:
        raise PanelError(
            f"per {outcome.per:g} without a population", where=where, do="name the file of persons as 'population'"
        )


def _check_geography(outcome: Outcome, parsed: Parsed | Stored, geography: Geography | None) -> None:
    where = f"outcome {outcome.id}"
    if outcome.geography and geography is None:
        raise PanelError(f"geography {outcome.geography!r} was not read", where=where, do="read it with read_geography")
    if geography and _shape(parsed) != EVENTS:
        raise PanelError("a geography for rows that are no events", where=where, do="leave it out: they name their places")


def _shape(parsed: Parsed | Stored) -> pa.Schema:
    return EVENTS if isinstance(parsed, Stored) else parsed.table.schema


def rejected_in_words(parsed: Parsed | Stored) -> dict[str, str]:
    """How many rows of the file were set aside, by reason; of stored events the engine tells that itself."""
    if isinstance(parsed, Stored):
        return {}
    counts = Counter(rejected.reason for rejected in parsed.rejected)
    return {f"rows of the file set aside, {reason}": str(count) for reason, count in sorted(counts.items())}
