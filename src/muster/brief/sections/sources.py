"""Sources: every citation that the brief uses, grouped by address, with what kind of source it is."""

from collections.abc import Iterable, Mapping

from muster.brief.runs import cited, printed_by, quiet, sentence, titled
from muster.brief.tree import Cited, Item, List, Paragraph, Runs, Section, Text
from muster.brief.wording import SOURCE_CLASSES, counted, host, published, reference
from muster.ledger import Outlet


def sources(used: Iterable[Cited], editions: Mapping[str, tuple[Outlet, ...]]) -> Section:
    """The last section; it is made from what the other sections cite, and from who else printed it."""
    groups: dict[tuple[str, str], list[Cited]] = {}
    for record in used:
        name = record.address or record.report or record.title or record.id
        groups.setdefault((record.address, name), []).append(record)
    ordered = sorted(groups.items(), key=lambda group: (host(group[0][0]) or "~", group[0]))
    items = tuple(item(records, editions) for _, records in ordered)
    weak = sum(1 for _, records in ordered if records[0].weak)
    note = (
        f"{counted(len(items), 'address', 'addresses').capitalize()}; {weak} of them copies or encyclopedias, marked as such."
    )
    blocks = (Paragraph(runs=(Text(text=note),)), List(kind="sources", items=items))
    return Section(id="sources", heading="Sources", blocks=blocks)


def item(records: list[Cited], editions: Mapping[str, tuple[Outlet, ...]]) -> Item:
    """One address with every record that rests on it."""
    first = records[0]
    kind = SOURCE_CLASSES.get(first.source_class, first.source_class)
    words = ", ".join(part for part in (host(first.address), published(first.published), kind) if part)
    marks: list[Runs] = [(cited(reference(record.id), (record.id,)),) for record in records]
    told = [*editions.get(first.report or "", ()), *(one for record in records for one in record.outlets)]
    outlets = {one.name: one for one in told}
    also = sentence(quiet(f"printed by {len(outlets)} outlets: "), printed_by(outlets.values())) if outlets else ()
    return Item(runs=sentence(titled(first), quiet(f" {words} "), *[part for mark in marks for part in (*mark, " ")], also))
