"""The one-call estimate of a block: published weights, covariates, missing cells, predictor weights, and bad input."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from muster.errors import EstimateError
from muster.estimate.estimating import block_study, fit
from muster.estimate.method import DEMEANED, DID, METHODS, RIDGE, SC, SDID, Method
from muster.estimate.placebo import placebo_of
from muster.estimate.predictors import predictor_weights, weights_at

Floats = NDArray[np.float64]
Panels = tuple[dict[str, Floats], list[str], list[int]]


def read_panels(path: Path, unit: str, series: tuple[str, ...]) -> Panels:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    units, years = sorted({row[unit] for row in rows}), sorted({int(float(row["year"])) for row in rows})
    panels = {name: np.full((len(years), len(units)), np.nan) for name in series}
    for row in rows:
        for name in series:
            if row[name]:
                panels[name][years.index(int(float(row["year"]))), units.index(row[unit])] = float(row[name])
    return panels, units, years


@pytest.fixture(scope="module")
def smoking(shared: Path) -> Panels:
    series = ("cigsale", "lnincome", "beer", "age15to24", "retprice")
    return read_panels(shared / "data/golden/prop99_full_predictors_statspai.csv", "state", series)


def predictors_of_2010(smoking: Panels) -> Floats:
    """The seven of Abadie, Diamond & Hainmueller (2010, section 3.3)."""
    panels, _, years = smoking

    def over(name: str, first: int) -> Floats:
        rows = panels[name][years.index(first) : years.index(1988) + 1]
        return np.asarray(np.nanmean(rows, axis=0))

    means = [over("lnincome", 1980), over("age15to24", 1980), over("retprice", 1980), over("beer", 1984)]
    return np.array([*means, *(panels["cigsale"][years.index(year)] for year in (1975, 1980, 1988))])


def simulated(seed: int, periods: int = 20, units: int = 8) -> tuple[Floats, Floats]:
    """A panel of two factors, and three covariates that carry them in units of their own."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(2, units))
    panel = 10 + rng.normal(size=(periods, 2)) @ loadings + 0.3 * rng.normal(size=(periods, units))
    covariates = rng.normal(size=(3, 2)) @ loadings + 0.1 * rng.normal(size=(3, units))
    return panel, covariates * np.array([[1.0], [1e4], [1e-3]]) + 7


def test_german_reunification_has_the_published_weights(shared: Path) -> None:
    panels, countries, _ = read_panels(shared / "data/golden/germany_pysyncon.csv", "country", ("gdp",))
    found = fit(outcomes=panels["gdp"], treated=countries.index("West Germany"), pre=31)
    published = {"Austria": 0.291, "USA": 0.273, "Italy": 0.191, "Netherlands": 0.133, "Switzerland": 0.081, "France": 0.030}
    weights = dict(zip(countries, found.weights.tolist(), strict=True))
    assert {name: round(weight, 3) for name, weight in weights.items() if weight > 1e-9} == published


def test_proposition_99_with_predictors_comes_near_the_published_weights(smoking: Panels) -> None:
    panels, states, _ = smoking
    sales, known, place = panels["cigsale"], predictors_of_2010(smoking), states.index("California")
    chosen = predictor_weights(outcomes=sales, treated=place, pre=19, predictors=known, grid=300)
    weights = chosen.weights
    found = fit(outcomes=sales, treated=place, pre=19, covariates=known, covariate_weights=weights, match="covariates only")
    published = {"Utah": 0.334, "Nevada": 0.234, "Montana": 0.199, "Colorado": 0.164, "Connecticut": 0.069}
    shares = dict(zip(states, found.weights.tolist(), strict=True))
    assert {name for name, share in shares.items() if share > 1e-3} == set(published)
    assert max(abs(shares[name] - share) for name, share in published.items()) < 0.015
    assert found.pre_rmspe**2 == pytest.approx(chosen.mspe, rel=1e-9)
    assert 1.7540 <= found.pre_rmspe < 1.7667  # the least, which a long search by differential evolution finds too


