"""Attacks in reports, titles and addresses, opened in a real browser: they stay words, nothing runs, nothing is asked for."""

import socket
from collections.abc import Iterator
from datetime import date

import pytest
from msgspec.structs import replace

from browser import NUMBERS, Visit, browsing
from muster.brief import write
from muster.records import Citation, Disagreement, LedgerRecord, Precedent, Statement
from test_brief_material import KILLED, MISSING, MISSION, composed, people

RUN = "window.ran = true"
SCRIPT = f"</script><script>{RUN}</script>"
HANDLER = f"\"'><img src=x onerror='{RUN}'><svg onload='{RUN}'><details open ontoggle='{RUN}'>"
STYLE = "</style><style>body{display:none;background:url(http://evil.example/s)}</style>"
BIDI = "\u202egnp.exe\u2066\u200f"
LONG = "W" * 900
TEMPLATE = "{{ 7 * 7 }}{% raw %}<!-- --><![CDATA["
WORDS = f"{SCRIPT}{HANDLER}{STYLE}{BIDI}{TEMPLATE}"
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" java\nscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f'https://example.org/"onmouseover="{RUN}',
    "http://[::1",
    f"https://example.org/{LONG}",
    "file:///etc/hostname",
    "//evil.example/x",
)


def cited(address: str, quote: str | None = WORDS) -> Citation:
    words = {"report": WORDS, "start": 0, "end": 9} if quote else {}
    return Citation(address=address, title=WORDS, published="2024-06-25", source_class=WORDS, quote=quote, **words)  # type: ignore[arg-type]


def records() -> tuple[LedgerRecord, ...]:
    sent = tuple(
        people(
            f"D{n}",
            200 + n,
            200 + n,
            actor=f"Sender {n} {WORDS}",
            citation=cited(address),
            original={"stage": WORDS, "note": WORDS},
        )
        for n, address in enumerate(ADDRESSES)
    )
    told = tuple(
        Statement(id=f"S{n}", speakers=(WORDS,), verb=WORDS, content=f"{words} killed 3", citation=cited(f"javascript:{RUN}"))
        for n, words in enumerate((WORDS, LONG))
    )
    return (
        *sent,
        *told,
        people(
            "N1",
            5000,
            None,
            stage="required",
            attributed_to=WORDS,
            date_to=date(2024, 1, 1),
            citation=cited("https://example.org/"),
        ),
        people("L1", 7, 7, actor=LONG, unit=LONG, kind="equipment", scope=LONG, citation=cited(ADDRESSES[0], LONG)),
        Precedent(id=f"P{WORDS}", title=WORDS, content=WORDS, citation=cited(ADDRESSES[3])),
        Disagreement(id="X1", kind="stage", records=("D2", "D3", "S1"), by=WORDS),
    )


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    outcome, absent = replace(KILLED, name=WORDS, id=f"killed{WORDS}"), replace(MISSING, name=LONG, missing=WORDS)
    mission = replace(MISSION, title=f"Title {WORDS}", short=f"MSS {BIDI}", outcomes=(outcome, absent))
    folder = tmp_path_factory.mktemp("hostile")
    address = write(composed(folder, records(), mission, words=WORDS), folder / "brief")[0].as_uri()
    with browsing() as browser:
        made = Visit(browser, address)
        made.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        yield made


def test_the_attacks_are_there_to_read_and_none_of_them_ran(visit: Visit) -> None:
    words = visit.page.locator("body").inner_text()
    for attack in (SCRIPT, HANDLER, "</style><style>", "{{ 7 * 7 }}"):
        assert attack in words
    assert visit.page.evaluate("[window.ran === undefined, document.scripts.length, document.images.length]") == [True, 0, 0]
    assert visit.page.evaluate("document.styleSheets.length") == 1
    assert visit.page.evaluate("getComputedStyle(document.body).display") == "block"


