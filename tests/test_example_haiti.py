"""The bundled Haiti dossier: every fact is there in Muster's words, nothing drifted from the fact tables, nothing leaks."""

import csv
import importlib.util
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from muster.dossier import load
from muster.ledger import Entry, Ledger, json_text, known
from muster.records import Commitment, Disagreement, Precedent, Statement, known_from

HAITI = Path(str(files("muster"))) / "example" / "haiti"
SCRIPT = Path(__file__).parents[1] / "scripts" / "build_haiti.py"
ENTRIES = Ledger(HAITI / "ledger.jsonl").entries()
RECORDS: dict[str, Any] = {entry.record.id: entry.record for entry in ENTRIES}
COMMITMENTS = [record for record in RECORDS.values() if isinstance(record, Commitment)]
STATEMENTS = [record for record in RECORDS.values() if isinstance(record, Statement)]
TOLD: list[Commitment | Statement] = [*COMMITMENTS, *STATEMENTS]
DISAGREEMENTS = [record for record in RECORDS.values() if isinstance(record, Disagreement)]
ORIGINAL = ("stage", "basis", "unit", "scope")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, dict[str, str]]:
    return {row["fact_id"]: row for row in rows(shared / "facts" / "mss_facts.csv")}


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_haiti", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def state_of(id: str) -> tuple[object, ...]:
    record = RECORDS[id]
    return record.actor, record.stage, record.amount_low, record.amount_high, record.unit or record.currency, record.basis


def test_the_ledger_is_sound_and_everything_in_it_is_accepted() -> None:
    assert Ledger(HAITI / "ledger.jsonl").verify().ok
    decided: list[Entry] = [entry for entry in ENTRIES if isinstance(entry.record, Commitment | Statement)]
    assert {entry.status for entry in decided} == {"accepted"}


def test_all_225_facts_are_there_as_commitments_or_statements() -> None:
    ids = sorted(record.id for record in TOLD)
    assert ids == [f"F{number:03d}" for number in range(1, 226)]
    assert (len(COMMITMENTS), len(STATEMENTS)) == (193, 32)
    assert all(record.mission == "mss-haiti" for record in TOLD)


def test_stages_are_counted() -> None:
    assert Counter(record.stage for record in COMMITMENTS) == {
        "pledged": 65,
        "deployed": 43,
        "disbursed": 40,
        "required": 19,
        "approved": 18,
        "declined": 3,
        "withdrawn": 3,
        "deploying": 2,
    }


def test_ledger_and_figures_are_what_the_fact_tables_give(shared: Path, tmp_path: Path, build: ModuleType) -> None:
    build.main(shared, tmp_path)
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert {str(path) for path in written} == {"ledger.jsonl", "ledger.head", "data/outcomes.csv", "data/outcomes.toml"}
    assert not [path for path in written if (HAITI / path).read_bytes() != (tmp_path / path).read_bytes()], "run build_haiti.py"


def test_every_record_keeps_the_words_the_place_and_the_date_of_its_fact(facts: dict[str, dict[str, str]]) -> None:
    for id, fact in facts.items():
        record = RECORDS[id]
        kept = {column: fact[column] for column in ORIGINAL if fact[column]}
        assert {column: record.original[column] for column in kept} == kept
        assert record.original.get("quality_note", "").startswith(fact["quality_note"])
        cited = record.citation
        assert (cited.address, cited.published, cited.source_class) == (
            fact["source_url"],
            fact["source_published"],
            fact["source_class"],
        )
        assert (cited.quote, cited.report, cited.start, cited.end) == (None, None, None, None)
        assert str(record.date_to).startswith(fact["event_date"])


def test_amounts_are_those_of_the_facts_with_their_bounds(facts: dict[str, dict[str, str]]) -> None:
    for record in COMMITMENTS:
        fact = facts[record.id]
        ends = {end for end in (record.amount_low, record.amount_high) if end is not None}
        assert ends == {float(text) for text in (fact["amount"], fact["amount_low"], fact["amount_high"]) if text}
        assert (record.basis is None) == (not ends)
        assert (record.kind == "funds" and record.unit is None) == (record.kind == "funds" and record.currency is not None)


