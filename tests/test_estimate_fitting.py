"""Laws of every method, a slow oracle for the penalised ones, published numbers, and refits without donors."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from muster.errors import EstimateError
from muster.estimate import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Fits, Method, fit_many
from muster.estimate.fitting import leave_out
from muster.estimate.periods import period_weights

Floats = NDArray[np.float64]
PRE = 14


def panel(seed: int, units: int = 9, periods: int = 20) -> Floats:
    """Two random walks that all units share in part, a level of each, and noise."""
    rng = np.random.default_rng(seed)
    walks = rng.normal(size=(periods, 2)).cumsum(axis=0)
    values = walks @ rng.uniform(size=(2, units)) + rng.normal(size=units) + 0.3 * rng.normal(size=(periods, units))
    return np.asarray(values, dtype=np.float64)


def placebos(outcomes: Floats, method: Method, pre: int = PRE) -> Fits:
    units = np.arange(outcomes.shape[1])[:, None]
    return fit_many(outcomes=outcomes, targets=outcomes, pre=pre, method=method, banned=units)


def one(outcomes: Floats, method: Method, pre: int = PRE, **settings: Any) -> Fits:
    return fit_many(
        outcomes=outcomes, targets=outcomes[:, :1], pre=pre, method=method, banned=np.zeros((1, 1), int), **settings
    )


@pytest.fixture(params=list(METHODS.values()), ids=list(METHODS))
def method(request: pytest.FixtureRequest) -> Method:
    chosen: Method = request.param
    return chosen


# Laws


def test_a_shift_common_to_all_units_in_a_period_changes_no_gap_but_of_synthetic_did(method: Method) -> None:
    outcomes, shift = panel(1), np.random.default_rng(2).normal(size=(20, 1))
    same = np.allclose(placebos(outcomes + shift, method).gap, placebos(outcomes, method).gap, atol=1e-8)
    assert same == (method is not SDID)  # whose penalty takes the changes that all units share for noise
    np.testing.assert_allclose(placebos(outcomes + 1e3, method).gap, placebos(outcomes, method).gap, atol=1e-7)


def test_another_unit_of_measurement_scales_the_gap(method: Method) -> None:
    outcomes = panel(3)
    np.testing.assert_allclose(placebos(-40 * outcomes, method).gap, -40 * placebos(outcomes, method).gap, atol=1e-6)


def test_the_level_of_a_unit_does_not_matter_where_levels_are_matched_up_to_a_constant() -> None:
    outcomes, level = panel(4), np.random.default_rng(5).normal(size=9) * 30
    for method in (DEMEANED, SDID, DID):
        np.testing.assert_allclose(placebos(outcomes + level, method).gap, placebos(outcomes, method).gap, atol=1e-8)
    assert np.abs(placebos(outcomes + level, SC).att - placebos(outcomes, SC).att).max() > 1


def test_the_order_of_units_does_not_matter(method: Method) -> None:
    outcomes, order = panel(6), np.random.default_rng(7).permutation(9)
    straight, turned = placebos(outcomes, method), placebos(outcomes[:, order], method)
    np.testing.assert_allclose(turned.gap, straight.gap[:, order], atol=1e-8)
    np.testing.assert_allclose(turned.weights, straight.weights[np.ix_(order, order)], atol=1e-7)


def test_the_order_of_the_periods_before_the_start_matters_to_none_but_synthetic_did(method: Method) -> None:
    outcomes, order = panel(8), np.r_[np.random.default_rng(9).permutation(PRE), PRE:20]
    same = np.allclose(placebos(outcomes[order], method).att, placebos(outcomes, method).att, atol=1e-9)
    assert same == (method is not SDID)  # whose noise is measured from one period to the next


def test_weights_are_shares_of_the_allowed_donors(method: Method) -> None:
    many = placebos(panel(10), method)
    assert (many.weights >= 0).all()
    assert (many.weights.diagonal() == 0).all()
    np.testing.assert_allclose(many.weights.sum(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(many.periods.sum(axis=0), 1 if method.periods else 0, atol=1e-12)
    assert (many.certificate <= 1e-10).all()


def test_an_effect_on_a_mix_of_donors_is_recovered() -> None:
    outcomes, effect = panel(11), np.where(np.arange(20) < PRE, 0.0, 5.0)
    outcomes[:, 0] = outcomes[:, 1:] @ np.array([0.5, 0, 0.3, 0.2, 0, 0, 0, 0]) + effect
    for method, level in ((SC, 0.0), (RIDGE, 0.0), (DEMEANED, 12.0)):
        found = one(outcomes + level * (np.arange(9) == 0), method)
        np.testing.assert_allclose(found.gap[:, 0], effect, atol=1e-9)
        np.testing.assert_allclose(found.weights[:, 0], [0, 0.5, 0, 0.3, 0.2, 0, 0, 0, 0], atol=1e-9)


def test_an_effect_on_levels_plus_a_common_path_is_recovered_by_every_method_that_matches_changes() -> None:
    rng = np.random.default_rng(12)
    outcomes = rng.normal(size=9) + rng.normal(size=(20, 1))
    outcomes[PRE:, 0] += 3
    for method in (DEMEANED, SDID, DID):
        np.testing.assert_allclose(one(outcomes, method).att, 3, atol=1e-9)


def test_extra_rows_are_matched_beside_the_periods() -> None:
    outcomes = panel(13)
    heavy = np.vstack([outcomes[:PRE], 1e3 * np.eye(9)[[4]] + 1e3 * np.eye(9)[[0]]])
    settings: dict[str, Any] = {"match": heavy, "target_match": heavy[:, :1]}
    assert one(outcomes, SC, **settings).weights[4, 0] > 0.99


# Oracles


def test_did_is_the_difference_of_two_differences() -> None:
    outcomes = panel(14)
    change = outcomes[PRE:].mean(axis=0) - outcomes[:PRE].mean(axis=0)
    np.testing.assert_allclose(one(outcomes, DID).att, change[0] - change[1:].mean())


def constrained(points: Floats, target: Floats, penalty: float) -> Floats:
    """argmin ‖a + points w − target‖² + penalty ‖w‖² over w ≥ 0 of sum 1 and a free constant a, by a generic solver."""
    many = points.shape[1]

    def loss(x: Floats) -> tuple[float, Floats]:
        miss = x[0] + points @ x[1:] - target
        slope = np.append(miss.sum(), points.T @ miss + penalty * x[1:])
        return float(miss @ miss + penalty * x[1:] @ x[1:]) / 2, slope

    total = {"type": "eq", "fun": lambda x: x[1:].sum() - 1, "jac": lambda x: np.append(0.0, np.ones(many))}  # noqa: ARG005
    found = minimize(
        loss,
        np.append(0.0, np.full(many, 1 / many)),
        jac=True,
        bounds=[(None, None)] + [(0, 1)] * many,
        constraints=total,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    return np.asarray(found.x[1:], dtype=np.float64)


@pytest.mark.parametrize("seed", range(5))
def test_synthetic_did_is_its_definition_with_intercepts_and_penalty_written_out(seed: int) -> None:
    outcomes = panel(20 + seed, units=26)
    donors, target = outcomes[:, 1:], outcomes[:, 0]
    noise = np.diff(donors[:PRE], axis=0).std(ddof=1)
    units = constrained(donors[:PRE], target[:PRE], PRE * np.sqrt(20 - PRE) * noise**2)
    periods = constrained(donors[:PRE].T, donors[PRE:].mean(axis=0), 25 * (1e-6 * noise) ** 2)
    gap = target - donors @ units
    found = one(outcomes, SDID)
    np.testing.assert_allclose(found.weights[1:, 0], units, atol=1e-6)
    np.testing.assert_allclose(found.periods[:, 0], periods, atol=1e-5)
    np.testing.assert_allclose(found.att, gap[PRE:].mean() - periods @ gap[:PRE], atol=1e-5)


def test_the_bias_correction_is_what_ridge_regression_on_the_donors_predicts() -> None:
    outcomes = panel(30)
    plain, corrected = one(outcomes, SC), one(outcomes, RIDGE)
    donors = outcomes[:, 1:] - outcomes[:, 1:].mean(axis=1, keepdims=True)
    penalty = 0.01 * np.linalg.norm(donors[:PRE], 2) ** 2
    rows, none = np.vstack([donors[:PRE].T, np.sqrt(penalty) * np.eye(PRE)]), np.zeros((PRE, 20))
    slopes = np.linalg.lstsq(rows, np.vstack([donors.T, none]), rcond=None)[0]
    np.testing.assert_allclose(corrected.gap[:, 0], plain.gap[:, 0] - plain.gap[:PRE, 0] @ slopes, atol=1e-10)


def test_periods_weighted_for_many_pools_at_once_are_those_of_each_pool_alone() -> None:
    outcomes, rng = panel(31, units=30), np.random.default_rng(32)
    outcomes[:, 3] *= 1e7  # in most pools, so that the products of the others are lost in it
    banned = np.vstack([np.column_stack([np.full(12, 3), rng.integers(-1, 30, (12, 3))]), rng.integers(-1, 30, (12, 4))])
    together = period_weights(outcomes, PRE, banned)
    for row, weights in zip(banned, together.T, strict=True):
        kept = np.setdiff1d(np.arange(30), row)
        alone = period_weights(outcomes[:, kept], PRE, np.array([[-1]]))[:, 0]
        np.testing.assert_allclose(weights, alone, atol=1e-6)


def test_the_periods_of_units_on_straight_lines_share_their_weight_in_any_order() -> None:
    lines = np.arange(20.0)[:, None] * np.array([1.0, 2, 3, 5])
    found = period_weights(lines, PRE, np.array([[-1]]))[:, 0]
    assert found[-1] == pytest.approx(1)  # the last period is nearest to those after it
    np.testing.assert_allclose(period_weights(np.ones((20, 4)), PRE, np.array([[0]]))[:, 0], 1 / PRE)


# Published numbers


@pytest.fixture(scope="module")
def smoking(shared: Path) -> tuple[Floats, int]:
    """Cigarette sales of 39 states 1970-2000 (31, 39), and California's column; its tax came in the twentieth year."""
    with (shared / "data" / "golden" / "prop99_full_predictors_statspai.csv").open(encoding="utf-8") as lines:
        cells = {(row["year"], row["state"]): float(row["cigsale"]) for row in csv.DictReader(lines)}
    years, states = sorted({year for year, _ in cells}), sorted({state for _, state in cells})
    return np.array([[cells[year, state] for state in states] for year in years]), states.index("California")


