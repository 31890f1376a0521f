"""Nothing lost, nothing double: laws of the state, and a ledger under kills, full disks, locked folders and wrong clocks."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muster.errors import LedgerError
from muster.ledger import Entry, Ledger, known, overview, parts, state, store
from muster.records import Basis, Citation, Commitment, Decision

PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=100)
DAYS = [date(2024, 1, 1), date(2024, 1, 15), date(2024, 1, 31), date(2024, 2, 1)]
BASES: tuple[Basis | None, ...] = ("total", "increment", "increment", "part", None)


@pytest.fixture
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index after five lines, in parts of three."""
    monkeypatch.setattr(store, "LARGE", 5)
    monkeypatch.setattr(parts, "LINES", 3)


def commitment(name: str, amount: float = 200.0) -> Commitment:
    cited = Citation(address="https://example.org/a", published="2024-06-25")
    return Commitment(id=name, actor="Kenya", kind="personnel", stage="deployed", citation=cited, amount_low=amount)


@st.composite
def records(draw: st.DrawFn) -> list[Commitment]:
    """Commitments of one actor and two stages, on few days and by few voices, so that the rules meet."""
    made = []
    for place in range(draw(st.integers(1, 12))):
        low, high = draw(st.none() | st.integers(0, 40)), draw(st.none() | st.integers(0, 40))
        ends = (min(low, high), max(low, high)) if low is not None and high is not None else (low, high)
        last = draw(st.sampled_from(DAYS))
        made.append(
            Commitment(
                id=f"R{place:02d}",
                actor="Kenya",
                kind="personnel",
                stage=draw(st.sampled_from(["deployed", "pledged"])),
                citation=Citation(
                    address=draw(st.sampled_from(["", "https://example.org/one"])),
                    published=draw(st.sampled_from(["", "2024", "2024-01", "2024-01-15"])),
                ),
                amount_low=ends[0],
                amount_high=ends[1],
                basis=draw(st.sampled_from(BASES)),
                date_from=draw(st.sampled_from([last, last, None, DAYS[0]])),
                date_to=last,
                flags=draw(st.sampled_from([(), (), (), ("rotation",), ("doubtful",)])),
            )
        )
    return made


# ---- laws


@PROPERTY
@given(records(), st.randoms(use_true_random=False), st.none() | st.sampled_from(DAYS))
def test_the_order_of_records_does_not_matter(made: list[Commitment], chance: Random, on: date | None) -> None:
    shuffled = list(made)
    chance.shuffle(shuffled)
    assert state(shuffled, on) == state(made, on)


@PROPERTY
@given(records(), st.lists(st.integers(0, 20), min_size=2, max_size=4), st.sampled_from(DAYS))
def test_splitting_an_increment_keeps_the_upper_bound(others: list[Commitment], pieces: list[int], day: date) -> None:
    # rule 3: several increments of one day by one voice may be one event or several; their sum is one telling
    cited = Citation(address="https://example.org/voice")

    def increment(name: str, amount: int) -> Commitment:
        whole = replace(commitment(name, amount), amount_high=amount, basis="increment", citation=cited)
        return replace(whole, date_from=day, date_to=day)

    def cell(made: list[Commitment]) -> tuple[float, float | None]:
        (found,) = [cell for cell in state([*others, *made]) if cell.stage == "deployed"]
        return (found.low or 0, found.high)

    low, high = cell([increment("X", sum(pieces))])
    split_low, split_high = cell([increment(f"X{place}", piece) for place, piece in enumerate(pieces)])
    assert split_high == high
    assert split_low <= low


