"""Files of the Financial Tracking Service into the ledger: stages, currencies, cash and kind, and what is not counted."""

import csv
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from muster.errors import LedgerError
from muster.ledger import EXPORTS, Imported, Judge, Ledger, csv_text, import_file, known, state
from muster.ledger.exports.fts import FLOW
from muster.ledger.views.money import money
from muster.records import Citation, Commitment

Run = Callable[..., tuple[int, str, str]]

JUDGE = Judge(by="a", on=date(2024, 7, 1), mission="SIM")
TAGS = "#" + ",#".join(FLOW)
PLAIN = {
    "date": "2024-03-05",
    "description": "Food, and more",
    "amountUSD": "1000000",
    "srcOrganization": "Norway, Government of",
    "destPlan": "Plan X 2024",
    "destOrganization": "Agency X",
    "destLocations": "HTI",
    "contributionType": "financial",
    "flowType": "Standard",
    "boundary": "incoming",
    "onBoundary": "single",
    "status": "commitment",
    "firstReportedDate": "2024-03-07",
    "originalAmount": "10500000",
    "originalCurrency": "NOK",
    "exchangeRate": "10.5",
    "id": "101",
    "createdAt": "2024-03-08",
    "updatedAt": "2024-04-02",
}


def line(cells: Mapping[str, str], heads: tuple[str, ...] = FLOW) -> str:
    return ",".join('"' + cells.get(head, "").replace('"', '""') + '"' for head in heads)


def file(*changes: dict[str, str], heads: tuple[str, ...] = FLOW, tags: bool = True) -> str:
    rows = [line(PLAIN | {"id": str(101 + number)} | change, heads) for number, change in enumerate(changes)]
    return "\n".join([",".join(heads), *([TAGS] if tags else []), *rows, ""])


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def take(ledger: Ledger, text: str, *, partial: bool = False) -> Imported:
    path = ledger.path.with_name("flows.csv")
    path.write_text(text, encoding="utf-8")
    return import_file(ledger, path, JUDGE, partial=partial)


def accepted(ledger: Ledger) -> list[Commitment]:
    return list(known(ledger.entries()).accepted)


def test_a_flow_is_a_commitment_in_its_own_currency_that_cites_the_flow_and_its_day(ledger: Ledger) -> None:
    done = take(ledger, file({}))
    assert (done.kind, done.added, done.problems, done.notes) == ("fts", 1, (), ())
    (record,) = accepted(ledger)
    assert record == Commitment(
        id="FTS-101",
        actor="Norway",
        kind="funds",
        stage="approved",
        mission="SIM",
        amount_low=10_500_000,
        amount_high=10_500_000,
        currency="NOK",
        basis="increment",
        scope="Plan X 2024",
        date_from=date(2024, 3, 5),
        date_to=date(2024, 3, 5),
        citation=Citation(
            address="https://fts.unocha.org/",
            title="OCHA Financial Tracking Service, flow 101 of 2024-03-05",
            published="2024-04-02",
            source_class="tracking service",
        ),
        original={
            "stage": "commitment",
            "amountUSD": "1000000",
            "description": "Food, and more",
            "srcOrganization": "Norway, Government of",
            "destOrganization": "Agency X",
            "destPlan": "Plan X 2024",
            "destLocations": "HTI",
            "contributionType": "financial",
            "flowType": "Standard",
            "firstReportedDate": "2024-03-07",
        },
    )


@pytest.mark.parametrize(("status", "stage"), [("pledge", "pledged"), ("commitment", "approved"), ("paid", "disbursed")])
def test_stages_are_those_that_the_export_writes(ledger: Ledger, status: str, stage: str) -> None:
    take(ledger, file({"status": status}))
    (record,) = accepted(ledger)
    assert record.stage == stage
    flow = EXPORTS["fts"].make(known(ledger.entries()))
    assert isinstance(flow, str)
    assert [row["status"] for row in csv.DictReader(flow.splitlines())] == [status]


def test_without_an_own_currency_the_amount_is_in_dollars(ledger: Ledger) -> None:
    take(ledger, file({"originalAmount": ""}, {"originalCurrency": ""}, {"originalAmount": "", "originalCurrency": "USD"}))
    assert {(record.amount_low, record.currency) for record in accepted(ledger)} == {(1_000_000, "USD")}


@pytest.mark.parametrize(
    ("giver", "actor"),
    [
        ("United States of America, Government of", "United States"),
        ("Atlantis, Government of", "Atlantis"),
        ("Central Emergency Response Fund", "Central Emergency Response Fund"),
    ],
)
def test_a_government_has_the_name_that_reports_give_its_country(ledger: Ledger, giver: str, actor: str) -> None:
    take(ledger, file({"srcOrganization": giver}))
    assert [record.actor for record in accepted(ledger)] == [actor]


