"""The panels and doses that a dossier's plan asks for, each by the rules that the sidecars of its files declare."""

from collections.abc import Mapping
from datetime import date

from muster.dossier import Dossier
from muster.ledger import Ledger, disputed, known
from muster.panel.building import build
from muster.panel.doses import dose
from muster.panel.engines import Engine
from muster.panel.geography import Geography, read_geography, rings_of
from muster.panel.ledgerdose import ledger_dose
from muster.panel.values import DosePanel, Panel
from muster.sources import Parsed, Stored, load, opened


def panels(
    dossier: Dossier,
    *,
    as_of: date | None = None,
    engine: Engine | str = "duckdb",
    only: str = "",
    suppress: bool = False,
) -> dict[str, Panel]:
    """One panel for each planned outcome that has data (or for ``only`` that one), by outcome id; a data file is read once.

    With ``suppress`` small counts are hidden in each before anything is made of it.
    """
    plans = [plan for plan in dossier.mission.outcomes if plan.file and only in ("", plan.id)]
    files, lands = {file.name: file for file in dossier.data}, _geographies(dossier, only)
    read: dict[str, Parsed | Stored] = {name: opened(files[name]) for name in sorted({plan.file for plan in plans})}
    persons = {name: (load(files[name]), files[name]) for name in sorted({plan.population for plan in plans} - {""})}
    return {
        plan.id: build(
            plan,
            read[plan.file],
            files[plan.file],
            as_of=as_of,
            places=files[plan.file].places,
            population=persons.get(plan.population),
            covered=files[plan.file].covered,
            blocks=files[plan.file].blocks,
            engine=engine,
            geography=lands.get(plan.geography),
            suppress=suppress,
        )
        for plan in plans
    }


def doses(
    dossier: Dossier, *, as_of: date | None = None, engine: Engine | str = "duckdb", only: str = ""
) -> dict[str, DosePanel]:
    """How much of the mission there was, for each planned dose by id: from its data file, or from the ledger without one."""
    files, plans = {file.name: file for file in dossier.data}, [one for one in dossier.mission.doses if only in ("", one.id)]
    parsed = {name: load(files[name]) for name in sorted({plan.file for plan in plans if plan.file})}
    record = disputed(known(Ledger(dossier.ledger_path).entries() if any(not plan.file for plan in plans) else (), as_of))
    return {
        plan.id: dose(plan, parsed[plan.file], files[plan.file], as_of=as_of, engine=engine)
        if plan.file
        else ledger_dose(plan, dossier.mission, record, engine=engine)
        for plan in plans
    }


def rings(dossier: Dossier, panel: Panel) -> dict[str, int]:
    """How many borders lie between each place of a panel and the nearest treated one.

    Raises:
        PanelError: the outcome has no geography, or none of its places is treated.
    """
    return rings_of(panel, _geographies(dossier, panel.outcome.id).get(panel.outcome.geography))


def all_rings(dossier: Dossier, panels: Mapping[str, Panel]) -> dict[str, dict[str, int]]:
    """:func:`rings` by outcome id, of panels with a geography and donors in which a place is treated; files are read once."""
    told = {id: panel for id, panel in panels.items() if panel.outcome.geography and panel.outcome.donors and _treats(panel)}
    lands = _geographies(dossier, "") if told else {}
    return {id: rings_of(panel, lands[panel.outcome.geography]) for id, panel in told.items()}


def _treats(panel: Panel) -> bool:
    return not set(panel.outcome.treated).isdisjoint(panel.table["place"].unique().to_pylist())


def _geographies(dossier: Dossier, only: str) -> dict[str, Geography]:
    """The polygons and H3 cells that outcomes with data name, each read once."""
    files = {file.name: file for file in dossier.data}
    plans = [plan for plan in dossier.mission.outcomes if plan.file and only in ("", plan.id)]
    return {name: read_geography(name, files) for name in sorted({plan.geography for plan in plans} - {""})}
