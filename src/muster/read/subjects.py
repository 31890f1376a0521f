"""Who acts: the giver, told apart from speaker, host and recipient."""

import re

from muster.read.actors import Mention, groups, mentions
from muster.read.clauses import SOUGHT, Background, Clause
from muster.read.names import country_names
from muster.read.numbers import Amount
from muster.read.quick import BEGINS, by_letter
from muster.read.speakers import CAPITALISED
from muster.read.verbs import Verb
from muster.records import Stage

SPEAKING = re.compile(r"[^,;]{0,50}\b(?:said|says|told|warned|added|announced|stated|confirmed)\b")
COLLECTIVE = re.compile(
    r"(?:(?:about|some|around)\s)?(?:\d+|\w+teen|ten|eleven|twelve|twenty)\s(?:countries|nations)\b"
    r"|\b(?:international partners|donors)\b",
    re.I,
)
MANY = "(?:countries|nations|states|governments|contributors|donors|partners|allies|members)"
SOME = re.compile(by_letter(MANY[3:-1]))
SUCH_AS = rf"(?:(?:[\w-]+\s){{0,3}}{MANY},?\s(?:including|such\sas|like|notably|among\sthem)\s(?:the\s)?)?"
UNNAMED = re.compile(  # "international donors have pledged"
    rf"(?<!the\s)(?<!two\s)(?<!both\s)(?<!these\s)(?<!those\s)(?<!\d\s)\b(?P<who>(?:(?:international|other|several|many|some|various|foreign|western|european|african|regional|member|donor"
    rf"|major)\s){{0,2}}{MANY})\s(?:(?:has|have|had|will|would|also|already|together|jointly|recently|since)\s){{0,4}}$",
    re.IGNORECASE,
)
TOTAL_OF = re.compile(r"\b(?:strength|size|number|component|headcount|ceiling|total)\s(?:of|in|at)\s(?:the\s)?$", re.IGNORECASE)
FRONTED = re.compile(r"[^,;]{0,40},\s(?:the\s)?")
OF_FORCE = re.compile(  # "increasing the force to 900", "close to its authorised strength of 900"
    r"\b(?:the|this)\s(?:[\w-]+\s)?(?:force|mission|operation)(?:['’]s\s\w+)?\sto\s(?:a\stotal\sof\s)?$"
    r"|\b(?:authori[sz]ed|full|planned|mandated)\s(?:\w+\s)?strength\sof\s$",
    re.IGNORECASE,
)
TOTAL_TO = re.compile(r"(?:\stroops)?\sto\s")
FIRST_PERSON = re.compile(rf"(?:{by_letter('I|We|we|Our|our', BEGINS, any_case=False)})\b")
ASIDE = re.compile(r",\s(?:which|who|where|whose)\b[^,;.]{0,100},")
STANDIN = re.compile(
    r"\b(?:the|this|its|today[’']s|an|a|second|third)\s(?:[\w-]+\s){0,2}(?:country|nation|government|state|bloc|presidency|ministry"
    r"|parliament|cabinet|announcement|assistance|package|funding|drawdown|authori[sz]ation|total|contribution|contingent|unit"
    r"|battalion|pledge|support|aid|commitment|administration|organi[sz]ation|alliance|union|money|mandate|minister|president|group)\b",
    re.IGNORECASE,
)
MISSION_NOUN = re.compile(
    r"\b(?:the|this|its)\s(?:[\w-]+\s){0,2}(?:mission|force|operation|peacekeepers|strength|headcount)\b", re.IGNORECASE
)
PRONOUN = re.compile(r"\b(?:I|we|our|it|they|[Ww]e|[Ii]t|[Tt]hey|[Oo]ur)\b")
WHOSE_COST = re.compile(r"\b(?:mission|force|operation|appeal|plan|deployment|the cost|the budget)\b", re.IGNORECASE)
FROM = re.compile(
    r"\s+(?:of\s(?:them|whom|which)\s)?(?:in\s\w+\s|(?!mandated|authori|approved|request|required|needed|sought)\w+\s)?"
    rf"(?:from|of whom are|by|(?:provided|pledged|announced|promised|given|sent) by)\s(?:the\s)?{SUCH_AS}$"
)
BEFORE_COUNT = re.compile(
    r"(?:,?\s(?:with|has|at|contributing|sending|giving)\s|:\s|\s[–—-]\s|\s\(|\s)(?:a\s(?:further|total\sof)\s)?"
)
SERVED = re.compile(
    r"\b(?:support|help|assist|provid|supply|equip|reinforc|back|aid|strengthen|present)(?:s|ed|ing|e|es|ies|ied)?\s(?:the\s)?$",
    re.IGNORECASE,
)
APIECE = re.compile(r"\s?(?:each|apiece)?\s?(?:[;,.]|and\b|$)")
WHOLE_FORCE: frozenset[Stage] = frozenset(
    {"approved", "deployed", "deploying", "withdrawn"}
)  # without a subject: the mission's
ASKING = frozenset({"ask", "call", "seek"})
ORIGIN = re.compile(r"(?:\s(?:will|would|could|are|were|may|might|be|to|come|drawn)){0,5}\sfrom\s(?:the\s)?")
OWN_FORCE = re.compile(r"(?:[’']s?)?\s(?:[a-z][\w-]*\s){0,2}")  # "send more French special troops"
APPEAL = re.compile(r"\s(?:\w+\s)?appeal\b")
IT = re.compile(r"\bit\b", re.IGNORECASE)
WHO = re.compile(r",?\s(?:which|who)\b[^;.]{0,120}")
COMES_FROM = re.compile(rf"(?:\s\w+ly)?\sfrom\s(?:the\s)?{SUCH_AS}")
FROM_SUCH = re.compile(rf"\sfrom\s(?:the\s)?(?=\w){SUCH_AS[:-1]}")
BY = re.compile(rf"\s(?:\w+\s)?by\s(?:the\s)?{SUCH_AS}")
MARK = re.compile('[“"]')
FUND = re.compile(r"\bfund\b[^.;]{0,60}$", re.IGNORECASE)