def test_every_table_of_the_mapping_is_used_in_full(facts: dict[str, dict[str, str]], build: ModuleType) -> None:
    words = build.tomllib.loads(SCRIPT.with_name("haiti_words.toml").read_text(encoding="utf-8"))
    amounts = [facts[record.id] for record in COMMITMENTS]
    for kind, stages in words["stages"].items():
        assert sorted(word for listed in stages.values() for word in listed) == sorted(
            {fact["stage"] for fact in facts.values() if fact["kind"] == kind}
        )
    assert sorted(word for listed in words["scopes"].values() for word in listed) == sorted({fact["scope"] for fact in amounts})
    assert {word for listed in words["basis"].values() for word in listed} == {fact["basis"] for fact in amounts}
    assert set(words["units"]) | set(words["currencies"]) == {fact["unit"] for fact in amounts} - {""}
    assert set(words["statements"]) == {record.id for record in STATEMENTS}
    assert set(words["facts"]) <= {record.id for record in COMMITMENTS}
    assert all(entry["why"] for entry in words["facts"].values())


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("F003", ("Kenya", "pledged", 1000, 1000, "police officers", "total")),
        ("F013", ("MSS", "required", 6e8, 6e8, "USD", "total")),
        ("F019", ("Kenya", "approved", 1000, 1000, "police officers", "total")),
        ("F022", ("United States", "declined", 4e7, 4e7, "USD", "increment")),
        ("F033", ("Bahamas;Bangladesh;Barbados;Benin;Chad", "pledged", 5, 5, "countries", "total")),
        ("F034", ("UN MSS trust fund", "disbursed", 10.8e6, 10.8e6, "USD", "total")),
        ("F043", ("MSS", "required", 4000, 5000, "police officers", "total")),
        ("F052", ("Kenya", "deployed", 200, 200, "police officers", "increment")),
        ("F079", ("MSS", "required", 2500, 2500, "personnel", "total")),
        ("F099", ("UN MSS trust fund", "disbursed", 110e6, None, "USD", "total")),
        ("F116", ("Canada", "approved", 4e7, 4e7, "dollars (currency not stated)", "total")),
        ("F117", ("GSF", "approved", None, 5550, "personnel", "total")),
        ("F126", ("Chad", "pledged", 800, 800, "personnel", "total")),
        ("F138", ("Kenya", "deploying", 400, 400, "police officers", "increment")),
        ("F148", ("Jamaica", "deployed", 21, 21, "personnel", "increment")),
        ("F181", ("Sierra Leone;Burkina Faso;Gambia;Sri Lanka;Burundi", "pledged", None, None, None, None)),
        ("F188", ("Canada", "disbursed", 8.7e6, 8.7e6, "USD", "part")),
        ("F195", ("UN MSS trust fund", "disbursed", None, 11e6, "USD", "total")),
        ("F219", ("United States", "pledged", None, 1e8, "USD", "total")),
    ],
)
def test_hard_facts_read_as_they_should(id: str, expected: tuple[object, ...]) -> None:
    assert state_of(id) == expected


def test_costs_of_different_periods_and_money_of_different_kinds_never_share_a_scope() -> None:
    assert [RECORDS[id].scope for id in ("F013", "F015", "F016", "F124", "F132")] == [
        "MSS",
        "MSS, per year",
        "MSS, per two years",
        "GSF, per year",
        "GSF, per month",
    ]
    assert len({RECORDS[id].scope for id in ("F039", "F040", "F038", "F200", "F068", "F187")}) == 6
    assert len({RECORDS[id].scope for id in ("F099", "F102", "F103", "F214", "F215")}) == 5


def test_flags_say_what_a_state_must_not_rest_on() -> None:
    flagged = {
        flag: {record.id for record in COMMITMENTS if flag in record.flags} for flag in ("rotation", "conditional", "claimed")
    }
    assert flagged["rotation"] == {"F119", "F120", "F148", "F151", "F152", "F153", "F154", "F155"}
    assert flagged["conditional"] == {"F006", "F007", "F115", "F207", "F218"}
    assert flagged["claimed"] == {"F122", "F184", "F187", "F200", "F212"}
    assert all(RECORDS[id].attributed_to for id in flagged["claimed"])
    errors = {record.id for record in COMMITMENTS if "error example" in record.original["quality_note"]}
    assert errors <= {record.id for record in COMMITMENTS if "doubtful" in record.flags}


def test_present_strengths_have_no_beginning_and_arrivals_have_a_day() -> None:
    assert (RECORDS["F093"].date_from, RECORDS["F093"].date_to) == (None, date(2025, 2, 4))
    assert (RECORDS["F105"].date_from, RECORDS["F105"].date_to) == (date(2025, 2, 6), date(2025, 2, 6))
    assert (RECORDS["F131"].date_from, RECORDS["F131"].date_to) == (date(2024, 3, 1), date(2024, 3, 31))


def test_43_disagreements_have_members_that_exist(facts: dict[str, dict[str, str]]) -> None:
    assert len(DISAGREEMENTS) == 43
    for disagreement in DISAGREEMENTS:
        members = {id for id, fact in facts.items() if fact["conflict_group"] == disagreement.id}
        assert set(disagreement.records) == members
        assert len(members) >= 2
        assert (disagreement.by, disagreement.sentence) == ("label", "")


