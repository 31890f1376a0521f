"""Every export, taken into an empty ledger, tells what the exporting ledger told: whatever stands in the records."""

import csv
import io
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.errors import LedgerError
from muster.ledger import EXPORTS, Entry, Judge, Known, Ledger, csv_text, import_file, known
from muster.ledger.exports.cells import unwritten, written
from muster.records import (
    Citation,
    Commitment,
    Decision,
    Disagreement,
    LedgerRecord,
    Precedent,
    Preference,
    Report,
    Statement,
    Status,
)

HOSTILE = (
    *("=1+1", "'=1+1", "''=1+1", "'", "''", "'tis", "+1", "-2", "@SUM(A1)", "\t=1", "\r\n=1", "a\r\nb\rc\nd", "\u202egnp.exe"),
    *("𝒳🛡️", "_x000D_", "_x0041", "_\r", "_x000D\r", "; ;", "[1]", '["a"]', '"', '","', " a ", "", "\ufeffa", "\x7f\x85\ufffe"),
    *("1e5", "001", "2024-06-30", "TRUE", "NaN", "null", "]]><!--", "&amp;", "<b>", "{}", "\x0b\x1b[31m"),
)
ALPHABET = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.sampled_from(HOSTILE) | st.text(ALPHABET, max_size=12)
MAYBE = st.none() | TEXTS
NAMES = (
    st.sampled_from(("note", "stage", "Stage", "record_id", "original", "original_stage", "date", "", " note", "a,b", "=x"))
    | TEXTS
)
PUBLISHED = st.sampled_from(("", "2024", "2024-06", "2024-06-30", "1915-07-28"))
DAYS = st.none() | st.dates(date(1800, 1, 1), date(2100, 1, 1))
AMOUNTS = st.floats(0, allow_infinity=False, allow_nan=False)
CITATIONS = st.builds(
    Citation,
    address=TEXTS | st.just("https://example.org/a?b=c&d=e"),
    title=TEXTS,
    published=PUBLISHED,
    source_class=TEXTS,
    report=MAYBE,
    start=st.none() | st.integers(0, 10**9),
    end=st.none() | st.integers(0, 10**9),
    quote=MAYBE,
)
STATEMENTS = st.builds(
    Statement,
    id=st.just("s-1"),
    speakers=st.lists(TEXTS, max_size=2).map(tuple),
    verb=TEXTS,
    content=TEXTS,
    citation=CITATIONS,
    mission=TEXTS,
    original=st.dictionaries(NAMES, TEXTS, max_size=2),
)


def ordered(one: object, other: object) -> tuple[object, object]:
    """Two ends, the smaller first where both are given."""
    return (other, one) if one is not None and other is not None and one > other else (one, other)  # type: ignore[operator]


@st.composite
def commitments(draw: st.DrawFn, name: str) -> Commitment:
    first, last = ordered(draw(DAYS), draw(DAYS))
    low, high = ordered(draw(st.none() | AMOUNTS), draw(st.none() | AMOUNTS))
    money = draw(st.booleans())
    return Commitment(
        id=name,
        actor=draw(TEXTS),
        kind=draw(st.sampled_from(("personnel", "funds", "equipment"))),
        stage=draw(st.sampled_from(("required", "pledged", "approved", "disbursed", "declined"))),
        citation=draw(CITATIONS),
        mission=draw(TEXTS),
        amount_low=low,  # type: ignore[arg-type]
        amount_high=high,  # type: ignore[arg-type]
        unit=None if money else draw(MAYBE),
        currency=draw(st.sampled_from(("USD", "KES"))) if money else None,
        basis=draw(st.sampled_from((None, "total", "part", "increment"))),
        scope=draw(TEXTS),
        date_from=first,  # type: ignore[arg-type]
        date_to=last,  # type: ignore[arg-type]
        attributed_to=draw(MAYBE),
        flags=tuple(draw(st.lists(TEXTS, max_size=3))),
        original=draw(st.dictionaries(NAMES, TEXTS, max_size=4)),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Entry, ...]:
    """Entries of every kind, some decided on."""
    names = draw(st.lists(TEXTS.filter(bool), min_size=2, max_size=5, unique=True))
    records: list[tuple[LedgerRecord, Status | None]] = [
        (draw(commitments(name)), draw(st.sampled_from(("accepted", "proposed")))) for name in names
    ]
    others: list[tuple[LedgerRecord, Status | None]] = [
        (Report(id="r-1", file=draw(TEXTS), title=draw(TEXTS), published=draw(PUBLISHED)), None),
        (draw(STATEMENTS), "accepted"),
        (draw(st.builds(Precedent, id=st.just("p-1"), title=TEXTS, content=TEXTS, citation=CITATIONS, date_from=DAYS)), None),
        (Disagreement(id="d-1", kind="stage", records=(names[0], names[1]), by=draw(TEXTS)), None),
    ]
    preferred = draw(st.permutations(names))[:2]
    others += [
        (Preference(id=f"w-{place}", record=name, by=draw(TEXTS), on=date(2024, 1, 1), note=draw(TEXTS)), None)
        for place, name in enumerate(preferred)
    ]
    decided = [name for name in names if draw(st.booleans())]
    words: list[Literal["accepted", "rejected"]] = [draw(st.sampled_from(("accepted", "rejected"))) for _ in decided]
    decisions: list[tuple[LedgerRecord, Status | None]] = [
        (Decision(id=f"dec-{name}", record=name, decision=word, by="a", on=date(2024, 1, 1)), None)
        for name, word in zip(decided, words, strict=True)
    ]
    chain = [*records, *others, *decisions]
    return tuple(Entry(seq=place, prev="", status=status, record=record) for place, (record, status) in enumerate(chain, 1))