def actors_of(clause: Clause, amount: Amount, verb: Verb, stage: Stage, background: Background) -> list[str]:
    """The actors of an amount: those written into its phrase, for a need the mission, else the verb's subject.

    A strength without a subject is the mission's. Several are joint givers, or one each where the text says so; none: unknown.
    """
    inside = _beside(clause, amount, given=stage not in {"required", "withdrawn"})
    if inside or stage == "required":
        return inside or _needing(clause, verb, amount, background)
    if amount.currency and stage == "disbursed" and FUND.search(clause.text[max(0, verb.start - 80) : verb.start]):
        return [f"{background.mission.name} trust fund" if background.mission else "trust fund"]
    opening = clause.text[max(0, amount.start - 60) : amount.start]
    whole = amount.unit and stage in WHOLE_FORCE and opening.endswith(("to ", "of ")) and OF_FORCE.search(opening)
    if background.mission and whole:
        return [background.mission.name]
    subject = _subject(clause, verb, amount, background)
    if subject or amount.currency or not background.mission or stage not in WHOLE_FORCE:
        return subject
    return [background.mission.name]


def _beside(clause: Clause, amount: Amount, *, given: bool) -> list[str]:
    """ "1,000 Kenyan police", "Kenya with 1,410", "20 troops from Guatemala", unless asked for and not ``given``."""
    inside = [mention for mention in clause.mentions if amount.number <= mention.start < amount.end and amount.unit]
    if inside and any(mention.form != "mission" for mention in inside):
        return list(dict.fromkeys(mention.actor for mention in inside))
    for group in groups(clause.text, clause.mentions):
        link = clause.text[group[-1].end : amount.start]
        if SERVED.search(clause.text[max(0, group[0].start - 20) : group[0].start]):  # "support Sudan with $5 million"
            continue
        if link == ", " and amount.currency and not group[-1].placed and APIECE.match(clause.text, amount.end):
            return [mention.actor for mention in group]  # "Japan, $120 million; Ghana and Togo, $20 million apiece"
        if TOTAL_TO.fullmatch(link) and TOTAL_OF.search(clause.text[max(0, group[0].start - 30) : group[0].start]):
            return [group[-1].actor]  # "brings the strength of the force to 900"
        if link == " (" or (not group[-1].placed and BEFORE_COUNT.fullmatch(link)):
            return [group[-1].actor]
        if given and group[0].start >= amount.end and FROM.fullmatch(clause.text[amount.end : group[0].start]):
            return [mention.actor for mention in group]
    return (
        list(dict.fromkeys(mention.actor for mention in inside)) if inside else []
    )  # "300 UNDOF troops", but "300 UNDOF troops from India"


