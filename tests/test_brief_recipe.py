"""A number made of a data file opens the recipe it was made by, with every row that was set aside."""

import json
from pathlib import Path

from conftest import Run
from muster.dossier import create

EVENTS = """\
id,type_of_violence,number_of_sources,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low,where_prec
1,3,2,Ouest,18.55,-72.33,1,2023-05-02,2023-05-02,4,9,2,1
2,3,2,Ouest,18.55,-72.33,1,2023-07-02,2023-07-02,4,9,2,1
3,3,1,,19.0,-72.5,1,2023-07-02,2023-07-02,5,5,5,6
4,3,1,Ouest,18.55,-72.33,1,2023-07-32,2023-07-02,1,1,1,1
"""
SIDECAR = (
    'title = "Invented events"\nprovider = "nobody"\nlicence = "none"\nvintage = "1"\ncovered = [2023-01-01, 2025-12-31]\n'
)
PLAN = """
[[outcomes]]
id = "deaths"
name = "Invented deaths"
domain = "security"
unit = "deaths"
better = "lower"
period = "month"
treated = ["HT01"]
file = "events"
measure = "deaths"
geography = "departments"
"""


def test_the_brief_counts_what_was_set_aside_and_names_rules_hash_and_version(muster: Run, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    create(folder, "haiti")
    (folder / "data" / "events.csv").write_text(EVENTS, encoding="utf-8")
    (folder / "data" / "events.toml").write_text(SIDECAR, encoding="utf-8")
    with (folder / "mission.toml").open("a", encoding="utf-8") as plan:
        plan.write(PLAN)
    code, _, err = muster("brief", "d", "--quiet")
    assert (code, err) == (0, "")
    citations = {
        one["id"]: one for one in json.loads((folder / "brief" / "brief.json").read_text(encoding="utf-8"))["citations"]
    }
    told = dict(citations["events"]["original"])
    recipe = told["recipe: Invented deaths"]
    for words in (
        "Counted: events: 2, deaths: 8",
        "Set aside, without coordinates: events: 1, deaths: 5",
        "Rows of the file set aside, bad-date: 1",
        "Geography: the 10 polygons of departments",
        "Covered: 2023-01-01 to 2025-12-31, as declared",
    ):
        assert words in recipe
    assert told["code"].startswith("muster ")
    page = (folder / "brief" / "index.html").read_text(encoding="utf-8")
    assert "How Invented deaths was made" in page
    assert "Set aside, without coordinates: events: 1, deaths: 5" in page