def test_precedents_are_dated_and_cited() -> None:
    precedents = [record for record in RECORDS.values() if isinstance(record, Precedent)]
    assert any(record.date_from == date(1915, 7, 28) for record in precedents)
    assert all(record.citation.address.startswith("http") and record.citation.published for record in precedents)
    assert all(known_from(record.citation.published) < date(2023, 7, 29) for record in precedents)


def test_the_598_figures_are_there_and_differ_in_two_notes_only(shared: Path) -> None:
    ours, theirs = rows(HAITI / "data" / "outcomes.csv"), rows(shared / "facts" / "haiti_outcomes.csv")
    assert len(ours) == 598
    assert [dict(row, note="") for row in ours] == [dict(row, note="") for row in theirs]
    assert [row["claim_id"] for row, other in zip(ours, theirs, strict=True) if row != other] == ["HOS229", "HOS230"]


def test_the_plan_has_outcomes_in_all_domains_and_says_what_is_missing() -> None:
    dossier = load(HAITI)
    mission = dossier.mission
    assert {outcome.domain for outcome in mission.outcomes} == {"security", "access", "economy", "conduct"}
    assert [start.date for start in mission.starts] == [date(2023, 7, 29), date(2024, 3, 1), date(2024, 6, 25)]
    assert all(record in RECORDS for start in mission.starts for record in start.records)
    missing = {outcome.id for outcome in mission.outcomes if not outcome.file}
    assert missing == {"events-by-department", "access-constraints", "trade", "killed-by-mission"}
    figures = next(file for file in dossier.data if file.name == "outcomes")
    assert figures.vintage == max(row["source_published"] for row in rows(HAITI / "data" / "outcomes.csv"))


def test_every_planned_series_exists_with_the_unit_the_direction_and_the_provider_of_the_plan() -> None:
    figures = rows(HAITI / "data" / "outcomes.csv")
    for outcome in load(HAITI).mission.outcomes:
        series = {
            (row["unit"], row["better"], row["provider"], row["place"]) for row in figures if row["series_id"] == outcome.series
        }
        assert not outcome.file or series == {(outcome.unit, outcome.better, outcome.provider, *outcome.treated)}, outcome.id


def test_the_plan_tells_nothing_of_years_after_the_first_arrival() -> None:
    for outcome in load(HAITI).mission.outcomes:
        told = " ".join((outcome.name, outcome.definition, outcome.missing, outcome.unit))
        assert not re.search(r"202[3-9]|drone|GSF|Gang Suppression", told), outcome.id


@pytest.mark.parametrize("as_of", [date(2022, 12, 31), date(2023, 12, 31), date(2024, 6, 30)])
def test_as_of_a_day_nothing_tells_of_later_years(as_of: date) -> None:
    text = json_text(known(ENTRIES, as_of))
    assert not [year for year in re.findall(r"\b(20\d\d)\b", text) if int(year) > as_of.year]
    assert "GSF" not in text


def test_contents_of_statements_name_no_day_after_their_publication() -> None:
    for record in STATEMENTS:
        years = [int(year) for year in re.findall(r"20\d\d", record.content)]
        allowed = known_from(record.citation.published).year + (record.verb == "renewed")
        assert all(year <= allowed for year in years), record.id


def test_names_of_persons_without_office_are_left_out() -> None:
    told = " ".join(f"{record.citation.title} {record.original.get('note', '')}" for record in TOLD)
    told += " ".join(row["note"] for row in rows(HAITI / "data" / "outcomes.csv"))
    assert not re.search(
        r"Constable [A-Z]|Corporal [A-Z]|Cpl [A-Z]|officer [A-Z]\w+ [A-Z]|\([A-Z]\. [A-Z]\w+\), first listed", told
    )


@pytest.mark.parametrize("path", sorted((HAITI / "reports").iterdir()), ids=lambda path: path.name)
def test_sample_reports_say_what_they_are_and_rest_on_facts_published_by_then(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Sample report written for Muster from public facts; not a news report")
    body, _, sources = text.partition("This sample rests on:")
    addresses = sources.split()
    cited = [record for record in COMMITMENTS if record.citation.address in addresses]
    day = date.fromisoformat(path.name[:10])
    assert {record.citation.address for record in cited} == set(addresses)
    assert all(known_from(record.citation.published[:7]) <= known_from(day.isoformat()[:7]) for record in cited)
    numbers = {end for record in cited for end in (record.amount_low, record.amount_high) if end is not None}
    said = {
        float(text.replace(",", "")) for text in re.findall(r"(?<![\w$])\d[\d,]*\d{2}(?!\d)", body) if not text.startswith("20")
    }
    assert said <= numbers | {1000.0, 2500.0}
    assert {float(text) * 1e6 for text in re.findall(r"\$([\d.]+) million", body)} <= numbers | {15e6}
    assert 120 <= len(body.split()) <= 200
