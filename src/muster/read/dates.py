"""Date expressions in a sentence, resolved against the day of publication to an interval of days."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from muster.read.calendar_words import COUNT_NAMES, DAY_NAMES, OPEN, Context, Days
from muster.read.date_rules import RULES
from muster.read.quick import by_letter
from muster.read.vocabulary import word_set

OPENED_BY = frozenset({"by", "until", "till", "before", "through"})
BETWEEN = re.compile(r"\s?[-–]\s?|\sto\s|\s(?=until\s|till\s|through\s)|\sthrough\s")


class Dated(Struct, frozen=True):
    """A date expression at ``start:end`` of its sentence and the days it means, ``None`` where open."""

    start: int
    end: int
    low: date | None
    high: date | None


def dates(
    sentence: str,
    published: date | None,
    ahead: Callable[[int], bool | None] = lambda _: None,
    expressions: Iterable[re.Match[str]] | None = None,
) -> list[Dated]:
    """The date expressions of a sentence in order; relative ones only where the day of publication is known.

    Args:
        sentence: the sentence; offsets refer to it.
        published: the day on which it was published.
        ahead: tells for an offset whether the verb there speaks of what is still to come; ``None``: it does not tell.
        expressions: the expressions of the sentence, where they have been found before.
    """
    found: list[Dated] = []
    for match in EXPRESSION.finditer(sentence) if expressions is None else expressions:
        dated = _resolve(match, published, ahead(match.start()))
        if dated and found and (joined := _joined(sentence, found[-1], dated)):
            found[-1] = joined
        elif dated:
            found.append(dated)
    return found


def _joined(sentence: str, first: Dated, second: Dated) -> Dated | None:
    """ "from June to August", "between 5 and 9 June": two dates that bound one interval."""
    opened = sentence[first.start : first.start + 8].lower()
    joins = BETWEEN.fullmatch(sentence, first.end, second.start) if second.start - first.end <= 9 else None
    ranged = (opened.startswith("from") and joins) or (
        opened.startswith("between") and sentence[first.end : second.start] == " and "
    )
    if not ranged or not first.low or not second.high or first.low > second.high:
        return None
    return Dated(first.start, second.end, first.low, second.high)


def _resolve(match: re.Match[str], published: date | None, ahead: bool | None) -> Dated | None:
    name = str(match.lastgroup)  # rules stand side by side behind the link, so the last group is the rule that fits
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
# Every expression begins with one of these, and not far behind there is one of those.
FIRST_WORDS = (  # of a rule
    "last|past|next|this|early|mid|late|today|tonight|yesterday|overnight|tomorrow|earlier|later|so|few|several|some|recently|fiscal"
    f"|days?|weeks?|months?|years?|{DAY_NAMES}|{'|'.join(COUNT_NAMES.split())}".replace(" ", "|")
)
FIRST_PAIRS = (
    r"the\s(?=\d),the\s(?=(?:very|end|beg|start|we|mon|year|fi|sec|third|fourth|la|next|com|past|mid|few|spr|sum|aut|fall|win))"
    r",an?\s(?=(?:few|couple|recent|day|week|month|year)),his\srecent,her\srecent,their\srecent"
)
FIRST_LINKS = "in|on|at|by|until|till|through|from|before|after|during|over|between|for|towards?|within|as"
SEEDS = word_set("day week nter nth morrow year ght spr summer autumn fall recent nce")  # without an i, which has more forms
MONTHS_BEGIN = word_set("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
CORES = (
    r"day|week|winter|month|morrow|year|night|spring|summer|autumn|fall|recent|since\s(?=the\s)|since\s(?=then)|since\s(?=tak)"
)
CORE = re.compile(f"{by_letter(CORES)}|{'|'.join(sorted(MONTHS_BEGIN))}")
YEAR_LONG = re.compile(r"\d\d\d\d")
FIRST = rf"\d|{'|'.join(sorted(MONTHS_BEGIN))}|[fF](?i:y)|(?:{by_letter(FIRST_WORDS)})\b|{by_letter(FIRST_PAIRS.split(','))}"
AFTER_LINK = rf"{FIRST}|{by_letter('early|late|soon|of|coming|about|around|roughly')}"
STARTS = re.compile(rf"\b(?:{FIRST}|{by_letter(['since'])}|(?:{by_letter(FIRST_LINKS)})\s(?={AFTER_LINK}))")
REACH, SINCE_REACH = (
    80,
    150,
)  # characters from the beginning of an expression to its core; "since the attack on the camp in May"


class Expressions:
    """Date expressions in a text: like the pattern ``WHOLE``, but tried only where one may begin."""

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """The expression that begins at a position."""
        return WHOLE.match(text, position) if STARTS.match(text, position) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The expressions of a text in order."""
        plain = text.casefold()
        if any(map(plain.__contains__, SEEDS)) or any(map(text.__contains__, MONTHS_BEGIN)):
            places = sorted(found.start() for pattern in (CORE, YEAR_LONG) for found in pattern.finditer(text))
        elif not (places := [year.start() for year in YEAR_LONG.finditer(text)]):
            return
        cores = iter(places)
        core, position = next(cores, None), 0
        while core is not None and (begins := STARTS.search(text, max(position, core - SINCE_REACH))):
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
