"""Numbers only: arrays in, frozen results out."""

from muster.estimate.before_after import BeforeAfter, Direction, Pairs, Side, before_after
from muster.estimate.simplex import Weights, simplex_weights
from muster.estimate.study import Fit, Placebo, placebo_test, synthetic_control

__all__ = [
    "BeforeAfter",
    "Direction",
    "Fit",
    "Pairs",
    "Placebo",
    "Side",
    "Weights",
    "before_after",
    "placebo_test",
    "simplex_weights",
    "synthetic_control",
]
