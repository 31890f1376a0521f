"""The specification curve: a plain loop of single fits as oracle, laws, and what may not be put together."""

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate.curve import Curve, curve
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID
from muster.estimate.study import Fit, checked_study, fit_study

Floats = NDArray[np.float64]
PRE, PERIODS, UNITS = 18, 26, 9
POOLS = {"all": None, "nearest 4": 4, "named": (1, 2, 4, 8)}


def panel_of(seed: int, units: int = UNITS) -> Floats:
    rng = np.random.default_rng(seed)
    paths = np.cumsum(rng.normal(size=(PERIODS, 2)), axis=0)
    return np.asarray(30 + paths @ rng.gamma(2, 1, size=(2, units)) + rng.normal(size=(PERIODS, units)))


def on_scale(values: Floats, transform: str, window: int) -> Floats:
    if transform == "standardised":
        return np.asarray((values - values[:window].mean(axis=0)) / values[:window].std(axis=0))
    return {"level": values, "log1p": np.log1p(values), "sqrt": np.sqrt(values)}[transform]


def one_fit(panel: Floats, treated: int | tuple[int, ...], found: Curve, row: int) -> Fit:
    """One specification as a study of its own."""
    start, window, method = int(found.start[row]), int(found.window[row]), METHODS[found.method[row]]
    study = checked_study(outcomes=on_scale(panel[start - window :], found.transform[row], window), treated=treated, pre=window)
    pool = POOLS[found.pool[row]]
    if isinstance(pool, int):
        before = study.outcomes[:window] - study.outcomes[:window, list(study.treated)].mean(axis=1, keepdims=True)
        distance = before.std(axis=0) if method.intercept else np.sqrt((before**2).mean(axis=0))
        pool = tuple(sorted(study.donors, key=lambda unit: float(distance[unit]))[:pool])
    inside = set(study.donors.tolist() if pool is None else pool) - {int(found.dropped[row])}
    assert len(inside) == found.donors[row]
    return fit_study(study, method, banned=sorted(set(study.donors.tolist()) - inside))


@pytest.mark.parametrize("treated", [0, (0, 3)], ids=["one treated", "two treated"])
def test_every_specification_equals_a_fit_of_its_own(treated: int | tuple[int, ...]) -> None:
    panel = panel_of(1)
    found = curve(
        checked_study(outcomes=panel, treated=treated, pre=PRE),
        methods=(SC, DEMEANED, RIDGE, SDID, DID),
        transforms=("level", "log1p", "sqrt", "standardised"),
        starts=(PRE, 16),
        windows=(None, 12),
        pools=POOLS,
    )
    donors = UNITS - (1 if treated == 0 else 2)
    assert len(found.att) == 5 * 4 * 2 * 2 * (3 + donors + 4 + 4)
    for row in range(0, len(found.att), 3):
        fit = one_fit(panel, treated, found, row)
        assert found.att[row] == pytest.approx(fit.att, abs=1e-9)
        assert found.pre_rmspe[row] == pytest.approx(fit.pre_rmspe, abs=1e-9)
    assert found.certificate.max() <= 1e-10


def test_the_first_specification_is_the_base_fit() -> None:
    study = checked_study(outcomes=panel_of(2), treated=3, pre=PRE)
    found, fit = curve(study, windows=(None, 10), transforms=("level", "sqrt")), fit_study(study)
    assert (found.method[0], found.transform[0], found.pool[0]) == ("sc", "level", "all")
    assert (found.start[0], found.window[0], found.dropped[0], found.donors[0]) == (PRE, PRE, -1, UNITS - 1)
    assert found.att[0] == pytest.approx(fit.att, abs=1e-12)
    assert found.pre_rmspe[0] == pytest.approx(fit.pre_rmspe, abs=1e-12)


def test_leaving_out_a_donor_without_weight_changes_nothing_and_costs_nothing() -> None:
    study = checked_study(outcomes=panel_of(3, 30), treated=0, pre=PRE)
    found, weights = curve(study), fit_study(study).weights
    idle = np.flatnonzero(weights[1:] == 0) + 1
    rows = np.isin(found.dropped, idle)
    assert 10 < rows.sum() < 29
    assert (found.att[rows] == found.att[0]).all()
    assert (np.abs(found.att[~rows][1:] - found.att[0]) > 1e-6).all()
    assert found.fitted == 1 + (weights > 0).sum()
    assert curve(study, methods=(DID,)).fitted == 30
    for unit in idle[:3]:
        assert fit_study(study, banned=[int(unit)]).att == pytest.approx(found.att[0], abs=1e-9)


def named(found: Curve) -> dict[tuple[Any, ...], float]:
    keys = zip(found.method, found.transform, found.pool, found.start, found.window, found.dropped, strict=True)
    return dict(zip(keys, found.att, strict=True))


def test_the_order_of_donors_changes_nothing() -> None:
    panel, order = panel_of(4), np.array([0, 7, 2, 5, 1, 8, 6, 3, 4])
    settings: dict[str, Any] = {"methods": (SC, SDID), "transforms": ("level", "standardised"), "windows": (None, 8)}
    plain = named(curve(checked_study(outcomes=panel, treated=0, pre=PRE), pools={"all": None, "near": 5}, **settings))
    turned = named(
        curve(checked_study(outcomes=panel[:, order], treated=0, pre=PRE), pools={"all": None, "near": 5}, **settings)
    )
    assert len(plain) == len(turned) == 2 * 2 * 2 * (2 + 8 + 5)
    for (*setting, dropped), effect in turned.items():
        assert effect == pytest.approx(plain[*setting, -1 if dropped < 0 else order[dropped]], abs=1e-8)


