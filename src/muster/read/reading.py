"""The stage itself: a report's text -> proposed records, each with the words it rests on."""

import re
from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from muster.read.actors import Mention, acts, mentions, mission_of, voice_of
from muster.read.clauses import Background, Clause, Earlier, take_apart
from muster.read.clutter import clutter_lines
from muster.read.commitments import Found, commitments
from muster.read.dates import Dated, dates
from muster.read.language import language_name, language_of
from muster.read.names import Mission, introduced, office
from muster.read.quick import BEGINS, by_letter
from muster.read.sentences import LONGEST, Sentence, lines, sentences
from muster.read.speakers import persons
from muster.read.speaking import speaking
from muster.read.statements import Said
from muster.read.undated import tells_its_day
from muster.read.visible import seen
from muster.records import Citation, Commitment, Record, Report, Stage, Statement

READ = (  # what a reader fills in of a commitment
    *("actor", "kind", "stage", "amount_low", "amount_high", "unit", "currency", "basis"),
    *("date_from", "date_to", "attributed_to"),
)
PLANNED: tuple[Stage, ...] = ("pledged", "approved", "deploying")
LIKE: dict[Stage, tuple[Stage, ...]] = {  # an act without an amount is told again by an amount at one of these stages
    "required": ("required",),
    "pledged": PLANNED,
    "approved": PLANNED,
    "deploying": (*PLANNED, "deployed"),
    "deployed": ("deployed", "deploying"),
    "disbursed": ("disbursed",),
    "withdrawn": (),
    "declined": (),
}
POLICE = re.compile(rf"(?:{by_letter(['police(?:men)?'], BEGINS)})\b")
BYLINE = re.compile(r"(?P<name>[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){1,3}),\s(?:[A-Z][\w]*\s?(?:of\s|for\s|and\s)?){1,6}")


class Reading(Record, frozen=True, kw_only=True):
    """What was read: records in the order of the text, the numbers of clutter lines from 0, the language, and what to know."""

    commitments: tuple[Commitment, ...] = ()
    statements: tuple[Statement, ...] = ()
    clutter: tuple[int, ...] = ()
    language: str = ""
    warnings: tuple[str, ...] = ()


def read(text: str, report: Report) -> Reading:
    """Propose the commitments and statements of a report; every quote stands verbatim at its offsets of ``text``.

    Definitions of the fields follow the design, section 4. A text that is not English gives no records and a warning.
    Relative dates ("on Monday") are resolved against ``report.published`` and left open where that is not a full date.
    """
    looks = seen(text)
    reading = _read(looks.text, report)
    if looks.text == text:
        return reading
    return replace(
        reading,
        commitments=tuple(looks.led_back(record, text) for record in reading.commitments),
        statements=tuple(looks.led_back(record, text) for record in reading.statements),
        warnings=(*looks.warnings, *reading.warnings),
    )


def _read(text: str, report: Report) -> Reading:
    """As :func:`read`, of a text in which nothing is invisible."""
    language = language_of(text)
    if language != "en":
        unread = f"{language_name(language)}: only English is read, so no records were taken from it"
        return Reading(language=language, warnings=(unread,))
    clutter = clutter_lines(text)
    found = list(sentences(text, frozenset(clutter)))
    new = introduced(text)
    named = [mentions(sentence.text, new) for sentence in found]
    background = _background(text, found, named, new, report)
    spoken = [said for _, said in speaking([sentence.text for sentence in found], background.people)]
    clauses = list(_clauses(found, named, spoken, background))
    return Reading(
        commitments=tuple(_commitments(text, found, clauses, background, report)),
        statements=tuple(_statements(text, found, clauses, background, report)),
        clutter=clutter,
        language=language,
        warnings=tuple(_warnings(found, report)),
    )


def _background(
    text: str, found: list[Sentence], named: list[tuple[Mention, ...]], new: tuple[Mission, ...], report: Report
) -> Background:
    plain = [sentence.text for sentence in found]
    published = date.fromisoformat(report.published) if len(report.published) == 10 else None
    first = next((line.strip() for _, line in lines(text[:2000]) if line.strip()), "")
    byline = BYLINE.fullmatch(first)
    return Background(
        published=published,
        mission=mission_of(plain, named, published, new),
        people=persons(plain),
        police=bool(POLICE.search(text)),
        author=byline["name"] if byline else None,
        of_the_day=tells_its_day(text, byline and byline["name"]),
        introduced=new,
        voice=(office(first) if byline else None) or voice_of(named),
    )


