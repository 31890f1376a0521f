"""What lies beside the page: the published schema, and what changed since the last brief."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from conftest import Run
from muster.assess import assess
from muster.brief import Brief, Published, compose, earlier, write
from muster.brief.earlier import LARGEST
from muster.brief.page import Popovers, html
from muster.brief.published import json_text, made_schema, published, schema_text
from muster.brief.tree import Number, runs_of
from muster.dossier import Dossier
from muster.dossier.folder import hash_of
from muster.records import Disagreement, Finding, LedgerRecord, Mission
from test_brief_material import COUNT, KILLED, MISSION, RECORDS, haiti, ledger, people, words_of

ROOT = Path(__file__).parents[1]
EVIL = "<script>alert(1)</script>"
LATER = people("D9", 1200, 1200, date_to=date(2026, 1, 5), citation=replace(COUNT.citation, published="2026-01-06"))


@cache
def check() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def made(
    folder: Path,
    records: tuple[LedgerRecord, ...] = RECORDS,
    mission: Mission = MISSION,
    last: Brief | None = None,
    findings: tuple[Finding, ...] = (),
) -> Brief:
    """A brief without data, in a folder of its own, that knows the one before it."""
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    dossier = Dossier(path=str(place), mission=mission, plan_hash=hash_of(mission), data=())
    before = (published(last),) if last else ()
    return compose(dossier, ledger(place, records), findings or assess(mission, {}, None), {}, before)


def section(brief: Brief) -> str:
    return words_of(brief, "since") if any(one.id == "since" for one in brief.sections) else ""


def test_the_published_schema_is_that_of_the_tree() -> None:
    assert schema_text() == made_schema(), "run `make docs`"
    assert schema_text() == (ROOT / "docs" / "brief.schema.json").read_text(encoding="utf-8"), "run `make docs`"


@pytest.mark.parametrize("day", [None, date(2024, 6, 30), date(2024, 1, 1)])
def test_every_brief_fits_the_schema_and_comes_back_from_it(day: date | None) -> None:
    text = json_text(haiti(day))
    assert [error.message for error in check().iter_errors(json.loads(text))] == []
    assert msgspec.json.decode(text, type=Published) == published(haiti(day))


@pytest.mark.parametrize("change", [{"schema": "muster-brief/1"}, {"title": 3}, {"more": 1}, {"citations": [{}]}])
def test_what_is_no_brief_does_not_fit_the_schema(change: dict[str, Any]) -> None:
    assert not check().is_valid(json.loads(json_text(haiti())) | change)


def test_a_first_brief_and_one_that_says_the_same_list_no_change(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert section(first) == ""
    assert json_text(made(tmp_path, last=first)) == json_text(first)


def test_a_number_is_listed_old_and_new_with_both_citations(tmp_path: Path) -> None:
    new = made(tmp_path, (*RECORDS, LATER), last=made(tmp_path))
    stretches = [runs for one in new.sections if one.id == "since" for block in one.blocks for runs in runs_of(block)]
    told = {"".join(run.text for run in runs): [run.cites for run in runs if isinstance(run, Number)] for runs in stretches}
    numbers = next((cites for words, cites in told.items() if words.endswith("was 980, is 1,200.")), sorted(told))
    assert numbers == [("D1",), ("D9",)]
    assert "was 980, is 1,200." in section(new)
    assert {"D1", "D9"} <= set(new.cited())


def test_a_number_whose_record_is_gone_keeps_the_citation_it_had(tmp_path: Path) -> None:
    new = made(tmp_path, tuple(one for one in RECORDS if one is not COUNT), last=made(tmp_path))
    assert "no longer told, was 980." in section(new)
    assert new.cited()["D1"] == made(tmp_path).cited()["D1"]
    assert ("D1",) in Popovers(new).ids


def test_our_own_citation_stands_against_what_an_earlier_file_says_of_the_same_id(tmp_path: Path) -> None:
    last = made(tmp_path)
    forged = replace(last, citations=tuple(replace(one, claim=EVIL) for one in last.citations))
    new = made(tmp_path, (*RECORDS, LATER), last=forged)
    assert EVIL not in {one.claim for one in new.citations}


def test_findings_disagreements_and_the_plan_are_listed(tmp_path: Path) -> None:
    dispute = Disagreement(id="X9", kind="stage", records=("N1", "N2"), by="label")
    strict = replace(MISSION, alpha=0.2)
    without = made(tmp_path, mission=strict)
    told = section(made(tmp_path, mission=strict, last=made(tmp_path, (*RECORDS, dispute))))
    assert "settled or no longer known, was “" in told
    assert "alpha: was 0.1, is 0.2." in told
    assert "stage: new, “" in section(made(tmp_path, (*RECORDS, dispute), strict, without))
    worse = Finding(outcome=KILLED, change="worse", change_text="", verdict="worsened", reason="r")
    better = replace(worse, change="better", verdict="improved")
    told = section(made(tmp_path, findings=(better,), last=made(tmp_path, findings=(worse,))))
    assert "was “change: worse; what the mission did to it: worsened”" in told
    assert "is “change: better; what the mission did to it: improved”" in told


def test_hostile_words_of_an_earlier_brief_stay_words_and_short(tmp_path: Path) -> None:
    last = made(tmp_path)
    each = last.facts.numbers
    bad = tuple(replace(one, name=EVIL, text=EVIL * 900, key=f"{one.key}{place}") for place in range(400) for one in each)
    forged = replace(last, facts=replace(last.facts, numbers=bad))
    new = made(tmp_path, last=forged)
    assert EVIL not in html(new)
    assert len(html(new)) < len(html(last)) + 400_000
    assert "further changes" in section(new)


def changed_plan(folder: Path) -> None:
    plan = folder / "mission.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("alpha = 0.1", "alpha = 0.05"), encoding="utf-8")


def text_of(data: bytes) -> str:
    """What the section of changes says in a brief.json."""
    last = msgspec.json.decode(data, type=Published)
    return words_of(cast(Brief, last), "since")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_second_run_changes_no_byte_and_a_change_stays_told(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    muster("brief", "d", "--quiet")
    first = bytes_of(tmp_path / "d" / "brief")
    muster("brief", "d", "--quiet")
    assert bytes_of(tmp_path / "d" / "brief") == first
    changed_plan(tmp_path / "d")
    seen = []
    for _ in range(3):
        assert muster("brief", "d", "--quiet") == (0, "", "")
        seen.append(bytes_of(tmp_path / "d" / "brief"))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0]["previous.json"] == first["brief.json"]
    assert "alpha: was 0.1, is 0.05." in text_of(seen[0]["brief.json"])


def test_nothing_published_later_comes_back_through_an_earlier_brief(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    muster("brief", "d", "--quiet", "--as-of", "2024-06-30")
    alone = bytes_of(tmp_path / "d" / "brief")
    muster("brief", "d", "--quiet")
    assert b"What changed since the last brief" in (tmp_path / "d" / "brief" / "index.html").read_bytes()
    muster("brief", "d", "--quiet", "--as-of", "2024-06-30")
    assert bytes_of(tmp_path / "d" / "brief") | {"previous.json": b""} == alone | {"previous.json": b""}


def test_the_options_file_is_compared_and_one_that_knows_more_is_named(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    muster("brief", "d", "--quiet")
    (tmp_path / "old.json").write_bytes((tmp_path / "d" / "brief" / "brief.json").read_bytes())
    changed_plan(tmp_path / "d")
    muster("brief", "d", "--quiet", "--since", "old.json")
    assert b"since the last brief" in (tmp_path / "d" / "brief" / "index.html").read_bytes()
    code, _, said = muster("brief", "d", "--quiet", "--as-of", "2024-06-30", "--since", "old.json")
    assert code == 0
    assert said == "warning: old.json: knows what was published later than this brief; nothing is compared with it\n"
    assert muster("brief", "d", "--since", "none.json")[0] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no brief"),
        (b"\xff\xfe", "is no brief"),
        (b"[" * 100_000, "is no brief"),
        (b'{"schema": "muster-brief/1"}', "schema 'muster-brief/1'"),
        (b'{"schema": "muster-brief/2"}', "is no brief"),
        (b'{"schema": "\\u001b[2Jx\\nwarning: y"}', "schema "),
        (b" " * (LARGEST + 1), "bytes"),
    ],
)
def test_a_damaged_earlier_brief_is_named_in_one_line_and_the_brief_is_made(
    muster: Run, tmp_path: Path, content: bytes, said: str
) -> None:
    muster("new", "d")
    (tmp_path / "d" / "brief").mkdir(exist_ok=True)
    (tmp_path / "d" / "brief" / "brief.json").write_bytes(content)
    code, _, problem = muster("brief", "d", "--quiet")
    assert code == 0
    assert said in problem
    assert problem.count("\n") == 1
    assert problem.endswith("nothing is compared with it\n")
    assert all(letter.isprintable() for letter in problem.strip())
    assert check().is_valid(json.loads((tmp_path / "d" / "brief" / "brief.json").read_text(encoding="utf-8")))
    assert not (tmp_path / "d" / "brief" / "previous.json").exists()


def test_the_brief_of_another_mission_or_without_its_citations_is_not_compared(tmp_path: Path) -> None:
    new = made(tmp_path)
    write(new, tmp_path / "brief")
    assert len(earlier(tmp_path / "brief", MISSION.id, None, None)[0]) == 1
    found, problems = earlier(tmp_path / "brief", "other", None, None)
    assert found == ()
    assert "expected" in problems[0]
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(json.loads(json_text(new)) | {"citations": []}), encoding="utf-8")
    assert "no citation" in earlier(tmp_path, MISSION.id, None, bare)[1][0]
