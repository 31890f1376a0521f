"""The same effect under other defensible choices: a specification curve, thinned to what can be seen."""

from muster.assess.paths import Specifications
from muster.brief.captions import rests
from muster.brief.drawings.records import Choice, Curve
from muster.brief.drawings.tables import exactly
from muster.brief.material import Material
from muster.brief.tree import Picture
from muster.brief.wording import counted, listed
from muster.records import Finding

DRAWN = 160  # specifications drawn; finer than that is no longer seen
VALUES = 8  # rows of choices of one kind; the rarer ones share a row
RARE = 20  # and are those that fewer than one specification in so many chose


def specifications(material: Material, finding: Finding, found: Specifications) -> Picture:
    """The effect under all defensible choices, the planned one marked."""
    made = curve(found)
    effects, total = found.effects, len(found.effects)
    below, above = sum(1 for one in effects if one < 0), sum(1 for one in effects if one > 0)
    chosen = found.choices[found.planned]
    thin = f" {len(made.effects)} are drawn, evenly spread, with the planned one." if len(made.effects) < total else ""
    words = (
        f"{counted(total, 'specification')}: effects from {exactly(effects[0])} to {exactly(effects[-1])}, the middle one "
        f"{exactly(effects[total // 2])}; {below or 'none'} below zero, {above or 'none'} above.{thin} The planned one is "
        f"{exactly(effects[found.planned])}, number {found.planned + 1:,} in rising order: {listed(chosen)}."
    )
    return Picture(
        id=f"specifications-{finding.outcome.id}",
        title=f"{finding.outcome.name}: the effect under other choices",
        unit=finding.outcome.unit,
        description=words,
        drawing=made,
        caption=rests(
            material,
            finding,
            f"A dot is one of {total:,} specifications; the ticks below say what was chosen.{thin} Ringed: the planned one.",
        ),
    )


def curve(found: Specifications) -> Curve:
    """The specifications thinned to what can be seen, the first, last and planned always among them."""
    last = len(found.effects) - 1
    even = (round(step * last / (DRAWN - 1)) for step in range(DRAWN)) if last >= DRAWN else range(last + 1)
    shown = sorted({*even, found.planned})
    return Curve(
        effects=tuple(found.effects[place] for place in shown),
        places=tuple(place + 1 for place in shown),
        total=len(found.effects),
        planned=shown.index(found.planned),
        choices=tuple(
            Choice(name=name, taken=tuple(bool(held & set(found.choices[place])) for place in shown))
            for name, held in rows(found)
        ),
    )


def rows(found: Specifications) -> list[tuple[str, set[str]]]:
    """A row for each value of a choice, the planned one first; beyond some of one kind the rest share a row."""
    kinds: dict[str, dict[str, int]] = {}
    for chosen in (found.choices[found.planned], *found.choices):
        for words in chosen:
            values = kinds.setdefault(words.partition(":")[0], {})
            values[words] = values.get(words, 0) + 1
    made: list[tuple[str, set[str]]] = []
    for kind, values in kinds.items():
        first, *others = values
        others.sort(key=lambda words: (-values[words], words))
        seen = [words for words in others if values[words] * RARE >= len(found.effects)]
        kept = [first, *others] if len(values) <= VALUES else [first, *seen[: VALUES - 2]]
        made += [(words, {words}) for words in kept]
        if rest := set(values) - set(kept):
            made.append((f"{kind}: {len(rest)} others", rest))
    return made
