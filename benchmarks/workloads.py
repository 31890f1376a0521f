"""The panels that speed is quoted on: simulated, from a fixed seed, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def factor_panel(units: int = 500, periods: int = 120, seed: int = 20240501) -> Floats:
    """(periods, units) of six common factors, a level of each unit, a common walk, and noise that lasts.

    The factors are autoregressive (0.95), the first with a yearly season; loadings are gamma, noise autoregressive (0.5).
    """
    rng = np.random.default_rng(seed)
    factors = autoregression(rng.normal(size=(periods, 6)), 0.95)
    factors[:, 0] += np.sin(np.arange(periods) * np.pi / 6)
    loadings = rng.gamma(2.0, 0.5, size=(units, 6))
    level = rng.normal(size=units)
    walk = np.cumsum(rng.normal(0, 0.05, size=periods))
    noise = autoregression(rng.normal(size=(periods, units)), 0.5)
    return 10 + 2 * (level + walk[:, None] + factors @ loadings.T) + 0.5 * noise


def autoregression(shocks: Floats, memory: float) -> Floats:
    """Each column a first-order autoregression of standard normal shocks (periods, columns), of variance one in the end."""
    path, value = np.empty_like(shocks), np.zeros(shocks.shape[1])
    for period, shock in enumerate(shocks):
        value = memory * value + shock * np.sqrt(1 - memory**2)
        path[period] = value
    return path
