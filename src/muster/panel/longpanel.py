"""A panel of named units and ordered periods, and the checks it has to pass before anything is estimated."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.errors import PanelError
from muster.panel.tablefile import near, plain

Missing = Literal["error", "drop units", "drop periods"]
Whole = NDArray[np.intp]
Floats = NDArray[np.float64]

MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?Z?")
NAMED = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """A period: the form it is written in, its numbers, which put it in order, and its text."""

    form: str
    numbers: tuple[float, ...]
    label: str = field(compare=False)


def moment(text: str) -> Moment:
    """A period from its text: equal for ``1989`` and ``1989.0``, and for a day with and without midnight."""
    written = MIDNIGHT.sub(r"\1", text.strip())
    try:
        number = float(written)
    except ValueError:
        number = nan
    if isfinite(number) and "_" not in written:
        return Moment("number", (number,), str(int(number)) if number.is_integer() else written)
    return Moment(re.sub(r"\d+", "#", written), tuple(float(part) for part in re.findall(r"\d+", written)), written)


@dataclass(frozen=True, slots=True)
class LongPanel:
    """One panel of a long file.

    Attributes:
        where: file, and study where it holds several, as messages name it.
        study: its name in the study column, empty without one.
        units: N names, sorted.
        moments: T periods in order of time.
        values: (T, N) outcomes, NaN where the file has no value; never infinite.
        set_aside: what :meth:`without` and :meth:`complete` left out, in words.
    """

    where: str
    study: str
    units: tuple[str, ...]
    moments: tuple[Moment, ...]
    values: Floats
    set_aside: tuple[str, ...] = ()

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods as text."""
        return tuple(known.label for known in self.moments)

    def column(self, unit: str) -> int:
        """The column of a unit.

        Raises:
            PanelError: there is none of this name; the message lists names like it.
        """
        if unit not in self.units:
            raise PanelError(f"no unit {plain(unit)!r}", where=self.where, expected=near(unit, self.units))
        return self.units.index(unit)

    def before(self, start: str) -> int:
        """How many periods lie before the one named.

        Raises:
            PanelError: there is no such period.
        """
        written = moment(start)
        if written not in self.moments:
            first, last = self.periods[0], self.periods[-1]
            raise PanelError(
                f"no period {plain(start)!r}",
                where=self.where,
                expected=f"one of the {len(self.periods)} from {first} to {last}",
            )
        return self.moments.index(written)

    def without(self, units: Iterable[str]) -> "LongPanel":
        """The panel without these units."""
        columns = {self.column(unit) for unit in units}
        if not columns:
            return self
        kept = self._only(np.setdiff1d(np.arange(len(self.units)), list(columns)), np.arange(len(self.periods)))
        return replace(kept, set_aside=(*self.set_aside, *(f"{self.units[column]}: as asked" for column in sorted(columns))))

    def complete(self, missing: Missing = "error") -> "LongPanel":
        """The panel with a value in every cell, and no series that never changes.

        Args:
            missing: ``error`` names the first missing cell; ``drop units`` leaves out every unit that lacks a value,
                ``drop periods`` every period in which one does.

        Raises:
            PanelError: a missing cell, a unit without any value or with the same value in every period, or nothing left.
        """
        gaps = np.isnan(self.values)
        if not gaps.any():
            return self._varied()
        if missing == "error":
            self._refuse(gaps)
        if missing == "drop units":
            kept = self._only(np.flatnonzero(~gaps.any(axis=0)), np.arange(len(self.periods)))
        else:
            self._refuse_empty(gaps)
            kept = self._only(np.arange(len(self.units)), np.flatnonzero(~gaps.any(axis=1)))
        gone = sorted({*self.units} - {*kept.units}) or [label for label in self.periods if label not in kept.periods]
        if not kept.values.size:
            raise PanelError("a value is missing in every one", where=f"{self.where}, {missing}", expected="a panel to be left")
        return replace(kept, set_aside=(*self.set_aside, *(f"{name}: missing values" for name in gone)))._varied()

    def _only(self, columns: Whole, rows: Whole) -> "LongPanel":
        return replace(
            self,
            units=tuple(self.units[column] for column in columns),
            moments=tuple(self.moments[row] for row in rows),
            values=np.ascontiguousarray(self.values[np.ix_(rows, columns)]),
        )

    def _refuse(self, gaps: NDArray[np.bool_]) -> None:
        self._refuse_empty(gaps)
        row, column = (int(place) for place in np.argwhere(gaps)[0])
        others = f" and {gaps.sum() - 1} more cells" if gaps.sum() > 1 else ""
        raise PanelError(
            f"no value for {self.units[column]} in {self.periods[row]}{others}",
            where=self.where,
            expected="a number for every unit in every period",
            do="fill it in, or leave out its unit or its period (--missing)",
        )

    def _refuse_empty(self, gaps: NDArray[np.bool_]) -> None:
        empty = [unit for unit, none in zip(self.units, gaps.T, strict=True) if none.all()]
        if empty:
            raise PanelError(
                f"no value in any period for {_listed(empty)}", where=self.where, do=f"leave it out (--without {empty[0]!r})"
            )

    def _varied(self) -> "LongPanel":
        flat = [unit for unit, series in zip(self.units, self.values.T, strict=True) if series.max() == series.min()]
        if flat and len(self.periods) > 1:
            raise PanelError(
                f"the same value in every period for {_listed(flat)}",
                where=self.where,
                expected="series that vary: one that never does is often a series without reports",
                do=f"leave it out (--without {flat[0]!r})",
            )
        return self


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(plain(name) for name in names[:NAMED]) + rest