@PROPERTY
@given(records(), st.dates(date(2023, 12, 1), date(2025, 2, 1)), st.integers(0, 400), st.data())
def test_a_later_publication_date_sees_all_that_an_earlier_one_saw(
    made: list[Commitment], as_of: date, days: int, data: st.DataObject
) -> None:
    entries = [Entry(seq=n, prev="", status="accepted", record=each) for n, each in enumerate(made, 1)]
    for each in data.draw(st.lists(st.sampled_from(made), max_size=3)):
        decision = Decision(id=f"D{len(entries)}", record=each.id, decision="rejected", by="a", on=as_of)
        entries.append(Entry(seq=len(entries) + 1, prev="", status=None, record=decision))
    earlier, later = known(entries, as_of), known(entries, as_of + timedelta(days))
    for fate in ("accepted", "rejected"):
        assert {record.id for record in getattr(earlier, fate)} <= {record.id for record in getattr(later, fate)}
    assert earlier.latest <= later.latest


@PROPERTY
@given(records(), st.data(), st.booleans())
def test_the_state_is_that_of_a_replay_in_any_batches(
    tmp_path_factory: pytest.TempPathFactory, made: list[Commitment], data: st.DataObject, large: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "LARGE", 2 if large else 10**6)
        patch.setattr(parts, "LINES", 3)
        whole = Ledger(tmp_path_factory.mktemp("whole") / "ledger.jsonl")
        whole.append(made, "accepted")
        parted = Ledger(tmp_path_factory.mktemp("parted") / "ledger.jsonl")
        cuts = sorted(data.draw(st.lists(st.integers(0, len(made)), max_size=4)))
        for first, last in zip([0, *cuts], [*cuts, len(made)], strict=True):
            Ledger(parted.path).append(made[max(0, first - 1) : last], "accepted")  # one more than once, which is passed over
        assert parted.path.read_bytes() == whole.path.read_bytes()
        cells = [replace(cell, left_out=()) for cell in overview(parted).cells]
        assert cells == [replace(cell, left_out=()) for cell in state(made)]


# ---- a clock that goes backwards


@pytest.mark.parametrize("large", [False, True])
def test_of_decisions_dated_backwards_the_last_in_the_ledger_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    monkeypatch.setattr(store, "LARGE", 1 if large else 10**6)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([commitment("F1"), commitment("F2")])
    for name, word, on in [("D1", "rejected", date(2025, 1, 1)), ("D2", "accepted", date(2024, 1, 1))]:
        ledger.append([Decision(id=name, record="F1", decision=word, by="a", on=on)])  # type: ignore[arg-type]
    assert [record.id for record in known(ledger.entries()).accepted] == ["F1"]
    assert [cell.records for cell in overview(ledger).cells] == [("F1",)]
    assert (ledger.verify().ok, ledger.verify().lines) == (True, 4)


# ---- kills and two writers, with an index

WRITER = """
import sys
from pathlib import Path
from muster.ledger import Ledger, parts, store
from muster.records import Citation, Commitment

store.LARGE, parts.LINES = 5, 7
ledger, name = Ledger(Path(sys.argv[1])), sys.argv[2]
ledger.contents()
print("ready", flush=True)
for batch in range(int(sys.argv[3])):
    ledger.append(
        Commitment(id=f"{name}.{batch}.{place}", actor="Kenya", kind="personnel", stage="deployed", citation=Citation())
        for place in range(4)
    )
    print(f"{name}.{batch}", flush=True)
"""


def write(ledger: Ledger, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(ledger.path), name, str(batches)]
    source = {**os.environ, "PYTHONPATH": str(Path(store.__file__).parents[2])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=source)


def batches_of(ledger: Ledger) -> Counter[str]:
    """How many records of each batch there are, read through the index and without it alike."""
    plain = ledger.entries()
    standing = ledger.contents()
    assert standing.survey is not None
    assert standing.survey.table()["id"].to_pylist() == [entry.record.id for entry in plain]
    return Counter(entry.record.id.rpartition(".")[0] for entry in plain)


