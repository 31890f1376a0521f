"""Finding the sets of records that cannot all hold, by general rules: no label, no knowledge of any one mission."""

from muster.ledger.disagree.finding import disputed, find, sets

__all__ = ["disputed", "find", "sets"]
