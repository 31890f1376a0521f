"""Finding the sets of records that cannot all hold, by general rules: no label, no knowledge of any one mission."""

from muster.ledger.disagree.finding import disputed, disputed_at_both, find, sets

__all__ = ["disputed", "disputed_at_both", "find", "sets"]
