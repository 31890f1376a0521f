"""``annex.xlsx``: what the brief rests on as a workbook, one tidy sheet a topic, texts that no spreadsheet runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from muster.brief.tree import Cited, Fact, Facts, Paragraph
from muster.ledger.exports.cells import written
from muster.ledger.exports.workbook import LONGEST, book_bytes
from muster.panel import PANEL, Panel
from muster.records import Finding

Row = Mapping[str, Any]
MOST = 5_000  # rows of panels: a workbook takes about a millisecond for each
ANSWERS = ("question", "answer", "citations")
FINDINGS = (
    *("outcome_id", "outcome", "domain", "unit", "better", "change", "change_text", "verdict", "reason", "estimate"),
    *("interval_low", "interval_high", "p_value", "smallest_p", "citations"),
)
CHECKS = ("outcome_id", "outcome", "check", "verdict", "reason", "citations")
PANELS = ("outcome_id", "unit", *PANEL.names)
CITATIONS = (
    *("id", "kind", "claim", "said_by", "title", "address", "published", "source_class", "quote", "report"),
    *("start", "end"),
)


def annex_bytes(
    basis: Sequence[Paragraph],
    told: Facts,
    findings: Sequence[Finding],
    panels: Mapping[str, Panel],
    citations: Sequence[Cited],
) -> bytes:
    """The workbook: what it is, the answers, findings, their checks, the panels and the citations; same input, same bytes."""
    kept, note = measured(panels)
    about = [{"about": "".join(run.text for run in one.runs)} for one in basis] + ([{"about": note}] if note else [])
    sheets: tuple[tuple[str, Sequence[str], Iterable[Row]], ...] = (
        ("about", ("about",), about),
        ("answers", ANSWERS, map(answer, told.answers)),
        ("findings", FINDINGS, map(finding, findings)),
        ("checks", CHECKS, checks(findings)),
        ("panels", PANELS, kept),
        ("citations", CITATIONS, map(msgspec.structs.asdict, citations)),
    )
    return book_bytes((name, columns, [safe(row, columns) for row in rows]) for name, columns, rows in sheets)


def safe(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    """The cells of a row; what a cell cannot hold whole ends in an ellipsis, since ``brief.json`` has all of it."""
    cells = {name: written(row[name]) if isinstance(row[name], str) else row[name] for name in columns}
    return {
        name: f"{cell[: LONGEST - 1]}…" if isinstance(cell, str) and len(cell) > LONGEST else cell
        for name, cell in cells.items()
    }


def answer(fact: Fact) -> Row:
    """One of the five lines."""
    return {"question": fact.name, "answer": fact.text, "citations": " ".join(fact.cites)}


def finding(one: Finding) -> Row:
    """A finding with its numbers as numbers."""
    low, high = one.interval or (None, None)
    words = {name: getattr(one.outcome, name) for name in ("domain", "unit", "better")}
    own = {name: getattr(one, name) for name in FINDINGS if hasattr(one, name) and name != "outcome"}
    named = {"outcome_id": one.outcome.id, "outcome": one.outcome.name, "citations": " ".join(one.evidence)}
    return own | words | named | {"interval_low": low, "interval_high": high}


def checks(findings: Iterable[Finding]) -> Iterator[Row]:
    """Every check of every finding."""
    for one in findings:
        for check in one.checks:
            yield {
                "outcome_id": one.outcome.id,
                "outcome": one.outcome.name,
                "check": check.name,
                "verdict": check.verdict,
                "reason": check.reason,
                "citations": " ".join(check.evidence),
            }


def measured(panels: Mapping[str, Panel]) -> tuple[list[Row], str]:
    """The rows of the panels, and what to say where there are too many for a workbook: then those of treated places."""
    every = sum(panel.table.num_rows for panel in panels.values())
    rows = [row for id, panel in panels.items() for row in tabled(id, panel, all_places=every <= MOST)][:MOST]
    note = f"Sheet panels holds {len(rows):,} of {every:,} rows, treated places first: see muster panel for all of them."
    return rows, note if len(rows) < every else ""


def tabled(id: str, panel: Panel, *, all_places: bool) -> Iterator[Row]:
    """The rows of one panel."""
    treated = set(panel.outcome.treated)
    for row in panel.table.to_pylist():
        if all_places or row["place"] in treated:
            yield row | {"outcome_id": id, "unit": panel.outcome.unit, "evidence": " ".join(row["evidence"] or ())}
