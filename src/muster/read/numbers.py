"""Amounts in a sentence: a number with its bounds and what it counts, money or a unit. A bare number may lean on an amount
near it ("400 of the 1,000 officers", "Kenya with 1,410") or on a noun before it ("a contingent of 220")."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from msgspec.structs import replace

from muster.read.figures import SCALES, Amount, figures
from muster.read.names import people_names
from muster.read.quick import BEGINS, by_letter
from muster.read.vocabulary import Unit, bodies, decoys, units, word_set

__all__ = ["Amount", "amounts", "is_decoy"]

UNIT_REACH = 5  # words from a number to what it counts: "400 more highly trained police officers"
STOPS = word_set(
    "a an the of and or who whom which that in from for to with on at by as but than has have had is are was were will "
    "would per people civilians killed wounded injured countries nations"
)
STEP = re.compile(r"(?:\s\([A-Z]{2,8}\))?\s+([^\W\d][\w'’-]*(?:\.\w+\.?)?)")
LEANING = re.compile(
    r"\s+(?:of\s+(?:the|its|their|them|whom|which|an?|those)|of\s+\d+|out\sof|who|that|whom|have|has|had|were|are|will|would|it|he|more|others"
    r"|additional|already|currently|deployed|stationed|serving|planned|promised|pledged|expected|needed|required|requested|recommended|authori[sz]ed|mandated|envisaged"
    r"|to\s(?:its|the|their))\b|\s*[,.;)]|\s+and\b|\s*$"
)
PORTION = re.compile(r"\s+of\s+(?:the|its|them|whom|those)\b")
COLLECTIVE = re.compile(
    r"\b(?:troops|soldiers|police|peacekeepers)\s(?:numbering|totall?ing)\s$|\b(?:contingents?|forces?|strength|ceiling|party|teams?|units?|deployments?|garrison|detachments?|battalions?|brigades?"
    r"|troop\slevels?|presence|headcount|first\sgroup|batch|wave)\s(?:(?:numbering|totalling|totaling)|(?:of|to|at|from)"
    r"(?:\s(?:a\s)?(?:maximum|total|minimum))?(?:\sof)?)\s$"
    r"|\b(?:bring|brought|tak|took|rais|lift|push|increas|boost|doubl|tripl|expand)\w{0,4}\s(?:the|its|their|his|her|[A-Z][\w’']+)\s"
    r"(?:[\w’']+\s){0,3}(?:total|number|strength|figure|contribution|contingent|force|presence|deployment|commitment|component|level"
    r"|size)\s(?:[\w’']+\s){0,5}to\s(?:a\stotal\sof\s)?$",
    re.IGNORECASE,
)
SIZED = re.compile(r"\b(?:planned|authori[sz]ed|promised|pledged|targeted|envisaged)\s$", re.IGNORECASE)
RISING = re.compile(
    r"\b(?:numbers|numbered|totals|totall?ed)\s$|\b(?:rise|rises|rose|risen|rising|grow|grows|grew|grown|swell|swells|swelled"
    r"|climb|climbs|climbed)\sto\s$|\b(?:cut|reduc|lower|trim|rais|increas|boost|doubl|expand)\w{0,4}\s(?:[^.;,\d]{0,40}\s)?(?:to|by)\s$",
    re.IGNORECASE,
)
FORCE = re.compile(r"\b(?:contingent|force|mission|police|troops|soldiers|peacekeepers|strength|deployment)\b", re.IGNORECASE)
NATIONS = re.compile(r"(?:\s[A-Z][\w-]{2,20}(?:\s[A-Z][\w-]{2,20})?(?:,|,?\sand)){1,8}(?=\s[A-Z])")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
DAY_OF_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s$")
PEOPLE_AFTER = re.compile(r"\s+(?:more\s)?([A-Z][\w-]+s)\b")
LINKS = r"(?:\s(?!and\b|but\b|after\b|when\b|to\b|that\b|will\b|would\b)[\w’'-]+)"
OF = re.compile(r"\s+of\b")
WORD = re.compile(r"[^\W\d]+")
TO_ITS = re.compile(r"\s+(?P<link>to|of)\s(?:its|the|their|his|her|our)\s(?:[\w-]+\s){0,2}?(?P<unit>\w+)(?=[\s,.;]|$)")
AND = re.compile(r"(?:,|\band)\s$")
IN_PLACE = re.compile(r"\s(?:in|from)\s(?:the\s)?[A-Z]")
BRACKET = re.compile(r"[\s”\"']{0,3}\([^)\d]{0,12}")
BREAK = re.compile(r"[,;:.(]\s")
SHARES = re.compile(r"\s{1,9}(?:out\s)?of\s+(?:(?:the|its|an?|their)\b|\d)")
GIVEN = re.compile(r"\b(?:has|have|had|sent|gave|contributed|contributes|provided|provides|offered|pledged|promised|with)\s$")
REST = re.compile(r"\b(?:another|a\sfurther|the\sother|the\sremaining|an\sadditional)\s$")
PLACED = re.compile(r"\s(?:in|at|on|to|from)\b")
ENDS = re.compile(r"\s*[,.;)]|\s(?:and|had|has|have|was|were|to|for|of\s(?:it|this|that|which))\b|\s*$")
OF_THEM = re.compile(r"\s+of\s(?:them|whom|which)\b")
BOUND_AFTER = re.compile(r"\sat\s(?:the\s)?(?P<bound>most|least)\b|\sor\s(?P<way>more|fewer|less)\b")


def amounts(sentence: str, *, police: bool = False, before: Amount | None = None) -> list[Amount]:
    """The amounts of a sentence in order, without percentages, ordinals, years, victims and other bare numbers.

    Args:
        sentence: the sentence; offsets of the amounts refer to it.
        police: whether "officers" are police officers in this report.
        before: the last amount before this sentence, on which its bare numbers may lean.
    """
    found = [_with_unit(sentence, number, police) for number in figures(sentence)]
    found = list(_ranges(sentence, _with_single(sentence, found)))
    counted = [amount for amount in _leaned(sentence, found, before) if amount.currency or amount.unit]
    return [
        amount for place, amount in enumerate(counted) if not _converts(sentence, counted[place - 1] if place else None, amount)
    ]


def _converts(sentence: str, held: Amount | None, amount: Amount) -> bool:
    """A bracket right after money holds the same sum in another currency."""
    return bool(held and held.currency and amount.currency and BRACKET.fullmatch(sentence, held.end, amount.start))


@cache
def _decoy_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = {
        place: "|".join(word for row in decoys() if row.place == place for word in row.words) for place in ("before", "after")
    }
    before = re.compile(rf"(?:{by_letter(words['before'], BEGINS)})(?:\s[\w’'-]+){{0,3}}\s$")
    return before, re.compile(rf"{LINKS}{{0,7}}?\s(?:{words['after']})\b", re.IGNORECASE)


def is_decoy(sentence: str, amount: Amount) -> bool:
    """Whether the words beside a count say that it is none of a mission's: victims, prisoners, an army's size."""
    before, after = _decoy_patterns()
    opening = BREAK.split(sentence[max(0, amount.start - 60) : amount.start])[-1]
    return not amount.currency and bool(before.search(opening) or after.match(sentence, amount.end))


@cache
def _units() -> dict[str, Unit]:
    return {word: row for row in units() for word in row.words}


@cache
def _single() -> re.Pattern[str]:
    words = "|".join(row.words[-1] for row in units() if "single" in row.marks)
    what = rf"(?P<what>(?:[\w-]+\s){{0,2}}?(?P<unit>(?i:{words})))\b(?![\s-](?i:[a-z]*(?:s|ed))\b)"
    return re.compile(rf"(?:{by_letter('an?|another', BEGINS)})\s{what}")


def _with_single(sentence: str, found: list[Amount]) -> list[Amount]:
    """ "A battalion" is one battalion."""
    taken = [(amount.start, amount.end) for amount in found]
    for match in _single().finditer(sentence):
        row = _units()[match["unit"].lower()]
        if not any(start < match.end() and match.start() < end for start, end in taken[:100]):
            found.append(Amount(match.start(), match.start("what"), match.end(), 1.0, 1.0, row.kind, unit=row.unit))
    return sorted(found, key=lambda amount: amount.start)


def _with_unit(sentence: str, amount: Amount, police: bool) -> Amount:
    """The amount with the noun that it counts, if one stands within reach."""
    if amount.currency:
        return amount
    vague = OF.match(sentence, amount.end) if amount.vague else None
    position, between = vague.end() if vague else amount.end, list[str]()
    if nations := NATIONS.match(sentence, position):  # "2,000 Nepali, Fijian and Tongan troops"
        position = nations.end()
    for _ in range(UNIT_REACH):
        step = STEP.match(sentence, position)
        if not step or step[1].lower() in STOPS:
            break
        position, row = step.end(), _units().get(step[1].lower())
        following = STEP.match(sentence, position)
        if row and not (following and following[1].lower() in _units()):
            police = police or "police" in " ".join(between).lower()
            unit = "police officers" if police and "member" in row.marks else row.unit
            counted = replace(amount, end=position, kind=row.kind, unit=amount.unit or unit, between=" ".join(between))
            return _bounded_after(sentence, counted)
        between.append(step[1])
    return replace(amount, between=" ".join(between[:1]))


def _bounded_after(sentence: str, amount: Amount) -> Amount:
    """ "10,000 troops at most": a bound that stands behind the unit."""
    match = BOUND_AFTER.match(sentence, amount.end)
    if not match or amount.low != amount.high:
        return amount
    low = {"least", "more"} & {match["bound"], match["way"]}
    return replace(amount, end=match.end(), low=amount.low if low else None, high=None if low else amount.high)


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
        (first.unit and first.unit != second.unit)
        or first.low != first.high
        or second.low is None
        or second.high is None
        or (first.currency and second.currency and first.currency != second.currency)
    ):
        return False
    link, opening = sentence[first.end : second.start].strip().lower(), sentence[: first.start].rstrip().lower()
    return (link in {"-", "–", "to", "or"} and not opening.endswith("from")) or (link == "and" and opening.endswith("between"))


def _leaned(sentence: str, found: Iterable[Amount], before: Amount | None) -> Iterator[Amount]:
    """Bare numbers take the unit of the amount they are a share of, else of the last one before them."""
    counted, victims, money = list(found), False, ""
    for place, found_amount in enumerate(counted):
        amount = _of_money(sentence, found_amount, money)
        money = amount.currency or money
        if is_decoy(sentence, amount) or (victims and not amount.unit):  # "4,000 have died, 135 of them last year"
            victims = True
            continue
        victims = False
        if amount.currency or amount.unit:
            before = amount if amount.kind == "personnel" or not before else before
            yield amount
            continue
        following = next((other for other in counted[place + 1 : place + 2] if other.unit), None)
        leaned = _lean(sentence, amount, before, following)
        before = leaned if leaned.kind == "personnel" else before
        yield leaned


def _of_money(sentence: str, amount: Amount, currency: str) -> Amount:
    """A bare number of millions after money is money: "Canada gave 10 million euros and Japan 5 million"."""
    bare = currency and not amount.unit and not amount.currency and amount.scale >= SCALES["million"]
    return replace(amount, kind="funds", currency=currency) if bare and ENDS.match(sentence, amount.end) else amount


def _lean(sentence: str, amount: Amount, before: Amount | None, following: Amount | None) -> Amount:
    written = sentence[amount.number : amount.end]
    value = amount.low or amount.high or 0
    shares = SHARES.match(sentence, amount.end)
    source = following if following and shares else before if before and before.unit else None
    if source and source.kind != "personnel" and not (shares or PORTION.match(sentence, amount.end)):
        source = None
    if YEAR.match(written) or value < 2 or DAY_OF_MONTH.search(sentence[: amount.start][-12:]):
        return amount
    unit = source.unit if source and source.kind == "personnel" and source.unit not in bodies() else "personnel"
    opening = sentence[max(0, amount.start - 60) : amount.start]
    sized = COLLECTIVE.search(opening) or (RISING.search(opening) and FORCE.search(sentence))
    if sized or (SIZED.search(opening) and not STEP.match(sentence, amount.end)):
        return replace(amount, kind="personnel", unit=unit)
    if not source and OF_THEM.match(sentence, amount.end):
        words = [
            _units()[word]
            for word in WORD.findall(sentence[max(0, amount.start - 60) : amount.start].lower())
            if word in _units()
        ]
        return replace(amount, kind=words[-1].kind, unit=words[-1].unit) if words else amount
    added = TO_ITS.match(sentence, amount.end)
    row = _units().get(added["unit"].lower()) if added else None
    if added and row and (added["link"] == "of" or "single" not in row.marks):  # "to the brigade" is where they go
        return replace(amount, kind=row.kind, unit=row.unit)
    people = PEOPLE_AFTER.match(sentence, amount.end)
    if people and people[1] in people_names() and ((source and source.kind == "personnel") or FORCE.search(sentence)):
        return replace(amount, end=people.end(), kind="personnel", unit=unit)
    return _leaning(sentence, amount, source)


def _leaning(sentence: str, amount: Amount, source: Amount | None) -> Amount:
    """A number that leans on the amount it goes on from, else on the people named before it."""
    opening = sentence[max(0, amount.start - 60) : amount.number]
    counted = sentence[amount.number].isdigit() or PORTION.match(sentence, amount.end)
    leans = counted and LEANING.match(sentence, amount.end)
    rest = REST.search(opening) and PLACED.match(sentence, amount.end)
    rest = rest or (AND.search(opening) and IN_PLACE.match(sentence, amount.end))  # "350 in Gabon and 950 in Ivory Coast"
    if not source and leans and GIVEN.search(opening) and (people := _people_before(sentence, amount.start)):
        return replace(amount, kind=people.kind, unit=people.unit)
    return replace(amount, kind=source.kind, unit=source.unit) if source and (leans or rest) else amount


def _people_before(sentence: str, end: int) -> Unit | None:
    """The people last named before a place: "of the troops there Ghana has 205"."""
    words = (_units().get(word) for word in reversed(WORD.findall(sentence[max(0, end - 120) : end].lower())))
    return next((row for row in words if row and row.kind == "personnel" and "single" not in row.marks), None)
