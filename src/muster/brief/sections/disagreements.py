"""Where sources disagree: every known set, said in a sentence, each record with its citation; never summed away."""

import re
from itertools import groupby
from typing import get_args

from msgspec.structs import replace

from muster.brief.material import Material
from muster.brief.runs import cited, numbered, quiet, sentence, text
from muster.brief.tree import Block, Cited, Item, List, Number, Paragraph, Run, Runs, Section
from muster.brief.wording import counted, first_large, host, listed, published, reference, unique
from muster.ledger.disagree.settling import KINDS as IN_WORDS
from muster.ledger.standing import DOUBTFUL
from muster.records import Disagreement, Stage

KINDS = {
    "increment-vs-total": "More, or more in all",
    "sum-of-parts": "The parts and the whole",
    "stage": "Promised, approved or paid",
    "currency": "Which currency",
    "scope": "What the number is for",
    "order-of-magnitude": "Ten times more or less",
    "stale": "An old number printed again",
    "rotation": "New people, or the same places filled anew",
    "double printing": "One event, several counts",
    "unsorted": "Other",
}
LONGEST, FEW = 6, 3  # records that a sentence can hold, and names
PRINTED, SHORT = 1, 4  # sets of one kind that fit on two pages beside the rest, and the most records of such a set
BRACKETS = re.compile(r"\(([^()]*)\)")


def disagreements(material: Material) -> Section:
    """The section on every disagreement between visible records."""
    order = list(KINDS)
    known = sorted(material.known.disagreements, key=lambda one: (order.index(one.kind), one.id))
    blocks: list[Block] = [Paragraph(runs=(text(opening(len(known))),))]
    for kind, group in groupby(known, key=lambda one: one.kind):
        items = ranked([item(one, material) for one in group])
        heading = Paragraph(runs=(text(KINDS[kind]),), role="subheading", printed=any(one.printed for one in items))
        blocks += [heading, List(kind="disagreements", items=items)]
    blocks += doubtful(material)
    return Section(id="disagreements", heading="Where sources disagree", blocks=tuple(blocks))


def doubtful(material: Material) -> list[Block]:
    """Records that were accepted but are marked doubtful: they set no number above."""
    marked = [record for record in material.known.accepted if DOUBTFUL in record.flags]
    items = tuple(Item(runs=member(material.cited[record.id]), printed=False) for record in marked)
    heading = Paragraph(runs=(text("Marked doubtful, and used for no number above"),), role="subheading", printed=False)
    return [heading, List(kind="plain", items=items)] if items else []


def opening(count: int) -> str:
    """How many, and what the brief does with them."""
    if not count:
        return "No two visible records are known to contradict each other."
    found = f"{counted(count, 'set').capitalize()} of records contradict each other or can be read in two ways."
    return f"{found} None is averaged away: numbers above that are of one time span what the sources give."


def ranked(items: list[Item]) -> tuple[Item, ...]:
    """The items with those marked for paper that are short, a few of each kind."""
    short = [one for one in items if len(one.below) <= SHORT][:PRINTED]
    return tuple(replace(one, printed=one in short) for one in items)


def item(one: Disagreement, material: Material) -> Item:
    """The set's sentence with the records under it; of a long set the sentence keeps what all its members share."""
    members = tuple(id for id in one.records if id in material.cited)
    below = tuple(member(material.cited[id]) for id in members)
    told = one.sentence.partition(f"; {IN_WORDS[one.kind]}")[0].rstrip(".")  # the heading above tells the kind
    runs = traced(f"{told or 'These records disagree'}.", members)
    if len(members) > LONGEST:
        shared = one.sentence.partition(": sources give")[0] if ": sources give" in one.sentence else ""
        shared = shared[:1].lower() + shared[1:] if shared.partition(",")[0].lower() in get_args(Stage) else shared
        head = first_large(", ".join(part for part in (who(members, material, shared), shared) if part))
        runs = sentence(f"{head}: ", cited(f"{len(members)} records", members), " that cannot all be true.")
    return Item(runs=runs, below=below, advice=advice(one, material))


def advice(one: Disagreement, material: Material) -> tuple[Runs, ...]:
    """Which record is read by default and why, and what would settle it; the heading above tells the kind."""
    if not one.settles or one.reading not in material.cited:
        return ()
    read = sentence("To be read by default: ", cited(material.cited[one.reading].claim, (one.reading,)), f" ({one.why}).")
    return read, (text(f"It would be settled by {one.settles}."),)


def who(members: tuple[str, ...], material: Material, shared: str) -> str:
    """The actors and speakers of a set that its head does not name, a few of them."""
    named: dict[str, tuple[str, ...]] = {record.id: (record.actor,) for record in material.known.accepted}
    named |= {record.id: record.speakers for record in material.known.statements}
    each = [name for name in unique([name for id in members for name in named.get(id, ())]) if name not in shared]
    return listed([*each[:FEW], "others"]) if len(each) > FEW + 1 else listed(each)


def traced(words: str, members: tuple[str, ...]) -> Runs:
    """The ledger's sentence, the ids in its brackets turned into the citations of the numbers before them."""
    runs: list[Run] = []
    at = 0
    for match in BRACKETS.finditer(words):
        ids = tuple(id for id in match[1].split(", ") if id in members)
        if not ids:
            continue
        told = numbered(words[at : match.start()].rstrip(), ids)
        runs += told if any(isinstance(run, Number) for run in told) else (*told, text(" "), cited(reference(ids[0]), ids))
        at = match.end()
    return (*runs, text(words[at:])) if words[at:] else tuple(runs)


def member(record: Cited) -> Runs:
    """One of the records: what it says opens its citation."""
    where = ", ".join(part for part in (record.said_by, host(record.address), published(record.published)) if part)
    return sentence(cited(record.claim, (record.id,)), quiet(f" {where}{', a copy' if record.weak else ''}"))