def test_predictor_weights_are_the_same_each_time_and_no_worse_than_equal_ones() -> None:
    panel, known = simulated(1)
    first, again = (predictor_weights(outcomes=panel, treated=0, pre=12, predictors=known, grid=40) for _ in range(2))
    np.testing.assert_array_equal(first.tried, again.tried)
    assert first.weights.sum() == pytest.approx(1, abs=1e-12)
    assert np.all(np.diff(first.tried_mspe) >= 0)
    equal = fit(outcomes=panel, treated=0, pre=12, covariates=known, match="covariates only")
    assert first.mspe <= equal.pre_rmspe**2 + 1e-12


def test_predictor_weights_find_the_least_gap_that_a_fine_grid_finds() -> None:
    panel, known = simulated(2)
    known = known[:2]
    found = predictor_weights(outcomes=panel, treated=3, pre=12, predictors=known, window=(4, 12), grid=40)
    best = np.inf
    for share in np.linspace(0, 1, 201):
        first = weights_at(np.array([1.0, share]))
        for pair in (first, first[::-1]):
            trial = fit(outcomes=panel, treated=3, pre=12, covariates=known, covariate_weights=pair, match="covariates only")
            best = min(best, float((trial.gap[4:12] ** 2).mean()))
    assert found.mspe <= best * (1 + 1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"predictors": simulated(1)[1][:1]}, "a single predictor"),
        ({"grid": 3}, "a grid of 3 points"),
        ({"window": (5, 13)}, "a window from 5 to 13"),
        ({"window": (5, 5)}, "a window from 5 to 5"),
    ],
)
def test_a_wrong_search_gets_one_clear_error(arguments: dict[str, Any], message: str) -> None:
    panel, known = simulated(1)
    with pytest.raises(EstimateError, match=message):
        predictor_weights(**{"outcomes": panel, "treated": 0, "pre": 12, "predictors": known, **arguments})


@pytest.mark.parametrize("match", ["beside", "covariates only"])
def test_a_generic_solver_finds_the_same_weights_with_covariates(match: Any) -> None:
    panel, known = simulated(3, units=5)
    weights, pre = np.array([0.5, 2.0, 0.1]), 9
    found = fit(outcomes=panel, treated=0, pre=pre, covariates=known, covariate_weights=weights, match=match)
    typical = np.mean([np.var(panel[period], ddof=1) for period in range(pre)]) ** 0.5
    scaled = np.array([row / np.std(row, ddof=1) * typical for row in known])

    def distance(donors: Floats) -> float:
        gaps = panel[:pre, 0] - panel[:pre, 1:] @ donors if match == "beside" else np.zeros(1)
        return float((gaps**2).sum() + weights @ (scaled[:, 0] - scaled[:, 1:] @ donors) ** 2)

    sums = {"type": "eq", "fun": lambda donors: donors.sum() - 1}
    slow = minimize(
        distance, np.full(4, 0.25), bounds=[(0, 1)] * 4, constraints=[sums], options={"ftol": 1e-14}, method="SLSQP"
    )
    np.testing.assert_allclose(found.weights[1:], slow.x, atol=2e-5)
    assert distance(found.weights[1:]) <= slow.fun + 1e-9


def test_the_unit_of_a_covariate_does_not_matter_and_a_weight_of_zero_leaves_it_out() -> None:
    panel, known = simulated(4)
    plain = fit(outcomes=panel, treated=0, pre=12, covariates=known)
    other = fit(outcomes=panel, treated=0, pre=12, covariates=-3000 * known + np.array([[5.0], [0.0], [1.0]]))
    np.testing.assert_allclose(other.weights, plain.weights, atol=1e-9)
    without = fit(outcomes=panel, treated=0, pre=12, covariates=known[:2], covariate_weights=[2, 1])
    zero = fit(outcomes=panel, treated=0, pre=12, covariates=known, covariate_weights=[2, 1, 0])
    np.testing.assert_allclose(zero.weights, without.weights, atol=1e-12)


