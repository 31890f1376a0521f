"""Stage verbs in a sentence: which act a verb tells of, and whether it is done, under way or still to come."""

import re
from dataclasses import dataclass
from functools import cache

from muster.read.vocabulary import StageVerb, stage_verbs, word_set
from muster.records import Kind, Stage

WORD = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
AHEAD = word_set("will would shall should may might can could must to ll plan plans planned expects expected intends due set")
FILLERS = word_set(
    "be been being also now soon already so far yet have has had not never no longer immediately officially it "
    "each jointly together currently finally"
)
NEGATIVE = frozenset(["not", "never", "cannot", "won't", "won’t", "didn't", "didn’t", "hasn't", "hasn’t"])
UNDER_WAY = word_set("is are was were 're 's")
CHAIN = word_set("to the its their his her our own a an of any be more further that it would")
THEN_REACH = 4  # words after a verb in which its particle stands
LEAD_REACH = 6  # words before a verb in which its auxiliaries stand


@dataclass(frozen=True, slots=True)
class Verb:
    """A stage verb at ``start:end`` of a sentence. ``ahead``: still to come; ``now``: under way; ``negated``: denied."""

    start: int
    end: int
    row: StageVerb
    ahead: bool
    now: bool
    negated: bool
    led_by: "Verb | None" = None

    def stage(self, kind: Kind, *, within_days: bool) -> Stage | None:
        """The stage it gives to an amount of this kind; ``within_days``: a date near the report's stands beside it."""
        if self.led_by and "governs" in self.led_by.row.marks:
            return self.led_by.stage(kind, within_days=False)
        done = self.row.funds if kind == "funds" else self.row.force
        if done is None:
            return None
        if self.negated and done in {"pledged", "approved", "disbursed"}:
            return "declined"
        if "moving" in self.row.marks and kind != "funds" and (self.now or (self.ahead and within_days)):
            return "deploying"
        return self.row.ahead if self.ahead or self.now or self.negated else done


@cache
def _forms() -> dict[str, tuple[StageVerb, ...]]:
    found: dict[str, tuple[StageVerb, ...]] = {}
    for row in stage_verbs():
        for form in row.forms:
            found[form] = (*found.get(form, ()), row)
    return found


def stage_words(sentence: str) -> list[Verb]:
    """The stage verbs of a sentence in order."""
    words = list(WORD.finditer(sentence))
    texts = [word.group().lower() for word in words]
    found: list[Verb] = []
    places: list[int] = []
    for place, text in enumerate(texts):
        for row in _forms().get(text, ()):
            if row.then and row.then not in texts[place + 1 : place + 1 + THEN_REACH]:
                continue
            leader = found[-1] if found and _leads(texts[places[-1] + 1 : place]) else None
            found.append(_verb(words, texts, place, row, leader))
            places.append(place)
    return found


def _leads(between: list[str]) -> bool:
    return len(between) <= THEN_REACH and all(word in CHAIN for word in between)


def _verb(words: list[re.Match[str]], texts: list[str], place: int, row: StageVerb, leader: Verb | None) -> Verb:
    lead: list[str] = []
    for word in reversed(texts[max(0, place - LEAD_REACH) : place]):
        if word not in AHEAD | FILLERS | UNDER_WAY and word not in NEGATIVE:
            break
        lead.append(word)
    verbal = "noun" not in row.marks
    ing = texts[place].endswith("ing")
    perfect = bool({"have", "has", "had"} & set(lead)) and not {"will", "to"} & set(lead)
    return Verb(
        start=words[place].start(),
        end=words[place].end(),
        row=row,
        ahead=verbal and not perfect and bool(AHEAD & set(lead)),
        now=verbal and ing and bool(UNDER_WAY & set(lead)),
        negated=bool((NEGATIVE & set(lead)) or ("no" in lead and "longer" in lead)),
        led_by=leader,
    )


def looks_ahead(verbs: list[Verb], offset: int) -> bool:
    """Whether the verb nearest to a place in the sentence speaks of what is still to come."""
    nearest = min(verbs, key=lambda verb: abs(verb.start - offset), default=None)
    return nearest is not None and (nearest.ahead or nearest.now)
