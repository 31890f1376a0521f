"""Synthetic control and placebo test: published numbers, laws, size under the null, and bad input."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from muster.errors import EstimateError
from muster.estimate import Fit, checked_study, fit_study, placebo_test

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def smoking(shared: Path) -> tuple[Floats, list[str]]:
    """Cigarette packs a head in 39 states, 1970-2000 (Abadie, Diamond & Hainmueller 2010)."""
    with (shared / "data/golden/prop99_full_predictors_statspai.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    states, years = (sorted({row[key] for row in rows}) for key in ("state", "year"))
    panel = np.full((len(years), len(states)), np.nan)
    for row in rows:
        panel[years.index(row["year"]), states.index(row["state"])] = float(row["cigsale"])
    return panel, states


def one_fit_of(*, outcomes: NDArray[np.float64], treated: int, pre: int) -> Fit:
    return fit_study(checked_study(outcomes=outcomes, treated=treated, pre=pre))


def simulated(seed: int, periods: int = 20, units: int = 7) -> Floats:
    rng = np.random.default_rng(seed)
    return np.asarray(
        10 + rng.normal(size=(periods, 2)) @ rng.normal(size=(2, units)) + 0.3 * rng.normal(size=(periods, units))
    )


def test_proposition_99_gives_the_published_effect_fit_and_rank(smoking: tuple[Floats, list[str]]) -> None:
    panel, states = smoking
    assert panel.shape == (31, 39)
    found = placebo_test(outcomes=panel, treated=states.index("California"), pre=19)
    assert found.fit.att == pytest.approx(-19.5136, abs=5e-5)
    assert found.fit.pre_rmspe == pytest.approx(1.6564, abs=5e-5)
    assert found.p_ratio == 3 / 39
    assert found.smallest_p == 1 / 39
    weights = dict(zip(states, found.fit.weights, strict=True))
    assert weights["California"] == 0
    assert max(weights, key=weights.__getitem__) == "Utah"
    assert max(fit.certificate for fit in found.fits) <= 1e-10


def test_the_fit_of_one_unit_is_the_one_of_the_placebo_test() -> None:
    panel = simulated(1)
    alone, among = one_fit_of(outcomes=panel, treated=2, pre=12), placebo_test(outcomes=panel, treated=2, pre=12)
    assert alone.att == pytest.approx(among.fit.att, abs=1e-12)
    np.testing.assert_allclose(alone.weights, among.fits[2].weights, atol=1e-12)
    np.testing.assert_allclose(alone.path + alone.gap, panel[:, 2], atol=1e-12)


def test_an_effect_added_after_the_start_is_added_to_the_estimate() -> None:
    panel = simulated(2)
    before = one_fit_of(outcomes=panel, treated=0, pre=12)
    panel[12:, 0] += 5
    after = one_fit_of(outcomes=panel, treated=0, pre=12)
    assert after.att == pytest.approx(before.att + 5, abs=1e-12)
    np.testing.assert_array_equal(after.weights, before.weights)
    assert after.pre_rmspe == before.pre_rmspe


def test_a_shift_by_period_changes_nothing_and_a_scale_scales() -> None:
    panel = simulated(3)
    plain = placebo_test(outcomes=panel, treated=1, pre=12)
    shifted = placebo_test(outcomes=panel + np.arange(20)[:, None], treated=1, pre=12)
    scaled = placebo_test(outcomes=-1000 * panel, treated=1, pre=12)
    assert shifted.fit.att == pytest.approx(plain.fit.att, abs=1e-10)
    assert scaled.fit.att == pytest.approx(-1000 * plain.fit.att, rel=1e-9)
    for other in (shifted, scaled):
        assert (other.p_ratio, other.p_gap) == (plain.p_ratio, plain.p_gap)
        assert other.fit.ratio == pytest.approx(plain.fit.ratio, rel=1e-8)


def test_the_order_of_units_changes_nothing() -> None:
    panel, order = simulated(4), np.array([3, 0, 6, 1, 5, 2, 4])
    plain = placebo_test(outcomes=panel, treated=3, pre=12)
    turned = placebo_test(outcomes=panel[:, order], treated=0, pre=12)
    assert turned.fit.att == pytest.approx(plain.fit.att, abs=1e-10)
    assert (turned.p_ratio, turned.p_gap) == (plain.p_ratio, plain.p_gap)
    np.testing.assert_allclose(turned.fit.weights, plain.fit.weights[order], atol=1e-10)


def test_a_unit_that_is_a_mix_of_others_is_fitted_exactly() -> None:
    panel = simulated(5)
    panel[:, 0] = 0.25 * panel[:, 1] + 0.75 * panel[:, 4]
    found = one_fit_of(outcomes=panel, treated=0, pre=12)
    np.testing.assert_allclose(found.weights, [0, 0.25, 0, 0, 0.75, 0, 0], atol=1e-10)
    assert found.att == pytest.approx(0, abs=1e-10)


def test_a_large_effect_has_the_smallest_p_and_a_constant_panel_the_largest() -> None:
    panel = simulated(6)
    panel[12:, 5] += 100
    found = placebo_test(outcomes=panel, treated=5, pre=12)
    assert found.p_ratio == found.p_gap == found.smallest_p == 1 / 7
    constant = placebo_test(outcomes=np.full((10, 4), 3.0), treated=0, pre=5)
    assert constant.p_ratio == constant.p_gap == 1
    assert constant.fit.att == 0


def test_under_the_null_the_test_rejects_no_more_often_than_it_says() -> None:
    rng, places, studies = np.random.default_rng(20240625), 10, 250
    p_values = np.zeros((studies, 2))
    for study in range(studies):
        noise = rng.normal(size=(18, places))
        for period in range(1, 18):
            noise[period] += 0.6 * noise[period - 1]
        found = placebo_test(outcomes=noise + rng.normal(size=(18, 1)), treated=int(rng.integers(places)), pre=12)
        p_values[study] = found.p_ratio, found.p_gap
    for level in (0.1, 0.3, 0.5):
        rejected = (p_values <= level + 1e-12).mean(axis=0)
        assert np.abs(rejected - level).max() <= 3 * np.sqrt(level * (1 - level) / studies)


def test_numbers_of_numpy_serve_as_columns_and_several_units_are_sorted_and_named_once() -> None:
    panel = simulated(8)
    given = checked_study(outcomes=panel, treated=np.array([4, 1, 4]), pre=np.int64(12))  # type: ignore[arg-type]
    assert (given.treated, given.pre) == ((1, 4), 12)
    assert given.donors.tolist() == [0, 2, 3, 5, 6]
    with pytest.raises(EstimateError, match="rows to match for 3 units; expected one column for each of 7 units"):
        checked_study(outcomes=panel, treated=0, pre=12, match=panel[:, :3])
    with pytest.raises(EstimateError, match="rows to match, row 0, unit 2: nan"):
        checked_study(outcomes=panel, treated=0, pre=12, match=np.where(np.arange(7) == 2, np.nan, panel))


def with_cell(value: float) -> Floats:
    panel = simulated(7)
    panel[4, 3] = value
    return panel


@pytest.mark.parametrize(
    ("outcomes", "treated", "pre", "message"),
    [
        (simulated(7), 7, 12, "treated unit 7 in a panel of 7; expected a column from 0 to 6"),
        (simulated(7), -1, 12, "treated unit -1"),
        (simulated(7), 2.5, 12, "treated unit given as 2.5; expected a whole number"),
        (simulated(7), 0, "12", "periods before the start given as '12'; expected a whole number"),
        (simulated(7), 0, 1, "1 of 20 periods before the start; expected 2 to 19"),
        (simulated(7), 0, 20, "20 of 20 periods before the start"),
        (simulated(7)[:, :2], 0, 12, "a panel of 2 units with 1 treated; expected a treated unit and at least 2 donors"),
        (simulated(7)[0], 0, 12, "outcomes with 1 dimensions"),
        (with_cell(np.nan), 0, 12, "period 4, unit 3: nan; expected a finite number"),
        (with_cell(np.inf), 0, 12, "period 4, unit 3: inf; expected a finite number"),
        ([["a", "b", "c"]] * 5, 0, 3, "outcomes that are not numbers"),
        (np.zeros((5, 0)), 0, 3, "outcomes with no cell"),
    ],
)
def test_bad_input_gets_one_clear_error(outcomes: Floats, treated: int, pre: int, message: str) -> None:
    with pytest.raises(EstimateError) as caught:
        placebo_test(outcomes=outcomes, treated=treated, pre=pre)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
