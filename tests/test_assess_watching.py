"""The watch on a running mission: alarms where an effect is planted, no more false ones than declared, gaps never silent."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from conftest import Run
from muster.assess.watching import MissionWatch, looks_of, watching
from muster.panel import PANEL, Panel
from muster.records import DataFile, Mission, Outcome, Start, Watch

Floats = NDArray[np.float64]

PLACES = tuple(f"P{number:02d}" for number in range(20))
MONTHS = tuple(date(2031 + month // 12, month % 12 + 1, 1) for month in range(60))
PRE = 36
START = Start(name="first arrival", date=MONTHS[PRE])
FILE = DataFile(name="events", path="", source="events", title="", provider="", licence="", vintage="", sha256="0" * 64)
EVENTS = Outcome(
    id="events",
    name="Violent events",
    domain="security",
    unit="events",
    better="lower",
    period="month",
    treated=PLACES[:1],
    donors=PLACES[1:],
    file="events",
    measure="events",
)
PLAN = Mission(
    id="m",
    title="A mission that never was (simulated)",
    short="M",
    place="XXA",
    force=(),
    funds=(),
    lead="",
    starts=(START,),
    outcomes=(EVENTS,),
    alpha=0.1,
    watch=Watch(every=6, number=4, spending="pocock"),
)


def drawn(effect: float = 0.0, seed: int = 1, column: int = 0) -> Floats:
    """(60, 20) months by places on two common paths, with an effect on one place from the start on."""
    rng = np.random.default_rng(seed)
    values = 50 + 3 * rng.normal(size=(60, 2)) @ rng.uniform(size=(2, 20)) + rng.normal(size=(60, 20))
    values[PRE:, column] += effect
    return np.asarray(values)


def panel(values: Floats, outcome: Outcome = EVENTS) -> Panel:
    ends = [*(first - timedelta(days=1) for first in MONTHS[1:]), date(2035, 12, 31)]
    rows = [
        {"place": place, "period_start": first, "period_end": last, "value": value, "low": value, "high": value, "n": 1}
        for place, column in zip(PLACES, values.T.tolist(), strict=True)
        for first, last, value in zip(MONTHS, ends, column, strict=False)
        if not np.isnan(value)
    ]
    return Panel(outcome, pa.Table.from_pylist(rows, schema=PANEL), {}, (FILE,), None)


def watched(values: Floats, plan: Mission = PLAN, as_of: date | None = None, **rings: dict[str, int]) -> MissionWatch:
    return watching(plan, {one.id: panel(values, one) for one in plan.outcomes if one.file}, rings, as_of)


@pytest.mark.parametrize(
    ("effect", "better", "status"), [(12, "lower", "worse"), (-12, "lower", "better"), (12, "higher", "better")]
)
def test_a_planted_effect_raises_an_alarm_of_its_direction(effect: float, better: Any, status: str) -> None:
    found = watched(drawn(effect), replace(PLAN, outcomes=(replace(EVENTS, better=better),))).watched[0]
    assert found.status == f"alarm: {status}"
    assert [look.periods for look in found.used] == [6, 12, 18, 24]
    assert found.left == ()
    raised = next(look for look in found.used if look.status != "no alarm")
    assert f"figures to {raised.until.day} " in found.reason


def test_without_an_effect_the_treated_place_is_alarmed_no_more_often_than_declared() -> None:
    """Exactly: over all places taken as the treated one in turn, at most alpha of them are alarmed."""
    for seed in range(4):
        values = drawn(seed=seed)
        alarms = 0
        for place in PLACES:
            plan = replace(EVENTS, treated=(place,), donors=tuple(one for one in PLACES if one != place))
            alarms += watched(values, replace(PLAN, outcomes=(plan,))).watched[0].status != "no alarm"
        assert 1 <= alarms <= 2  # of 20 at 0.1: the share is used, and never more


def test_the_state_of_an_earlier_day_is_what_it_was_then() -> None:
    values, then = drawn(12), MONTHS[PRE + 12] - timedelta(days=1)
    cut = values.copy()
    cut[PRE + 12 :] = np.nan
    assert watched(values, as_of=then) == watched(cut, as_of=then)
    early = watched(values, as_of=then).watched[0]
    assert ([look.periods for look in early.used], early.left) == ([6, 12], (18, 24))
    late = watched(values).watched[0]
    assert late.used[:2] == early.used


def test_before_the_first_look_it_waits() -> None:
    found = watched(drawn(12), as_of=date(2034, 5, 20)).watched[0]
    assert (found.status, found.used, found.left) == ("no look yet", (), (6, 12, 18, 24))
    assert found.reason.startswith("four months since the first arrival on 1 January 2034")


def test_looks_are_counted_on_the_calendar_and_never_in_the_data() -> None:
    dated = Watch(looks=(date(2034, 3, 31), date(2034, 6, 29), date(2033, 1, 1), date(2034, 6, 30), date(2034, 12, 31)))
    assert looks_of(dated, EVENTS, START) == (3, 5, 6, 12)
    assert looks_of(dated, replace(EVENTS, period="year"), START) == (1,)
    assert looks_of(Watch(number=2), EVENTS, START) == (3, 6)
    middle = Start(name="arrival", date=date(2034, 1, 15))
    assert looks_of(dated, EVENTS, middle) == (2, 4, 5, 11)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"donors": ()}, "No comparison: the plan names no donor places"),
        ({"donors": PLACES[1:6]}, "Too few places: with 6 of them no look can ever raise an alarm at 0.1"),
        ({"donors": ("P99", "P98", "P01")}, "No comparison: one donor place with complete figures; two are needed."),
        ({"treated": PLACES[:2]}, "The plan treats two places together"),
        ({"period": "as published"}, "Figures come as published"),
        ({"treated": ("P99",)}, "The data hold no figure of P99."),
        ({"file": "", "missing": "Nobody counts."}, "Nobody counts."),
    ],
)
def test_what_cannot_be_watched_says_why(changes: dict[str, Any], reason: str) -> None:
    found = watched(drawn(12), replace(PLAN, outcomes=(replace(EVENTS, **changes),))).watched[0]
    assert (found.status, found.used, found.alpha) == ("cannot be watched", (), None)
    assert found.reason.startswith(reason)


def test_neighbours_are_watched_each_as_a_place_of_its_own() -> None:
    plan = replace(PLAN, outcomes=(replace(EVENTS, geography="areas"),), alpha=0.2)
    borders = {place: min(number, 2) for number, place in enumerate(PLACES)} | {"P02": 1}
    found = watched(drawn(15, column=2), plan, events=borders)
    assert [(one.place, one.about) for one in found.watched] == [
        ("P00", "treated place"),
        ("P01", "neighbour"),
        ("P02", "neighbour"),
    ]
    assert [one.status for one in found.watched] == ["no alarm", "no alarm", "alarm: worse"]
    assert [one.alpha for one in found.watched] == [0.2, 0.1, 0.1]
    assert found.ceiling == pytest.approx(0.4)
    assert not any("neighbours" in gap for gap in found.gaps)


def test_harm_that_must_be_watched_and_is_not_is_a_gap() -> None:
    conduct = replace(EVENTS, id="abuses", domain="conduct", donors=())
    bare = watched(drawn())
    assert [gap.partition(" is not watched")[0] for gap in bare.gaps] == [
        "Harm by perpetrator (security forces included)",
        "Displacement",
        "Displacement to neighbours: events",
    ]
    some = watched(drawn(), replace(PLAN, outcomes=(conduct, replace(EVENTS, domain="access"))))
    assert some.gaps[0] == "Harm by perpetrator (security forces included): abuses cannot be watched."
    assert not any(gap.startswith("Displacement is") for gap in some.gaps)
    full = watched(drawn(), replace(PLAN, outcomes=(replace(conduct, donors=PLACES[1:]),)))
    assert not any(gap.startswith("Harm") for gap in full.gaps)


def dossier(folder: Path, effect: float, watch: str = "every = 6\nnumber = 2") -> None:
    """A dossier of an invented land, of which every row is simulated."""
    rng = np.random.default_rng(3)
    (folder / "data").mkdir(parents=True)
    places = [f"P{number:02d}" for number in range(12)]
    level = rng.poisson(30, size=(48, 12))
    level[36:, 0] += int(effect)
    rows = [
        f"{place},{month:%Y-%m},{value}"
        for month, line in zip(MONTHS, level, strict=False)
        for place, value in zip(places, line, strict=True)
    ]
    (folder / "data" / "events.csv").write_text("place,month,events\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "data" / "events.toml").write_text(
        'source = "tabular"\ntitle = "Simulated"\nprovider = "nobody"\nlicence = "CC0"\nvintage = "2035-01-05"\n'
        'columns = { place = "place", period = "month", value = "events", series = "=e", measure = "=count", '
        'unit = "=events" }\n',
        encoding="utf-8",
    )
    donors = json.dumps(places[1:])
    (folder / "mission.toml").write_text(
        'id = "m"\ntitle = "Simulated"\nshort = "M"\nplace = "XXA"\nlead = "nobody"\nforce = []\nfunds = []\nalpha = 0.2\n'
        f'[[starts]]\nname = "first arrival"\ndate = 2034-01-01\n[[outcomes]]\nid = "events"\nname = "Events"\n'
        f'domain = "conduct"\nunit = "events"\nbetter = "lower"\nperiod = "month"\ntreated = ["P00"]\ndonors = {donors}\n'
        f'file = "events"\nseries = "e"\n[watch]\n{watch}\n',
        encoding="utf-8",
    )


def test_the_command_says_status_looks_and_gaps(muster: Run, tmp_path: Path) -> None:
    dossier(tmp_path / "d", 30)
    code, shown, problems = muster("watch", "d")
    assert (code, problems) == (0, "")
    assert "alarm: worse" in shown
    assert "2 of 2" in shown
    assert "never a verdict" in shown
    assert "NOT WATCHED: Displacement is not watched: the plan names no outcome of domain access." in shown
    assert "NOT WATCHED: Harm" not in shown
    _, told, _ = muster("watch", "d", "--format", "json")
    found = json.loads(told)
    assert [(one["outcome"], one["status"], one["alpha"]) for one in found["watched"]] == [("events", "alarm: worse", 0.2)]
    _, before, _ = muster("watch", "d", "--as-of", "2034-12-31")  # the file's vintage is later: nothing was known of it
    assert "No data are known." in before
    assert "NOT WATCHED: Harm by perpetrator (security forces included): events cannot be watched." in before
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == ["data", "mission.toml"]  # nothing is written


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("every = 0", "line 24, field watch.every: 0; expected a whole number from 1"),
        ("evry = 3", "did you mean 'every'?"),
        ("every = 3\nlooks = [2034-06-30]", "field watch.every: both 'looks' and 'every'"),
        ('spending = "late"', "one of 'obrien-fleming', 'pocock'"),
    ],
)
def test_a_faulty_table_in_the_plan_is_named(muster: Run, tmp_path: Path, table: str, said: str) -> None:
    dossier(tmp_path / "d", 0, table)
    code, _, problems = muster("watch", "d")
    assert code == 1
    assert said in problems


def test_neighbours_are_found_from_the_polygons_of_the_dossier(muster: Run, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    dossier(folder, 0)
    data, rng = folder / "data", np.random.default_rng(5)
    areas = [(f"P{number:02d}", number) for number in range(12)]  # squares in a row: P00 borders P01 alone
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]]},
        }
        for name, x in areas
    ]
    (data / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    said = 'title = "Simulated"\nprovider = "nobody"\nlicence = "CC0"\nvintage = "2035-01-05"\n'
    (data / "areas.toml").write_text(f'source = "polygons"\n{said}', encoding="utf-8")
    rows = [
        f"{month},somewhere,0.5,{x + 0.5},{number}-{x}-{event}"
        for number, month in enumerate(MONTHS[:48])
        for _, x in areas
        for event in range(rng.poisson(8) + (25 if x == 1 and number >= PRE else 0))
    ]
    (data / "events.csv").write_text("day,name,north,east,id\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = 'columns = { date = "day", place = "name", latitude = "north", longitude = "east", id = "id" }\n'
    covered = "covered = [2031-01-01, 2034-12-31]\n"
    (data / "events.toml").write_text(f'source = "tabular"\n{said}{covered}{columns}', encoding="utf-8")
    plan = (folder / "mission.toml").read_text(encoding="utf-8")
    plan = plan.replace('series = "e"', 'measure = "events"\ngeography = "areas"')
    (folder / "mission.toml").write_text(plan, encoding="utf-8")
    code, told, problems = muster("watch", "d", "--format", "json")
    assert (code, problems) == (0, "")
    found = [(one["place"], one["about"], one["status"]) for one in json.loads(told)["watched"]]
    assert found == [("P00", "treated place", "no alarm"), ("P01", "neighbour", "alarm: worse")]
