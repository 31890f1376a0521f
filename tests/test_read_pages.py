"""Web pages and mail: what a person sees is read, what tags state is taken, and nothing is guessed."""

from pathlib import Path

import pytest

from muster.errors import ReportError
from muster.read import load_bytes, load_report, read

STORY = "Norland sent 200 police officers to the mission on Monday, the mission said in a statement."
MORE = "They are the first of 1,000 officers that it promised in May, and the others are to follow within the year."
LINKED = '<script type="application/ld+json">{}</script>'


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body><article>{body}</article></body></html>".encode()


def text_of(body: str, head: str = "") -> str:
    return load_bytes(page(body, head), "page.html").text


def test_a_page_gives_its_main_text_a_paragraph_a_line_and_the_same_again() -> None:
    nav, foot = "<nav><a href='/a'>Home</a> <a href='/b'>World</a></nav>", "<footer>All rights reserved</footer>"
    data = page(f"<h1>Officers sent</h1><p>{STORY}</p><p>{MORE}</p>").replace(b"<body>", b"<body>" + nav.encode())
    data = data.replace(b"</body>", foot.encode() + b"</body>")
    loaded = load_bytes(data, "page.html")
    assert loaded.text == f"Officers sent\n{STORY}\n{MORE}"  # pinned: offsets in ledgers rest on it
    assert load_bytes(data, "page.html") == loaded
    assert loaded.data == data
    for record in read(loaded.text, loaded.report).commitments:
        assert loaded.text[record.citation.start : record.citation.end] == record.citation.quote


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ('<meta property="article:published_time" content="2024-06-24T23:30:00-04:00">', "", "2024-06-24"),
        ('<meta itemprop="datePublished" content="2024-06-24">', "", "2024-06-24"),
        (LINKED.replace("{}", '{"@graph":[{"@type":"NewsArticle","datePublished":"2024-06-24T01:00Z"}]}'), "", "2024-06-24"),
        ("", '<time datetime="2024-06-24">Monday</time>', "2024-06-24"),
        ("", '<time datetime="2024-06-20">a</time><time datetime="2024-06-24" pubdate>b</time>', "2024-06-24"),
        ("", '<time datetime="2024-06-20">a</time><time datetime="2024-06-24">b</time>', ""),  # which one is not stated
        ("", "<p>Published on 24 June 2024</p>", ""),
        ('<meta property="article:modified_time" content="2024-06-24">', "", ""),
        ('<meta property="article:published_time" content="2024-02-31">', "", ""),
        ('<meta property="article:published_time" content="24 June 2024">', "", ""),
        (LINKED, "", ""),
        (LINKED.replace("{}", "[" * 5000), "", ""),
    ],
)
def test_the_day_is_taken_only_where_a_tag_states_it(head: str, body: str, published: str) -> None:
    assert load_bytes(page(f"{body}<p>{STORY}</p>", head), "page.html").report.published == published


def test_title_and_outlet_are_those_that_tags_state() -> None:
    head = '<title>Officers sent | The Outlet</title><meta property="og:title" content="Officers  sent">'
    report = load_bytes(page(STORY, head + '<meta property="og:site_name" content="The Outlet">'), "p.html").report
    assert (report.title, report.outlet) == ("Officers sent", "The Outlet")
    linked = LINKED.replace("{}", '{"@type":"NewsArticle","headline":"Sent","publisher":{"name":"An Outlet"}}')
    report = load_bytes(page(STORY, linked), "p.html").report
    assert (report.title, report.outlet) == ("Sent", "An Outlet")
    assert load_bytes(page(STORY), "p.html").report.outlet == ""


def test_a_day_that_is_given_stands_and_a_page_that_states_another_is_told_of() -> None:
    data = page(STORY, '<meta property="article:published_time" content="2024-06-25">')
    loaded = load_bytes(data, "p.html", published="2024-06-24")
    assert loaded.report.published == "2024-06-24"
    assert loaded.warnings == ("published 2024-06-24 as given, though the file itself states 2024-06-25",)
    assert load_bytes(data, "p.html", published="2024-06").warnings == ()


def test_two_days_that_a_page_states_are_told_of() -> None:
    linked = LINKED.replace("{}", '{"@type":"NewsArticle","datePublished":"2024-06-20"}')
    loaded = load_bytes(page(STORY, '<meta property="article:published_time" content="2024-06-25">' + linked), "p.html")
    assert "two days of publication: 2024-06-25 is taken, not 2024-06-20" in loaded.warnings[0]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">{}</p>',
        '<p style="color:red; DISPLAY : none !important">{}</p>',
        "<p hidden>{}</p>",
        '<p aria-hidden="true">{}</p>',
        '<p style="visibility:hidden">{}</p>',
        '<p style="opacity:0">{}</p>',
        '<p style="font-size:0">{}</p>',
        '<p style="height:0;overflow:hidden">{}</p>',
        '<p style="position:absolute;left:-9999px">{}</p>',
        '<p style="color:#fff">{}</p>',
        '<p style="color:white;background:#fefefe">{}</p>',
        '<p style="color:rgba(0,0,0,0)">{}</p>',
        '<p style="color:transparent">{}</p>',
        '<div style="background:black"><p style="color:#000">{}</p></div>',
        '<p><font color="#ffffff">{}</font></p>',
        "<!-- {} -->",
        "<script>var text = '{}'</script>",
        "<noscript><p>{}</p></noscript>",
        "<template><p>{}</p></template>",
    ],
)
def test_hidden_text_is_not_read(hidden: str) -> None:
    text = text_of(f"<p>{STORY}</p>{hidden.format('Norland sent 900 more officers on Sunday.')}<p>{MORE}</p>")
    assert text == f"{STORY}\n{MORE}"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="background:#000"><p style="color:#fff">{}</p></div>',
        '<div style="background:url(x.png)"><p style="color:#fff">{}</p></div>',
        '<div style="font-size:0"><p style="font-size:16px">{}</p></div>',
        '<div style="visibility:hidden"><p style="visibility:visible">{}</p></div>',
        '<p style="opacity:0.9;height:0.5em;margin-left:-10px">{}</p>',
        '<p aria-hidden="false">{}</p>',
    ],
)
def test_text_that_only_resembles_hidden_text_is_read(shown: str) -> None:
    assert text_of(f"<p>{STORY}</p>{shown.format(MORE)}") == f"{STORY}\n{MORE}"


