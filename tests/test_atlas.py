"""The atlas: an invented world with a known effect, laws of the run, and the real missions where their data are at hand."""

import csv
import io
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import Run
from muster.assess.atlas import Case, Design, Entry, cases, entry
from muster.assess.atlas_data import DEATHS, World, read_world
from muster.assess.atlas_run import KEPT, entries
from muster.assess.atlas_summary import pooled, summarised
from muster.brief.atlas_plot import atlas_svg
from muster.brief.atlas_words import atlas_csv, atlas_json, summary_words
from muster.errors import DataError
from muster.panel import Arrays

DESIGN = Design()
YEARS = range(1990, 2021)
PLACES = tuple(f"X{number:02d}" for number in range(30))


def world(effects: dict[str, float], seed: int = 2, **also: tuple[str, range]) -> World:
    """Invented countries on two common paths; in ``effects`` a mission came in 2005 and changed log deaths by so much."""
    from datetime import date

    rng = np.random.default_rng(seed)
    logs = 5 + rng.normal(size=(len(YEARS), 2)).cumsum(axis=0) @ rng.dirichlet((1, 1), 30).T * 0.5
    logs += rng.normal(scale=0.1, size=logs.shape)
    for place, effect in effects.items():
        logs[[year > 2005 for year in YEARS], PLACES.index(place)] += effect
    deaths = np.expm1(np.maximum(logs, 0))
    table = Arrays(PLACES, tuple(date(y, 1, 1) for y in YEARS), tuple(date(y, 12, 31) for y in YEARS), deaths, deaths, deaths)
    years = {(f"MISSION {place}", place): frozenset(range(2005, 2009)) for place in effects}
    years |= {(name, place): frozenset(there) for name, (place, there) in also.items()}
    missions = tuple(sorted({mission for mission, _ in years}))
    return World(table, {}, missions, years, years, frozenset(years), {}, ())


def fitted(made: World) -> dict[str, Entry]:
    return {one.mission: one for one in (entry(case, DESIGN) for case in cases(made, DESIGN))}


@pytest.mark.parametrize(("effect", "verdict"), [(-2.0, "improved"), (2.0, "worsened"), (0.0, "no effect detected")])
def test_a_known_effect_is_recovered(effect: float, verdict: str) -> None:
    inner = "X07"
    found = fitted(world({inner: effect}))[f"MISSION {inner}"]
    assert found.verdict == verdict, found.reason
    assert found.effect == pytest.approx(effect, abs=0.25)
    assert found.low is not None
    assert found.high is not None
    assert found.low < effect < found.high
    assert (found.start, found.donors, found.stopped_by) == (2005, 29, ())


def test_what_stops_a_verdict_is_named_and_no_number_is_given_for_short_windows() -> None:
    made = world(
        {"X07": -2.0}, before=("X07", range(1998, 2000)), early=("X09", range(1996, 1998)), lost=("X99", range(2005, 2006))
    )
    found = fitted(made)
    assert found["MISSION X07"].stopped_by == ("no earlier mission",)
    assert "had before." in found["MISSION X07"].reason
    assert found["MISSION X07"].verdict == "cannot tell"
    assert found["early"].stopped_by[0] == "periods"
    assert found["early"].effect is None
    assert (found["lost"].stopped_by, found["lost"].reason) == (("series",), "The deaths hold no series of X99.")


def test_donors_are_countries_at_war_without_any_mission_in_the_windows() -> None:
    made = world(
        {"X07": 0.0}, other=("X03", range(2010, 2012)), past=("X04", range(1990, 1994)), later=("X05", range(2011, 2020))
    )
    made.deaths.values[:14, 8] = 0  # a country that was never at war before 2004
    made.deaths.values[20, 9] = np.nan
    donors = next(case.donors for case in cases(made, DESIGN) if case.mission == "MISSION X07")
    assert set(PLACES) - set(donors) == {"X07", "X03", "X08", "X09"}


