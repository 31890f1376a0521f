"""Every rule on every record that is known, and each set said in one plain sentence."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from msgspec.structs import replace

from muster.ledger.disagree.events import event_links
from muster.ledger.disagree.labels import label_links
from muster.ledger.disagree.levels import level_links
from muster.ledger.disagree.links import Found, distinct, joined
from muster.ledger.disagree.reading import reading
from muster.ledger.disagree.said import said_links
from muster.ledger.disagree.settling import in_words
from muster.ledger.disagree.sums import sum_links
from muster.ledger.disagree.telling import tellings
from muster.ledger.known import Known
from muster.ledger.printings import EACH_ITS_OWN, voices
from muster.ledger.words import Member
from muster.records import Commitment, Disagreement, Statement

BY = "rules"


def find(known: Known) -> tuple[Disagreement, ...]:
    """The sets of records that cannot all hold, among those that are accepted or proposed, sorted by their records.

    Only what the records themselves say is used: sets marked by hand are not looked at. Each has what would settle it and a
    proposed reading with the reason.
    """
    standing = (*known.accepted, *known.proposed)
    cited: tuple[Member, ...] = (*standing, *known.statements)
    members = {record.id: record for record in cited}
    preferred, one_voice = [each.record for each in known.preferences], voices(known.reports)
    found = sets(standing, known.statements, one_voice)
    return tuple(_told(each, members, preferred, one_voice) for each in found)


def disputed(known: Known) -> Known:
    """What is known with every disagreement: those that the rules find, then those that only a person has marked.

    A marked set that shares two records with a found one is the same matter and is not told twice.
    """
    found = find(known)
    marked = [each for each in known.disagreements if not _is_told(each, found)]
    return replace(known, disagreements=(*found, *marked))


def disputed_at_both(before: Known, after: Known) -> tuple[Known, Known]:
    """The same at two times: a set that the rules find at either of them is left to the rules at both.

    Else a marked set would seem settled as soon as the rules see enough of it to tell of it themselves.
    """
    found = (*find(before), *find(after))
    told = {one.id for known in (before, after) for one in known.disagreements if _is_told(one, found)}
    earlier, later = (
        disputed(replace(known, disagreements=tuple(one for one in known.disagreements if one.id not in told)))
        for known in (before, after)
    )
    return earlier, later


def _is_told(marked: Disagreement, found: Iterable[Disagreement]) -> bool:
    return any(len({*marked.records} & {*one.records}) > 1 for one in found)


def sets(
    commitments: Iterable[Commitment], statements: Sequence[Statement] = (), voices: Mapping[str, str] = EACH_ITS_OWN
) -> list[Found]:
    """The sets, sorted by their records; the order of the input does not matter. ``voices``: reports by their story's first."""
    told = tellings(commitments, voices)
    families = [list(level_links(told)), *event_links(told), list(sum_links(told)), *label_links(told)]
    families.append(list(said_links(statements)))
    return distinct(found for links in families for found in joined(links))


def _told(found: Found, members: Mapping[str, Member], preferred: Sequence[str], one_voice: Mapping[str, str]) -> Disagreement:
    """A set as a record."""
    own = [members[name] for name in found.ids]
    chosen = reading(own, [name for name in preferred if name in found.ids], one_voice)
    words, settles = in_words(found.kind, own)
    return Disagreement(
        id=f"X-{sha256(' '.join(found.ids).encode()).hexdigest()[:10]}",
        kind=found.kind,
        records=found.ids,
        by=BY,
        sentence=words,
        settles=settles,
        reading=chosen.record,
        why=chosen.why,
    )
