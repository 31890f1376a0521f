"""Sources: every citation that the brief uses, grouped by address, with what kind of source it is."""

from collections.abc import Iterable

from muster.brief.runs import cited, quiet, sentence, titled
from muster.brief.tree import Cited, Item, List, Paragraph, Runs, Section, Text
from muster.brief.wording import SOURCE_CLASSES, counted, host, published, reference


def sources(used: Iterable[Cited]) -> Section:
    """The last section; it is made from what the other sections cite."""
    groups: dict[tuple[str, str], list[Cited]] = {}
    for record in used:
        groups.setdefault((record.address, record.address or record.title or record.id), []).append(record)
    ordered = sorted(groups.items(), key=lambda group: (host(group[0][0]) or "~", group[0]))
    items = tuple(item(records) for _, records in ordered)
    weak = sum(1 for _, records in ordered if records[0].weak)
    note = (
        f"{counted(len(items), 'address', 'addresses').capitalize()}; {weak} of them copies or encyclopedias, marked as such."
    )
    blocks = (Paragraph(runs=(Text(text=note),)), List(kind="sources", items=items))
    return Section(id="sources", heading="Sources", blocks=blocks)


def item(records: list[Cited]) -> Item:
    """One address with every record that rests on it."""
    first = records[0]
    kind = SOURCE_CLASSES.get(first.source_class, first.source_class)
    words = ", ".join(part for part in (host(first.address), published(first.published), kind) if part)
    marks: list[Runs] = [(cited(reference(record.id), (record.id,)),) for record in records]
    return Item(runs=sentence(titled(first), quiet(f" {words} "), *[part for mark in marks for part in (*mark, " ")]))
