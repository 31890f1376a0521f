"""Units that count the same thing."""

from muster.records import Commitment

# The last word of a unit says what is counted: "elite troops", "soldiers and police", but not "police vehicles".
PEOPLE = frozenset(
    {
        *("personnel", "people", "persons", "men", "women", "members", "staff", "mixed", "uniformed", "civilians", "experts"),
        *("police", "officers", "policemen", "gendarmes", "guards", "rangers", "military", "marines", "army", "paratroopers"),
        *("troops", "soldiers", "servicemen", "peacekeepers", "forces", "engineers", "medics", "specialists"),
        *("trainers", "instructors", "advisers", "advisors", "observers"),
    }
)


def spoken(word: str) -> str:
    """A unit or another word of a vocabulary as it is said: ``MRAP_vehicles`` -> ``MRAP vehicles``."""
    return word.replace("_", " ").strip()


def is_people(unit: str) -> bool:
    """Whether a unit counts people, of whatever service."""
    words = spoken(unit).lower().split()
    return bool(words) and words[-1] in PEOPLE


def unit_class(record: Commitment) -> str | None:
    """The unit within which amounts may be added: ``personnel`` for people, every other unit by itself, null for money."""
    if record.unit is None:
        return "personnel" if record.kind == "personnel" and record.currency is None else None
    return "personnel" if is_people(record.unit) else spoken(record.unit)