def _needing(clause: Clause, verb: Verb, amount: Amount, background: Background) -> list[str]:
    """A need is the mission's, whoever speaks of it; an organisation's appeal is its own."""
    named = [mention.actor for mention in clause.mentions if mention.form == "mission" and not mention.placed]
    if named:
        return named[:1]
    appeal = [mention.actor for mention in clause.mentions if APPEAL.match(clause.text, mention.end)]
    asking = [mention.actor for mention in clause.mentions if not mention.placed and mention.start < verb.start]
    if asking and amount.currency and verb.row.forms[0] in ASKING and asking[-1] not in country_names():
        return asking[-1:]
    if not appeal and amount.currency and not (WHOSE_COST.search(clause.text) or IT.search(clause.text)):
        return []
    if appeal or background.mission:
        return appeal[:1] or [background.mission.name if background.mission else ""]
    return [mention.actor for mention in clause.mentions if not mention.placed and mention.start < verb.start][-1:]


def _subject(clause: Clause, verb: Verb, amount: Amount | None, background: Background) -> list[str]:
    """Who a verb's subject is: by whom, in its relative clause, the nearest acting group before it, else what is understood."""
    text = clause.text
    everyone = groups(text, clause.mentions)
    acting = [
        group
        for group in everyone
        if not group[0].placed and not SERVED.search(text[max(0, group[0].start - 20) : group[0].start])
    ]
    first = min(verb.start, amount.start) if amount and verb.start > amount.start else verb.start
    asides = [match.span() for match in ASIDE.finditer(text) if match.end() <= verb.start]
    acting = [group for group in acting if not any(left < group[0].start < right for left, right in asides)]
    before = [group for group in acting if group[0].start < first]
    spoken = [match.start() for match in FIRST_PERSON.finditer(text, 0, first)]
    if spoken and not (before and before[-1][0].start > spoken[-1]):
        return _speaker(clause, spoken[-1], background)
    agents = [verb, *(other for other in clause.verbs if amount and amount.end <= other.start <= amount.end + 20)]
    if verb.row.force == "pledged":  # "has promised the 400 officers requested by the force"
        agents = [other for other in agents if other.row.force not in SOUGHT]
    by = [
        group
        for group in everyone
        if any(group[0].start >= other.end and _is_agent(text[other.end : group[0].start], other) for other in agents)
    ]
    relative = [group for group in acting if amount and amount.end <= group[0].start < verb.start]
    outright = [] if by else _outright(clause, verb, amount, acting, first)
    if outright:
        return outright
    who = [group for group in everyone if WHO.fullmatch(text, group[-1].end, verb.start)]
    who = [group for group in who[-1:] if not any(group[0].start < other[0].start < verb.start for other in acting)]
    silent = [group for group in before if not SPEAKING.match(text, group[-1].end)]
    totals = [group for group in acting if amount and "total" in verb.row.then and verb.end <= group[0].start < amount.start]
    barred = [group for group in everyone if verb.led_by and verb.led_by.end <= group[0].start < verb.start]
    chosen = by[:1] or barred[:1] or totals[:1] or relative[-1:] or who[-1:] or silent[-1:] or before[-1:]
    if chosen:
        return list(dict.fromkeys(mention.actor for mention in chosen[0]))
    return _understood(clause, first, background)