def test_a_kill_at_twenty_random_points_leaves_whole_batches_and_an_index_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LARGE", 1)
    monkeypatch.setattr(parts, "LINES", 7)
    ledger, chance, done = Ledger(tmp_path / "ledger.jsonl"), random.Random(20240625), set()
    ledger.append([commitment(f"first.{place}") for place in range(4)])
    for run in range(20):
        process = write(ledger, f"run{run}", 10_000)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.03))
        process.send_signal(signal.SIGKILL)
        done |= {line for line in process.communicate()[0].split("\n")[:-1] if line}
        there = batches_of(ledger)
        assert set(there.values()) == {4}
        assert done <= set(there)
        assert len(there) <= len(done) + run + 2  # at most the last batch of each run was kept without word of it
    assert ledger.repair().ok


def test_two_writers_with_an_index_lose_nothing_and_double_nothing(tmp_path: Path, small_is_large: None) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    writers = [write(ledger, name, 10) for name in ("a", "b")]
    outputs = [writer.communicate()[0] for writer in writers]
    assert [(writer.returncode, output.count("\n")) for writer, output in zip(writers, outputs, strict=True)] == [(0, 11)] * 2
    assert batches_of(ledger) == {f"{name}.{batch}": 4 for name in ("a", "b") for batch in range(10)}
    assert ledger.verify().ok


# ---- disks that are full and folders that cannot be written


def mount(*words: str) -> None:
    """Mount, or skip the test where this system does not let us."""
    try:
        subprocess.run(["mount", *words], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a disk of its own cannot be mounted here: {error}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kilobytes."""
    mount("-t", "tmpfs", "-o", "size=128k", "muster-test", str(tmp_path))
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_full_disk_loses_nothing_and_adds_nothing_by_halves(small_disk: Path, small_is_large: None) -> None:
    ledger, kept = Ledger(small_disk / "ledger.jsonl"), 0
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(20_000))
    full = ""
    while not full:
        try:
            ledger.append([commitment(f"{kept}.{place}") for place in range(4)], "accepted")
            kept += 1
        except LedgerError as error:
            full = str(error)
    assert "No space left on device; nothing was added" in full
    assert kept > 5
    assert [entry.record.id for entry in ledger.entries()] == [f"{b}.{p}" for b in range(kept) for p in range(4)]
    with pytest.raises(LedgerError, match="nothing was added"):  # still full
        ledger.append([commitment(f"{kept}.{place}") for place in range(40)], "accepted")
    assert len(ledger.entries()) == 4 * kept
    ballast.unlink()
    ledger.append([commitment(f"{kept}.{place}") for place in range(4)], "accepted")
    assert batches_of(ledger) == {str(batch): 4 for batch in range(kept + 1)}
    assert ledger.verify().ok


def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, small_is_large: None) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([commitment(f"a.{place}") for place in range(8)], "accepted")
    before, (soft, hard) = ledger.path.stat().st_size, resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before + 1000, hard))
        with pytest.raises(LedgerError, match="File too large; nothing was added"):
            ledger.append([commitment(f"b.{place}") for place in range(8)], "accepted")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert batches_of(ledger) == {"a": 8}
    ledger.append([commitment(f"b.{place}") for place in range(8)], "accepted")
    assert batches_of(ledger) == {"a": 8, "b": 8}
    assert ledger.verify().ok


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder with a ledger on a disk that can only be read; its index is not there yet."""
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([commitment(f"a.{place}") for place in range(8)], "accepted")
    mount("--bind", str(tmp_path), str(tmp_path))
    subprocess.run(["mount", "-o", "remount,ro,bind", str(tmp_path)], check=True)
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_folder_that_can_only_be_read_is_read_and_refuses_an_append(locked: Path, small_is_large: None) -> None:
    ledger = Ledger(locked / "ledger.jsonl")
    assert batches_of(ledger) == {"a": 8}
    assert len(overview(ledger).cells) == 1
    assert not parts.folder_of(ledger.path).exists()
    with pytest.raises(LedgerError, match="Read-only file system; nothing was added"):
        ledger.append([commitment("b")])
    assert ledger.verify().ok
