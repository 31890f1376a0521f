"""Place by period tables, written once on Ibis, and the one door from them to arrays."""

from muster.panel.building import build
from muster.panel.engines import ENGINES
from muster.panel.export import to_csv
from muster.panel.geography import Geography, read_geography, rings_of
from muster.panel.values import PANEL, Arrays, Panel, arrays

__all__ = ["ENGINES", "PANEL", "Arrays", "Geography", "Panel", "arrays", "build", "read_geography", "rings_of", "to_csv"]
