"""Published numbers beside ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from muster.errors import MusterError
from muster.verify.panels import Absent, checked_folder, load
from muster.verify.published import PUBLISHED, Published

Verdict = Literal["agrees", "off", "skipped"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published number beside ours.

    Attributes:
        panel, what, part: what it is the number of; ``part`` tells the numbers of one table apart.
        theirs: as published; ``shown`` the same in words.
        ours: null where it could not be computed.
        tolerance: the largest difference that counts as agreement.
        verdict: ``skipped`` where the panel is not on this computer, which is neither agreement nor fault.
        reason: why it was skipped, or could not be computed.
        citation, note: who published it, and what to know about it.
    """

    panel: str
    what: str
    part: str
    theirs: float
    shown: str
    ours: float | None
    tolerance: float
    verdict: Verdict
    reason: str
    citation: str
    note: str


def compare(folder: Path | None = None, rows: Sequence[Published] = PUBLISHED) -> Iterator[Comparison]:
    """Derive every published number again, in order; one panel is loaded once for its rows.

    Args:
        folder: where panels are that no installed package carries; none is looked for if None.

    Raises:
        MusterError: no such folder, or a panel that is there and cannot be used.
    """
    held, panels = checked_folder(folder), dict[str, object]()
    for row in rows:
        if row.panel not in panels:
            panels[row.panel] = load(row.panel, held)
        yield from compared(row, panels[row.panel])


def compared(row: Published, panel: object) -> Iterator[Comparison]:
    """The numbers of one row."""
    if isinstance(panel, Absent):
        yield from (made(row, label, None, panel.reason) for label in row.theirs)
        return
    try:
        ours = row.ours(panel)
    except MusterError as error:
        yield from (made(row, label, None, f"cannot be computed: {error}", "off") for label in row.theirs)
        return
    yield from (made(row, label, float(ours[label])) for label in row.theirs)


def made(row: Published, label: str, ours: float | None, reason: str = "", verdict: Verdict = "skipped") -> Comparison:
    """One comparison; a number of ours decides the verdict, and one that is not finite never agrees."""
    theirs = row.theirs[label]
    if ours is not None:
        verdict = "agrees" if abs(ours - theirs) <= row.tolerance else "off"
    return Comparison(
        panel=row.panel,
        what=row.what,
        part=label,
        theirs=theirs,
        shown=row.shown or f"{theirs:g}",
        ours=ours,
        tolerance=row.tolerance,
        verdict=verdict,
        reason=reason,
        citation=row.citation,
        note=row.note,
    )