def test_scale_shift_and_order_move_a_fit_with_covariates_as_they_should() -> None:
    panel, known = simulated(5)
    plain = fit(outcomes=panel, treated=2, pre=12, covariates=known)
    moved = fit(outcomes=-50 * panel + np.arange(20)[:, None], treated=2, pre=12, covariates=known)
    assert moved.att == pytest.approx(-50 * plain.att, rel=1e-8)
    order = np.array([5, 2, 0, 7, 1, 3, 6, 4])
    turned = fit(outcomes=panel[:, order], treated=1, pre=12, covariates=known[:, order])
    np.testing.assert_allclose(turned.weights, plain.weights[order], atol=1e-10)


@pytest.mark.parametrize("method", [DEMEANED, SDID], ids=lambda method: method.name)
@pytest.mark.parametrize("match", ["beside", "covariates only"])
def test_unit_effects_do_not_move_methods_with_an_intercept_beside_covariates(method: Method, match: Any) -> None:
    panel, known = simulated(6)
    plain = fit(outcomes=panel, treated=0, pre=12, method=method, covariates=known, match=match)
    moved = fit(outcomes=panel + 10 * np.arange(8), treated=0, pre=12, method=method, covariates=known, match=match)
    assert moved.att == pytest.approx(plain.att, abs=1e-9)
    np.testing.assert_allclose(moved.weights, plain.weights, atol=1e-9)


def test_covariates_are_matched_at_their_level_by_methods_with_an_intercept() -> None:
    panel, known = simulated(7)
    known[:, 0] = 0.3 * known[:, 2] + 0.7 * known[:, 5]
    known[:, [1, 3, 4, 6, 7]] += 100 * np.array([[1.0], [1e4], [1e-3]])
    found = fit(outcomes=panel, treated=0, pre=12, method=DEMEANED, covariates=known, covariate_weights=[1e9] * 3)
    np.testing.assert_allclose(found.weights[[2, 5]], [0.3, 0.7], atol=1e-3)


def test_several_treated_units_are_fitted_as_their_mean() -> None:
    panel, known = simulated(8)
    together = fit(outcomes=panel, treated=[1, 4], pre=12, covariates=known)
    donors = [0, 2, 3, 5, 6, 7]
    weights, mean = together.weights, panel[:, [1, 4]].mean(axis=1)
    np.testing.assert_allclose(together.gap, mean - panel[:, donors] @ weights[donors], atol=1e-12)
    assert weights[[1, 4]].tolist() == [0, 0]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_may_be_given_by_name_and_recovers_an_effect_on_a_mix_of_donors(method: str) -> None:
    panel, _ = simulated(9)
    panel[:, 0] = panel[:, 1:].mean(axis=1)
    panel[12:, 0] += 4
    named, given = (fit(outcomes=panel, treated=0, pre=12, method=chosen) for chosen in (method, METHODS[method]))
    assert named.att == given.att == pytest.approx(4, abs=1e-8)


@pytest.mark.parametrize("method", [SC, SDID, DID, RIDGE], ids=lambda method: method.name)
def test_dropped_units_are_as_if_they_had_never_been_in_the_panel(method: Method) -> None:
    panel, known = simulated(10)
    holes, unknown = panel.copy(), known.copy()
    holes[3, 2], holes[15, 5], unknown[1, 6] = np.nan, np.nan, np.nan
    keep = [0, 1, 3, 4, 7] if method is not DID else [0, 1, 3, 4, 6, 7]
    some, all_of_them = (known[:, keep], unknown) if method is not DID else (None, None)
    found = fit(outcomes=holes, treated=1, pre=12, method=method, covariates=all_of_them, missing="drop units")
    small = fit(outcomes=panel[:, keep], treated=1, pre=12, method=method, covariates=some)
    assert found.att == small.att
    np.testing.assert_array_equal(found.weights[keep], small.weights)
    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_array_equal(found.gap, small.gap)


