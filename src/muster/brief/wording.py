"""Numbers, ranges and dates as words; the same value always reads the same."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlsplit

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGNS = {"USD": "US$", "CAD": "C$", "EUR": "€", "GBP": "£"}
SCALES = ((1e9, "billion"), (1e6, "million"))
SOURCE_CLASSES = {
    "primary_official": "official source",
    "originating_outlet": "outlet that reported it first",
    "think_tank": "think tank",
    "republished": "copy of another outlet's report",
    "encyclopedia": "encyclopedia",
}
WEAK = frozenset({"republished", "encyclopedia", "weak"})


def number(value: float) -> str:
    """``1000`` -> ``1,000``; ``113000000`` -> ``113 million``; at most two decimals."""
    for size, name in SCALES:
        if abs(value) >= size:
            return f"{plain(value / size)} {name}"
    return plain(value)


def plain(value: float) -> str:
    """Thousands separators and at most two decimals: ``1234.5`` -> ``1,234.5``."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text.replace("-", "−")


def three(value: float) -> str:
    """Three digits that count: ``1234.5`` -> ``1,230``, ``-0.01234`` -> ``−0.0123``; zero and what rounds to it is ``0``."""
    rounded = float(f"{value:.3g}")
    return number(rounded) if abs(rounded) >= 1 or not rounded else f"{rounded:.12f}".rstrip("0").replace("-", "−")


def amount(
    low: float | None, high: float | None, currency: str | None = None, *, rough: bool = False, exact: bool = False
) -> str:
    """A value or a range: ``about 1,000``, ``at least 5,000``, ``up to US$11 million``, ``200–400``, ``no number given``.

    ``exact`` writes every digit; otherwise millions and billions are rounded to two decimals.
    """
    if low is None and high is None:
        return "no number given"
    sign = SIGNS.get(currency, f"{currency} ") if currency else ""
    written = plain if exact else number
    if high is None:
        return f"at least {sign}{written(low or 0.0)}"
    if low is None:
        return f"up to {sign}{written(high)}"
    about = "about " if rough else ""
    return f"{about}{sign}{written(low) if low == high else span(written(low), written(high))}"


def span(first: str, last: str) -> str:
    """``200–400``, ``4–5 million``: the scale is said once where both ends share it."""
    scale = last.partition(" ")[2]
    return f"{first.removesuffix(f' {scale}') if scale else first}–{last}"


def unit(name: str | None) -> str:
    """The unit in a sentence: ``military_police`` -> ``military police``."""
    return (name or "").replace("_", " ")


def period(per: str) -> str:
    """What a rate is per, after its number: `` a year``; empty for a plain sum."""
    return f" {per}" if per else ""


def day(value: date | None) -> str:
    """``25 Jun 2024``; empty for none."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else ""


def days(start: date | None, end: date | None) -> str:
    """A span as shortly as it can be said: a whole year, quarter-like months, a month, a day, or both ends."""
    if start is None or end is None or start == end:
        return day(start or end)
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1] and start < end:
        return months(start, end)
    return f"{day(start)} – {day(end)}"


def months(start: date, end: date) -> str:
    """Whole months: ``2024``, ``Jan 2024``, ``Apr–Jun 2024``, ``Dec 2024 – Feb 2025``."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{MONTHS[start.month - 1]} {start.year}"
    if start.year != end.year:
        return f"{MONTHS[start.month - 1]} {start.year} – {MONTHS[end.month - 1]} {end.year}"
    whole = (start.month, end.month) == (1, 12)
    return str(start.year) if whole else f"{MONTHS[start.month - 1]}–{MONTHS[end.month - 1]} {start.year}"


def published(text: str) -> str:
    """A publication date known to the day, month or year: ``2024-06`` -> ``Jun 2024``."""
    parts = [int(part) for part in text.split("-")] if text else []
    if len(parts) == 3:
        return day(date(*parts))
    return f"{MONTHS[parts[1] - 1]} {parts[0]}" if len(parts) == 2 else text


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    each = list(words)
    return f" {last} ".join(part for part in (", ".join(each[:-1]), each[-1] if each else "") if part)


def counted(count: int, one: str, many: str = "") -> str:
    """``1 record``, ``12 records``, ``no records``."""
    return f"{plain(count) if count else 'no'} {one if count == 1 else many or one + 's'}"


def first_large(words: str) -> str:
    """The first letter large, the rest as it is."""
    return words[:1].upper() + words[1:]


def host(address: str) -> str:
    """The publisher's name as its address gives it: ``www.`` dropped, empty for what is no web address."""
    return (urlsplit(address).hostname or "").removeprefix("www.") if is_web(address) else ""


def is_web(address: str) -> bool:
    """Whether an address may become a link: http or https with a host, nothing else."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def reference(id: str) -> str:
    """An id short enough to stand behind a number on paper; still found by its beginning in ``ledger.csv``."""
    stem, dash, rest = id.partition("-")
    return id if len(id) <= 10 else f"{stem[:6]}…{dash}{rest}" if dash else f"{id[:9]}…"


def unique(words: Sequence[str]) -> tuple[str, ...]:
    """The words once each, in their order, without empty ones."""
    return tuple(dict.fromkeys(word for word in words if word))
