"""The files of a brief: hostile words stay words, nothing leaks, the same brief gives the same bytes."""

import csv
import io
import json
import re
import subprocess
import sys
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from muster.brief import Brief, summary, write
from muster.brief.composing import findings_csv
from muster.brief.page import html
from muster.errors import DossierError
from muster.ledger import Known, Ledger, known
from muster.records import Citation, Commitment, Disagreement, Finding, LedgerRecord, Precedent, Statement, known_from
from test_brief_material import EXAMPLE, KILLED, MISSING, MISSION, RECORDS, composed, haiti, people

EVIL = """<script>alert(1)</script>"><img src=x onerror=alert(2)>"""
FORMULA = '=HYPERLINK("http://evil.example","x")'
VOID = {"meta", "br", "img", "link", "input", "hr", "base", "embed"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def haiti_page() -> str:
    return html(haiti())


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(haiti_page())


@pytest.fixture
def hostile(tmp_path: Path) -> Brief:
    """A brief in which every word that somebody else may write is an attack."""
    bad = Citation(
        address="javascript:alert(3)",
        title=EVIL,
        published="2024-06-25",
        source_class=EVIL,
        report="r",
        start=0,
        end=9,
        quote=EVIL,
    )
    data = Citation(address="data:text/html,<script>alert(4)</script>", title=FORMULA, published="2024-06-25")
    records: tuple[LedgerRecord, ...] = (
        people("N1", 5000, None, stage="required", attributed_to=EVIL, citation=bad, date_to=date(2024, 1, 1)),
        people("D1", 400, 400, citation=data, original={"stage": EVIL, "note": FORMULA}),
        people("D2", 200, 200, actor=f"{EVIL};{FORMULA}", scope=EVIL, unit=EVIL, kind="equipment", citation=data),
        people("D3", 200, 300, actor=FORMULA, citation=bad),
        Statement(id="S1", speakers=(EVIL,), verb=EVIL, content=f"{FORMULA} killed 3", citation=bad),
        Precedent(id=f"P{EVIL}", title=EVIL, content=EVIL, citation=data),
        Disagreement(id="X1", kind="stage", records=("D2", "D3", "S1"), by=EVIL),
    )
    outcome = replace(KILLED, name=EVIL, id=f"killed-{EVIL}")
    absent = replace(MISSING, name=FORMULA, missing=EVIL)
    mission = replace(MISSION, title=EVIL, short=EVIL, outcomes=(outcome, absent), funds=(EVIL,))
    return composed(tmp_path, records, mission, words=EVIL)


def test_hostile_words_become_no_element_and_no_link(hostile: Brief) -> None:
    text = html(hostile)
    made = Page(text)
    allowed = {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "figure", "figcaption"}
    allowed |= {"p", "h1", "h2", "h3", "a", "span", "strong", "button", "div", "dl", "dt", "dd", "ul", "li", "blockquote"}
    allowed |= {"details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "article"}
    allowed |= {"svg", "desc", "g", "path", "line", "text", "rect"}
    assert {name for name, _ in made.elements} <= allowed
    assert not [
        key for _, attributes in made.elements for key in attributes if key.startswith("on") or key in {"src", "srcset"}
    ]
    assert all(link["href"].startswith(("#", "http://", "https://")) for link in made.all("a"))
    assert text.count("&lt;script&gt;alert(1)") > 5


def test_hostile_words_start_no_formula(hostile: Brief, tmp_path: Path) -> None:
    for path in write(hostile, tmp_path / "brief"):
        if path.suffix == ".csv":
            cells = [cell for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))) for cell in row]
            assert "'" + FORMULA in cells
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_hostile_words_cannot_steer_a_terminal(tmp_path: Path) -> None:
    brief = composed(tmp_path, mission=replace(MISSION, title="\x1b]0;owned\x07\x1b[2Jtitle", short="\u202eevil"))
    assert all(letter.isprintable() or letter == "\n" for letter in summary(brief))


