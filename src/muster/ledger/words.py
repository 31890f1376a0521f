"""A disagreement in one plain sentence, composed from the records that make it."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

from muster.ledger.units import is_people, spoken
from muster.records import Commitment, Precedent, Statement

Member = Commitment | Statement | Precedent

# Not calendar.month_name: that follows the reader's locale, and the same ledger must give the same bytes everywhere.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
BASES = {"total": "in all", "increment": "more", "part": "as a part"}
FACETS = ("actor", "amount", "unit", "basis", "kind", "stage", "scope", "date")
SILENT = frozenset({"basis", "scope"})  # who says nothing here says nothing else either


def sentence(members: Sequence[Member]) -> str:
    """Who or what the sources agree on, then what each gives, with the ids of its records.

    ``Kenya, deployed, 25 June 2024: sources give 200 (F052, F053) or 400 (F054).`` The order of ``members`` does not matter.
    """
    told = _told(members)
    common = _common(list(told.values()))
    options: dict[str, list[Member]] = {}
    for member in sorted(members, key=_order):
        options.setdefault(_option(told[member.id], common), []).append(member)
    head = _head(common)
    head = head[:1].upper() + head[1:]
    each = [f"{text} ({', '.join(sorted(member.id for member in group))})" for text, group in options.items()]
    return f"{head}: sources give {_listed(each)}." if head else f"Sources give {_listed(each)}."


def all_the_same(members: Sequence[Member]) -> bool:
    """Whether no source says anything that another does not."""
    told = list(_told(members).values())
    return all(facets == told[0] for facets in told)


def told(member: Member) -> str:
    """What one source says, without its date and scope: ``Kenya, deployed, 200 police officers more``."""
    return _option(_facets(member, {}) | {"date": "", "scope": ""}, {})


def _told(members: Sequence[Member]) -> dict[str, dict[str, str]]:
    """What each member says, facet by facet; in the sources' own words where ours make all look the same."""
    told = {member.id: _facets(member, {}) for member in members}
    if len({tuple(facets.values()) for facets in told.values()}) > 1:
        return told
    originals = [member.original if isinstance(member, Commitment) else {} for member in members]
    shared = set[str]().union(*originals).intersection(*originals)
    words = [{name: original[name] for name in shared} for original in originals]
    return {member.id: _facets(member, original) for member, original in zip(members, words, strict=True)}


def _common(told: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The facets in which no two members differ."""
    values = {name: {facets[name] for facets in told} for name in FACETS}
    kept = {name: words - {""} if name in SILENT else words for name, words in values.items()}
    return {name: next(iter(words), "") for name, words in kept.items() if len(words) < 2}


def _facets(member: Member, original: Mapping[str, str]) -> dict[str, str]:
    """One member's words for every facet, empty where it says nothing."""
    words = dict.fromkeys(FACETS, "") | {"date": dates(member.date_from, member.date_to)}
    if isinstance(member, Precedent):
        return words | {"amount": member.title}
    if isinstance(member, Statement):
        said = f"{member.verb}: {member.content}" if member.verb else member.content
        return words | {"actor": " and ".join(member.speakers), "amount": said.rstrip(".")}
    return words | {
        "actor": givers(member.actor),
        "amount": amount(member),
        "unit": spoken(original.get("unit", member.unit)) if member.unit and _has_amount(member) else "",
        "basis": BASES.get(member.basis or "", "") if "basis" not in original else spoken(original["basis"]),
        "kind": "in equipment" if member.kind == "equipment" and member.currency else "",
        "stage": spoken(original.get("stage", member.stage)),
        "scope": spoken(original.get("scope", member.scope)),
    }


def _head(common: Mapping[str, str]) -> str:
    """What all agree on. Without a unit people are meant; a basis or a scope that all share goes without saying."""
    shared = {name: text for name, text in common.items() if text and name not in {"basis", "scope"}}
    unit = shared.pop("unit", "")
    if "amount" in shared and shared["amount"] != "no amount":
        shared["amount"] = f"{shared['amount']} {unit}".rstrip()
    elif unit and not is_people(unit):
        shared["amount"] = unit
    else:
        shared.pop("amount", "")
    return ", ".join(shared[name] for name in FACETS if name in shared)


def _option(facets: Mapping[str, str], common: Mapping[str, str]) -> str:
    """What one source gives, apart from what all share."""
    own = {name: facets[name] for name in FACETS if name not in common and facets[name]}
    if "scope" in own:
        own["scope"] = f"for {own['scope']}"
    counted = " ".join(own.pop(name) for name in ("amount", "unit", "basis") if name in own)
    return ", ".join(part for part in (own.pop("actor", ""), counted, *own.values()) if part) or "the same"


def _order(member: Member) -> tuple[date, float, str]:
    """Options run by date, then by size."""
    low = (
        (member.amount_low if member.amount_low is not None else member.amount_high) if isinstance(member, Commitment) else None
    )
    return (member.date_to or member.date_from or date.max, low if low is not None else float("inf"), member.id)


def _listed(texts: Sequence[str], last: str = "or") -> str:
    """``a, b or c``; with semicolons where an option holds commas of its own."""
    join = "; " if any(", " in text.rpartition(" (")[0] for text in texts) else ", "
    return f" {last} ".join(part for part in (join.join(texts[:-1]), texts[-1]) if part)


def givers(actor: str) -> str:
    """An actor's name, or joint givers as they are said: ``Kenya and Jamaica``."""
    return _listed([giver.strip() for giver in actor.split(";")], "and")


def amount(record: Commitment) -> str:
    """``USD 100 million``, ``at least 5,000``, ``1,000 to 2,000``, ``no amount``; and the period of money."""
    if not _has_amount(record):
        return "no amount"
    money = record.currency or ""
    per = record.original.get("unit", "").partition(f"{money}_")[2] if money else ""
    return f"{between(record.amount_low, record.amount_high, money)} {spoken(per)}".rstrip()


def between(low: float | None, high: float | None, currency: str | None = None) -> str:
    """An interval in words: ``at least 5,000``, ``at most USD 100 million``, ``1,000 to 2,000``; empty where both are open."""
    prefix = f"{currency} " if currency else ""
    ends = [f"{prefix}{_number(end, bool(currency))}" for end in (low, high) if end is not None]
    bound = "" if not ends else "at least " if high is None else "at most " if low is None else ""
    return f"{bound}{' to '.join(dict.fromkeys(ends))}"


def _has_amount(record: Commitment) -> bool:
    return record.amount_low is not None or record.amount_high is not None


def _number(value: float, is_money: bool) -> str:
    """Thousands separated; money in millions or billions where two decimals hold it exactly."""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        short = round(value / size, 2)
        if is_money and value >= size and round(short * size, 2) == value:
            return f"{_plain(short)} {name}"
    return _plain(value)


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def dates(first: date | None, last: date | None) -> str:
    """``25 June 2024``, ``June 2024``, ``2024``, ``by 25 June 2024``, ``24 June 2024 to 30 June 2024``; empty for none."""
    if first and last and first != last:
        if first.day == 1 and last.day == monthrange(last.year, last.month)[1] and first.year == last.year:
            if (first.month, last.month) == (1, 12):
                return str(first.year)
            if first.month == last.month:
                return f"{MONTHS[first.month - 1]} {first.year}"
        return f"{_day(first)} to {_day(last)}"
    if last:
        return _day(last) if first else f"by {_day(last)}"
    return f"from {_day(first)}" if first else ""


def _day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
