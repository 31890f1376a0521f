"""A small mission made of real facts for the tests of the brief, and what the brief takes from the ledger."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from muster.assess import assess
from muster.brief import Brief, compose
from muster.brief.material import Holding, gather
from muster.brief.tree import Number, runs_of
from muster.dossier import Dossier
from muster.ledger import Known, Ledger, disputed, known
from muster.panel import build
from muster.records import (
    Citation,
    Commitment,
    DataFile,
    Disagreement,
    LedgerRecord,
    Mission,
    Outcome,
    Precedent,
    Start,
    Statement,
)
from muster.run import brief as brief_on
from muster.sources import SOURCES, load

EXAMPLE = Path(__file__).parents[1] / "src" / "muster" / "example" / "haiti"

BIDEN = Citation(
    address="https://example.org/statement", title="A statement", published="2024-06-25", source_class="primary_official"
)
SECOND_HAND = Citation(
    address="https://example.net/copy", title="A copy of it", published="2024-10-19", source_class="republished"
)
REUTERS = Citation(
    address="https://example.com/strength", title="Strength", published="2025-12-09", source_class="originating_outlet"
)


def people(id: str, low: float | None, high: float | None, **words: object) -> Commitment:
    """A record on people of the whole mission."""
    fields: dict[str, object] = {"actor": "MSS", "stage": "deployed", "basis": "total", "scope": "MSS", "unit": "personnel"}
    fields |= {"kind": "personnel", "citation": REUTERS, "date_to": date(2025, 12, 8)} | words
    return Commitment(id=id, amount_low=low, amount_high=high, **fields)  # type: ignore[arg-type]


def money(id: str, low: float | None, high: float | None, **words: object) -> Commitment:
    """A record on the common fund."""
    fields = {
        "actor": "trust fund",
        "scope": "trust fund",
        "stage": "disbursed",
        "kind": "funds",
        "unit": None,
        "currency": "USD",
    }
    return people(id, low, high, **(fields | words))


NEED = people("N1", 4000, 5000, stage="required", attributed_to="W. O'Neill", date_to=date(2024, 3, 28), citation=BIDEN)
PLAN = people("N2", 2500, 2500, stage="required", flags=("planned",), date_to=date(2024, 6, 25), citation=BIDEN)
RIVAL = people("N3", 2900, 2900, stage="required", flags=("planned",), date_to=date(2024, 6, 20), citation=SECOND_HAND)
COUNT = people("D1", 980, 980)
COST = money("M1", 600e6, 600e6, actor="MSS", scope="MSS, per year", stage="required", original={"unit": "USD_per_year"})
FUND = money("M2", 113e6, 113e6)
RECORDS: tuple[LedgerRecord, ...] = (
    *(NEED, PLAN, RIVAL, COUNT, COST, FUND),
    people("D2", 200, 400, actor="Kenya", date_to=date(2024, 6, 25), citation=BIDEN),
    Disagreement(id="X1", kind="stale", records=("N2", "N3"), by="label"),
    Statement(
        id="S1",
        speakers=("MSS",),
        verb="reported",
        content="2 civilians killed in an accident at Delmas 33",
        citation=SECOND_HAND,
        date_from=date(2024, 9, 1),
    ),
    Precedent(id="P1", title="Occupation", content="Forced labour.", citation=BIDEN, date_from=date(1915, 7, 28)),
)
KILLED = Outcome(
    id="killed",
    name="People killed",
    domain="security",
    unit="persons",
    better="lower",
    period="quarter",
    treated=("HTI",),
    file="outcomes",
    series="KILLED",
)
MISSING = Outcome(
    id="trade",
    name="Trade",
    domain="economy",
    unit="boxes",
    better="higher",
    period="month",
    treated=("HTI",),
    missing="Nobody counts boxes.",
)
QUARTERS = (("2023-10-01", "2023-12-31", 1104), ("2024-01-01", "2024-03-31", 1660), ("2024-04-01", "2024-06-30", 945))
MISSION = Mission(
    id="m",
    title="A mission",
    short="MSS",
    place="HTI",
    force=("MSS",),
    funds=("trust fund",),
    lead="Kenya",
    starts=(Start(name="agreement", date=date(2024, 3, 1)), Start(name="first arrival", date=date(2024, 4, 1))),
    outcomes=(KILLED, MISSING),
)


def figures(path: Path, words: str = "") -> DataFile:
    """A data file with one series; ``words`` stands in every column of free text."""
    columns = list(SOURCES["figures"].columns)
    fixed = {"domain": "security", "outcome": f"killed{words}", "place": "HTI", "unit": "persons", "better": "lower"}
    fixed |= {"provider": f"BINUH{words}", "series_id": "KILLED", "source_class": "republished", "note": f"a note{words}"}
    fixed |= {"source_title": f"Report{words}", "attributed_to": f"UN{words}", "source_url": "https://example.org/figures"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        for row, (first, last, value) in enumerate(QUARTERS):
            dated = {"period_start": first, "period_end": last, "source_published": f"{last[:4]}-12-31", "value": value}
            writer.writerow(fixed | dated | {"claim_id": f"H{row}"})
    return DataFile(
        name="outcomes",
        path=str(path),
        source="figures",
        title="t",
        provider="p",
        licence="l",
        vintage="2030",
        sha256="ab" * 32,
    )


def ledger(folder: Path, records: tuple[LedgerRecord, ...] = RECORDS, as_of: date | None = None) -> Known:
    """Accepted records through a real ledger."""
    book = Ledger(folder / "ledger.jsonl")
    book.append(records, "accepted")
    return known(book.entries(), as_of)


def composed(
    folder: Path,
    records: tuple[LedgerRecord, ...] = RECORDS,
    mission: Mission = MISSION,
    words: str = "",
    as_of: date | None = None,
) -> Brief:
    """The brief on the small mission, by the same stages as in the main path."""
    file = figures(folder / "outcomes.csv", words)
    parsed = load(file)
    panels = {outcome.id: build(outcome, parsed, file, as_of=as_of) for outcome in mission.outcomes if outcome.file}
    dossier = Dossier(path=str(folder), mission=mission, plan_hash="c0" * 32, data=(file,))
    return compose(dossier, ledger(folder, records, as_of), assess(mission, panels, as_of), panels)


@cache
def haiti(as_of: date | None = None) -> Brief:
    """The brief on the bundled dossier; made once, since it never changes."""
    return brief_on(EXAMPLE, as_of=as_of)


def words_of(brief: Brief, section: str) -> str:
    """All that a section says."""
    blocks = next(one.blocks for one in brief.sections if one.id == section)
    return " ".join("".join(run.text for run in runs) for block in blocks for runs in runs_of(block))


def held(folder: Path, *records: LedgerRecord) -> tuple[Holding, ...]:
    """What the brief holds after these records."""
    dossier = Dossier(path=str(folder), mission=MISSION, plan_hash="", data=())
    return gather(dossier, ledger(folder, records), (), {}).holdings


def test_a_plan_is_no_need_although_both_are_required(tmp_path: Path) -> None:
    assert {one.role: one.low for one in held(tmp_path, NEED, PLAN)} == {"needed": 4000, "planned": 2500}


def test_a_rate_and_a_sum_are_two_holdings(tmp_path: Path) -> None:
    sum_of_it = money("M9", 5e6, 5e6, actor="MSS", scope="MSS, per year", stage="required")
    assert {one.per: one.low for one in held(tmp_path, COST, sum_of_it)} == {" a year": 600e6, "": 5e6}


def test_a_disagreement_widens_the_range_and_cites_both_sides(tmp_path: Path) -> None:
    (plan,) = held(tmp_path, PLAN, RIVAL, Disagreement(id="X", kind="stale", records=("N2", "N3"), by="label"))
    assert (plan.low, plan.high, plan.differ, set(plan.cites)) == (2500, 2900, True, {"N2", "N3"})


def test_without_a_disagreement_the_newest_plan_stands_alone(tmp_path: Path) -> None:
    (plan,) = held(tmp_path, PLAN, RIVAL)
    assert (plan.low, plan.high, plan.differ, plan.cites) == (2500, 2500, False, ("N2",))


def test_an_old_strength_never_widens_a_new_one(tmp_path: Path) -> None:
    old = people("D9", 410, 410, date_to=date(2024, 9, 30))
    (now,) = held(tmp_path, COUNT, old, Disagreement(id="X", kind="stale", records=("D1", "D9"), by="label"))
    assert (now.low, now.high) == (980, 980)


def test_a_doubtful_record_sets_no_number(tmp_path: Path) -> None:
    outlier = people("D9", 10000, 10000, flags=("doubtful",), date_to=date(2025, 12, 20))
    (now,) = held(tmp_path, COUNT, outlier)
    assert now.cites == ("D1",)


def test_the_answer_sets_what_is_there_against_what_was_planned(tmp_path: Path) -> None:
    said = words_of(composed(tmp_path), "answer")
    assert "In part. MSS: 980 personnel on 8 Dec 2025, 2,500–2,900 planned (sources differ)." in said
    assert "4,000–5,000 personnel (W. O'Neill, 28 Mar 2024)" in said
    assert "US$113 million had reached the trust fund by 8 Dec 2025." in said
    assert "The MSS is said to cost US$600 million a year" in said


def test_the_share_of_a_plan_is_computed_where_both_are_plain_numbers(tmp_path: Path) -> None:
    assert "980 personnel on 8 Dec 2025, 39% of the 2,500 planned" in words_of(composed(tmp_path, (COUNT, PLAN)), "answer")


def test_without_a_count_of_the_force_contributors_are_named_and_not_added(tmp_path: Path) -> None:
    sent = tuple(people(f"K{n}", n, n, actor=actor) for n, actor in ((200, "Kenya"), (24, "Jamaica")))
    said = words_of(composed(tmp_path, sent), "answer")
    assert "Nobody has counted the whole force." in said
    assert "Kenya 200 personnel (8 Dec 2025), Jamaica 24 personnel (8 Dec 2025)" in said
    assert "224" not in said


def test_an_empty_ledger_still_gives_a_brief(tmp_path: Path) -> None:
    brief = composed(tmp_path, ())
    assert "No record tells of anyone there." in words_of(brief, "answer")
    assert "No accepted record tells of money." in words_of(brief, "money")
    assert "Nothing is recorded. That is not the same as no harm." in words_of(brief, "answer")


def test_proposed_records_are_counted_and_left_out(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.jsonl").append([people("Z1", 77777, 77777)], "proposed")
    brief = composed(tmp_path)
    assert "1 proposed and not reviewed" in words_of(brief, "answer")
    assert "77,777" not in "".join(words_of(brief, section.id) for section in brief.sections)
    assert "1 proposed record awaits review" in brief.basis[1].runs[0].text


def test_every_number_of_the_bundled_brief_cites_a_record_that_is_in_it() -> None:
    brief = haiti()
    cited = brief.cited()
    stretches = [runs for section in brief.sections for block in section.blocks for runs in runs_of(block)]
    numbers = [run for runs in stretches for run in runs if isinstance(run, Number)]
    assert len(numbers) > 300
    assert all(run.cites and set(run.cites) <= cited.keys() for run in numbers)
    assert len({each.id for each in brief.citations}) == len(brief.citations)


def test_every_known_disagreement_is_shown_with_all_its_records() -> None:
    brief = haiti()
    section = next(one for one in brief.sections if one.id == "disagreements")
    items = [item for block in section.blocks if block.__class__.__name__ == "List" for item in block.items if item.below]  # type: ignore[union-attr]
    book = disputed(known(Ledger(EXAMPLE / "ledger.jsonl").entries()))
    shown = [{run.cites[0] for below in item.below for run in below if isinstance(run, Number)} for item in items]
    assert sorted(map(sorted, shown)) == sorted(sorted(one.records) for one in book.disagreements)
