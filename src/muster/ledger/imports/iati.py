"""Our IATI activities -> the records that stand in them. Entities and outside files are refused, elements let go as read."""

import io
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from muster.errors import LedgerError
from muster.ledger.exports.columns import FATES
from muster.ledger.exports.iati import NAMESPACE, RECORD
from muster.ledger.imports.jsonfile import FATES as KNOWN_FATES
from muster.ledger.imports.jsonfile import decoded
from muster.ledger.imports.records import Parsed, Problem, shown
from muster.ledger.imports.source import Source
from muster.records import Commitment

EXPECTED = "what `muster ledger --format iati` writes"


def read_iati(data: bytes, name: str) -> Source:
    """The records in an IATI file of ours.

    Raises:
        LedgerError: it holds none, or is not XML without entities (told when that place is reached).
    """
    if NAMESPACE.encode() not in data:
        found = "no records of ours in it"
        raise LedgerError(found, where=name, expected=EXPECTED, do="enter other IATI files as a CSV of commitments")
    return Source("iati", _rows(data, name), data.count(b":record "))


def _rows(data: bytes, name: str) -> Iterator[Parsed]:
    number = 0
    try:
        for _, element in iterparse(io.BytesIO(data), events=("end",), forbid_dtd=True):
            if element.tag == RECORD:
                number += 1
                yield _record(f"record {number}", element.text or "", element.get("status", ""))
            if element.tag in {RECORD, "iati-activity"}:
                element.clear()
    except (ParseError, DefusedXmlException, UnicodeError, ValueError) as error:
        found = "a document type or entities" if isinstance(error, DefusedXmlException) else str(error)
        raise LedgerError(f"not plain XML: {found}", where=name, expected=EXPECTED) from error


def _record(row: str, text: str, status: str) -> Parsed:
    if status not in KNOWN_FATES:
        return Parsed(row, None, None, (Problem(row, "status", shown(status), f"one of {', '.join(FATES)}"),))
    return decoded(row, text.encode(), Commitment, KNOWN_FATES[status])
