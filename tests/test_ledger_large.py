"""A large ledger through its index: the same answers as the plain way, whatever happens to the index or the ledger."""

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.errors import ChainError, LedgerError
from muster.ledger import Entry, Ledger, glance, index, known, overview, state, store, strengths
from muster.ledger import parts as files
from muster.ledger.columns import Columns, published_text, table_of
from muster.ledger.lines import decode
from muster.ledger.scan import Cells, seen
from muster.records import Citation, Commitment, Decision, LedgerRecord, Precedent, Preference, Report, Statement

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=200)
DAYS = [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 2), date(2024, 3, 31), None]
PUBLISHED = ["", "2024", "2024-02", "2024-02-01", "2024-02-02", "2024-03-31"]


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines make a part, and a ledger of five is a large one."""
    monkeypatch.setattr(store, "LARGE", 5)
    monkeypatch.setattr(files, "LINES", 3)


# ---- the same answers as the plain way


@st.composite
def commitments(draw: st.DrawFn, name: str) -> Commitment:
    low, high = draw(st.none() | st.integers(0, 30)), draw(st.none() | st.integers(0, 30))
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    last = draw(st.sampled_from(DAYS))
    first = draw(st.sampled_from([None, last, date(2024, 1, 1)]))
    unit, currency = draw(
        st.sampled_from([("police", None), ("troops", None), (None, None), ("MRAP_vehicles", None), (None, "USD")])
    )
    page = draw(st.sampled_from(["", "https://example.org/one", "https://example.org/two"]))
    return Commitment(
        id=name,
        actor=draw(st.sampled_from(["Kenya", "Benin"])),
        kind=draw(st.sampled_from(["personnel", "personnel", "funds"])),
        stage=draw(st.sampled_from(["deployed", "deployed", "withdrawn"])),
        mission=draw(st.sampled_from(["", "two"])),
        citation=Citation(address=page, published=draw(st.sampled_from(PUBLISHED))),
        amount_low=low,
        amount_high=high,
        unit=unit,
        currency=currency,
        basis=draw(st.sampled_from(["total", "total", "increment", "increment", "part", None])),
        date_from=first,
        date_to=last,
        attributed_to=draw(st.sampled_from([None, "the police"])),
        flags=draw(st.sampled_from([(), (), (), ("list",), ("rotation",), ("doubtful", "rotation")])),
    )


@st.composite
def replacements(draw: st.DrawFn, name: str, cited: Citation) -> Commitment | Statement:
    if draw(st.booleans()):
        return draw(commitments(name))
    return Statement(id=name, speakers=("A",), verb="said", content="y", citation=cited)


@st.composite
def chains(draw: st.DrawFn) -> list[Entry]:
    """Entries as a ledger would give them: commitments, other records, and decisions on any of them."""
    records: list[LedgerRecord] = []
    for place in range(draw(st.integers(0, 25))):
        name, cited = f"R{draw(st.integers(0, 9))}{place:02d}", Citation(published=draw(st.sampled_from(PUBLISHED)))
        match draw(st.integers(0, 12)):
            case 0:
                records.append(Report(id=name, file="a.txt", published=cited.published))
            case 1:
                records.append(Statement(id=name, speakers=("A",), verb="said", content="x", citation=cited))
            case 2:
                records.append(Precedent(id=name, title="A", content="x", citation=cited))
            case 3 | 4 | 5 if records:
                target = draw(st.sampled_from(records)).id
                word = draw(st.sampled_from(["accepted", "rejected", "corrected", "undone", "undone"]))
                new = draw(replacements(target, cited)) if word == "corrected" else None
                records.append(Decision(id=name, record=target, decision=word, by="a", on=date(2024, 1, 1), replacement=new))  # type: ignore[arg-type]
            case 6:
                records.append(Preference(id=name, record="R0000", by="a", on=date(2024, 1, 1)))
            case _:
                records.append(draw(commitments(name)))
    status = draw(st.lists(st.sampled_from(["accepted", "accepted", "proposed"]), min_size=len(records), max_size=len(records)))
    return [
        Entry(seq=seq, prev="", status=status[seq - 1] if isinstance(record, Commitment | Statement) else None, record=record)  # type: ignore[arg-type]
        for seq, record in enumerate(records, 1)
    ]


@PROPERTY
@given(chains(), st.sampled_from([*DAYS, date.max]), st.sampled_from(DAYS))
def test_columns_give_what_known_and_state_give(entries: list[Entry], as_of: date | None, on: date | None) -> None:
    columns = Columns(table_of(entries, range(len(entries))))
    found, slow = seen(columns, as_of), known(entries, as_of)
    assert (len(found.rows), found.proposed, found.latest) == (len(slow.accepted), len(slow.proposed), slow.latest)
    cells, plain = Cells(columns, found.rows, on), strengths(slow.accepted, on)
    assert [cells.explained(place) for place in range(len(cells))] == list(plain)
    assert list(cells) == [replace(cell, left_out=()) for cell in plain]
    assert [cells[place] for place in range(len(cells))] == list(cells) == list(cells[:])
    assert cells[:1] == tuple(cells)[:1]


@pytest.mark.parametrize("published", ["", "2024", "2024-06", "2024-06-30", "0800-01"])
def test_a_publication_date_keeps_its_precision(published: str) -> None:
    report = Report(id="0123456789abcdef", file="a.txt", published=published)
    (number,) = table_of([Entry(seq=1, prev="", status=None, record=report)], [0])["published"].to_pylist()
    assert published_text(number) == published


# ---- the index on disk


def commitment(name: str, amount: float = 200.0) -> Commitment:
    cited = Citation(address="https://example.org/a", published="2024-06-25")
    return Commitment(
        id=name,
        actor=f"Kenya {name}",
        kind="personnel",
        stage="deployed",
        citation=cited,
        amount_low=amount,
        amount_high=amount,
        date_to=date(2024, 6, 25),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Eleven lines in three appends: three full parts, and two lines in a fourth."""
    made = Ledger(tmp_path / "ledger.jsonl")
    for first, last in ((0, 5), (5, 7), (7, 11)):
        made.append([commitment(f"F{number:02d}", number) for number in range(first, last)], "accepted")
    return made


