"""Figures in a sentence: a number in any dress with its bounds and its currency, before it is known what it counts."""

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from muster.read.quick import BEGINS, by_letter, ends_in, one_of
from muster.read.vocabulary import Bound, currencies, hedges
from muster.records import Kind

COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
SMALL = dict(zip(COUNTED.split(), [*range(1, 21), *range(30, 100, 10)], strict=True))
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "mil": 1e6, "bn": 1e9, "bln": 1e9, "b": 1e9}
ALL_SCALES = SCALES | SHORT_SCALES
TENS = {
    "dozen": (24.0, 99.0),
    "hundred": (200.0, 999.0),
    "thousand": (2e3, 9999.0),
    "million": (2e6, 9.99e6),
    "billion": (2e9, 9.99e9),
}
DIGITS = re.compile(r"\d\d*")  # a repeat that begins with its class: the engine passes over what is no digit
HEDGE_REACH = 60  # characters before a number in which its hedge and currency stand
NO_FIGURE = re.compile(r"[^\d.]")
BETWEEN = re.compile(r"[\s-]+")  # the words of a number
HANDED = re.compile(r"\b(?:hand|turn|sign)(?:s|ed|ing)?\s$", re.IGNORECASE)  # "handed over 20 vehicles" is not "over 20"
MEMBERS = {"soldier": "soldiers", "officer": "officers", "troop": "troops"}  # "a 400-soldier contingent"; else personnel


class Amount(Struct, frozen=True):
    """A number phrase at ``start:end`` of its sentence, hedge and unit included.

    Attributes:
        number: where the number or its currency mark begins, after the hedge.
        low, high: its bounds, ``None`` where it is open.
        currency, unit: ISO 4217 code or unit; both ``None`` for a bare number.
        between: the words between number and unit ("more Kenyan").
    """

    start: int
    number: int
    end: int
    low: float | None
    high: float | None
    kind: Kind | None = None
    currency: str | None = None
    unit: str | None = None
    between: str = ""
    scale: float = 1.0
    vague: bool = False


@cache
def _value() -> re.Pattern[str]:
    """A number; every repeat is bounded, so that the time taken grows with the text and no faster."""
    marks = [mark for currency in currencies() for mark in currency.before if mark[-1].isalpha()]
    start = "(?:" + "|".join([r"(?<![\w.,])(?<![A-Za-z]-)", *(rf"(?<=\b{mark})" for mark in marks)]) + ")"
    figure = r"\d{1,3}(?:[,\u00a0\u202f\u2009 ’']\d{3}){1,4}(?!\d)(?:\.\d{1,4})?|\d{1,13}(?:\.\d{1,6})?(?![\d])"
    first = rf"(?:half\sa(?=\s(?:million|billion))|{one_of(SMALL)}|an?(?=\s{one_of(SCALES)}))"
    words = rf"(?i:\b{first}(?:[\s-](?:and\s)?{one_of([*SMALL, *SCALES])}){{0,6}}\b)"
    tens = one_of(TENS)
    vague = (
        rf"(?:(?P<by>tens|hundreds)\sof\s)?(?P<plural>{tens})s|(?:several|a\sfew|a\scouple(?:\sof)?)\s(?P<several>{tens})(?!s)"
    )
    return re.compile(rf"{start}(?P<figure>{figure})|(?P<vague>\b(?i:{vague})\b)|(?P<words>{words})(?:\s\(\d[\d,]{{0,12}}\))?")


@cache
def _lead() -> re.Pattern[str]:
    filler = r"(?:an?\s+)?(?:further|additional|extra|another|combined|overall|(?:combined\s)?total\s+of)\s+"
    mark = one_of(mark for currency in currencies() for mark in currency.before)
    hedge = one_of(row.words for row in hedges()).replace(r"\ ", r"\s+")
    return re.compile(
        rf"(?:(?:\b|(?=[<>~]))(?:(?i:just|well|only|slightly|far|barely|a\slittle)\s+)?(?i:(?P<hedge>{hedge}))\s*(?:(?<=\s)|(?<=[<>~]))(?:{filler})?)?(?P<mark>(?<![A-Za-z]){mark}\s?)?$"
    )


