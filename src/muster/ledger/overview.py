"""What a ledger holds on a date, in numbers and cells: the same for a small ledger and, fast, for a large one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from muster.ledger.known import known
from muster.ledger.presence import strengths
from muster.ledger.state import Cell
from muster.ledger.store import Ledger


@dataclass(frozen=True)
class Overview:
    """What had been published by ``as_of`` (None: everything), and its state on the day ``on`` (None: after the last record).

    ``accepted`` and ``proposed`` count commitments. ``latest`` is the last publication date, as precise as it came.
    ``cells`` of a large ledger are made as they are asked for, without ``left_out``. ``problems`` are what
    :meth:`muster.ledger.store.Ledger.verify` says of a ledger that can be read all the same.
    """

    as_of: date | None
    on: date | None
    accepted: int
    proposed: int
    latest: str
    cells: Sequence[Cell]
    problems: tuple[str, ...] = ()


def overview(ledger: Ledger, as_of: date | None = None, on: date | None = None) -> Overview:
    """Two times, both asked for: what was known by ``as_of``, of the day ``on``.

    Raises:
        ChainError, LedgerError: as :meth:`muster.ledger.store.Ledger.entries`.
    """
    found = ledger.contents()
    if found.survey is not None:
        from muster.ledger.columns import Columns
        from muster.ledger.scan import Cells, seen

        columns = Columns(found.survey.table())
        known_then = seen(columns, as_of)
        cells = Cells(columns, known_then.rows, on)
        return Overview(as_of, on, len(known_then.rows), known_then.proposed, known_then.latest, cells, found.problems)
    record = known(found.entries, as_of)
    cells_now = strengths(record.accepted, on)
    return Overview(as_of, on, len(record.accepted), len(record.proposed), record.latest, cells_now, found.problems)
