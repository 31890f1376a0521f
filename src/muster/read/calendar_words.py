"""What words for days, months and years mean, as an interval of days."""

import re
from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
COUNT_NAMES = "one two three four five six seven eight nine ten eleven twelve"
MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: place for place, name in enumerate(MONTH_NAMES.split(), 1)}
YEAR = r"(?:1[5-9]|20)\d\d"
MONTH = (
    r"(?-i:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DAYS = DAY_NAMES.split()
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
COUNTS = {word: place for place, word in enumerate(COUNT_NAMES.split(), 1)} | {"a": 1, "an": 1}
COUNT = rf"(?:{'|'.join(COUNTS)}|\d{{1,3}})"
UNIT = r"(?:days?|weeks?|months?|years?)"
FEW = r"(?:(?:a\s|the\s)?few|several|some|a\scouple\sof)"
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
SEASON = "spring|summer|autumn|fall|winter"
LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
EDGES = {"early": (1, 10), "mid": (11, 20), "late": (20, 31)}
YEAR_EDGES = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
PARTS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}
FEWEST, MOST = 2, 7  # what "a few" and "several" stand for

Days = tuple[date | None, date | None]
OPEN: Days = (None, None)


class Context(Struct, frozen=True):
    """What an expression is resolved against: the day of publication (``None``: unknown), and whether it is still to come."""

    published: date | None
    ahead: bool = False
    link: tuple[str, ...] = ()


def months_of(year: int, month: int, until: int | None = None) -> tuple[date, date]:
    """From the first day of a month to the last of the same or another; a smaller one lies in the next year."""
    last = month if until is None else until
    ends = year + (last < month)
    return date(year, month, 1), date(ends, last, monthrange(ends, last)[1])


def _nearest(month: int, context: Context, step: int = 0) -> int | None:
    """The year of a bare month: the latest that has begun, or the next in the future tense."""
    day = context.published
    if day is None:
        return None
    if context.ahead and step == 0 and context.link[:1] != ("since",):
        return day.year + (month < day.month)
    return day.year - (month > day.month or (step < 0 and month == day.month))


def _year_of(match: re.Match[str], context: Context) -> int | None:
    """The year written beside a month: "2024", "this year", "of last year"."""
    if match["year"]:
        return int(match["year"])
    if match["of"] and context.published:
        return context.published.year + {"last": -1, "next": 1}.get(match["of"].lower(), 0)
    return None


def named_day(match: re.Match[str], context: Context) -> Days | None:
    """A day of a month."""
    month, day = MONTHS[match["month"][:3].lower()], int(match["day"])
    year = _year_of(match, context)
    if year is not None:
        return (date(year, month, day),) * 2
    if context.published is None:
        return None
    found = date(context.published.year, month, day)
    if found > context.published and not context.ahead and (found - context.published).days > 60:
        found = date(context.published.year - 1, month, day)
    return found, found


def named_month(match: re.Match[str], context: Context) -> Days | None:
    """A month, or its early, middle or late days."""
    if not (match["year"] or match["of"] or match["edge"] or match["relative"] or context.link):
        return None  # "May" and "March" are words too
    month = MONTHS[match["month"][:3].lower()]
    last = (match["relative"] or "").lower() in {"last", "past"}
    year = _year_of(match, context)
    year = _nearest(month, context, -1 if last else 0) if year is None else year
    if year is None:
        return None
    low, high = months_of(year, month)
    if match["edge"]:
        first, final = EDGES[match["edge"].lower()]
        low, high = low.replace(day=first), low.replace(day=min(final, high.day))
    return low, high


def iso_day(match: re.Match[str], _: Context) -> Days:
    """A day in figures."""
    return (date(int(match["year"]), int(match["month"]), int(match["day"])),) * 2


def weekday(match: re.Match[str], context: Context) -> Days | None:
    """The latest such day, the report's own included, or the next."""
    if context.published is None:
        return None
    relative = (match["relative"] or "").lower()
    gap = (context.published.weekday() - DAYS.index(match["day"].lower())) % 7
    if context.ahead or relative == "next":
        return (context.published + timedelta(days=-gap % 7),) * 2
    return (context.published - timedelta(days=gap or 7 * (relative == "last")),) * 2


def weekend(match: re.Match[str], context: Context) -> Days | None:
    """Saturday and Sunday."""
    if context.published is None:
        return None
    relative = (match["relative"] or "").lower()
    coming = context.ahead or relative == "next" or context.published.weekday() >= DAYS.index("saturday")
    saturday = context.published + timedelta(days=5 - context.published.weekday() - 7 * (not coming))
    return saturday, saturday + timedelta(days=1)