def again(made: str | bytes, mission: str = "") -> Known:
    """What an empty ledger knows after taking in an export."""
    with tempfile.TemporaryDirectory() as folder:
        path, ledger = Path(folder) / "export", Ledger(Path(folder) / "ledger.jsonl")
        path.write_bytes(made if isinstance(made, bytes) else made.encode())
        done = import_file(ledger, path, Judge(by="b", on=date(2024, 2, 2), mission=mission))
        assert done.problems == ()
        twice = import_file(ledger, path, Judge(by="b", on=date(2024, 2, 2), mission=mission))
        assert (twice.added, twice.decided) == (0, 0)
        return known(ledger.entries())


def commitments_of(found: Known, wanted: Callable[[Commitment], bool] = lambda record: True) -> list[list[Commitment]]:  # noqa: ARG005
    return [[record for record in fate if wanted(record)] for fate in (found.accepted, found.proposed, found.rejected)]


def is_money(record: Commitment) -> bool:
    return record.kind == "funds"


LAW = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LAW
@given(ledgers())
def test_csv_keeps_every_commitment(entries: tuple[Entry, ...]) -> None:
    found = known(entries)
    assert commitments_of(again(csv_text(found))) == commitments_of(found)


@LAW
@given(ledgers())
def test_json_keeps_everything(entries: tuple[Entry, ...]) -> None:
    found = known(entries)
    assert again(EXPORTS["json"].make(found)) == found


@LAW
@given(ledgers())
def test_excel_keeps_everything(entries: tuple[Entry, ...]) -> None:
    found = known(entries)
    made = EXPORTS["xlsx"].make(found)
    assert again(made) == found
    assert made == EXPORTS["xlsx"].make(found)


@LAW
@given(ledgers(), st.sampled_from(("iati", "fts")))
def test_iati_and_flow_rows_keep_all_funds(entries: tuple[Entry, ...], name: str) -> None:
    found = known(entries)
    wanted = commitments_of(found, is_money)
    if not any(wanted):
        with pytest.raises(LedgerError, match="no commitment of funds"):
            EXPORTS[name].make(found)
        return
    assert commitments_of(again(EXPORTS[name].make(found))) == wanted


@LAW
@given(
    ledgers(),
    st.sampled_from((";", "\t", ",")),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
    st.randoms(use_true_random=False),
)
def test_another_program_may_write_the_csv_its_own_way(
    entries: tuple[Entry, ...], separator: str, ending: str, encoding: str, order: object
) -> None:
    found = known(entries)
    head, *rows = csv.reader(io.StringIO(csv_text(found)))
    places = list(range(len(head)))
    order.shuffle(places)  # type: ignore[attr-defined]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=ending)
    writer.writerows([line[place] for place in places] for line in [head, *rows])
    assert commitments_of(again(text.getvalue().encode(encoding))) == commitments_of(found)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_a_cell_gives_back_its_text(text: str) -> None:
    cell = written(text)
    assert unwritten(cell) == text
    assert not cell.startswith(("=", "+", "-", "@"))
    assert not set(cell) & set(map(chr, [*range(9), 11, 12, *range(13, 32), 127]))
