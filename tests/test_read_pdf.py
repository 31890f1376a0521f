"""PDF files: flowing text, and bounded work whatever is in them."""

import zlib

import pytest

from muster.errors import ReportError
from muster.read import load_bytes
from muster.read.load import apart
from muster.read.load.pdf import flowing

LINES = [
    "Simulated weekly report",
    "Norland sent 200 police officers to the mission on Monday, the first of the 1,000 officers it had",
    "promised in May. Sudmark pledged $5 million to the trust fund, of which it has paid the first instal-",
    "ment. The second instalment is due, the Sudmark-",
    "led council said.",
]


def shown(lines: list[str]) -> bytes:
    body = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F1 11 Tf 14 TL 50 740 Td {body} ET".encode() if lines else b""


def pdf(*contents: bytes, info: str = "") -> bytes:
    """A PDF of pages with these content streams."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(contents)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place, content in enumerate(contents):
        box = "/MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        bodies.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * place} 0 R >>".encode())
        packed = zlib.compress(content, 9)
        bodies.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed))
    bodies.append(f"<< {info} >>".encode())
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(bodies) + 1, len(written)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    return (
        written + head + b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, size - 1, start)
    )


def test_a_pdf_gives_its_paragraphs_and_the_same_again() -> None:
    loaded = load_bytes(pdf(shown(LINES), info="/Title (Weekly report) /CreationDate (D:20240624120000)"), "r.pdf")
    assert loaded.text == (  # pinned: offsets in ledgers rest on it
        "Simulated weekly report\n"
        "Norland sent 200 police officers to the mission on Monday, the first of the 1,000 officers it had promised in May. "
        "Sudmark pledged $5 million to the trust fund, of which it has paid the first instalment. "
        "The second instalment is due, the Sudmark-led council said."
    )
    assert (loaded.report.title, loaded.report.published) == ("Weekly report", "")
    assert loaded.warnings == ("the PDF was made on 2024-06-24, which need not be the day it was published",)
    assert load_bytes(loaded.data, "r.pdf") == loaded


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [["Weekly report 24", f"Norland sent {number} officers.", str(number)] for number in (7, 8, 9)]
    assert flowing(["\n".join(page) for page in pages]) == "\n".join(f"Norland sent {number} officers." for number in (7, 8, 9))


def test_a_sentence_goes_on_over_the_page() -> None:
    first = "Norland sent 200 police officers to the mission on Monday, the first of the officers that it"
    assert flowing([f"{first}\n1", "had promised.\n2"]) == f"{first} had promised."


def test_items_of_a_list_stay_lines_of_their_own() -> None:
    items = ["- Norland has two hundred police officers in the mission", "- Sudmark has three hundred of them in the mission"]
    assert flowing(["\n".join(items)]) == "\n".join(items)


def test_a_scanned_pdf_is_said_to_hold_no_text_and_a_scanned_page_is_told_of() -> None:
    with pytest.raises(ReportError, match=r"r\.pdf: 2 page\(s\) and no text: scanned pictures; .*text recognition"):
        load_bytes(pdf(b"", b""), "r.pdf")
    assert "no text on page(s) 2: not read" in load_bytes(pdf(shown(LINES), b""), "r.pdf").warnings


@pytest.mark.parametrize("name", ["Microsoft Word - draft.docx", "untitled", "report.indd"])
def test_a_title_that_a_program_gave_is_none(name: str) -> None:
    assert load_bytes(pdf(shown(LINES), info=f"/Title ({name})"), "r.pdf").report.title == ""


@pytest.mark.parametrize("content", [b"BT " * 10_000_000, b"(a) Tj " * 1_000_000], ids=["unpacks", "steps"])
def test_a_pdf_that_unpacks_to_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(ReportError, match=r"r\.pdf: it unpacks to too much"):
        load_bytes(pdf(content), "r.pdf")


def test_a_parser_that_takes_too_long_is_ended_and_the_next_file_is_read() -> None:
    endless = pdf(*[b"BT /F1 11 Tf " + b"(a) Tj " * 200_000] * 30)
    with pytest.raises(ReportError, match=r"r\.pdf: reading it took longer than 0\.5 s"):
        apart.extract("pdf", endless, "r.pdf", seconds=0.5)
    assert "Norland" in load_bytes(pdf(shown(LINES)), "r.pdf").text


def test_a_helper_that_was_ended_from_outside_is_started_again() -> None:
    load_bytes(pdf(shown(LINES)), "r.pdf")
    apart._helpers[0].close()
    assert "Norland" in load_bytes(pdf(shown(LINES)), "r.pdf").text


@pytest.mark.parametrize("cut", [5, 100, 400, 700])
def test_a_cut_off_pdf_is_read_or_refused_in_one_line(cut: int) -> None:
    answer = apart.answered("pdf", pdf(shown(LINES))[:-cut])
    assert "Norland" in answer.extracted.text if isinstance(answer, apart.Done) else answer.found


def test_what_only_is_called_a_pdf_is_refused() -> None:
    with pytest.raises(ReportError, match=r"r\.pdf: broken"):
        load_bytes(b"Norland sent 200 officers.", "r.pdf")
