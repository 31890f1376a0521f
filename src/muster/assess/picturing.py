"""What the pictures of an effect are drawn from, out of the fits that its checks were made with."""

from collections.abc import Iterator

import numpy as np

from muster.assess.comparison import Comparison, interval
from muster.assess.neighbours import next_to
from muster.assess.paths import Paths, Pictures, Specifications
from muster.assess.studying import Study
from muster.assess.words import named
from muster.estimate import SC, curve

METHODS = {
    "sc": "synthetic control",
    "demeaned": "synthetic control up to a level",
    "did": "all comparison places alike",
}
SHARES = (1.0, 0.75, 0.5)  # of the periods before the start, the last ones, that a specification may fit to
NEAREST = (0.5, 0.25)  # of the donors, those most like the place before the start

Choice = tuple[str, ...]
Band = tuple[float | None, ...]


def pictures(found: Comparison, *, every: bool = False) -> Pictures:
    """The paths, and the effect under other choices; with ``every``, each of these again without each donor in turn."""
    if found.placebo is None or found.study is None:
        return Pictures()
    return Pictures(paths(found), specifications(found, every=every))


def specifications(found: Comparison, *, every: bool = False) -> Specifications | None:
    """The effect with other declared starts, methods, stretches before the start and pools of donors."""
    if found.study is None:
        return None
    main = list(_specified(found.study, found, every=every))
    others = [one for study, _ in found.others for one in _specified(study, found, every=every)]
    each = [*main, *others]
    order = np.argsort([effect for effect, _ in each], kind="stable").tolist()
    return Specifications(
        effects=tuple(each[place][0] for place in order),
        choices=tuple(each[place][1] for place in order),
        planned=order.index(0),
    )


def _specified(study: Study, found: Comparison, *, every: bool) -> Iterator[tuple[float, Choice]]:
    """Each effect at one start with what was chosen; the planned choices first."""
    count = len(study.donors)
    pools: dict[str, int | tuple[int, ...] | None] = {"all comparison places": None}
    for share in NEAREST:
        size = max(2, round(share * count))
        pools |= {f"the {size} most like it": size} if size < count else {}
    near = next_to(study, found.rings)
    far = tuple(1 + place for place, donor in enumerate(study.donors) if donor not in near)
    pools |= {"without neighbours": far} if near and len(far) > 1 else {}
    windows = dict.fromkeys(max(2, round(share * study.pre)) for share in SHARES)
    made = curve(study.problem, methods=list(METHODS), windows=list(windows), pools=pools, leave_one_out=every)
    rows = zip(made.att.tolist(), made.method, made.window.tolist(), made.pool, made.dropped.tolist(), strict=True)
    for effect, method, window, pool, dropped in rows:
        yield effect, _choice(study, METHODS[method], window, pool, dropped)
    if not every:  # then single donors are left out of the planned choices only
        alone = curve(study.problem, methods=(SC,))
        for effect, dropped in zip(alone.att.tolist()[1:], alone.dropped.tolist()[1:], strict=True):
            yield effect, _choice(study, METHODS["sc"], study.pre, "all comparison places", dropped)


def _choice(study: Study, method: str, window: int, pool: str, dropped: int) -> Choice:
    donors = pool if dropped < 0 else f"{pool}, without {study.donors[dropped - 1]}"
    return (f"start: {named(study.start)}", f"method: {method}", f"periods before: the last {window}", f"donors: {donors}")


def paths(found: Comparison) -> Paths | None:
    """The treated place, its mix and the placebos, period by period."""
    study, placebo = found.study, found.placebo
    if study is None or placebo is None:
        return None
    low, high = _band(found)
    return Paths(
        starts=study.starts,
        ends=study.ends,
        pre=study.pre,
        actual=tuple(study.outcomes[:, 0].tolist()),
        counterfactual=tuple(placebo.fit.path.tolist()),
        low=low,
        high=high,
        donors=study.donors,
        weights=tuple(placebo.fit.weights[1:].tolist()),
        placebos=tuple(tuple(fit.gap.tolist()) for fit in placebo.fits[1:]),
    )


def _band(found: Comparison) -> tuple[Band, Band]:
    """The interval of each period's effect, or the one of a constant effect, added to the counterfactual after the start."""
    study, placebo, tested = found.study, found.placebo, found.by_period
    if study is None or placebo is None or tested is None:
        return (), ()
    whole = interval(found) or (np.nan, np.nan)
    each = tested.periods or (whole,) * study.after
    ends = np.array(each) + placebo.fit.path[study.pre :, None]
    low, high = ([None if not np.isfinite(end) else float(end) for end in side] for side in ends.T)
    before = (None,) * study.pre
    return (*before, *low), (*before, *high)
