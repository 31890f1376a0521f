"""The workbook, the document and the PDF beside the page: same bytes, nothing runs, all that is cited is in them."""

import io
import os
import re
import shutil
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from msgspec.structs import replace
from openpyxl import load_workbook

from muster.brief import Brief, annex, paper
from muster.brief.annex import annex_bytes
from muster.brief.paper import pdf_bytes
from muster.brief.tree import Cited, Fact, Number, Paragraph, Section, Text, runs_of
from muster.brief.word import docx_bytes
from muster.errors import DossierError
from test_brief_material import composed, haiti

EVIL = "\x00\x1b]0;<w:instrText>DDEAUTO c:\\\\x</w:instrText>\ud800"
FORMULA = '=HYPERLINK("http://evil.example","x")'


@cache
def document() -> bytes:
    return docx_bytes(haiti())


def sheets(brief: Brief) -> dict[str, list[list[object]]]:
    data = next(one.text for one in brief.annexes if one.name == "annex.xlsx")
    assert isinstance(data, bytes)
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_the_workbook_holds_answers_findings_checks_panels_and_every_citation() -> None:
    found = sheets(haiti())
    assert list(found) == ["about", "answers", "findings", "checks", "panels", "citations"]
    assert [row[0] for row in found["answers"][1:]] == [fact.name for fact in haiti().facts.answers]
    assert [row[0] for row in found["citations"][1:]] == [one.id for one in haiti().citations]
    known = {row[0] for row in found["citations"][1:]}
    for name in ("answers", "findings", "checks"):
        assert {id for row in found[name][1:] for id in str(row[-1] or "").split()} <= known
    assert len(found["findings"]) == 21
    assert len(found["panels"]) > 50
    assert len(found["checks"]) > 50


def test_a_web_address_is_a_link_in_the_workbook_and_no_other_is() -> None:
    cited = [
        Cited(id=str(place), kind="figure", claim="c", address=one)
        for place, one in enumerate(("https://example.org/a", "javascript:alert(1)", "file:///etc/passwd", FORMULA))
    ]
    book = load_workbook(io.BytesIO(annex_bytes((), haiti().facts, (), {}, cited)))
    cells = [row[5] for row in book["citations"].iter_rows(min_row=2)]
    assert [bool(cell.hyperlink) for cell in cells] == [True, False, False, False]
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_cell_of_the_workbook_is_a_formula_and_long_texts_are_cut() -> None:
    told = replace(haiti().facts, answers=(Fact(key="k", name=FORMULA, text="x" * 40_000),))
    basis = (Paragraph(runs=(Text(text=EVIL.replace("\ud800", "")),)),)
    book = load_workbook(io.BytesIO(annex_bytes(basis, told, (), {}, ())))
    assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None} == {"s"}
    assert book["answers"]["A2"].value == "'" + FORMULA
    assert len(book["answers"]["B2"].value) == 32_767


def test_a_panel_too_long_for_a_workbook_is_told_to_be_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annex, "MOST", 2)
    found = sheets(composed(tmp_path))
    assert len(found["panels"]) == 3
    assert found["about"][-1] == ["Sheet panels holds 2 of 3 rows, treated places first: see muster panel for all of them."]


def test_the_document_is_the_same_bytes_and_bears_no_clock() -> None:
    assert docx_bytes(haiti()) == document()
    with ZipFile(io.BytesIO(document())) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not re.findall(r"20[23]\d-\d\d-\d\dT", parts.read("docProps/core.xml").decode())


def test_the_document_says_all_that_the_brief_says() -> None:
    made = Document(io.BytesIO(document()))
    words = "\n".join(
        [
            *(one.text for one in made.paragraphs),
            *(cell.text for table in made.tables for row in table.rows for cell in row.cells),
        ]
    )
    plain = re.sub(r"[\d,]+", "", words)
    for section in haiti().sections[:-1]:
        assert section.heading in words
        for run in (run for block in section.blocks for runs in runs_of(block) for run in runs if isinstance(run, Text)):
            assert re.sub(r"[\d,]+", "", run.text.strip()) in plain
    assert all(one.claim in words for one in haiti().citations)


def test_every_mark_of_the_document_leads_to_a_source_and_every_number_has_one() -> None:
    with ZipFile(io.BytesIO(document())) as parts:
        text = parts.read("word/document.xml").decode()
        links = parts.read("word/_rels/document.xml.rels").decode()
    marks, places = set(re.findall(r'w:anchor="(\w+)"', text)), re.findall(r'w:name="(source\d+)"', text)
    assert marks <= set(places)
    assert len(places) == len(set(places)) == len(haiti().citations)
    outside = re.findall(r'Target="([^"]+)" TargetMode="External"', links)
    assert outside
    assert all(address.startswith(("https://", "http://")) for address in outside)
    assert len(re.findall(r'<wp:docPr [^>]*descr="[^"]{20,}', text)) == text.count("<wp:docPr ")


def test_hostile_words_stay_text_in_the_document(tmp_path: Path) -> None:
    brief = composed(tmp_path)
    bad = tuple(replace(one, claim=EVIL, quote=EVIL, title=EVIL, address="javascript:alert(1)") for one in brief.citations)
    section = Section(id="x", heading=EVIL, blocks=(Paragraph(runs=(Number(text=EVIL, cites=(bad[0].id,)),)),))
    data = docx_bytes(replace(brief, title=EVIL, sections=(section,), citations=bad))
    assert EVIL.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").replace("\ud800", "\ufffd") in [
        one.text for one in Document(io.BytesIO(data)).paragraphs
    ]
    with ZipFile(io.BytesIO(data)) as parts:
        assert b"<w:instrText" not in parts.read("word/document.xml")
        assert b"javascript:" not in parts.read("word/_rels/document.xml.rels")


def test_without_a_browser_the_pdf_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DossierError, match=r"no browser to print with.*install Chromium"):
        pdf_bytes(tmp_path / "index.html")


def test_a_browser_that_prints_nothing_is_named_with_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho cannot draw >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(DossierError, match="chromium printed nothing: cannot draw"):
        pdf_bytes(tmp_path / "index.html")


@pytest.mark.skipif(not any(map(shutil.which, paper.BROWSERS)), reason="no browser to print with")
def test_the_pdf_is_two_sheets_and_bears_no_clock(tmp_path: Path) -> None:
    from pypdf import PdfReader

    from muster.brief import write

    page, *_, printed = write(haiti(), tmp_path / "brief", pdf=True)
    assert printed.name == "brief.pdf"
    assert printed.read_bytes() == pdf_bytes(page)
    made = PdfReader(printed)
    assert len(made.pages) == 2
    width, height = (round(float(side) / 72 * 25.4) for side in made.pages[0].mediabox[2:])
    assert (width, height) == (210, 297)
    assert str(made.metadata).count("1980") == 2
