"""Exchange rates from the user's table: dated, never later than the record, all bad rows told at once. All simulated."""

from datetime import date
from pathlib import Path

import pytest

from muster.errors import DataError
from muster.ledger.views import Rates, money, read_rates
from test_ledger_state import gave

HEAD = "currency,to,date,rate,source\n"
GOOD = HEAD + "CAD,USD,2024-02-01,0.74,simulated bank\nCAD,USD,2024-06-26,0.73,simulated bank\n"


def table(folder: Path, text: str) -> Rates:
    path = folder / "rates.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    return read_rates(path)


@pytest.mark.parametrize(
    ("day", "low", "rate_day"),
    [
        ("2024-02-01", 74, "2024-02-01"),
        ("2024-06-25", 74, "2024-02-01"),
        ("2024-06-26", 73, "2024-06-26"),
        ("2030-01-01", 73, "2024-06-26"),
    ],
)
def test_the_rate_is_of_the_day_or_the_latest_before_it(tmp_path: Path, day: str, low: float, rate_day: str) -> None:
    found = table(tmp_path, GOOD).convert(100, None, "CAD", date.fromisoformat(day))
    assert found is not None
    assert (found.currency, found.low, found.high, str(found.rate_date)) == ("USD", low, None, rate_day)
    assert found.rate_source == "simulated bank"


def test_there_is_no_rate_before_the_first_for_another_currency_or_without_a_day(tmp_path: Path) -> None:
    rates = table(tmp_path, GOOD)
    assert rates.convert(100, 100, "CAD", date(2024, 1, 31)) is None
    assert rates.convert(100, 100, "EUR", date(2024, 6, 30)) is None
    assert rates.convert(100, 100, "USD", date(2024, 6, 30)) is None
    assert rates.convert(100, 100, "CAD", None) is None
    assert rates.convert(None, None, "CAD", date(2024, 6, 30)) is None


def test_money_is_shown_as_it_is_with_the_conversion_beside_it(tmp_path: Path) -> None:
    record = gave("a", "2024-03-01", 5e6, 6e6, kind="funds", stage="pledged", currency="CAD")
    (plain,), (converted,) = money([record]), money([record], rates=table(tmp_path, GOOD))
    assert plain.pledged is not None
    assert converted.pledged is not None
    assert plain.pledged.converted is None
    assert (converted.currency, converted.pledged.low, converted.pledged.high) == ("CAD", 5e6, 6e6)
    assert converted.pledged.converted is not None
    assert (converted.pledged.converted.low, converted.pledged.converted.high) == (3.7e6, 4.44e6)


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    bad = "CAd,USD,2024-02-01,0.74,bank\nCAD,CAD,2024-26-26,-1,\nEUR,USD,20240226,nan,bank\n"
    with pytest.raises(DataError) as fault:
        table(tmp_path, HEAD + bad)
    told = str(fault.value)
    assert told.startswith("rates.csv: 7 faults: ")
    own = ["line 2, currency 'CAd'", "line 3, to 'CAD'", "line 3, date", "line 3, rate '-1'", "line 3, source"]
    assert all(part in told for part in [*own, "line 4, date '20240226'", "line 4, rate 'nan'"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("currency,date,rate\n", "no column to, source"),
        ("", "no column currency, to, date, rate, source"),
        (HEAD, "no rows"),
        (GOOD + "EUR,GBP,2024-02-01,0.9,bank\n", "line 4, to 'GBP', expected 'USD'"),
        (GOOD + "CAD,USD,2024-02-01,0.75,bank\n", "line 4, rate '0.75', expected 0.74 as in line 2"),
        (HEAD + 'CAD,USD,2024-02-01,0.74,"bank', "line 2"),
    ],
)
def test_a_table_that_is_none_or_contradicts_itself_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataError, match=r"rates\.csv") as fault:
        table(tmp_path, text)
    assert told in str(fault.value)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_rates(path)
