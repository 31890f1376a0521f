"""The ledger on disk: appends, the hash chain, cut-off ends, and what a kill or a second writer can do to it."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from filelock import FileLock
from msgspec.structs import replace

from muster.errors import ChainError, LedgerError
from muster.ledger import Entry, Ledger, store
from muster.ledger.chain import Head, inspect
from muster.records import Citation, Commitment, Decision, Disagreement, LedgerRecord, Preference, Report, Statement


def commitment(name: str, amount: float = 200.0) -> Commitment:
    cited = Citation(address="https://example.org/a", published="2024-06-25")
    return Commitment(
        id=name, actor="Kenya", kind="personnel", stage="deployed", citation=cited, amount_low=amount, amount_high=amount
    )


STATEMENT = Statement(id="F1", speakers=("W. Ruto",), verb="said", content="they land", citation=Citation())


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    ledger.append([commitment("F1"), commitment("F2")], "accepted")
    ledger.append([commitment("F3"), commitment("F4")])
    return ledger


def ids(ledger: Ledger) -> list[str]:
    return [entry.record.id for entry in ledger.entries()]


def lines(ledger: Ledger) -> list[bytes]:
    return ledger.path.read_bytes().splitlines(keepends=True)


def head(ledger: Ledger) -> Path:
    return ledger.path.with_suffix(".head")


def torn(ledger: Ledger) -> Path:
    return ledger.path.with_suffix(".torn")


# ---- append


def test_a_ledger_that_does_not_exist_is_empty_and_sound(ledger: Ledger) -> None:
    assert ledger.entries() == ()
    assert ledger.verify() == store.Verification(ok=True, lines=0, head="0" * 64, problems=())
    assert ledger.append([]) == ()
    assert not ledger.path.exists()


def test_lines_are_chained_canonical_and_the_same_for_the_same_input(filled: Ledger, tmp_path: Path) -> None:
    first, second, *_ = filled.entries()
    assert (first.seq, first.prev, first.status) == (1, "0" * 64, "accepted")
    assert (second.seq, filled.entries()[2].status) == (2, "proposed")
    assert second.prev == sha256(lines(filled)[0].rstrip(b"\n")).hexdigest()
    assert json.loads(head(filled).read_text())["lines"] == 4
    again = Ledger(tmp_path / "again.jsonl")
    again.append([commitment("F1", 200), commitment("F2", 200)], "accepted")  # whole numbers are written as they are read
    again.append([commitment("F3"), commitment("F4")])
    assert again.path.read_bytes() == filled.path.read_bytes()


def test_every_kind_of_record_comes_back_as_it_was(ledger: Ledger) -> None:
    cited = Citation(published="2024-06")
    records: list[LedgerRecord] = [
        Report(id="0123456789abcdef", file="a.txt", published="2024-06-24", title="Zürich\u2028=1"),
        commitment("F1"),
        Statement(id="S1", speakers=("W. Ruto",), verb="said", content="they land", citation=cited),
        Disagreement(id="C1", kind="unsorted", records=("F1", "S1"), by="label"),
        Decision(id="D1", record="F1", decision="corrected", by="a", on=date(2024, 7, 1), replacement=commitment("F1", 400)),
        Preference(id="P1", record="F1", by="a", on=date(2024, 7, 1), stands=False, note="n"),
    ]
    ledger.append(records)
    assert [entry.record for entry in ledger.entries()] == records
    assert [entry.status for entry in ledger.entries()] == [None, "proposed", "proposed", None, None, None]


def test_a_record_that_is_there_is_passed_over(filled: Ledger) -> None:
    before = filled.path.read_bytes()
    assert filled.append([commitment("F1"), commitment("F3")]) == ()
    assert filled.path.read_bytes() == before
    added = filled.append([commitment("F3"), commitment("F5"), commitment("F5")])
    assert [entry.record.id for entry in added] == ["F5"]


@pytest.mark.parametrize("batch", [[commitment("F9"), commitment("F1", 400)], [commitment("F9"), commitment("F9", 400)]])
def test_an_id_that_stands_for_another_record_is_refused_with_the_whole_batch(filled: Ledger, batch: list[Commitment]) -> None:
    with pytest.raises(LedgerError, match=r"record F\d: field amount_low: 200.0 there, 400.0 now"):
        filled.append(batch)
    assert ids(filled) == ["F1", "F2", "F3", "F4"]


def test_a_record_that_could_not_be_read_back_is_never_written(ledger: Ledger) -> None:
    wrong = commitment("F1")
    for record, told in [
        (replace(wrong, stage="arrived"), 'record F1, field stage: "arrived"; expected one of approved'),
        (replace(wrong, amount_low=-5.0), "field amount_low: -5.0; expected a number of at least 0"),
        (replace(wrong, actor="\ud800"), "text that is not Unicode"),
    ]:
        with pytest.raises(LedgerError, match="F1") as caught:
            ledger.append([record])
        assert told in str(caught.value)
    assert not ledger.path.exists()


def test_a_decision_needs_its_record_and_a_correction_its_replacement(filled: Ledger) -> None:
    def decide(record: str, word: str, replacement: Commitment | Statement | None = None) -> Decision:
        return Decision(id="D1", record=record, decision=word, by="a", on=date(2024, 7, 1), replacement=replacement)  # type: ignore[arg-type]

    for decision, told in [
        (decide("F77", "accepted"), "a decision on 'F77', which is not in the ledger"),
        (decide("F1", "corrected"), "field replacement: 'corrected' without a replacement"),
        (decide("F1", "rejected", commitment("F1")), "field replacement: 'rejected' with a replacement"),
        (decide("F1", "undone", commitment("F1")), "field replacement: 'undone' with a replacement"),
        (decide("F1", "corrected", STATEMENT), "field replacement: a statement for a commitment; expected a commitment"),
        (decide("F1", "corrected", commitment("F2")), "field replacement.id: the id 'F2'; expected the id it replaces, 'F1'"),
    ]:
        with pytest.raises(LedgerError) as caught:
            filled.append([decision])
        assert told in str(caught.value)
    assert filled.append([decide("F1", "accepted")])


def test_a_preference_needs_its_record(filled: Ledger) -> None:
    with pytest.raises(LedgerError, match="a preference on 'F77', which is not in the ledger"):
        filled.append([Preference(id="P1", record="F77", by="a", on=date(2024, 7, 1))])


def test_what_is_made_of_the_entries_is_made_of_all_of_them_or_not_added(filled: Ledger) -> None:
    added = filled.append_from(lambda entries: [commitment(f"F{len(entries) + 1}")], "accepted")
    assert [(entry.record.id, entry.status) for entry in added] == [("F5", "accepted")]

    def refuse(_: tuple[Entry, ...]) -> list[LedgerRecord]:
        raise LedgerError("decided meanwhile")

    with pytest.raises(LedgerError, match="decided meanwhile"):
        filled.append_from(refuse)
    assert ids(filled) == ["F1", "F2", "F3", "F4", "F5"]


def test_the_systems_refusals_are_one_clear_error(tmp_path: Path, filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match=r"cannot be written: .*; nothing was added"):
        Ledger(tmp_path / "file" / "ledger.jsonl").append([commitment("F1")])
    with pytest.raises(LedgerError, match="cannot be read: Is a directory"):
        Ledger(tmp_path).entries()
    with monkeypatch.context() as full:

        def no_room(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(os, "fsync", no_room)
        with pytest.raises(LedgerError, match="No space left on device; nothing was added"):
            filled.append([commitment("F5")])
    assert ids(filled) == ["F1", "F2", "F3", "F4"]
    filled.append([commitment("F6")])
    assert ids(filled) == ["F1", "F2", "F3", "F4", "F6"]


def test_waiting_for_another_writer_has_an_end(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    with FileLock(filled.path.with_suffix(".lock")), pytest.raises(LedgerError, match="another writer"):
        filled.append([commitment("F5")])
    assert filled.append([commitment("F5")])


# ---- edits, removals, moves


def rewrite(ledger: Ledger, order: list[int], edits: dict[int, tuple[bytes, bytes]] | None = None) -> None:
    kept = lines(ledger)
    for place, (old, new) in (edits or {}).items():
        assert old in kept[place]
        kept[place] = kept[place].replace(old, new)
    ledger.path.write_bytes(b"".join(kept[place] for place in order))


@pytest.mark.parametrize("with_head", [True, False], ids=["head", "no head"])
@pytest.mark.parametrize(
    ("order", "edits", "told"),
    [
        ([0, 1, 2, 3], {1: (b"200.0", b"400.0")}, "line 2: its SHA-256 is "),
        ([0, 1, 2, 3], {1: (b"Kenya", b"Benin City")}, "line 2: its SHA-256 is "),
        ([0, 1, 2, 3], {0: (b"Kenya", b"US")}, "line 1: its SHA-256 is "),
        ([0, 1, 2, 3], {2: (b'"prev":"', b'"prev":"0')}, "line 3: prev is "),
        ([0, 1, 2, 3], {0: (b'"prev":"0', b'"prev":"1')}, "line 1: prev is "),
        ([0, 1, 2, 3], {1: (b'"seq":2', b'"seq":7')}, "line 2: entry 7 stands here"),
        ([0, 2, 3], None, "line 2: entry 3 stands here"),
        ([1, 2, 3], None, "line 1: entry 2 stands here"),
        ([0, 2, 1, 3], None, "line 2: entry 3 stands here"),
        ([0, 1, 1, 2, 3], None, "line 3: entry 2 stands here"),
        ([3, 2, 1, 0], None, "line 1: entry 4 stands here"),
    ],
)
def test_an_edited_removed_or_moved_line_is_named(
    filled: Ledger, order: list[int], edits: dict[int, tuple[bytes, bytes]] | None, told: str, with_head: bool
) -> None:
    rewrite(filled, order, edits)
    if not with_head:
        head(filled).unlink()
    with pytest.raises(ChainError) as caught:
        filled.entries()
    assert f"ledger.jsonl, {told}" in str(caught.value)
    assert "expected" in str(caught.value)
    assert "restore the file from a copy" in str(caught.value)
    assert not filled.verify().ok
    assert str(caught.value) == filled.verify().problems[0]
    broken = filled.path.read_bytes()
    for change in (filled.repair, lambda: filled.append([commitment("F9")])):
        with pytest.raises(ChainError):
            change()
    assert filled.path.read_bytes() == broken


@pytest.mark.parametrize(
    ("order", "edits", "told"),
    [
        ([0, 1, 2, 3], {3: (b"200.0", b"400.0")}, "line 4: its SHA-256 is"),
        ([0, 1, 2, 3], {3: (b"Kenya", b"Burkina Faso")}, "line 4: its SHA-256 is"),
        ([0, 1, 2, 3], {3: (b"Kenya", b"US")}, "line 4: its SHA-256 is"),
        ([0, 1, 2], None, "line 4: the file ends: 1 lines were removed; expected 4 lines"),
        ([], None, "line 1: the file ends: 4 lines were removed; expected 4 lines"),
    ],
)
def test_the_head_guards_the_last_line(
    filled: Ledger, order: list[int], edits: dict[int, tuple[bytes, bytes]] | None, told: str
) -> None:
    rewrite(filled, order, edits)
    with pytest.raises((ChainError, LedgerError)) as caught:
        filled.entries()
    assert told in str(caught.value) or "not JSON" in str(caught.value)
    assert not filled.verify().ok


def test_verify_tells_each_break_once(filled: Ledger) -> None:
    filled.append([commitment(f"G{number}") for number in range(6)])
    rewrite(filled, [0, 1, 3, 4, 5, 6, 7, 8, 9], {6: (b"200.0", b"201.0")})
    told = filled.verify().problems
    assert [("line 3: entry 4" in told[0]), ("line 6: its SHA-256" in told[1]), len(told)] == [True, True, 2]


def test_a_ledger_that_vanished_or_a_broken_head_is_told(filled: Ledger) -> None:
    kept = filled.path.read_bytes()
    filled.path.unlink()
    with pytest.raises(ChainError, match="4 lines were removed"):
        filled.entries()
    filled.path.write_bytes(kept)
    head(filled).write_bytes(b"\x00\xff")
    with pytest.raises(ChainError, match=r"ledger\.head: not a head"):
        filled.entries()
    assert not filled.verify().ok
    head(filled).unlink()
    assert filled.verify().ok


# ---- cut-off ends


@pytest.mark.parametrize("with_head", [True, False], ids=["head", "no head"])
def test_a_cut_at_every_byte_of_the_last_line_leaves_the_lines_before(filled: Ledger, with_head: bool) -> None:
    whole, last = filled.path.read_bytes(), len(lines(filled)[-1])
    kept = Head(lines=4, bytes=len(whole), hash=sha256(lines(filled)[-1][:-1]).hexdigest()) if with_head else None
    for cut in range(1, last):
        found = inspect("ledger.jsonl", whole[:-cut], kept)
        assert [entry.record.id for entry in found.entries] == ["F1", "F2", "F3"]
        assert (found.faults, found.piece, found.lost) == ((), whole[-last:-cut], with_head)


@pytest.mark.parametrize("cut", [1, 2, 3, 200, -1])
def test_without_a_head_a_cut_off_line_is_told_and_set_aside(filled: Ledger, cut: int) -> None:
    whole, last = filled.path.read_bytes(), lines(filled)[-1]
    piece = last[:-cut] if cut > 0 else last[:1]
    for path in filled.path.parent.iterdir():
        path.unlink()
    filled.path.write_bytes(whole.removesuffix(last) + piece)
    assert ids(filled) == ["F1", "F2", "F3"]
    assert f"cut off after {len(piece)} bytes; the 3 complete lines before it are intact" in filled.verify().problems[0]
    assert not filled.verify().ok
    assert filled.repair() == filled.verify()
    assert filled.verify().ok
    assert filled.path.read_bytes() + last == whole
    assert torn(filled).read_bytes() == piece + b"\n"
    filled.append([commitment("F4")])
    assert filled.path.read_bytes() == whole


@pytest.mark.parametrize("cut", [1, 2, 3, 200, -1])
def test_a_file_shorter_than_its_head_is_read_and_repaired_but_not_added_to_unseen(filled: Ledger, cut: int) -> None:
    whole, last = filled.path.read_bytes(), lines(filled)[-1]
    piece = last[:-cut] if cut > 0 else last[:1]
    filled.path.write_bytes(whole.removesuffix(last) + piece)
    assert ids(filled) == ["F1", "F2", "F3"]
    assert "those 3 lines are intact" in filled.verify().problems[0]
    with pytest.raises(LedgerError, match="repair the ledger"):
        filled.append([commitment("F9")])
    assert filled.repair().ok
    assert torn(filled).read_bytes() == piece + b"\n"
    filled.append([commitment("F4")])
    assert filled.path.read_bytes() == whole


def test_a_cut_into_an_earlier_line_is_cut_off_too_but_an_edit_before_it_is_a_break(filled: Ledger) -> None:
    first, second, third, _ = lines(filled)
    filled.path.write_bytes(first + second + third[:40])
    assert ids(filled) == ["F1", "F2"]
    filled.path.write_bytes(first.replace(b"200.0", b"100.0") + second + third[:40])
    with pytest.raises(ChainError, match="line 1: its SHA-256"):
        filled.repair()


def test_a_last_line_that_is_not_json_is_cut_off_without_a_head_and_a_fault_with_one(filled: Ledger) -> None:
    garbage = b"\x00" * 40 + b"\n"
    filled.path.write_bytes(filled.path.read_bytes() + garbage)
    head(filled).unlink()
    assert ids(filled) == ["F1", "F2", "F3", "F4"]
    filled.append([commitment("F5")])  # the next append repairs as well
    assert ids(filled) == ["F1", "F2", "F3", "F4", "F5"]
    assert torn(filled).read_bytes() == garbage
    size = len(lines(filled)[-1])
    filled.path.write_bytes(b"".join(lines(filled)[:-1]) + b"x" * (size - 1) + b"\n")
    with pytest.raises(LedgerError, match="line 5: not JSON"):
        filled.entries()


def test_an_append_that_did_not_finish_does_not_count_at_any_byte_and_is_never_lost(filled: Ledger) -> None:
    before, old_head = filled.path.read_bytes(), head(filled).read_bytes()
    filled.append([commitment("F5"), commitment("F6")])
    after = filled.path.read_bytes()
    for end in range(len(before) + 1, len(after) + 1, 41):
        filled.path.write_bytes(after[:end])
        head(filled).write_bytes(old_head)
        torn(filled).unlink(missing_ok=True)
        assert ids(filled) == ["F1", "F2", "F3", "F4"]
        assert f"{end - len(before)} bytes after line 4 are an append that did not finish" in filled.verify().problems[0]
        filled.append([commitment("F7")])
        assert ids(filled) == ["F1", "F2", "F3", "F4", "F7"]
        assert torn(filled).read_bytes().rstrip(b"\n") == after[len(before) : end].rstrip(b"\n")
        assert filled.verify().ok


def test_what_is_set_aside_is_kept_with_what_was_set_aside_before(filled: Ledger) -> None:
    for piece in (b"{one", b"{two}\n", b"{three"):
        with filled.path.open("ab") as file:
            file.write(piece)
        assert filled.repair().ok
    assert torn(filled).read_bytes() == b"{one\n{two}\n{three\n"
    assert ids(filled) == ["F1", "F2", "F3", "F4"]


# ---- real processes

WRITER = """
import sys
from pathlib import Path
from muster.ledger import Ledger
from muster.records import Citation, Commitment

