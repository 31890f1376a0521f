"""Several outcomes at once: p-values that keep the chance of any false finding (Holm 1979)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError


def holm(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Adjusted p-values in the given order: reject those at most alpha, and the chance of any false rejection is at most alpha.

    Raises:
        EstimateError: a value outside 0 to 1.
    """
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise EstimateError("p-values outside 0 to 1", expected="a list of numbers from 0 to 1")
    order = np.argsort(given, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)), 1)
    adjusted = np.empty_like(given)
    adjusted[order] = stepped
    return adjusted