def test_what_would_be_counted_twice_is_left_out_and_said_to_be(ledger: Ledger) -> None:
    done = take(
        ledger,
        file(
            {},
            {"boundary": "internal"},
            {"boundary": "outgoing"},
            {"onBoundary": "shared"},
            {"flowType": "Pass through"},
            *[{"boundary": "internal", "flowType": "Pass through"}] * 6,
        ),
    )
    assert [record.id for record in accepted(ledger)] == ["FTS-101"]
    assert done.notes == (
        "7 flow(s) left out, boundary internal: the money was counted when it came in "
        "(FTS-102, FTS-106, FTS-107, FTS-108, FTS-109 and 2 more)",
        "1 flow(s) left out, boundary outgoing: the money leaves the place that the file is about (FTS-103)",
        "1 flow(s) left out, pass through: hands on what another flow brought (FTS-105)",
        "1 flow(s) left out, shared: the whole amount stands in the file of every place that shares it (FTS-104)",
    )


def test_an_older_file_does_not_say_which_flows_are_shared(ledger: Ledger) -> None:
    heads = tuple(head for head in FLOW if head != "onBoundary")
    done = take(ledger, file({}, heads=heads, tags=False))
    assert (done.added, [note.partition(":")[0] for note in done.notes]) == (1, ["no column onBoundary"])


def test_in_kind_is_not_cash(ledger: Ledger) -> None:
    take(ledger, file({}, {"contributionType": "in kind"}))
    assert [(row.form, row.committed and row.committed.high) for row in money(accepted(ledger))] == [
        ("kind", 10_500_000),
        ("cash", 10_500_000),
    ]


def test_flows_of_several_days_add_up_and_those_of_one_day_may_be_one_or_several(ledger: Ledger) -> None:
    take(ledger, file({}, {"date": "2024-05-01"}))
    assert [(cell.low, cell.high) for cell in state(accepted(ledger))] == [(21_000_000, 21_000_000)]
    take(ledger, file({}, {"date": "2024-05-01"}, {"date": "2024-05-01", "originalAmount": "500000"}))
    assert [(cell.low, cell.high) for cell in state(accepted(ledger))] == [(11_000_000, 21_500_000)]


def test_all_bad_rows_are_told_at_once_and_nothing_is_taken_unless_asked(ledger: Ledger) -> None:
    text = file(
        {},
        {"date": "05/03/2024"},
        {"amountUSD": "a lot"},
        {"amountUSD": "-1"},
        {"status": "promised"},
        {"originalCurrency": "kroner"},
        {"updatedAt": ""},
        {"id": "101"},
    )
    refused = take(ledger, text)
    assert [(problem.row, problem.column, problem.found) for problem in refused.problems] == [
        ("4", "date", "'05/03/2024'"),
        ("5", "amountUSD", "'a lot'"),
        ("6", "amountUSD", "'-1'"),
        ("7", "status", "'promised'"),
        ("8", "originalCurrency", "'kroner'"),
        ("9", "updatedAt", "''"),
        ("10", "id", "'101'"),
    ]
    assert refused.problems[3].expected == "pledge, commitment or paid (unknown-kind)"
    assert (refused.refused, ledger.entries()) == (True, ())
    assert take(ledger, text, partial=True).added == 1


def test_the_same_file_again_adds_nothing_and_a_changed_flow_is_told(ledger: Ledger) -> None:
    take(ledger, file({}))
    again = take(ledger, file({}))
    assert (again.added, again.already) == (0, 1)
    changed = take(ledger, file({"status": "paid"}))
    assert [(problem.row, problem.column) for problem in changed.problems] == [("3", "stage")]


def test_what_came_in_goes_out_and_in_again(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, file({}, {"contributionType": "in kind"}))
    for make in (csv_text, EXPORTS["fts"].make):
        text = make(known(ledger.entries()))
        assert isinstance(text, str)
        assert take(ledger, text).added == 0
    other = Ledger(tmp_path / "other.jsonl")
    take(other, csv_text(known(ledger.entries())))
    assert accepted(other) == accepted(ledger)


@pytest.mark.parametrize(
    ("heads", "message"),
    [
        (tuple(head for head in FLOW if head not in {"status", "id"}), "flow rows without id, status"),
        ((*FLOW, "date"), "the column 'date' twice"),
    ],
)
def test_another_layout_is_refused_in_one_line(ledger: Ledger, heads: tuple[str, ...], message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        take(ledger, file({}, heads=heads, tags=False))
    assert ledger.entries() == ()


def test_the_command_says_what_it_left_out(muster: Run, tmp_path: Path) -> None:
    muster("new", "d", "--example", "haiti")
    (tmp_path / "flows.csv").write_text(file({}, {"onBoundary": "shared"}), encoding="utf-8")
    code, out, err = muster("ledger", "d", "--import", "flows.csv")
    assert (code, out) == (0, "flows.csv: 1 record(s) added\n")
    assert "1 flow(s) left out, shared" in " ".join(err.split())