def plain(ledger: Ledger) -> list[tuple[str, ...]]:
    return [cell.records for cell in state(known(ledger.entries()).accepted)]


def fast(ledger: Ledger) -> list[tuple[str, ...]]:
    assert ledger.contents().survey is not None
    return [cell.records for cell in overview(ledger).cells]


def parts(ledger: Ledger) -> dict[str, bytes]:
    folder = files.folder_of(ledger.path)
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.arrow"))} if folder.exists() else {}


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the lines stood that the index decoded."""
    places: list[str] = []

    def counted(line: bytes, where: str) -> Entry:
        places.append(where)
        return decode(line, where)

    monkeypatch.setattr(index, "decode", counted)
    return places


def test_appends_go_into_the_index_and_reading_decodes_only_what_is_not_in_it(ledger: Ledger, decoded: list[str]) -> None:
    assert list(parts(ledger)) == ["000000.arrow", "000001.arrow", "000002.arrow", "000003.arrow"]
    assert fast(ledger) == plain(ledger)
    assert decoded == []
    (files.folder_of(ledger.path) / "000002.arrow").unlink()
    assert fast(ledger) == plain(ledger)
    assert decoded == [f"line {number}" for number in range(7, 12)]


def test_a_small_ledger_has_no_index(tmp_path: Path) -> None:
    made = Ledger(tmp_path / "ledger.jsonl")
    made.append([commitment(f"F{number}") for number in range(4)], "accepted")
    assert len(overview(made).cells) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.head", "ledger.jsonl", "ledger.lock"]


def test_the_index_is_the_same_bytes_however_it_came_about(ledger: Ledger) -> None:
    by_appends = parts(ledger)
    shutil.rmtree(files.folder_of(ledger.path))
    assert fast(ledger) == plain(ledger)
    assert parts(ledger) == by_appends


def damage(ledger: Ledger, how: str) -> None:
    folder = files.folder_of(ledger.path)
    first, second, third, _ = sorted(folder.glob("*.arrow"))
    match how:
        case "missing":
            second.unlink()
        case "empty":
            second.write_bytes(b"")
        case "cut":
            second.write_bytes(second.read_bytes()[:-9])
        case "flipped":
            flipped = bytearray(second.read_bytes())
            flipped[len(flipped) // 2] ^= 1
            second.write_bytes(flipped)
        case "swapped":
            data, other = second.read_bytes(), third.read_bytes()
            second.write_bytes(other)
            third.write_bytes(data)
        case "another ledger's":
            strange = Ledger(ledger.path.parent / "strange.jsonl")
            strange.append([commitment(f"X{number:02d}", number) for number in range(5)], "accepted")
            fast(strange)
            first_of_strange = min(files.folder_of(strange.path).iterdir())
            first.write_bytes(first_of_strange.read_bytes())
        case "a file in its place":
            shutil.rmtree(folder)
            folder.write_bytes(b"not a folder")
        case "a folder in its place":
            second.unlink()
            second.mkdir()
            (second / "file").touch()


@pytest.mark.parametrize(
    "how",
    ["missing", "empty", "cut", "flipped", "swapped", "another ledger's", "a file in its place", "a folder in its place"],
)
def test_a_damaged_index_costs_time_only(ledger: Ledger, how: str) -> None:
    before = plain(ledger)
    damage(ledger, how)
    assert fast(ledger) == before
    assert [entry.record.id for entry in ledger.append([commitment("F03", 3), commitment("F11")], "accepted")] == ["F11"]
    assert fast(ledger) == plain(ledger) == [*before, ("F11",)]
    assert ledger.verify().ok


@pytest.mark.parametrize("line", range(11))
def test_a_line_edited_by_hand_is_never_read_through_the_index(ledger: Ledger, line: int) -> None:
    lines, indexed = ledger.path.read_bytes().splitlines(keepends=True), parts(ledger)
    lines[line] = lines[line].replace(b'"actor":"Kenya', b'"actor":"Benin')
    ledger.path.write_bytes(b"".join(lines))
    told = f"line {line + 1}: its SHA-256"
    for use in (lambda: overview(ledger), lambda: ledger.append([commitment("F99")]), ledger.entries):
        with pytest.raises(ChainError, match=told):
            use()
    assert told in ledger.verify().problems[0]
    assert list(parts(ledger)) == list(indexed)


@pytest.mark.parametrize("order", [[1, 0, *range(2, 11)], [*range(6), *range(7, 11)], [*range(11), 10], list(range(8))])
def test_moved_removed_and_added_lines_are_found_behind_an_index(ledger: Ledger, order: Sequence[int]) -> None:
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(lines[place] for place in order))
    verdict = ledger.verify()
    assert not verdict.ok
    if len(order) > 11:  # a line after the head is an append that never finished: it does not count
        assert fast(ledger) == plain(ledger)
        return
    with pytest.raises(LedgerError):
        overview(ledger)


def test_a_ledger_put_back_from_an_older_copy_is_read_as_it_is(ledger: Ledger) -> None:
    kept, head = ledger.path.read_bytes(), ledger.path.with_suffix(".head").read_bytes()
    ledger.append([commitment(f"G{number}") for number in range(4)], "accepted")
    ledger.path.write_bytes(kept)
    ledger.path.with_suffix(".head").write_bytes(head)
    assert len(fast(ledger)) == 11
    ledger.append([commitment(f"H{number}") for number in range(4)], "accepted")
    assert fast(ledger) == plain(ledger)
    assert ("H0",) in fast(ledger)
    assert ("G0",) not in fast(ledger)


def test_a_repeated_record_is_passed_over_and_a_taken_id_refused_wherever_it_lies(ledger: Ledger) -> None:
    before = ledger.path.read_bytes()
    everything = [entry.record for entry in ledger.entries()]
    assert ledger.append(everything) == ()
    for name in ("F00", "F08", "F10"):
        with pytest.raises(LedgerError, match=rf"record {name}: field amount_low"):
            ledger.append([commitment("F98"), commitment(name, 999)])
    with pytest.raises(LedgerError, match="not Unicode"):
        ledger.append([commitment("\ud800")])
    assert ledger.path.read_bytes() == before


def test_a_decision_is_found_on_any_line_and_refused_on_none(ledger: Ledger) -> None:
    def decide(name: str) -> Decision:
        return Decision(id=f"D{name}", record=name, decision="rejected", by="a", on=date(2024, 7, 1))

    ledger.append([decide(name) for name in ("F00", "F10")])
    assert [names for (names,) in fast(ledger)] == [f"F{number:02d}" for number in range(1, 10)]
    with pytest.raises(LedgerError, match="a decision on 'F77', which is not in the ledger"):
        ledger.append([decide("F77")])


def test_an_unfinished_append_is_told_and_set_aside_in_a_large_ledger(ledger: Ledger) -> None:
    with ledger.path.open("ab") as file:
        file.write(b'{"seq":12')
    (told,) = overview(ledger).problems
    assert "9 bytes after line 11 are an append that did not finish" in told
    assert ledger.verify().problems == (told,)
    ledger.append([commitment("F11")], "accepted")
    assert ledger.path.with_suffix(".torn").read_bytes() == b'{"seq":12\n'
    assert fast(ledger) == plain(ledger)


# ---- what was hashed is not hashed again while nothing touched it


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From which byte on the ledger was hashed."""
    places: list[int] = []

    def counted(path: Path, start: int, end: int) -> object:
        places.append(start)
        return hash_of(path, start, end)

    hash_of = files.hash_of
    monkeypatch.setattr(files, "hash_of", counted)
    return places


