"""Units that count the same thing."""

from muster.records import Commitment

PEOPLE = frozenset(
    {
        *("personnel", "people", "persons", "members", "staff", "mixed", "uniformed", "uniformed personnel"),
        *("police", "police officers", "police personnel", "officers", "policemen", "gendarmes", "police gendarmes"),
        *("military police", "military police officers", "military", "military personnel", "marines"),
        *("troops", "soldiers", "peacekeepers", "forces", "trainers", "advisers", "advisors", "medics"),
    }
)


def spoken(word: str) -> str:
    """A unit or another word of a vocabulary as it is said: ``MRAP_vehicles`` -> ``MRAP vehicles``."""
    return word.replace("_", " ").strip()


def is_people(unit: str) -> bool:
    """Whether a unit counts people, of whatever service."""
    return spoken(unit).lower() in PEOPLE


def unit_class(record: Commitment) -> str | None:
    """The unit within which amounts may be added: ``personnel`` for people, every other unit by itself, null for money."""
    if record.unit is None:
        return "personnel" if record.kind == "personnel" and record.currency is None else None
    return "personnel" if is_people(record.unit) else spoken(record.unit)
