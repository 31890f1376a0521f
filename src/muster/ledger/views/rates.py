"""Exchange rates that the user supplies: a dated table, and the rate of a day or the latest before it, never one after."""

import csv
import io
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from muster.errors import DataError
from muster.records import Record

COLUMNS = ("currency", "to", "date", "rate", "source")
CODE = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Rate(NamedTuple):
    """What one unit of a currency was worth in the target on a day, and who says so."""

    date: date
    rate: float
    source: str


class Converted(Record, frozen=True, kw_only=True):
    """An interval in another currency, with the rate that made it, the rate's day and its source."""

    currency: str
    low: float | None
    high: float | None
    rate: float
    rate_date: date
    rate_source: str


@dataclass(frozen=True)
class Rates:
    """Rates to one target currency, for each source currency by day."""

    to: str
    by_currency: Mapping[str, tuple[Rate, ...]]

    def convert(self, low: float | None, high: float | None, currency: str | None, day: date | None) -> Converted | None:
        """The interval at the rate of ``day`` or the latest before it, to the cent; None where there is no such rate.

        None too without a day, without a bound, and for an amount that is in the target currency already.
        """
        known = self.by_currency.get(currency or "", ())
        place = bisect_right([rate.date for rate in known], day) if day else 0
        if not place or (low is None and high is None):
            return None
        found = known[place - 1]
        ends = {"low": _times(low, found.rate), "high": _times(high, found.rate)}
        return Converted(currency=self.to, **ends, rate=found.rate, rate_date=found.date, rate_source=found.source)


def read_rates(path: Path) -> Rates:
    """Read a CSV file with the columns currency, to, date, rate, source; ``rate`` is units of ``to`` for one of ``currency``.

    Other columns are kept out. All targets must be one currency: amounts in two targets could not be told apart in a column.

    Raises:
        DataError: the file is not such a table; names every bad row at once, with line, field and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "not UTF-8 text", where=path.name, expected="a CSV file in UTF-8", do="save it again as UTF-8"
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise DataError(f"no column {', '.join(missing)}", where=path.name, expected=", ".join(COLUMNS))
        rows = [(reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}) for row in reader]
    except csv.Error as error:
        raise DataError(str(error), where=f"{path.name}, line {reader.reader.line_num}", expected="a CSV file") from error
    faults = [fault for line, row in rows for fault in _faults(line, row)] or _contradictions(rows)
    if faults or not rows:
        told = f"{len(faults)} faults: {'; '.join(faults)}" if faults else "no rows"
        raise DataError(
            told, where=path.name, expected="" if faults else "one rate or more", do="correct the file and try again"
        )
    return _rates([row for _, row in rows])


def _rates(rows: list[dict[str, str]]) -> Rates:
    found: dict[str, set[Rate]] = {}
    for row in rows:
        rate = Rate(date.fromisoformat(row["date"]), float(row["rate"]), row["source"])
        found.setdefault(row["currency"], set()).add(rate)
    return Rates(rows[0]["to"], {currency: tuple(sorted(rates)) for currency, rates in sorted(found.items())})


def _faults(line: int, row: Mapping[str, str]) -> list[str]:
    """Everything that is wrong with a row by itself."""
    laws = {
        "currency": (bool(CODE.fullmatch(row["currency"])), "three capital letters (ISO 4217)"),
        "to": (bool(CODE.fullmatch(row["to"])) and row["to"] != row["currency"], "three capital letters, another currency"),
        "date": (_is_day(row["date"]), "a date as YYYY-MM-DD"),
        "rate": (_is_rate(row["rate"]), "a number above 0"),
        "source": (bool(row["source"]), "where the rate is from"),
    }
    return [
        f"line {line}, {name} {row[name][:40]!r}, expected {allowed}"
        for name, (is_fine, allowed) in laws.items()
        if not is_fine
    ]


def _contradictions(rows: list[tuple[int, dict[str, str]]]) -> list[str]:
    """Rows that do not go together: a second target, or two rates of one currency on one day."""
    faults: list[str] = []
    seen: dict[tuple[str, str], tuple[int, float]] = {}
    for line, row in rows:
        if row["to"] != rows[0][1]["to"]:
            faults.append(f"line {line}, to {row['to']!r}, expected {rows[0][1]['to']!r} as in the first row")
        first, rate = seen.setdefault((row["currency"], row["date"]), (line, float(row["rate"])))
        if rate != float(row["rate"]):
            faults.append(f"line {line}, rate {row['rate']!r}, expected {rate:g} as in line {first} of the same day")
    return faults


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_rate(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and float(text) > 0
    except ValueError:
        return False


def _times(end: float | None, rate: float) -> float | None:
    return None if end is None else round(end * rate, 2)
