"""The settings of the one estimator; a method of the literature is a value of :class:`Method`."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["simplex", "equal"]


@dataclass(frozen=True, slots=True)
class Method:
    """How units and periods before the start are weighted (Arkhangelsky et al. 2021, section 2, with its other settings).

    The effect on a unit is its mean after the start minus the weighted mean of its donors, less the same difference over the
    weighted periods before the start. Without time weights nothing is subtracted: the fit must meet the level too.

    Attributes:
        name: what tables and messages call it.
        units: ``simplex`` fits non-negative weights that sum to 1, ``equal`` gives all donors the same.
        periods: weights of the periods before the start, ``simplex`` or ``equal``; None subtracts nothing.
        intercept: match units up to a constant level.
        ridge: penalty of the unit weights, in squared units of the outcome, per matched period; None takes ζ² of synthetic DiD,
            which is √(N₁T₁)·σ² with σ the standard deviation of the donors' first differences before the start. (That counts
            changes which all units share as noise, so synthetic DiD, unlike the others, feels a shock common to all.)
        augment: ridge λ of the bias correction (Ben-Michael, Feller & Rothstein 2021) relative to the largest squared singular
            value of the donors before the start; None corrects nothing.
    """

    name: str
    units: Side = "simplex"
    periods: Side | None = None
    intercept: bool = False
    ridge: float | None = 0.0
    augment: float | None = None

    @property
    def leaves_out(self) -> bool:
        """Whether a donor of weight zero can be taken out of the pool without any change to the fit."""
        return self.units == "simplex" and self.periods != "simplex" and self.ridge is not None and self.augment is None


SC = Method("sc")
DEMEANED = Method("demeaned", periods="equal", intercept=True)
RIDGE = Method("ridge", augment=0.01)
SDID = Method("sdid", periods="simplex", intercept=True, ridge=None)
DID = Method("did", units="equal", periods="equal", intercept=True)

METHODS = {method.name: method for method in (SC, DEMEANED, RIDGE, SDID, DID)}