def test_shift_and_scale_move_each_scale_as_they_should() -> None:
    panel, rng = panel_of(5), np.random.default_rng(5)
    settings: dict[str, Any] = {"transforms": ("level", "standardised"), "windows": (None, 10), "methods": (SC, DEMEANED)}
    plain = curve(checked_study(outcomes=panel, treated=0, pre=PRE), **settings)
    level = np.array(plain.transform) == "level"
    moved = curve(checked_study(outcomes=7 + 3 * panel, treated=0, pre=PRE), **settings)
    np.testing.assert_allclose(moved.att, np.where(level, 3, 1) * plain.att, atol=1e-8)
    own = curve(
        checked_study(outcomes=panel * rng.uniform(0.5, 9, UNITS) + rng.normal(size=UNITS), treated=0, pre=PRE), **settings
    )
    np.testing.assert_allclose(own.att[~level], plain.att[~level], atol=1e-8)
    assert np.abs(own.att[level] - plain.att[level]).max() > 0.1
    by_period = curve(checked_study(outcomes=panel + np.arange(PERIODS)[:, None], treated=0, pre=PRE), windows=(None, 10))
    np.testing.assert_allclose(by_period.att, plain.att[level & (np.array(plain.method) == "sc")], atol=1e-8)


def test_an_effect_is_added_to_every_level_specification() -> None:
    panel = panel_of(6)
    settings: dict[str, Any] = {"windows": (None, 10), "methods": (SC, SDID, DID), "pools": POOLS}
    before = curve(checked_study(outcomes=panel, treated=0, pre=PRE), **settings)
    panel[PRE:, 0] += 40
    after = curve(checked_study(outcomes=panel, treated=0, pre=PRE), **settings)
    np.testing.assert_allclose(after.att, before.att + 40, atol=1e-9)
    assert after.scales[0].same_sign == 1


def test_effects_on_different_scales_are_summed_up_apart() -> None:
    panel = panel_of(9) - panel_of(9).min()
    found = curve(checked_study(outcomes=panel, treated=0, pre=PRE), transforms=("level", "log1p"), windows=(None, 6, 10))
    assert [scale.transform for scale in found.scales] == ["level", "log1p"]
    for scale in found.scales:
        effects = found.att[np.array(found.transform) == scale.transform]
        assert (scale.count, scale.base, scale.low, scale.high) == (27, effects[0], effects.min(), effects.max())
        assert scale.median == np.median(effects)
        assert scale.same_sign == np.mean(effects * effects[0] > 0)
    assert 0 < found.scales[0].same_sign < 1


def test_donors_without_spread_cannot_be_standardised_and_are_left_out_there() -> None:
    panel = panel_of(8)
    panel[: PRE - 2, 5] = 3.0
    found = curve(
        checked_study(outcomes=panel, treated=0, pre=PRE - 2),
        transforms=("level", "standardised"),
        starts=(PRE - 2, PRE + 2),
        windows=(10,),
    )
    whole = found.dropped == -1
    assert list(found.donors[whole]) == [8, 8, 7, 8]
    assert 5 not in found.dropped[(np.array(found.transform) == "standardised") & (found.start == PRE - 2)]
    assert np.isfinite(found.att).all()
    with pytest.raises(EstimateError, match="standardised: treated unit 5 is constant in periods 6 to 15"):
        curve(checked_study(outcomes=panel, treated=5, pre=PRE - 2), transforms=("standardised",), windows=(10,))


def test_pools_alone_and_a_pool_of_one_donor_are_not_left_without_donors() -> None:
    study = checked_study(outcomes=panel_of(9), treated=0, pre=PRE)
    assert len(curve(study, pools=POOLS, leave_one_out=False).att) == 3
    alone = curve(study, pools={"one": (6,)})
    assert (list(alone.dropped), list(alone.donors)) == ([-1], [1])
    assert alone.att[0] == pytest.approx((study.outcomes[PRE:, 0] - study.outcomes[PRE:, 6]).mean(), abs=1e-12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"methods": ()}, "a setting without a value; expected at least one method, transform, start, window and pool"),
        ({"pools": {}}, "a setting without a value"),
        ({"transforms": ("cube",)}, "transform 'cube'; expected one of level, log1p, sqrt, standardised"),
        ({"transforms": ("level", "sqrt")}, "period 3, unit 2: -4; expected 0 or more for sqrt"),
        ({"starts": (PERIODS,)}, "start 26 with a window of 26; expected 2 ≤ window ≤ start < 26"),
        ({"windows": (None, 19)}, "start 18 with a window of 19"),
        ({"windows": (1,)}, "start 18 with a window of 1"),
        (
            {"pools": {"home": (0, 1)}},
            "pool 'home' of (0, 1); expected columns of donors, or how many of the 8, or None for all",
        ),
        ({"pools": {"many": 9}}, "pool 'many' of 9"),
        ({"pools": {"none": ()}}, "a pool without a donor that can be used"),
    ],
)
def test_bad_input_gets_one_clear_error(settings: dict[str, Any], message: str) -> None:
    panel = panel_of(10)
    panel[3, 2] = -4
    with pytest.raises(EstimateError, match=re.escape(message)):
        curve(checked_study(outcomes=panel, treated=0, pre=PRE), **settings)


def test_a_study_with_rows_of_its_own_to_match_is_refused() -> None:
    panel = panel_of(11)
    with pytest.raises(EstimateError, match="a study with rows of its own to match"):
        curve(checked_study(outcomes=panel, treated=0, pre=PRE, match=panel[:5]))
