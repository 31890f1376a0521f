"""Place by period tables, written once on Ibis, and the one door from them to arrays."""

from muster.panel.building import build
from muster.panel.doses import dose
from muster.panel.engines import ENGINES
from muster.panel.export import to_csv
from muster.panel.geography import Geography, read_geography, rings_of
from muster.panel.ledgerdose import ledger_dose
from muster.panel.values import PANEL, Arrays, DosePanel, Panel, arrays

__all__ = [
    "ENGINES",
    "PANEL",
    "Arrays",
    "DosePanel",
    "Geography",
    "Panel",
    "arrays",
    "build",
    "dose",
    "ledger_dose",
    "read_geography",
    "rings_of",
    "to_csv",
]
