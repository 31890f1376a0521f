"""Numbers only: arrays in, frozen results out."""

from muster.estimate.before_after import BeforeAfter, Direction, Pairs, Side, before_after
from muster.estimate.conformal import Conformal, conformal
from muster.estimate.curve import Curve, curve
from muster.estimate.estimating import Block, block_study, fit
from muster.estimate.fitting import Fits, fit_many
from muster.estimate.in_time import InTime, in_time
from muster.estimate.leave_two_out import LeaveTwoOut, leave_two_out
from muster.estimate.many import many_tests
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Method
from muster.estimate.multiple import holm
from muster.estimate.placebo import Placebo, placebo_of, placebo_test
from muster.estimate.poisson import EventStudy, event_study
from muster.estimate.power import Power, power
from muster.estimate.predictors import PredictorWeights, predictor_weights
from muster.estimate.simplex import Weights, simplex_weights
from muster.estimate.staggered import Staggered, staggered
from muster.estimate.standard_error import StandardError, standard_error
from muster.estimate.study import Fit, Study, checked_study, fit_study
from muster.estimate.testing import Test, test
from muster.estimate.watch import Watch, WatchPlan, plan_watch, watch

__all__ = [
    "DEMEANED",
    "DID",
    "METHODS",
    "RIDGE",
    "SC",
    "SDID",
    "BeforeAfter",
    "Block",
    "Conformal",
    "Curve",
    "Direction",
    "EventStudy",
    "Fit",
    "Fits",
    "InTime",
    "LeaveTwoOut",
    "Method",
    "Pairs",
    "Placebo",
    "Power",
    "PredictorWeights",
    "Side",
    "Staggered",
    "StandardError",
    "Study",
    "Test",
    "Watch",
    "WatchPlan",
    "Weights",
    "before_after",
    "block_study",
    "checked_study",
    "conformal",
    "curve",
    "event_study",
    "fit",
    "fit_many",
    "fit_study",
    "holm",
    "in_time",
    "leave_two_out",
    "many_tests",
    "placebo_of",
    "placebo_test",
    "plan_watch",
    "power",
    "predictor_weights",
    "simplex_weights",
    "staggered",
    "standard_error",
    "test",
    "watch",
]
