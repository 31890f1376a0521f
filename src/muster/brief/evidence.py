"""Every visible record and figure as a citation in words for a reader.

With an as-of date a remark is left out: it may tell what was learnt later than the fact beside which it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from muster._version import __version__
from muster.brief.tree import Cited
from muster.brief.withholding import WITHHELD
from muster.brief.wording import WEAK, amount, days, first_large, listed, period, unit
from muster.ledger import Known
from muster.ledger.standing import per_of
from muster.panel import Panel
from muster.records import Citation, Commitment, DataFile, Precedent, Statement
from muster.sources import load

SAFE_ORIGINALS = ("actor", "stage", "basis", "unit", "scope")
RECIPE = "recipe: "  # before the name of what was made of a data file
ROUGH = "approximate"  # the flag of an "about"


def index(known: Known, panels: Mapping[str, Panel]) -> dict[str, Cited]:
    """All that may be cited, by id."""
    timeless = known.as_of is None
    printed = {one.record: one.outlets for one in known.printings}
    each = (
        *(of_commitment(record, timeless) for record in known.accepted),
        *(of_statement(record, timeless) for record in known.statements),
        *(of_precedent(record) for record in known.precedents),
        *figures(panels.values(), timeless),
    )
    return {cited.id: replace(cited, outlets=printed.get(cited.id, ())) for cited in each}


def of_commitment(record: Commitment, timeless: bool) -> Cited:
    """A commitment in the words of the vocabulary, the source's own words beside it."""
    what = f"{exact(record)}{period(per_of(record))} {unit(record.unit)}".strip()
    act = f"{actors(record.actor)}: {record.stage} {what}"
    flags = tuple(flag for flag in record.flags if flag != ROUGH)
    parts = (
        act,
        record.basis or "",
        f"for {record.scope}" if record.scope else "",
        *flags,
        days(record.date_from, record.date_to),
    )
    return from_citation(
        record.citation,
        id=record.id,
        kind="commitment",
        claim=", ".join(part for part in parts if part),
        said_by=record.attributed_to or "",
        original=originals(record.original, timeless),
    )


def exact(record: Commitment) -> str:
    """The amount to the last digit, for the citation; the text around it may round."""
    return amount(record.amount_low, record.amount_high, record.currency, rough=ROUGH in record.flags, exact=True)


def actors(names: str) -> str:
    """Joint givers as words: ``Kenya;Jamaica`` -> ``Kenya and Jamaica``."""
    return listed(name.strip() for name in names.split(";"))


def told(record: Statement) -> str:
    """A statement as a sentence: who said what."""
    return " ".join(part for part in (listed(record.speakers), record.verb, record.content) if part)


def of_statement(record: Statement, timeless: bool) -> Cited:
    """What somebody said, and who."""
    return from_citation(
        record.citation,
        id=record.id,
        kind="statement",
        claim=told(record),
        said_by=listed(record.speakers),
        original=originals(record.original, timeless),
    )


def of_precedent(record: Precedent) -> Cited:
    """An earlier intervention."""
    span = days(record.date_from, record.date_to)
    return from_citation(record.citation, id=record.id, kind="precedent", claim=f"{record.title} ({span}): {record.content}")


def from_citation(citation: Citation, **words: Any) -> Cited:
    """The address, title, date and verbatim sentence that all kinds of record share."""
    return Cited(
        title=citation.title,
        address=citation.address,
        published=citation.published,
        source_class=citation.source_class,
        weak=citation.source_class in WEAK,
        quote=citation.quote,
        report=citation.report,
        start=citation.start,
        end=citation.end,
        masked=WITHHELD in (citation.quote or ""),
        **words,
    )


def originals(words: Mapping[str, str], timeless: bool) -> tuple[tuple[str, str], ...]:
    """The source's own words, in a fixed order; remarks only where nothing can leak through them."""
    keys = (*SAFE_ORIGINALS, *sorted(set(words) - set(SAFE_ORIGINALS))) if timeless else SAFE_ORIGINALS
    return tuple((key, words[key]) for key in keys if words.get(key))


def figures(panels: Iterable[Panel], timeless: bool) -> Iterator[Cited]:
    """One citation a published figure that a visible panel rests on, and one a data file, with the recipe of each panel."""
    used: dict[str, tuple[DataFile, list[Panel]]] = {}
    for panel in panels:
        for file in panel.inputs:
            used.setdefault(file.name, (file, []))[1].append(panel)
    for name, (file, made) in sorted(used.items()):
        yield of_file(file, made, timeless)
        rows = [row for panel in made if panel.inputs[0].name == name for row in panel.table.column("evidence").to_pylist()]
        if ids := {id for row in rows for id in row or ()} - {name}:
            yield from (of_figure(row, timeless) for row in load(file).table.to_pylist() if row["figure_id"] in ids)


def of_figure(row: Mapping[str, Any], timeless: bool) -> Cited:
    """A published figure."""
    low, high = row["low"], row["high"]
    value = amount(row["value"], row["value"]) if low is None and high is None else amount(low, high)
    span: tuple[date | None, date | None] = (row["period_start"], row["period_end"])
    return Cited(
        id=row["figure_id"],
        kind="figure",
        claim=first_large(f"{row['outcome']}, {days(*span)}: {value} {row['unit']}"),
        said_by=row["attributed_to"] or row["provider"] or "",
        title=row["title"] or "",
        address=row["address"] or "",
        published=row["published"] or "",
        source_class=row["source_class"] or "",
        weak=row["source_class"] in WEAK,
        original=(("note", row["note"]),) if timeless and row["note"] else (),
    )


def of_file(file: DataFile, panels: Iterable[Panel], timeless: bool) -> Cited:
    """A data file and what was made of it; its title and vintage may name a later day, so an as-of brief leaves them out."""
    claim = f"Data file {file.name}, SHA-256 {file.sha256}"
    recipes = tuple((f"{RECIPE}{panel.outcome.name}", recipe(panel)) for panel in panels)
    if not timeless:
        return Cited(id=file.name, kind="data file", claim=claim, said_by=file.provider, original=recipes)
    return Cited(
        id=file.name,
        kind="data file",
        claim=claim,
        said_by=file.provider,
        title=file.title,
        address=file.address,
        original=(("licence", file.licence), ("vintage", file.vintage), *recipes, ("code", f"muster {__version__}")),
    )


def recipe(panel: Panel) -> str:
    """By which rules the panel was made, with all that was set aside."""
    return ". ".join(f"{first_large(name)}: {words}" for name, words in panel.recipe.items()) + "."