def test_the_order_of_missions_and_countries_changes_nothing() -> None:
    made = world({"X07": -2.0, "X11": 1.0, "X20": 0.0})
    order = random.Random(1).sample(range(30), 30)
    shuffled = replace(
        made,
        missions=made.missions[::-1],
        years=dict(list(made.years.items())[::-1]),
        deaths=replace(made.deaths, places=tuple(PLACES[place] for place in order), values=made.deaths.values[:, order]),
    )
    one, other = fitted(made), fitted(shuffled)
    assert list(one) == list(other)
    for name, entry_of in one.items():
        assert entry_of.verdict == other[name].verdict
        assert entry_of.p_value == other[name].p_value
        assert entry_of.effect == pytest.approx(other[name].effect, abs=1e-6)


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world({"X07": -2.0, "X11": 1.0, "X20": 0.0})
    planned = cases(made, DESIGN)

    def run(folder: Path) -> str:
        found = sorted(entries(planned, DESIGN, (), folder), key=lambda one: (one.start, one.mission))
        return atlas_json(found, summarised(found), DESIGN, ()) + atlas_csv(found) + atlas_svg(found, summarised(found))

    whole = run(tmp_path / "whole")
    done: list[str] = []

    def killed(case: Case, design: Design) -> Entry:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(case.mission)
        return entry(case, design)

    monkeypatch.setattr("muster.assess.atlas_run.entry", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "part")
    assert len(list((tmp_path / "part" / KEPT).iterdir())) == 2
    (tmp_path / "part" / KEPT / "MISSION-X07.json").write_text("half a file")

    def counted(case: Case, design: Design) -> Entry:
        done.append(case.mission)
        return entry(case, design)

    monkeypatch.setattr("muster.assess.atlas_run.entry", counted)
    assert run(tmp_path / "part") == whole
    assert len(done) == 4  # two before, the one that was spoiled, the one that was left
    assert run(tmp_path / "part") == whole
    assert len(done) == 4
    other = Design(alpha=0.2)
    assert len(list(entries(planned, other, (), tmp_path / "part"))) == 3
    assert len(done) == 7  # another design is another recipe


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    planned = cases(world({"X07": -2.0, "X11": 1.0}), DESIGN)
    one, two = (entries(planned, DESIGN, (), tmp_path / str(workers), workers=workers) for workers in (1, 2))
    assert {made.mission: made for made in one} == {made.mission: made for made in two}


def test_the_pooled_effect_is_that_of_the_equations() -> None:
    effects, errors = np.array([0.2, -0.9, 0.1, 0.7]), np.array([0.3, 0.2, 0.4, 0.25])
    low, high = 0.0, 10.0
    for _ in range(200):  # Paule and Mandel: the spread at which the weighted sum of squares is its degrees of freedom
        middle = (low + high) / 2
        weights = 1 / (errors**2 + middle)
        mean = float(weights @ effects / weights.sum())
        low, high = (middle, high) if float(weights @ (effects - mean) ** 2) > 3 else (low, middle)
    found = pooled(np.column_stack([effects, errors]))
    assert found.spread**2 == pytest.approx(low, rel=1e-4)
    assert found.mean == pytest.approx(mean, rel=1e-4)
    assert found.high - found.mean == pytest.approx(1.645 / np.sqrt(weights.sum()), rel=1e-3)
    assert found.next_low is not None
    assert found.next_low == pytest.approx(mean - 2.92 * np.sqrt(low + 1 / weights.sum()), rel=1e-3)
    assert pooled(np.column_stack([effects, errors])[::-1]) == found
    assert pooled(np.array([[0.2, 0.3], [0.4, 0.2]])).next_low is None


def test_the_words_say_first_how_many_cannot_be_told() -> None:
    found = list(fitted(world({"X07": 0.0}, before=("X07", range(1998, 2000)), lost=("X99", range(2005, 2006)))).values())
    words = summary_words(summarised(found))
    assert words[0] == "3 missions: 3 cannot be told; 0 improved, 0 worsened and 0 no effect detected."
    assert "That most cannot be told is the result" in words[2]
    assert words[3] == "Too few can be told for a summary of their effects."


def test_a_folder_without_the_data_is_refused(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "other.csv").write_text("a,b\n1,2\n")
    code, _, problems = muster("atlas", "d")
    assert code == 1
    assert f"no file of {DEATHS}" in problems
    assert muster("atlas", "nowhere")[2].startswith("muster: nowhere: no such folder")
    assert not (tmp_path / "atlas").exists()


def test_the_real_missions(muster: Run, shared: Path, tmp_path: Path) -> None:
    code, said, problems = muster("atlas", str(shared / "data"), "--out", "out", "--workers", "1")
    assert (code, problems) == (0, "")
    assert "52 missions: 50 cannot be told; 0 improved, 0 worsened and 2 no effect detected." in said
    assert "Limits:\n- Years of whole countries are coarse" in said
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "atlas.csv").read_text("utf-8-sig"))))
    assert len(rows) == 52
    assert [int(row["start"]) for row in rows] == sorted(int(row["start"]) for row in rows)
    assert {row["mission"] for row in rows if row["verdict"] != "cannot tell"} == {"MINURCAT", "MINUSMA"}
    starts = {row["mission"]: (row["start"], row["country"]) for row in rows}
    assert starts["MINUSTAH"] == ("2004", "HTI")
    assert starts["MINUSMA"] == ("2013", "MLI")  # the first map is of 2014, the first count of 2013
    assert starts["UNTSO"] == ("1990", "ISR")
    written = json.loads((tmp_path / "out" / "atlas.json").read_text())
    assert written["summary"]["stopped_by"]["no earlier mission"] == 25
    assert str(shared) not in (tmp_path / "out" / "atlas.json").read_text()
    svg = (tmp_path / "out" / "atlas.svg").read_text()
    assert svg == (Path(__file__).parents[1] / "docs" / "atlas.svg").read_text(), "run `muster atlas` on the shared data again"


def test_two_releases_are_not_mixed(shared: Path, tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).symlink_to(shared / "data" / "ucdp" / "ucdp_organized_violence_country_year_v25_1.csv")
    with pytest.raises(DataError, match="two files of source ucdp-country-year"):
        read_world(tmp_path)
