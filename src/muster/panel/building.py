"""The one way in: a parsed file and a planned outcome to a panel."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from muster.errors import PanelError
from muster.panel.events import event_panel
from muster.panel.figures import figure_panel
from muster.panel.geography import Geography
from muster.panel.observations import observation_panel
from muster.panel.rates import rated
from muster.panel.rules import Rules, resolved
from muster.panel.values import Panel
from muster.records import Blocks, DataFile, Outcome
from muster.sources import EVENTS, FIGURES, OBSERVATIONS, Parsed

MAKERS = ((EVENTS, event_panel), (FIGURES, figure_panel), (OBSERVATIONS, observation_panel))


def build(  # noqa: PLR0913 - each is a rule of its own
    outcome: Outcome,
    parsed: Parsed,
    file: DataFile,
    *,
    as_of: date | None = None,
    places: Mapping[str, str] | None = None,
    population: tuple[Parsed, DataFile] | None = None,
    covered: tuple[date, date] | None = None,
    blocks: Blocks = "set aside",
    engine: str = "duckdb",
    geography: Geography | None = None,
) -> Panel:
    """The panel of an outcome.

    Args:
        as_of: only what was surely published by then: figures by their own date, events and observations by the
            vintage of their file.
        places: the file's names of places to the plan's; names not in it stay; ``HT01??`` stands for every name like it.
        population: the file that ``Outcome.population`` names; places as its sidecar maps them.
        covered: not for figures. The days that the source covered: whole periods inside it are rows, zeros where there was no
            event; what lies outside is set aside. Without it, from the first to the last event or counted observation, the
            outermost periods taken as whole.
        blocks: events only. What becomes of events dated to a month or a year (``date_precision`` from 4): ``set aside``, or
            ``spread`` in equal parts over the periods they touch.
        engine: one of ``muster.panel.ENGINES``. The panel is the same on each.
        geography: events only. The polygons or H3 cells that the outcome names, from ``read_geography``: each event's place is
            then where its coordinates lie, and not the name in the file.

    Raises:
        PanelError: the plan does not fit the file, or rows that must not be mixed share a series.
    """
    if not parsed.table.num_rows:
        raise PanelError("no row of the file can be used", where=file.name, expected="at least one sound row")
    maker = next((made for schema, made in MAKERS if parsed.table.schema.equals(schema)), None)
    if maker is None:
        raise PanelError("a table that no panel is made of", where=file.name, do="read it with muster.sources.load")
    _check(outcome, parsed, population)
    _check_geography(outcome, parsed, geography)
    # The names in the file say nothing where coordinates do.
    names = {} if geography else resolved(places or {}, parsed.table["place"])
    rules = Rules(as_of, names, covered, blocks, engine, geography)
    panel = maker(outcome, parsed.table, file, rules)
    if population and outcome.population:
        panel = rated(panel, population, rules)
    return replace(panel, recipe={**panel.recipe, **rejected_in_words(parsed), **({"as of": str(as_of)} if as_of else {})})


def _check(outcome: Outcome, parsed: Parsed, population: tuple[Parsed, DataFile] | None) -> None:
    """Refuse what the plan asks for and nothing would be done about."""
    where = f"outcome {outcome.id}"
    if outcome.base and not parsed.table.schema.equals(OBSERVATIONS):
        raise PanelError(f"base {outcome.base!r}", where=where, expected="a base for prices only", do="leave it out")
    if outcome.population and not population:
        raise PanelError(f"population {outcome.population!r} is not at hand", where=where, do="hand its file to build")
    if outcome.per and not outcome.population:
        raise PanelError(
            f"per {outcome.per:g} without a population", where=where, do="name the file of persons as 'population'"
        )


def _check_geography(outcome: Outcome, parsed: Parsed, geography: Geography | None) -> None:
    where = f"outcome {outcome.id}"
    if outcome.geography and geography is None:
        raise PanelError(f"geography {outcome.geography!r} was not read", where=where, do="read it with read_geography")
    if geography and not parsed.table.schema.equals(EVENTS):
        raise PanelError("a geography for rows that are no events", where=where, do="leave it out: they name their places")


def rejected_in_words(parsed: Parsed) -> dict[str, str]:
    """How many rows of the file were set aside, by reason."""
    counts = Counter(rejected.reason for rejected in parsed.rejected)
    return {f"rows of the file set aside, {reason}": str(count) for reason, count in sorted(counts.items())}
