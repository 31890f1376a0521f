"""What changed since the last brief: answers, numbers old and new, findings, disagreements, the plan."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from muster.brief.published import Published
from muster.brief.runs import cited, numbered, sentence, strong, text
from muster.brief.tree import Block, Fact, Facts, Item, List, Paragraph, Run, Runs, Section
from muster.brief.wording import counted, day

SHOWN, PRINTED = 30, 2  # items of one kind on the screen and on paper
LONGEST = 600  # letters of an earlier text
Say = Callable[[Fact], Runs]
GROUPS = ("answers", "numbers", "findings", "disagreements", "plan")
HEADINGS = dict(zip(GROUPS, ("The five answers", "Numbers", "Findings", "Disagreements", "The plan"), strict=True))


def base(earlier: Sequence[Published], now: Facts) -> Published | None:
    """The newest earlier brief that says something else: making a brief twice therefore gives the same bytes.

    One that shows small counts is no base for one that hides them.
    """
    fit = (one for one in earlier if one.facts.suppressed or not now.suppressed)
    return next((one for one in fit if one.facts != now), None)


def since(last: Published, now: Facts) -> Section | None:
    """The section, or None where nothing that it lists has changed."""
    blocks: list[Block] = []
    for group in GROUPS if last.facts.plan and now.plan else GROUPS[:-1]:
        items = list(changed(group, getattr(last.facts, group), getattr(now, group)))
        if items:
            blocks += [Paragraph(runs=(text(HEADINGS[group]),), role="subheading"), shown(items)]
    if not blocks:
        return None
    when = f"as of {day(last.as_of)}" if last.as_of else "before this one"
    opening = Paragraph(runs=(text(f"Compared with the brief {when}."),), role="note")
    return Section(id="since", heading="What changed since the last brief", blocks=(opening, *blocks))


def shown(items: list[Runs]) -> List:
    """The first of the items, and how many more there are."""
    rest = len(items) - SHOWN
    kept = [*items[:SHOWN], *([sentence(f"And {counted(rest, 'further change')}.")] if rest > 0 else [])]
    return List(kind="plain", items=tuple(Item(runs=runs, printed=place < PRINTED) for place, runs in enumerate(kept)))


def changed(group: str, old: Iterable[Fact], new: Iterable[Fact]) -> Iterator[Runs]:
    """What is new, what differs and what is gone, in the order of the new brief and then of the old one."""
    before, after = {fact.key: fact for fact in old}, {fact.key: fact for fact in new}
    say = PARTS.get(group, in_full)
    for key, fact in after.items():
        if key not in before:
            yield sentence(strong(f"{clipped(fact.name)}: "), "new, ", say(fact), ".")
        elif clipped(before[key].text) != clipped(fact.text):
            yield sentence(strong(f"{clipped(fact.name)}: "), "was ", say(before[key]), ", is ", say(fact), ".")
    gone = "settled or no longer known, was " if group == "disagreements" else "no longer told, was "
    for key, fact in before.items():
        if key not in after:
            yield sentence(strong(f"{clipped(fact.name)}: "), gone, say(fact), ".")


def whole(fact: Fact) -> Runs:
    """A number: all of it opens what it rests on."""
    return (cited(clipped(fact.text), fact.cites),) if fact.cites else (text(clipped(fact.text)),)


def in_full(fact: Fact) -> Runs:
    """A text in which each figure opens what the text rests on."""
    words: tuple[Run, ...] = numbered(clipped(fact.text).rstrip("."), fact.cites)
    return sentence("“", words, "”")


def plainly(fact: Fact) -> Runs:
    """A setting of the plan."""
    return (text(clipped(fact.text)),)


def clipped(words: str) -> str:
    """An earlier brief may be anybody's file: no text of it takes over the page."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"


PARTS: dict[str, Say] = {"numbers": whole, "plan": plainly}
