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
from muster.errors import ChainError, LedgerError
from muster.ledger import Entry, Ledger, disputed, known
from muster.ledger.shelving import Shelves
from muster.panel import DosePanel, Geography, Panel, build, dose, ledger_dose, read_geography, rings_of
from muster.read import Reading, read
from muster.read.many import Given, Refused, Taken, read_many
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
    planned = [plan for plan in dossier.mission.outcomes if plan.file]
    names = sorted({name for plan in planned for name in (plan.file, plan.population) if name})
    parsed = {name: load_source(files[name]) for name in names}
    lands = geographies(dossier)
    return {
        plan.id: build(
            plan,
            parsed[plan.file],
            files[plan.file],
            as_of=as_of,
            places=files[plan.file].places,
            population=(parsed[plan.population], files[plan.population]) if plan.population else None,
            covered=files[plan.file].covered,
            blocks=files[plan.file].blocks,
            engine=engine,
            geography=lands.get(plan.geography),
        )
        for plan in planned
    }


def doses(dossier: Dossier, *, as_of: date | None = None, engine: str = "duckdb") -> dict[str, DosePanel]:
    """How much of the mission there was, for each planned dose by id: from its data file, or from the ledger without one."""
    files, plans = {file.name: file for file in dossier.data}, dossier.mission.doses
    parsed = {name: load_source(files[name]) for name in sorted({plan.file for plan in plans if plan.file})}
    record = None if all(plan.file for plan in plans) else disputed(known(Ledger(dossier.ledger_path).entries(), as_of))
    return {
        plan.id: dose(plan, parsed[plan.file], files[plan.file], as_of=as_of, engine=engine)
        if record is None or plan.file
        else ledger_dose(plan, dossier.mission, record, engine=engine)
        for plan in plans
    }


def geographies(dossier: Dossier) -> dict[str, Geography]:
    """The polygons and H3 cells that outcomes with data name, each read once."""
    files = {file.name: file for file in dossier.data}
    named = {plan.geography for plan in dossier.mission.outcomes if plan.file and plan.geography}
    return {name: read_geography(name, files) for name in sorted(named)}


def rings(dossier: Dossier, panel: Panel) -> dict[str, int]:
    """How many borders lie between each place of a panel and the nearest treated one."""
    return rings_of(panel, geographies(dossier).get(panel.outcome.geography))


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
    workers: int = 1,
    read_text: Callable[[str, Report], Reading] = read,
) -> Iterator[Added | Refused]:
    """Store reports in a dossier and propose to its ledger what they say, in their order; a refused one changes nothing."""
    dossier = load(folder)
    ledger = Ledger(dossier.ledger_path)
    shelves = Shelves(dossier.reports, ledger.entries() if any(dossier.reports.glob("*")) else ())
    given = Given(published=published, address=address, whole=True)
    for taken in read_many(reports, given, workers=workers, read_text=read_text):
        yield taken if isinstance(taken, Refused) else _added(taken, dossier, ledger, shelves)


def _added(taken: Taken, dossier: Dossier, ledger: Ledger, shelves: Shelves) -> Added | Refused:
    """One report stored and its proposals in the ledger."""
    loaded, reading = taken.loaded, taken.reading
    stored = store_report(dossier, loaded.report, loaded.data)
    read_records: list[Commitment | Statement] = [*reading.commitments, *reading.statements]
    placed = shelves.place(loaded.report, loaded.text, [filed(record, dossier.mission) for record in read_records])
    try:
        entries = ledger.append([placed.report, *placed.proposals])
    except ChainError:
        raise
    except LedgerError as error:  # the same report under another name or day
        return Refused(taken.path, error)
    shelves.keep(placed, stored.name)
    return Added(taken.path, entries, (*loaded.warnings, *reading.warnings), placed.remarks)
