"""The specification curve: one effect under thousands of defensible choices (Simonsohn, Simmons & Nelson 2020, steps 1 and 2).

Specifications of one transform, start, window and method share the products of the panel and are columns of one call. Then
each donor is left out in turn, started from the weights with it. Where nothing but the unit weights depends on the donors, only
those with weight are: one without weight can go without any change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import Fits, fit_many
from muster.estimate.method import SC, Method
from muster.estimate.study import Study, chosen_method

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pool = int | Sequence[int] | None

_TRANSFORMS = ("level", "log1p", "sqrt", "standardised")
_ABOVE_ZERO = ("log1p", "sqrt")  # transforms that negative outcomes do not have


@dataclass(frozen=True, slots=True)
class Scale:
    """What the specifications on one scale say together; effects on different scales are never put together.

    Attributes:
        transform: the scale.
        count: number of its specifications.
        base: the effect with the first of every other setting.
        median, low, high: of the effects.
        same_sign: share of the effects with the sign of ``base``.
    """

    transform: str
    count: int
    base: float
    median: float
    low: float
    high: float
    same_sign: float


@dataclass(frozen=True, slots=True)
class Curve:
    """S specifications, one a row. Row 0 is the base: the first of every setting, with no donor left out.

    Attributes:
        method, transform, pool: (S,) names.
        start: (S,) periods of the panel before the start.
        window: (S,) how many of these are used, the last ones.
        dropped: (S,) the donor left out, −1 for none.
        donors: (S,) size of the donor pool.
        att, pre_rmspe: (S,) effect and fit in the unit of the transform: the outcome's own for ``level``, standard deviations
            of the treated unit in the window for ``standardised``.
        certificate: (S,) relative duality gap of the weights.
        scales: one summary a transform.
        fitted: number of fits that had to be solved.
    """

    method: tuple[str, ...]
    transform: tuple[str, ...]
    pool: tuple[str, ...]
    start: Whole
    window: Whole
    dropped: Whole
    donors: Whole
    att: Floats
    pre_rmspe: Floats
    certificate: Floats
    scales: tuple[Scale, ...]
    fitted: int


@dataclass(frozen=True, slots=True)
class _Block:
    """The specifications of one transform, start, window and method: every pool whole, then without each of its donors."""

    settings: tuple[str, str, int, int]
    pool: Whole  # the place of the pool among those given
    dropped: Whole
    donors: Whole
    att: Floats
    pre_rmspe: Floats
    certificate: Floats
    fitted: int


def curve(
    chosen: Study,
    *,
    methods: Sequence[Method | str] = (SC,),
    transforms: Sequence[str] = ("level",),
    starts: Sequence[int] | None = None,
    windows: Sequence[int | None] = (None,),
    pools: Mapping[str, Pool] | None = None,
    leave_one_out: bool = True,
) -> Curve:
    """Fit every combination of the settings, with the whole donor pool and with each of its donors left out.

    The first of each setting is the base, from which the others depart. Other starts than the real one show how much hangs on
    the date; an earlier one dilutes an effect with periods before it, a later one fits some of it away.

    Args:
        methods: estimators, or their names.
        transforms: ``level``, ``log1p``, ``sqrt``, or ``standardised``: each unit less its mean over the window, over its
            standard deviation there. Donors that are constant in a window have none and are left out of its pools.
        starts: periods of the panel before the start; the study's own if None.
        windows: how many of these to use, the last ones; None for all.
        pools: donors by name: columns; or a number k, for the k donors nearest to the treated unit in root mean square
            difference over the window (up to a constant where the method allows one); or None for all. All alone if None.
        leave_one_out: whether donors are left out one at a time, which a pool of one donor never is.

    Raises:
        EstimateError: a study with rows of its own to match; a setting that is empty, unknown or outside the panel; a transform
            that negative outcomes do not have; a treated unit that is constant in a window and cannot be standardised.
    """
    begins = (chosen.pre,) if starts is None else tuple(starts)
    choice: Mapping[str, Pool] = {"all": None} if pools is None else pools
    if not all(len(setting) for setting in (methods, transforms, begins, windows, choice)):
        raise EstimateError("a setting without a value", expected="at least one method, transform, start, window and pool")
    _check_windows(chosen, begins, windows)
    _check_transforms(chosen, transforms)
    _check_pools(chosen, choice)
    blocks = []
    for transform, start, window in product(transforms, begins, windows):
        part, constant = _transformed(chosen, transform, start, start if window is None else window)
        for method in map(chosen_method, methods):
            inside = np.array([_pool(part, method, pool, constant) for pool in choice.values()])
            blocks.append(_block(part, method, inside, leave_one_out, (method.name, transform, start, part.pre)))
    return _joined(blocks, tuple(choice))


def _joined(blocks: list[_Block], pools: tuple[str, ...]) -> Curve:
    rows = [block.settings for block in blocks for _ in block.pool]
    methods, transforms, starts, windows = zip(*rows, strict=True)
    pool, dropped, donors = (
        np.concatenate([getattr(block, name) for block in blocks]) for name in ("pool", "dropped", "donors")
    )
    att, pre_rmspe, certificate = (
        np.concatenate([getattr(block, name) for block in blocks]) for name in ("att", "pre_rmspe", "certificate")
    )
    scale_of = np.array(transforms)
    return Curve(
        method=methods,
        transform=transforms,
        pool=tuple(pools[place] for place in pool),
        start=np.array(starts),
        window=np.array(windows),
        dropped=dropped,
        donors=donors,
        att=att,
        pre_rmspe=pre_rmspe,
        certificate=certificate,
        scales=tuple(_scale(name, att[scale_of == name]) for name in dict.fromkeys(transforms)),
        fitted=sum(block.fitted for block in blocks),
    )


def _scale(transform: str, effects: Floats) -> Scale:
    return Scale(
        transform=transform,
        count=len(effects),
        base=float(effects[0]),
        median=float(np.median(effects)),
        low=float(effects.min()),
        high=float(effects.max()),
        same_sign=float((np.sign(effects) == np.sign(effects[0])).mean()),
    )


def _transformed(chosen: Study, transform: str, start: int, window: int) -> tuple[Study, Flags]:
    """The panel of one window on one scale, and the units (N,) that cannot be used on it."""
    panel = chosen.outcomes[start - window :]
    if transform == "log1p":
        panel = np.log1p(panel)
    elif transform == "sqrt":
        panel = np.sqrt(panel)
    constant = np.zeros(panel.shape[1], dtype=bool)
    if transform == "standardised":
        before = panel[:window]
        constant = np.ptp(before, axis=0) == 0
        panel = (panel - before.mean(axis=0)) / np.where(constant, 1, before.std(axis=0))
    for unit in chosen.treated:
        if constant[unit]:
            raise EstimateError(
                f"treated unit {unit} is constant in periods {start - window} to {start - 1}",
                where="standardised",
                expected="a unit with a standard deviation",
                do="use a longer window or another transform",
            )
    return Study(np.ascontiguousarray(panel), chosen.treated, window), constant


def _pool(part: Study, method: Method, pool: Pool, constant: Flags) -> Flags:
    """(N,) the donors of a pool."""
    inside = ~constant
    inside[list(part.treated)] = False
    if isinstance(pool, int):
        before = part.outcomes[: part.pre]
        apart = before - before[:, list(part.treated)].mean(axis=1, keepdims=True)
        distance = (apart.var(axis=0) if method.intercept else (apart**2).mean(axis=0)) + np.where(inside, 0, np.inf)
        inside[np.argsort(distance, kind="stable")[pool:]] = False
    elif pool is not None:
        inside &= np.isin(np.arange(len(inside)), pool)
    if not inside.any():
        raise EstimateError(
            "a pool without a donor that can be used", expected="at least one", do="name donors, or use a longer window"
        )
    return inside


def _block(part: Study, method: Method, inside: Flags, leave_one_out: bool, settings: tuple[str, str, int, int]) -> _Block:
    """Fit the pools (rows of ``inside``, (Q, N)), then those without one donor that this changes."""
    whole = _fitted(part, method, inside, None)
    pool, dropped = np.nonzero(inside & (inside.sum(axis=1) > 1)[:, None] if leave_one_out else np.zeros_like(inside))
    again = whole.weights.T[pool, dropped] > 0 if method.leaves_out else np.ones(len(pool), dtype=bool)
    without = inside[pool[again]]
    without[np.arange(len(without)), dropped[again]] = False
    fits = [whole]
    if len(without):
        fits.append(_fitted(part, method, without, whole.weights[:, pool[again]]))
    answer = pool.copy()  # which fit answers: the one with the whole pool, or one of those without a donor
    answer[again] = len(inside) + np.arange(len(without))
    answer = np.concatenate([np.arange(len(inside)), answer])
    pool, dropped = np.concatenate([np.arange(len(inside)), pool]), np.concatenate([np.full(len(inside), -1), dropped])
    return _Block(
        settings=settings,
        pool=pool,
        dropped=dropped,
        donors=inside.sum(axis=1)[pool] - (dropped >= 0),
        att=np.concatenate([many.att for many in fits])[answer],
        pre_rmspe=np.concatenate([many.pre_rmspe for many in fits])[answer],
        certificate=np.concatenate([many.certificate for many in fits])[answer],
        fitted=len(inside) + len(without),
    )


def _fitted(part: Study, method: Method, inside: Flags, warm: Floats | None) -> Fits:
    """The treated units with each row of donors."""
    banned = np.full((len(inside), int((~inside).sum(axis=1).max())), -1)
    for row, allowed in zip(banned, inside, strict=True):
        out = np.flatnonzero(~allowed)
        row[: len(out)] = out
    target = part.outcomes[:, list(part.treated)].mean(axis=1, keepdims=True)
    return fit_many(
        outcomes=part.outcomes,
        targets=np.repeat(target, len(inside), axis=1),
        pre=part.pre,
        method=method,
        banned=banned,
        treated=len(part.treated),
        warm=warm,
    )


def _check_windows(chosen: Study, starts: Sequence[int], windows: Sequence[int | None]) -> None:
    if chosen.match is not None:
        raise EstimateError("a study with rows of its own to match", expected="one that matches the periods before the start")
    for start, window in product(starts, windows):
        length = start if window is None else window
        if not 2 <= length <= start < len(chosen.outcomes):
            raise EstimateError(
                f"start {start} with a window of {length}", expected=f"2 ≤ window ≤ start < {len(chosen.outcomes)}, the periods"
            )


def _check_transforms(chosen: Study, transforms: Sequence[str]) -> None:
    lowest = float(chosen.outcomes.min())
    period, unit = (int(place) for place in np.unravel_index(chosen.outcomes.argmin(), chosen.outcomes.shape))
    for transform in transforms:
        if transform not in _TRANSFORMS:
            raise EstimateError(f"transform {transform!r}", expected=f"one of {', '.join(_TRANSFORMS)}")
        if transform in _ABOVE_ZERO and lowest < 0:
            raise EstimateError(f"{lowest:g}", where=f"period {period}, unit {unit}", expected=f"0 or more for {transform}")


def _check_pools(chosen: Study, pools: Mapping[str, Pool]) -> None:
    known = set(chosen.donors.tolist())
    for name, pool in pools.items():
        wrong = not 1 <= pool <= len(known) if isinstance(pool, int) else pool is not None and not set(pool) <= known
        if wrong:
            raise EstimateError(
                f"pool {name!r} of {pool}", expected=f"columns of donors, or how many of the {len(known)}, or None for all"
            )
