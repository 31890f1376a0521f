"""The choices that make a panel, checked once and handed down as one value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import get_args

import pyarrow as pa

from muster.errors import PanelError
from muster.panel.engines import Engine
from muster.panel.geography import Geography
from muster.panel.periods import Period, grid
from muster.records import Blocks, Outcome, known_from


@dataclass(frozen=True, slots=True)
class Rules:
    """How rows become a panel; see :func:`muster.panel.build` for what each rule means."""

    as_of: date | None
    places: Mapping[str, str]
    covered: Period | None
    blocks: Blocks
    engine: Engine
    geography: Geography | None = None

    def __post_init__(self) -> None:
        if self.blocks not in get_args(Blocks):
            raise PanelError(f"rule {self.blocks!r} for block-dated events", expected=f"one of {', '.join(get_args(Blocks))}")
        if self.covered and self.covered[0] > self.covered[1]:
            raise PanelError(f"covered from {self.covered[0]} to {self.covered[1]}", expected="the earlier day first")

    def knows(self, published: str) -> bool:
        """Whether a text of this publication date was surely known on the as-of date."""
        if self.as_of is None:
            return True
        try:
            return known_from(published) <= self.as_of
        except ValueError:
            return False

    def periods(self, first: date, last: date, period: str) -> tuple[Period, ...]:
        """The covered periods: whole ones inside the declared span, or all that the days ``first`` to ``last`` touch."""
        if not self.covered:
            return grid(first, last, period)
        start, end = self.covered
        whole = tuple(span for span in grid(start, end, period) if start <= span[0] and span[1] <= end)
        if not whole:
            raise PanelError(f"no whole {period} lies between {start} and {end}", do="widen the covered span")
        return whole

    def resolving(self, found: pa.ChunkedArray) -> "Rules":
        """The same rules with patterns of places resolved against the names that there are, see :func:`resolved`."""
        return replace(self, places=resolved(self.places, found))

    def names(self, found: Iterable[str]) -> tuple[str, ...]:
        """The places of a file as the plan names them, sorted; blanks are no place."""
        return tuple(sorted({self.places.get(place, place) for place in found} - {""}))


def resolved(places: Mapping[str, str], found: pa.ChunkedArray) -> Mapping[str, str]:
    """A sidecar's places for the names that a file has: ``HT01??`` stands for all that fit it but have no entry of their own.

    Args:
        found: the file's column of places.

    Raises:
        PanelError: a place takes in others by a pattern while rows of its own stand beside them: they would count twice.
    """
    patterns = [name for name in places if "?" in name or "*" in name]
    if not patterns:
        return places
    there = set(distinct(found))
    joined = {name: places[pattern] for pattern in patterns for name in sorted(there - {*places}) if fnmatchcase(name, pattern)}
    for name, place in joined.items():
        if place in there - {*places, *joined}:
            raise PanelError(
                f"{name} is a part of {place}, and the file has rows of {place} too",
                where="places",
                expected="rows that count once",
                do=f"""say what the others are: "{place}" = "" leaves them out, "{place}" = "{place}" adds them""",
            )
    return {**joined, **{name: place for name, place in places.items() if name not in patterns}}


def planned_places(outcome: Outcome, found: Sequence[str]) -> tuple[str, ...]:
    """The treated places and the donors, or all that were found where the plan names none.

    Raises:
        PanelError: none of the treated places occurs, so that the plan and the file name places differently.
    """
    if outcome.treated and not set(outcome.treated) & set(found):
        raise PanelError(
            f"none of the treated places {', '.join(outcome.treated)} occurs in the data",
            where=f"outcome {outcome.id}",
            expected=f"places such as {', '.join(found[:12]) or '(the data name none)'}",
            do="name places as the file does, or map its names to the plan's",
        )
    return tuple(sorted({*outcome.treated, *outcome.donors})) or tuple(found)


def distinct(column: pa.ChunkedArray) -> list[str]:
    """The different texts of a column, sorted."""
    return sorted(column.unique().to_pylist())


def span_table(periods: Sequence[Period]) -> pa.Table:
    """Periods as rows: period_start, period_end."""
    columns = {name: pa.array([span[side] for span in periods], pa.date32()) for side, name in enumerate(("start", "end"))}
    return pa.table({f"period_{name}": column for name, column in columns.items()})
