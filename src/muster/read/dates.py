"""Date expressions in a sentence, resolved against the day of publication to an interval of days."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from muster.read.calendar_words import OPEN, Context, Days
from muster.read.date_rules import RULES
from muster.read.vocabulary import word_set

OPENED_BY = frozenset({"by", "until", "till", "before", "through"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression at ``start:end`` of its sentence and the days it means, ``None`` where open."""

    start: int
    end: int
    low: date | None
    high: date | None


def dates(sentence: str, published: date | None, ahead: Callable[[int], bool | None] = lambda _: None) -> list[Dated]:
    """The date expressions of a sentence in order; relative ones only where the day of publication is known.

    Args:
        sentence: the sentence; offsets refer to it.
        published: the day on which it was published.
        ahead: tells for an offset whether the verb there speaks of what is still to come; ``None``: it does not tell.
    """
    found: list[Dated] = []
    for match in EXPRESSION.finditer(sentence):
        dated = _resolve(match, published, ahead(match.start()))
        if dated and found and (joined := _joined(sentence, found[-1], dated)):
            found[-1] = joined
        elif dated:
            found.append(dated)
    return found


def _joined(sentence: str, first: Dated, second: Dated) -> Dated | None:
    """ "from June to August", "between 5 and 9 June": two dates that bound one interval."""
    opened = sentence[first.start : first.start + 8].lower()
    between = re.compile(r"\s?[-–]\s?|\sto\s|\s(?=until\s|till\s|through\s)|\sthrough\s")
    joins = between.fullmatch(sentence, first.end, second.start) if second.start - first.end <= 9 else None
    ranged = (opened.startswith("from") and joins) or (
        opened.startswith("between") and sentence[first.end : second.start] == " and "
    )
    if not ranged or not first.low or not second.high or first.low > second.high:
        return None
    return Dated(first.start, second.end, first.low, second.high)


def _resolve(match: re.Match[str], published: date | None, ahead: bool | None) -> Dated | None:
    name = next(name for name, text in match.groupdict().items() if text and name.startswith("rule"))
    if name == "rule_since":
        return Dated(match.start(), match.end(), None, published) if published else None
    link = tuple((match["link"] or "").lower().split())
    context = Context(published, ahead if ahead is not None else link[:1] in {("by",), ("until",), ("till",)}, link)
    pattern, rule = COMPILED[int(name[4:])]
    inner = pattern.fullmatch(match[name])
    try:
        days = rule(inner, context) if inner else None
    except (ValueError, OverflowError):  # 31 June, a year 0: written like a date, but no day of the calendar
        return None
    days = _bounded(link, days, published) if days else None
    return Dated(match.start(), match.end(), *days) if days and days != OPEN else None


def _bounded(link: tuple[str, ...], days: Days, published: date | None) -> Days:
    """The interval that a preposition makes of a date: "by June", "since February", "by the end of the year"."""
    low, high = days
    if not link:
        return days
    if link[0] in OPENED_BY and high:
        exact = link == ("by",) and low and high and (high - low).days in range(2, 12)  # "by mid-December": the ten days meant
        return days if exact else (published if published and published <= high else None, high)
    if link[0] == "since" and low:
        return low, published if published and published >= low else None
    if high and {"end", "beginning", "start"} & set(link):
        return (high - timedelta(days=10), high) if "end" in link else (low, low + timedelta(days=9)) if low else days
    return days


EDGE = r"(?:(?:by|until|at|before|since|from|in|towards?)\s)?the\s(?:very\s)?(?:end|beginning|start)\sof"
LINK = (
    rf"since(?:\s[^.;,\n]{{0,90}}?\s(?:in|on))?|since\s(?:the|last|early)|{EDGE}|in|on|at|by|until|till|through|from|before|after"
    r"|during|over|between|for|as\s(?:early|late|soon)\sas|as\sof"
)
SINCE_EVENT = r"since\s(?:the\s(?:beginning|start|outbreak|launch)\sof|then\b|taking\soffice\b)"
COMPILED = tuple((re.compile(rule.words, re.IGNORECASE), rule.meaning) for rule in RULES)
WHOLE = re.compile(
    rf"\b(?:(?P<link>{LINK})\s)?\b(?:"
    + "|".join(f"(?P<rule{place}>{re.sub(r'[?]P<[a-z]+>', '?:', rule.words)})" for place, rule in enumerate(RULES))
    + rf")|\b(?P<rule_since>{SINCE_EVENT})",
    re.IGNORECASE,
)
# Every expression holds one of these, and begins with one of those not far before it.
CORE = re.compile(
    r"\d{4}|[dD](?i:ay)|[wW](?i:eek|inter)|[mM](?i:onth|orrow)|[yY](?i:ear)|[nN](?i:ight)|[sSſ](?i:pring|ummer)|[aA](?i:utumn)|[fF](?i:all)"
    r"|[rR](?i:ecent)|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[sSſ](?i:ince\s(?=the\s|then|taking))"
)
SEEDS = word_set(  # a part of every core but a year, in lower case
    "day week nter nth morrow year ght spr summer autumn fall recent jan feb mar apr may jun jul aug sep oct nov dec nce"
)
YEAR_LONG = re.compile(r"\d{4}")
BEGINS = re.compile(
    r"\b(?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[sSſ](?i:ince|at|un|o\s|ix|eve|ome)"
    r"|[tT](?i:h|o|ue|ill|wo|en|welve)|[iIıİ](?i:n)|[oO](?i:n|ver)|[aA](?i:[tsn]?\s|fter)|[bB](?i:y|e)|[uU](?i:ntil)"
    r"|[fF](?i:rom|or|ew|ri|our|ive|y|iscal)|[dD](?i:uring|ay)|[lL](?i:ast|ate)|[pP](?i:ast)|[nN](?i:ext|ine)|[eE](?i:arl|ight|leven)"
    r"|[mM](?i:id|on)|[wW](?i:ithin|ed|eek)|[yY](?i:e)|[hH](?i:is|er)|[rR](?i:ecently))"
)
REACH, SINCE_REACH = (
    80,
    150,
)  # characters from the beginning of an expression to its core; "since the attack on the camp in May"


class Expressions:
    """Date expressions in a text: like the pattern ``WHOLE``, but tried only where one may begin."""

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """The expression that begins at a position."""
        return WHOLE.match(text, position)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The expressions of a text in order."""
        plain = text.casefold()
        if not any(map(plain.__contains__, SEEDS)) and not YEAR_LONG.search(text):
            return
        cores = (core.start() for core in CORE.finditer(text))
        core, position = next(cores, None), 0
        while core is not None and (begins := BEGINS.search(text, max(position, core - SINCE_REACH))):
            start = position = begins.start()
            while core is not None and core < start:
                core = next(cores, None)
            reach = SINCE_REACH if text[start] in "sSſ" else REACH
            match = WHOLE.match(text, start) if core is not None and core - start <= reach else None
            position = match.end() if match else start + 1
            if match:
                yield match

    def search(self, text: str) -> re.Match[str] | None:
        """The first expression of a text."""
        return next(self.finditer(text), None)

    def sub(self, instead: str, text: str) -> str:
        """The text with something else instead of its expressions."""
        parts, end = list[str](), 0
        for match in self.finditer(text):
            parts += [text[end : match.start()], instead]
            end = match.end()
        return "".join([*parts, text[end:]])


EXPRESSION = Expressions()
