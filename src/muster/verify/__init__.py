"""Published answers derived again, theirs beside ours."""

from muster.verify.comparing import Comparison, compare
from muster.verify.published import PUBLISHED, Published

__all__ = ["PUBLISHED", "Comparison", "Published", "compare"]
