"""What a person adds to a ledger: decisions and preferences. Each is a new line, checked against the ledger as it is then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from muster.errors import LedgerError
from muster.ledger.known import known
from muster.ledger.lines import Entry
from muster.ledger.store import Ledger
from muster.records import Preference


@dataclass(frozen=True)
class Reviewer:
    """Who decides and on which day."""

    name: str
    today: date


def prefer(
    store: Ledger, records: Sequence[str], who: Reviewer, *, stands: bool = True, note: str = ""
) -> tuple[Preference, ...]:
    """Say of records that each is the reading to take in its disagreements, or with ``stands`` false take that back.

    Raises:
        LedgerError: a record is not there or rejected, no preference for it stands, or the ledger cannot be written.
    """

    def lines(entries: tuple[Entry, ...]) -> list[Preference]:
        now = known(entries)
        cited = [record for held in (now.accepted, now.proposed, now.statements, now.precedents) for record in held]
        preferred = [preference.record for preference in now.preferences]
        for name in records:
            if stands and name not in {record.id for record in cited}:
                expected = "the id of a commitment, statement or precedent that is there and not rejected"
                raise LedgerError(f"no record {name!r} to prefer", where=str(store.path), expected=expected)
            if not stands and name not in preferred:
                expected = f"one of {', '.join(preferred)}" if preferred else "none: no preference stands"
                raise LedgerError(f"no preference for {name!r}", where=str(store.path), expected=expected)
        names = fresh("P", entries)
        return [
            Preference(id=next(names), record=name, by=who.name, on=who.today, stands=stands, note=note)
            for name in dict.fromkeys(records)
        ]

    added = store.append_from(lines)
    return tuple(entry.record for entry in added if isinstance(entry.record, Preference))


def fresh(letter: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Ids that are not taken: the letter and the number of the line that is to come."""
    taken = {entry.record.id for entry in entries}
    return (name for number in count(len(entries) + 1) if (name := f"{letter}{number:05d}") not in taken)
