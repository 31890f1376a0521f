"""The main path: sources -> ledger / panel -> estimate -> assess -> brief.

Read this file to see what Muster does; every line is a stage, and the stages run in the order in which data flow.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from muster.assess import assess
from muster.brief import Brief, compose
from muster.dossier import Dossier, filed, load, store_report
from muster.ledger import Entry, Ledger, disputed, known
from muster.ledger.shelving import Shelves
from muster.panel import Panel, build
from muster.read import Reading, load_report, read
from muster.records import Commitment, Report, Statement
from muster.sources import load as load_source


def brief(folder: Path, *, as_of: date | None = None) -> Brief:
    """The brief on a dossier as of a publication date; without one, on everything the dossier knows."""
    dossier = load(folder)
    record = disputed(known(Ledger(dossier.ledger_path).entries(), as_of))
    measured = panels(dossier, as_of=as_of)
    findings = assess(dossier.mission, measured, as_of)
    return compose(dossier, record, findings, measured)


def panels(dossier: Dossier, *, as_of: date | None = None, engine: str = "duckdb") -> dict[str, Panel]:
    """One panel for each planned outcome that has data, by outcome id; each data file is parsed once."""
    files = {file.name: file for file in dossier.data}
    parsed = {name: load_source(files[name]) for name in sorted({plan.file for plan in dossier.mission.outcomes if plan.file})}
    return {
        plan.id: build(plan, parsed[plan.file], files[plan.file], as_of=as_of, engine=engine)
        for plan in dossier.mission.outcomes
        if plan.file
    }


@dataclass(frozen=True, slots=True)
class Added:
    """A report that was taken in: the entries that the ledger got, none if it was there already, and what to tell the user.

    ``remarks`` say what the report has in common with others: the story that it prints, the records that it only repeats.
    """

    path: Path
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def add(
    folder: Path,
    reports: Iterable[Path],
    *,
    published: str = "",
    address: str = "",
    read_text: Callable[[str, Report], Reading] = read,
) -> Iterator[Added]:
    """Store reports in a dossier and propose to its ledger what they say, one report after the other."""
    dossier = load(folder)
    ledger = Ledger(dossier.ledger_path)
    shelves = Shelves(dossier.reports, ledger.entries() if any(dossier.reports.glob("*")) else ())
    for path in reports:
        loaded = load_report(path, published=published, address=address)
        reading = read_text(loaded.text, loaded.report)
        stored = store_report(dossier, loaded.report, loaded.data)
        read_records: list[Commitment | Statement] = [*reading.commitments, *reading.statements]
        placed = shelves.place(loaded.report, loaded.text, [filed(record, dossier.mission) for record in read_records])
        entries = ledger.append([placed.report, *placed.proposals])
        shelves.keep(placed, stored.name)
        yield Added(path, entries, (*loaded.warnings, *reading.warnings), placed.remarks)
