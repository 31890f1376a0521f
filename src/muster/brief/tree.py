"""The brief as data before it is a page: sections of blocks, and runs in which every number names its sources.

Nothing here knows HTML. A renderer walks the tree; ``brief.json`` is the tree itself.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from muster.brief.drawings.records import Drawing
from muster.brief.drawings.tables import data
from muster.ledger import Outlet
from muster.records import Record

Look = Literal["need", "plan", "report", "measure"]


class Text(Record, tag="text", frozen=True, kw_only=True):
    """Plain words. ``role`` says what they are for, never how they look."""

    text: str
    role: Literal["plain", "strong", "quiet"] = "plain"


class Number(Record, tag="number", frozen=True, kw_only=True):
    """A number or a range as words, with the ids of the citations it rests on (one or more)."""

    text: str
    cites: tuple[str, ...]


class Link(Record, tag="link", frozen=True, kw_only=True):
    """A title and the address it stands at; a renderer links it only where the address is safe."""

    text: str
    address: str


Run = Text | Number | Link
Runs = tuple[Run, ...]


class Paragraph(Record, tag="paragraph", frozen=True, kw_only=True):
    """Running text, or a heading inside a section."""

    runs: Runs
    role: Literal["plain", "note", "subheading"] = "plain"
    printed: bool = True


class Item(Record, frozen=True, kw_only=True):
    """An entry of a list: an optional term, what is said of it, and the records under it. ``printed``: it is also on paper."""

    runs: Runs
    term: str = ""
    below: tuple[Runs, ...] = ()
    advice: tuple[Runs, ...] = ()
    printed: bool = True


class List(Record, tag="list", frozen=True, kw_only=True):
    """Entries of one kind."""

    kind: Literal["answers", "plain", "disagreements", "sources"]
    items: tuple[Item, ...]


class Column(Record, frozen=True, kw_only=True):
    """A table's column. A ``number`` column is set flush right; one that is not ``printed`` is on the screen only."""

    label: str
    holds: Literal["text", "number", "sentence"] = "text"
    printed: bool = True


class Row(Record, frozen=True, kw_only=True):
    """One cell of runs per column. A row with ``heading`` opens a group and holds no cells."""

    cells: tuple[Runs, ...] = ()
    heading: str = ""
    printed: bool = True


class Table(Record, tag="table", frozen=True, kw_only=True):
    """Rows under columns; an empty cell means that no record says anything."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


class Point(Record, frozen=True, kw_only=True):
    """A value, or a range, at a date or over a span; ``low`` or ``high`` null means unbounded on that side."""

    start: date
    low: float | None
    high: float | None
    text: str
    cites: tuple[str, ...]
    end: date | None = None
    label: str = ""


class Series(Record, frozen=True, kw_only=True):
    """Points that may stand together: one definition, one provider. ``regular``: whole periods of one length."""

    name: str
    look: Look
    points: tuple[Point, ...]
    regular: bool = False


class Mark(Record, frozen=True, kw_only=True):
    """A dated event that the chart shows as an upright line."""

    name: str
    date: date


class Chart(Record, tag="chart", frozen=True, kw_only=True):
    """What a chart shows. ``description`` is its text alternative; the points are also its table."""

    id: str
    title: str
    unit: str
    description: str
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    size: Literal["wide", "small"] = "wide"
    printed: bool = True
    caption: Runs = ()


class Picture(Record, tag="picture", frozen=True, kw_only=True):
    """A picture that is no plain series over time. ``description`` is its text alternative: every number that is drawn."""

    id: str
    title: str
    unit: str
    description: str
    drawing: Drawing
    caption: Runs = ()
    printed: bool = False


Block = Paragraph | List | Table | Chart | Picture


class Section(Record, frozen=True, kw_only=True):
    """A heading and what stands under it."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


class Cited(Record, frozen=True, kw_only=True):
    """What a number rests on: a record of the ledger, a published figure or a data file, in words for a reader.

    ``original`` holds the source's own words where the vocabulary replaced them. ``weak``: a copy or an encyclopedia.
    ``masked``: a name is withheld from the quote, while ``start`` and ``end`` are those of the report's own words.
    ``outlets`` are all that printed it where they are several, the cited one first: one source all the same.
    """

    id: str
    kind: Literal["commitment", "statement", "precedent", "figure", "data file"]
    claim: str
    said_by: str = ""
    title: str = ""
    address: str = ""
    published: str = ""
    source_class: str = ""
    weak: bool = False
    quote: str | None = None
    report: str | None = None
    start: int | None = None
    end: int | None = None
    masked: bool = False
    original: tuple[tuple[str, str], ...] = ()
    outlets: tuple[Outlet, ...] = ()


class Annex(Record, frozen=True, kw_only=True):
    """A file that goes beside the page: its text, or its bytes where it is none."""

    name: str
    text: str | bytes


class Fact(Record, frozen=True, kw_only=True):
    """Something that the brief says, under a key that stays the same from one brief to the next."""

    key: str
    name: str
    text: str
    cites: tuple[str, ...] = ()


class Facts(Record, frozen=True, kw_only=True):
    """What the next brief on the same mission compares itself with. ``plan`` holds its settings by their names.

    ``suppressed``: small counts are hidden in it.
    """

    mission: str
    plan_hash: str
    suppressed: bool
    answers: tuple[Fact, ...]
    numbers: tuple[Fact, ...]
    findings: tuple[Fact, ...]
    disagreements: tuple[Fact, ...]
    plan: tuple[Fact, ...]


class Document(Record, frozen=True, kw_only=True):
    """What a reader reads. ``citations`` holds every citation that a number or a fact names, and no other.

    ``simulated``: the place does not exist, and every rendering says so.
    """

    title: str
    short: str
    as_of: date | None
    as_of_text: str
    basis: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    citations: tuple[Cited, ...]
    facts: Facts
    simulated: bool = False

    def cited(self) -> dict[str, Cited]:
        """The citations by id."""
        return {cited.id: cited for cited in self.citations}


class Brief(Document, frozen=True, kw_only=True):
    """The document and the files that go beside it."""

    annexes: tuple[Annex, ...]


def runs_of(block: Block) -> Iterator[Runs]:
    """Every stretch of runs in a block, in reading order."""
    match block:
        case Paragraph():
            yield block.runs
        case List():
            for item in block.items:
                yield item.runs
                yield from item.below
                yield from item.advice
        case Table():
            for row in block.rows:
                yield from row.cells
        case Chart():
            yield block.caption
            for series in block.series:
                yield tuple(Number(text=point.text, cites=point.cites) for point in series.points)
        case Picture():
            yield block.caption
            for cells in data(block.drawing).rows:
                yield tuple(Number(text=words, cites=cites) for words, cites in cells if cites)


def cited_ids(blocks: Iterator[Block]) -> dict[str, None]:
    """The ids that the numbers of these blocks name, each once, in reading order."""
    runs = (run for block in blocks for stretch in runs_of(block) for run in stretch)
    return {id: None for run in runs if isinstance(run, Number) for id in run.cites}
