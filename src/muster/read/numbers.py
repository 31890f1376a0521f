"""Amounts in a sentence: a number with its bounds and what it counts, money or a unit. A bare number may lean on an amount
near it ("400 of the 1,000 officers", "Kenya with 1,410")."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from muster.read.vocabulary import Bound, Unit, currencies, hedges, units, word_set
from muster.records import Kind

COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
SMALL = dict(zip(COUNTED.split(), [*range(1, 21), *range(30, 100, 10)], strict=True))
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "b": 1e9}
VAGUE = {"dozens": (24.0, 99.0), "hundreds": (200.0, 999.0), "thousands": (2000.0, 9999.0)}
UNIT_REACH = 5  # words from a number to what it counts: "400 more highly trained police officers"
HEDGE_REACH = 60  # characters before a number in which its hedge and currency stand
STOPS = word_set(
    "a an the of and or who whom which that in from for to with on at by as but than has have had is are was were will "
    "would per people civilians killed wounded injured"
)
STEP = re.compile(r"\s+([^\W\d][\w'’-]*(?:\.\w+\.?)?)")
LEANING = re.compile(
    r"\s+(?:of\s+(?:the|its|them|whom|which|a)\b|who\b|that\b|have\b|has\b|had\b|were\b|are\b|it\s|more\b|planned\b|promised\b|pledged\b|expected\b)|\s*[,.;)]|\s+and\b|\s*$"
)
PORTION = re.compile(r"\s+of\s+(?:the|its|them|whom)\b")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
DAY_OF_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s$")


@dataclass(frozen=True, slots=True)
class Amount:
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


def amounts(sentence: str, *, police: bool = False, before: Amount | None = None) -> list[Amount]:
    """The amounts of a sentence in order, without percentages, ordinals, years and other bare numbers.

    Args:
        sentence: the sentence; offsets of the amounts refer to it.
        police: whether "officers" are police officers in this report.
        before: the last amount before this sentence, on which its bare numbers may lean.
    """
    found = [_with_unit(sentence, number, police) for number in _numbers(sentence)]
    counted = [amount for amount in _leaned(sentence, list(_ranges(sentence, found)), before) if amount.currency or amount.unit]
    return [
        amount for place, amount in enumerate(counted) if not _converts(sentence, counted[place - 1] if place else None, amount)
    ]


def _converts(sentence: str, held: Amount | None, amount: Amount) -> bool:
    """A bracket right after money holds the same sum in another currency."""
    return bool(
        held
        and held.currency
        and amount.currency
        and re.fullmatch(r"[\s”\"']{0,3}\([^)\d]{0,12}", sentence[held.end : amount.start])
    )


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


@cache
def _value() -> re.Pattern[str]:
    """A number; every repeat is bounded, so that the time taken grows with the text and no faster."""
    marks = [mark for currency in currencies() for mark in currency.before if mark[-1].isalpha()]
    start = "(?:" + "|".join([r"(?<![\w.,])", *(rf"(?<=\b{mark})" for mark in marks)]) + ")"
    figure = r"\d{1,3}(?:[,\u00a0\u202f\u2009 ’']\d{3}){1,4}(?!\d)(?:\.\d{1,4})?|\d{1,13}(?:\.\d{1,6})?(?![\d])"
    first = rf"(?:{_any(SMALL)}|an?(?=\s{_any(SCALES)}))"
    words = rf"(?i:\b{first}(?:[\s-](?:and\s)?{_any([*SMALL, *SCALES])}){{0,6}}\b)"
    return re.compile(rf"{start}(?P<figure>{figure})|(?P<words>{words})|(?P<vague>\b(?i:{_any(VAGUE)})\b)")


@cache
def _lead() -> re.Pattern[str]:
    filler = r"(?:an?\s+)?(?:further|additional|extra|another|combined|total\s+of)\s+"
    mark = _any(mark for currency in currencies() for mark in currency.before)
    hedge = _any(row.words for row in hedges()).replace(r"\ ", r"\s+")
    return re.compile(rf"(?:\b(?i:(?P<hedge>{hedge}))\s+(?:{filler})?)?(?P<mark>(?<![A-Za-z]){mark}\s?)?$")


@cache
def _tail() -> re.Pattern[str]:
    after = _any(word for currency in currencies() for word in currency.after)
    return re.compile(
        rf"(?:[\s-]?(?P<scale>(?i:{_any(SCALES)}|{_any(SHORT_SCALES)}))\b)?(?P<more>\+|-plus|\sor\smore)?"
        rf"(?:\s(?P<after>{after})\b)?(?P<share>\s?%|\s?per\s?cent|st\b|nd\b|rd\b|th\b)?"
    )


def _numbers(sentence: str) -> Iterator[Amount]:
    for match in _value().finditer(sentence):
        tail = _tail().match(sentence, match.end())
        lead = _lead().search(sentence[max(0, match.start() - HEDGE_REACH) : match.start()])
        if tail and lead and not tail["share"] and tail.end() >= match.end():
            yield _number(match, lead, tail)


def _number(match: re.Match[str], lead: re.Match[str], tail: re.Match[str]) -> Amount:
    scale = (SCALES | SHORT_SCALES).get((tail["scale"] or "").lower(), 1.0)
    low, high = VAGUE[match["vague"].lower()] if match["vague"] else (_plain(match),) * 2
    hedge = " ".join((lead["hedge"] or "").lower().split())
    bound: Bound = "min" if tail["more"] else next((row.bound for row in hedges() if row.words == hedge), "exact")
    width = len(lead.string) - lead.start()
    code = _currency(lead["mark"], tail["after"])
    return Amount(
        start=match.start() - width,
        number=match.start() - len(lead["mark"] or ""),
        end=tail.end(),
        low=None if bound == "max" else low * scale,
        high=None if bound == "min" else high * scale,
        kind="funds" if code else None,
        currency=code,
        scale=scale,
    )


def _plain(match: re.Match[str]) -> float:
    if match["figure"]:
        return float(re.sub(r"[^\d.]", "", match["figure"]))
    total = current = 0.0
    for word in re.split(r"[\s-]+", match["words"].lower()):
        scale = SCALES.get(word)
        if scale is None:
            current += SMALL.get(word, 0)
        elif scale < 1000:
            current = (current or 1) * scale
        else:
            total, current = total + (current or 1) * scale, 0.0
    return total + current


def _currency(mark: str | None, after: str | None) -> str | None:
    mark = (mark or "").strip()
    return next((row.code for row in currencies() if mark in row.before or after in row.after), None)


@cache
def _units() -> dict[str, Unit]:
    return {word: row for row in units() for word in row.words}


def _with_unit(sentence: str, amount: Amount, police: bool) -> Amount:
    """The amount with the noun that it counts, if one stands within reach."""
    if amount.currency:
        return amount
    vague = re.compile(r"\s+of\b").match(sentence, amount.end) if (amount.low, amount.high) in VAGUE.values() else None
    position, between = vague.end() if vague else amount.end, list[str]()
    for _ in range(UNIT_REACH):
        step = STEP.match(sentence, position)
        if not step or step[1].lower() in STOPS:
            break
        position, row = step.end(), _units().get(step[1].lower())
        following = STEP.match(sentence, position)
        if row and not (following and following[1].lower() in _units()):
            police = police or "police" in " ".join(between).lower()
            unit = "police officers" if police and "member" in row.marks else row.unit
            return replace(amount, end=position, kind=row.kind, unit=unit, between=" ".join(between))
        between.append(step[1])
    return replace(amount, between=" ".join(between[:1]))


def _ranges(sentence: str, found: list[Amount]) -> Iterator[Amount]:
    """Numbers with "850 to 1,100", "$10-15 million" and "between 850 and 1,100" made one."""
    held: Amount | None = None
    for amount in found:
        if held and _spans(sentence, held, amount) and held.low is not None and amount.high is not None:
            low = held.low * (amount.scale if held.scale == 1.0 and amount.scale > 1 else 1)
            kind, currency = amount.kind or held.kind, amount.currency or held.currency
            bounds = sorted((low, amount.high))
            held = replace(
                amount, start=held.start, number=held.number, low=bounds[0], high=bounds[1], kind=kind, currency=currency
            )
            continue
        if held:
            yield held
        held = amount
    if held:
        yield held


def _spans(sentence: str, first: Amount, second: Amount) -> bool:
    if (
        first.unit
        or first.low != first.high
        or second.low != second.high
        or (first.currency and second.currency and first.currency != second.currency)
    ):
        return False
    link, opening = sentence[first.end : second.start].strip().lower(), sentence[: first.start].rstrip().lower()
    return (link in {"-", "–", "to"} and not opening.endswith("from")) or (link == "and" and opening.endswith("between"))


def _leaned(sentence: str, found: list[Amount], before: Amount | None) -> Iterator[Amount]:
    """Bare numbers take the unit of the amount they are a share of, else of the last one before them."""
    for place, amount in enumerate(found):
        if amount.currency or amount.unit:
            before = amount
        elif _may_lean(sentence, amount):
            following = next((other for other in found[place + 1 : place + 2] if other.unit), None)
            shares = re.match(r"\s+of\s+(?:the|its|a)\b", sentence[amount.end : amount.end + 20])
            source = following if following and shares else before
            if source and source.unit:
                yield replace(amount, kind=source.kind, unit=source.unit)
                continue
        yield amount


def _may_lean(sentence: str, amount: Amount) -> bool:
    written = sentence[amount.number : amount.end]
    if (
        not (written[0].isdigit() or PORTION.match(sentence, amount.end))
        or YEAR.match(written)
        or (amount.low or amount.high or 0) < 2
    ):
        return False
    return bool(LEANING.match(sentence, amount.end)) and not DAY_OF_MONTH.search(sentence[: amount.start])
