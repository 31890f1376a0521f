"""Names of private persons in what reports say, withheld from every output of a brief; the ledger keeps the words.

The rule is narrow, so that no institution loses its name: somebody with an age or a private role beside the name who is not
among the speakers of any record. It misses a private person who is named without either.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from msgspec.structs import replace

from muster.ledger import Known
from muster.read.actors import NAME, TITLES
from muster.records import Commitment, Precedent, Statement

WITHHELD = "[name withheld]"
ROLES = (
    "resident|shopkeeper|vendor|trader|merchant|farmer|teacher|student|pupil|nurse|driver|mechanic|mother|father|son|daughter"
    "|brother|sister|widow|widower|neighbou?r|survivor|victim|witness|refugee|villager|child|boy|girl|passer-?by|schoolteacher"
)
PRIVATE = (
    re.compile(rf"(?P<name>{NAME})(?:,\s|\s\()(?:aged\s)?\d{{1,3}}[,.;)](?!\d)"),
    re.compile(rf"(?P<name>{NAME}),\s(?:an?|the)\s(?:[\w-]+\s){{0,4}}?(?:{ROLES})\b"),
    re.compile(rf"\b(?:{ROLES})\s(?P<name>{NAME})"),
)
MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
OFFICE = re.compile(rf"\b(?:{TITLES})\b")
Told = TypeVar("Told", Commitment, Statement, Precedent)


def withheld(known: Known) -> Known:
    """What is known, the names of private persons replaced by ``[name withheld]``; offsets stay those of the report."""
    records: list[Commitment | Statement | Precedent] = [*known.accepted, *known.statements, *known.precedents]
    speakers = " ".join(speaker for record in records for speaker in speakers_of(record))
    names = {name for record in records for text in texts(record) for name in private(text) if name not in speakers}
    if not names:
        return known
    each = sorted({*names, *(name.split()[-1] for name in names)}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, each))})\b")
    disputes = (replace(one, sentence=pattern.sub(WITHHELD, one.sentence)) for one in known.disagreements)
    return replace(
        known,
        accepted=tuple(masked(one, pattern, names) for one in known.accepted),
        statements=tuple(masked(one, pattern, names) for one in known.statements),
        precedents=tuple(masked(one, pattern, names) for one in known.precedents),
        disagreements=tuple(disputes),
    )


def speakers_of(record: Commitment | Statement | Precedent) -> Iterable[str]:
    """Who speaks in a record: they are named because they spoke."""
    return record.speakers if isinstance(record, Statement) else (getattr(record, "attributed_to", None) or "",)


def texts(record: Commitment | Statement | Precedent) -> tuple[str, ...]:
    """The words of the report that a record holds."""
    return (record.citation.quote or "", getattr(record, "content", ""))


def private(text: str) -> Iterator[str]:
    """The names of private persons in a text."""
    for pattern in PRIVATE:
        for match in pattern.finditer(text):
            before = text[max(0, match.start("name") - 40) : match.end("name")]
            if not (OFFICE.search(before) or MONTH.search(match["name"])):
                yield match["name"]


def masked(record: Told, pattern: re.Pattern[str], names: set[str]) -> Told:
    """A record without the names, where its own words hold one of them whole."""
    if not any(name in text for text in texts(record) for name in names):
        return record
    quote = record.citation.quote
    cited = replace(record.citation, quote=pattern.sub(WITHHELD, quote)) if quote else record.citation
    if isinstance(record, Commitment):
        return replace(record, citation=cited)
    return replace(record, citation=cited, content=pattern.sub(WITHHELD, record.content))