def test_the_policy_lets_in_this_style_and_nothing_else(page: Page) -> None:
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    style = re.findall(r"<style>(.*?)</style>", haiti_page(), re.DOTALL)
    assert len(style) == 1
    digest = b64encode(sha256(style[0].encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    assert policy == wanted
    assert not [name for name, attributes in page.elements if "style" in attributes]


def test_no_resource_is_loaded(page: Page) -> None:
    assert not [name for name, _ in page.elements if name in {"script", "link", "img", "iframe", "object", "image", "use"}]
    assert "url(" not in haiti_page()
    assert "@import" not in haiti_page()


def test_links_out_tell_nobody_where_they_come_from(page: Page) -> None:
    out = [link for link in page.all("a") if link["href"].startswith("http")]
    assert len(out) > 100
    assert {link["rel"] for link in out} == {"noopener noreferrer"}


def test_every_number_has_its_popover_and_every_inner_link_its_place(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    popovers = {box["id"] for box in page.all("div") if "popover" in box}
    targets = [button["popovertarget"] for button in page.all("button")]
    assert len(targets) > 600
    assert set(targets) == popovers
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(ids)


def test_every_picture_has_a_title_and_a_description(page: Page) -> None:
    pictures = page.all("svg")
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert len(pictures) > 10
    assert all(picture["role"] == "img" and set(picture["aria-labelledby"].split()) <= ids for picture in pictures)


def test_a_weak_source_is_called_weak() -> None:
    weak = next(cited for cited in haiti().citations if cited.source_class == "republished")
    assert weak.weak
    assert "copy of another outlet&#39;s report (weak)" in haiti_page()


def test_the_page_is_small_enough_to_send() -> None:
    assert len(haiti_page().encode()) < 1_500_000


def test_the_same_brief_gives_the_same_bytes_whatever_the_clock_zone_and_hash_seed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from muster.run import brief; from muster.brief import write; "
        "write(brief(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    write(haiti(), tmp_path / "here")
    environment = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C", "PATH": ""}
    environment["PYTHONPATH"] = str(Path(__file__).parents[1] / "src")
    subprocess.run(
        [sys.executable, "-c", code, str(EXAMPLE), str(tmp_path / "there")], check=True, env=environment, cwd=tmp_path
    )
    for path in sorted((tmp_path / "here").iterdir()):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_no_output_holds_a_path_of_this_machine(tmp_path: Path) -> None:
    for path in write(composed(tmp_path), tmp_path / "brief"):
        assert str(tmp_path) not in words_in(path)


def told_later(everything: Known, day: date) -> set[str]:
    """Ids, titles, addresses and remarks of which no record published by the day holds a word."""
    records: list[Commitment | Statement] = [*everything.accepted, *everything.statements]
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for record in records:
        cited = record.citation
        words[known_from(cited.published) <= day] |= {record.id, cited.title, cited.address}
    notes = [record.original.get("note", "") for record in records]
    return (words[False] - words[True]).union(notes) - {""}


def words_in(path: Path) -> str:
    """A file's text; of a workbook that of all its parts."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as parts:
        return re.sub(r"<[^>]+>", " ", "\n".join(parts.read(name).decode() for name in parts.namelist()))


def test_an_as_of_brief_holds_nothing_that_was_published_later(tmp_path: Path) -> None:
    day = date(2024, 6, 30)
    later = told_later(known(Ledger(EXAMPLE / "ledger.jsonl").entries()), day)
    assert len(later) > 300
    with (EXAMPLE / "data" / "outcomes.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    later |= {row["claim_id"] for row in rows if known_from(row["source_published"]) > day} | {row["note"] for row in rows} - {
        ""
    }
    for path in write(haiti(day), tmp_path / "brief"):
        text = words_in(path)
        words = set(re.findall(r"\b[A-Z]+\d+\b", text))
        assert not [word for word in later if (word in words if re.fullmatch(r"[A-Z]+\d+", word) else word in text)], path.name
        assert not re.search(r"2025|2026|Gang Suppression|GSF", text), path.name


def test_an_as_of_brief_names_an_outcome_without_data_and_says_no_more(tmp_path: Path) -> None:
    early = composed(tmp_path, as_of=date(2023, 1, 1))
    text = html(early)
    assert "Trade" in text
    assert "Nobody counts boxes." not in text
    assert "BINUH" not in text
    assert "2030" not in text
    assert "As of 1 Jan 2023: nothing published later is in it." in text
    assert "first arrival" not in text


def test_a_brief_on_everything_says_why_an_outcome_has_no_data_and_which_vintage_it_used(tmp_path: Path) -> None:
    text = html(composed(tmp_path))
    assert "Nobody counts boxes." in text
    assert "vintage 2030" in text
    assert f"SHA-256 {'c0' * 8}" in text
    assert "it is retrospective" in text


def test_the_files_are_the_page_the_tree_and_the_two_tables(tmp_path: Path) -> None:
    brief = composed(tmp_path)
    paths = write(brief, tmp_path / "made" / "brief")
    assert [path.name for path in paths] == ["index.html", "brief.json", "ledger.csv", "findings.csv", "annex.xlsx"]
    assert sorted(path.name for path in (tmp_path / "made" / "brief").iterdir()) == sorted(path.name for path in paths)


def test_the_tree_as_json_holds_every_section_and_every_citation(tmp_path: Path) -> None:
    brief = composed(tmp_path)
    data = json.loads(write(brief, tmp_path / "brief")[1].read_text(encoding="utf-8"))
    assert data["schema"] == "muster-brief/2"
    assert [section["id"] for section in data["sections"]] == [section.id for section in brief.sections]
    assert {cited["id"] for cited in data["citations"]} == set(brief.cited())
    assert data["annexes"] == ["ledger.csv", "findings.csv", "annex.xlsx"]


def test_a_number_in_the_findings_keeps_its_minus() -> None:
    words = {"change": "better", "change_text": "-", "verdict": "improved", "reason": ""}
    finding = Finding(outcome=KILLED, estimate=-2.5, p_value=0.05, **words)  # type: ignore[arg-type]
    (row,) = csv.DictReader(io.StringIO(findings_csv((finding,))))
    assert (row["estimate"], row["p_value"], row["interval_low"], row["change_text"]) == ("-2.5", "0.05", "", "'-")


def test_a_folder_that_cannot_be_written_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "brief").write_text("in the way", encoding="utf-8")
    with pytest.raises(DossierError, match="cannot be written"):
        write(composed(tmp_path), tmp_path / "brief")


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "brief"
    (folder / "brief.json").mkdir(parents=True)
    with pytest.raises(DossierError):
        write(composed(tmp_path), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["brief.json", "index.html"]


def test_the_summary_gives_the_five_answers(tmp_path: Path) -> None:
    text = summary(composed(tmp_path, RECORDS))
    assert [line for line in text.splitlines() if line.endswith("?")] == [
        "Is the force there?",
        "Is the money there?",
        "Did life get safer?",
        "Is anyone being harmed?",
        "How sure are we?",
    ]
    assert max(map(len, text.splitlines())) <= 92
