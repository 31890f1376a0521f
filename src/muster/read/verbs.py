"""Stage verbs in a sentence: which act a verb tells of, and whether it is done, under way or still to come."""

import re
from functools import cache
from itertools import islice

from msgspec import Struct

from muster.read.vocabulary import StageVerb, stage_verbs, word_set
from muster.records import Kind, Stage

WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
AHEAD = word_set("will would shall should may might can could must to ll plan plans planned expects expected intends due set")
FILLERS = word_set(
    "be been being also now soon already so far yet have has had not never no longer immediately officially it "
    "each jointly together currently finally ready prepared willing going about get gets getting still just later then first"
)
STARTED = word_set("begin begins began begun beginning start starts started starting continue continues continued")
NEGATIVE = frozenset(["not", "never", "cannot", "won't", "won’t", "didn't", "didn’t", "hasn't", "hasn’t"])
UNDER_WAY = word_set("is are was were 're 's")
CHAIN = word_set(
    "to out down up over off away back on for of at into present any more the its their his her our own a an be further that "
    "it would total overall combined initial full early rapid phased immediate possible proposed additional"
)
TALKED = word_set("about on")  # "had talks about sending troops"
MAYBE = word_set("may might could would")
PLANS = word_set("plan plans proposal request motion decision bill resolution deal agreement offer call calls bid idea")
PLAN_REACH = 7  # words from "approved" over "the government's request to" to "send"
THEN_REACH = 4  # words after a verb in which its particle stands
LEADING = AHEAD | FILLERS | UNDER_WAY | STARTED | NEGATIVE
LEAD_REACH = 6  # words before a verb in which its auxiliaries stand


class Verb(Struct, frozen=True):
    """A stage verb at ``start:end`` of a sentence.

    ``ahead``: still to come; ``now``: under way; ``negated``: denied; ``maybe``: not sure.
    """

    start: int
    end: int
    row: StageVerb
    ahead: bool
    now: bool
    negated: bool
    led_by: "Verb | None" = None
    maybe: bool = False

    def stage(self, kind: Kind, *, within_days: bool) -> Stage | None:
        """The stage it gives to an amount of this kind; ``within_days``: a date near the report's stands beside it."""
        done = self.row.funds if kind == "funds" else self.row.force
        if self.led_by and "governs" in self.led_by.row.marks:
            decided = self.led_by.stage(kind, within_days=False)
            if decided == "withdrawn" and done == "pledged":  # "withdrew its offer"
                return "declined"
            return done if done == "withdrawn" and decided in {"approved", "pledged", "required"} else decided
        if done is None:
            return None
        if self.negated and (done in {"pledged", "approved", "disbursed"} or (done == "deployed" and (self.ahead or self.now))):
            return "declined"
        if "moving" in self.row.marks and kind != "funds" and (self.now or (self.ahead and within_days and not self.maybe)):
            return "deploying"
        under_way = self.now and "state" not in self.row.marks
        return self.row.ahead if self.ahead or under_way or self.negated else done


@cache
def _forms() -> dict[str, tuple[StageVerb, ...]]:
    found: dict[str, tuple[StageVerb, ...]] = {}
    for row in stage_verbs():
        for form in row.forms:
            found[form] = (*found.get(form, ()), row)
    return found


def stage_words(sentence: str) -> list[Verb]:
    """The stage verbs of a sentence in order."""
    texts, forms = [*map(str.lower, WORD.findall(sentence))], _forms()
    stages = [place for place, text in enumerate(texts) if text in forms]
    if not stages:
        return []
    words = list(islice(WORD.finditer(sentence), stages[-1] + 1))
    found: list[Verb] = []
    places: list[int] = []
    for place in stages:
        for row in _rows_of(texts[place], texts[place + 1 : place + 1 + THEN_REACH]):
            leader = found[-1] if found and _leads(found[-1].row, row, texts[places[-1] + 1 : place]) else None
            found.append(_verb(words[place], texts, place, row, leader, found[-1] if found else None))
            places.append(place)
    return found


def _rows_of(text: str, following: list[str]) -> tuple[StageVerb, ...]:
    """The rows of a word: the one whose particle follows first ("left for"), else the one that needs none."""
    rows = _forms()[text]
    if len(rows) == 1 and not rows[0].then:
        return rows
    for word in following:
        for row in rows:
            if word in row.then:
                return (row,)
    return tuple(row for row in rows if not row.then)[:1]


def _leads(leader: StageVerb, row: StageVerb, between: list[str]) -> bool:
    """Whether a verb leads the next: "refused to send", "barred Kenya from sending", "asked Ghana to send"."""
    barred = len(between) <= THEN_REACH and between[-1:] == ["from"]
    planned = len(between) <= PLAN_REACH and between[-1:] in (["to"], ["of"]) and bool(PLANS & set(between))
    if "adjective" in leader.marks and "noun" not in row.marks:
        return False
    ends = ("ly", "'s", "’s") if "governs" in leader.marks else ("'s", "’s")  # "voted unanimously to send"
    over = "over" in leader.marks and row.force != "approved" and len(between) <= PLAN_REACH and "to" in between[-2:]
    return (
        barred
        or planned
        or over
        or (len(between) <= THEN_REACH and all(word in CHAIN or word in leader.then or word.endswith(ends) for word in between))
    )


def _verb(word: re.Match[str], texts: list[str], place: int, row: StageVerb, leader: Verb | None, last: Verb | None) -> Verb:
    near: list[str] = []
    for text in reversed(texts[max(0, place - LEAD_REACH) : place]):
        if text not in LEADING and not text.endswith("ly"):
            break
        near.append(text)
    lead, verbal, form = frozenset(near), "noun" not in row.marks, texts[place]
    started = not STARTED.isdisjoint(lead)
    joined = form == row.forms[0] and texts[place - 1] in {"and", "or", "then"}
    gerund = form.endswith("ing")
    follows = gerund and "next" not in row.marks and word.string.endswith(", ", 0, word.start())
    goes_on = not lead and last and last.ahead and (joined or follows)  # "will send 500, bringing the total to 900"
    talked = gerund and texts[place - 1] in TALKED and lead <= TALKED
    return Verb(
        start=word.start(),
        end=word.end(),
        row=row,
        ahead=verbal and not started and bool(goes_on or talked or (AHEAD & lead and not _is_perfect(near))),
        now=verbal and (started or (form.endswith("ing") and not UNDER_WAY.isdisjoint(lead))),
        negated=not NEGATIVE.isdisjoint(lead) or {"no", "longer"} <= lead,
        led_by=leader,
        maybe=not MAYBE.isdisjoint(lead),
    )


def _is_perfect(lead: list[str]) -> bool:
    """ "Has sent" and "is said to have sent", not "has to send" or "will have sent"; ``lead`` is nearest first."""
    have = next((place for place, word in enumerate(lead) if word in {"have", "has", "had"}), len(lead))
    to = lead.index("to") if "to" in lead else len(lead)
    return have < len(lead) and have <= to and not {"will", "would", "could", "should", "may", "might"} & set(lead)


def looks_ahead(verbs: list[Verb], offset: int) -> bool:
    """Whether the verb nearest to a place in the sentence speaks of what is still to come."""
    nearest = min(verbs, key=lambda verb: abs(verb.start - offset), default=None)
    return nearest is not None and (nearest.ahead or nearest.now)
