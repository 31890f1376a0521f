"""The brief as a Word document, for those who must paste: headings, tables, pictures, and numbered sources with links.

Nothing of a report becomes a field, a macro or a link of its own: texts are set as text, and only web addresses are linked.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import vl_convert
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from muster.brief.charts import svg
from muster.brief.drawings.drawing import picture_svg
from muster.brief.setting import references
from muster.brief.simulated import BANNER, stamped
from muster.brief.tree import Block, Brief, Chart, Cited, Item, Link, List, Number, Paragraph, Picture, Runs, Table, cited_ids
from muster.brief.wording import host, is_web, published
from muster.ledger.exports.workbook import MOMENT, undated

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot hold
WIDTHS = {"wide": Cm(16), "small": Cm(7.5)}


def docx_bytes(brief: Brief) -> bytes:
    """The document as a file; the same brief gives the same bytes."""
    writer = Writer(brief)
    writer.body()
    packed = io.BytesIO()
    writer.document.save(packed)
    return undated(packed)


def legal(words: str) -> str:
    """Text without what XML cannot hold."""
    return ILLEGAL.sub("\ufffd", words)


class Writer:
    """A document in the making; sources are numbered as they stand in ``brief.citations``."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.numbers = {cited.id: place for place, cited in enumerate(brief.citations, start=1)}
        self.document: Any = Document()
        kept = self.document.core_properties
        kept.title, kept.author, kept.comments = legal(brief.title)[:255], "Muster", ""
        kept.created = kept.modified = kept.last_printed = MOMENT
        self.document.styles["Normal"].font.size = Pt(10)

    def body(self) -> None:
        """Everything, in the page's order; the page's list of sources is the numbered one here."""
        self.document.add_heading(legal(self.brief.title), 0)
        if self.brief.simulated:
            self.document.add_paragraph().add_run(BANNER).bold = True
        self.document.add_paragraph(legal(self.brief.as_of_text))
        for section in (one for one in self.brief.sections if one.id != "sources"):
            self.document.add_heading(legal(section.heading), 1)
            for block in section.blocks:
                self.block(block)
        self.document.add_heading("What this brief rests on", 1)
        for paragraph in self.brief.basis:
            self.block(paragraph)
        self.document.add_heading("Sources", 1)
        for cited in self.brief.citations:
            self.source(cited)

    def block(self, block: Block) -> None:
        """A block by its kind."""
        match block:
            case Paragraph(role="subheading"):
                self.document.add_heading(legal("".join(run.text for run in block.runs)), 2)
            case Paragraph():
                self.runs(self.document.add_paragraph(), block.runs)
            case List():
                for item in block.items:
                    self.item(item)
            case Table():
                self.table(block)
            case Chart() | Picture():
                self.picture(block)

    def item(self, item: Item) -> None:
        """An entry, what stands under it a step to the right."""
        paragraph = self.document.add_paragraph(style="List Bullet")
        if item.term:
            paragraph.add_run(f"{legal(item.term)} ").bold = True
        self.runs(paragraph, item.runs)
        for runs in (*item.below, *item.advice):
            self.runs(self.document.add_paragraph(style="List Bullet 2"), runs)

    def table(self, table: Table) -> None:
        """A caption, then a grid; a row that opens a group spans it."""
        self.document.add_paragraph(legal(table.caption), style="Caption")
        grid = self.document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
            cell.paragraphs[0].add_run(legal(column.label)).bold = True
        for row in table.rows:
            cells = grid.add_row().cells
            if row.heading:
                cells[0].merge(cells[-1]).paragraphs[0].add_run(legal(row.heading)).bold = True
            for cell, runs in zip(cells, row.cells, strict=False):
                self.runs(cell.paragraphs[0], runs)
        if table.note:
            self.document.add_paragraph(legal(table.note))

    def picture(self, node: Chart | Picture) -> None:
        """A picture with its text alternative, and its sources beneath it; one of simulated data with the word across it."""
        self.document.add_paragraph(legal(f"{node.title} ({node.unit})"), style="Caption")
        drawn = picture_svg(node) if isinstance(node, Picture) else svg(node)
        drawn = stamped(drawn) if self.brief.simulated else drawn
        image = io.BytesIO(vl_convert.svg_to_png(legal(str(drawn)), scale=2))
        shape = self.document.add_picture(image, width=WIDTHS["wide" if isinstance(node, Picture) else node.size])
        shape._inline.docPr.set("descr", legal(node.description))  # python-docx has no door to it
        caption = self.document.add_paragraph()
        self.runs(caption, node.caption)
        self.marks(caption, tuple(cited_ids(iter([node]))))

    def runs(self, paragraph: Any, runs: Runs) -> None:
        """A stretch of runs; a number is followed by those of its sources, once where numbers in a row share them."""
        for run, behind in zip(runs, references(runs), strict=True):
            if isinstance(run, Link) and is_web(run.address):
                self.link(paragraph, run.text, run.address)
                continue
            made = paragraph.add_run(legal(run.text))
            made.bold = getattr(run, "role", "") == "strong"
            if isinstance(run, Number) and behind:
                self.marks(paragraph, run.cites)

    def marks(self, paragraph: Any, cites: Sequence[str]) -> None:
        """The numbers of sources, set high, each leading to its entry in the list."""
        places = sorted(self.numbers[id] for id in cites if id in self.numbers)
        for order, place in enumerate(places):
            hyperlink = OxmlElement("w:hyperlink")
            hyperlink.set(qn("w:anchor"), f"source{place}")
            made = paragraph.add_run(f"{',' if order else ''}{place}")
            made.font.superscript = True
            hyperlink.append(made._r)
            paragraph._p.append(hyperlink)

    def link(self, paragraph: Any, words: str, address: str) -> None:
        """Text that leads to a web address."""
        relation = paragraph.part.relate_to(legal(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        hyperlink = OxmlElement("w:hyperlink")
        hyperlink.set(qn("r:id"), relation)
        made = paragraph.add_run(legal(words))
        made.underline = True
        hyperlink.append(made._r)
        paragraph._p.append(hyperlink)

    def source(self, cited: Cited) -> None:
        """An entry of the list: its number is where the marks lead."""
        paragraph, place = self.document.add_paragraph(), self.numbers[cited.id]
        for name in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(name)
            mark.set(qn("w:id"), str(place))
            if name.endswith("Start"):
                mark.set(qn("w:name"), f"source{place}")
            paragraph._p.append(mark)
        paragraph.add_run(f"{place}. ").bold = True
        paragraph.add_run(legal(f"{cited.claim}. "))
        if is_web(cited.address):
            self.link(paragraph, cited.title or cited.address, cited.address)
        elif cited.title or cited.address:
            paragraph.add_run(legal(cited.title or cited.address))
        rest = ", ".join(word for word in (host(cited.address), published(cited.published), f"record {cited.id}") if word)
        paragraph.add_run(legal(f" {rest}."))
        if cited.quote:
            paragraph.add_run(legal(f" “{cited.quote}”")).italic = True
