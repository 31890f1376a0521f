"""From a test to the effects that it does not reject."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HALF = 16  # effects on each side of the first one in a look
_CLOSED = 1e-11  # a bracket this narrow, or a margin this small beside the largest, is closed
_CUTS = np.array([0.25, 0.5, 0.75])


def accepted_hull(
    margin: Callable[[Floats], Floats], *, start: float, reach: float, far: float, ends: tuple[bool, bool]
) -> tuple[float, float]:
    """The smallest interval that holds every effect whose margin is not negative.

    The margin must be continuous, best linear in pieces: an edge is then exact as soon as it is bracketed inside one piece.
    Both edges returned are accepted themselves. A separate island of accepted effects narrower than a sixteenth of the reach
    can go unseen.

    Args:
        margin: of effects (E,), at least 0 where an effect is accepted.
        start: an effect to begin at.
        reach: how far around it to look first; four times as far while an end is accepted.
        far: beyond this reach an accepted end is taken as unbounded.
        ends: whether the lower and the upper edge are looked for; the others are infinite.

    Returns:
        Both edges; NaN where nothing is accepted.
    """
    while True:
        effects = start + np.linspace(-reach, reach, 2 * _HALF + 1)
        values = margin(effects)
        open_ = (ends[0] and values[0] >= 0) or (ends[1] and values[-1] >= 0)
        if not open_ or reach >= far:
            break
        reach *= 4
    effects, values = _with_some(margin, effects, values)
    inside = np.flatnonzero(values >= 0)
    if not inside.size:
        return np.nan, np.nan
    wanted = [(ends[0], inside[0], -1, -np.inf), (ends[1], inside[-1], 1, np.inf)]
    edges = [free for *_, free in wanted]
    sought = [end for end, (want, place, step, _) in enumerate(wanted) if want and 0 <= place + step < len(effects)]
    within = np.array([wanted[end][1] for end in sought], dtype=np.intp)
    beyond = within + np.array([wanted[end][2] for end in sought], dtype=np.intp)
    closed = _closed(margin, effects[beyond], effects[within], values[beyond], values[within])
    for end, edge in zip(sought, closed, strict=True):
        edges[end] = float(edge)
    return edges[0], edges[1]


def _with_some(margin: Callable[[Floats], Floats], effects: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The look itself, or a closer one around its largest margin while nothing is accepted."""
    for _ in range(4):
        if (values >= 0).any():
            break
        best = int(values.argmax())
        around = effects[max(best - 1, 0)], effects[min(best + 1, len(effects) - 1)]
        effects = np.linspace(*around, 2 * _HALF + 1)
        values = margin(effects)
    return effects, values


def _closed(margin: Callable[[Floats], Floats], beyond: Floats, within: Floats, low: Floats, high: Floats) -> Floats:
    """Close brackets (n,) around edges: rejected ``beyond`` with margin ``low``, accepted ``within`` with margin ``high``.

    Each round cuts at the quarters and where the secant meets a margin just above zero, and keeps the outermost change.
    """
    width, scale = np.abs(within - beyond), np.maximum(high, -low)
    while (open_ := (np.abs(within - beyond) > _CLOSED * width) & (high > _CLOSED * scale)).any():
        secant = (0.5 * _CLOSED * scale - low) / (high - low)
        shares = np.sort(np.vstack([np.clip(secant, 0, 1), np.repeat(_CUTS[:, None], len(low), axis=1)]), axis=0)
        effects = beyond + shares * (within - beyond)
        values = margin(effects.ravel()).reshape(effects.shape)
        effects, values = np.vstack([beyond, effects, within]), np.vstack([low, values, high])
        first, column = (values >= 0).argmax(axis=0), np.arange(len(low))
        beyond = np.where(open_, effects[first - 1, column], beyond)
        low = np.where(open_, values[first - 1, column], low)
        within = np.where(open_, effects[first, column], within)
        high = np.where(open_, values[first, column], high)
    return within