def near_day(match: re.Match[str], context: Context) -> Days | None:
    """Today and the days beside it."""
    if context.published is None:
        return None
    word = match["word"].lower()
    day = context.published + timedelta(days={"yesterday": -1, "overnight": -1, "tomorrow": 1}.get(word, 0))
    return day, context.published if word == "overnight" else day


def period(match: re.Match[str], context: Context) -> Days | None:
    """This, last or next week, month or year; "earlier" ends it on the day of publication, "later" begins it there."""
    day = context.published
    if day is None or (match["relative"].lower() == "the" and "end" not in context.link):
        return None
    shift = {"last": -1, "past": -1, "next": 1}.get(match["relative"].lower(), 0)
    low, high = _calendar(day, match["unit"].lower(), shift)
    part = (match["part"] or "").lower()
    if "middle" in part:
        return months_of(low.year, 6, 7)
    if part in YEAR_EDGES:
        return months_of(low.year, *YEAR_EDGES[part]) if match["unit"].lower() == "year" else _edge(part, low, high)
    return (low, min(high, day)) if part in {"earlier", "so far"} else (max(low, day), high) if part == "later" else (low, high)


def _edge(part: str, low: date, high: date) -> Days:
    """Early, mid or late in a week or month: a third of it."""
    third = (high - low) / 3
    place = list(EDGES).index(part)
    return low + place * third, low + (place + 1) * third


def _calendar(day: date, unit: str, shift: int) -> tuple[date, date]:
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * shift)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        years, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
        return months_of(years, month + 1)
    return date(day.year + shift, 1, 1), date(day.year + shift, 12, 31)


def ago(match: re.Match[str], context: Context) -> Days | None:
    """A count of days, weeks, months or years back."""
    return None if context.published is None else (context.published - _length(match),) * 2


def some_ago(match: re.Match[str], context: Context) -> Days | None:
    """A few of them back."""
    if context.published is None:
        return None
    unit = LENGTHS[match["unit"].lower().rstrip("s")]
    return context.published - timedelta(days=MOST * unit), context.published - timedelta(days=FEWEST * unit)


def coming(match: re.Match[str], context: Context) -> Days | None:
    """From the report on."""
    return None if context.published is None else (context.published, context.published + _length(match))


def in_time(match: re.Match[str], context: Context) -> Days | None:
    """The same, where the verb looks ahead."""
    return coming(match, context) if context.ahead else None  # "in two weeks of fighting"


def past(match: re.Match[str], context: Context) -> Days | None:
    """Up to the report."""
    return None if context.published is None else (context.published - _length(match), context.published)


def _length(match: re.Match[str]) -> timedelta:
    named = match.groupdict()
    unit = named["unit"].lower()
    word = (named.get("count") or ("one" if unit in LENGTHS else "")).lower()
    count = COUNTS.get(word) or int(word or {"day": 7, "week": 4, "month": 6}.get(unit.rstrip("s"), 1))
    return timedelta(days=count * LENGTHS[unit.rstrip("s")])


def season(match: re.Match[str], context: Context) -> Days | None:
    """The months of a season in the north."""
    first, final = SEASONS[match["season"].lower()]
    if match["year"]:
        return months_of(int(match["year"]), first, final)
    if context.published is None:
        return None
    relative = (match["relative"] or "").lower()
    year = context.published.year
    begins, ends = months_of(year, first, final)
    if relative == "last" and ends >= context.published:
        year -= 1
    elif relative == "next" and begins <= context.published:
        year += 1
    return months_of(year, first, final)


def years(match: re.Match[str], context: Context) -> Days | None:
    """A year, part of it, or several."""
    if not (match["final"] or match["edge"] or context.link):
        return None  # "2000 troops"
    first = int(match["first"])
    if match["edge"]:
        return months_of(first, *YEAR_EDGES[match["edge"].lower()])
    return date(first, 1, 1), date(int(match["final"] or first), 12, 31)


def part_of_year(match: re.Match[str], context: Context) -> Days | None:
    """A half or a quarter of a year."""
    year = int(match["year"]) if match["year"] else context.published.year if context.published else None
    if year is None:
        return None
    length = 6 if match["unit"].lower() == "half" else 3
    place = PARTS[match["part"].lower()] % (12 // length)
    return months_of(year, place * length + 1, (place + 1) * length)


def fiscal(match: re.Match[str], _: Context) -> Days:
    """One number is the American fiscal year, from October before; two are a year from July, as in East Africa."""
    first = int(match["first"])
    return (date(first, 7, 1), date(first + 1, 6, 30)) if match["final"] else (date(first - 1, 10, 1), date(first, 9, 30))


def until_now(_: re.Match[str], context: Context) -> Days:
    """Some day before the report."""
    return None, context.published