def _outright(clause: Clause, verb: Verb, amount: Amount | None, acting: list[list[Mention]], first: int) -> list[str]:
    """Who is told outright: "international donors pledged", or behind its comma: "With 600 men, KFOR guards the road"."""
    start = max(0, first - 90)
    unnamed = UNNAMED.search(clause.text, start, first) if SOME.search(clause.text, start, first) else None
    if unnamed and not any(unnamed.start() - 2 <= mention.end <= unnamed.end() for mention in clause.mentions):
        return [" ".join(unnamed["who"].lower().split())]
    if verb.row.forms != ("with",) or not amount or verb.start > 0:
        return []
    fronted = [group for group in acting if FRONTED.fullmatch(clause.text, amount.end, group[0].start)]
    return [mention.actor for mention in fronted[0]] if fronted else []


def _is_agent(between: str, verb: Verb) -> bool:
    """ "Pledged by Canada", "drawn from Austria", "have arrived from Canada"."""
    leaves = "from" in verb.row.then or "moving" in verb.row.marks
    origin = leaves and COMES_FROM.fullmatch(between)
    return bool(origin or BY.fullmatch(between) or FROM_SUCH.fullmatch(between))


def _speaker(clause: Clause, offset: int, background: Background) -> list[str]:
    """Who "we" is: the country of whoever says it, else the report's own voice."""
    for spoken in clause.said:
        if spoken.start <= offset < spoken.end:
            last = [name.split()[-1] for name in spoken.speakers if name.strip()]
            known = [background.people[name].actor for name in last if name in background.people]
            known += [mention.actor for speaker in spoken.speakers for mention in mentions(speaker)]
            named = [actor for actor in known if actor] or ([clause.earlier.actor] if clause.earlier.actor else [])
            return named[:1]
    quoted = MARK.search(clause.text, 0, offset)
    voice = (clause.earlier.actor if quoted else None) or background.voice
    return [voice] if voice else []


def _understood(clause: Clause, first: int, background: Background) -> list[str]:
    """The subject where no name stands: a person's country, a number of countries, or the actor of an earlier sentence."""
    before = clause.text[:first]
    named = [background.people[word] for word in CAPITALISED.findall(before) if word in background.people]
    collective = COLLECTIVE.search(before)
    if any(person.actor for person in named):
        return [person.actor for person in named if person.actor][-1:]
    if named and background.voice:
        return [background.voice]
    if collective:
        return [" ".join(collective.group().lower().split())]
    if background.mission and MISSION_NOUN.search(before):
        return [background.mission.name]
    stands = PRONOUN.search(before) or STANDIN.search(before)
    last = clause.earlier.actor or (background.voice if stands else None)
    told = [name for name in clause.mentions if name.start > first and not name.placed]
    telling = [name.actor for name in told if SPEAKING.match(clause.text, name.end) and name.actor in country_names()]
    if telling and not stands:  # "Preparations to send 300 troops are over, Ghana's government said"
        return telling[:1]
    return [last] if last and (stands or len(before.split()) <= 3) else []


def is_sourced(clause: Clause, noun: tuple[int, int, str]) -> bool:
    """Whether a force's origin follows it: "troops from Ghana", or its verb: "they will be drawn from Ghana"."""
    origins = (group[0].start for group in groups(clause.text, clause.mentions) if group[0].start >= noun[1])
    return any(ORIGIN.fullmatch(clause.text[noun[1] : start]) for start in origins)


def force_actors(clause: Clause, noun: tuple[int, int, str], verb: Verb, background: Background) -> list[str]:
    """Whose force it is: "troops from Guatemala and El Salvador", else the verb's subject."""
    for group in groups(clause.text, clause.mentions):
        if group[0].start >= noun[1] and FROM.fullmatch(clause.text[noun[1] : group[0].start]):
            return [mention.actor for mention in group]
    own = [name for name in clause.mentions if verb.end <= name.start and name.end <= noun[0] and name.form == "adjective"]
    if own and OWN_FORCE.fullmatch(clause.text[own[-1].end : noun[0]]):
        return [own[-1].actor]
    return _subject(clause, verb, None, background)