ledger, name, batches, size = Ledger(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
for batch in range(batches):
    ledger.append(
        Commitment(id=f"{name}.{batch}.{place}", actor="Kenya", kind="personnel", stage="deployed", citation=Citation())
        for place in range(size)
    )
    print(f"{name}.{batch}", flush=True)
"""

FALLING = """
import os, signal, sys
from muster.ledger import store

step = int(sys.argv.pop())

def fall(call):
    def counted(*arguments):
        global step
        step -= 1
        if step < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments)
    return counted

os.fsync, store.Path.replace = fall(os.fsync), fall(store.Path.replace)
"""


def write(ledger: Ledger, name: str, batches: int, size: int, falls_at: int | None = None) -> subprocess.Popen[str]:
    code, more = (WRITER, []) if falls_at is None else (FALLING + WRITER, [str(falls_at)])
    command = [sys.executable, "-c", code, str(ledger.path), name, str(batches), str(size), *more]
    source = str(Path(store.__file__).parents[2])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": source})


def batches_of(entries: tuple[Entry, ...]) -> Counter[str]:
    return Counter(entry.record.id.rpartition(".")[0] for entry in entries)


def test_a_kill_at_twenty_random_points_leaves_whole_batches_only(ledger: Ledger) -> None:
    chance, size, done = random.Random(20240624), 40, set()
    for run in range(20):
        process = write(ledger, f"run{run}", 10_000, size)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.04))
        process.send_signal(signal.SIGKILL)
        done |= {line for line in process.communicate()[0].split("\n")[:-1] if line}
        there = batches_of(ledger.entries())
        assert set(there.values()) <= {size}
        assert done <= set(there)  # what the writer was told is kept is kept
        assert len(there) <= len(done) + run + 1  # at most the last batch of each run was kept without word of it
        if run % 2:
            ledger.repair()
            assert ledger.verify().ok
    assert ledger.repair().ok
    assert done


@pytest.mark.parametrize("step", range(10))
def test_a_kill_at_each_step_of_an_append_leaves_whole_batches_only(ledger: Ledger, step: int) -> None:
    ledger.append([commitment("F1")])
    with ledger.path.open("ab") as file:
        file.write(b'{"seq":2,"prev"')  # so that the append begins by setting a piece aside
    end = write(ledger, "run", 1, 3, falls_at=step)
    end.communicate()
    assert end.returncode in {-signal.SIGKILL, 0}
    assert ids(ledger) in (["F1"], ["F1", "run.0.0", "run.0.1", "run.0.2"])
    ledger.append([commitment("F2")])
    assert ids(ledger)[-1] == "F2"
    assert ledger.verify().ok
    assert torn(ledger).read_bytes().startswith(b'{"seq":2,"prev"')


@pytest.mark.parametrize("step", range(8))
def test_a_kill_in_the_first_append_of_all_leaves_nothing_or_everything(ledger: Ledger, step: int) -> None:
    end = write(ledger, "run", 1, 3, falls_at=step)
    end.communicate()
    assert end.returncode in {-signal.SIGKILL, 0}
    assert len(ledger.entries()) in {0, 3}
    assert [entry.record.id for entry in ledger.append([commitment("F2")])] == ["F2"]
    assert ledger.verify().ok


def test_two_writers_at_once_lose_nothing_and_double_nothing(ledger: Ledger) -> None:
    writers = [write(ledger, name, 25, 4) for name in ("a", "b")]
    outputs = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert all(output.count("\n") == 26 for output in outputs)
    assert batches_of(ledger.entries()) == {f"{name}.{batch}": 4 for name in ("a", "b") for batch in range(25)}
    assert ledger.verify().ok
    assert not torn(ledger).exists()
