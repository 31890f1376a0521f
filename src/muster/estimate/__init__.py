"""Numbers only: arrays in, frozen results out."""

from muster.estimate.before_after import BeforeAfter, Direction, Pairs, Side, before_after
from muster.estimate.fitting import Fits, fit_many
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Method
from muster.estimate.placebo import Placebo, placebo_test
from muster.estimate.simplex import Weights, simplex_weights
from muster.estimate.study import Fit, Study, checked_study, fit_study

__all__ = [
    "DEMEANED",
    "DID",
    "METHODS",
    "RIDGE",
    "SC",
    "SDID",
    "BeforeAfter",
    "Direction",
    "Fit",
    "Fits",
    "Method",
    "Pairs",
    "Placebo",
    "Side",
    "Study",
    "Weights",
    "before_after",
    "checked_study",
    "fit_many",
    "fit_study",
    "placebo_test",
    "simplex_weights",
]
