"""The table of formats: what each is called, what it holds, and the function that makes it."""

from collections.abc import Callable
from typing import NamedTuple

from muster.ledger.exports.csvfile import csv_text
from muster.ledger.exports.dictionary import dictionary_text
from muster.ledger.exports.jsonfile import json_text
from muster.ledger.known import Known


class Export(NamedTuple):
    """A format of export. ``is_table`` marks text that spreadsheets open; ``make`` gives text, or bytes for a packed file."""

    name: str
    holds: str
    make: Callable[[Known], str | bytes]
    is_table: bool = False


def _xlsx(known: Known) -> bytes:
    from muster.ledger.exports.workbook import workbook_bytes

    return workbook_bytes(known)


def _iati(known: Known) -> str:
    from muster.ledger.exports.iati import iati_text

    return iati_text(known)


def _fts(known: Known) -> str:
    from muster.ledger.exports.fts import fts_text

    return fts_text(known)


def _dictionary(_: Known) -> str:
    return dictionary_text()


EXPORTS = {
    export.name: export
    for export in (
        Export("csv", "every commitment", csv_text, is_table=True),
        Export("json", "everything known", json_text),
        Export("xlsx", "everything known, a sheet a topic", _xlsx),
        Export("iati", "funds, as IATI 2.03 activities", _iati),
        Export("fts", "funds, as flow rows", _fts, is_table=True),
        Export("dictionary", "what the columns mean", _dictionary),
    )
}
