"""Whatever comes: spans are verbatim, offsets are right, and it ends."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.errors import ReportError
from muster.read import read
from muster.read.load import apart, load_bytes
from muster.records import Report
from test_read_pages import HTML, PLAIN, mail, page, parts
from test_read_pdf import LINES, pdf, shown

REPORT = Report(id="0123456789abcdef", file="r.txt", published="2024-06-24")
PROSE = (
    "Kenya has sent 200 police officers to Haiti, the first of the 1,000 officers that it promised in May.",
    "Canada pledged $5 million to the mission’s trust fund, “of which less than half was paid”, a UN official said on Monday.",
    "At least 2,500 officers are needed; the US refused to send its own troops, and Jamaica withdrew 24 of its soldiers.",
    "Share this article",
)
ODD = [
    "\u200b",
    "\u202e",
    "\u202c",
    "\u200f",
    "\x1b[31m",
    "\x1b",
    "\x00",
    "\ud800",
    "\r",
    "\n\n",
    "\u2028",
    "9" * 40,
    ",000",
    "$",
    "—",
    "…",
    "“",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A report with stretches cut out, doubled, or strange things put in."""
    text = "\n".join(draw(st.lists(st.sampled_from(PROSE), min_size=1, max_size=4)))
    for _ in range(draw(st.integers(0, 6))):
        left = draw(st.integers(0, len(text)))
        right = min(len(text), left + draw(st.integers(0, 12)))
        text = text[:left] + draw(st.sampled_from([*ODD, "", text[left:right] * 3])) + text[right:]
    return text


def check(text: str) -> None:
    reading = read(text, REPORT)
    cited = [each.citation for each in reading.commitments] + [each.citation for each in reading.statements]
    for citation in cited:
        start, end = citation.start, citation.end
        assert start is not None
        assert end is not None
        assert 0 <= start < end <= len(text)
        assert text[start:end] == citation.quote
    assert read(text, REPORT) == reading


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_text(text: str) -> None:
    check(text)


@given(
    st.text(alphabet=st.sampled_from("Kenya sent 1,0$\u200b\u202e\u202c\u200f\x1b[m;\n.”“"), max_size=200).map(
        lambda odd: f"{PROSE[0]} {odd} {PROSE[1]}"
    )
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_report_with_odd_characters(text: str) -> None:
    check(text)


@given(mutated())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_mutated_report(text: str) -> None:
    check(text)


@cache
def sound(kind: str) -> bytes:
    written = {"html": page(f"<h1>Sent</h1><p>{PROSE[0]}</p>"), "pdf": pdf(shown(LINES)), "mail": mail(parts(HTML, PLAIN))}
    return written[kind]


@pytest.mark.parametrize("kind", sorted(apart.EXTRACTORS))
@given(data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_damaged_file(kind: str, data: st.DataObject) -> None:
    whole = bytearray(sound(kind))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    answer = apart.answered(kind, bytes(whole))
    if isinstance(answer, apart.Done):
        check(answer.extracted.text)
    assert answer == apart.answered(kind, bytes(whole))


@pytest.mark.parametrize("name", ["r.txt", "r.html", "r.pdf", "r.eml", ""])
@given(data=st.binary(max_size=300))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_random_bytes_under_any_name(name: str, data: bytes) -> None:
    try:
        loaded = load_bytes(data, name)
    except ReportError as refused:
        told = str(refused)
        assert "\n" not in told, "one line"
        return
    check(loaded.text)