def test_hidden_digits_inside_a_number_are_not_read() -> None:
    text = text_of(f'<p>Norland sent <span style="font-size:0">9</span>400 officers on Monday.</p><p>{MORE}</p>')
    assert text.startswith("Norland sent 400 officers on Monday.")


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8", "utf-16", "no-such-charset"])
def test_the_declared_encoding_is_honoured_where_it_is_possible(declared: str) -> None:
    written = {"utf-8": "latin-1", "utf-16": "utf-8", "no-such-charset": "utf-8"}.get(declared, declared)
    words = "The mission in Haïti was told that the Führung and the señores of Curaçao sent 200 officers."
    loaded = load_bytes(page(f"<p>{words}</p>", f'<meta charset="{declared}">').decode().encode(written), "p.html")
    assert loaded.text == words if written != "latin-1" else loaded.text.endswith("sent 200 officers.")  # there it is a guess
    assert any("declared as" in told for told in loaded.warnings) == (declared in {"utf-8", "no-such-charset"})


@pytest.mark.parametrize("depth", [300, 100_000])
def test_a_page_nested_without_end_is_refused_or_told_of(depth: int) -> None:
    inner = "<div>" * depth + f"<p>{MORE}</p>"
    with pytest.raises(ReportError, match="empty"):
        load_bytes(page(inner), "p.html")
    loaded = load_bytes(page(f"<p>{STORY}</p>{inner}"), "p.html")
    assert loaded.text == STORY
    assert "levels deep" in loaded.warnings[0]


@pytest.mark.parametrize("data", [b"<html></html>", b"<html><body><script>1</script></body></html>", b"<!-- -->", b"   "])
def test_a_page_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError, match=r"p\.html: empty"):
        load_bytes(data, "p.html")


def mail(body: bytes, head: str = "") -> bytes:
    lines = ["From: press@example.org", "Subject: =?utf-8?q?Officers_sent?=", "Date: Mon, 24 Jun 2024 23:30:00 -0400", head]
    return "\r\n".join(line for line in lines if line).encode() + b"\r\nMIME-Version: 1.0\r\n" + body


def parts(*each: bytes) -> bytes:
    return (
        b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n"
        + b"".join(b"--cut\r\n" + part + b"\r\n" for part in each)
        + b"--cut--"
    )


PLAIN = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nNorland sent 200 officers to Ha\xefti.\r\nIt said so."
HTML = (
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p style='display:none'>900 officers</p><p>Norland sent 200 officers.</p>"
)
FILE = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=annex.pdf\r\n\r\n%PDF"


def test_a_mail_gives_its_text_part_its_subject_and_its_day() -> None:
    loaded = load_bytes(mail(parts(HTML, PLAIN, FILE)), "letter.eml")
    assert loaded.text == "Norland sent 200 officers to Haïti.\nIt said so."
    assert (loaded.report.title, loaded.report.published) == ("Officers sent", "2024-06-24")
    assert loaded.warnings == ("1 attachment(s) not read: annex.pdf",)


def test_a_mail_without_a_text_part_is_read_from_its_page() -> None:
    assert load_bytes(mail(parts(HTML)), "letter.eml").text == "Norland sent 200 officers."


def test_a_text_that_is_attached_is_not_the_letter() -> None:
    attached = b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nNorland sent 900 officers."
    assert load_bytes(mail(parts(attached, PLAIN)), "a.eml").text.startswith("Norland sent 200 officers")
    with pytest.raises(ReportError, match="no text in it"):
        load_bytes(mail(parts(attached, FILE)), "a.eml")


@pytest.mark.parametrize("date", ["", "Date: yesterday", "Date: Mon, 99 Jun 2024 10:00:00 +0000"])
def test_a_mail_without_a_sound_date_has_no_day(date: str) -> None:
    data = mail(PLAIN, date).replace(b"Date: Mon, 24 Jun 2024 23:30:00 -0400\r\n", b"")
    assert load_bytes(data, "a.eml").report.published == ""


def test_an_encoding_that_a_mail_declares_wrongly_is_told_of() -> None:
    body = "Content-Type: text/plain; charset=utf-8\r\n\r\nNorland a envoyé 200 policiers à la mission."
    assert "declared as 'utf-8'" in load_bytes(mail(body.encode("latin-1")), "a.eml").warnings[0]
    body = body.replace("utf-8", "us-ascii")
    assert load_bytes(mail(body.encode()), "a.eml").text.startswith("Norland a envoyé")


def test_a_stored_page_is_read_again_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "0123-Page.HTML"
    path.write_bytes(page(f"<p>{STORY}</p>"))
    assert load_report(path).text == STORY
