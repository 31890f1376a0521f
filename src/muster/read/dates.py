"""Date expressions in a sentence, resolved against the day of publication to an interval of days."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
COUNT_NAMES = "one two three four five six seven eight nine ten eleven twelve"
MONTHS = {name: place for place, name in enumerate(MONTH_NAMES.split(), 1)}
YEAR = r"(?:1[5-9]|20)\d\d"
MONTH = (
    r"(?-i:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DAYS = DAY_NAMES.split()
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
COUNTS = {word: place for place, word in enumerate(COUNT_NAMES.split(), 1)} | {"a": 1}
COUNT = rf"(?:{'|'.join(COUNTS)}|\d{{1,3}})"
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
EDGES = {"early": (1, 10), "mid": (11, 20), "late": (20, 31)}

Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression at ``start:end`` of its sentence and the days it means, ``None`` where open."""

    start: int
    end: int
    low: date | None
    high: date | None


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is resolved against: the day of publication (``None``: unknown), and whether it is still to come."""

    published: date | None
    ahead: bool = False
    link: tuple[str, ...] = ()


Rule = tuple[str, Callable[[re.Match[str], Context], Days | None]]


def dates(sentence: str, published: date | None, ahead: Callable[[int], bool] = lambda _: False) -> list[Dated]:
    """The date expressions of a sentence in order; relative ones only where the day of publication is known.

    Args:
        sentence: the sentence; offsets refer to it.
        published: the day on which it was published.
        ahead: tells for an offset whether the verb there speaks of what is still to come.
    """
    found = (_resolve(match, published, ahead(match.start())) for match in EXPRESSION.finditer(sentence))
    return [dated for dated in found if dated]


def _resolve(match: re.Match[str], published: date | None, ahead: bool) -> Dated | None:
    name = next(name for name, text in match.groupdict().items() if text and name.startswith("rule"))
    link = tuple((match["link"] or "").lower().split())
    context = Context(published, ahead or link[:1] in {("by",), ("until",), ("till",)}, link)
    pattern, rule = COMPILED[int(name[4:])]
    inner = pattern.fullmatch(match[name])
    try:
        days = rule(inner, context) if inner else None
    except (ValueError, OverflowError):  # 31 June, a year 0: written like a date, but no day of the calendar
        return None
    days = _bounded(link, days, published) if days else None
    return Dated(match.start(), match.end(), *days) if days and days != (None, None) else None


def _bounded(link: tuple[str, ...], days: Days, published: date | None) -> Days:
    """The interval that a preposition makes of a date: "by June", "since February", "by the end of the year"."""
    low, high = days
    if not link:
        return days
    if link[0] in {"by", "until", "till", "before"} and high:
        exact = link == ("by",) and low and high and (high - low).days in range(2, 12)  # "by mid-December": the ten days meant
        return days if exact else (published if published and published <= high else None, high)
    if "end" in link and high:
        return high - timedelta(days=10), high
    if link[0] == "since" and low:
        return low, published if published and published >= low else None
    return days


def _month_of(year: int, month: int, until: int | None = None) -> Days:
    until = until or month
    return date(year, month, 1), date(year + (until < month), until, monthrange(year + (until < month), until)[1])


def _nearest(month: int, context: Context, step: int = 0) -> int | None:
    """The year of a bare month: the latest that has begun, or the next in the future tense."""
    day = context.published
    if day is None:
        return None
    if context.ahead and step == 0 and context.link[:1] != ("since",):
        return day.year + (month < day.month)
    return day.year - (month > day.month or (step < 0 and month == day.month))


def _named_day(match: re.Match[str], context: Context) -> Days | None:
    month, day = MONTHS[match["month"][:3].lower()], int(match["day"])
    if match["year"]:
        return (date(int(match["year"]), month, day),) * 2
    if context.published is None:
        return None
    found = date(context.published.year, month, day)
    if found > context.published and not context.ahead and (found - context.published).days > 60:
        found = date(context.published.year - 1, month, day)
    return found, found


def _named_month(match: re.Match[str], context: Context) -> Days | None:
    if not (match["year"] or match["edge"] or match["relative"] or context.link):
        return None  # "May" and "March" are words too
    month = MONTHS[match["month"][:3].lower()]
    last = (match["relative"] or "").lower() in {"last", "past"}
    year = int(match["year"]) if match["year"] else _nearest(month, context, -1 if last else 0)
    if year is None:
        return None
    low, high = _month_of(year, month)
    if match["edge"] and low and high:
        first, final = EDGES[match["edge"].lower()]
        low, high = low.replace(day=first), low.replace(day=min(final, high.day))
    return low, high


def _iso(match: re.Match[str], _: Context) -> Days:
    return (date(int(match["year"]), int(match["month"]), int(match["day"])),) * 2


def _weekday(match: re.Match[str], context: Context) -> Days | None:
    if context.published is None:
        return None
    gap = (context.published.weekday() - DAYS.index(match["day"].lower())) % 7
    ahead = context.ahead or (match["relative"] or "").lower() == "next"
    found = context.published + timedelta(days=-gap % 7) if ahead else context.published - timedelta(days=gap)
    return found, found


def _today(match: re.Match[str], context: Context) -> Days | None:
    shift = {"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0)
    return None if context.published is None else (context.published + timedelta(days=shift),) * 2


def _period(match: re.Match[str], context: Context) -> Days | None:
    """This, last or next week, month or year; "earlier" ends it on the day of publication, "later" begins it there."""
    day = context.published
    if day is None or (match["relative"].lower() == "the" and "end" not in context.link):
        return None
    shift = {"last": -1, "past": -1, "next": 1}.get(match["relative"].lower(), 0)
    low, high = _calendar(day, match["unit"].lower(), shift)
    part = (match["part"] or "").lower()
    if "middle" in part:
        return _month_of(low.year, 6, 7)
    return (low, min(high, day)) if part == "earlier" else (max(low, day), high) if part == "later" else (low, high)


def _calendar(day: date, unit: str, shift: int) -> tuple[date, date]:
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * shift)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        years, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
        return date(years, month + 1, 1), date(years, month + 1, monthrange(years, month + 1)[1])
    return date(day.year + shift, 1, 1), date(day.year + shift, 12, 31)


def _ago(match: re.Match[str], context: Context) -> Days | None:
    return None if context.published is None else (context.published - _length(match),) * 2


def _coming(match: re.Match[str], context: Context) -> Days | None:
    return None if context.published is None else (context.published, context.published + _length(match))


def _past(match: re.Match[str], context: Context) -> Days | None:
    return None if context.published is None else (context.published - _length(match), context.published)


def _length(match: re.Match[str]) -> timedelta:
    word = (match["count"] or ("one" if match["unit"].lower() in {"day", "week", "month", "year"} else "")).lower()
    count = COUNTS.get(word) or int(word or {"day": 7, "week": 4, "month": 6}.get(match["unit"].lower().rstrip("s"), 1))
    return timedelta(days=count * LENGTHS[match["unit"].lower().rstrip("s")])


def _season(match: re.Match[str], context: Context) -> Days | None:
    if context.published is None:
        return None
    first, final = SEASONS[match["season"].lower()]
    _, end = _month_of(context.published.year, first, final)
    return _month_of(context.published.year - (end is not None and end >= context.published), first, final)


def _years(match: re.Match[str], context: Context) -> Days | None:
    if not (match["final"] or context.link):
        return None  # "2000 troops"
    return date(int(match["first"]), 1, 1), date(int(match["final"] or match["first"]), 12, 31)


def _recent(_: re.Match[str], context: Context) -> Days:
    return None, context.published


# A rule's words and what they mean. The first rule that fits at a place is taken, so longer forms stand before shorter ones.
RULES: tuple[Rule, ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", _iso),
    (
        rf"(?:{DAY},?\s)?(?P<month>{MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]\d)\b(?:,?\s(?P<year>{YEAR})\b)?",
        _named_day,
    ),
    (rf"(?:{DAY},?\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month>{MONTH})\b(?:,?\s(?P<year>{YEAR})\b)?", _named_day),
    (
        rf"(?:(?P<relative>last|past)\s)?(?:(?P<edge>early|mid|late)[\s-])?(?P<month>{MONTH})\b(?:\s(?P<year>{YEAR})\b)?",
        _named_month,
    ),
    (rf"(?:(?P<relative>last|this|next)\s)?(?P<day>{DAY})\b", _weekday),
    (r"(?P<word>today|tonight|yesterday|tomorrow)\b", _today),
    (r"(?:(?P<part>earlier|later|the middle of)\s)?(?P<relative>this|last|next|the)\s(?P<unit>week|month|year)\b", _period),
    (rf"(?P<count>{COUNT})\s(?P<unit>days?|weeks?|months?|years?)\s(?:ago|earlier)\b", _ago),
    (rf"the\s(?:next|coming)\s(?:(?P<count>{COUNT})\s)?(?P<unit>days?|weeks?|months?|years?)\b", _coming),
    (rf"the\s(?:past|last)\s(?:(?P<count>{COUNT})\s)?(?P<unit>days?|weeks?|months?|years?)\b", _past),
    (r"last\s(?P<season>spring|summer|autumn|fall|winter)\b", _season),
    (r"(?:a|his|her|their)\srecent\s\w{1,20}|recently\b", _recent),
    (rf"(?P<first>{YEAR})(?:\s?[-–]\s?(?P<final>{YEAR}))?\b", _years),
)
LINK = r"in|on|at|by|until|till|since|from|before|after|during|over|(?:(?:by|until|at)\s)?the\send\sof|as\searly\sas"
COMPILED = tuple((re.compile(words, re.IGNORECASE), rule) for words, rule in RULES)
EXPRESSION = re.compile(
    rf"\b(?:(?P<link>{LINK})\s)?\b(?:"
    + "|".join(f"(?P<rule{place}>{re.sub(r'[?]P<[a-z]+>', '?:', words)})" for place, (words, _) in enumerate(RULES))
    + ")",
    re.IGNORECASE,
)