@pytest.fixture
def settled(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger as its index remembers it: nothing has been written for a while."""
    monkeypatch.setattr(glance, "TICK", -(10**12))
    fast(ledger)
    assert (files.folder_of(ledger.path) / "seen.json").exists()
    return ledger


def test_an_untouched_ledger_is_not_hashed_again(settled: Ledger, hashed: list[int]) -> None:
    assert fast(settled) == plain(settled)
    assert hashed == []
    settled.append([commitment("F11")], "accepted")
    assert fast(settled) == plain(settled)
    assert hashed == []


@pytest.mark.parametrize("line", range(11))
def test_an_edit_that_puts_the_time_of_writing_back_is_seen(settled: Ledger, line: int) -> None:
    before = settled.path.stat()
    lines = settled.path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"actor":"Kenya', b'"actor":"Benin')
    with settled.path.open("r+b") as file:
        file.write(b"".join(lines))
    os.utime(settled.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert settled.path.stat().st_size == before.st_size
    with pytest.raises(ChainError, match=f"line {line + 1}: its SHA-256"):
        overview(settled)


def test_a_ledger_written_only_just_before_is_hashed_again(
    settled: Ledger, hashed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "TICK", 10**20)  # everything is only just before
    overview(settled)
    assert len(hashed) == 4
    overview(settled)
    assert len(hashed) == 8


@pytest.mark.parametrize("note", [b"", b"{}", b'{"glance":', b"\xff", b"[]"])
def test_a_damaged_note_of_the_last_glance_costs_time_only(settled: Ledger, hashed: list[int], note: bytes) -> None:
    seen_then = files.folder_of(settled.path) / "seen.json"
    good = seen_then.read_bytes()
    seen_then.write_bytes(note)
    assert fast(settled) == plain(settled)
    assert len(hashed) == 4
    assert seen_then.read_bytes() == good


def test_a_note_does_not_vouch_for_parts_that_it_was_not_made_with(settled: Ledger, hashed: list[int]) -> None:
    strange = Ledger(settled.path.parent / "strange.jsonl")
    strange.append([commitment(f"X{number:02d}", number) for number in range(11)], "accepted")
    fast(strange)
    shutil.copy(files.folder_of(strange.path) / "000000.arrow", files.folder_of(settled.path) / "000000.arrow")
    assert fast(settled) == plain(settled)
    assert hashed
