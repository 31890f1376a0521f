"""Muster tells from open evidence whether an international security mission was really sent and whether it helped."""

from muster._version import __version__
from muster.errors import (
    ChainError,
    DataError,
    DossierError,
    EstimateError,
    LedgerError,
    MusterError,
    PanelError,
    ReportError,
)
from muster.records import (
    Check,
    Citation,
    Commitment,
    DataFile,
    Decision,
    Disagreement,
    Finding,
    Mission,
    Outcome,
    Precedent,
    Report,
    Start,
    Statement,
)

__all__ = [
    "ChainError",
    "Check",
    "Citation",
    "Commitment",
    "DataError",
    "DataFile",
    "Decision",
    "Disagreement",
    "DossierError",
    "EstimateError",
    "Finding",
    "LedgerError",
    "Mission",
    "MusterError",
    "Outcome",
    "PanelError",
    "Precedent",
    "Report",
    "ReportError",
    "Start",
    "Statement",
    "__version__",
]
