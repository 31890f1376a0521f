"""Place by period tables, written once on Ibis, and the one door from them to arrays."""

from muster.panel.building import build
from muster.panel.engines import ENGINES, Engine, Progress
from muster.panel.export import to_csv
from muster.panel.values import PANEL, Arrays, Panel, arrays

__all__ = ["ENGINES", "PANEL", "Arrays", "Engine", "Panel", "Progress", "arrays", "build", "to_csv"]
