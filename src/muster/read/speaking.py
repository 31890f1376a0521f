"""Speech through a report: who "he" is, quotations over several sentences, and transcripts that name their speaker."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from muster.read.quotes import stays_open, wholly_quoted
from muster.read.speakers import Heard, Person
from muster.read.statements import SHORTEST, Said, said

LONGEST_QUOTE = 12  # sentences that a quotation may go on; a mark that was never closed must not swallow the report
TITLE = re.compile(
    r"(?:(?:Acting|Deputy|Foreign|Prime|Defen[cs]e|Under|Assistant|Minister|Secretary|President|Ambassador|General|Mr|Mrs|Ms|Dr)\.?\s)+"
)
LABEL = re.compile(r"(?P<who>[A-Z][A-Z.’'-]{1,30}(?:\s[A-Z][A-Z.’'-]{1,30}){0,5}):\s{1,3}(?=\S)")


def speaking(sentences: Iterable[str], known: dict[str, Person]) -> Iterator[tuple[int, list[Said]]]:
    """The statements of every sentence, with the number of the sentence."""
    heard, opened, speech = Heard(), 0, ()  # type: tuple[Heard, int, tuple[str, ...]]
    waiting: list[tuple[int, Said]] = []
    taken: dict[int, list[Said]] = {}
    for number, sentence in enumerate(sentences):
        within = 0 < opened <= LONGEST_QUOTE and not sentence.startswith(("“", '"'))
        label = _labelled(sentence, known)
        speech = speech if label is None else label
        found = said(sentence, known, heard, within=within)
        heard = heard.after(found[-1].speakers, known) if found else heard
        for place, before in waiting if found else ():
            taken[place] = [replace(before, speakers=found[0].speakers)]
        waiting = [] if found else waiting
        opened = opened + 1 if stays_open(sentence, within=within) else 0
        if not found and wholly_quoted(sentence, within=within) and (quote := _quote(sentence)):
            if opened and not within:
                waiting.append((number, quote))
            if heard.last:
                found = [replace(quote, speakers=heard.last)]
        if speech:
            found = [*found, Said(speech, "", 0, len(sentence), True, aside=True)]
        taken[number] = found
    yield from taken.items()


def _quote(sentence: str) -> Said | None:
    """The words of a sentence that is all quotation."""
    start = len(sentence) - len(sentence.lstrip(' "“'))
    end = len(sentence.rstrip(' "”'))
    return Said((), "", start, end, True) if end - start > SHORTEST else None


def _labelled(sentence: str, known: dict[str, Person]) -> tuple[str, ...] | None:
    """The speaker whom a transcript names before a colon: "FOREIGN MINISTER DI MAIO:  Thank you."; ``None`` without a label."""
    label = LABEL.match(sentence)
    if not label:
        return None
    written = label["who"].title()
    name = TITLE.sub("", written).strip()
    person = known.get(name) or next((one for one in known.values() if one.name.endswith(name)), None)
    titled = (name,) if name and name != written.strip() else ()  # "QUESTION:" and "SPAIN:" name nobody
    return (person.name,) if person else titled
