"""Views of the ledger's state: pure functions from accepted commitments to rows, each number with its records."""

from muster.ledger.views.contributors import Contribution, contributors
from muster.ledger.views.gap import Gap, Side, gaps
from muster.ledger.views.money import Money, Sum, money
from muster.ledger.views.rates import Converted, Rates, read_rates
from muster.ledger.views.steps import Step, steps

__all__ = [
    "Contribution",
    "Converted",
    "Gap",
    "Money",
    "Rates",
    "Side",
    "Step",
    "Sum",
    "contributors",
    "gaps",
    "money",
    "read_rates",
    "steps",
]
