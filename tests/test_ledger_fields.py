"""The fields that a reviewer may change, text fit for terminals and cells, and a record's words in its report."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.errors import LedgerError
from muster.ledger import Entry
from muster.ledger.fields import changes, fields_of, revised, text_of
from muster.ledger.passages import AROUND, Reports
from muster.ledger.plain import plain, printable
from muster.read import load_report
from muster.records import Citation, Commitment, Statement

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=100)
POLICE = Commitment(
    id="F1",
    actor="Kenya",
    kind="personnel",
    stage="deployed",
    citation=Citation(quote="200"),
    amount_low=200.0,
    unit="police",
    date_to=date(2024, 6, 25),
    flags=("list", "rotation"),
    original={"unit": "officers"},
)
SAID = Statement(id="S1", speakers=("W. Ruto", "M. Miller"), verb="said", content="they land", citation=Citation())


@pytest.mark.parametrize("record", [POLICE, SAID])
def test_a_record_revised_with_its_own_values_is_itself(record: Commitment | Statement) -> None:
    own = {name: getattr(record, name) for name in fields_of(record)}
    own = {name: value.isoformat() if isinstance(value, date) else value for name, value in own.items()}
    assert revised(record, own) == revised(record, {}) == record
    assert changes(record, record) == ()


def test_a_revision_changes_what_it_names_and_says_so() -> None:
    changed = revised(POLICE, {"amount_low": 400, "unit": "", "flags": ["list"], "date_to": None, "basis": "total"})
    assert (changed.citation, changed.original) == (POLICE.citation, POLICE.original)
    assert changes(POLICE, changed) == (
        "amount_low 200 -> 400",
        "unit police -> -",
        "basis - -> total",
        "date_to 2024-06-25 -> -",
        "flags list; rotation -> list",
    )
    assert [text_of(changed, name) for name in ("amount_low", "unit", "date_to", "flags")] == ["400", "", "", "list"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"stage": "arrived"}, 'field stage: "arrived"; expected one of approved, declined,'),
        ({"amount_low": -1.0}, "field amount_low: -1.0; expected a number of at least 0, or nothing"),
        ({"date_to": "2024-02-30"}, 'field date_to: "2024-02-30"; expected a date as YYYY-MM-DD, or nothing'),
        ({"currency": "usd", "unit": None}, 'field currency: "usd"; expected three capital letters'),
        ({"currency": "USD"}, "unit 'police' and currency 'USD' together"),
        ({"amount_high": 100}, "amount_low 200 is above amount_high 100"),
        ({"actor": ""}, "field actor: nothing there; expected text"),
        ({"kind": None}, "field kind: null; expected one of equipment, funds, personnel"),
    ],
)
def test_a_revision_that_may_not_be_is_refused(values: dict[str, object], told: str) -> None:
    with pytest.raises(LedgerError) as caught:
        revised(POLICE, values)
    assert str(caught.value).startswith(told)


def test_a_statement_needs_words_and_speakers() -> None:
    for name in ("content", "speakers"):
        with pytest.raises(LedgerError, match=f"field {name}: nothing there"):
            revised(SAID, {name: ""})


@PROPERTY
@given(st.text())
def test_plain_text_steers_no_terminal_and_is_one_line(text: str) -> None:
    shown = plain(text)
    assert not [sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}]
    assert plain(shown) == shown == printable(text).strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("a\r\n\tb\u2028c\xa0d", "a b c d"),
        ("\u202eevil\u200b\u2066", "evil"),
        ("[bold]not markup[/bold] :smile:", "[bold]not markup[/bold] :smile:"),
        ("\x9b2J\x07", "�2J�"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_hostile_text_is_shown_for_what_it_is(text: str, shown: str) -> None:
    assert plain(text) == shown


# ---- passages

TEXT = "First paragraph.\n\nKenya sent 200 police officers on Tuesday, they said.\nAnother line."


def stored(folder: Path, text: str = TEXT, name: str = "") -> tuple[Reports, str]:
    """A folder with one stored report, and the report's id."""
    received = folder / "a.txt"
    received.write_text(text, encoding="utf-8", newline="")
    report = load_report(received).report
    received.rename(folder / (name or f"{report.id}-a.txt"))
    return Reports(folder, [Entry(seq=1, prev="", status=None, record=report)]), report.id


def cited(report: str, quote: str, text: str = TEXT) -> Citation:
    return Citation(report=report, start=text.index(quote), end=text.index(quote) + len(quote), quote=quote)


@pytest.mark.parametrize("name", ["", "a.txt"])
def test_a_passage_is_the_paragraph_around_the_span(tmp_path: Path, name: str) -> None:
    reports, report = stored(tmp_path, name=name)
    found = reports.passage(cited(report, "sent 200 police officers"))
    assert found == ("Kenya ", "sent 200 police officers", " on Tuesday, they said.", "")
    assert found.whole == "Kenya sent 200 police officers on Tuesday, they said."


def test_a_long_paragraph_is_cut_between_words(tmp_path: Path) -> None:
    text = "word " * 500 + "HERE" + " word" * 500
    reports, report = stored(tmp_path, text)
    found = reports.passage(cited(report, "HERE", text))
    assert found.before.startswith("… word ")
    assert found.after.endswith(" word …")
    assert len(found.whole) <= 2 * AROUND + 10


def test_a_report_that_is_gone_changed_or_unreadable_leaves_the_quote_and_says_so(tmp_path: Path) -> None:
    reports, report = stored(tmp_path)
    citation = cited(report, "200")
    path = tmp_path / f"{report}-a.txt"
    steps: list[tuple[Callable[[], object], str]] = [
        (lambda: path.write_text(TEXT.replace("200", "300")), "the report was changed since it was stored"),
        (lambda: path.write_bytes(b""), "empty: there is no text in it"),
        (path.unlink, "the report is not in reports/"),
        (tmp_path.rmdir, "the report is not in reports/"),
    ]
    for change, told in steps:
        change()
        found = Reports(tmp_path, []).passage(citation)
        assert (found.whole, told in found.trouble) == ("200", True), found
    assert reports.passage(Citation(report=None)).trouble == "no quote: a fact in our own words"


def test_a_span_that_is_not_what_the_record_quotes_is_said_to_be_so(tmp_path: Path) -> None:
    reports, report = stored(tmp_path)
    found = reports.passage(Citation(report=report, start=0, end=5, quote="400 police"))
    assert (found.whole, "does not say this where" in found.trouble) == ("400 police", True)


def test_a_report_named_like_a_path_opens_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "secret.txt").write_text("secret words")
    found = Reports(tmp_path / "reports", []).passage(Citation(report="../secret.txt", start=0, end=6, quote="x"))
    assert "not in reports/" in found.trouble
