"""The frozen values that cross stages; the words are those of the design and mean one thing each.

Every record is checked when it is decoded, never later. Dates are ISO dates; a publication date may be known to the month
or the year only and is then kept as it came (``2024-06``), see :func:`known_from`.
"""

from muster.records.base import (
    PUBLISHED,
    Amount,
    Basis,
    Better,
    Change,
    Currency,
    DisagreementKind,
    Domain,
    Kind,
    Published,
    Record,
    Stage,
    Status,
    Verdict,
    known_from,
)
from muster.records.entries import (
    Citation,
    Commitment,
    Decision,
    Disagreement,
    LedgerRecord,
    Precedent,
    Preference,
    Report,
    Statement,
)
from muster.records.findings import Check, Finding
from muster.records.plan import Blocks, DataFile, Dose, Mission, Outcome, Period, Spending, Start, Watch

__all__ = [
    "PUBLISHED",
    "Amount",
    "Basis",
    "Better",
    "Blocks",
    "Change",
    "Check",
    "Citation",
    "Commitment",
    "Currency",
    "DataFile",
    "Decision",
    "Disagreement",
    "DisagreementKind",
    "Domain",
    "Dose",
    "Finding",
    "Kind",
    "LedgerRecord",
    "Mission",
    "Outcome",
    "Period",
    "Precedent",
    "Preference",
    "Published",
    "Record",
    "Report",
    "Spending",
    "Stage",
    "Start",
    "Statement",
    "Status",
    "Verdict",
    "Watch",
    "known_from",
]
