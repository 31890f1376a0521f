"""A dossier on disk: what loads, what is refused and how the refusal reads, and what is written."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.dossier import Dossier, create, filed, load, store_report
from muster.dossier.store import LONGEST, safe_name
from muster.errors import DossierError
from muster.records import Citation, Commitment, Report

PLAN = """\
id = "m"
title = "A mission"
short = "M"
place = "HTI"
force = ["M"]
funds = []
lead = "Kenya"

[[starts]]
name = "first arrival"
date = 2024-06-25

[[outcomes]]
id = "killed"
name = "People killed"
domain = "security"
unit = "persons"
better = "lower"
period = "month"
treated = ["HTI"]
file = "events"

[[outcomes]]
id = "prices"
name = "Prices"
domain = "economy"
unit = "percent"
better = "lower"
period = "month"
treated = ["HTI"]
missing = "none yet"
"""
SIDECAR = 'source = "ucdp-ged"\ntitle = "T"\nprovider = "P"\nlicence = "L"\nvintage = "2025-01"\n'

Break = Callable[[Path], object]


def plan(old: str, new: str) -> Break:
    assert old in PLAN
    return lambda folder: (folder / "mission.toml").write_text(PLAN.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "d"
    (made / "data").mkdir(parents=True)
    (made / "mission.toml").write_text(PLAN, encoding="utf-8")
    (made / "data" / "events.csv").write_bytes(b"id\n1\n")
    (made / "data" / "events.toml").write_text(SIDECAR, encoding="utf-8")
    return made


def report(name: str, data: bytes) -> Report:
    return Report(id=hashlib.sha256(data).hexdigest()[:16], file=name)


def test_a_sound_dossier_loads_with_its_plan_its_data_and_its_places(folder: Path) -> None:
    dossier = load(folder)
    assert [outcome.id for outcome in dossier.mission.outcomes] == ["killed", "prices"]
    (file,) = dossier.data
    assert (file.name, file.source, file.licence, file.redistribute) == ("events", "ucdp-ged", "L", False)
    assert file.sha256 == hashlib.sha256(b"id\n1\n").hexdigest()
    assert Path(file.path) == folder / "data" / "events.csv"
    assert (dossier.ledger_path, dossier.output) == (folder / "ledger.jsonl", folder / "brief")


def test_the_plan_hash_is_of_values_and_not_of_their_writing(folder: Path) -> None:
    before = load(folder).plan_hash
    text = PLAN.replace('id = "m"\ntitle = "A mission"', "title = 'A mission' # a comment\n\nid = 'm'\nalpha = 0.10")
    (folder / "mission.toml").write_text("\ufeff" + text, encoding="utf-8")
    assert load(folder).plan_hash == before
    plan("2024-06-25", "2024-06-26")(folder)
    assert load(folder).plan_hash != before
    assert len(before) == 64


def a_folder_for_a_plan(folder: Path) -> None:
    (folder / "mission.toml").unlink()
    (folder / "mission.toml").mkdir()


BAD_PLANS: list[tuple[str, Break, list[str]]] = [
    (
        "a wrong word",
        plan('"economy"', '"finance"'),
        ["line 26", "outcomes[1].domain", "'finance'", "one of 'access', 'conduct', 'economy', 'security'"],
    ),
    ("a wrong type", plan('unit = "percent"', "unit = 3"), ["line 27", "outcomes[1].unit", ": 3", "text in quotes"]),
    ("no list", plan('force = ["M"]', 'force = "M"'), ["line 5", "field force", "'M'", "a list"]),
    ("a wrong item", plan('force = ["M"]', "force = [true]"), ["line 5", "force[0]", "true", "text"]),
    ("alpha too large", plan('place = "HTI"', "alpha = 0.7"), ["line 4", "alpha", "0.7", "above 0 and below 0.5"]),
    ("a date as text", plan("2024-06-25", '"soon"'), ["line 11", "starts[0].date", "'soon'", "2024-06-25"]),
    ("no such day", plan("2024-06-25", "2024-13-45"), ["line 11", "not TOML"]),
    ("a typing slip", plan("better", "beter"), ["line 18", "'beter'", "did you mean 'better'"]),
    ("an unknown field", plan("lead =", "colour = 1\nlead ="), ["line 7", "'colour'", "one of id, title"]),
    ("a field with a line break", plan("lead =", '"a\\u000ab\\u001b" = 1\nlead ='), ["'a\\nb\\x1b'", "unknown"]),
    ("a missing field", plan('lead = "Kenya"\n', ""), ["mission.toml", "'lead' is missing", "text"]),
    ("a missing field inside", plan('unit = "percent"\n', ""), ["line 23", "outcomes[1].unit", "missing"]),
    ("broken TOML", plan('force = ["M"]', "force = ["), ["line 6", "not TOML"]),
    ("cut off", plan('missing = "none yet"', 'missing = "none'), ["line 31", "not TOML"]),
    ("two outcomes of one id", plan('"prices"', '"killed"'), ["line 24", "'killed'", "two outcomes"]),
    ("a file that is not there", plan('"events"', '"event"'), ["line 21", "'event'", "one of events"]),
    ("a way up", plan('"events"', '"../mission"'), ["line 21", "'../mission'", "without folder"]),
    ("an absolute path", plan('"events"', '"/etc/passwd"'), ["line 21", "without folder"]),
    ("no file and no reason", plan('missing = "none yet"', ""), ["line 23", "neither 'file' nor 'missing'"]),
    ("an unknown table", plan("[[starts]]", "[[begins]]"), ["line 9", "unknown field 'begins'", "starts"]),
    ("not UTF-8", lambda d: (d / "mission.toml").write_bytes(b'id = "m"\ntitle = "\xff"\n'), ["line 2", "0xff", "UTF-8"]),
    ("UTF-16", lambda d: (d / "mission.toml").write_bytes(PLAN.encode("utf-16")), ["line 1", "UTF-8"]),
    ("NUL bytes", lambda d: (d / "mission.toml").write_bytes(b"id = 1\n\0\0"), ["line 2", "not TOML"]),
    ("too deep", lambda d: (d / "mission.toml").write_text("a = " + "[" * 5000), ["mission.toml"]),
    ("too large", lambda d: (d / "mission.toml").write_text("#" * 2_000_000), ["2,000,000", "at most"]),
    ("a folder for a file", a_folder_for_a_plan, ["cannot be read"]),
]


@pytest.mark.parametrize(("harm", "words"), [case[1:] for case in BAD_PLANS], ids=[case[0] for case in BAD_PLANS])
def test_a_bad_plan_is_told_with_line_field_value_and_what_is_allowed(folder: Path, harm: Break, words: list[str]) -> None:
    harm(folder)
    with pytest.raises(DossierError) as raised:
        load(folder)
    message = str(raised.value)
    assert "mission.toml" in message
    assert "\n" not in message
    assert not [word for word in words if word not in message], message


def test_a_plan_without_a_start_is_refused(folder: Path) -> None:
    head, _, tail = PLAN.partition("[[starts]]")
    (folder / "mission.toml").write_text("starts = []\n" + head + tail[tail.index("[[outcomes]]") :], encoding="utf-8")
    with pytest.raises(DossierError, match=r"line 1, field starts: no \[\[starts\]\]"):
        load(folder)


def link_out(folder: Path) -> None:
    (folder.parent / "secret.csv").write_text("x", encoding="utf-8")
    (folder / "data" / "events.csv").unlink()
    (folder / "data" / "events.csv").symlink_to(folder.parent / "secret.csv")


BAD_FOLDERS: list[tuple[str, Break, list[str]]] = [
    ("no plan", lambda d: (d / "mission.toml").unlink(), ["no mission.toml", "muster new"]),
    ("no sidecar", lambda d: (d / "data" / "events.toml").unlink(), ["data/events.toml", "no sidecar", "licence"]),
    (
        "no data file",
        lambda d: (d / "data" / "events.csv").unlink(),
        ["no data file beside events.toml", "events with one of"],
    ),
    ("two data files", lambda d: (d / "data" / "events.parquet").write_bytes(b""), ["two data files", "'events'"]),
    (
        "a sidecar without licence",
        lambda d: (d / "data" / "events.toml").write_text(SIDECAR.replace("licence", "license")),
        ["data/events.toml, line 4", "'license'", "did you mean 'licence'"],
    ),
    ("a link out", link_out, ["data/events.csv", "leads out of the dossier"]),
    ("a linked folder", lambda d: (d / "reports").symlink_to(d.parent), ["reports", "leads out"]),
    ("a link to itself", lambda d: (d / "brief").symlink_to(d / "brief"), ["brief", "leads out"]),
]


@pytest.mark.parametrize(("harm", "words"), [case[1:] for case in BAD_FOLDERS], ids=[case[0] for case in BAD_FOLDERS])
def test_a_bad_folder_is_told_in_one_line(folder: Path, harm: Break, words: list[str]) -> None:
    harm(folder)
    with pytest.raises(DossierError) as raised:
        load(folder)
    assert not [word for word in words if word not in str(raised.value)], str(raised.value)


def test_what_is_no_dossier_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match="no such folder"):
        load(tmp_path / "none")
    with pytest.raises(DossierError, match="the folder is empty"):
        load(tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DossierError, match="not a folder"):
        load(tmp_path / "file")


def test_links_that_stay_inside_are_followed(folder: Path) -> None:
    (folder / "data" / "same.csv").symlink_to("events.csv")
    (folder / "data" / "same.toml").write_text(SIDECAR, encoding="utf-8")
    assert [file.name for file in load(folder).data] == ["events", "same"]


def test_other_files_in_the_data_folder_are_left_alone(folder: Path) -> None:
    (folder / "data" / ".DS_Store").write_bytes(b"\0")
    (folder / "data" / "readme.md").write_text("x", encoding="utf-8")
    assert len(load(folder).data) == 1


def test_a_new_dossier_loads_as_it_is_and_says_what_to_write(tmp_path: Path) -> None:
    dossier = create(tmp_path / "sub" / "new")
    assert dossier == load(tmp_path / "sub" / "new")
    assert dossier.mission.outcomes[0].missing
    text = (dossier.folder / "mission.toml").read_text(encoding="utf-8")
    assert sum("#" in line for line in text.splitlines()) > 15
    names = [".gitattributes", ".gitignore", "data", "mission.toml", "reports"]
    assert sorted(path.name for path in dossier.folder.iterdir()) == names
    assert [path.name for path in dossier.folder.parent.iterdir()] == ["new"]


def test_the_example_is_copied_whole_and_can_be_written_to(tmp_path: Path) -> None:
    dossier = create(tmp_path / "d", example="haiti")
    assert dossier.mission.id == "mss-haiti"
    assert {file.name for file in dossier.data} == {"departments", "outcomes"}
    assert len(list(dossier.reports.iterdir())) == 2
    assert all(os.access(path, os.W_OK) for path in dossier.folder.rglob("*"))


def test_a_folder_with_something_in_it_is_never_touched(folder: Path) -> None:
    before = sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with pytest.raises(DossierError, match="not empty"):
        create(folder, example="haiti")
    with pytest.raises(DossierError, match="a file of this name"):
        create(folder / "mission.toml")
    assert sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file()) == before


def test_an_empty_folder_is_filled_even_when_it_is_the_working_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert create(Path()).mission.id == "my-mission"
    assert (tmp_path / "empty" / "mission.toml").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_an_unknown_example_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match=r"'mali'; expected one of haiti, simulated"):
        create(tmp_path / "d", example="mali")


def test_a_failure_while_building_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(DossierError, match="No space left"):
        create(tmp_path / "d", example="haiti")
    assert not list(tmp_path.iterdir())


def test_a_report_is_stored_once_with_its_bytes(folder: Path) -> None:
    dossier, data = load(folder), b"Kenya sent 400 police.\r\n\x00"
    first = store_report(dossier, report("news.txt", data), data)
    assert first == folder / "reports" / f"{hashlib.sha256(data).hexdigest()[:16]}-news.txt"
    assert first.read_bytes() == data
    stamp = first.stat().st_mtime_ns
    assert store_report(dossier, report("other name.txt", data), data) == first
    assert first.stat().st_mtime_ns == stamp
    assert [path.name for path in dossier.reports.iterdir()] == [first.name]


def test_a_report_that_lies_in_the_dossier_already_is_not_stored_again(folder: Path) -> None:
    (folder / "reports").mkdir()
    (folder / "reports" / "news.txt").write_bytes(b"x")
    assert store_report(load(folder), report("news.txt", b"x"), b"x").name == "news.txt"
    assert store_report(load(folder), report("news.txt", b"y"), b"y").name.endswith("-news.txt")


def test_a_stored_report_that_was_changed_is_not_overwritten(folder: Path) -> None:
    dossier = load(folder)
    path = store_report(dossier, report("a.txt", b"one"), b"one")
    path.write_bytes(b"two")
    with pytest.raises(DossierError, match="changed since it was stored"):
        store_report(dossier, report("a.txt", b"one"), b"one")
    assert path.read_bytes() == b"two"


def test_reports_that_cannot_be_written_are_told(folder: Path) -> None:
    (folder / "reports").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(DossierError, match="cannot be written"):
        store_report(load(folder), report("a.txt", b"one"), b"one")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\news\\day one.txt", "day-one.txt"),
        ("-rf.txt", "rf.txt"),
        (".hidden", "hidden"),
        ("=HYPERLINK(x).txt", "HYPERLINK-x-.txt"),
        ("Haïti ﬁle.txt", "Haïti-file.txt"),
        ("a\u202egpj.txt", "a-gpj.txt"),
        ("", "report"),
        ("..", "report"),
        ("新闻.html", "新闻.html"),
        ("x" * 300 + ".txt", "x" * (LONGEST - 4) + ".txt"),
    ],
)
def test_file_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_no_file_name_leaves_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert safe[0] not in ".-"
    assert len(safe.encode()) <= LONGEST
    assert safe_name(safe) == safe


def test_loading_twice_gives_the_same_dossier(folder: Path) -> None:
    first: Dossier = load(folder)
    assert first == load(folder)


def proposal(actor: str, mission: str = "", scope: str = "") -> Commitment:
    return Commitment(id="x", actor=actor, kind="funds", stage="pledged", mission=mission, scope=scope, citation=Citation())


@pytest.mark.parametrize(
    ("actor", "mission", "scope", "filed_actor", "filed_scope"),
    [
        ("Canada", "", "", "Canada", "MSS"),
        ("Canada", "MSS Haiti", "", "Canada", "MSS"),
        ("trust fund", "", "", "UN MSS trust fund", "UN MSS trust fund"),
        ("MSS trust fund", "MSS Haiti", "", "UN MSS trust fund", "UN MSS trust fund"),
        ("Canada", "Ukraine", "", "Canada", "Ukraine"),
        ("Canada", "", "police training", "Canada", "police training"),
    ],
)
def test_a_proposal_is_filed_where_the_plan_keeps_such_amounts(
    tmp_path: Path, actor: str, mission: str, scope: str, filed_actor: str, filed_scope: str
) -> None:
    plan = create(tmp_path / "d", "haiti").mission
    record = filed(proposal(actor, mission, scope), plan)
    assert isinstance(record, Commitment)
    assert (record.mission, record.actor, record.scope) == (plan.id, filed_actor, filed_scope)