def test_every_link_leads_to_the_web_or_into_the_page(visit: Visit) -> None:
    schemes = visit.page.evaluate("[...new Set([...document.querySelectorAll('a')].map(one => one.protocol))].sort()")
    assert set(schemes) <= {"file:", "https:", "http:"}
    assert visit.page.evaluate("[...document.links].filter(one => one.protocol === 'file:' && !one.hash).length") == 0
    handlers = (
        "[...document.querySelectorAll('*')].flatMap(one => [...one.attributes]).filter(one => /^on/i.test(one.name)).length"
    )
    assert visit.page.evaluate(handlers) == 0


def test_every_citation_opens_and_a_foreign_address_is_shown_and_leads_nowhere(visit: Visit) -> None:
    numbers = visit.page.locator(NUMBERS)
    seen = ""
    for place in range(numbers.count()):
        numbers.nth(place).focus()
        visit.page.keyboard.press("Enter")
        seen += "".join(visit.open_citations())
        visit.page.keyboard.press("Escape")
    assert f"javascript:{RUN}" in seen
    assert f"data:text/html,<script>{RUN}</script>" in seen
    assert visit.page.evaluate("window.ran") is None


@pytest.mark.parametrize("width", [320, 1280])
def test_words_without_end_do_not_push_the_page_aside(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    assert LONG in visit.page.locator("main").inner_text()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def test_words_that_run_backwards_end_where_they_stand(visit: Visit) -> None:
    """An override inside an element of its own cannot turn what follows it; the line after it reads as written."""
    edges = """(() => {
        const range = document.createRange(), text = document.querySelector('.as-of').firstChild;
        const at = place => {
            range.setStart(text, place); range.setEnd(text, place + 1); return range.getBoundingClientRect().left; };
        return at(0) < at(4); })()"""
    assert visit.page.evaluate(edges)


def test_the_page_has_asked_for_nothing_and_complained_of_nothing(visit: Visit) -> None:
    assert visit.requests == [visit.page.url.partition("#")[0]]
    assert visit.complaints == []


ATTEMPTS = {
    "an inline script": "make('script', {textContent: 'window.ran = true'})",
    "a script from elsewhere": "make('script', {src: 'http://127.0.0.1:PORT/x.js'})",
    "a handler": "(one => { one.setAttribute('onclick', 'window.ran = true'); one.click(); })(make('b', {}))",
    "a picture from elsewhere": "make('img', {src: 'http://127.0.0.1:PORT/x.png'})",
    "a style": "make('style', {textContent: 'body{color:red}'})",
    "a frame": "make('iframe', {src: 'http://127.0.0.1:PORT/'})",
    "a request": "fetch('http://127.0.0.1:PORT/').catch(() => 0)",
    "a form": "make('form', {action: 'http://127.0.0.1:PORT/'}).submit()",
    "a base": "make('base', {href: 'http://127.0.0.1:PORT/'})",
}


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Somebody on this machine who would hear a request."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.setblocking(False)
        yield opened


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_the_policy_stops_what_would_have_slipped_in(visit: Visit, listener: socket.socket, attempt: str) -> None:
    """As if an attack had become an element after all: the browser itself refuses it and reports that it did."""
    stopped = visit.page.evaluate(
        """async () => {
            const make = (tag, words) => document.body.appendChild(Object.assign(document.createElement(tag), words));
            const refused = new Promise(tell => {
                addEventListener('securitypolicyviolation', event => tell(event.effectiveDirective), {once: true});
                setTimeout(() => tell(''), 5000); });
            ATTEMPT;
            return await refused; }""".replace("ATTEMPT", attempt.replace("PORT", str(listener.getsockname()[1])))
    )
    assert stopped != ""
    assert visit.page.evaluate("window.ran") is None
    assert visit.page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert heard(listener) == b""


def heard(listener: socket.socket) -> bytes:
    """What anybody said to the listener; a browser may open a line before the policy forbids it to speak."""
    try:
        line, _ = listener.accept()
    except BlockingIOError:
        return b""
    with line:
        line.settimeout(0.5)
        try:
            return line.recv(1000)
        except TimeoutError:
            return b""