@pytest.mark.parametrize(("method", "att"), [(SC, -19.51363), (SDID, -15.60540), (DID, -27.34911)], ids=["sc", "sdid", "did"])
def test_proposition_99_has_its_published_effect(smoking: tuple[Floats, int], method: Method, att: float) -> None:
    outcomes, treated = smoking
    found = fit_many(outcomes=outcomes, targets=outcomes[:, [treated]], pre=19, method=method, banned=np.array([[treated]]))
    assert found.att[0] == pytest.approx(att, abs=5e-6)
    assert method is not SC or found.pre_rmspe[0] == pytest.approx(1.65640, abs=5e-6)


def test_proposition_99_has_its_placebo_spread(smoking: tuple[Floats, int]) -> None:
    outcomes, treated = smoking
    controls = np.delete(np.arange(39), treated)
    banned = np.column_stack([controls, np.full(38, treated)])
    many = fit_many(outcomes=outcomes, targets=outcomes[:, controls], pre=19, method=SDID, banned=banned)
    assert many.att.std() == pytest.approx(9.36842, abs=5e-6)


# Refits


def test_leaving_donors_out_of_a_parent_is_fitting_without_them(method: Method) -> None:
    outcomes, rng = panel(40, units=12), np.random.default_rng(41)
    banned, parents = np.arange(12)[:, None], rng.integers(0, 12, 60)
    extra = rng.integers(-1, 12, (60, 3))
    extra[:20, 2] = extra[:20, 1]  # a donor named twice
    parent = placebos(outcomes, method)
    left = leave_out(
        parent, outcomes=outcomes, targets=outcomes, pre=PRE, method=method, banned=banned, parents=parents, extra=extra
    )
    direct = fit_many(
        outcomes=outcomes,
        targets=outcomes[:, parents],
        pre=PRE,
        method=method,
        banned=np.column_stack([banned[parents], extra]),
    )
    np.testing.assert_allclose(left.gap[:, left.column], direct.gap, atol=1e-7)
    np.testing.assert_allclose(left.att[left.column], direct.att, atol=1e-7)
    np.testing.assert_allclose(left.pre_rmspe[left.column], direct.pre_rmspe, atol=1e-7)
    np.testing.assert_allclose(left.post_rmspe[left.column], direct.post_rmspe, atol=1e-7)


def test_a_donor_of_weight_zero_costs_no_refit() -> None:
    outcomes = panel(42, units=12)
    parent, banned = placebos(outcomes, SC), np.arange(12)[:, None]
    unused = np.array([np.flatnonzero(parent.weights[:, unit] == 0)[:2] for unit in range(12)])
    given: dict[str, Any] = {"outcomes": outcomes, "targets": outcomes, "pre": PRE, "method": SC, "banned": banned}
    left = leave_out(parent, parents=np.arange(12), extra=unused, **given)
    np.testing.assert_array_equal(left.column, np.arange(12))
    assert left.att.shape == (12,)


def test_leaving_the_only_donor_out_is_an_error_that_names_the_target() -> None:
    outcomes = panel(43, units=2)
    with pytest.raises(EstimateError, match="target 0 has no donor"):
        fit_many(outcomes=outcomes, targets=outcomes, pre=PRE, method=DID, banned=np.array([[0, 1], [1, -1]]))
