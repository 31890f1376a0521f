"""A review on paper: the proposed records as a CSV that a spreadsheet may open and save, and the decisions taken back from it.

A row is found by its id and by ``was``, the fingerprint of the record that it was written from. A cell that still says what
was written, in the spreadsheet's own manner, has not changed; columns and rows that are gone leave things as they are.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from muster.errors import LedgerError
from muster.ledger.exports.cells import safe_cell
from muster.ledger.fields import AMOUNTS, COMMITMENT, DAYS, LISTS, STATEMENT, changes, checked, fields_of, revised, text_of
from muster.ledger.lines import Entry
from muster.ledger.passages import Passage
from muster.ledger.plain import plain
from muster.ledger.reviewing import Choice, Reviewed, Word, waiting
from muster.ledger.spreadsheet import Row, Sheet, day, loosened, number, read_sheet, slash_orders
from muster.records import Report

NEEDED = ("record_id", "was", "decision")
FIELDS = tuple(dict.fromkeys([*COMMITMENT, *STATEMENT]))
COLUMNS = ("record_id", "decision", "note", "type", *FIELDS, "quote", "sentence", "report", "outlet", "published", "was")
WORDS: dict[str, Word | None] = {
    **{"accept": "accepted", "accepted": "accepted", "reject": "rejected", "rejected": "rejected"},
    **{"correct": "corrected", "corrected": "corrected", "": None},
}


@dataclass(frozen=True)
class Wanted:
    """What a sheet asks for: the choices, what to tell of rows that are taken in another way, and every row at fault."""

    choices: tuple[Choice, ...]
    remarks: tuple[str, ...]
    faults: tuple[LedgerError, ...]


def review_csv(entries: Sequence[Entry], passage: Callable[[Reviewed], Passage]) -> tuple[bytes, int]:
    """The records that await review as CSV with a byte order mark, and how many they are."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    records = waiting(entries)
    reports = {each.record.id: each.record for each in entries if isinstance(each.record, Report)}
    writer.writerows(_cells(record, reports.get(record.citation.report or ""), passage(record)) for record in records)
    return text.getvalue().encode("utf-8-sig"), len(records)


def read_review(name: str, data: bytes, entries: Iterable[Entry]) -> Wanted:
    """What a sheet that was filled in asks for, checked row by row against the records it was written from.

    A row without a decision is left alone. ``accept`` on a row whose fields were changed is a correction, and is said to be.

    Raises:
        LedgerError: the file is no table with the columns that are needed; rows at fault are in ``faults`` instead.
    """
    sheet = read_sheet(name, data, NEEDED)
    records = {each.record.id: each.record for each in entries if isinstance(each.record, Reviewed)}
    reader = _Reader(sheet, records)
    for row in sheet.rows:
        reader.take(row)
    in_order = tuple(reader.choices[name] for name in records if name in reader.choices)
    return Wanted(in_order, tuple(reader.remarks), tuple(reader.faults))


def fingerprint(record: Reviewed) -> str:
    """Twelve hex digits of the record's SHA-256 behind a letter, without which a spreadsheet may take them for a number."""
    return f"w{sha256(msgspec.json.encode(record, order='deterministic')).hexdigest()[:12]}"


