"""Small builders of runs: a number with its citations, a sentence whose figures are all cited."""

import re
from collections.abc import Iterable, Sequence

from muster.brief.material import Holding
from muster.brief.tree import Cited, Link, Number, Run, Runs, Text
from muster.brief.wording import SOURCE_CLASSES, amount, host, published, unit
from muster.ledger import Outlet

DATE = r"\d{1,2} [A-Z][a-z]{2,8} \d{4}|\d{4}-\d{2}(?:-\d{2})?|(?<![\d,.])(?:19|20)\d{2}(?![\d,.]\d)(?!\d)"
FIGURE = re.compile(
    rf"(?P<date>{DATE})|(?P<figure>[−-]?(?<![\w.])\d+(?:,\d{{3}})*(?:\.\d+)?(?: ?%| percent| million| billion)?)"
)


def text(words: str) -> Text:
    """Plain words."""
    return Text(text=words)


def quiet(words: str) -> Text:
    """Words of less weight."""
    return Text(text=words, role="quiet")


def strong(words: str) -> Text:
    """Words of more weight."""
    return Text(text=words, role="strong")


def cited(words: str, cites: Iterable[str]) -> Number:
    """A number as words, with what it rests on."""
    return Number(text=words, cites=tuple(cites))


def said(holding: Holding, noun: str | None = None, *, dated: bool = False) -> Runs:
    """A holding in a sentence: ``about 1,000 personnel (28 Aug 2025)``, ``US$240–600 million a year (sources differ)``.

    ``noun`` stands in the place of the unit.
    """
    words = unit(holding.cell.unit) if noun is None else noun
    kind = f" {words}" if words else ""
    remarks = ("sources differ" if holding.differ else "", holding.dated if dated else "")
    remark = "; ".join(part for part in remarks if part)
    after = f"{kind} ({remark})" if remark else kind
    return (amount_of(holding), text(after)) if after else (amount_of(holding),)


def tabled(holding: Holding) -> Runs:
    """A holding in a table: the bare number, remarks beneath it."""
    remarks = (holding.per, "sources differ" if holding.differ else "", "claimed" if holding.claimed else "")
    remark = ", ".join(part.strip() for part in remarks if part)
    return (cited(range_of(holding), holding.cites), quiet(f" {remark}")) if remark else (amount_of(holding),)


def amount_of(holding: Holding) -> Number:
    """A holding's range, with the period of a rate, and what it rests on."""
    return cited(range_of(holding) + holding.per, holding.cites)


def range_of(holding: Holding) -> str:
    """A holding's range in words; where sources differ, "about" says nothing more."""
    return amount(holding.low, holding.high, holding.cell.currency, rough=holding.rough and not holding.differ)


def numbered(words: str, cites: Sequence[str]) -> Runs:
    """A sentence in which each figure (dates and years are none) opens the citations; plain words where there are none."""
    if not cites:
        return (text(words),)
    runs: list[Run] = []
    at = 0
    for match in FIGURE.finditer(words):
        if match["figure"] is None or is_name(words, match):
            continue
        runs += [text(words[at : match.start()])] if match.start() > at else []
        runs.append(cited(match["figure"], cites))
        at = match.end()
    return (*runs, text(words[at:])) if at < len(words) else tuple(runs)


def is_name(words: str, match: re.Match[str]) -> bool:
    """Whether a small number belongs to a name, as in ``Delmas 33``: no word follows that it could count."""
    small = len(match[0]) <= 2 and match[0].isdigit()
    return (
        small
        and bool(re.search(r"[A-Z]\w*[a-zà-ÿ]\w* $", words[: match.start()]))
        and not re.match(r" \w", words[match.end() :])
    )


def source(record: Cited) -> Runs:
    """Where it stands and since when; the date opens the citation."""
    where = host(record.address) or record.title or record.id
    mark = f", {SOURCE_CLASSES.get(record.source_class, record.source_class)}" if record.weak else ""
    return (text(f"{where}{mark}, "), cited(published(record.published) or "no date", (record.id,)))


def titled(record: Cited) -> Link:
    """The source's title, linked to its address."""
    return Link(text=record.title or record.address or record.id, address=record.address)


def printed_by(outlets: Iterable[Outlet]) -> Runs:
    """The outlets that printed one story, each linked to where it did."""
    return joined((Link(text=one.name, address=one.address),) for one in outlets)


def joined(parts: Iterable[Runs], between: str = ", ") -> Runs:
    """Stretches of runs with words between them."""
    runs: list[Run] = []
    for part in parts:
        runs += [*([text(between)] if runs and part else []), *part]
    return tuple(runs)


def sentence(*parts: str | Run | Runs) -> Runs:
    """Words, runs and stretches of runs as one stretch."""
    runs: list[Run] = []
    for part in parts:
        if isinstance(part, str):
            runs += [text(part)] if part else []
        else:
            runs += part if isinstance(part, tuple) else (part,)
    return tuple(runs)