@cache
def _openings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a number in words may begin, and where a hedge or currency may: cheap, so that patterns are tried nowhere else."""
    counted = [rf"{word}\b" for word in (*SMALL, "half", "several", "tens", *(f"{word}s" for word in TENS))]
    article = rf"an?\s(?:few|couple|{one_of(SCALES)})"
    hedged = {row.words.split()[0] for row in hedges()} | {"just", "well", "only", "slightly", "far", "barely", "a"}
    words = {word for word in hedged if word[0].isalpha()}
    marks = {mark[0] for currency in currencies() for mark in currency.before} | {word[0] for word in hedged - words}
    return (
        re.compile(rf"\b(?:{by_letter([*counted, article])})"),
        re.compile("|".join([by_letter(sorted(words), BEGINS), *map(re.escape, sorted(marks | set("<>~")))])),
    )


def _values(sentence: str) -> Iterator[re.Match[str]]:
    """What ``_value().finditer`` gives, tried only where a number may begin."""
    places = [digits.start() for digits in DIGITS.finditer(sentence)]
    places += [word.start() for word in _openings()[0].finditer(sentence)]
    value, end = _value(), 0
    for place in sorted(places):
        match = value.match(sentence, place) if place >= end else None
        if match:
            end = match.end()
            yield match


def _led(before: str) -> re.Match[str] | None:
    """What ``_lead().search`` gives, tried only where a hedge or a currency may begin, and at the end."""
    lead = _lead()
    for begins in _openings()[1].finditer(before) if ends_in(before, _lead_ends()) else ():
        if match := lead.match(before, begins.start()):
            return match
    return lead.search(before, max(0, len(before) - 1))


@cache
def _lead_ends() -> tuple[str, ...]:
    """How a text ends that ends in a hedge or a currency, in lower case."""
    words = {row.words.split()[-1] for row in hedges()} | {mark for currency in currencies() for mark in currency.before}
    ends = {word.lower() for word in words} | {"further", "additional", "extra", "another", "combined", "overall", "of"}
    return tuple(sorted(end for end in ends if not any(end != other and end.endswith(other) for other in ends)))


@cache
def _tail() -> re.Pattern[str]:
    after = one_of(word for currency in currencies() for word in currency.after)
    return re.compile(
        rf"(?:[\s-]?(?P<scale>(?i:{one_of(SCALES)}|{one_of(SHORT_SCALES)}))\b)?"
        rf"(?:[\s-](?P<strong>strong)\b|-(?P<member>member|man|men|person|people|soldier|officer|troop)\b)?"
        rf"(?:\sor\sso\b)?(?P<more>\+|-plus|\sor\smore)?(?P<fewer>\sor\s(?:fewer|less)|\sat\s(?:the\s)?most)?"
        rf"(?:\s(?:of\s|in\s)?(?P<after>{after})\b)?(?P<share>\s?%|\s?per\s?cent|\spercentage|st\b|nd\b|rd\b|th\b)?"
    )


def figures(sentence: str) -> Iterator[Amount]:
    """The numbers of a sentence in order, without percentages and ordinals."""
    for match in _values(sentence):
        tail = _tail().match(sentence, match.end())
        lead = _led(sentence[max(0, match.start() - HEDGE_REACH) : match.start()])
        if tail and lead and not tail["share"] and not (match["plural"] and not match["by"] and tail["after"]):
            yield _number(match, lead, tail)


def _number(match: re.Match[str], lead: re.Match[str], tail: re.Match[str]) -> Amount:
    scale = ALL_SCALES.get((tail["scale"] or "").lower(), 1.0)
    low, high = _vague(match) if match["vague"] else (_plain(match),) * 2
    hedge = " ".join((lead["hedge"] or "").lower().split())
    if hedge == "over" and HANDED.search(lead.string[: lead.start("hedge")]):
        hedge = ""
    bound: Bound = "min" if tail["more"] else "max" if tail["fewer"] else _bounds().get(hedge, "exact")
    width = len(lead.string) - lead.start()
    code = _currency(lead["mark"], tail["after"])
    people = None if code or not (tail["strong"] or tail["member"]) else MEMBERS.get(tail["member"] or "", "personnel")
    return Amount(
        start=match.start() - width,
        number=match.start() - len(lead["mark"] or ""),
        end=tail.end(),
        low=None if bound == "max" else low * scale,
        high=None if bound == "min" else high * scale,
        kind="funds" if code else "personnel" if people else None,
        currency=code,
        unit=people,
        scale=scale,
        vague=bool(match["vague"]),
    )


@cache
def _bounds() -> dict[str, Bound]:
    return {row.words: row.bound for row in reversed(hedges())}


def _vague(match: re.Match[str]) -> tuple[float, float]:
    low, high = TENS[(match["plural"] or match["several"]).lower()]
    if not match["by"]:
        return low, high
    factor, one = {"tens": (20.0, 99.0), "hundreds": (200.0, 999.0)}[match["by"].lower()], low / 2
    return factor[0] * one, factor[1] * one


def _plain(match: re.Match[str]) -> float:
    if match["figure"]:
        return float(NO_FIGURE.sub("", match["figure"]))
    total = current = 0.0
    for word in BETWEEN.split(match["words"].lower()):
        scale = SCALES.get(word)
        if scale is None:
            current += 0.5 if word == "half" else SMALL.get(word, 0)
        elif scale < 1000:
            current = (current or 1) * scale
        else:
            total, current = total + (current or 1) * scale, 0.0
    return total + current


@cache
def _currency(mark: str | None, after: str | None) -> str | None:
    mark = (mark or "").strip()
    return next((row.code for row in currencies() if (mark and mark in row.before) or after in row.after), None)
