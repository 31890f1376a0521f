"""`muster sources`: the list, one source, and a file tried before it goes into a dossier."""

import csv
import json
import tomllib
from pathlib import Path

import pytest

from conftest import Run
from muster.sources import SOURCES

TABLE = "place,period,value\nA,2024,1\nA,2024,1\nB,then,2\n"


def test_all_sources_are_listed_with_their_licence_and_columns(muster: Run) -> None:
    code, out, _ = muster("sources")
    assert code == 0
    for source in SOURCES.values():
        assert source.name in out
    code, out, _ = muster("sources", "--format", "json")
    listed = {source["name"]: source for source in json.loads(out)}
    assert set(listed) == set(SOURCES)
    assert listed["ucdp-ged"]["columns"]["best"] == {"type": "whole", "about": "best estimate of deaths", "needed": True}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_source_is_explained(muster: Run, name: str) -> None:
    code, out, _ = muster("sources", name)
    source = SOURCES[name]
    assert code == 0
    assert out.startswith(f"{name}: {source.title}\n")
    assert all(column in out for column in source.columns)
    assert ("rows may be passed on" in out) is source.redistribute
    assert json.loads(muster("sources", name, "--format", "json")[1])["citation"] == source.citation


def test_a_file_is_tried_and_every_row_at_fault_told(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    code, out, _ = muster("sources", "t.csv", "--out", "faults.csv")
    assert code == 0
    assert out.startswith("t.csv: tabular, 1 rows used, 2 set aside\n")
    assert "row 2, duplicate-id" in out
    with (tmp_path / "faults.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [(row["row"], row["reason"]) for row in csv.DictReader(stream)] == [("2", "duplicate-id"), ("3", "bad-date")]
    told = json.loads(muster("sources", "t.csv", "--format", "json")[1])
    assert (told["source"], told["rows"], told["set_aside"]) == ("tabular", 1, {"duplicate-id": 1, "bad-date": 1})
    assert muster("sources", "t.csv", "--quiet")[1] == ""


def test_many_faults_are_counted_and_ten_are_shown(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("place,period,value\n" + "A,never,1\n" * 30, encoding="utf-8")
    out = muster("sources", "t.csv")[1]
    assert "bad-date: 30" in out
    assert out.count("    row ") == 10
    assert "and 20 more: --out FILE.csv lists them all" in out


def test_a_sidecar_is_begun_and_never_overwritten(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    assert muster("sources", "t.csv", "--sidecar")[0] == 0
    said = tomllib.loads((tmp_path / "t.toml").read_text(encoding="utf-8"))
    assert said["source"] == "tabular"
    assert muster("sources", "t.csv")[0] == 0
    code, _, err = muster("sources", "t.csv", "--sidecar")
    assert code == 1
    assert "the file has a sidecar" in err


def test_a_file_with_a_sidecar_is_read_as_that_says(muster: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Ort,Jahr,Zahl\nA,2024,1\n", encoding="utf-8")
    words = 'source = "tabular"\ntitle = ""\nprovider = ""\nlicence = ""\nvintage = ""\n'
    (tmp_path / "t.toml").write_text(words + '[columns]\nplace = "Ort"\nperiod = "Jahr"\nvalue = "Zahl"\n', encoding="utf-8")
    assert muster("sources", "t.csv")[1].startswith("t.csv: tabular, 1 rows used, 0 set aside\n")


def test_what_cannot_be_read_is_one_line(muster: Run, tmp_path: Path) -> None:
    code, out, err = muster("sources", "gone.csv")
    assert (code, out) == (1, "")
    assert "gone.csv: the file cannot be read" in err
    assert muster("sources", "nothing-of-the-kind")[0] == 1