def _warnings(found: list[Sentence], report: Report) -> list[str]:
    warnings = []
    if len(report.published) < 10:
        warnings.append("no full publication date: relative dates are left open; give --published YYYY-MM-DD")
    if any(len(sentence.text) >= LONGEST - 100 for sentence in found):
        warnings.append(f"sentences longer than {LONGEST} characters were read in pieces")
    return warnings


def _clauses(
    found: list[Sentence], named: list[tuple[Mention, ...]], spoken: list[list[Said]], background: Background
) -> Iterator[Clause]:
    """The sentences taken apart, each knowing what those before leave to be understood."""
    earlier = Earlier()
    for sentence, mentioned, said in zip(found, named, spoken, strict=True):
        clause = take_apart(sentence.text, mentioned, said, background, earlier)
        counted = next((amount for amount in reversed(clause.amounts) if amount.kind == "personnel"), earlier.amount)
        acting = next((name.actor for name in clause.mentions if acts(clause.text, name)), earlier.actor)
        earlier = Earlier(counted, acting)
        yield clause


def _commitments(
    text: str, found: list[Sentence], clauses: list[Clause], background: Background, report: Report
) -> list[Commitment]:
    """The commitments of all sentences, a repeated one once; an act without an amount only where none of that actor has one."""
    pairs = zip(found, clauses, strict=True)
    placed = [(sentence, record) for sentence, clause in pairs for record in commitments(clause, background)]
    counted = {(record.actor, record.kind, stage) for _, record in placed if record.basis for stage in LIKE[record.stage]}
    kept: dict[tuple[object, ...], tuple[Sentence, Found]] = {}
    for sentence, record in placed:
        if record.basis or (record.actor, record.kind, record.stage) not in counted:
            kept.setdefault(
                (record.actor, record.kind, record.stage, record.low, record.high, record.currency), (sentence, record)
            )
    return [_record(text, *pair, number, background, report) for number, pair in enumerate(kept.values(), 1)]


def _record(text: str, sentence: Sentence, found: Found, number: int, background: Background, report: Report) -> Commitment:
    return Commitment(
        id=f"{report.id}-{number:02d}",
        actor=found.actor,
        kind=found.kind,
        stage=found.stage,
        citation=_citation(text, sentence.start + found.start, sentence.start + found.end, report),
        mission=background.mission.title if background.mission else "",
        amount_low=found.low,
        amount_high=found.high,
        unit=found.unit,
        currency=found.currency,
        basis=found.basis,
        date_from=found.days[0],
        date_to=found.days[1],
        attributed_to=found.attributed_to,
        flags=found.flags,
    )


def _statements(
    text: str, found: list[Sentence], clauses: list[Clause], background: Background, report: Report
) -> list[Statement]:
    """The statements of all sentences; one is dated by the first date that stands outside it."""
    made: list[Statement] = []
    for sentence, clause in zip(found, clauses, strict=True):
        told = [said for said in clause.said if not said.aside]
        days = dates(clause.text, background.published, expressions=clause.expressions) if told else []
        for said in told:
            day = next((day for day in days if not said.start <= day.start < said.end), None)
            made.append(_statement(text, sentence, said, day, len(made) + 1, background, report))
    return made


def _statement(
    text: str, sentence: Sentence, said: Said, day: Dated | None, number: int, background: Background, report: Report
) -> Statement:
    start, end = sentence.start + said.start, sentence.start + said.end
    return Statement(
        id=f"{report.id}-s{number:02d}",
        speakers=said.speakers,
        verb=said.verb,
        content=text[start:end],
        citation=_citation(text, start, end, report),
        mission=background.mission.title if background.mission else "",
        date_from=day.low if day else None,
        date_to=day.high if day else None,
    )


def _citation(text: str, start: int, end: int, report: Report) -> Citation:
    return Citation(
        address=report.address,
        title=report.title,
        published=report.published,
        report=report.id,
        start=start,
        end=end,
        quote=text[start:end],
    )