@pytest.mark.parametrize("method", [SC, SDID], ids=lambda method: method.name)
def test_dropped_periods_are_as_if_they_had_never_been_in_the_panel(method: Method) -> None:
    panel, _ = simulated(11)
    holes = panel.copy()
    holes[3, 2], holes[3, 4], holes[15, 0] = np.nan, np.nan, np.nan
    keep = np.delete(np.arange(20), [3, 15])
    found = fit(outcomes=holes, treated=0, pre=12, method=method, missing="drop periods")
    small = fit(outcomes=panel[keep], treated=0, pre=11, method=method)
    assert found.att == small.att
    np.testing.assert_array_equal(found.weights, small.weights)
    np.testing.assert_array_equal(found.gap[keep], small.gap)
    assert np.isnan(found.gap[[3, 15]]).all()
    assert np.isnan(found.path[[3, 15]]).all()
    assert found.periods.shape == (12,)
    np.testing.assert_array_equal(np.delete(found.periods, 3), small.periods)


def test_a_rule_for_missing_cells_does_nothing_where_none_is_missing() -> None:
    panel, known = simulated(12)
    plain = fit(outcomes=panel, treated=0, pre=12, covariates=known)
    for rule in ("drop units", "drop periods"):
        other = fit(outcomes=panel, treated=0, pre=12, covariates=known, missing=rule)
        np.testing.assert_array_equal(other.gap, plain.gap)


def test_a_masked_cell_is_a_missing_one() -> None:
    panel, _ = simulated(12)
    masked = np.ma.masked_array(panel, mask=np.zeros(panel.shape, dtype=bool))
    masked[3, 2] = np.ma.masked
    with pytest.raises(EstimateError, match="period 3, unit 2"):
        fit(outcomes=masked, treated=0, pre=12)


def test_a_block_study_carries_its_covariates_into_every_placebo() -> None:
    panel, known = simulated(13)
    block = block_study(outcomes=panel, treated=0, pre=12, covariates=known)
    test = placebo_of(block.study)
    alone = fit(outcomes=panel, treated=0, pre=12, covariates=known)
    np.testing.assert_allclose(test.fit.weights, alone.weights, atol=1e-12)
    other = fit(outcomes=panel, treated=5, pre=12, covariates=known)
    np.testing.assert_allclose(test.fits[5].weights, other.weights, atol=1e-10)


def changed(change: Callable[[Floats], None]) -> Floats:
    panel, _ = simulated(14)
    change(panel)
    return panel


def setter(period: Any, unit: Any, value: Any) -> Callable[[Floats], None]:
    def change(panel: Floats) -> None:
        panel[period, unit] = value

    return change


def twin(panel: Floats) -> None:
    panel[:, 6] = panel[:, 0]


