"""Of the records of a disagreement, the one to read by default, and why: a proposal that a person can reverse.

The order: what a person prefers; nothing that is marked doubtful; nothing that the same speaker has since replaced; the
acting body's own record over a report about it; official over first-hand over republished sources; what more pages say
(reports that print one story are one page); the later publication. Nothing is decided by it: the state keeps the whole range.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from muster.ledger.disagree.telling import actor_key
from muster.ledger.printings import EACH_ITS_OWN, voice
from muster.records import Commitment, Precedent, Statement, known_from

Member = Commitment | Statement | Precedent
CLASSES = {"primary_official": 0, "originating_outlet": 1, "think_tank": 2, "republished": 3, "encyclopedia": 4}
UNKNOWN = 5
WORD = re.compile(r"[^\W\d_]{3,}")


class Reading(NamedTuple):
    """The id of the record to read, and in words why that one."""

    record: str
    why: str


class _Rank(NamedTuple):
    """What speaks against a record, the weightiest first; the least wins."""

    unpreferred: int
    doubtful: bool
    replaced: bool
    reported: bool
    source: int
    alone: int
    older: int


WHY = {
    "unpreferred": "preferred by a reviewer",
    "doubtful": "not marked doubtful, as another is",
    "replaced": "the newest word of its speaker",
    "reported": "the acting body's own record",
    "source": "the source nearest to the act",
    "alone": "what most pages say",
    "older": "published last",
}


def reading(members: Sequence[Member], preferred: Sequence[str] = (), voices: Mapping[str, str] = EACH_ITS_OWN) -> Reading:
    """The proposed reading of a set; ``preferred`` are ids that a person prefers, the latest word last."""
    ranks = {member.id: _rank(member, members, preferred, voices) for member in members}
    first, *others = sorted(ranks, key=lambda name: (ranks[name], name))
    decided = next((name for name in _Rank._fields if _parts(ranks, name, first, others)), "")
    return Reading(first, WHY.get(decided, "nothing tells the sources apart"))


def _parts(ranks: Mapping[str, _Rank], name: str, first: str, others: Sequence[str]) -> bool:
    """Whether a criterion sets the winner apart from any other record that is level with it up to there."""
    place = _Rank._fields.index(name)
    return any(ranks[other][:place] == ranks[first][:place] and ranks[other][place] > ranks[first][place] for other in others)


def _rank(member: Member, members: Sequence[Member], preferred: Sequence[str], voices: Mapping[str, str]) -> _Rank:
    published = known_from(member.citation.published)
    speaker = _speaker(member)
    later = [
        each for each in members if speaker and _speaker(each) == speaker and known_from(each.citation.published) > published
    ]
    return _Rank(
        unpreferred=-max((place for place, name in enumerate(preferred, 1) if name == member.id), default=0),
        doubtful="doubtful" in getattr(member, "flags", ()),
        replaced=bool(later),
        reported=not _is_own(member),
        source=CLASSES.get(member.citation.source_class, UNKNOWN),
        alone=-len({voice(each.citation, voices) for each in members if _says(each) == _says(member)}),
        older=-published.toordinal(),
    )


def _speaker(member: Member) -> str:
    return (member.attributed_to or "") if isinstance(member, Commitment) else ""


def _says(member: Member) -> object:
    """The number that a record gives; a statement says what only it says."""
    return (member.amount_low, member.amount_high) if isinstance(member, Commitment) else member.id


def _is_own(member: Member) -> bool:
    """Whether the acting body itself is the speaker: its name, or a word made from it, stands in the attribution."""
    if not isinstance(member, Commitment):
        return False
    names = [word[: max(4, len(word) - 2)].casefold() for word in WORD.findall(actor_key(member.actor))]
    said = [word.casefold() for word in WORD.findall(member.attributed_to or "")]
    by_name = any(word.startswith(name) for name in names for word in said)
    return by_name or (member.citation.source_class == "primary_official" and not member.attributed_to)
