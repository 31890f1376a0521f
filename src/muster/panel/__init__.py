"""Place by period tables, written once on Ibis, and the one door from them to arrays."""

from muster.panel.building import build
from muster.panel.doses import dose
from muster.panel.engines import ENGINES, Engine, Progress
from muster.panel.export import to_csv
from muster.panel.geography import Geography, read_geography
from muster.panel.ledgerdose import ledger_dose
from muster.panel.planned import all_rings, doses, panels, rings
from muster.panel.suppression import suppressed
from muster.panel.values import PANEL, Arrays, DosePanel, Panel, arrays

__all__ = [
    "ENGINES",
    "PANEL",
    "Arrays",
    "DosePanel",
    "Engine",
    "Geography",
    "Panel",
    "Progress",
    "all_rings",
    "arrays",
    "build",
    "dose",
    "doses",
    "ledger_dose",
    "panels",
    "read_geography",
    "rings",
    "suppressed",
    "to_csv",
]
