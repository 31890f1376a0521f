"""The complete places of a panel around one start, ready for the estimator."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from muster.assess.series import Rows
from muster.estimate import Study as Problem
from muster.estimate import checked_study
from muster.panel import Arrays
from muster.records import Outcome, Start

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Study:
    """The complete places of a panel around one start: the treated one first, periods across the start left out.

    Attributes:
        donors: names of the columns after the first.
        incomplete: planned donors that lack a figure in a period that the treated place has.
        outcomes: (T, 1 + donors); ``pre`` of the periods are over before the start.
        rows: (T,) the periods of the panel that are used.
        starts, ends: (T,) their first and last days.
    """

    start: Start
    donors: tuple[str, ...]
    incomplete: tuple[str, ...]
    outcomes: Floats
    pre: int
    rows: Rows
    starts: tuple[date, ...]
    ends: tuple[date, ...]

    @property
    def usable(self) -> bool:
        """Whether an estimate can be made at all."""
        return len(self.donors) > 1 and 2 <= self.pre < len(self.outcomes)

    @property
    def after(self) -> int:
        """The number of periods that began with the start or later."""
        return len(self.outcomes) - self.pre

    @property
    def problem(self) -> Problem:
        """The same as the estimator takes it."""
        return checked_study(outcomes=self.outcomes, treated=0, pre=self.pre)

    def without(self, *names: str) -> "Study":
        """The same without some donors."""
        kept = [place for place, donor in enumerate(self.donors) if donor not in names]
        donors = tuple(self.donors[place] for place in kept)
        return replace(self, donors=donors, outcomes=self.outcomes[:, [0, *(place + 1 for place in kept)]])


def study(outcome: Outcome, table: Arrays, start: Start) -> Study:
    """The panel of the single treated place and the donors that have a figure wherever it has one."""
    column = table.places.index(outcome.treated[0])
    sided = [end < start.date or first >= start.date for first, end in zip(table.periods, table.ends, strict=True)]
    rows = np.flatnonzero(np.array(sided) & np.isfinite(table.values[:, column]))
    there = [donor for donor in outcome.donors if donor in table.places and donor not in outcome.treated]
    whole = [donor for donor in there if np.isfinite(table.values[rows, table.places.index(donor)]).all()]
    columns = np.array([column, *(table.places.index(donor) for donor in whole)])
    return Study(
        start=start,
        donors=tuple(whole),
        incomplete=tuple(donor for donor in outcome.donors if donor not in whole),
        outcomes=table.values[np.ix_(rows, columns)],
        pre=sum(table.ends[row] < start.date for row in rows),
        rows=rows,
        starts=tuple(table.periods[row] for row in rows),
        ends=tuple(table.ends[row] for row in rows),
    )
