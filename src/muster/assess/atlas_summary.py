"""All missions together: how many can be told, what stops the others, and a random-effects summary of those that can."""

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import get_args

import numpy as np
from msgspec.structs import replace
from scipy.stats import t as student

from muster.assess.atlas import NORMAL, Entry
from muster.records import Record, Verdict

FEWEST = 3  # effects from which the next mission's can be predicted (two parameters are estimated)


class Pooled(Record, frozen=True, kw_only=True):
    """Random effects over missions (Paule & Mandel 1982), in log(1 + deaths), with intervals of 90 percent.

    ``mean`` is the mean of the missions' true effects, ``spread`` their standard deviation; ``next_low`` and ``next_high`` hold
    the true effect of another mission like them (Higgins, Thompson & Spiegelhalter 2009, section 4.3), null under three.
    """

    missions: int
    mean: float
    low: float
    high: float
    spread: float
    next_low: float | None = None
    next_high: float | None = None


class Summary(Record, frozen=True, kw_only=True):
    """Counts of verdicts, of the checks that stop one (a mission may fail several), and the pooled effect of those told."""

    missions: int
    verdicts: dict[str, int]
    stopped_by: dict[str, int]
    pooled: Pooled | None


def summarised(entries: Iterable[Entry]) -> Summary:
    """The summary of all missions; nothing is pooled of fewer than two that can be told."""
    told = list(entries)
    verdicts = Counter(dict.fromkeys(get_args(Verdict), 0))
    verdicts.update(one.verdict for one in told)
    stops = Counter(name for one in told for name in one.stopped_by)
    usable = [(one.effect, one.error) for one in told if one.verdict != "cannot tell" and one.effect is not None and one.error]
    return Summary(
        missions=len(told),
        verdicts=dict(verdicts),
        stopped_by=dict(sorted(stops.items())),
        pooled=pooled(np.array(usable)) if len(usable) > 1 else None,
    )


def pooled(usable: np.ndarray) -> Pooled:
    """Random effects of (K, 2) effects and their standard errors, in any order."""
    from statsmodels.stats.meta_analysis import combine_effects  # slow to import

    effects, errors = usable[np.lexsort(usable.T)].T
    found = combine_effects(effects, errors**2, method_re="iterated")
    mean, tau2, own = float(found.mean_effect_re), max(float(found.tau2), 0.0), float(found.sd_eff_w_re)
    made = Pooled(missions=len(effects), mean=mean, low=mean - NORMAL * own, high=mean + NORMAL * own, spread=sqrt(tau2))
    if len(effects) < FEWEST:
        return made
    reach = float(student.ppf(0.95, len(effects) - 2)) * sqrt(tau2 + own**2)
    return replace(made, next_low=mean - reach, next_high=mean + reach)
