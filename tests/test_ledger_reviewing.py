"""Decisions and preferences as new lines of a ledger, checked against the ledger as it is."""

from datetime import date
from pathlib import Path

import pytest

from muster.errors import LedgerError
from muster.ledger import Ledger, Reviewer, known, prefer
from muster.records import Citation, Commitment, Decision

READER = Reviewer("A. Reader", date(2024, 7, 1))


def commitment(name: str, amount: float = 200.0) -> Commitment:
    return Commitment(
        id=name, actor="Kenya", kind="personnel", stage="deployed", citation=Citation(), amount_low=amount, amount_high=amount
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "ledger.jsonl")
    made.append([commitment("F1"), commitment("F2")])
    return made


def test_a_preference_is_a_line_and_taking_it_back_another(ledger: Ledger) -> None:
    prefer(ledger, ["F1", "F1"], READER, note="their own count")
    assert [(found.id, found.note) for found in known(ledger.entries()).preferences] == [("P00003", "their own count")]
    prefer(ledger, ["F1"], READER, stands=False)
    assert known(ledger.entries()).preferences == ()
    assert len(ledger.entries()) == 4


def test_only_a_record_that_is_there_can_be_preferred_and_only_what_stands_taken_back(ledger: Ledger) -> None:
    ledger.append([Decision(id="D1", record="F2", decision="rejected", by="a", on=READER.today)])
    for name in ("F7", "F2", "D1"):
        with pytest.raises(LedgerError, match=f"no record '{name}' to prefer"):
            prefer(ledger, ["F1", name], READER)
    with pytest.raises(LedgerError, match="no preference for 'F1'; expected none: no preference stands"):
        prefer(ledger, ["F1"], READER, stands=False)
    assert len(ledger.entries()) == 3


def test_an_id_that_is_taken_is_passed_over(ledger: Ledger) -> None:
    ledger.append([commitment("P00004")])
    assert [made.id for made in prefer(ledger, ["F1", "F2"], READER)] == ["P00005", "P00006"]
