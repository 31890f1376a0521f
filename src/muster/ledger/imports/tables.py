"""CSV -> records: our own table of commitments, flow rows that carry it behind their columns, or the service's own flows."""

from collections.abc import Iterator

from muster.ledger.exports.columns import COMMITMENTS
from muster.ledger.exports.fts import FLOW, FLOW_STATUS, differing_flow
from muster.ledger.imports.records import Parsed, Problem, RowReader, shown
from muster.ledger.imports.source import Source
from muster.ledger.imports.tablefile import Table, table
from muster.records import Commitment


def read_table(data: bytes, name: str) -> Source:
    """The rows of a CSV file.

    Raises:
        LedgerError: the header lacks a required column or names one twice.
    """
    found = table(data, name)
    heads = [head.strip() for head in found.header]
    if not {"srcOrganization", "originalAmount"} <= set(heads):
        reader = RowReader(COMMITMENTS, heads, name, comma_is_open=found.separator == ";")
        return Source("csv", _rows(found, reader), found.lines, found.notes)
    if "record_id" not in heads:
        from muster.ledger.imports.flows import read_flows

        return read_flows(found, heads, name)
    renamed = {"status": "flow status", FLOW_STATUS: "status"}
    passed = frozenset({*FLOW, "flow status"} - {"status"})
    reader = RowReader(COMMITMENTS, heads, name, comma_is_open=found.separator == ";", renamed=renamed, passed=passed)
    return Source("fts", _flows(found, reader, heads), found.lines, found.notes)


def _rows(found: Table, reader: RowReader) -> Iterator[Parsed]:
    """Rows by the numbers that a spreadsheet shows; blank ones are passed over."""
    for number, cells in enumerate(found.rows, 2):
        if any(cells):
            yield reader.read(str(number), cells)


def _flows(found: Table, reader: RowReader, heads: list[str]) -> Iterator[Parsed]:
    """As :func:`_rows`; a flow column that no longer says what the record says is a fault, not passed over."""
    for number, cells in enumerate(found.rows, 2):
        if not any(cells):
            continue
        parsed = reader.read(str(number), cells)
        if isinstance(parsed.record, Commitment):
            changed = differing_flow(parsed.record, dict(zip(heads, cells, strict=False)))
            problems = [
                Problem(parsed.row, column, shown(came), f"{ours or 'nothing'}, as our own columns say; change those")
                for column, came, ours in changed
            ]
            parsed = parsed._replace(record=None, problems=tuple(problems)) if problems else parsed
        yield parsed
