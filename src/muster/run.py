"""The main path: sources -> ledger / panel -> estimate -> assess -> brief.

Read this file to see what Muster does; every line is a stage, and the stages run in the order in which data flow.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from muster.assess import assess_with_pictures
from muster.assess.watching import MissionWatch, watching
from muster.brief import Brief, Published, compose
from muster.dossier import Dossier, filed, load, store_report
from muster.errors import ChainError, LedgerError
from muster.ledger import Entry, Ledger, disputed, known
from muster.ledger.shelving import Shelves
from muster.panel import Engine, all_rings, panels
from muster.read import Reading, read
from muster.read.many import Given, Refused, Taken, read_many
from muster.records import Commitment, Report, Statement


def brief(
    folder: Path,
    *,
    as_of: date | None = None,
    engine: Engine | str = "duckdb",
    earlier: Sequence[Published] = (),
    suppress: bool = False,
) -> Brief:
    """The brief on a dossier as of a publication date; without one, on everything the dossier knows.

    It says what changed since the first of the ``earlier`` briefs that differs from it. With ``suppress`` it is made
    of panels in which small counts are hidden, so that nothing of it can give one away.
    """
    dossier = load(folder)
    record = disputed(known(Ledger(dossier.ledger_path).entries(), as_of))
    measured = panels(dossier, as_of=as_of, engine=engine, suppress=suppress)
    told = assess_with_pictures(dossier.mission, measured, as_of, rings=all_rings(dossier, measured))
    return compose(dossier, record, told.findings, measured, earlier, told.pictures)


def watch(folder: Path, *, as_of: date | None = None, engine: Engine | str = "duckdb") -> MissionWatch:
    """The watch on a running mission as of a date, on every outcome of the plan and the neighbours of its treated places."""
    dossier = load(folder)
    measured = panels(dossier, as_of=as_of, engine=engine)
    return watching(dossier.mission, measured, all_rings(dossier, measured), as_of)


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
