"""The simulated dossier: made by its script to the byte, marked wherever a person looks, and its planted effects found."""

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pycountry
import pytest
from pypdf import PdfReader

from muster.assess import assess
from muster.brief import Brief, compose, summary
from muster.brief.page import html
from muster.brief.published import json_text
from muster.brief.simulated import BANNER, STAMP, WORD
from muster.brief.tree import Chart
from muster.cli import app
from muster.dossier import load
from muster.dossier.folder import hash_of
from muster.errors import DossierError
from muster.ledger import Ledger, disputed, known
from muster.panel import Panel, panels, rings
from muster.records import Commitment, Finding, Statement
from muster.records.plan import SIMULATED
from muster.run import brief as whole
from muster.sources.countries import extents

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parents[1]
FOLDER = Path(str(files("muster"))) / "example" / "simulated"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
INVENTED = ("Quellovar", "Brundavia", "Mirzelland", "Hosquenne", "Council of Invented States", "QSF")
TRUTH: dict[str, float] = json.loads((FOLDER / "data" / "truth.json").read_text(encoding="utf-8"))


def content(path: Path) -> bytes:
    """A file's bytes, unpacked: how tightly they are packed depends on the machine's library."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@cache
def measured() -> dict[str, Panel]:
    return panels(load(FOLDER))


@cache
def findings() -> dict[str, Finding]:
    return {finding.outcome.id: finding for finding in assess(load(FOLDER).mission, measured(), None)}


@cache
def brief() -> Brief:
    dossier = load(FOLDER)
    record = disputed(known(Ledger(dossier.ledger_path).entries(), None))
    return compose(dossier, record, tuple(findings().values()), measured())


def test_the_script_makes_the_bundled_files(tmp_path: Path) -> None:
    made = tmp_path / "simulated"
    (made / "reports").mkdir(parents=True)
    for report in (FOLDER / "reports").iterdir():
        shutil.copyfile(report, made / "reports" / report.name)
    subprocess.run([sys.executable, ROOT / "scripts" / "build_simulated.py", made], check=True)
    shutil.copyfile(FOLDER / "mission.toml", made / "mission.toml")
    assert sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file()) == [
        path.relative_to(FOLDER) for path in FILES
    ]
    assert [path.name for path in FILES if content(path) != content(made / path.relative_to(FOLDER))] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_says_what_it_is_and_names_no_real_country(path: Path) -> None:
    text = content(path).decode()
    assert path.name in ("ledger.head", "truth.json") or "simulated" in f"{path.name} {text}".lower()
    names = {name for one in pycountry.countries for name in (one.name, getattr(one, "common_name", one.name))}
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)] == []


def test_invented_names_are_those_of_no_country_and_no_part_of_one() -> None:
    known_names = "\n".join([*(one.name for one in pycountry.countries), *(one.name for one in pycountry.subdivisions)]).lower()
    tables = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/muster/read/tables").iterdir()).lower()
    assert [name for name in INVENTED if re.search(rf"\b{name.lower()}\b", known_names + tables)] == []
    assert pycountry.countries.get(alpha_3=load(FOLDER).mission.place) is None


def test_the_island_lies_in_no_country() -> None:
    island = json.loads((FOLDER / "data" / "simulated-districts.geojson").read_text(encoding="utf-8"))
    corners = np.array([point for one in island["features"] for point in one["geometry"]["coordinates"][0]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    for code, boxes in extents().items():
        apart = (boxes[:, 0] > high[0]) | (boxes[:, 2] < low[0]) | (boxes[:, 1] > high[1]) | (boxes[:, 3] < low[1])
        assert apart.all(), code


def test_sidecars_and_plan_are_marked_and_the_plan_comes_first() -> None:
    dossier = load(FOLDER)
    assert {file.provider for file in dossier.data} == {"simulated"}
    assert all(file.title.startswith(WORD) for file in dossier.data)
    assert dossier.mission.simulated
    assert not dossier.mission.retrospective
    assert all(outcome.truth and len(outcome.donors) == 63 for outcome in dossier.mission.outcomes)
    assert {outcome.id for outcome in dossier.mission.outcomes} < set(TRUTH)


def test_the_ledger_is_sound_cites_the_reports_word_by_word_and_leaves_one_to_review() -> None:
    ledger = Ledger(FOLDER / "ledger.jsonl")
    assert ledger.verify().ok
    told = [(entry.record, entry.status) for entry in ledger.entries() if isinstance(entry.record, Commitment | Statement)]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (FOLDER / "reports").iterdir())
    for record, _ in told:
        assert record.citation.quote
        assert record.citation.quote in texts
        assert record.citation.title.startswith(WORD)
    assert [record.id for record, status in told if status == "proposed"] == ["S16", "S17", "S18"]
    stages = {record.id: record.stage for record, _ in told if isinstance(record, Commitment)}
    starts = [{stages[id] for id in start.records} for start in load(FOLDER).mission.starts]
    assert starts == [{"approved"}, {"deployed"}]


def test_sources_disagree_on_the_force_and_on_the_money() -> None:
    sets = disputed(known(Ledger(FOLDER / "ledger.jsonl").entries(), None)).disagreements
    assert {frozenset(one.records) for one in sets} >= {frozenset({"S11", "S12"}), frozenset({"S13", "S14"})}


def test_page_pictures_tables_and_terminal_say_that_it_is_simulated() -> None:
    page = html(brief())
    assert BANNER in page
    assert page.count("<svg") == page.count(str(STAMP)) > 6
    charts = [block for section in brief().sections for block in section.blocks if isinstance(block, Chart)]
    assert all(chart.title.startswith(WORD) and chart.description.startswith(WORD) for chart in charts)
    assert summary(brief()).startswith(BANNER[:60])
    written = json.loads(json_text(brief()))
    assert written["simulated"] is True
    assert written["title"].startswith(WORD)


def test_every_row_of_the_tables_says_so_and_a_finding_stands_beside_its_truth() -> None:
    texts = {annex.name: annex.text for annex in brief().annexes if isinstance(annex.text, str)}
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}
    assert all(WORD in " ".join(row.values()) for rows in tables.values() for row in rows)
    planted = {row["outcome_id"]: row["planted"] for row in tables["findings.csv"]}
    page = html(brief())
    for outcome in load(FOLDER).mission.outcomes:
        assert planted[outcome.id] == outcome.truth
        assert f"Planted: {outcome.truth}" in page


def test_a_real_mission_is_not_marked_and_may_hold_no_truth(tmp_path: Path) -> None:
    haiti = load(FOLDER.parent / "haiti").mission
    assert not haiti.simulated
    shutil.copytree(FOLDER, tmp_path / "d")
    plan = tmp_path / "d" / "mission.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("simulated = true", "simulated = false"), encoding="utf-8")
    with pytest.raises(DossierError, match=r"outcomes\[0\].truth.*not simulated"):
        load(tmp_path / "d")


def test_fields_that_a_plan_does_not_use_do_not_change_its_hash() -> None:
    import hashlib

    import msgspec

    def without_blanks(value: object) -> object:
        if isinstance(value, dict):
            return {name: kept for name, inner in value.items() if (kept := without_blanks(inner)) not in ("", [], {}, None)}
        return [without_blanks(inner) for inner in value] if isinstance(value, list) else value

    mission = load(FOLDER.parent / "haiti").mission
    plan = json.loads(msgspec.json.encode(mission))
    del plan["simulated"]
    for outcome in plan["outcomes"]:
        del outcome["truth"]
    assert hash_of(mission) == hashlib.sha256(msgspec.json.encode(without_blanks(plan), order="sorted")).hexdigest()


def test_what_was_planted_strongly_is_found_and_what_drowns_is_not() -> None:
    found = findings()
    assert found["killed"].verdict == "improved"
    assert found["killed"].estimate == pytest.approx(TRUTH["killed"], rel=0.2)
    assert found["millet"].estimate == pytest.approx(TRUTH["millet"], rel=0.2)
    assert abs(found["displaced"].estimate or 0) < 1
    for name in ("displaced", "complaints"):
        assert found[name].verdict in {"no effect detected", "cannot tell"}


def test_what_leaves_the_treated_district_arrives_in_the_four_around_it() -> None:
    panel = measured()["attacks"]
    ring = rings(load(FOLDER), panel)
    changes: dict[int, list[float]] = {}
    for place in ring:
        rows = [row for row in panel.table.to_pylist() if row["place"] == place]
        sides = [
            [row["value"] for row in rows if (row["period_start"].isoformat() >= "2015-07") is late] for late in (False, True)
        ]
        changes.setdefault(ring[place], []).append(float(np.mean(sides[1]) - np.mean(sides[0])))
    assert len(changes[0]) == 1
    assert len(changes[1]) == 4
    usual = float(np.mean([change for distance in changes if distance > 1 for change in changes[distance]]))
    assert changes[0][0] - usual == pytest.approx(TRUTH["attacks"], abs=0.6)
    assert float(np.mean(changes[1])) - usual == pytest.approx(TRUTH["attacks, in each neighbour"], abs=0.6)


def test_reports_are_taken_in_more_places_while_no_more_is_robbed() -> None:
    rows = [row for row in measured()["robberies"].table.to_pylist() if row["place"] == "SIM28"]
    late = [row["period_start"].isoformat() >= "2015-07" for row in rows]
    posts = [
        float(np.mean([row["n_sources"] for row, after in zip(rows, late, strict=True) if after == side])) for side in (0, 1)
    ]
    assert posts[1] / posts[0] == pytest.approx(2, rel=0.15)
    assert TRUTH["robberies"] == 0


def test_the_commands_copy_it_and_mark_what_they_print(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    folder = str(tmp_path / "d")
    made = CliRunner().invoke(app, ["new", folder, "--example", "simulated"])
    assert made.exit_code == 0
    assert WORD in made.stdout
    copied = {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    assert copied == {path.relative_to(FOLDER): path.read_bytes() for path in FILES}
    for arguments in (["ledger", folder], ["ledger", folder, "--view", "gap"], ["panel", folder, "millet"]):
        shown = CliRunner().invoke(app, arguments)
        assert shown.exit_code == 0
        assert SIMULATED[:40] in " ".join(shown.stderr.split())


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
def test_the_word_stands_on_every_sheet_of_paper_and_on_every_screen(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from browser import OPTIONS

    page_file = tmp_path / "index.html"
    page_file.write_text(html(brief()), encoding="utf-8")
    with playwright.sync_playwright() as engine:
        context = engine.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, headless=True, args=OPTIONS, viewport={"width": 320, "height": 700}
        )
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        corner = page.evaluate("getComputedStyle(document.querySelector('.simulated'), '::after')['content']")
        wide = page.evaluate("document.documentElement.scrollWidth")
        sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        context.close()
    assert corner == f'"{WORD}"'
    assert wide <= 320
    assert len(sheets) > 1
    assert all(WORD in sheet.extract_text() for sheet in sheets)


def test_what_only_moved_and_what_was_only_reported_are_no_effects_and_the_page_stays_light() -> None:
    made = whole(FOLDER)
    (table,) = [annex.text for annex in made.annexes if annex.name == "findings.csv"]
    assert isinstance(table, str)
    rows = {row["outcome_id"]: row for row in csv.DictReader(io.StringIO(table))}
    verdicts = {name: row["verdict"] for name, row in rows.items()}
    assert verdicts == {
        "killed": "improved",
        "millet": "worsened",
        "displaced": "no effect detected",
        "complaints": "no effect detected",
        "attacks": "cannot tell",
        "robberies": "cannot tell",
    }
    assert "neighbours" in rows["attacks"]["reason"]
    assert "sources an event" in rows["robberies"]["reason"]
    assert len(html(made).encode()) < 1_500_000