GAPS = changed(setter([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 0], np.nan))
KNOWN = simulated(14)[1]
UNKNOWN = np.where(np.arange(24).reshape(3, 8) == 12, np.nan, KNOWN)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"treated": 8}, "treated unit 8 in a panel of 8; expected a column from 0 to 7"),
        ({"treated": "Haiti"}, "treated unit given as 'Haiti'; expected a whole number"),
        ({"treated": [0, 2.5]}, "treated unit given as 2.5"),
        ({"treated": [0, 3, 0]}, "a treated unit named twice in [0, 3, 0]; expected each unit once"),
        ({"treated": []}, "a panel of 8 units with 0 treated"),
        (
            {"treated": [0, 1, 2, 3, 4, 5, 6]},
            "a panel of 8 units with 7 treated; expected a treated unit and at least 2 donors",
        ),
        ({"pre": 0}, "0 of 20 periods before the start; expected 2 to 19"),
        ({"pre": 1}, "1 of 20 periods before the start; expected 2 to 19"),
        ({"pre": 20}, "20 of 20 periods before the start; expected 2 to 19"),
        ({"pre": 21}, "21 of 20 periods before the start"),
        ({"pre": -3}, "-3 of 20 periods before the start"),
        ({"pre": "2024"}, "periods before the start given as '2024'; expected a whole number"),
        ({"outcomes": simulated(14)[0][:, :2]}, "a panel of 2 units with 1 treated"),
        ({"outcomes": [["low", "high"]] * 20}, "outcomes that are not numbers"),
        ({"outcomes": [[1.0, 2.0], [1.0]]}, "outcomes that are not numbers"),
        ({"outcomes": [1.0, 2.0, 3.0]}, "outcomes with 1 dimensions"),
        ({"outcomes": np.zeros((0, 3))}, "outcomes with no cell"),
        ({"outcomes": changed(setter(4, 3, np.inf))}, "period 4, unit 3: inf; expected a finite number"),
        ({"outcomes": changed(setter(4, 3, -np.inf)), "missing": "drop units"}, "period 4, unit 3: -inf"),
        ({"outcomes": changed(setter(4, 3, np.nan))}, "missing cells: period 4, unit 3; expected a number in every cell"),
        ({"outcomes": GAPS}, "period 5, unit 5 and 1 more; expected"),
        ({"outcomes": GAPS, "missing": "drop units"}, "missing cells: period 6, unit 0; expected a number in every cell"),
        (
            {"outcomes": GAPS, "missing": "drop units", "treated": [6, 7]},
            "0 donors without a missing cell; expected at least 2",
        ),
        (
            {"outcomes": changed(setter(slice(11), 3, np.nan)), "missing": "drop periods"},
            "1 periods before the start and 8 after",
        ),
        (
            {"outcomes": changed(setter(slice(12, 20), 3, np.nan)), "missing": "drop periods"},
            "12 periods before the start and 0",
        ),
        ({"outcomes": changed(setter(slice(20), 3, np.nan))}, "missing cells: period 0, unit 3; period 1, unit 3"),
        (
            {"outcomes": changed(setter(slice(20), 0, 5))},
            "unit 0 with the same value in every period (5); expected series that",
        ),
        ({"outcomes": changed(setter(slice(20), [3, 4], 0))}, "units 3, 4 with the same value in every period (0)"),
        ({"outcomes": changed(twin)}, "unit 6 has the values of treated unit 0 in every period; expected each unit once"),
        ({"method": "magic"}, "no method 'magic'; expected one of sc, demeaned, ridge, sdid, did"),
        ({"missing": "guess"}, "'guess'; expected one of 'error', 'drop units', 'drop periods'"),
        ({"covariates": KNOWN, "match": "outcomes"}, "'outcomes'; expected one of 'beside', 'covariates only'"),
        ({"match": "covariates only"}, "without covariates"),
        ({"covariate_weights": [1]}, "without covariates"),
        ({"covariates": KNOWN[:, :5]}, "covariates of 5 units; expected one column for each of 8 units"),
        ({"covariates": KNOWN[0]}, "covariates with 1 dimensions"),
        ({"covariates": np.vstack([KNOWN, np.full(8, 0.1)])}, "covariate 3: the same value for every unit"),
        ({"covariates": UNKNOWN}, "missing cells: covariate 1, unit 4"),
        ({"covariates": np.where(np.isnan(UNKNOWN), np.inf, KNOWN)}, "covariates, row 1, unit 4: inf"),
        ({"covariates": KNOWN, "covariate_weights": [1, 1]}, "covariate weights [1.0, 1.0]; expected 3 numbers of at least 0"),
        ({"covariates": KNOWN, "covariate_weights": [1, 1, -1]}, "covariate weights [1.0, 1.0, -1.0]; expected 3 numbers"),
        ({"covariates": KNOWN, "covariate_weights": [0, 0, 0]}, "not all of them 0"),
        ({"covariates": KNOWN, "method": "did"}, "covariates with method 'did'; expected a method that fits unit weights"),
    ],
)
def test_bad_input_gets_one_clear_error(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(EstimateError) as caught:
        fit(**{"outcomes": simulated(14)[0], "treated": 0, "pre": 12, **arguments})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
