"""What a picture of an effect is drawn from: the counterfactual, the placebos' gaps, the other specifications."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Paths:
    """A treated place against the mix of its donors, period by period.

    Attributes:
        starts, ends: (T,) first and last day of each period; ``pre`` of them are over before the start.
        actual, counterfactual: (T,) in the outcome's unit.
        low, high: (T,) the interval of the effect added to the counterfactual; null before the start and where there is none.
        placebos: (N, T) the gap of each donor to its own mix, as if it had been treated; ``donors`` are their names.
        weights: (N,) of the donors in the mix.
    """

    starts: tuple[date, ...]
    ends: tuple[date, ...]
    pre: int
    actual: tuple[float, ...]
    counterfactual: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    donors: tuple[str, ...]
    weights: tuple[float, ...]
    placebos: tuple[tuple[float, ...], ...]

    @property
    def gaps(self) -> tuple[float, ...]:
        """(T,) actual less counterfactual."""
        return tuple(one - other for one, other in zip(self.actual, self.counterfactual, strict=True))


@dataclass(frozen=True, slots=True)
class Specifications:
    """The same effect under other defensible choices, in the outcome's unit.

    Attributes:
        effects: one a specification, in rising order; ``choices`` says for each what was chosen (``start: agreement``,
            ``donors: without HT05``); ``planned`` is the place of the planned one.
    """

    effects: tuple[float, ...]
    choices: tuple[tuple[str, ...], ...]
    planned: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """What can be drawn of one finding; either is null where no estimate was made."""

    paths: Paths | None = None
    specifications: Specifications | None = None
