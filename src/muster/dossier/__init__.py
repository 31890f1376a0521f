"""A dossier: a folder of plain text on disk, made for git, and the records it holds."""

from muster.dossier.filing import filed
from muster.dossier.folder import Dossier, load
from muster.dossier.plans import History, history, record_plan
from muster.dossier.store import create, store_report

__all__ = ["Dossier", "History", "create", "filed", "history", "load", "record_plan", "store_report"]