class _Reader:
    """Rows to choices, with a memory of every row at fault."""

    def __init__(self, sheet: Sheet, records: dict[str, Reviewed]) -> None:
        self._sheet, self._records = sheet, records
        self._prints = {fingerprint(record): record for record in records.values()}
        self._orders = slash_orders(row.cells.get(name, "") for row in sheet.rows for name in DAYS)
        self.choices: dict[str, Choice] = {}
        self.remarks: list[str] = []
        self.faults: list[LedgerError] = []

    def take(self, row: Row) -> None:
        """One row; the first fault of each of its cells is remembered. Without a decision, a row has no faults."""
        try:
            word = self._word(row)
            if word is None:
                self._undecided(row)
                return
            record = self._record(row)
            changed, faults = self._changed(row, record)
            if faults and word != "rejected":
                self.faults += faults
            else:
                self._choose(row, word, record, changed)
        except LedgerError as error:
            self.faults.append(self._at(row, "", error))

    def _word(self, row: Row) -> Word | None:
        word = " ".join(row.cells["decision"].split()).casefold()
        if word not in WORDS:
            raise LedgerError(f"{word[:40]!r}", where="column decision", expected="accept, reject, correct or nothing")
        return WORDS[word]

    def _undecided(self, row: Row) -> None:
        with suppress(LedgerError):
            record = self._record(row)
            if told := ", ".join(changes(record, self._changed(row, record)[0])):
                self.remarks.append(f"{self._name(row, record)} was changed but not decided, and is left as it was: {told}")

    def _record(self, row: Row) -> Reviewed:
        """The record of a row. A spreadsheet may have made a number of an id: the fingerprint then finds it."""
        name, was = row.cells["record_id"].strip(), row.cells["was"].strip()
        record = self._records.get(name) or self._records.get(loosened(name)) or self._prints.get(was)
        if record is None:
            raise LedgerError(f"{name[:60]!r}", where="column record_id", expected="the id of a record of this ledger")
        if fingerprint(record) != was:
            do = "export again, and sort whole rows only"
            raise LedgerError(f"{was[:40]!r} is not the mark of {record.id!r}", where="column was", do=do)
        return record

    def _changed(self, row: Row, record: Reviewed) -> tuple[Reviewed, list[LedgerError]]:
        """The record as the row has it, and the cells at fault, which change nothing."""
        values: dict[str, Any] = {}
        faults: list[LedgerError] = []
        own = fields_of(record)
        for name in FIELDS:
            cell = row.cells.get(name)
            if cell is None or (_is_untouched(cell, record, name) if name in own else not cell.strip()):
                continue
            try:
                if name not in own:
                    raise LedgerError(f"{plain(cell)[:40]!r}", expected=f"nothing: a {_type(record)} has no {name}")
                values[name] = checked(record, name, self._value(cell, name))
            except LedgerError as error:
                faults.append(self._at(row, name, error))
        try:
            return revised(record, values), faults
        except LedgerError as error:
            return record, [*faults, self._at(row, "", error)]

    def _value(self, cell: str, name: str) -> Any:
        text = plain(loosened(cell))
        if text and name in AMOUNTS:
            return number(text, decimal_comma=self._sheet.decimal_comma)
        if text and name in DAYS:
            return day(text, self._orders)
        return [part.strip() for part in text.split(";") if part.strip()] if name in LISTS else text

    def _choose(self, row: Row, word: Word, record: Reviewed, changed: Reviewed) -> None:
        told = ", ".join(changes(record, changed))
        if record.id in self.choices:
            raise LedgerError(f"{record.id!r} is decided twice", where="column decision", expected="one row a record")
        if word == "corrected" and not told:
            raise LedgerError("'correct', but no field was changed", where="column decision", expected="accept, or a change")
        if word == "accepted" and told:
            word = "corrected"
            self.remarks.append(f"{self._name(row, record)} is accepted with changes, which is a correction: {told}")
        note = plain(loosened(row.cells.get("note", "")))
        self.choices[record.id] = Choice(record.id, word, changed if word == "corrected" else None, note)

    def _name(self, row: Row, record: Reviewed) -> str:
        return f"{self._sheet.name}, row {row.number}: {record.id}"

    def _at(self, row: Row, column: str, error: LedgerError) -> LedgerError:
        places = [self._sheet.name, f"row {row.number}", f"column {column}" if column else error.where]
        where = ", ".join(place for place in places if place)
        return LedgerError(error.found, where=where, expected=error.expected, do=error.do)


def _is_untouched(cell: str, record: Reviewed, name: str) -> bool:
    """Whether a cell says what was written there, or what a spreadsheet makes of a long number."""
    if plain(loosened(cell)) == loosened(_written(record, name)):
        return True
    amount = getattr(record, name)
    mantissa, exponent, _ = cell.strip().casefold().partition("e")
    if name not in AMOUNTS or amount is None or not exponent:
        return False
    decimals = max(sum(sign.isdigit() for sign in mantissa) - 1, 0)
    with suppress(LedgerError):
        return number(loosened(cell)) == float(f"{amount:.{decimals}e}")
    return False


def _written(record: Reviewed, name: str) -> str:
    return safe_cell(plain(text_of(record, name)))


def _type(record: Reviewed) -> str:
    return type(record).__name__.lower()


def _cells(record: Reviewed, report: Report | None, around: Passage) -> dict[str, str]:
    told = {"record_id": record.id, "type": _type(record), "was": fingerprint(record)}
    told |= {"quote": around.lit, "sentence": around.whole, "published": record.citation.published}
    told |= {"report": report.file if report else record.citation.title, "outlet": report.outlet if report else ""}
    cells = {name: safe_cell(plain(text)) for name, text in told.items()}
    return dict.fromkeys(COLUMNS, "") | cells | {name: _written(record, name) for name in fields_of(record)}
