"""The in-space placebo test (Abadie, Diamond & Hainmueller 2010, sections 2.3-2.4), for any method."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muster.errors import EstimateError
from muster.estimate.fitting import fit_many
from muster.estimate.method import SC, Method
from muster.estimate.study import Fit, Study, checked_study, one_fit, ratios

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placebo:
    """The same fit for every unit as if it had been treated, and where the treated unit stands among them.

    Attributes:
        fit: the treated unit's.
        p_ratio: share of units, the treated one included, whose RMSPE ratio is at least as large as the treated unit's.
        p_gap: the same with ``|att|`` in place of the ratio. Both are two-sided.
        smallest_p: 1/N, the smallest p that N units can give.
        fits: (N,) one fit a unit, in panel order.
    """

    fit: Fit
    p_ratio: float
    p_gap: float
    smallest_p: float
    fits: tuple[Fit, ...]


def placebo_test(*, outcomes: ArrayLike, treated: int, pre: int, method: Method = SC) -> Placebo:
    """Refit every unit as if it were the treated one, with all others as donors, and rank the treated unit among them.

    The p-values are exact when each unit was equally likely to be the treated one (P(p ≤ a) ≤ a at every a). They over-reject
    when a unit is treated *because* its outcome had just peaked, since such a peak fades by itself (Illenberger, Small & Shaw
    2020): no placebo shows that. The treated unit stays in the donor pool of the placebos, which exactness needs.

    Args:
        outcomes: (T, N) periods by units, finite.
        treated: column of the treated unit.
        pre: number of periods before the start.

    Raises:
        EstimateError: see :func:`muster.estimate.study.checked_study`; or several treated units.
    """
    return placebo_of(checked_study(outcomes=outcomes, treated=treated, pre=pre), method)


def placebo_of(chosen: Study, method: Method = SC) -> Placebo:
    """The placebo test of a checked study with one treated unit."""
    if len(chosen.treated) != 1:
        raise EstimateError(
            f"{len(chosen.treated)} treated units", expected="one treated unit", do="use the permutation of starts"
        )
    treated, units = chosen.treated[0], chosen.outcomes.shape[1]
    many = fit_many(
        outcomes=chosen.outcomes,
        targets=chosen.outcomes,
        pre=chosen.pre,
        method=method,
        banned=np.arange(units)[:, None],
        match=chosen.match,
        target_match=chosen.match,
    )
    ratio = ratios(chosen, many)
    fits = tuple(one_fit(many, unit, chosen.outcomes[:, unit], float(ratio[unit])) for unit in range(units))
    return Placebo(
        fit=fits[treated],
        p_ratio=share_at_least(ratio, treated),
        p_gap=share_at_least(np.abs(many.att), treated),
        smallest_p=1 / units,
        fits=fits,
    )


def share_at_least(statistics: Floats, treated: int) -> float:
    """Share of units as extreme as the treated one; differences that are rounding count as ties, against a small p."""
    return float((statistics >= statistics[treated] * (1 - 1e-9)).mean())


def signed_p(fits: Sequence[Fit], treated: int, side: Literal["higher", "lower"]) -> float:
    """One-sided p: share of units whose RMSPE ratio, with the sign of the mean gap, lies as far to that side."""
    signed = np.array([found.ratio * np.sign(found.att) for found in fits]) * (1 if side == "higher" else -1)
    return float((signed >= signed[treated] - 1e-9 * abs(signed[treated])).mean())
